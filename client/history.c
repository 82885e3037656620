#include "client/history.h"

#include "client/printer.h"

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

void
history_print(struct sheet *sheet, const struct history *history)
{
	sheet_put(sheet, SHEET_BOLD, STR_LIT("Check"));
	sheet_put(sheet, SHEET_BOLD, history->check);
	sheet_glue(sheet, SHEET_BOLD, STR_LIT(":"));
	sheet_putf(sheet, SHEET_PLAIN, "%zu %s, this view among what is now logged",
	    history->entry_count, history->entry_count == 1 ? "entry" : "entries");
	for (size_t i = 0; i < history->entry_count; i++) {
		const struct history_entry *e = &history->entries[i];

		sheet_gap(sheet);
		sheet_indent(sheet, 0);
		sheet_putf(sheet, SHEET_BOLD, "%llu", (unsigned long long)e->seq);
		put_time(sheet, e->at);
		sheet_put(sheet, SHEET_BOLD, e->kind);
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("by"));
		sheet_put(sheet, SHEET_PLAIN, e->user);
		sheet_put(sheet, SHEET_PLAIN, STR_LIT("as"));
		sheet_put(sheet, SHEET_PLAIN, e->role);
		sheet_end(sheet);
		for (size_t k = 0; k < e->line_count; k++)
			put_line(sheet, &e->lines[k]);
	}
	sheet_end(sheet);
}
