#ifndef LEDGER_POLICY_READ_H
#define LEDGER_POLICY_READ_H
/*
 * policy_read: reading the objects of a policy file strictly. Every fault names file, path and
 * reason. Texts and lists that are read belong to the policy's arena.
 * The policy_*_read() functions below read one part of the file each, in the order that
 * policy_json.c gives: what a part names was read before it.
 */
#include "base/doc_json.h"
#include "ledger/policy_inside.h"

#define POLICY_PATH_BYTES 96

/* An object of the file that is being read. */
struct policy_place {
	struct policy *policy;
	const char *source; /* file */
	struct err *err;
	const struct json_t *object;
	char path[POLICY_PATH_BYTES]; /* "" for the file itself */
};

/* How an item of a list is read. */
struct policy_form {
	const char *const *fields; /* those it may have, NULL last */
	enum status (*read)(void *item, const struct policy_place *at);
	size_t size;
	size_t count_max;
	bool keyed; /* begins with its key, which no other of the list may have */
};

/* "path.key: reason"; key may be "". */
enum status policy_read_refuse(const struct policy_place *at, const char *key, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
enum status policy_read_no_memory(const struct policy_place *at);
/* The place of item i of a list, for a fault that is found later; its object is unset. */
void policy_read_at(
    struct policy_place *out, const struct policy_place *at, const char *key, size_t i);
enum status policy_read_text(
    const char **out, const struct policy_place *at, const char *key, enum doc_need need) MUST_USE;
/* a-z, 0-9 and _, from a letter. */
enum status policy_read_key(
    const char **out, const struct policy_place *at, const char *key) MUST_USE;
/* "2.4", "1.9, 2.1" or "none". */
enum status policy_read_section(const char **out, const struct policy_place *at) MUST_USE;
/* key, title and section. */
enum status policy_read_item(struct policy_item *out, const struct policy_place *at) MUST_USE;
enum status policy_read_number(unsigned *out, const struct policy_place *at, const char *key,
    enum doc_need need, unsigned min, unsigned max) MUST_USE;
/* A key that the list holds; `what` is what it is called. Absent and optional: untouched. */
enum status policy_read_known(const char **out, const struct policy_place *at, const char *key,
    enum doc_need need, const struct policy_rows *known, const char *what) MUST_USE;
/* As policy_read_known, of an event or a milestone. */
enum status policy_read_event(
    const char **out, const struct policy_place *at, const char *key, enum doc_need need) MUST_USE;
/* Keys that the list holds, each once; present ones are not empty. */
enum status policy_read_keys(struct policy_keys *out, const struct policy_place *at,
    const char *key, enum doc_need need, const struct policy_rows *known,
    const char *what) MUST_USE;
/* As policy_read_keys, required, but may be empty. */
enum status policy_read_any_keys(struct policy_keys *out, const struct policy_place *at,
    const char *key, const struct policy_rows *known, const char *what) MUST_USE;
/* A required object with no other fields than these. */
enum status policy_read_inner(struct policy_place *out, const struct policy_place *at,
    const char *key, const char *const *fields) MUST_USE;
/* A required list with at least one item. */
enum status policy_read_rows(struct policy_rows *out, const struct policy_place *at,
    const char *key, const struct policy_form *form) MUST_USE;
/* Items of key, title and section. */
enum status policy_read_items(struct policy_rows *out, const struct policy_place *at,
    const char *key, size_t count_max) MUST_USE;
/* Refuses unless the role may call the method; `key` is where the role is named. */
enum status policy_read_may(
    const struct policy_place *at, const char *key, const char *role, const char *method) MUST_USE;
/* As policy_read_may, of each of them. */
enum status policy_read_all_may(const struct policy_place *at, const char *key,
    const struct policy_keys *roles, const char *method) MUST_USE;

/* Legs, thresholds, systems, roles, internal methods. */
enum status policy_roles_read(const struct policy_place *doc) MUST_USE;
/* Retention, kinds, channels, review types, jurisdictions. */
enum status policy_requests_read(const struct policy_place *doc) MUST_USE;
/* Referral, secured, sharing, media, standing checks. */
enum status policy_acts_read(const struct policy_place *doc) MUST_USE;
/* Milestones, notices, deadlines. */
enum status policy_events_read(const struct policy_place *doc) MUST_USE;

#endif
