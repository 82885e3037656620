#ifndef CLIENT_STANDING_H
#define CLIENT_STANDING_H
/*
 * standing: what `status`, `record` and `ledger head` learn from searchd, as plain data.
 *
 * Fields that are not known are passed over, absent ones are "" and 0. Texts are in the arena.
 */
#include "base/arena.h"
#include "base/err.h"

struct standing_health {
	struct str status, version, boot, time;
	int64_t uptime_ms;
	struct str model, calibration, policy; /* names */
};

struct standing_record {
	struct str system, record_id, secured_since, secured_by;
	bool on_file, secured;
	int64_t people, secured_entry;
};

struct standing_head {
	int64_t seq;
	struct str hash;
};

struct standing_checkpoint {
	int64_t entry;
	struct str line, public_key;
};

struct standing_backup {
	struct str state, file, head, message;
	int64_t bytes, entry;
};

/* One entry of ledger.tail and ledger.search; body as JSON text. */
struct standing_entry {
	int64_t seq;
	struct str at, kind, user, role, request, check, body;
};

/* standing_json.c */
enum status standing_read_backup(
    struct standing_backup *out, struct arena *arena, struct str body, struct err *err) MUST_USE;
enum status standing_read_entries(struct standing_entry **out, size_t *count, struct arena *arena,
    struct str body, struct err *err) MUST_USE;
/* Where the next page begins; 0: there is none. */
enum status standing_read_next(
    int64_t *out, struct arena *arena, struct str body, struct err *err) MUST_USE;
enum status standing_read_health(
    struct standing_health *out, struct arena *arena, struct str body, struct err *err) MUST_USE;
enum status standing_read_record(
    struct standing_record *out, struct arena *arena, struct str body, struct err *err) MUST_USE;
enum status standing_read_checkpoint(struct standing_checkpoint *out, struct arena *arena,
    struct str body, struct err *err) MUST_USE;
enum status standing_read_head(
    struct standing_head *out, struct arena *arena, struct str body, struct err *err) MUST_USE;

#endif
