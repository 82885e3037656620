#include "client/request_sheet.h"

#include "base/doc_json.h"
#include "client/request.h"
#include "record/person_json.h"

#include <jansson.h>

#define SOURCE "reply"
#define DEPTH_MAX 16
#define COLUMN_TITLE 16
/* The table of what is due. */
#define COLUMN_DAYS 11
#define COLUMN_REQUEST 22
#define COLUMN_REFERENCE 37
#define COLUMN_WHAT 56

static struct str
text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
}

static bool
flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static long long
number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static enum status
parse(json_t **out, struct str body, struct err *err)
{
	enum status status = doc_parse(out, body, SOURCE, DEPTH_MAX, err);

	if (status != STATUS_OK || json_is_object(*out))
		return status;
	doc_free(*out);
	*out = NULL;
	return err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
}

static void
put_title(struct sheet *sheet, const char *title)
{
	sheet_gap(sheet);
	sheet_put(sheet, SHEET_BOLD, str_from(title));
	sheet_end(sheet);
}

static void
put_line(struct sheet *sheet, const char *title, struct str value)
{
	if (value.n == 0)
		return;
	sheet_indent(sheet, 2);
	sheet_put(sheet, SHEET_DIM, str_from(title));
	sheet_to(sheet, COLUMN_TITLE);
	sheet_indent(sheet, COLUMN_TITLE);
	sheet_put(sheet, SHEET_PLAIN, value);
	sheet_end(sheet);
	sheet_indent(sheet, 0);
}

/* --- One request -------------------------------------------------------------------------------
 */
static void
put_head(struct sheet *sheet, const json_t *doc)
{
	static const struct {
		const char *key, *title;
	} lines[] = { { "reference", "reference" }, { "title", "kind" }, { "channel", "channel" },
		{ "jurisdiction", "jurisdiction" }, { "review_type", "review type" },
		{ "received_at", "received" }, { "logged_at", "logged" }, { "logged_by", "by" } };
	bool open = str_eq_text(text(doc, "state"), "open");

	sheet_put(sheet, SHEET_BOLD, text(doc, "request"));
	sheet_put(sheet, open ? SHEET_NOTICE : SHEET_PLAIN, text(doc, "state"));
	if (flag(doc, "same_day"))
		sheet_put(sheet, SHEET_ALARM, STR_LIT("SAME DAY"));
	sheet_put(sheet, flag(doc, "complete") ? SHEET_GOOD : SHEET_ALARM,
	    flag(doc, "complete") ? STR_LIT("searched completely")
				  : STR_LIT("not searched completely"));
	sheet_put(sheet, SHEET_PLAIN, text(doc, "outcome"));
	sheet_end(sheet);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		put_line(sheet, lines[i].title, text(doc, lines[i].key));
	if (number(doc, "referred") > 0) {
		sheet_indent(sheet, 2);
		sheet_putf(sheet, SHEET_PLAIN,
		    "%lld possible or better, of which %lld undecided, %lld confirmed",
		    number(doc, "referred"), number(doc, "undecided"), number(doc, "confirmed"));
		sheet_end(sheet);
		sheet_indent(sheet, 0);
	}
}

static void
put_gap(struct sheet *sheet, struct str what, struct str why)
{
	sheet_indent(sheet, 4);
	sheet_put(sheet, SHEET_ALARM, STR_LIT("missing:"));
	sheet_put(sheet, SHEET_PLAIN, what);
	if (what.n > 0 && why.n > 0)
		sheet_glue(sheet, SHEET_PLAIN, STR_LIT(","));
	sheet_put(sheet, SHEET_PLAIN, why);
	sheet_end(sheet);
}

static void
put_legs(struct sheet *sheet, const json_t *doc)
{
	const json_t *leg, *system;
	size_t i, j;

	put_title(sheet, "LEGS");
	json_array_foreach (json_object_get(doc, "legs"), i, leg) {
		bool complete = flag(leg, "complete");

		sheet_indent(sheet, 2);
		sheet_put(sheet, SHEET_PLAIN, text(leg, "title"));
		sheet_put(sheet, complete ? SHEET_GOOD : SHEET_ALARM,
		    complete ? STR_LIT("complete") : STR_LIT("NOT COMPLETE"));
		sheet_put(sheet, SHEET_DIM, text(leg, "check"));
		sheet_put(sheet, SHEET_DIM, text(leg, "asked_at"));
		sheet_end(sheet);
		if (text(leg, "reason").n > 0)
			put_gap(sheet, text(leg, "reason"), STR_NONE);
		json_array_foreach (json_object_get(leg, "missing"), j, system)
			put_gap(sheet, text(system, "title"), text(system, "reason"));
	}
	sheet_indent(sheet, 0);
}

static void
put_noted(struct sheet *sheet, const json_t *doc)
{
	const json_t *item;
	size_t i;

	if (json_array_size(json_object_get(doc, "milestones")) > 0)
		put_title(sheet, "NOTED");
	json_array_foreach (json_object_get(doc, "milestones"), i, item) {
		sheet_indent(sheet, 2);
		sheet_put(sheet, SHEET_PLAIN, text(item, "on"));
		sheet_indent(sheet, COLUMN_TITLE);
		sheet_put(sheet, SHEET_PLAIN, text(item, "title"));
		sheet_put(sheet, SHEET_DIM, text(item, "milestone"));
		sheet_end(sheet);
	}
	sheet_indent(sheet, 0);
}

static void
put_people(struct sheet *sheet, struct arena *arena, const json_t *details)
{
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(details, "people"), i, item) {
		struct request_person person = { .ref = text(item, "ref") };
		struct buf line = BUF_INIT;

		/* The ref belongs to the question; the rest is a person as everywhere. */
		person.ref = arena_copy(&person.ref, arena, person.ref) ? person.ref : STR_NONE;
		json_object_del(item, "ref");
		if (person_from_json(&person.person, arena, item, SOURCE, "person", NULL) ==
		    STATUS_OK) {
			request_describe(&line, &person, i + 1);
			put_line(sheet, i == 0 ? "people" : "", buf_str(&line));
		}
		buf_free(&line);
	}
}

static void
put_details(struct sheet *sheet, struct arena *arena, const json_t *doc)
{
	static const char *const keys[][2] = { { "requester", "requester" },
		{ "organisation", "organisation" }, { "purpose", "purpose" },
		{ "legal_basis", "legal basis" }, { "reason", "reason" } };
	const json_t *details = json_object_get(doc, "details");

	if (details == NULL)
		return;
	put_title(sheet, "DETAILS (this view is logged)");
	if (flag(details, "destroyed"))
		put_line(sheet, "", STR_LIT("destroyed at the end of retention"));
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		put_line(sheet, keys[i][1], text(details, keys[i][0]));
	put_people(sheet, arena, details);
}

/* --- What is due -------------------------------------------------------------------------------
 */
static void
put_days(struct sheet *sheet, const json_t *row)
{
	long long days = number(row, "days_left");

	if (flag(row, "overdue"))
		sheet_putf(sheet, SHEET_ALARM, "%lld d OVER", -days);
	else if (days == 0)
		sheet_put(sheet, SHEET_NOTICE, STR_LIT("today"));
	else
		sheet_putf(sheet, SHEET_PLAIN, "%lld d", days);
}

static void
put_what(struct sheet *sheet, const json_t *row, unsigned column)
{
	sheet_indent(sheet, column);
	sheet_put(sheet, SHEET_PLAIN, text(row, "title"));
	if (text(row, "record_id").n > 0) {
		sheet_put(sheet, SHEET_DIM, text(row, "system"));
		sheet_put(sheet, SHEET_DIM, text(row, "record_id"));
	}
	sheet_put(sheet, SHEET_DIM, STR_LIT("("));
	sheet_glue(sheet, SHEET_DIM, text(row, "section"));
	sheet_glue(sheet, SHEET_DIM, STR_LIT(")"));
	sheet_end(sheet);
	sheet_indent(sheet, 0);
}

static void
put_due(struct sheet *sheet, const json_t *doc, bool with_request)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(doc, "due"), i, row) {
		sheet_put(sheet, SHEET_PLAIN, text(row, "due_on"));
		sheet_to(sheet, COLUMN_DAYS);
		put_days(sheet, row);
		sheet_to(sheet, COLUMN_REQUEST);
		if (with_request) {
			sheet_put(sheet, SHEET_BOLD, text(row, "request"));
			sheet_to(sheet, COLUMN_REFERENCE);
			sheet_put(sheet, SHEET_PLAIN, text(row, "reference"));
			sheet_to(sheet, COLUMN_WHAT);
		}
		put_what(sheet, row, with_request ? COLUMN_WHAT : COLUMN_REQUEST);
	}
}

enum status
request_sheet_due(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	static const struct {
		unsigned column;
		const char *title;
	} titles[] = { { 0, "due on" }, { COLUMN_DAYS, "left" }, { COLUMN_REQUEST, "request" },
		{ COLUMN_REFERENCE, "reference" }, { COLUMN_WHAT, "what" } };
	json_t *doc = NULL;
	enum status status = parse(&doc, body, err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	if (json_array_size(json_object_get(doc, "due")) == 0)
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("Nothing is due."));
	else
		for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
			sheet_to(sheet, titles[i].column);
			sheet_put(sheet, SHEET_BOLD, str_from(titles[i].title));
		}
	sheet_end(sheet);
	put_due(sheet, doc, true);
	if (number(doc, "overdue") > 0)
		sheet_putf(sheet, SHEET_ALARM, "%lld overdue", number(doc, "overdue"));
	if (number(doc, "not_shown") > 0)
		sheet_putf(sheet, SHEET_DIM, "%lld more are not shown", number(doc, "not_shown"));
	sheet_end(sheet);
	doc_free(doc);
	return STATUS_OK;
}

enum status
request_sheet_show(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	json_t *doc = NULL;
	enum status status = parse(&doc, body, err);

	if (status != STATUS_OK)
		return status;
	put_head(sheet, doc);
	put_legs(sheet, doc);
	put_noted(sheet, doc);
	if (json_array_size(json_object_get(doc, "due")) > 0)
		put_title(sheet, "DUE");
	put_due(sheet, doc, false);
	put_details(sheet, arena, doc);
	doc_free(doc);
	return STATUS_OK;
}

enum status
request_sheet_list(struct sheet *sheet, struct str body, struct arena *arena, struct err *err)
{
	json_t *doc = NULL;
	const json_t *row;
	size_t i;
	enum status status = parse(&doc, body, err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	json_array_foreach (json_object_get(doc, "requests"), i, row) {
		bool open = str_eq_text(text(row, "state"), "open");

		sheet_put(sheet, SHEET_BOLD, text(row, "request"));
		sheet_indent(sheet, COLUMN_TITLE);
		sheet_put(sheet, SHEET_DIM, str_part(text(row, "logged_at"), 0, 10));
		sheet_put(sheet, open ? SHEET_NOTICE : SHEET_PLAIN, text(row, "state"));
		if (open && !flag(row, "complete"))
			sheet_put(sheet, SHEET_ALARM, STR_LIT("incomplete"));
		if (!open || flag(row, "complete"))
			sheet_put(sheet, SHEET_PLAIN, text(row, "outcome"));
		sheet_put(sheet, SHEET_PLAIN, text(row, "reference"));
		sheet_put(sheet, SHEET_DIM, text(row, "title"));
		sheet_end(sheet);
		sheet_indent(sheet, 0);
	}
	if (i == 0)
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("No request is logged."));
	if (flag(doc, "more"))
		sheet_putf(sheet, SHEET_DIM, "There are more: --before %lld",
		    number(json_array_get(json_object_get(doc, "requests"), i - 1), "entry"));
	sheet_end(sheet);
	doc_free(doc);
	return STATUS_OK;
}
