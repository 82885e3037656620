#ifndef SEARCHD_ASK_JSON_H
#define SEARCHD_ASK_JSON_H
/*
 * ask_json: bodies of requests, read strictly (docs/protocol.md, "Operations").
 *
 * Everything is copied into the arena. Faults name the field: "request.kind: ...".
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"
#include "base/err.h"
#include "ledger/policy.h"
#include "record/person.h"

struct ask_person {
	struct str ref; /* the asker's word; unique in the check */
	struct person person;
};

struct ask {
	struct str reference, kind, requester, organisation, jurisdiction, review_type, purpose,
	    legal_basis;	/* "" where not given */
	struct str channel;	/* how it came in; "" where not given */
	struct str received_at; /* "2026-11-23T10:15:00Z", or "": as it is logged */
	int64_t received_ms;	/* Unix ms; 0 where not given */
	struct str request_id;	/* names a logged request instead of the texts above; or "" */
	struct str leg, of;
	const struct ask_person *people;
	size_t people_count;
	bool brief; /* who was found, without what on file says of them */
};

#define ASK_TEXT_BYTES_MAX 1024 /* any text of `request` */
#define ASK_REF_BYTES_MAX 64

/* A check, held against the policy; the request may be missing only where `of` is given, people
 * only where it is or a logged request is named. */
enum status ask_read(struct ask *out, struct arena *arena, struct str body,
    const struct policy *policy, struct err *err) MUST_USE;
/* A request to be logged: `request`, with its channel, and `people` where the kind needs them. */
enum status ask_read_log(struct ask *out, struct arena *arena, struct str body,
    const struct policy *policy, struct err *err) MUST_USE;
/* The people, leg and completeness of an earlier check, from the secret of its ledger entry. */
struct ask_earlier {
	struct str request; /* the request it belongs to: the entry's own, filled by its reader */
	struct str leg;
	struct str reference;
	bool leg_complete;
	const struct ask_person *people;
	size_t people_count;
};
enum status ask_read_earlier(
    struct ask_earlier *out, struct arena *arena, struct str secret, struct err *err) MUST_USE;
/* The people of a logged request, from the secret of its entry; none: *count 0. */
enum status ask_read_request_people(const struct ask_person **out, size_t *count,
    struct arena *arena, struct str secret, struct err *err) MUST_USE;

/* The texts of a logged request, from the secret of its entry, which may be "" (destroyed): then
 * all are "". */
enum status ask_read_request_texts(
    struct ask *out, struct arena *arena, struct str secret, struct err *err) MUST_USE;
/* The reason in the secret of an act's entry; "" if there is none. */
enum status ask_read_reason(
    struct str *out, struct arena *arena, struct str secret, struct err *err) MUST_USE;

/* Why a record was found or not: for one person, or for one of an earlier check. */
struct ask_why {
	struct ask ask;	       /* request, leg and the one person; no people if `check` is given */
	struct str check, ref; /* the earlier check and whom of it; "" where not given */
	struct str system, record_id;
	struct str person_id; /* of the record; "": all of its people */
};
enum status ask_read_why(struct ask_why *out, struct arena *arena, struct str body,
    const struct policy *policy, struct err *err) MUST_USE;

/* {"check":"CHK-..."} */
enum status ask_read_check_id(
    struct str *out, struct arena *arena, struct str body, struct err *err) MUST_USE;
/* {"system":"...","record_id":"..."} */
enum status ask_read_record(struct str *system, struct str *record_id, struct arena *arena,
    struct str body, struct err *err) MUST_USE;
/* {} */
enum status ask_read_nothing(struct str body, struct err *err) MUST_USE;

#endif
