/*
 * ledger_age LEDGER KEYS CHECK NAME HOURS: appends the check's first entry once more, under another
 * name and as if it had been asked HOURS ago, for tests of what happens to an old check. Nothing
 * else may have the ledger open.
 */
#include "base/digest.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <time.h>

static enum status
append_aged(struct ledger *ledger, struct arena *arena, const char *check, const char *name,
    int64_t hours, struct err *err)
{
	const struct ledger_row *rows = NULL;
	struct ledger_entry entry = { .kind = "check" };
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	size_t count = 0;
	uint64_t seq;
	enum status status =
	    ledger_check_entries(&rows, &count, ledger, arena, str_from(check), err);

	if (status != STATUS_OK)
		return status;
	if (count == 0)
		return err_set(err, STATUS_NOT_FOUND, "there is no check %s", check);
	entry.at_ms = ((int64_t)time(NULL) - hours * 3600) * 1000;
	entry.user = rows[0].user;
	entry.role = rows[0].role;
	entry.check = str_from(name);
	entry.request = rows[0].request;
	entry.body = rows[0].body;
	entry.secret = rows[0].secret;
	return ledger_append(&seq, ledger, &batch, err);
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new(0);
	struct ledger *ledger = NULL;
	struct err err = ERR_NONE;
	uint64_t hours = 0;
	char text[512];
	enum status status;

	if (argc != 6 || !str_to_u64(&hours, str_from(argv[5]), 1000000) || arena == NULL) {
		fprintf(stderr, "usage: ledger_age LEDGER KEYS CHECK NAME HOURS\n");
		return 64;
	}
	status = digest_init(&err);
	if (status == STATUS_OK)
		status = ledger_open(&ledger, argv[1], argv[2], &err);
	if (status == STATUS_OK)
		status = append_aged(ledger, arena, argv[3], argv[4], (int64_t)hours, &err);
	if (status != STATUS_OK)
		fprintf(stderr, "ledger_age: %s\n", err_format(text, sizeof text, &err));
	ledger_close(ledger);
	arena_free(arena);
	return status_exit_code(status);
}
