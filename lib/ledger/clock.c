#include "ledger/clock.h"

#include "base/buf.h"
#include "base/doc_json.h"

#define BODY_DEPTH_MAX 1

void
clock_follow(struct ledger_clock *clock, int64_t at_ms, int64_t told_ms)
{
	int64_t wall_ms = told_ms >= 0 ? told_ms : at_ms > clock->at_ms ? at_ms : clock->wall_ms;

	if (!clock->begun) {
		*clock = (struct ledger_clock){ true, at_ms, at_ms, 0 };
		return;
	}
	if (wall_ms > clock->wall_ms)
		clock->kept_ms += wall_ms - clock->wall_ms < CLOCK_STEP_MAX_MS
				      ? wall_ms - clock->wall_ms
				      : CLOCK_STEP_MAX_MS;
	clock->wall_ms = wall_ms;
	clock->at_ms = at_ms;
}

int64_t
clock_told(const struct ledger_row *row)
{
	struct json_t *doc = NULL;
	int64_t told_ms = -1;

	if (doc_parse(&doc, row->body, "entry", BODY_DEPTH_MAX, NULL) == STATUS_OK &&
	    doc_int(&told_ms, doc, "entry", "", "clock_ms", DOC_REQUIRED, 0, INT64_MAX, NULL) !=
		STATUS_OK)
		told_ms = -1;
	doc_free(doc);
	return told_ms;
}

void
clock_follow_row(struct ledger_clock *clock, const struct ledger_row *row)
{
	clock_follow(clock, row->at_ms, str_eq_text(row->kind, "clock") ? clock_told(row) : -1);
}

int64_t
clock_time(bool *tell, const struct ledger_clock *clock, int64_t given_ms)
{
	bool told = clock->wall_ms < clock->at_ms;

	*tell = false;
	if (!clock->begun || given_ms >= clock->at_ms)
		return given_ms;
	if (clock->at_ms - given_ms > CLOCK_TOLERANCE_MS)
		*tell = !told || given_ms - clock->wall_ms >= CLOCK_TELL_MS ||
			clock->wall_ms - given_ms > CLOCK_TOLERANCE_MS;
	return clock->at_ms;
}

void
clock_body(struct buf *out, const struct ledger_clock *clock, int64_t given_ms)
{
	buf_addf(out, "{\"clock_ms\":%lld,\"behind_ms\":%lld}", (long long)given_ms,
	    (long long)(clock->at_ms - given_ms));
}
