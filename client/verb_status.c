#include "client/verb.h"

#include "client/answer.h"
#include "client/printer.h"
#include "client/service.h"
#include "client/sheet.h"
#include "client/standing.h"

/* A table for 80 columns; counts end before theirs. */
#define TABLE_WIDTH 80
#define COLUMN_GENERATION 32
#define COLUMN_AS_OF 34
#define COLUMN_RECORDS 60
#define COLUMN_PEOPLE 70
#define COLUMN_REJECTED 79
#define STATUS_MS 3000 /* a person looks whether it is up: an answer or none, soon */

static void
put_health(struct sheet *sheet, const struct standing_health *h)
{
	bool ready = str_eq_text(h->status, "ready");
	struct buf time = BUF_INIT;

	sheet_put(sheet, SHEET_BOLD, STR_LIT("searchd"));
	sheet_put(sheet, SHEET_PLAIN, h->version);
	sheet_put(sheet, SHEET_PLAIN, STR_LIT("is"));
	sheet_put(sheet, ready ? SHEET_GOOD : SHEET_ALARM, h->status);
	sheet_glue(sheet, SHEET_PLAIN, STR_LIT(","));
	sheet_putf(sheet, SHEET_PLAIN, "up for %lld h %lld min,",
	    (long long)(h->uptime_ms / 3600000), (long long)(h->uptime_ms / 60000 % 60));
	printer_time(&time, h->time);
	sheet_put(sheet, SHEET_PLAIN, buf_str(&time));
	sheet_end(sheet);
	sheet_put(sheet, SHEET_DIM, STR_LIT("model"));
	sheet_put(sheet, SHEET_DIM, h->model);
	sheet_glue(sheet, SHEET_DIM, STR_LIT(","));
	sheet_put(sheet, SHEET_DIM, STR_LIT("calibration"));
	sheet_put(sheet, SHEET_DIM, h->calibration);
	sheet_glue(sheet, SHEET_DIM, STR_LIT(","));
	sheet_put(sheet, SHEET_DIM, STR_LIT("policy"));
	sheet_put(sheet, SHEET_DIM, h->policy);
	sheet_end(sheet);
	buf_free(&time);
}

static void
put_count(struct sheet *sheet, unsigned right, int64_t value)
{
	struct buf text = BUF_INIT;

	printer_count(&text, value);
	sheet_to(sheet, right > text.n ? right - (unsigned)text.n : 0);
	sheet_put(sheet, SHEET_PLAIN, buf_str(&text));
	buf_free(&text);
}

static void
put_fault(struct sheet *sheet, const struct answer_coverage *c)
{
	struct str reason = c->reason;

	if (reason.n == 0 && c->generation == 0)
		reason = STR_LIT("nothing is loaded: it cannot be searched");
	else if (reason.n == 0 && c->stale)
		reason = STR_LIT("older than the policy allows");
	if (reason.n == 0)
		return;
	sheet_indent(sheet, 2);
	sheet_put(sheet, SHEET_ALARM, reason);
	sheet_end(sheet);
	sheet_indent(sheet, 0);
}

/* A title too long for its column has a line of its own. */
static void
put_row(struct sheet *sheet, const struct answer_coverage *c)
{
	struct str title = c->title.n > 0 ? c->title : c->system;
	struct buf as_of = BUF_INIT;

	sheet_put(sheet, SHEET_PLAIN, title);
	if (sheet->column >= COLUMN_GENERATION - 4)
		sheet_end(sheet);
	put_count(sheet, COLUMN_GENERATION, c->generation);
	sheet_to(sheet, COLUMN_AS_OF);
	printer_time(&as_of, c->as_of);
	sheet_put(sheet, c->stale ? SHEET_ALARM : SHEET_PLAIN,
	    as_of.n > 0 ? str_part(buf_str(&as_of), 0, 16) : STR_LIT("-"));
	put_count(sheet, COLUMN_RECORDS, c->records);
	put_count(sheet, COLUMN_PEOPLE, c->people);
	put_count(sheet, COLUMN_REJECTED, c->rows_rejected);
	sheet_end(sheet);
	put_fault(sheet, c);
	buf_free(&as_of);
}

static void
put_leg(struct sheet *sheet, struct str leg)
{
	if (leg.n == 0)
		return;
	sheet_put(sheet, SHEET_DIM, STR_LIT("-- leg"));
	sheet_put(sheet, SHEET_DIM, leg);
	sheet_end(sheet);
}

static void
put_header(struct sheet *sheet)
{
	static const struct {
		unsigned column;
		const char *text;
	} titles[] = { { 0, "system" }, { COLUMN_GENERATION - 3, "gen" },
		{ COLUMN_AS_OF, "as of (UTC)" }, { COLUMN_RECORDS - 7, "records" },
		{ COLUMN_PEOPLE - 6, "people" }, { COLUMN_REJECTED - 8, "rejected" } };

	sheet_gap(sheet);
	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		if (i > 0)
			sheet_to(sheet, titles[i].column);
		sheet_put(sheet, SHEET_BOLD, str_from(titles[i].text));
	}
	sheet_end(sheet);
}

static enum status
print(struct buf *out, struct arena *arena, const struct wire_reply *health,
    const struct wire_reply *index, struct err *err)
{
	struct standing_health h;
	const struct answer_coverage *rows;
	size_t count;
	struct sheet sheet;
	unsigned width = console_width();
	enum status status = standing_read_health(&h, arena, health->body, err);

	if (status == STATUS_OK)
		status = answer_read_systems(&rows, &count, arena, index->body, err);
	if (status != STATUS_OK)
		return status;
	sheet_init(&sheet, width < TABLE_WIDTH ? TABLE_WIDTH : width, console_colour());
	put_health(&sheet, &h);
	put_header(&sheet);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || !str_eq(rows[i].leg, rows[i - 1].leg))
			put_leg(&sheet, rows[i].leg);
		put_row(&sheet, &rows[i]);
	}
	if (count == 0)
		sheet_put(&sheet, SHEET_ALARM, STR_LIT("No system can be searched."));
	sheet_end(&sheet);
	*out = sheet.out;
	return STATUS_OK;
}

static enum status
run(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct service service;
	struct wire_reply health, index;
	char id[WIRE_ID_HEX + 1];
	enum status status = service_open(&service, console, STATUS_MS, err);

	if (status != STATUS_OK)
		return status;
	service_new_id(id);
	status = service_ask(&health, NULL, &service, arena, "health", id, STR_LIT("{}"), err);
	service_new_id(id);
	if (status == STATUS_OK)
		status = service_ask(
		    &index, NULL, &service, arena, "index.status", id, STR_LIT("{}"), err);
	service_close(&service);
	if (status != STATUS_OK)
		return status;
	if (!console->json)
		return print(out, arena, &health, &index, err);
	buf_add_text(out, "{\"health\":");
	buf_add_str(out, str_trim(health.body));
	buf_add_text(out, ",\"index\":");
	buf_add_str(out, str_trim(index.body));
	buf_add_text(out, "}\n");
	return STATUS_OK;
}

int
verb_status(int argc, char **argv)
{
	return service_verb(
	    argc, argv, "status", "Show what searchd searches, and how fresh it is", run);
}
