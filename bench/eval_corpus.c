/*
 * eval_corpus: what the answers to a corpus with known truth are worth.
 *
 *   eval_corpus TITLE FOLDER SHIPPED.jsonl WIDE.jsonl POLICY.json OUT.json [LISTS]
 *
 * FOLDER as in tests/support/eval_set.h. SHIPPED.jsonl is what `client batch` wrote for its
 * questions.csv under POLICY.json, the shipped policy; WIDE.jsonl the same with a list that begins
 * so low that the whole curve is there. Prints tables and writes the same, with the data of the
 * plots, to OUT.json. LISTS is the beginning of the names of four lists: LISTSmisses.tsv (below
 * `possible`), LISTSwrongs.tsv (results at `possible`), LISTSrelatives.tsv (relatives of absent
 * people not listed as related) and LISTSpairs.csv (weight and truth of every result of the longer
 * list: what `indexer calibrate` fits). The words are those of tests/support/eval_figures.h,
 * eval_tables.h, eval_missed.h and docs/quality.md.
 */
#include "tests/support/eval_figures.h"
#include "tests/support/eval_lists.h"
#include "tests/support/eval_missed.h"
#include "tests/support/eval_tables.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Groups of fewer appearances are shown, and left out of "worst" and "best": at 50 one appearance
 * is two points. */
#define SPREAD_LEAST 50

enum { LIST, POSSIBLE, PROBABLE, CERTAIN, SECURE, THRESHOLD_COUNT };
static const char *const threshold_names[THRESHOLD_COUNT] = { "list", "possible", "probable",
	"certain", "secure" };

static struct eval_set set;
static struct eval_results shipped, wide;
static double thresholds[THRESHOLD_COUNT];
static struct eval_tables tables;

static struct str
leg_of(const json_t *policy, struct str system)
{
	const json_t *list = json_object_get(policy, "systems");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *key = json_string_value(json_object_get(one, "key"));
		const char *leg = json_string_value(json_object_get(one, "leg"));

		if (key != NULL && leg != NULL && str_eq_text(system, key))
			return str_from(leg);
	}
	return STR_NONE;
}

/* As score_prior() of the shipped model, which expects one match. */
static void
set_priors(const json_t *policy)
{
	size_t people[EVAL_WORDS_MAX] = { 0 };

	for (size_t i = 0; i < set.appearance_count; i++)
		people[set.appearances[i].system]++;
	for (size_t i = 0; i < set.systems.count; i++) {
		struct str leg = leg_of(policy, set.systems.word[i]);
		double together = 0;

		for (size_t k = 0; k < set.systems.count; k++)
			if (str_eq(leg_of(policy, set.systems.word[k]), leg))
				together += (double)people[k];
		set.prior[i] = together > 2 ? -log2(together - 1) : 0;
	}
}

static void
read_policy(const char *path)
{
	json_error_t error;
	json_t *policy = json_load_file(path, 0, &error);
	const json_t *object = json_object_get(policy, "thresholds");

	for (unsigned t = 0; t < THRESHOLD_COUNT; t++) {
		const json_t *value = json_object_get(object, threshold_names[t]);

		if (!json_is_number(value))
			eval_fail("no thresholds in", path);
		thresholds[t] = json_number_value(value);
	}
	set_priors(policy);
	if (thresholds[CERTAIN] > thresholds[SECURE])
		eval_fail(
		    "a record is secured below certain: this program cannot tell which in", path);
	json_decref(policy);
}

static json_t *
real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
part_json(struct eval_part part)
{
	return json_pack("{s:I,s:I,s:f}", "n", (json_int_t)part.n, "of", (json_int_t)part.of,
	    "share", eval_share(part.n, part.of));
}

/* --- At thresholds ---------------------------------------------------------------------------- */

static json_t *
figures_json(const char *name, const struct eval_figures *f)
{
	json_t *out = json_pack("{s:s,s:o}", "at", name, "threshold", real(f->threshold));

	json_object_set_new(out, "record_recall", part_json(f->recall));
	json_object_set_new(out, "record_recall_dense", part_json(f->recall_dense));
	json_object_set_new(out, "record_recall_sparse", part_json(f->recall_sparse));
	json_object_set_new(out, "record_recall_common", part_json(f->recall_common));
	json_object_set_new(out, "record_recall_present", part_json(f->recall_present));
	json_object_set_new(out, "record_recall_present_dense", part_json(f->recall_present_dense));
	json_object_set_new(out, "person_found_present", part_json(f->found_present));
	json_object_set_new(out, "person_found", part_json(f->found));
	json_object_set_new(out, "person_found_dense", part_json(f->found_dense));
	json_object_set_new(out, "absent_with_candidate", part_json(f->absent));
	for (unsigned k = EVAL_NOWHERE; k < EVAL_ASKED_COUNT; k++) {
		char key[64];

		snprintf(key, sizeof key, "%s_with_candidate", eval_asked_name((enum eval_asked)k));
		json_object_set_new(out, key, part_json(f->with_candidate[k]));
	}
	json_object_set_new(out, "wrong_a_check", json_real(eval_share(f->wrong, f->questions)));
	json_object_set_new(
	    out, "wrong_family_a_check", json_real(eval_share(f->wrong_family, f->questions)));
	return out;
}

static double
share(struct eval_part part)
{
	return eval_share(part.n, part.of);
}

static void
print_figures(const char *name, const struct eval_figures *f)
{
	printf("  %-16s %7.2f  %.4f %.4f %.4f %.4f  %.4f %.4f %.4f  %.4f   %.3f %.3f %.3f %.3f  "
	       "%7.3f %7.3f\n",
	    name, isfinite(f->threshold) ? f->threshold : -99.99, share(f->recall),
	    share(f->recall_dense), share(f->recall_present), share(f->recall_present_dense),
	    share(f->found), share(f->found_dense), share(f->found_present), share(f->absent),
	    share(f->with_candidate[EVAL_NOWHERE]), share(f->with_candidate[EVAL_RELATIVE]),
	    share(f->with_candidate[EVAL_NAMESAKE]), share(f->with_candidate[EVAL_COMMON]),
	    eval_share(f->wrong, f->questions), eval_share(f->wrong_family, f->questions));
}

static void
report_at(json_t *list, const char *name, const struct eval_results *results, double threshold)
{
	struct eval_figures f = eval_figures_at(&set, results, threshold);

	print_figures(name, &f);
	json_array_append_new(list, figures_json(name, &f));
}

static json_t *
report_thresholds(double limits[EVAL_LIMIT_COUNT])
{
	json_t *out = json_array();

	limits[EVAL_AT_LIST] = thresholds[LIST];
	limits[EVAL_AT_POSSIBLE] = thresholds[POSSIBLE];
	limits[EVAL_AT_ONE] = eval_threshold_for(&set, &wide, 1);
	limits[EVAL_AT_THIRD] = eval_threshold_for(&set, &wide, 0.3);
	printf("\n  %-16s %7s  %-27s  %-20s  %-6s   %-23s  %s\n", "", "", "record recall",
	    "person found", "absent", "of them with candidate", "wrong a check");
	printf("  %-16s %7s  %-6s %-6s %-6s %-6s  %-6s %-6s %-6s  %-6s   %-5s %-5s %-5s %-5s  %7s "
	       "%7s\n",
	    "at", "bits", "all", "dense", "asked", "a.+d.", "all", "dense", "asked", "w.cand",
	    "nowh.", "rel.", "name.", "comm.", "all", "family");
	for (unsigned t = LIST; t < THRESHOLD_COUNT; t++)
		report_at(out, threshold_names[t], &shipped, thresholds[t]);
	report_at(out, "<= 1 wrong", &wide, limits[EVAL_AT_ONE]);
	report_at(out, "<= 0.3 wrong", &wide, limits[EVAL_AT_THIRD]);
	printf(
	    "  (dense: appearances that are not sparse; asked: without questions of a common name "
	    "and little else;\n   -99.99: every result of the longer list is in)\n");
	return out;
}

static json_t *
curve_json(void)
{
	json_t *out = json_array();

	for (double at = -20; at <= 40; at += 0.5) {
		struct eval_figures f = eval_figures_at(&set, &wide, at);
		size_t listed = f.recall.n + f.wrong;

		json_array_append_new(
		    out, json_pack("{s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "threshold", at, "recall",
			     share(f.recall), "recall_dense", share(f.recall_dense), "found",
			     share(f.found), "precision",
			     listed == 0 ? 1 : eval_share(f.recall.n, listed), "absent",
			     share(f.absent), "wrong_a_check", eval_share(f.wrong, f.questions),
			     "wrong_family_a_check", eval_share(f.wrong_family, f.questions)));
	}
	return out;
}

/* --- Confidence ------------------------------------------------------------------------------- */

static json_t *
report_calibration(void)
{
	struct eval_calibration c = eval_calibration(&set, &wide);
	json_t *bands = json_array();

	printf("\n  confidence   candidates   said   right\n");
	for (unsigned b = 0; b < EVAL_BANDS; b++) {
		double n = (double)c.n[b];

		json_array_append_new(
		    bands, json_pack("{s:f,s:I,s:f,s:f}", "from", (double)b / EVAL_BANDS, "n",
			       (json_int_t)c.n[b], "said", c.n[b] == 0 ? 0 : c.said[b] / n, "right",
			       eval_share(c.right[b], c.n[b])));
		if (c.n[b] > 0)
			printf("  %.1f - %.1f    %10zu  %.3f   %.3f\n", (double)b / EVAL_BANDS,
			    (double)(b + 1) / EVAL_BANDS, c.n[b], c.said[b] / n,
			    eval_share(c.right[b], c.n[b]));
	}
	printf("  calibration error (ECE): %.4f over %zu candidates with confidence >= %.2f\n",
	    c.ece, c.all, EVAL_LEAST_CONFIDENCE);
	return json_pack(
	    "{s:f,s:I,s:o}", "ece", c.ece, "candidates", (json_int_t)c.all, "bands", bands);
}

static json_t *
report_secured(void)
{
	struct eval_part wrong = eval_secured_wrong(&set, &shipped, thresholds[SECURE]);

	printf("\n  wrong among those secured of themselves: %zu of %zu (%.2f%%)\n", wrong.n,
	    wrong.of, 100 * share(wrong));
	return json_pack("{s:I,s:I,s:f}", "secured", (json_int_t)wrong.of, "wrong",
	    (json_int_t)wrong.n, "share", share(wrong));
}

/* --- Recall in groups ------------------------------------------------------------------------- */

static json_t *
tally_json(struct str name, const struct eval_tally *t)
{
	static const char *const keys[EVAL_LIMIT_COUNT] = { "list", "possible", "one", "third" };
	json_t *out = json_pack("{s:s%,s:I,s:I}", "name", name.p, name.n, "n", (json_int_t)t->n,
	    "dense_n", (json_int_t)t->dense_n);

	for (unsigned l = 0; l < EVAL_LIMIT_COUNT; l++) {
		char key[32];

		json_object_set_new(out, keys[l], json_real(eval_share(t->at[l], t->n)));
		snprintf(key, sizeof key, "dense_%s", keys[l]);
		json_object_set_new(out, key, json_real(eval_share(t->dense_at[l], t->dense_n)));
	}
	return out;
}

static void
print_tally(struct str name, const struct eval_tally *t)
{
	printf("  %-38.*s %7zu", STR_ARG(name), t->n);
	for (unsigned l = 0; l < EVAL_LIMIT_COUNT; l++)
		printf(" %7.4f", eval_share(t->at[l], t->n));
	printf("  %7zu", t->dense_n);
	for (unsigned l = 0; l < EVAL_LIMIT_COUNT; l++)
		printf(" %7.4f", eval_share(t->dense_at[l], t->dense_n));
	printf("\n");
}

/* Half of a 95% interval of a share of n (normal approximation), in points. */
static double
give_or_take(double p, size_t n)
{
	return 100 * 1.96 * sqrt(p * (1 - p) / (double)n);
}

/* How far the groups are from having one recall: Pearson's chi-squared, with one degree of freedom
 * less than there are groups. By chance alone it is about that number. */
static double
unevenness(const struct eval_tally *tallies, size_t count, enum eval_limit limit, bool dense)
{
	double all = 0, in = 0, sum = 0;

	for (size_t i = 0; i < count; i++) {
		size_t n = dense ? tallies[i].dense_n : tallies[i].n;

		if (n < SPREAD_LEAST)
			continue;
		all += (double)n;
		in += (double)(dense ? tallies[i].dense_at[limit] : tallies[i].at[limit]);
	}
	if (in <= 0 || in >= all)
		return 0;
	for (size_t i = 0; i < count; i++) {
		double n = (double)(dense ? tallies[i].dense_n : tallies[i].n);
		double at = (double)(dense ? tallies[i].dense_at[limit] : tallies[i].at[limit]);
		double p = in / all, off = at - n * p;

		if (n >= SPREAD_LEAST)
			sum += off * off / (n * p * (1 - p));
	}
	return sum;
}

static json_t *
spread_json(const struct eval_spread *s, const struct str *names, size_t worst_n, size_t best_n)
{
	return json_pack("{s:f,s:s%,s:I,s:f,s:s%,s:I,s:I}", "worst", s->worst, "worst_name",
	    names[s->worst_at].p, names[s->worst_at].n, "worst_n", (json_int_t)worst_n, "best",
	    s->best, "best_name", names[s->best_at].p, names[s->best_at].n, "best_n",
	    (json_int_t)best_n, "groups", (json_int_t)s->groups);
}

static json_t *
report_spread(const struct eval_tally *tallies, const struct str *names, size_t count)
{
	static const struct {
		enum eval_limit limit;
		bool dense;
		const char *key, *title;
	} rows[] = { { EVAL_AT_POSSIBLE, false, "possible", "possible" },
		{ EVAL_AT_POSSIBLE, true, "dense_possible", "possible, dense" },
		{ EVAL_AT_ONE, false, "one", "<= 1 wrong" },
		{ EVAL_AT_ONE, true, "dense_one", "<= 1 wrong, dense" } };
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool dense = rows[i].dense;
		struct eval_spread s =
		    eval_spread(tallies, count, rows[i].limit, dense, SPREAD_LEAST);
		const struct eval_tally *worst = &tallies[s.worst_at], *best = &tallies[s.best_at];
		size_t worst_n = dense ? worst->dense_n : worst->n;
		size_t best_n = dense ? best->dense_n : best->n;
		double chi_squared = unevenness(tallies, count, rows[i].limit, dense);
		json_t *spread;

		if (s.groups == 0)
			continue;
		printf("  at %s, %zu groups of %d or more: worst %.*s %.4f (n %zu, +-%.1f points), "
		       "best %.*s %.4f (n %zu, +-%.1f), apart %.2f points; "
		       "chi-squared %.1f, by chance %zu\n",
		    rows[i].title, s.groups, SPREAD_LEAST, STR_ARG(names[s.worst_at]), s.worst,
		    worst_n, give_or_take(s.worst, worst_n), STR_ARG(names[s.best_at]), s.best,
		    best_n, give_or_take(s.best, best_n), 100 * (s.best - s.worst), chi_squared,
		    s.groups - 1);
		spread = spread_json(&s, names, worst_n, best_n);
		json_object_set_new(spread, "chi_squared", json_real(chi_squared));
		json_object_set_new(out, rows[i].key, spread);
	}
	return out;
}

enum shown { IN_JSON, PRINTED, WITH_SPREAD };

static void
report_tallies(json_t *out, const char *key, const char *title, const struct eval_tally *tallies,
    const struct str *names, size_t count, enum shown shown)
{
	json_t *list = json_array();

	if (shown != IN_JSON)
		printf("\n  %-38s %7s %7s %7s %7s %7s  %7s %7s %7s %7s %7s\n", title, "n", "list",
		    "poss.", "<=1", "<=.3", "dense", "list", "poss.", "<=1", "<=.3");
	for (size_t i = 0; i < count; i++) {
		if (tallies[i].n == 0)
			continue;
		if (shown != IN_JSON)
			print_tally(names[i], &tallies[i]);
		json_array_append_new(list, tally_json(names[i], &tallies[i]));
	}
	json_object_set_new(out, key, list);
	if (shown == WITH_SPREAD) {
		char spread_key[64];

		snprintf(spread_key, sizeof spread_key, "%s_spread", key);
		json_object_set_new(out, spread_key, report_spread(tallies, names, count));
	}
}

static void
report_recall(json_t *out, const double limits[EVAL_LIMIT_COUNT])
{
	static char field_names[EVAL_FIELDS_COUNT + 1][64];
	struct str kinds[EVAL_WORDS_MAX + 1], fields[EVAL_FIELDS_COUNT + 1];
	struct str asked[EVAL_ASKED_COUNT], all = STR_LIT("all");

	eval_tables_make(&tables, &set, &wide, limits);
	for (size_t i = 0; i < EVAL_WORDS_MAX; i++)
		kinds[i] = i < set.kinds.count ? set.kinds.word[i] : STR_NONE;
	kinds[EVAL_WORDS_MAX] = STR_LIT("(nothing)");
	for (size_t i = 0; i <= EVAL_FIELDS_COUNT; i++)
		fields[i] = str_from(eval_fields_name(field_names[i], i));
	for (unsigned k = 0; k < EVAL_ASKED_COUNT; k++)
		asked[k] = str_from(eval_asked_name((enum eval_asked)k));
	report_tallies(out, "all", "recall", &tables.all, &all, 1, PRINTED);
	report_tallies(out, "by_asked", "by kind of question", tables.by_asked, asked,
	    EVAL_ASKED_COUNT, PRINTED);
	report_tallies(out, "by_kind", "by kind, of question or record", tables.by_either, kinds,
	    EVAL_WORDS_MAX + 1, WITH_SPREAD);
	report_tallies(out, "by_question_kind", "by kind of the question", tables.by_question,
	    kinds, EVAL_WORDS_MAX + 1, IN_JSON);
	report_tallies(out, "by_record_kind", "by kind of the record", tables.by_record, kinds,
	    EVAL_WORDS_MAX + 1, IN_JSON);
	report_tallies(out, "by_origin", "by origin of the name", tables.by_origin,
	    set.origins.word, set.origins.count, WITH_SPREAD);
	report_tallies(out, "by_fields", "by what both have", tables.by_fields, fields,
	    EVAL_FIELDS_COUNT + 1, PRINTED);
	report_tallies(out, "by_system", "by system", tables.by_system, set.systems.word,
	    set.systems.count, WITH_SPREAD);
}

/* --- Relatives and wrong ones ----------------------------------------------------------------- */

static json_t *
relatives_of(enum eval_asked kind)
{
	struct eval_relatives r =
	    eval_relatives(&set, &shipped, kind, thresholds[LIST], thresholds[POSSIBLE]);
	size_t dense = r.appearances - r.sparse;

	printf("  of people who are %-9s %6zu appearances (%zu sparse): related and no match %.4f "
	       "(dense %.4f), match at list %.4f, at possible %.4f, unseen %.4f; related of those "
	       "shown %.4f\n",
	    eval_asked_name(kind), r.appearances, r.sparse, eval_share(r.related, r.appearances),
	    eval_share(r.related_dense, dense), eval_share(r.match_list, r.appearances),
	    eval_share(r.match_possible, r.appearances), eval_share(r.unseen, r.appearances),
	    eval_share(r.related, r.related + r.match_list));
	printf(
	    "  %-26s %6zu people: related in some record and in none a match %.4f; of those shown "
	    "at all %.4f\n",
	    "", r.people, eval_share(r.people_related, r.people),
	    eval_share(r.people_related, r.people_shown));
	return json_pack("{s:s,s:I,s:I,s:f,s:f,s:f,s:f,s:f,s:f,s:I,s:f,s:f,s:f}", "asked",
	    eval_asked_name(kind), "appearances", (json_int_t)r.appearances, "sparse",
	    (json_int_t)r.sparse, "related", eval_share(r.related, r.appearances), "related_dense",
	    eval_share(r.related_dense, dense), "match_at_list",
	    eval_share(r.match_list, r.appearances), "match_at_possible",
	    eval_share(r.match_possible, r.appearances), "unseen",
	    eval_share(r.unseen, r.appearances), "related_of_shown",
	    eval_share(r.related, r.related + r.match_list), "people", (json_int_t)r.people,
	    "people_related", eval_share(r.people_related, r.people), "people_related_of_shown",
	    eval_share(r.people_related, r.people_shown), "people_match_at_possible",
	    eval_share(r.people_match, r.people));
}

static json_t *
report_alikes(void)
{
	json_t *out = json_array();

	printf("\n  children called alike, under the shipped policy\n");
	for (size_t w = 0; w < set.alikes.count; w++) {
		struct eval_alikes a = eval_alikes(
		    &set, &shipped, w, thresholds[LIST], thresholds[POSSIBLE], thresholds[SECURE]);

		if (a.appearances == 0)
			continue;
		printf("  %-20.*s %6zu appearances of the other: related and no match %.3f, match "
		       "at possible %.3f, certain %zu, secured %zu\n",
		    STR_ARG(set.alikes.word[w]), a.appearances,
		    eval_share(a.related, a.appearances), eval_share(a.match, a.appearances),
		    a.certain, a.secured);
		json_array_append_new(out,
		    json_pack("{s:s%,s:I,s:I,s:I,s:I,s:I}", "how", set.alikes.word[w].p,
			set.alikes.word[w].n, "appearances", (json_int_t)a.appearances, "related",
			(json_int_t)a.related, "match_at_possible", (json_int_t)a.match, "certain",
			(json_int_t)a.certain, "secured", (json_int_t)a.secured));
	}
	return out;
}

static json_t *
report_relatives(void)
{
	json_t *out = json_array(), *words = json_array();

	printf("\n  family on file, under the shipped policy\n");
	json_array_append_new(out, relatives_of(EVAL_RELATIVE));
	json_array_append_new(out, relatives_of(EVAL_PRESENT));
	for (size_t w = 0; w < shipped.relations.count; w++) {
		struct eval_relation r = eval_relation(&set, &shipped, w);

		if (r.n == 0)
			continue;
		printf(
		    "  listed as %-22.*s %6zu: family %.3f, somebody else %.3f, the person asked "
		    "about %.3f\n",
		    STR_ARG(shipped.relations.word[w]), r.n, eval_share(r.family, r.n),
		    eval_share(r.other, r.n), eval_share(r.asked, r.n));
		json_array_append_new(words,
		    json_pack("{s:s,s:I,s:I,s:I,s:I}", "relation", shipped.relations.word[w].p, "n",
			(json_int_t)r.n, "family", (json_int_t)r.family, "other",
			(json_int_t)r.other, "asked", (json_int_t)r.asked));
	}
	return json_pack("{s:o,s:o}", "of", out, "listed", words);
}

/* One row of wrong ones: how many at each limit, per question of `of`. */
static json_t *
wrong_row(const char *name, const size_t at[EVAL_LIMIT_COUNT], size_t of)
{
	double list = eval_share(at[EVAL_AT_LIST], of);
	double possible = eval_share(at[EVAL_AT_POSSIBLE], of);
	double one = eval_share(at[EVAL_AT_ONE], of), third = eval_share(at[EVAL_AT_THIRD], of);

	printf("  %-34s %9.4f %9.4f %7.4f %7.4f\n", name, list, possible, one, third);
	return json_pack("{s:s,s:f,s:f,s:f,s:f}", "who", name, "list", list, "possible", possible,
	    "one", one, "third", third);
}

struct wrongs {
	size_t by_who[EVAL_WRONG_COUNT][EVAL_LIMIT_COUNT];
	size_t by_asked[EVAL_ASKED_COUNT][EVAL_LIMIT_COUNT];
	size_t asked[EVAL_ASKED_COUNT]; /* questions */
};

static void
count_wrongs(struct wrongs *out, const double limits[EVAL_LIMIT_COUNT])
{
	for (size_t q = 0; q < set.question_count; q++) {
		const struct eval_question *question = &set.questions[q];

		out->asked[question->kind]++;
		for (size_t i = 0; i < wide.answers[q].result_count; i++) {
			const struct eval_candidate *c = &wide.answers[q].results[i];
			enum eval_wrong kind;

			if (eval_is_right(&set, question, c))
				continue;
			kind = eval_wrong_of(&set, question, c);
			for (unsigned l = 0; l < EVAL_LIMIT_COUNT; l++) {
				out->by_who[kind][l] += c->weight >= limits[l];
				out->by_asked[question->kind][l] += c->weight >= limits[l];
			}
		}
	}
}

static void
report_wrong(json_t *out, const double limits[EVAL_LIMIT_COUNT])
{
	struct wrongs wrongs = { 0 };
	json_t *who = json_array(), *asked = json_array();

	count_wrongs(&wrongs, limits);
	printf("\n  %-34s %9s %9s %7s %7s\n", "wrong a check, by who they are", "list", "possible",
	    "<= 1", "<= .3");
	for (unsigned k = 0; k < EVAL_WRONG_COUNT; k++)
		json_array_append_new(who, wrong_row(eval_wrong_name((enum eval_wrong)k),
					       wrongs.by_who[k], set.question_count));
	printf("\n  %-34s %9s %9s %7s %7s\n", "wrong per question of the kind", "list", "possible",
	    "<= 1", "<= .3");
	for (unsigned k = 0; k < EVAL_ASKED_COUNT; k++)
		if (wrongs.asked[k] > 0)
			json_array_append_new(asked, wrong_row(eval_asked_name((enum eval_asked)k),
							 wrongs.by_asked[k], wrongs.asked[k]));
	json_object_set_new(out, "wrong", who);
	json_object_set_new(out, "wrong_by_asked", asked);
}

static json_t *
report_outcomes(void)
{
	json_t *out = json_array();

	printf("\n  outcome under the shipped policy, by kind of question\n");
	for (unsigned k = 0; k < EVAL_ASKED_COUNT; k++) {
		size_t n[EVAL_WORDS_MAX] = { 0 }, all = 0;
		json_t *row = json_object();

		for (size_t q = 0; q < set.question_count; q++)
			if (set.questions[q].kind == k) {
				n[shipped.answers[q].outcome]++;
				all++;
			}
		if (all > 0)
			printf("  %-10s %6zu ", eval_asked_name((enum eval_asked)k), all);
		json_object_set_new(row, "asked", json_string(eval_asked_name((enum eval_asked)k)));
		json_object_set_new(row, "n", json_integer((json_int_t)all));
		for (size_t w = 0; w < shipped.outcomes.count; w++) {
			if (n[w] > 0)
				printf("  %.*s %.4f", STR_ARG(shipped.outcomes.word[w]),
				    eval_share(n[w], all));
			json_object_set_new(
			    row, shipped.outcomes.word[w].p, json_integer((json_int_t)n[w]));
		}
		printf(all > 0 ? "\n" : "");
		json_array_append_new(out, row);
	}
	return out;
}

static json_t *
report_missed(void)
{
	struct eval_missed m = eval_missed(&set, &wide, thresholds[POSSIBLE]);
	json_t *list = json_array();

	printf("\n  missed at possible, of %zu appearances: how, and how many others weigh as much "
	       "in the answer\n",
	    m.appearances);
	for (unsigned k = 0; k < EVAL_LOSS_COUNT; k++) {
		const char *name = eval_loss_name((enum eval_loss)k);

		printf("  %-20s %6zu (%zu dense), %.4f\n", name, m.n[k], m.dense[k],
		    eval_share(m.n[k], m.appearances));
		json_array_append_new(
		    list, json_pack("{s:s,s:I,s:I}", "how", name, "n", (json_int_t)m.n[k], "dense",
			      (json_int_t)m.dense[k]));
	}
	return list;
}

/* What a list by expected wrong ones holds, beside one threshold with as many wrong ones. */
static json_t *
report_budgets(void)
{
	static const double budgets[] = { 0.5, 1, 2, 3, 5, 8 };
	json_t *list = json_array();

	printf(
	    "\n  expected wrong <=   recall  dense   wrong a check   one threshold with as many: "
	    "bits, recall\n");
	for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
		struct eval_budget b = eval_budget(&set, &wide, budgets[i]);
		double wrong = eval_share(b.wrong, set.question_count);
		double at = eval_threshold_for(&set, &wide, wrong);
		struct eval_figures f = eval_figures_at(&set, &wide, at);

		printf("  %16.1f   %.4f  %.4f  %10.3f      %7.2f  %.4f\n", budgets[i],
		    share(b.recall), share(b.recall_dense), wrong, isfinite(at) ? at : -99.99,
		    share(f.recall));
		json_array_append_new(list,
		    json_pack("{s:f,s:f,s:f,s:f,s:o,s:f}", "budget", budgets[i], "recall",
			share(b.recall), "recall_dense", share(b.recall_dense), "wrong_a_check",
			wrong, "threshold", real(at), "threshold_recall", share(f.recall)));
	}
	return list;
}

/* Right at each whole bit of weight: what a calibration table is fitted to. */
static json_t *
weights_json(void)
{
	enum { LOWEST = -20, BANDS = 80 };
	size_t n[BANDS] = { 0 }, right[BANDS] = { 0 };
	json_t *out = json_array();

	for (size_t q = 0; q < set.question_count; q++)
		for (size_t i = 0; i < wide.answers[q].result_count; i++) {
			const struct eval_candidate *c = &wide.answers[q].results[i];
			double at = floor(c->weight) - LOWEST;
			size_t b = at < 0 ? 0 : at >= BANDS ? BANDS - 1 : (size_t)at;

			n[b]++;
			right[b] += eval_is_right(&set, &set.questions[q], c);
		}
	for (int b = 0; b < BANDS; b++)
		if (n[b] > 0)
			json_array_append_new(
			    out, json_pack("{s:i,s:I,s:f}", "from", b + LOWEST, "n",
				     (json_int_t)n[b], "right", eval_share(right[b], n[b])));
	return out;
}

/* --- Main ------------------------------------------------------------------------------------- */

static void
write_list(const char *begin, const char *end,
    void (*write)(FILE *out, const struct eval_set *set, const struct eval_results *results,
	double threshold),
    const struct eval_results *results, double threshold)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof path, "%s%s", begin, end);
	out = fopen(path, "w");
	if (out == NULL)
		eval_fail("cannot write", path);
	write(out, &set, results, threshold);
	if (fclose(out) != 0)
		eval_fail("cannot write", path);
}

static json_t *
make_report(const char *title)
{
	json_t *out = json_pack("{s:s,s:I,s:I,s:I,s:I}", "title", title, "people",
	    (json_int_t)set.appearance_count, "questions", (json_int_t)set.question_count,
	    "failed_questions", (json_int_t)wide.failed, "full_answers", (json_int_t)wide.full);
	json_t *policy = json_object();
	double limits[EVAL_LIMIT_COUNT];

	printf("%s: %zu people on file, %zu questions (%zu failed; %zu answers of the longer list "
	       "are full)\n",
	    title, set.appearance_count, set.question_count, wide.failed, wide.full);
	for (unsigned t = 0; t < THRESHOLD_COUNT; t++)
		json_object_set_new(policy, threshold_names[t], json_real(thresholds[t]));
	json_object_set_new(out, "thresholds", policy);
	json_object_set_new(out, "at", report_thresholds(limits));
	json_object_set_new(out, "secured", report_secured());
	json_object_set_new(out, "relatives", report_relatives());
	json_object_set_new(out, "alike", report_alikes());
	json_object_set_new(out, "outcomes", report_outcomes());
	json_object_set_new(out, "calibration", report_calibration());
	report_recall(out, limits);
	report_wrong(out, limits);
	json_object_set_new(out, "missed", report_missed());
	json_object_set_new(out, "budgets", report_budgets());
	json_object_set_new(out, "curve", curve_json());
	json_object_set_new(out, "right_by_weight", weights_json());
	return out;
}

int
main(int argc, char **argv)
{
	json_t *out;

	if (argc < 7 || argc > 8) {
		fprintf(stderr, "usage: eval_corpus TITLE FOLDER SHIPPED.jsonl WIDE.jsonl "
				"POLICY.json OUT.json [LISTS]\n");
		return 64;
	}
	eval_set_read(&set, argv[2]);
	eval_results_read(&shipped, &set, argv[3]);
	eval_results_read(&wide, &set, argv[4]);
	read_policy(argv[5]);
	out = make_report(argv[1]);
	if (json_dump_file(out, argv[6], JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
		eval_fail("cannot write", argv[6]);
	json_decref(out);
	if (argc > 7) {
		write_list(argv[7], "misses.tsv", eval_lists_misses, &wide, thresholds[POSSIBLE]);
		write_list(argv[7], "wrongs.tsv", eval_lists_wrongs, &wide, thresholds[POSSIBLE]);
		write_list(
		    argv[7], "relatives.tsv", eval_lists_relatives, &shipped, thresholds[LIST]);
		write_list(argv[7], "pairs.csv", eval_lists_pairs, &wide, 0);
	}
	return 0;
}
