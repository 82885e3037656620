#ifndef CLIENT_PRINTER_H
#define CLIENT_PRINTER_H
/*
 * printer: an answer for a person to read under stress, in one order everywhere: what was found,
 * what that rests on, what was not searched, where it is recorded and what to do next.
 *
 * printer_text.c writes for a terminal, printer_html.c one self-contained page (no script, nothing
 * fetched, every foreign text escaped). Both are pure: the same answer gives the same bytes.
 */
#include "base/buf.h"
#include "client/answer.h"

struct printer_look {
	unsigned width; /* columns */
	bool colour;
	bool all;   /* unlikely candidates in full too */
	bool brief; /* what was found only: no evidence, no list of what was searched */
};

/* Appends to `out`. The arena is scratch. An answer to `why` is told as the way of its record. */
enum status printer_text(struct buf *out, const struct answer *answer,
    const struct printer_look *look, struct arena *arena, struct err *err) MUST_USE;
enum status printer_html(
    struct buf *out, const struct answer *answer, struct arena *arena, struct err *err) MUST_USE;

/* Said alike by both (printer.c). "2026-11-23T10:15:00Z" as "2026-11-23 10:15 UTC"; anything else
 * as it is. */
void printer_time(struct buf *out, struct str iso);
/* 1234567 as "1,234,567". */
void printer_count(struct buf *out, int64_t value);
/* "generation 1, as of 2026-11-20 02:00 UTC (80 hours old), 130 records, 251 people". */
void printer_freshness(struct buf *out, const struct answer_coverage *coverage);
/* "secured by this check", "secured since 2026-11-23 10:15 UTC" or "". */
void printer_secured(struct buf *out, const struct answer_candidate *candidate);
/* "on_file" as "on file". */
void printer_step_name(struct buf *out, struct str step);
/* "(5.6 against 10.0)", "(3.0)" or "". */
void printer_step_figures(struct buf *out, const struct answer_step *step);
/* What became of a record asked about: "RETURNED", "NOT RETURNED, fell at: retrieved". */
void printer_fate(struct buf *out, bool returned, struct str fell_at);
/* "complete", or why not: one sentence. */
void printer_completeness(struct buf *out, const struct answer *answer);
/* The i-th thing to do next; false when there are no more. */
bool printer_next_step(struct buf *out, const struct answer *answer, size_t i);

#endif
