/*
 * ledger_fill LEDGER KEYS COUNT: COUNT open requests (the newest tenth of them for the same day,
 * every tenth checked, with a candidate, a secured record and a question that waits), and as many
 * that ended ten years ago, for tests of what is done with very many. What they say is made up, and
 * they have no secrets, so that filling is fast. Nothing else may have the ledger open.
 */
#include "base/digest.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BATCH 64 /* what the ledger takes at once */
#define ENTRIES_OF_ONE 4
#define TEN_YEARS_MS (INT64_C(3650) * 86400000)
#define ID_BYTES 32

struct fill {
	struct ledger *ledger;
	int64_t at_ms;
	struct ledger_entry entries[BATCH];
	struct ledger_secure secures[BATCH];
	char bodies[BATCH][512];
	char ids[BATCH][3][ID_BYTES];
	size_t count, secure_count;
};

static enum status
flush(struct fill *fill, struct err *err)
{
	const struct ledger_batch batch = { .entries = fill->entries,
		.entry_count = fill->count,
		.secures = fill->secures,
		.secure_count = fill->secure_count };
	enum status status = STATUS_OK;
	uint64_t seq;

	if (fill->count > 0)
		status = ledger_append(&seq, fill->ledger, &batch, err);
	fill->count = fill->secure_count = 0;
	return status;
}

/* The body is printed into the entry's place. */
static char *
add(struct fill *fill, const char *kind, uint64_t number, bool of_check)
{
	char *request = fill->ids[fill->count][0], *check = fill->ids[fill->count][1];
	char *body = fill->bodies[fill->count];

	snprintf(request, ID_BYTES, "REQ-%04u-%04u", (unsigned)number / 10000 % 10000,
	    (unsigned)number % 10000);
	snprintf(check, ID_BYTES, "CHK-%04u-%04u", (unsigned)number / 10000 % 10000,
	    (unsigned)number % 10000);
	fill->entries[fill->count] = (struct ledger_entry){ .kind = kind,
		.at_ms = fill->at_ms,
		.user = STR_LIT("somebody"),
		.role = STR_LIT("qa_officer"),
		.request = str_from(request),
		.check = of_check ? str_from(check) : STR_NONE };
	fill->count++;
	return body;
}

static void
end(struct fill *fill)
{
	fill->entries[fill->count - 1].body = str_from(fill->bodies[fill->count - 1]);
}

static void
add_request(struct fill *fill, uint64_t number, bool same_day)
{
	snprintf(add(fill, "request", number, false), sizeof fill->bodies[0],
	    "{\"reference\":\"FILL-%" PRIu64 "\",\"kind\":\"%s\",\"channel\":\"email\","
	    "\"received_at\":\"\",\"jurisdiction\":\"england\",\"review_type\":\"\",\"same_day\":%"
	    "s,"
	    "\"people\":1,\"asked\":\"\"}",
	    number, same_day ? "serious_incident" : "external_record_check",
	    same_day ? "true" : "false");
	end(fill);
}

static void
add_check(struct fill *fill, uint64_t number)
{
	char *record = fill->ids[fill->count][2];

	snprintf(record, ID_BYTES, "H-%" PRIu64, number);
	snprintf(add(fill, "check", number, true), sizeof fill->bodies[0],
	    "{\"leg\":\"qa\",\"of\":\"\",\"rerun_of\":\"\",\"leg_complete\":true,\"people_of\":1,"
	    "\"systems\":[{\"system\":\"helpline\",\"generation\":1,\"searched\":true,"
	    "\"covered\":true,\"gap\":\"\"}],\"people\":[{\"outcome\":\"match\",\"candidates\":"
	    "[{\"system\":\"helpline\",\"record_id\":\"%s\",\"person_id\":\"1\","
	    "\"grade\":\"certain\",\"match_weight\":30}]}]}",
	    record);
	end(fill);
	fill->secures[fill->secure_count++] =
	    (struct ledger_secure){ STR_LIT("helpline"), str_from(record) };
	snprintf(add(fill, "question", number, false), sizeof fill->bodies[0],
	    "{\"due\":\"2030-01-01\",\"due_ms\":1893542400000}");
	end(fill);
}

static enum status
fill_all(struct fill *fill, uint64_t count, struct err *err)
{
	const int64_t now_ms = (int64_t)time(NULL) * 1000;
	enum status status = STATUS_OK;

	for (uint64_t i = 0; i < 2 * count && status == STATUS_OK; i++) {
		bool ended = i < count;

		fill->at_ms = ended ? now_ms - TEN_YEARS_MS : now_ms;
		add_request(fill, i, !ended && i >= 2 * count - count / 10);
		if (ended) {
			snprintf(add(fill, "request_state", i, false), sizeof fill->bodies[0],
			    "{\"state\":\"closed\",\"outcome\":\"no_trace\"}");
			end(fill);
		} else if (i % 10 == 0) {
			add_check(fill, i);
		}
		if (fill->count > BATCH - ENTRIES_OF_ONE || i + 1 == count)
			status = flush(fill, err);
	}
	return status == STATUS_OK ? flush(fill, err) : status;
}

int
main(int argc, char **argv)
{
	struct fill *fill = calloc(1, sizeof *fill);
	struct err err = ERR_NONE;
	uint64_t count = 0;
	char text[512];
	enum status status;

	if (fill == NULL || argc != 4 || !str_to_u64(&count, str_from(argv[3]), 10000000)) {
		fprintf(stderr, "usage: ledger_fill LEDGER KEYS COUNT\n");
		free(fill);
		return 64;
	}
	status = digest_init(&err);
	if (status == STATUS_OK)
		status = ledger_open(&fill->ledger, argv[1], argv[2], &err);
	if (status == STATUS_OK)
		status = fill_all(fill, count, &err);
	if (status != STATUS_OK)
		fprintf(stderr, "ledger_fill: %s\n", err_format(text, sizeof text, &err));
	ledger_close(fill->ledger);
	free(fill);
	return status_exit_code(status);
}
