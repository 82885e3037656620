#include "client/printer.h"
#include "client/waterfall.h"

#include <stdio.h>

#define SVG_WIDTH 400 /* user units; the picture scales with the page */
#define ROW_HEIGHT 20

struct html {
	struct buf *out;
	const struct answer *answer;
	struct arena *arena;
	struct err *err;
};

/* Nothing may be fetched or run, whatever a record holds. */
static const char head[] =
    "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1b1b1b;"
    "background:#fff}\n"
    "h1,h2,h3{line-height:1.2}h2{margin-top:2em;border-bottom:2px solid #1b1b1b}\n"
    ".outcome{font-size:1.4em;font-weight:bold;padding:.3em .6em;color:#fff;background:#8a1515}\n"
    ".outcome.no_trace{background:#1b4f72}\n"
    ".record{border:1px solid #888;padding:.2em 1em 1em;margin:1em 0}\n"
    ".grade{font-weight:bold;padding:.1em .5em;border:2px solid #8a1515}\n"
    ".grade.possible{border-color:#9a6700}.grade.unlikely{border-color:#777}\n"
    ".mark{background:#8a1515;color:#fff;padding:.1em .5em}\n"
    ".warn{border-left:.5em solid #8a1515;padding-left:.6em;font-weight:bold}\n"
    ".good{border-left:.5em solid #1e7d34;padding-left:.6em}\n"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;"
    "padding:.2em .6em .2em 0;border-bottom:1px solid #ddd}\n"
    "td.bits{text-align:right;font-variant-numeric:tabular-nums}td.bar{width:40%}\n"
    "svg{display:block;width:100%;height:20px}.for{fill:#1e7d34}.against{fill:#8a1515}"
    ".axis{stroke:#888}\n"
    "@media print{.record{break-inside:avoid}}\n"
    "</style>\n";

/* Text from outside into HTML text or a quoted attribute. */
static void
add_escaped(struct html *h, struct str s)
{
	struct buf clean = BUF_INIT;

	buf_add_printable(&clean, s);
	for (size_t i = 0; i < clean.n; i++) {
		char c = clean.p[i];

		if (c == '&')
			buf_add_text(h->out, "&amp;");
		else if (c == '<')
			buf_add_text(h->out, "&lt;");
		else if (c == '>')
			buf_add_text(h->out, "&gt;");
		else if (c == '"')
			buf_add_text(h->out, "&quot;");
		else if (c == '\'')
			buf_add_text(h->out, "&#39;");
		else
			buf_add_char(h->out, c);
	}
	h->out->failed |= buf_failed(&clean);
	buf_free(&clean);
}

static void
add(struct html *h, const char *markup)
{
	buf_add_text(h->out, markup);
}

static void
add_between(struct html *h, const char *before, struct str text, const char *after)
{
	add(h, before);
	add_escaped(h, text);
	add(h, after);
}

/* A sentence of printer.c, which is then emptied. */
static void
add_sentence(struct html *h, const char *before, struct buf *text, const char *after)
{
	add_between(h, before, buf_str(text), after);
	h->out->failed |= buf_failed(text);
	buf_clear(text);
}

static void
add_row(struct html *h, const char *label, struct str value)
{
	if (value.n == 0)
		return;
	add_between(h, "<tr><th>", str_from(label), "</th>");
	add_between(h, "<td>", value, "</td></tr>\n");
}

static void
add_list_row(struct html *h, const char *label, const struct str *list, size_t count)
{
	if (count == 0)
		return;
	add_between(h, "<tr><th>", str_from(label), "</th><td>");
	for (size_t i = 0; i < count; i++)
		add_between(h, i > 0 ? "<br>" : "", list[i], "");
	add(h, "</td></tr>\n");
}

/* One bar on the common scale, with the axis at 0. Numbers only: nothing foreign goes in here. */
static void
add_bar(struct html *h, const struct waterfall *w, const struct waterfall_bar *bar)
{
	unsigned first, count, zero;

	waterfall_cells(&first, &count, &zero, w, bar, SVG_WIDTH);
	buf_addf(h->out,
	    "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" "
	    "aria-label=\"%+.1f bits\"><rect class=\"%s\" x=\"%u\" y=\"3\" width=\"%u\" "
	    "height=\"14\"/><line class=\"axis\" x1=\"%u\" x2=\"%u\" y1=\"0\" y2=\"20\"/></svg>",
	    SVG_WIDTH, ROW_HEIGHT, bar->bits, bar->bits < 0 ? "against" : "for", first, count, zero,
	    zero);
}

static void
add_evidence(struct html *h, const struct waterfall *w)
{
	add(h, "<table>\n<tr><th>field</th><th>asked</th><th>on record</th><th>in words</th>"
	       "<th>bits</th><th>of it rarity</th><th>running total</th></tr>\n");
	for (size_t i = 0; i < w->count; i++) {
		const struct waterfall_bar *bar = &w->bars[i];
		const struct answer_evidence *e = bar->evidence;

		add_between(h, "<tr><td>", bar->field, "</td>");
		add_between(h, "<td>", e == NULL ? STR_NONE : e->asked, "</td>");
		add_between(h, "<td>", e == NULL ? STR_NONE : e->found, "</td>");
		add_between(h, "<td>", e == NULL ? STR_NONE : e->words, "</td>");
		buf_addf(h->out, "<td class=\"bits\">%+.1f</td><td class=\"bits\">", bar->bits);
		if (e != NULL && (e->rarity >= 0.05 || e->rarity <= -0.05))
			buf_addf(h->out, "%+.1f", e->rarity);
		add(h, "</td><td class=\"bar\">");
		add_bar(h, w, bar);
		add(h, "</td></tr>\n");
	}
	add(h, "</table>\n");
}

static void
add_details(struct html *h, const struct answer_candidate *c)
{
	add(h, "<table>\n");
	add_row(h, "name", c->name);
	add_row(h, "role in the case", c->role);
	if (c->name_count > 1)
		add_list_row(h, "all names", c->names, c->name_count);
	add_list_row(h, "born", c->births, c->birth_count);
	add_list_row(h, "lived", c->addresses, c->address_count);
	add_row(h, "case status", c->case_status);
	add_row(h, "opened", c->case_opened);
	add_row(h, "closed", c->case_closed);
	add_row(h, "service", c->case_service);
	add_row(h, "nation", c->case_nation);
	add(h, "</table>\n");
}

static void
add_household(struct html *h, struct str ref, const struct answer_candidate *c)
{
	const struct answer_household *home =
	    answer_household_of(h->answer, c->system, c->record_id);

	if (home == NULL)
		return;
	add(h, "<p>In the same record:");
	for (size_t i = 0; i < home->matched_count; i++) {
		const struct answer_matched *m = &home->matched[i];

		if (str_eq(m->ref, ref))
			continue;
		add_between(h, " <b>", m->ref, "</b> (person ");
		add_between(h, "", m->person_id, ", ");
		add_escaped(h, m->grade);
		buf_addf(h->out, ", %.1f bits)", m->match_weight);
	}
	add(h, "</p>\n");
}

static void
add_steps(struct html *h, const struct answer_step *steps, size_t count)
{
	struct buf text = BUF_INIT;

	if (count == 0)
		return;
	add(h, "<table>\n<tr><th>step</th><th>result</th><th>figures</th><th></th></tr>\n");
	for (size_t i = 0; i < count; i++) {
		bool failed = str_eq_text(steps[i].result, "failed");

		printer_step_name(&text, steps[i].step);
		add_sentence(h, "<tr><td>", &text, "</td>");
		printer_step_name(&text, steps[i].result);
		add_sentence(h, failed ? "<td class=\"warn\">" : "<td>", &text, "</td>");
		printer_step_figures(&text, &steps[i]);
		add_sentence(h, "<td>", &text, "</td>");
		add_between(h, "<td>", steps[i].words, "</td></tr>\n");
	}
	add(h, "</table>\n");
	buf_free(&text);
}

/* The grade as a class name: one of ours, never the server's bytes. */
static const char *
grade_class(struct str grade)
{
	if (str_eq_text(grade, "possible"))
		return "grade possible";
	return str_eq_text(grade, "unlikely") ? "grade unlikely" : "grade";
}

static enum status
add_candidate(struct html *h, struct str ref, const struct answer_candidate *c)
{
	struct buf mark = BUF_INIT;
	char percent[16], words[ANSWER_WORDS_BYTES];
	struct waterfall w;
	enum status status = waterfall_make(&w, h->arena, c, h->err);

	if (status != STATUS_OK)
		return status;
	add(h, "<div class=\"record\">\n");
	add_between(h, "<h3>", answer_system_title(h->answer, c->system), ", record ");
	add_between(h, "", c->record_id, ", person ");
	add_between(h, "", c->person_id, "</h3>\n");
	add_between(h, "<p><span class=\"", str_from(grade_class(c->grade)), "\">");
	if (c->relation.n > 0) {
		add_between(h, "", c->relation, "</span> ");
		add_between(h, "", c->words, "");
	} else {
		add_between(h, "", c->grade, "</span> confidence ");
		add_between(h, "<b>", str_from(answer_percent(percent, c->confidence)), "</b> (");
		add_between(h, "", str_from(answer_confidence_words(words, h->answer, c)), ")");
	}
	printer_secured(&mark, c);
	if (mark.n > 0)
		add_sentence(h, " <span class=\"mark\">", &mark, "</span>");
	add(h, "</p>\n");
	if (c->restricted)
		add_between(h,
		    "<p class=\"warn\">Details of this secured record are kept back from this "
		    "role. "
		    "Ask: ",
		    c->contact, "</p>\n");
	else
		add_details(h, c);
	add_household(h, ref, c);
	if (c->step_count > 0) {
		printer_fate(&mark, c->returned, c->fell_at);
		add_sentence(h, "<p><b>", &mark, "</b></p>\n");
	}
	add_steps(h, c->steps, c->step_count);
	if (!c->restricted && c->evidence_count > 0)
		add_evidence(h, &w);
	add(h, "</div>\n");
	buf_free(&mark);
	return STATUS_OK;
}

static enum status
add_candidates(struct html *h, struct str ref, const struct answer_candidate *list, size_t count,
    bool referred)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (answer_is_referred(&list[i]) == referred)
			status = add_candidate(h, ref, &list[i]);
	return status;
}

/* Unlikely ones fold away; <details> needs no script. */
static enum status
add_unlikely(struct html *h, const struct answer_person *p)
{
	size_t n = 0;
	enum status status;

	for (size_t i = 0; i < p->candidate_count; i++)
		n += !answer_is_referred(&p->candidates[i]);
	if (n == 0)
		return STATUS_OK;
	buf_addf(h->out, "<details><summary>%zu unlikely, listed but not referred</summary>\n", n);
	status = add_candidates(h, p->ref, p->candidates, p->candidate_count, false);
	add(h, "</details>\n");
	return status;
}

static enum status
add_person(struct html *h, const struct answer_person *p)
{
	enum status status;

	add_between(h, "<h2>", p->ref, "</h2>\n");
	add(h, str_eq_text(p->outcome, "no_trace") ? "<p class=\"outcome no_trace\">"
						   : "<p class=\"outcome\">");
	add_between(h, "", str_from(answer_outcome_words(p)), "</p>\n");
	add_between(h, "<p>", p->statement, "</p>\n");
	for (size_t i = 0; i < p->left_out_count; i++)
		add_between(h, "<p class=\"warn\">", p->left_out[i], "</p>\n");
	if (p->candidates_capped)
		add(h, "<p class=\"warn\">More records were near than could be judged; give more "
		       "details.</p>\n");
	if (p->not_shown > 0)
		buf_addf(h->out, "<p class=\"warn\">%lld more candidates are not shown.</p>\n",
		    (long long)p->not_shown);
	status = add_candidates(h, p->ref, p->candidates, p->candidate_count, true);
	if (status == STATUS_OK)
		status = add_unlikely(h, p);
	if (status == STATUS_OK && p->related_count > 0) {
		add(h, "<h3>Not the person asked about, but a relative, of the house, or of the "
		       "same name</h3>\n");
		status = add_candidates(h, p->ref, p->related, p->related_count, true);
		if (status == STATUS_OK)
			status = add_candidates(h, p->ref, p->related, p->related_count, false);
	}
	return status;
}

static enum status
add_way(struct html *h)
{
	const struct answer *a = h->answer;
	enum status status = STATUS_OK;
	struct buf text = BUF_INIT;

	add_between(h, "<h2>", answer_system_title(a, a->why.system), ", record ");
	add_between(h, "", a->why.record_id, "</h2>\n");
	if (a->why.fell_at.n > 0) {
		printer_fate(&text, false, a->why.fell_at);
		add_sentence(h, "<p class=\"warn\">", &text, "</p>\n");
	}
	add_steps(h, a->why.steps, a->why.step_count);
	for (size_t p = 0; p < a->people_count; p++)
		for (size_t i = 0; i < a->people[p].candidate_count && status == STATUS_OK; i++)
			status = add_candidate(h, a->people[p].ref, &a->people[p].candidates[i]);
	buf_free(&text);
	return status;
}

static void
add_coverage(struct html *h)
{
	struct buf text = BUF_INIT;

	add(h, "<h2>Searched and not searched</h2>\n<table>\n");
	for (size_t i = 0; i < h->answer->coverage_count; i++) {
		const struct answer_coverage *c = &h->answer->coverage[i];

		add_between(h, "<tr><th>", c->title.n > 0 ? c->title : c->system, "</th>");
		if (c->searched)
			printer_freshness(&text, c);
		add(h, c->searched ? "<td>searched</td>" : "<td class=\"warn\">NOT SEARCHED</td>");
		if (!c->searched)
			buf_add_str(&text, c->reason);
		add_sentence(h, "<td>", &text, "</td></tr>\n");
	}
	add(h, "</table>\n");
	buf_free(&text);
}

static void
add_record(struct html *h)
{
	const struct answer *a = h->answer;
	struct buf text = BUF_INIT;

	add(h, "<h2>Recorded</h2>\n<table>\n");
	add_row(h, "check", a->check);
	add_row(h, "with check", a->of);
	buf_addf(&text, "%llu", (unsigned long long)a->audit);
	add_row(h, "ledger entry", buf_str(&text));
	buf_clear(&text);
	add_row(h, "reference", a->reference);
	add_row(h, "leg", a->leg);
	printer_time(&text, a->asked_at);
	add_row(h, "asked", buf_str(&text));
	buf_clear(&text);
	add_row(h, "model", a->model.name);
	add_row(h, "", a->model.hash);
	add_row(h, "calibration", a->calibration.name);
	add_row(h, "", a->calibration.hash);
	add_row(h, "policy", a->policy.name);
	add_row(h, "", a->policy.hash);
	add(h, "</table>\n");
	if (a->why.record_id.n > 0) {
		buf_free(&text);
		return;
	}
	add(h, "<h2>Next</h2>\n<ul>\n");
	for (size_t i = 0; printer_next_step(&text, a, i); i++)
		add_sentence(h, "<li>", &text, "</li>\n");
	add(h, "</ul>\n");
	buf_free(&text);
}

enum status
printer_html(struct buf *out, const struct answer *answer, struct arena *arena, struct err *err)
{
	struct html h = { out, answer, arena, err };
	struct buf text = BUF_INIT;
	enum status status = STATUS_OK;
	bool is_why = answer->why.record_id.n > 0;

	add(&h, head);
	add_between(
	    &h, "<title>", is_why ? STR_LIT("Why") : answer->check, "</title>\n</head>\n<body>\n");
	add_between(&h, is_why ? "<h1>Why a record was found or not" : "<h1>Record check ",
	    is_why ? STR_NONE : answer->check, "</h1>\n");
	if (is_why) {
		status = add_way(&h);
	} else {
		printer_completeness(&text, answer);
		add_sentence(&h, answer->complete ? "<p class=\"good\">" : "<p class=\"warn\">",
		    &text, "</p>\n");
	}
	for (size_t i = 0; !is_why && i < answer->people_count && status == STATUS_OK; i++)
		status = add_person(&h, &answer->people[i]);
	add_coverage(&h);
	add_record(&h);
	add(&h, "</body>\n</html>\n");
	buf_free(&text);
	if (status == STATUS_OK && buf_failed(out))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	return status;
}
