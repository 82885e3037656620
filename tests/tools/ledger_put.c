/*
 * ledger_put LEDGER KEYS HOURS KIND REQUEST CHECK BODY SECRET: appends one entry as if it had been
 * made HOURS ago, by "somebody", for tests of what is done with old requests. Nothing else may have
 * the ledger open.
 */
#include "base/digest.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <time.h>

static enum status
append(struct ledger *ledger, char **argv, int64_t hours, struct err *err)
{
	const struct ledger_entry entry = { .kind = argv[4],
		.at_ms = ((int64_t)time(NULL) - hours * 3600) * 1000,
		.user = STR_LIT("somebody"),
		.role = STR_LIT("qa_officer"),
		.request = str_from(argv[5]),
		.check = str_from(argv[6]),
		.body = str_from(argv[7]),
		.secret = str_from(argv[8]) };
	const struct ledger_batch batch = { .entries = &entry, .entry_count = 1 };
	uint64_t seq;

	return ledger_append(&seq, ledger, &batch, err);
}

int
main(int argc, char **argv)
{
	struct ledger *ledger = NULL;
	struct err err = ERR_NONE;
	uint64_t hours = 0;
	char text[512];
	enum status status;

	if (argc != 9 || !str_to_u64(&hours, str_from(argv[3]), 1000000)) {
		fprintf(
		    stderr, "usage: ledger_put LEDGER KEYS HOURS KIND REQUEST CHECK BODY SECRET\n");
		return 64;
	}
	status = digest_init(&err);
	if (status == STATUS_OK)
		status = ledger_open(&ledger, argv[1], argv[2], &err);
	if (status == STATUS_OK)
		status = append(ledger, argv, (int64_t)hours, &err);
	if (status != STATUS_OK)
		fprintf(stderr, "ledger_put: %s\n", err_format(text, sizeof text, &err));
	ledger_close(ledger);
	return status_exit_code(status);
}
