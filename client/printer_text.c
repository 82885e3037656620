#include "client/printer.h"
#include "client/sheet.h"
#include "client/waterfall.h"

#include <stdio.h>

#define LABEL_COLUMN 4
#define BITS_COLUMN 20
#define BITS_DIGITS 6 /* "-123.4" */
#define BAR_COLUMN 28
#define BAR_CELLS_MAX 60
#define STEP_COLUMN 10
#define STEP_WORDS_COLUMN 22

struct text_printer {
	struct sheet sheet;
	const struct answer *answer;
	const struct printer_look *look;
	struct arena *arena;
	struct err *err;
};

static void
put_text(struct text_printer *t, enum sheet_style style, const char *text)
{
	sheet_put(&t->sheet, style, str_from(text));
}

/* One sentence of printer.c. */
static void
put_buf(struct text_printer *t, enum sheet_style style, struct buf *text)
{
	sheet_put(&t->sheet, style, buf_str(text));
	t->sheet.out.failed |= buf_failed(text);
	buf_clear(text);
}

static void
heading(struct text_printer *t, const char *text, const char *note)
{
	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 0);
	put_text(t, SHEET_BOLD, text);
	sheet_indent(&t->sheet, LABEL_COLUMN);
	put_text(t, SHEET_DIM, note);
	sheet_end(&t->sheet);
}

static void
put_list(struct text_printer *t, const char *label, const struct str *list, size_t count)
{
	if (count == 0)
		return;
	put_text(t, SHEET_DIM, label);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(";"));
		sheet_put(&t->sheet, SHEET_PLAIN, list[i]);
	}
	sheet_end(&t->sheet);
}

static enum sheet_style
grade_style(struct str grade)
{
	if (str_eq_text(grade, "certain") || str_eq_text(grade, "probable"))
		return SHEET_ALARM;
	return str_eq_text(grade, "unlikely") || str_eq_text(grade, "none") ? SHEET_DIM
									    : SHEET_NOTICE;
}

static void
put_upper(struct text_printer *t, enum sheet_style style, struct str word)
{
	char upper[32];
	size_t n = word.n < sizeof upper ? word.n : sizeof upper;

	for (size_t i = 0; i < n; i++)
		upper[i] = (char)(word.p[i] >= 'a' && word.p[i] <= 'z' ? word.p[i] - 32
				  : word.p[i] == '_'		       ? ' '
								       : word.p[i]);
	sheet_put(&t->sheet, style, (struct str){ upper, n });
}

static void
put_grade(struct text_printer *t, const struct answer_candidate *c)
{
	char percent[16], words[ANSWER_WORDS_BYTES];

	if (c->relation.n > 0) {
		put_upper(t, SHEET_NOTICE, c->relation);
		sheet_put(&t->sheet, SHEET_PLAIN, c->words);
		sheet_end(&t->sheet);
		return;
	}
	put_upper(t, grade_style(c->grade),
	    str_eq_text(c->grade, "none") ? STR_LIT("not listed") : c->grade);
	sheet_putf(&t->sheet, SHEET_PLAIN, "confidence %s (%s)",
	    answer_percent(percent, c->confidence), answer_confidence_words(words, t->answer, c));
	sheet_end(&t->sheet);
}

static void
put_case(struct text_printer *t, const struct answer_candidate *c)
{
	const struct {
		const char *label;
		struct str value;
	} parts[] = { { "status", c->case_status }, { "opened", c->case_opened },
		{ "closed", c->case_closed }, { "", c->case_service }, { "", c->case_nation } };
	bool first = true;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].value.n == 0)
			continue;
		if (first)
			put_text(t, SHEET_DIM, "case:");
		else
			sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(","));
		put_text(t, SHEET_PLAIN, parts[i].label);
		sheet_put(&t->sheet, SHEET_PLAIN, parts[i].value);
		first = false;
	}
	sheet_end(&t->sheet);
}

/* Who else of those asked about is in this record. */
static void
put_household(struct text_printer *t, struct str ref, const struct answer_candidate *c)
{
	const struct answer_household *h = answer_household_of(t->answer, c->system, c->record_id);
	bool first = true;

	for (size_t i = 0; h != NULL && i < h->matched_count; i++) {
		const struct answer_matched *m = &h->matched[i];

		if (str_eq(m->ref, ref))
			continue;
		if (first)
			put_text(t, SHEET_DIM, "in the same record:");
		else
			sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(";"));
		sheet_put(&t->sheet, SHEET_BOLD, m->ref);
		sheet_putf(&t->sheet, SHEET_PLAIN, "(person %.*s, %.*s, %.1f bits)",
		    STR_ARG(str_part(m->person_id, 0, 64)), STR_ARG(str_part(m->grade, 0, 32)),
		    m->match_weight);
		first = false;
	}
	sheet_end(&t->sheet);
}

static void
put_who(struct text_printer *t, const struct answer_candidate *c)
{
	if (c->restricted) {
		put_text(t, SHEET_NOTICE, "Its details are kept back from this role.");
		if (c->contact.n > 0) {
			put_text(t, SHEET_NOTICE, "Ask:");
			sheet_put(&t->sheet, SHEET_NOTICE, c->contact);
		}
		sheet_end(&t->sheet);
		return;
	}
	sheet_put(&t->sheet, SHEET_BOLD, c->name);
	if (c->role.n > 0) {
		sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(","));
		sheet_put(&t->sheet, SHEET_PLAIN, c->role);
	}
	sheet_putf(&t->sheet, SHEET_PLAIN, "(person %.*s)", STR_ARG(str_part(c->person_id, 0, 64)));
	sheet_end(&t->sheet);
	if (c->name_count > 1)
		put_list(t, "names:", c->names, c->name_count);
	put_list(t, "born:", c->births, c->birth_count);
	put_list(t, "lived:", c->addresses, c->address_count);
}

static void
put_record_line(struct text_printer *t, const struct answer_candidate *c)
{
	struct buf mark = BUF_INIT;

	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 2);
	sheet_put(&t->sheet, SHEET_BOLD, answer_system_title(t->answer, c->system));
	sheet_glue(&t->sheet, SHEET_BOLD, STR_LIT(","));
	put_text(t, SHEET_BOLD, "record");
	sheet_put(&t->sheet, SHEET_BOLD, c->record_id);
	printer_secured(&mark, c);
	if (mark.n > 0) {
		sheet_put(&t->sheet, SHEET_PLAIN, STR_LIT("-"));
		put_buf(t, c->secured_now ? SHEET_ALARM : SHEET_NOTICE, &mark);
	}
	buf_free(&mark);
	sheet_end(&t->sheet);
	sheet_indent(&t->sheet, LABEL_COLUMN);
}

static bool
same_record(const struct answer_candidate *a, const struct answer_candidate *b)
{
	return str_eq(a->system, b->system) && str_eq(a->record_id, b->record_id);
}

static bool
is_shown(const struct text_printer *t, const struct answer_candidate *c)
{
	return t->look->all || answer_is_referred(c);
}

/* True if an earlier shown candidate of the list has the record: then it was printed with it. */
static bool
is_printed(const struct text_printer *t, const struct answer_candidate *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_shown(t, &list[k]) && same_record(&list[k], &list[i]))
			return true;
	return false;
}

static void
put_candidates(
    struct text_printer *t, struct str ref, const struct answer_candidate *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_shown(t, &list[i]) || is_printed(t, list, i))
			continue;
		put_record_line(t, &list[i]);
		for (size_t k = i; k < count; k++) {
			if (!is_shown(t, &list[k]) || !same_record(&list[i], &list[k]))
				continue;
			put_grade(t, &list[k]);
			put_who(t, &list[k]);
		}
		if (!list[i].restricted)
			put_case(t, &list[i]);
		put_household(t, ref, &list[i]);
	}
}

/* Unlikely candidates are listed by number only: they are there, and do not drown the rest. */
static void
put_unlikely(struct text_printer *t, const struct answer_person *p)
{
	size_t hidden = 0;

	for (size_t i = 0; i < p->candidate_count; i++)
		hidden += !is_shown(t, &p->candidates[i]);
	if (hidden == 0)
		return;
	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 2);
	sheet_putf(&t->sheet, SHEET_DIM,
	    "%zu unlikely, listed but not referred (in full with --all):", hidden);
	sheet_indent(&t->sheet, LABEL_COLUMN);
	for (size_t i = 0; i < p->candidate_count; i++) {
		const struct answer_candidate *c = &p->candidates[i];

		if (is_shown(t, c))
			continue;
		sheet_put(&t->sheet, SHEET_DIM, c->system);
		sheet_put(&t->sheet, SHEET_DIM, c->record_id);
		sheet_putf(
		    &t->sheet, SHEET_DIM, "(%.1f)%s", c->match_weight, --hidden > 0 ? "," : "");
	}
	sheet_end(&t->sheet);
}

static enum sheet_style
outcome_style(struct str outcome)
{
	return str_eq_text(outcome, "no_trace") ? SHEET_BOLD : SHEET_ALARM;
}

static void
put_no_trace(struct text_printer *t, const struct answer_person *p)
{
	sheet_putf(&t->sheet, SHEET_PLAIN,
	    "Had a record fitted all that was given, it would have reached %.1f bits.",
	    p->best_possible_weight);
	sheet_end(&t->sheet);
}

static void
put_person(struct text_printer *t, const struct answer_person *p)
{
	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 0);
	put_text(t, outcome_style(p->outcome), answer_outcome_words(p));
	put_text(t, SHEET_PLAIN, "-");
	sheet_put(&t->sheet, SHEET_BOLD, p->ref);
	sheet_end(&t->sheet);
	sheet_indent(&t->sheet, 2);
	sheet_put(&t->sheet, SHEET_PLAIN, p->statement);
	sheet_end(&t->sheet);
	if (str_eq_text(p->outcome, "no_trace") || str_eq_text(p->outcome, "insufficient_evidence"))
		put_no_trace(t, p);
	for (size_t i = 0; i < p->left_out_count; i++) {
		sheet_put(&t->sheet, SHEET_NOTICE, p->left_out[i]);
		sheet_end(&t->sheet);
	}
	if (p->candidates_capped)
		put_text(t, SHEET_NOTICE,
		    "More records were near than could be judged; give more details.");
	if (p->not_shown > 0)
		sheet_putf(&t->sheet, SHEET_NOTICE, "%lld more candidates are not shown.",
		    (long long)p->not_shown);
	sheet_end(&t->sheet);
	put_candidates(t, p->ref, p->candidates, p->candidate_count);
	put_unlikely(t, p);
	if (p->related_count > 0) {
		sheet_gap(&t->sheet);
		sheet_indent(&t->sheet, 2);
		put_text(t, SHEET_BOLD,
		    "Not the person asked about, but a relative, of the house, or of the same "
		    "name:");
		sheet_end(&t->sheet);
		put_candidates(t, p->ref, p->related, p->related_count);
	}
}

/* --- Why ----------------------------------------------------------------------------------- */

/* The signed number, right-aligned, and its bar in one piece. */
static void
put_bar(struct text_printer *t, const struct waterfall *w, const struct waterfall_bar *bar)
{
	unsigned room = t->sheet.width - BAR_COLUMN, first, count;
	bool against = bar->bits < 0;
	struct buf cells = BUF_INIT;
	char bits[24];
	int n = snprintf(bits, sizeof bits, "%+.1f", bar->bits);

	sheet_to(&t->sheet, BITS_COLUMN + (n < BITS_DIGITS ? (unsigned)(BITS_DIGITS - n) : 0));
	put_text(t, SHEET_PLAIN, bits);
	waterfall_cells(&first, &count, NULL, w, bar, room < BAR_CELLS_MAX ? room : BAR_CELLS_MAX);
	for (unsigned i = 0; i < count; i++)
		buf_add_text(&cells, against ? "\xe2\x96\x92" : "\xe2\x96\x88");
	if (count > 0) {
		sheet_to(&t->sheet, BAR_COLUMN + first);
		sheet_glue(&t->sheet, against ? SHEET_ALARM : SHEET_GOOD, buf_str(&cells));
	}
	t->sheet.out.failed |= buf_failed(&cells);
	buf_free(&cells);
}

static void
put_evidence(struct text_printer *t, const struct answer_evidence *e)
{
	sheet_indent(&t->sheet, LABEL_COLUMN + 2);
	if (e->asked.n > 0) {
		put_text(t, SHEET_DIM, "asked");
		sheet_put(&t->sheet, SHEET_PLAIN, e->asked);
		sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(","));
	}
	put_text(t, SHEET_DIM, "on record");
	sheet_put(&t->sheet, SHEET_PLAIN, e->found.n > 0 ? e->found : STR_LIT("nothing"));
	if (e->words.n > 0) {
		sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(":"));
		sheet_put(&t->sheet, SHEET_PLAIN, e->words);
	}
	if (e->rarity >= 0.05 || e->rarity <= -0.05)
		sheet_putf(&t->sheet, SHEET_DIM, "(%+.1f of this for how %s the value is)",
		    e->rarity, e->rarity > 0 ? "rare" : "common");
	sheet_end(&t->sheet);
}

static enum status
put_why(struct text_printer *t, struct str ref, const struct answer_candidate *c)
{
	struct waterfall w;
	enum status status = waterfall_make(&w, t->arena, c, t->err);

	if (status != STATUS_OK || c->evidence_count == 0)
		return status;
	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 2);
	sheet_put(&t->sheet, SHEET_BOLD, ref);
	put_text(t, SHEET_PLAIN, "and");
	sheet_put(&t->sheet, SHEET_BOLD, c->name);
	put_text(t, SHEET_PLAIN, "in");
	sheet_put(&t->sheet, SHEET_PLAIN, answer_system_title(t->answer, c->system));
	sheet_put(&t->sheet, SHEET_PLAIN, c->record_id);
	sheet_end(&t->sheet);
	for (size_t i = 0; i < w.count; i++) {
		sheet_indent(&t->sheet, LABEL_COLUMN);
		sheet_put(&t->sheet, SHEET_PLAIN, w.bars[i].field);
		put_bar(t, &w, &w.bars[i]);
		sheet_end(&t->sheet);
		if (w.bars[i].evidence != NULL)
			put_evidence(t, w.bars[i].evidence);
	}
	return STATUS_OK;
}

static enum status
put_all_why(struct text_printer *t)
{
	enum status status = STATUS_OK;
	bool begun = false;

	for (size_t p = 0; p < t->answer->people_count; p++) {
		const struct answer_person *person = &t->answer->people[p];

		for (size_t i = 0; i < person->candidate_count && status == STATUS_OK; i++) {
			const struct answer_candidate *c = &person->candidates[i];

			if (!is_shown(t, c) || c->restricted)
				continue;
			if (!begun)
				heading(
				    t, "WHY", "in bits for and against; 1 bit doubles the odds");
			begun = true;
			status = put_why(t, person->ref, c);
		}
	}
	return status;
}

/* --- The way of a record ---------------------------------------------------------------------- */

static void
put_steps(struct text_printer *t, const struct answer_step *steps, size_t count)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct answer_step *s = &steps[i];
		bool failed = str_eq_text(s->result, "failed");
		bool passed = str_eq_text(s->result, "passed");

		sheet_indent(&t->sheet, LABEL_COLUMN);
		put_text(t,
		    failed   ? SHEET_ALARM
		    : passed ? SHEET_GOOD
			     : SHEET_DIM,
		    failed   ? "FAIL"
		    : passed ? "pass"
			     : "-");
		sheet_to(&t->sheet, STEP_COLUMN);
		printer_step_name(&text, s->step);
		put_buf(t, SHEET_BOLD, &text);
		sheet_to(&t->sheet, STEP_WORDS_COLUMN);
		sheet_indent(&t->sheet, STEP_WORDS_COLUMN);
		sheet_put(&t->sheet, SHEET_PLAIN, s->words);
		printer_step_figures(&text, s);
		put_buf(t, SHEET_PLAIN, &text);
		sheet_end(&t->sheet);
	}
	buf_free(&text);
}

static void
put_fate(struct text_printer *t, const struct answer_candidate *c)
{
	struct buf text = BUF_INIT;

	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 2);
	printer_fate(&text, c->returned, c->fell_at);
	put_buf(t, c->returned ? SHEET_GOOD : SHEET_NOTICE, &text);
	sheet_end(&t->sheet);
	sheet_indent(&t->sheet, LABEL_COLUMN);
	put_grade(t, c);
	put_who(t, c);
	buf_free(&text);
}

/* A record and each of its people that was asked about. */
static enum status
put_way(struct text_printer *t)
{
	const struct answer *a = t->answer;
	enum status status = STATUS_OK;
	struct buf text = BUF_INIT;

	put_text(t, SHEET_BOLD, "WHY");
	put_text(t, SHEET_PLAIN, "-");
	sheet_put(&t->sheet, SHEET_BOLD, answer_system_title(a, a->why.system));
	sheet_glue(&t->sheet, SHEET_BOLD, STR_LIT(","));
	put_text(t, SHEET_BOLD, "record");
	sheet_put(&t->sheet, SHEET_BOLD, a->why.record_id);
	if (a->why.secured)
		put_text(t, SHEET_NOTICE, "- SECURED");
	if (a->why.fell_at.n > 0) {
		put_text(t, SHEET_PLAIN, "-");
		printer_fate(&text, false, a->why.fell_at);
		put_buf(t, SHEET_NOTICE, &text);
	}
	sheet_end(&t->sheet);
	put_steps(t, a->why.steps, a->why.step_count);
	for (size_t p = 0; p < a->people_count; p++)
		for (size_t i = 0; i < a->people[p].candidate_count && status == STATUS_OK; i++) {
			const struct answer_candidate *c = &a->people[p].candidates[i];

			put_fate(t, c);
			put_steps(t, c->steps, c->step_count);
			if (!c->restricted)
				status = put_why(t, a->people[p].ref, c);
		}
	if (a->people_count > 0 && a->people[0].not_shown > 0) {
		sheet_gap(&t->sheet);
		sheet_putf(&t->sheet, SHEET_NOTICE,
		    "%lld more of its people are not shown; ask for one with --person-id.",
		    (long long)a->people[0].not_shown);
		sheet_end(&t->sheet);
	}
	buf_free(&text);
	return status;
}

static void
put_way_record(struct text_printer *t)
{
	const struct answer *a = t->answer;
	struct buf text = BUF_INIT;

	heading(t, "RECORDED", "");
	sheet_indent(&t->sheet, 2);
	buf_addf(&text, "Ledger entry %llu", (unsigned long long)a->audit);
	if (a->check.n > 0) {
		buf_add_text(&text, " of check ");
		buf_add_str(&text, a->check);
	}
	buf_add_text(&text, ", reference ");
	buf_add_str(&text, a->reference);
	buf_add_text(&text, ", leg ");
	buf_add_str(&text, a->leg);
	buf_add_text(&text, ", ");
	printer_time(&text, a->asked_at);
	if (a->replayed)
		buf_add_text(&text, "; this is the answer given before, nothing was run twice");
	put_buf(t, SHEET_PLAIN, &text);
	sheet_end(&t->sheet);
	buf_free(&text);
}

/* --- Coverage and record --------------------------------------------------------------------- */

static void
put_coverage(struct text_printer *t, bool searched)
{
	struct buf text = BUF_INIT;
	bool begun = false;

	for (size_t i = 0; i < t->answer->coverage_count; i++) {
		const struct answer_coverage *c = &t->answer->coverage[i];

		if (c->searched != searched)
			continue;
		if (!begun)
			heading(t, searched ? "SEARCHED" : "NOT SEARCHED", "");
		begun = true;
		sheet_indent(&t->sheet, 2);
		sheet_put(&t->sheet, searched ? SHEET_PLAIN : SHEET_ALARM,
		    c->title.n > 0 ? c->title : c->system);
		sheet_glue(&t->sheet, SHEET_PLAIN, STR_LIT(":"));
		sheet_indent(&t->sheet, LABEL_COLUMN);
		if (searched)
			printer_freshness(&text, c);
		else
			buf_add_str(
			    &text, c->reason.n > 0 ? c->reason : STR_LIT("no reason given"));
		put_buf(t, c->stale ? SHEET_NOTICE : SHEET_PLAIN, &text);
		sheet_end(&t->sheet);
	}
	buf_free(&text);
}

static void
put_record(struct text_printer *t)
{
	const struct answer *a = t->answer;
	struct buf text = BUF_INIT;

	heading(t, "RECORDED", "");
	sheet_indent(&t->sheet, 2);
	buf_add_text(&text, "Check ");
	buf_add_str(&text, a->check);
	if (a->of.n > 0) {
		buf_add_text(&text, " (with ");
		buf_add_str(&text, a->of);
		buf_add_char(&text, ')');
	}
	buf_addf(&text, ", ledger entry %llu, reference ", (unsigned long long)a->audit);
	buf_add_str(&text, a->reference);
	buf_add_text(&text, ", leg ");
	buf_add_str(&text, a->leg);
	buf_add_text(&text, ", ");
	printer_time(&text, a->asked_at);
	if (a->secured_count > 0)
		buf_addf(&text, "; %zu record%s secured", a->secured_count,
		    a->secured_count == 1 ? "" : "s");
	if (a->replayed)
		buf_add_text(&text, "; this is the answer given before, nothing was run twice");
	put_buf(t, SHEET_PLAIN, &text);
	sheet_end(&t->sheet);
	heading(t, "NEXT", "");
	for (size_t i = 0; printer_next_step(&text, a, i); i++) {
		sheet_indent(&t->sheet, 2);
		put_text(t, SHEET_PLAIN, "-");
		sheet_indent(&t->sheet, LABEL_COLUMN);
		put_buf(t, SHEET_PLAIN, &text);
		sheet_end(&t->sheet);
	}
	buf_free(&text);
}

static enum status
put_answer(struct text_printer *t)
{
	struct buf text = BUF_INIT;
	enum status status;

	for (size_t i = 0; i < t->answer->people_count; i++)
		put_person(t, &t->answer->people[i]);
	sheet_gap(&t->sheet);
	sheet_indent(&t->sheet, 0);
	printer_completeness(&text, t->answer);
	put_buf(t, t->answer->complete ? SHEET_GOOD : SHEET_ALARM, &text);
	sheet_end(&t->sheet);
	buf_free(&text);
	status = t->look->brief ? STATUS_OK : put_all_why(t);
	put_coverage(t, false);
	if (!t->look->brief)
		put_coverage(t, true);
	put_record(t);
	return status;
}

enum status
printer_text(struct buf *out, const struct answer *answer, const struct printer_look *look,
    struct arena *arena, struct err *err)
{
	struct text_printer t = { .answer = answer, .look = look, .arena = arena, .err = err };
	enum status status;

	sheet_init(&t.sheet, look->width, look->colour);
	if (answer->why.record_id.n > 0) {
		status = put_way(&t);
		put_way_record(&t);
	} else {
		status = put_answer(&t);
	}
	buf_add_str(out, buf_str(&t.sheet.out));
	if (status == STATUS_OK && (buf_failed(&t.sheet.out) || buf_failed(out)))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	buf_free(&t.sheet.out);
	return status;
}
