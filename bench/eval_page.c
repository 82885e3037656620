/*
 * eval_page: one file of all figures, and one page to look at.
 *
 *   eval_page FOLDER DATE
 *
 * Reads what the other evaluators left in FOLDER (corpus.json, check.json, names.json and a file
 * for each labelled set), as far as it is there; writes report.json, which holds all of it, and
 * report.html: tables and plots, without scripts and without anything from elsewhere. Each part
 * carries the day it was measured (of its file), since not every run measures everything.
 */
#include "base/mem.h"
#include "tests/support/eval_plot.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define POINTS_MAX 256
#define BARS_MAX 160

static struct buf html; /* empty: BUF_INIT is all zero */
static const char *folder;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval_page: %s %s\n", what, detail);
	exit(65);
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* NULL if it is not there. An object gets the day of its file as "measured". */
static json_t *
load(const char *name)
{
	char path[4096], day[16] = "";
	struct stat status;
	struct tm at;
	json_error_t error;
	json_t *out;

	snprintf(path, sizeof path, "%s/%s.json", folder, name);
	if (stat(path, &status) != 0)
		return NULL;
	out = json_load_file(path, 0, &error);
	if (out == NULL)
		fail(path, error.text);
	if (gmtime_r(&status.st_mtime, &at) != NULL)
		strftime(day, sizeof day, "%Y-%m-%d", &at);
	if (json_is_object(out))
		json_object_set_new(out, "measured", json_string(day));
	return out;
}

static double
real(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static double
share(const json_t *object, const char *key)
{
	return real(json_object_get(object, key), "share");
}

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static size_t
whole(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value < 0 ? 0 : (size_t)value;
}

/* The element of an array whose `key` is `value`. */
static const json_t *
one_of(const json_t *array, const char *key, const char *value)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		if (strcmp(text(json_array_get(array, i), key), value) == 0)
			return json_array_get(array, i);
	return NULL;
}

/* --- Tables ----------------------------------------------------------------------------------- */

static void
put(const char *markup)
{
	buf_add_text(&html, markup);
}

static void
put_text(const char *plain)
{
	eval_plot_text(&html, str_from(plain));
}

static void
heading(const char *level, const char *title)
{
	buf_addf(&html, "<%s>", level);
	put_text(title);
	buf_addf(&html, "</%s>\n", level);
}

static void
begin_table(const char *const *columns)
{
	put("<div class=\"wide\"><table><thead><tr>");
	for (size_t i = 0; columns[i] != NULL; i++) {
		put("<th>");
		put_text(columns[i]);
	}
	put("</thead><tbody>\n");
}

static void
end_table(void)
{
	put("</tbody></table></div>\n");
}

static void
row_name(const char *name)
{
	put("<tr><td>");
	put_text(name);
}

static void
cell(double value, int places)
{
	if (isfinite(value))
		buf_addf(&html, "<td>%.*f", places, value);
	else
		put("<td>&ndash;");
}

static void
cell_count(size_t n)
{
	buf_addf(&html, "<td>%zu", n);
}

/* --- Against the bars --------------------------------------------------------------------------
 */

static void
bar_row(const char *what, double measured, const char *sign, double bar)
{
	bool known = isfinite(measured);
	bool met = sign[0] == '>' ? measured >= bar : measured <= bar;

	row_name(what);
	cell(measured, 4);
	put("<td>");
	put_text(sign);
	buf_addf(&html, " %.10g<td class=\"%s\">%s\n", bar,
	    !known ? ""
	    : met  ? "met"
		   : "missed",
	    !known ? "not measured"
	    : met  ? "met"
		   : "missed");
}

/* The least recall at `possible` of a kind with at least `least` appearances. */
static double
worst_kind(const json_t *corpus, const char *key)
{
	return real(json_object_get(json_object_get(corpus, "by_kind_spread"), key), "worst");
}

static double
spread_of(const json_t *corpus, const char *key)
{
	const json_t *spread = json_object_get(json_object_get(corpus, "by_origin_spread"), key);

	return 100 * (real(spread, "best") - real(spread, "worst"));
}

static void
put_bars_of_corpus(const json_t *corpus, const json_t *check)
{
	const json_t *at = json_object_get(corpus, "at"), *possible = one_of(at, "at", "possible");
	const json_t *one = one_of(at, "at", "<= 1 wrong"),
		     *third = one_of(at, "at", "<= 0.3 wrong");
	const json_t *absent = one_of(
	    json_object_get(json_object_get(corpus, "relatives"), "of"), "asked", "relative");
	static const char *const columns[] = { "measure", "measured", "bar", "", NULL };

	begin_table(columns);
	bar_row("<= 1 wrong a check: record recall", share(one, "record_recall"), ">=", 0.985);
	bar_row("the same, without sparse records and questions of a common name",
	    share(one, "record_recall_present_dense"), ">=", 0.985);
	bar_row("<= 1 wrong a check: person found", share(one, "person_found"), ">=", 0.995);
	bar_row("<= 1 wrong a check: absent people with a candidate",
	    share(one, "absent_with_candidate"), "<=", 0.08);
	bar_row("<= 0.3 wrong a check: record recall", share(third, "record_recall"), ">=", 0.97);
	bar_row("the same, without sparse records and questions of a common name",
	    share(third, "record_recall_present_dense"), ">=", 0.97);
	bar_row("<= 0.3 wrong a check: person found", share(third, "person_found"), ">=", 0.985);
	bar_row("<= 0.3 wrong a check: absent people with a candidate",
	    share(third, "absent_with_candidate"), "<=", 0.03);
	bar_row("possible: record recall", share(possible, "record_recall"), ">=", 0.995);
	bar_row("the same, without sparse records", share(possible, "record_recall_dense"),
	    ">=", 0.995);
	bar_row("the same, without questions of a common name and little else",
	    share(possible, "record_recall_present_dense"), ">=", 0.995);
	bar_row("possible: worst kind", worst_kind(corpus, "possible"), ">=", 0.97);
	bar_row("possible: worst kind, without sparse records",
	    worst_kind(corpus, "dense_possible"), ">=", 0.97);
	bar_row("possible: wrong a check", real(possible, "wrong_a_check"), "<=", 3);
	bar_row("relatives on file of absent people: related and no match (records)",
	    real(absent, "related"), ">=", 0.95);
	bar_row("the same, without sparse records", real(absent, "related_dense"), ">=", 0.95);
	bar_row("the same, of those records that are shown at all",
	    real(absent, "related_of_shown"), ">=", 0.95);
	bar_row("wrong among those secured of themselves",
	    real(json_object_get(corpus, "secured"), "share"), "<=", 0.01);
	bar_row("calibration error, this corpus",
	    real(json_object_get(corpus, "calibration"), "ece"), "<=", 0.02);
	bar_row("calibration error, another seed and other damage",
	    real(json_object_get(check, "calibration"), "ece"), "<=", 0.02);
	bar_row("recall by origin at possible, best - worst, points", spread_of(corpus, "possible"),
	    "<=", 1);
	end_table();
}

/* --- Own corpus: plots --------------------------------------------------------------------------
 */

static size_t
curve_points(
    struct eval_point points[POINTS_MAX], const json_t *curve, const char *x, const char *y)
{
	size_t n = json_array_size(curve) < POINTS_MAX ? json_array_size(curve) : POINTS_MAX;

	for (size_t i = 0; i < n; i++) {
		const json_t *at = json_array_get(curve, i);

		points[i] = (struct eval_point){ real(at, x), real(at, y) };
	}
	return n;
}

static void
draw_curve(struct eval_plot *plot, const json_t *curve, const char *x, const char *y,
    const char *class, const char *key)
{
	struct eval_point points[POINTS_MAX];
	size_t n = curve_points(points, curve, x, y);

	eval_plot_line(plot, points, n, class);
	eval_plot_key(plot, class, key);
}

static void
draw_thresholds(struct eval_plot *plot, const json_t *corpus)
{
	static const char *const names[] = { "list", "possible", "probable", "certain" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		eval_plot_mark(
		    plot, real(json_object_get(corpus, "thresholds"), names[i]), names[i]);
}

static void
plot_precision(const json_t *corpus)
{
	static const char *const names[] = { "list", "possible", "probable", "certain" };
	const json_t *curve = json_object_get(corpus, "curve");
	struct eval_plot plot = { .out = &html,
		.title = "Precision and record recall by threshold",
		.x_label = "record recall",
		.y_label = "precision: right of all results",
		.x_to = 1,
		.x_step = 0.1,
		.y_to = 1,
		.y_step = 0.1 };
	struct eval_point points[POINTS_MAX];
	size_t n = curve_points(points, curve, "recall", "precision");

	eval_plot_begin(&plot);
	draw_curve(&plot, curve, "recall", "precision", "s1", "all records");
	draw_curve(&plot, curve, "recall_dense", "precision", "s2", "without sparse records");
	for (size_t i = 0; i < n; i++)
		for (size_t t = 0; t < sizeof names / sizeof names[0]; t++)
			if (fabs(real(json_array_get(curve, i), "threshold") -
				 real(json_object_get(corpus, "thresholds"), names[t])) < 1e-6)
				eval_plot_dot(&plot, points[i], 4, "s1", names[t]);
	eval_plot_end(&plot);
}

static void
plot_recall(const json_t *corpus)
{
	const json_t *curve = json_object_get(corpus, "curve");
	struct eval_plot plot = { .out = &html,
		.title = "Found, and absent people with a candidate",
		.x_label = "threshold, bits",
		.y_label = "share",
		.x_from = -10,
		.x_to = 40,
		.x_step = 5,
		.y_to = 1,
		.y_step = 0.1 };

	eval_plot_begin(&plot);
	draw_thresholds(&plot, corpus);
	draw_curve(&plot, curve, "threshold", "found", "s3", "person found");
	draw_curve(&plot, curve, "threshold", "recall", "s1", "record recall");
	draw_curve(&plot, curve, "threshold", "absent", "s2", "absent with candidate");
	eval_plot_end(&plot);
}

static void
plot_wrong(const json_t *corpus)
{
	const json_t *curve = json_object_get(corpus, "curve");
	struct eval_plot plot = { .out = &html,
		.title = "Wrong candidates a check by threshold",
		.x_label = "threshold, bits",
		.y_label = "wrong candidates a check",
		.x_from = -10,
		.x_to = 40,
		.x_step = 5,
		.y_from = 0.0001,
		.y_to = 100,
		.y_log = true };

	eval_plot_begin(&plot);
	draw_thresholds(&plot, corpus);
	eval_plot_level(&plot, 1, "1");
	eval_plot_level(&plot, 0.3, "0.3");
	draw_curve(&plot, curve, "threshold", "wrong_a_check", "s1", "all");
	draw_curve(&plot, curve, "threshold", "wrong_family_a_check", "s2", "of the family");
	eval_plot_end(&plot);
}

static void
draw_bands(struct eval_plot *plot, const json_t *corpus, const char *class, const char *key)
{
	const json_t *calibration = json_object_get(corpus, "calibration");
	const json_t *bands = json_object_get(calibration, "bands");
	struct eval_point points[POINTS_MAX];
	size_t n = 0;
	char label[96];

	for (size_t i = 0; i < json_array_size(bands) && n < POINTS_MAX; i++) {
		const json_t *band = json_array_get(bands, i);
		size_t count = whole(band, "n");

		if (count == 0)
			continue;
		points[n] = (struct eval_point){ real(band, "said"), real(band, "right") };
		eval_plot_dot(plot, points[n++], 2 + 1.3 * log10((double)count), class, "");
	}
	eval_plot_line(plot, points, n, class);
	snprintf(label, sizeof label, "%s: ECE %.4f", key, real(calibration, "ece"));
	eval_plot_key(plot, class, label);
}

static void
plot_reliability(const json_t *corpus, const json_t *check)
{
	static const struct eval_point even[] = { { 0, 0 }, { 1, 1 } };
	struct eval_plot plot = { .out = &html,
		.title = "Reliability: what confidence has meant",
		.x_label = "confidence said (mean of the band; larger dots, more candidates)",
		.y_label = "share that was right",
		.x_to = 1,
		.x_step = 0.1,
		.y_to = 1,
		.y_step = 0.1 };

	eval_plot_begin(&plot);
	eval_plot_line(&plot, even, 2, "faint");
	if (corpus != NULL)
		draw_bands(&plot, corpus, "s1", "own");
	if (check != NULL)
		draw_bands(&plot, check, "s2", "check");
	eval_plot_end(&plot);
}

static int
by_value(const void *a, const void *b)
{
	const struct eval_bar *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* The start of the axis: a step below the least value. */
static double
axis_from(const struct eval_bar *bars, size_t n, bool second)
{
	static const double starts[] = { 0.9, 0.8, 0.7, 0.5, 0 };
	double least = 1;

	for (size_t i = 0; i < n; i++) {
		if (bars[i].value < least)
			least = bars[i].value;
		if (second && bars[i].second < least)
			least = bars[i].second;
	}
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (least > starts[i])
			return starts[i];
	return 0;
}

static void
plot_groups(const json_t *list, struct eval_bars how)
{
	struct eval_bar bars[BARS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list) && n < BARS_MAX; i++) {
		const json_t *group = json_array_get(list, i);
		size_t dense = whole(group, "dense_n");

		bars[n++] =
		    (struct eval_bar){ str_from(text(group, "name")), real(group, "possible"),
			    dense == 0 ? (double)NAN : real(group, "dense_possible"),
			    whole(group, "n") };
	}
	if (n == 0)
		return;
	qsort(bars, n, sizeof *bars, by_value);
	how.value_label = "all records, at possible";
	how.second_label = "without sparse records";
	how.x_label = "record recall";
	how.x_from = axis_from(bars, n, true);
	eval_plot_bars(&html, &how, bars, n);
}

/* --- Own corpus: tables -------------------------------------------------------------------------
 */

static void
table_at(const json_t *corpus)
{
	static const char *const columns[] = { "at", "bits", "record recall", "without sparse",
		"sparse", "without common names", "neither", "person found", "without sparse",
		"without common names", "absent with candidate", "nowhere", "relative", "namesake",
		"common name", "wrong a check", "of them family", NULL };
	const json_t *list = json_object_get(corpus, "at");

	heading("h3", "At the thresholds of the policy, and at those for a number of wrong ones");
	begin_table(columns);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *at = json_array_get(list, i);

		row_name(text(at, "at"));
		cell(real(at, "threshold"), 2);
		cell(share(at, "record_recall"), 4);
		cell(share(at, "record_recall_dense"), 4);
		cell(share(at, "record_recall_sparse"), 4);
		cell(share(at, "record_recall_present"), 4);
		cell(share(at, "record_recall_present_dense"), 4);
		cell(share(at, "person_found"), 4);
		cell(share(at, "person_found_dense"), 4);
		cell(share(at, "person_found_present"), 4);
		cell(share(at, "absent_with_candidate"), 4);
		cell(share(at, "nowhere_with_candidate"), 3);
		cell(share(at, "relative_with_candidate"), 3);
		cell(share(at, "namesake_with_candidate"), 3);
		cell(share(at, "common_with_candidate"), 3);
		cell(real(at, "wrong_a_check"), 3);
		cell(real(at, "wrong_family_a_check"), 3);
	}
	end_table();
	put("<p class=\"note\">A dash for bits: every result of the longer list may be "
	    "there.</p>\n");
}

static void
table_relatives(const json_t *corpus)
{
	static const char *const columns[] = { "family of people who are", "records", "sparse",
		"related and no match", "without sparse", "match at list", "at possible", "unseen",
		"related of those shown", "people", "related, no match", "of those shown", NULL };
	static const char *const listed[] = { "listed as", "n", "family", "somebody else",
		"the person asked about", NULL };
	const json_t *relatives = json_object_get(corpus, "relatives");
	const json_t *list = json_object_get(relatives, "of");

	heading("h3", "Relatives on file");
	begin_table(columns);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *of = json_array_get(list, i);

		row_name(
		    strcmp(text(of, "asked"), "relative") == 0 ? "absent" : "on file themselves");
		cell_count(whole(of, "appearances"));
		cell_count(whole(of, "sparse"));
		cell(real(of, "related"), 4);
		cell(real(of, "related_dense"), 4);
		cell(real(of, "match_at_list"), 4);
		cell(real(of, "match_at_possible"), 4);
		cell(real(of, "unseen"), 4);
		cell(real(of, "related_of_shown"), 4);
		cell_count(whole(of, "people"));
		cell(real(of, "people_related"), 4);
		cell(real(of, "people_related_of_shown"), 4);
	}
	end_table();
	list = json_object_get(relatives, "listed");
	if (json_array_size(list) == 0) {
		put("<p class=\"note\">Nobody was listed as related.</p>\n");
		return;
	}
	begin_table(listed);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *of = json_array_get(list, i);

		row_name(text(of, "relation"));
		cell_count(whole(of, "n"));
		cell_count(whole(of, "family"));
		cell_count(whole(of, "other"));
		cell_count(whole(of, "asked"));
	}
	end_table();
}

static void
put_wrongs(const json_t *list, const char *title)
{
	const char *const columns[] = { title, "list", "possible", "<= 1 wrong", "<= 0.3 wrong",
		NULL };

	begin_table(columns);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *of = json_array_get(list, i);

		row_name(text(of, "who"));
		cell(real(of, "list"), 4);
		cell(real(of, "possible"), 4);
		cell(real(of, "one"), 4);
		cell(real(of, "third"), 4);
	}
	end_table();
}

static void
table_wrong(const json_t *corpus)
{
	const json_t *secured = json_object_get(corpus, "secured");

	heading("h3", "Wrong candidates");
	put_wrongs(json_object_get(corpus, "wrong"), "a check, by who they are");
	put("<p></p>\n");
	put_wrongs(json_object_get(corpus, "wrong_by_asked"), "per question of the kind");
	buf_addf(&html, "<p>Secured of themselves: %zu; of them wrong: %zu (%.2f%%).</p>\n",
	    whole(secured, "secured"), whole(secured, "wrong"), 100 * real(secured, "share"));
}

static void
put_spread(const json_t *corpus, const char *key)
{
	static const char *const keys[][2] = { { "possible", "At possible" },
		{ "dense_possible", "At possible, without sparse records" },
		{ "one", "At <= 1 wrong a check" },
		{ "dense_one", "At <= 1 wrong a check, without sparse records" } };
	char name[64], line[512];

	snprintf(name, sizeof name, "%s_spread", key);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const json_t *s = json_object_get(json_object_get(corpus, name), keys[i][0]);

		if (s == NULL)
			continue;
		snprintf(line, sizeof line,
		    "%s: worst %s %.4f (n %zu), best %s %.4f (n %zu), apart %.2f points; %zu "
		    "groups "
		    "large enough.",
		    keys[i][1], text(s, "worst_name"), real(s, "worst"), whole(s, "worst_n"),
		    text(s, "best_name"), real(s, "best"), whole(s, "best_n"),
		    100 * (real(s, "best") - real(s, "worst")), whole(s, "groups"));
		put("<p class=\"note\">");
		put_text(line);
		put("</p>\n");
	}
}

static void
table_groups(const json_t *corpus, const char *key, const char *title)
{
	static const char *const columns[] = { "", "n", "list", "possible", "<= 1 wrong",
		"<= 0.3 wrong", "n without sparse", "list", "possible", "<= 1 wrong",
		"<= 0.3 wrong", NULL };
	static const char *const keys[] = { "list", "possible", "one", "third" };
	const json_t *list = json_object_get(corpus, key);

	put("<details><summary>");
	put_text(title);
	put("</summary>\n");
	begin_table(columns);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *of = json_array_get(list, i);
		char dense[32];

		row_name(text(of, "name"));
		cell_count(whole(of, "n"));
		for (size_t k = 0; k < 4; k++)
			cell(real(of, keys[k]), 4);
		cell_count(whole(of, "dense_n"));
		for (size_t k = 0; k < 4; k++) {
			snprintf(dense, sizeof dense, "dense_%s", keys[k]);
			cell(whole(of, "dense_n") == 0 ? (double)NAN : real(of, dense), 4);
		}
	}
	end_table();
	put_spread(corpus, key);
	put("</details>\n");
}

static void
put_corpus(const json_t *corpus, const json_t *check)
{
	heading("h2", text(corpus, "title"));
	buf_addf(&html,
	    "<p>%zu people on file, %zu questions, %zu of them failed. Measured %s.</p>\n",
	    whole(corpus, "people"), whole(corpus, "questions"), whole(corpus, "failed_questions"),
	    text(corpus, "measured"));
	put_bars_of_corpus(corpus, check);
	put("<div class=\"plots\">\n");
	plot_precision(corpus);
	plot_recall(corpus);
	plot_wrong(corpus);
	plot_reliability(corpus, check);
	plot_groups(json_object_get(corpus, "by_kind"),
	    (struct eval_bars){
		.title = "Record recall by kind, of question or record", .level = 0.97 });
	plot_groups(json_object_get(corpus, "by_origin"),
	    (struct eval_bars){
		.title = "Record recall by origin of the name", .level = (double)NAN });
	put("</div>\n");
	table_at(corpus);
	table_relatives(corpus);
	table_wrong(corpus);
	heading("h3", "Record recall in groups");
	table_groups(corpus, "by_kind", "by kind, of question or record");
	table_groups(corpus, "by_question_kind", "by kind of the question");
	table_groups(corpus, "by_record_kind", "by kind of the record");
	table_groups(corpus, "by_origin", "by origin of the name");
	table_groups(corpus, "by_fields", "by what question and record both have");
	table_groups(corpus, "by_system", "by system");
	table_groups(corpus, "by_asked", "by kind of question");
}

/* Four people of one family in one check, and each in a check of their own. */
static void
put_households(json_t *report)
{
	static const char *const names[][2] = { { "households_together", "together" },
		{ "households_apart", "apart" } };
	static const char *const columns[] = { "four people of one family, asked", "at",
		"record recall", "without sparse", "person found", "absent with candidate",
		"wrong a person asked about", NULL };
	static const char *const at_names[] = { "list", "possible", "probable" };
	bool begun = false;

	for (size_t i = 0; i < 2; i++) {
		json_t *figures = load(names[i][0]);

		if (figures == NULL)
			continue;
		json_object_set_new(report, names[i][0], figures);
		if (!begun) {
			heading("h2", "Households");
			begin_table(columns);
			begun = true;
		}
		for (size_t t = 0; t < 3; t++) {
			const json_t *at =
			    one_of(json_object_get(figures, "at"), "at", at_names[t]);

			row_name(names[i][1]);
			put("<td>");
			put_text(at_names[t]);
			cell(share(at, "record_recall"), 4);
			cell(share(at, "record_recall_dense"), 4);
			cell(share(at, "person_found"), 4);
			cell(share(at, "absent_with_candidate"), 4);
			cell(real(at, "wrong_a_check"), 4);
		}
	}
	if (begun)
		end_table();
}

/* --- Labelled sets and names --------------------------------------------------------------------
 */

static const char *const set_names[] = { "febrl1", "febrl2", "febrl3", "fake_1000", "uganda_5000",
	"rldata500", "nbs" };
#define SET_COUNT (sizeof set_names / sizeof set_names[0])

static void
set_row(const char *name, const json_t *set)
{
	row_name(name);
	cell_count(whole(set, "rows"));
	cell_count(whole(set, "true_pairs"));
	cell(real(set, "best_f1"), 4);
	cell(real(set, "threshold"), 2);
	cell(real(set, "precision"), 4);
	cell(real(set, "recall"), 4);
	cell(real(set, "f1_at_0"), 4);
	cell(real(set, "f1_at_10"), 4);
	cell(real(set, "recall_listed"), 4);
	cell_count(whole(set, "related_same"));
}

static size_t
set_points(struct eval_point points[POINTS_MAX], const json_t *set)
{
	const json_t *curve = json_object_get(set, "curve");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(curve) && n < POINTS_MAX; i++) {
		const json_t *at = json_array_get(curve, i);
		double recall = json_number_value(json_array_get(at, 2));

		if (recall > 0)
			points[n++] =
			    (struct eval_point){ recall, json_number_value(json_array_get(at, 1)) };
	}
	return n;
}

static void
plot_set(const char *name, const json_t *shipped, const json_t *fitted)
{
	struct eval_point points[POINTS_MAX];
	char title[96];
	struct eval_plot plot = { .out = &html,
		.title = title,
		.x_label = "recall of pairs",
		.y_label = "precision of pairs",
		.x_from = 0.5,
		.x_to = 1,
		.x_step = 0.1,
		.y_from = 0.5,
		.y_to = 1,
		.y_step = 0.1 };

	snprintf(title, sizeof title, "%s: precision and recall by threshold", name);
	eval_plot_begin(&plot);
	eval_plot_line(&plot, points, set_points(points, shipped), "s1");
	eval_plot_key(&plot, "s1", "shipped model");
	if (fitted != NULL) {
		eval_plot_line(&plot, points, set_points(points, fitted), "s2");
		eval_plot_key(&plot, "s2", "fitted to the set");
	}
	eval_plot_end(&plot);
}

static void
put_sets(json_t *report)
{
	static const char *const columns[] = { "set", "rows", "true pairs", "best F1", "at bits",
		"precision", "recall", "F1 at 0 bits", "F1 at 10 bits", "listed", "as related",
		NULL };
	json_t *sets = json_array(), *loaded[SET_COUNT][2];

	for (size_t i = 0; i < SET_COUNT; i++) {
		char fitted[64];

		snprintf(fitted, sizeof fitted, "%s.fitted", set_names[i]);
		loaded[i][0] = load(set_names[i]);
		loaded[i][1] = load(fitted);
		for (size_t k = 0; k < 2; k++)
			if (loaded[i][k] != NULL)
				json_array_append_new(sets, loaded[i][k]);
	}
	json_object_set_new(report, "sets", sets);
	if (json_array_size(sets) == 0)
		return;
	heading("h2", "Labelled sets");
	put("<p>Pairs of rows. &ldquo;Best&rdquo; chooses its threshold with the labels in hand; "
	    "at 0 bits "
	    "the model says that both are equally likely. A fitted model was estimated from the "
	    "set "
	    "without its labels. Listed: true pairs among the results at any weight; as related: "
	    "true pairs, "
	    "each direction, that were listed as somebody related instead.</p>\n");
	begin_table(columns);
	for (size_t i = 0; i < SET_COUNT; i++) {
		if (loaded[i][0] != NULL)
			set_row(set_names[i], loaded[i][0]);
		if (loaded[i][1] != NULL)
			set_row("\xe2\x80\x94 fitted", loaded[i][1]);
	}
	end_table();
	put("<div class=\"plots\">\n");
	for (size_t i = 0; i < SET_COUNT; i++)
		if (loaded[i][0] != NULL)
			plot_set(set_names[i], loaded[i][0], loaded[i][1]);
	put("</div>\n");
}

static void
put_names(json_t *report)
{
	static const char *const columns[] = { "set", "pairs", "true", "AUC", "recall at 5% false",
		"recall at 1% false", NULL };
	json_t *names = load("names");
	const json_t *list = json_is_object(names) ? json_object_get(names, "sets") : names;

	if (names == NULL)
		return;
	json_object_set_new(report, "names", names);
	heading("h2", "Names alone");
	begin_table(columns);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *set = json_array_get(list, i);

		if (!json_is_object(set))
			continue;
		row_name(text(set, "set"));
		cell_count(whole(set, "pairs"));
		cell_count(whole(set, "true"));
		cell(real(set, "auc"), 4);
		cell(real(set, "recall_5"), 4);
		cell(real(set, "recall_1"), 4);
	}
	end_table();
}

/* --- The page -----------------------------------------------------------------------------------
 */

static void
put_head(const char *date)
{
	put("<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<title>Record check: matching quality</title>\n<style>\n"
	    ":root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1d2026; --faint: #6b7078; "
	    "--grid: #e3e4e2; --one: #1f6fb2; --two: #c8621b; --three: #4c8a3f; --good: #2c7a36; "
	    "--bad: #b3261e }\n"
	    "@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e6e7e9; "
	    "--faint: #9aa0a8; --grid: #2f3338; --one: #6cb2ee; --two: #f0a060; --three: #8fce80; "
	    "--good: #7fd08a; --bad: #ff8a80 } }\n"
	    "body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "
	    "sans-serif; max-width: 1240px; margin: 0 auto; padding: 1rem 1.2rem 4rem }\n"
	    "h1 { font-size: 1.5rem } h2 { font-size: 1.25rem; margin-top: 2.4rem; border-bottom: "
	    "1px "
	    "solid var(--grid) } h3 { font-size: 1.02rem; margin-top: 1.8rem }\n"
	    ".note, .num.faint { color: var(--faint) }\n"
	    ".wide { overflow-x: auto } table { border-collapse: collapse; font-size: .87rem; "
	    "font-variant-numeric: tabular-nums }\n"
	    "th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid "
	    "var(--grid) }\n"
	    "th { font-weight: 600; vertical-align: bottom } td:first-child, th:first-child { "
	    "text-align: left }\n"
	    "td.met { color: var(--good) } td.missed { color: var(--bad) }\n"
	    "details { margin: .5rem 0 } summary { cursor: pointer }\n"
	    ".plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, "
	    "460px), "
	    "1fr)); gap: 1.4rem; margin: 1.2rem 0; align-items: start }\n"
	    "svg { width: 100%; height: auto } svg text { fill: var(--ink); font: 12px system-ui, "
	    "sans-serif } svg .title { font-size: 14px; font-weight: 600 }\n"
	    "svg .num { font-size: 11px; font-variant-numeric: tabular-nums } svg .note { "
	    "font-size: "
	    "11px; fill: var(--faint) } svg .num.faint { fill: var(--faint) }\n"
	    "svg .mid { text-anchor: middle } svg .end { text-anchor: end }\n"
	    ".grid { stroke: var(--grid) } .axis { stroke: var(--faint) } .level { stroke: "
	    "var(--faint); stroke-dasharray: 3 3 }\n"
	    ".line { fill: none; stroke-width: 2 } .line.s1 { stroke: var(--one) } .line.s2 { "
	    "stroke: "
	    "var(--two); stroke-dasharray: 7 3 } .line.s3 { stroke: var(--three); "
	    "stroke-dasharray: 2 "
	    "3 } .line.faint { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 3 3 }\n"
	    ".dot.s1, .bar.s1 { fill: var(--one) } .dot.s2 { fill: var(--two) } .bar { opacity: "
	    ".85 }\n"
	    "</style></head><body>\n<h1>Matching quality</h1>\n<p>Measured through the built "
	    "programs: "
	    "exports, indexer, searchd, <code>client batch</code>. <code>docs/quality.md</code> "
	    "says "
	    "what the words mean. All people are invented. Written ");
	put_text(date);
	put(".</p>\n");
}

static void
write_page(void)
{
	char path[4096];
	FILE *file;

	put("</body></html>\n");
	snprintf(path, sizeof path, "%s/report.html", folder);
	file = fopen(path, "wb");
	if (file == NULL || buf_failed(&html) || fwrite(html.p, 1, html.n, file) != html.n ||
	    fclose(file) != 0)
		fail("cannot write", path);
	buf_free(&html);
}

int
main(int argc, char **argv)
{
	json_t *report = json_object(), *corpus, *check;
	char path[4096];

	if (argc != 3) {
		fprintf(stderr, "usage: eval_page FOLDER DATE\n");
		return 64;
	}
	folder = argv[1];
	corpus = load("corpus");
	check = load("check");
	json_object_set_new(report, "format", json_integer(1));
	json_object_set_new(report, "date", json_string(argv[2]));
	put_head(argv[2]);
	if (corpus != NULL) {
		json_object_set_new(report, "corpus", corpus);
		put_corpus(corpus, check);
	}
	if (check != NULL) {
		json_object_set_new(report, "check", check);
		put_corpus(check, NULL);
	}
	put_households(report);
	put_sets(report);
	put_names(report);
	snprintf(path, sizeof path, "%s/report.json", folder);
	if (json_dump_file(report, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
		fail("cannot write", path);
	json_decref(report);
	write_page();
	return 0;
}
