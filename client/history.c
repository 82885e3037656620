#include "client/history.h"

#include "client/sheet.h"

#define FIRST_INDENT 4

static void
put_time(struct sheet *sheet, struct str iso)
{
	struct buf text = BUF_INIT;

	printer_time(&text, iso);
	sheet_put(sheet, SHEET_PLAIN, buf_str(&text));
	buf_free(&text);
}

static void
put_line(struct sheet *sheet, const struct history_line *line)
{
	sheet_indent(sheet, FIRST_INDENT + 2 * line->depth);
	if (line->key.n == 0) {
		sheet_put(sheet, SHEET_DIM, STR_LIT("-"));
	} else {
		sheet_put(sheet, SHEET_DIM, line->key);
		sheet_glue(sheet, SHEET_DIM, STR_LIT(":"));
	}
	sheet_indent(sheet, FIRST_INDENT + 2 * line->depth + 2);
	sheet_put(sheet, SHEET_PLAIN, line->value);
	sheet_end(sheet);
}

static void
put_entry(struct sheet *sheet, const struct history_entry *e)
{
	sheet_gap(sheet);
	sheet_indent(sheet, 0);
	sheet_putf(sheet, SHEET_BOLD, "%llu", (unsigned long long)e->seq);
	put_time(sheet, e->at);
	sheet_put(sheet, SHEET_BOLD, e->kind);
	sheet_put(sheet, SHEET_PLAIN, STR_LIT("by"));
	sheet_put(sheet, SHEET_PLAIN, e->user);
	if (e->role.n > 0) {
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("as"));
		sheet_put(sheet, SHEET_PLAIN, e->role);
	}
	sheet_end(sheet);
	for (size_t k = 0; k < e->line_count; k++)
		put_line(sheet, &e->lines[k]);
}

/* The answer as the asker saw it, under a line of its own. */
static enum status
put_answer(struct sheet *sheet, const struct history_entry *e, const struct printer_look *look,
    struct arena *arena, struct err *err)
{
	struct answer answer = { .audit = e->seq };
	enum status status = answer_read(&answer, arena, e->answer, err);

	if (status != STATUS_OK)
		return status;
	sheet_gap(sheet);
	return printer_text(&sheet->out, &answer, look, arena, err);
}

enum status
history_print(struct buf *out, const struct history *history, const struct printer_look *look,
    struct arena *arena, struct err *err)
{
	struct sheet sheet;
	enum status status = STATUS_OK;

	sheet_init(&sheet, look->width, look->colour);
	sheet_put(&sheet, SHEET_BOLD, STR_LIT("Check"));
	sheet_put(&sheet, SHEET_BOLD, history->check);
	sheet_glue(&sheet, SHEET_BOLD, STR_LIT(":"));
	sheet_putf(&sheet, SHEET_PLAIN, "%zu %s; this view is logged too", history->entry_count,
	    history->entry_count == 1 ? "entry" : "entries");
	for (size_t i = 0; i < history->entry_count && status == STATUS_OK; i++) {
		put_entry(&sheet, &history->entries[i]);
		if (history->entries[i].answer.n > 0)
			status = put_answer(&sheet, &history->entries[i], look, arena, err);
	}
	sheet_end(&sheet);
	buf_add_str(out, buf_str(&sheet.out));
	if (status == STATUS_OK && (buf_failed(&sheet.out) || buf_failed(out)))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	buf_free(&sheet.out);
	return status;
}
