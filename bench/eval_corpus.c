/*
 * eval_corpus: what the answers to the own corpus are worth.
 *
 *   eval_corpus FOLDER RESULTS.jsonl SEED OUT.json [MISSES.tsv [WRONGS.tsv]]
 *
 * FOLDER is what make_corpus wrote with that SEED (truth.csv, answers.csv); RESULTS.jsonl what
 * `client batch` wrote for its questions.csv. Prints tables, writes the same and the data of the
 * curves as JSON, and on request every appearance missed and every wrong candidate at `possible`,
 * with the true facts of both (all invented).
 *
 * The words, as docs/quality.md explains them:
 *   appearance      a person in a record; the one asked about may have several
 *   record recall   appearances found of all those of the people asked about that are on file
 *   person found    people on file asked about of whom at least one appearance is found
 *   wrong a check   candidates who are not the person asked about, per question of any kind
 *   absent with candidate  people not on file asked about for whom any candidate is shown
 *   ECE             sum over ten bands of confidence of |share right - mean confidence|, weighted
 *                   by the candidates in it, over candidates with confidence >= .01
 */
#include "base/mem.h"
#include "base/str.h"
#include "tests/support/corpus.h"
#include "tests/support/corpus_family.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST_WEIGHT \
	0.0 /* the list of the policy that eval.sh asks with: the least that one may say */

/* The shipped policy's. */
static const double shipped[] = { 5, 10, 15, 20 };
static const char *const shipped_names[] = { "list 5", "possible 10", "probable 15", "certain 20" };
enum { AT_LIST, AT_POSSIBLE, AT_PROBABLE, AT_CERTAIN, SHIPPED_COUNT };

enum kind { KIND_PRESENT, KIND_NOWHERE, KIND_RELATIVE, KIND_NAMESAKE, KIND_COUNT };
static const char *const kind_names[KIND_COUNT] = { "present", "nowhere", "relative", "namesake" };

static const char *const damage_names[CORPUS_DAMAGE_COUNT] = {
	[CORPUS_TYPO] = "name: a slip",
	[CORPUS_NICKNAME] = "name: short form",
	[CORPUS_SWAPPED] = "name: parts swapped",
	[CORPUS_ONE_STRING] = "name: in one piece",
	[CORPUS_NO_FORENAME] = "name: no forename",
	[CORPUS_NO_MIDDLE] = "name: no middle name",
	[CORPUS_NO_SURNAME] = "name: no surname",
	[CORPUS_OLD_SURNAME] = "name: former surname",
	[CORPUS_DATE_SLIP] = "birth: a slip",
	[CORPUS_DATE_PARTIAL] = "birth: year or month",
	[CORPUS_DATE_AGE] = "birth: age",
	[CORPUS_NO_DATE] = "birth: none",
	[CORPUS_MOVED] = "address: earlier one",
	[CORPUS_ADDRESS_PARTIAL] = "address: in part",
	[CORPUS_ADDRESS_TYPO] = "address: a slip",
	[CORPUS_NO_ADDRESS] = "address: none",
	[CORPUS_NO_PHONE] = "no phone",
	[CORPUS_NO_IDENTIFIER] = "no identifier",
	[CORPUS_NO_SEX] = "no sex",
};

struct who {
	uint64_t family;
	unsigned member;
};
struct appearance {
	struct str key; /* system,record_id,person_id */
	struct who who;
	uint32_t damage;
	unsigned system;
	struct str role;
};
struct candidate {
	size_t appearance;
	double weight, confidence;
	bool certain;
};
struct question {
	struct str ref;
	enum kind kind;
	struct who who;
	uint32_t damage;
	struct str origin;
	bool answered;
	struct candidate *candidates;
	size_t count, room;
};

static struct appearance *appearances; /* by key */
static size_t appearance_count, appearance_room;
static size_t *by_who; /* indexes into it, by family and member */
static struct question *questions;
static size_t question_count, question_room;
static size_t failed_questions, full_answers;
static uint64_t seed;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval_corpus: %s %s\n", what, detail);
	exit(65);
}

static void *
grown(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return list;
	*room = *room == 0 ? 16 : *room * 2;
	list = mem_resize(list, *room, size);
	if (list == NULL)
		fail("out of memory", "");
	return list;
}

/* --- Reading ------------------------------------------------------------------------------- */

/* The whole file, kept until the end. */
static struct str
slurp(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;
	long size;
	char *text;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		fail("cannot read", path);
	rewind(file);
	text = mem_alloc((size_t)size + 1);
	if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
		fail("cannot read", path);
	fclose(file);
	return (struct str){ text, (size_t)size };
}

static struct who
who_of(struct str text)
{
	uint64_t family, member;
	struct str rest = text;

	if (!str_to_u64(&family, str_cut(&rest, '.'), UINT64_MAX) ||
	    !str_to_u64(&member, rest, CORPUS_MEMBERS_MAX - 1))
		fail("not a person of the corpus:", text.n > 0 ? text.p : "\"\"");
	return (struct who){ family, (unsigned)member };
}

static uint32_t
hexadecimal(struct str text)
{
	char copy[16];

	snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
	return (uint32_t)strtoul(copy, NULL, 16);
}

static unsigned
system_of(struct str name)
{
	for (unsigned s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		if (str_eq_text(name, corpus_system_name((enum corpus_system)s)))
			return s;
	fail("unknown system in truth.csv", "");
}

static void
read_truth(const char *folder)
{
	struct str text = slurp(folder, "truth.csv");

	str_cut(&text, '\n');
	while (text.n > 0) {
		struct str line = str_cut(&text, '\n'), rest = line;
		struct appearance one = { .who = who_of(str_cut(&rest, ',')) };
		struct str from = rest;

		one.system = system_of(str_cut(&rest, ','));
		str_cut(&rest, ',');
		str_cut(&rest, ',');
		one.key = str_part(from, 0, from.n - rest.n - 1);
		one.role = str_cut(&rest, ',');
		one.damage = hexadecimal(rest);
		appearances =
		    grown(appearances, &appearance_room, appearance_count, sizeof *appearances);
		appearances[appearance_count++] = one;
	}
}

static void
read_answers(const char *folder)
{
	struct str text = slurp(folder, "answers.csv");

	str_cut(&text, '\n');
	while (text.n > 0) {
		struct str rest = str_cut(&text, '\n');
		struct question one = { .ref = str_cut(&rest, ',') };
		struct str kind;
		unsigned k = 0;

		str_cut(&rest, ',');
		kind = str_cut(&rest, ',');
		while (k < KIND_COUNT && !str_eq_text(kind, kind_names[k]))
			k++;
		if (k == KIND_COUNT)
			fail("answers.csv has a kind that is not known", "");
		one.kind = (enum kind)k;
		one.who = who_of(str_cut(&rest, ','));
		one.damage = hexadecimal(str_cut(&rest, ','));
		one.origin = str_trim(rest);
		questions = grown(questions, &question_room, question_count, sizeof *questions);
		questions[question_count++] = one;
	}
}

static int
by_key(const void *a, const void *b)
{
	return str_cmp(((const struct appearance *)a)->key, ((const struct appearance *)b)->key);
}

static int
by_ref(const void *a, const void *b)
{
	return str_cmp(((const struct question *)a)->ref, ((const struct question *)b)->ref);
}

static int
order_who(struct who a, struct who b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	return (a.member > b.member) - (a.member < b.member);
}

static int
by_person(const void *a, const void *b)
{
	return order_who(appearances[*(const size_t *)a].who, appearances[*(const size_t *)b].who);
}

static void
sort_truth(void)
{
	qsort(appearances, appearance_count, sizeof *appearances, by_key);
	by_who = mem_zero(appearance_count, sizeof *by_who);
	if (by_who == NULL)
		fail("out of memory", "");
	for (size_t i = 0; i < appearance_count; i++)
		by_who[i] = i;
	qsort(by_who, appearance_count, sizeof *by_who, by_person);
	qsort(questions, question_count, sizeof *questions, by_ref);
}

/* The appearances of a person: by_who[from] .. by_who[from + the result - 1]. */
static size_t
find_person(size_t *from, struct who who)
{
	size_t low = 0, high = appearance_count, n = 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (order_who(appearances[by_who[middle]].who, who) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*from = low;
	while (low + n < appearance_count && order_who(appearances[by_who[low + n]].who, who) == 0)
		n++;
	return n;
}

static void
add_candidate(struct question *question, json_t *result)
{
	char key[512];
	struct appearance wanted;
	const struct appearance *found;
	const char *grade = json_string_value(json_object_get(result, "grade"));
	int n = snprintf(key, sizeof key, "%s,%s,%s",
	    json_string_value(json_object_get(result, "system")),
	    json_string_value(json_object_get(result, "record_id")),
	    json_string_value(json_object_get(result, "person_id")));

	wanted.key = (struct str){ key, (size_t)n };
	found = n < (int)sizeof key
		    ? bsearch(&wanted, appearances, appearance_count, sizeof wanted, by_key)
		    : NULL;
	if (found == NULL)
		fail("a result is not in truth.csv:", key);
	question->candidates = grown(
	    question->candidates, &question->room, question->count, sizeof *question->candidates);
	question->candidates[question->count++] = (struct candidate){
		(size_t)(found - appearances),
		json_number_value(json_object_get(result, "match_weight")),
		json_number_value(json_object_get(result, "confidence")),
		grade != NULL && strcmp(grade, "certain") == 0,
	};
}

static void
read_line(json_t *line)
{
	struct question wanted, *question;
	json_t *results = json_object_get(line, "results"), *result;
	size_t i;

	wanted.ref = str_from(json_string_value(json_object_get(line, "ref")));
	question = bsearch(&wanted, questions, question_count, sizeof wanted, by_ref);
	if (question == NULL || question->answered)
		fail("a line answers no question, or one a second time:", wanted.ref.p);
	question->answered = true;
	if (!json_is_array(results))
		failed_questions++;
	json_array_foreach (results, i, result)
		add_candidate(question, result);
	full_answers += question->count >= 50;
}

static void
read_results(const char *path)
{
	FILE *file = fopen(path, "r");
	json_error_t error;
	json_t *line;
	size_t lines = 0;

	if (file == NULL)
		fail("cannot open", path);
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
		read_line(line);
		json_decref(line);
		lines++;
	}
	if (!feof(file))
		fail(error.text, path);
	fclose(file);
	if (lines != question_count)
		fail("the number of result lines is not that of the questions in", path);
}

/* --- Figures at a threshold ---------------------------------------------------------------- */

static bool
is_right(const struct question *question, const struct candidate *candidate)
{
	return question->kind == KIND_PRESENT &&
	       order_who(question->who, appearances[candidate->appearance].who) == 0;
}

static bool
is_relative(const struct question *question, const struct candidate *candidate)
{
	return question->who.family == appearances[candidate->appearance].who.family;
}

struct figures {
	double threshold;
	size_t appearances, right; /* of people on file who were asked about */
	size_t asked[KIND_COUNT], with_candidate[KIND_COUNT];
	size_t found; /* people on file with a right candidate */
	size_t wrong, wrong_relatives;
};

static void
count_question(struct figures *out, const struct question *question)
{
	size_t from, right = 0, listed = 0;

	if (question->kind == KIND_PRESENT)
		out->appearances += find_person(&from, question->who);
	for (size_t i = 0; i < question->count; i++) {
		const struct candidate *candidate = &question->candidates[i];

		if (candidate->weight < out->threshold)
			continue;
		listed++;
		if (is_right(question, candidate)) {
			right++;
			continue;
		}
		out->wrong++;
		out->wrong_relatives += is_relative(question, candidate);
	}
	out->right += right;
	out->found += right > 0;
	out->asked[question->kind]++;
	out->with_candidate[question->kind] += listed > 0;
}

static struct figures
figures_at(double threshold)
{
	struct figures out = { .threshold = threshold };

	for (size_t q = 0; q < question_count; q++)
		count_question(&out, &questions[q]);
	return out;
}

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The least threshold with at most `most` wrong candidates a check; at least LEAST_WEIGHT. */
static double
threshold_for(double most)
{
	size_t n = 0, allowed = (size_t)(most * (double)question_count);
	double *wrong, out = LEAST_WEIGHT;

	for (size_t q = 0; q < question_count; q++)
		n += questions[q].count;
	wrong = mem_zero(n + 1, sizeof *wrong);
	if (wrong == NULL)
		fail("out of memory", "");
	n = 0;
	for (size_t q = 0; q < question_count; q++)
		for (size_t i = 0; i < questions[q].count; i++)
			if (!is_right(&questions[q], &questions[q].candidates[i]))
				wrong[n++] = questions[q].candidates[i].weight;
	qsort(wrong, n, sizeof *wrong, descending);
	if (n > allowed && wrong[allowed] >= out)
		out = wrong[allowed] + 1e-9;
	mem_free(wrong);
	return out;
}

static double
share(size_t part, size_t whole)
{
	return whole == 0 ? 0 : (double)part / (double)whole;
}

static double
absent_share(const struct figures *f)
{
	size_t with = 0, asked = 0;

	for (unsigned k = KIND_NOWHERE; k < KIND_COUNT; k++) {
		with += f->with_candidate[k];
		asked += f->asked[k];
	}
	return share(with, asked);
}

static json_t *
figures_json(const struct figures *f)
{
	json_t *out = json_pack("{s:f,s:f,s:f,s:f,s:f,s:f}", "threshold", f->threshold,
	    "record_recall", share(f->right, f->appearances), "person_found",
	    share(f->found, f->asked[KIND_PRESENT]), "absent_with_candidate", absent_share(f),
	    "wrong_a_check", share(f->wrong, question_count), "wrong_relatives_a_check",
	    share(f->wrong_relatives, question_count));

	for (unsigned k = KIND_NOWHERE; k < KIND_COUNT; k++) {
		char name[64];

		snprintf(name, sizeof name, "%s_with_candidate", kind_names[k]);
		json_object_set_new(out, name, json_real(share(f->with_candidate[k], f->asked[k])));
	}
	return out;
}

static void
print_figures(const char *name, const struct figures *f)
{
	printf("  %-22s %6.2f %7.4f %7.4f %7.4f %8.3f %9.3f   %5.3f %5.3f %5.3f\n", name,
	    f->threshold, share(f->right, f->appearances), share(f->found, f->asked[KIND_PRESENT]),
	    absent_share(f), share(f->wrong, question_count),
	    share(f->wrong_relatives, question_count),
	    share(f->with_candidate[KIND_NOWHERE], f->asked[KIND_NOWHERE]),
	    share(f->with_candidate[KIND_RELATIVE], f->asked[KIND_RELATIVE]),
	    share(f->with_candidate[KIND_NAMESAKE], f->asked[KIND_NAMESAKE]));
}

static json_t *
report_thresholds(double at_one[2])
{
	static const double limits[2] = { 1, 0.3 };
	json_t *out = json_object();

	printf("\n  %-22s %6s %7s %7s %7s %8s %9s   absent with candidate, by kind\n", "at", "bits",
	    "record", "person", "absent", "wrong", "of them");
	printf("  %-22s %6s %7s %7s %7s %8s %9s   nowh. relat. names.\n", "", "", "recall", "found",
	    "w.cand.", "a check", "relatives");
	for (unsigned t = 0; t < SHIPPED_COUNT; t++) {
		struct figures f = figures_at(shipped[t]);

		print_figures(shipped_names[t], &f);
		json_object_set_new(out, shipped_names[t], figures_json(&f));
	}
	for (unsigned l = 0; l < 2; l++) {
		char name[32];
		struct figures f;

		at_one[l] = threshold_for(limits[l]);
		f = figures_at(at_one[l]);
		snprintf(name, sizeof name, "wrong a check <= %.1f", limits[l]);
		print_figures(name, &f);
		json_object_set_new(out, name, figures_json(&f));
	}
	return out;
}

static json_t *
curve(void)
{
	json_t *out = json_array();

	for (double t = LEAST_WEIGHT; t <= 40; t += 0.5) {
		struct figures f = figures_at(t);

		json_array_append_new(out, figures_json(&f));
	}
	return out;
}

/* --- Calibration --------------------------------------------------------------------------- */

#define BANDS 10
#define CONFIDENCE_FLOOR 0.01

static json_t *
report_calibration(void)
{
	struct {
		size_t n, right;
		double sum;
	} bands[BANDS] = { { 0 } };
	json_t *list = json_array();
	size_t all = 0;
	double ece = 0;

	for (size_t q = 0; q < question_count; q++)
		for (size_t i = 0; i < questions[q].count; i++) {
			const struct candidate *c = &questions[q].candidates[i];
			size_t b = (size_t)(c->confidence * BANDS);

			if (c->confidence < CONFIDENCE_FLOOR)
				continue;
			b = b < BANDS ? b : BANDS - 1;
			bands[b].n++;
			bands[b].sum += c->confidence;
			bands[b].right += is_right(&questions[q], c);
			all++;
		}
	printf("\n  confidence   candidates   said   right\n");
	for (unsigned b = 0; b < BANDS; b++) {
		double said = bands[b].n == 0 ? 0 : bands[b].sum / (double)bands[b].n;
		double right = share(bands[b].right, bands[b].n);

		ece += share(bands[b].n, all) * fabs(said - right);
		if (bands[b].n > 0)
			printf("  %.1f - %.1f    %10zu  %.3f   %.3f\n", b / 10.0, (b + 1) / 10.0,
			    bands[b].n, said, right);
		json_array_append_new(
		    list, json_pack("{s:f,s:I,s:f,s:f}", "from", b / 10.0, "n",
			      (json_int_t)bands[b].n, "said", said, "right", right));
	}
	printf("  calibration error (ECE): %.4f over %zu candidates\n", ece, all);
	return json_pack("{s:f,s:I,s:o}", "ece", ece, "candidates", (json_int_t)all, "bands", list);
}

/* Right at each whole bit of weight: what a calibration table would be fitted to. */
static json_t *
weight_bands(void)
{
	enum { MOST = 60 };
	size_t n[MOST] = { 0 }, right[MOST] = { 0 };
	json_t *out = json_array();

	for (size_t q = 0; q < question_count; q++)
		for (size_t i = 0; i < questions[q].count; i++) {
			double w = questions[q].candidates[i].weight;
			size_t b = w < 0 ? 0 : w >= MOST ? MOST - 1 : (size_t)w;

			n[b]++;
			right[b] += is_right(&questions[q], &questions[q].candidates[i]);
		}
	for (size_t b = 0; b < MOST; b++)
		if (n[b] > 0)
			json_array_append_new(
			    out, json_pack("{s:I,s:I,s:f}", "from", (json_int_t)b, "n",
				     (json_int_t)n[b], "right", share(right[b], n[b])));
	return out;
}

/* --- Recall by kind ------------------------------------------------------------------------ */

/* One row of a table: of so many appearances, how many are found at each threshold. */
struct tally {
	size_t n;
	size_t at[4]; /* list, possible, <= 1 wrong, <= 0.3 wrong */
};

static void
tally_add(struct tally *tally, double weight, const double limits[4])
{
	tally->n++;
	for (unsigned t = 0; t < 4; t++)
		tally->at[t] += weight >= limits[t];
}

static json_t *
tally_json(const char *name, const struct tally *t)
{
	return json_pack("{s:s,s:I,s:f,s:f,s:f,s:f}", "kind", name, "appearances", (json_int_t)t->n,
	    "list", share(t->at[0], t->n), "possible", share(t->at[1], t->n), "at_1_wrong",
	    share(t->at[2], t->n), "at_0.3_wrong", share(t->at[3], t->n));
}

static void
print_tally(const char *name, const struct tally *t)
{
	printf("  %-24s %8zu   %.4f   %.4f   %.4f   %.4f\n", name, t->n, share(t->at[0], t->n),
	    share(t->at[1], t->n), share(t->at[2], t->n), share(t->at[3], t->n));
}

static json_t *
report_tallies(const char *title, const char *const *names, const struct tally *tallies, size_t n)
{
	json_t *out = json_array();

	printf("\n  %-24s %8s   %s   %s  %s  %s\n", title, "records", "list", "possible",
	    "<=1 wrong", "<=.3 wrong");
	for (size_t i = 0; i < n; i++) {
		if (tallies[i].n == 0)
			continue;
		print_tally(names[i], &tallies[i]);
		json_array_append_new(out, tally_json(names[i], &tallies[i]));
	}
	return out;
}

#define ORIGINS_MAX 16
#define FIELDS_COUNT 9

struct tables {
	double limits[4];
	struct tally by_query[CORPUS_DAMAGE_COUNT + 1];
	struct tally by_record[CORPUS_DAMAGE_COUNT + 1];
	struct tally by_system[CORPUS_SYSTEM_COUNT];
	struct tally by_origin[ORIGINS_MAX];
	char origin_names[ORIGINS_MAX][24];
	size_t origins;
	struct tally by_fields[FIELDS_COUNT];
};
static const char *const field_names[FIELDS_COUNT] = { "surname, date, address", "surname, date",
	"surname, part of date, address", "surname, part of date", "surname, address", "surname",
	"no surname, date", "no surname, part of date", "no surname, no date" };

/* What the exports carry of people other than those whom a record is about: a name, a phone. */
static bool
is_bystander(const struct appearance *a)
{
	struct str id = a->key;

	str_cut(&id, ',');
	str_cut(&id, ',');
	return str_eq_text(id, "caller") || str_eq_text(id, "alleged") ||
	       str_eq_text(id, "parent") || str_eq_text(id, "a1") || str_eq_text(id, "m1");
}

static bool
has(uint32_t damage, enum corpus_damage kind)
{
	return (damage & 1u << kind) != 0;
}

/* What question and record both have to compare. A surname is in it if neither lacks one; a date is
 * whole, or a month, year or age, or missing on a side; an address may be a town only. */
static size_t
fields_of(uint32_t query, const struct appearance *a)
{
	uint32_t both = query | a->damage;
	bool surname = !has(both, CORPUS_NO_SURNAME), bystander = is_bystander(a);
	bool birth = !has(both, CORPUS_NO_DATE) && !bystander;
	bool part = has(both, CORPUS_DATE_PARTIAL) || has(both, CORPUS_DATE_AGE);
	bool address = !has(both, CORPUS_NO_ADDRESS) && !bystander;

	if (!surname)
		return !birth ? 8 : part ? 7 : 6;
	if (!birth)
		return address ? 4 : 5;
	return (part ? 2u : 0u) + (address ? 0u : 1u);
}

static size_t
origin_index(struct tables *tables, struct str origin)
{
	size_t o = 0;

	while (o < tables->origins && !str_eq_text(origin, tables->origin_names[o]))
		o++;
	if (o == tables->origins && o + 1 < ORIGINS_MAX)
		snprintf(tables->origin_names[tables->origins++], sizeof tables->origin_names[0],
		    "%.*s", STR_ARG(origin));
	return o;
}

static double
weight_of(const struct question *question, size_t appearance)
{
	for (size_t i = 0; i < question->count; i++)
		if (question->candidates[i].appearance == appearance)
			return question->candidates[i].weight;
	return -INFINITY;
}

static void
tally_damage(struct tally *list, uint32_t damage, double weight, const double limits[4])
{
	for (unsigned d = 0; d < CORPUS_DAMAGE_COUNT; d++)
		if ((damage & 1u << d) != 0)
			tally_add(&list[d], weight, limits);
	/* Everybody lacks a phone or an identifier somewhere: that is no damage to speak of. */
	if ((damage & ~(1u << CORPUS_NO_PHONE | 1u << CORPUS_NO_IDENTIFIER |
			  1u << CORPUS_NO_MIDDLE)) == 0)
		tally_add(&list[CORPUS_DAMAGE_COUNT], weight, limits);
}

static void
tally_question(struct tables *tables, const struct question *question)
{
	size_t from, n = find_person(&from, question->who);
	size_t origin = origin_index(tables, question->origin);

	for (size_t i = 0; i < n; i++) {
		const struct appearance *a = &appearances[by_who[from + i]];
		double weight = weight_of(question, by_who[from + i]);

		tally_damage(tables->by_query, question->damage, weight, tables->limits);
		tally_damage(tables->by_record, a->damage, weight, tables->limits);
		tally_add(&tables->by_system[a->system], weight, tables->limits);
		tally_add(&tables->by_origin[origin], weight, tables->limits);
		tally_add(
		    &tables->by_fields[fields_of(question->damage, a)], weight, tables->limits);
	}
}

static void
report_recall(json_t *out, const double at_wrong[2])
{
	static struct tables tables;
	const char *names[CORPUS_DAMAGE_COUNT + 1], *systems[CORPUS_SYSTEM_COUNT];
	const char *origins[ORIGINS_MAX];

	tables.limits[0] = shipped[AT_LIST];
	tables.limits[1] = shipped[AT_POSSIBLE];
	tables.limits[2] = at_wrong[0];
	tables.limits[3] = at_wrong[1];
	for (size_t q = 0; q < question_count; q++)
		if (questions[q].kind == KIND_PRESENT)
			tally_question(&tables, &questions[q]);
	memcpy(names, damage_names, sizeof damage_names);
	names[CORPUS_DAMAGE_COUNT] = "nothing wrong";
	for (unsigned s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		systems[s] = corpus_system_name((enum corpus_system)s);
	for (size_t o = 0; o < ORIGINS_MAX; o++)
		origins[o] = tables.origin_names[o];
	json_object_set_new(out, "by_fields",
	    report_tallies(
		"recall by fields in common", field_names, tables.by_fields, FIELDS_COUNT));
	json_object_set_new(out, "by_system",
	    report_tallies("recall by system", systems, tables.by_system, CORPUS_SYSTEM_COUNT));
	json_object_set_new(out, "by_query_damage",
	    report_tallies(
		"recall by the question's", names, tables.by_query, CORPUS_DAMAGE_COUNT + 1));
	json_object_set_new(out, "by_record_damage",
	    report_tallies(
		"recall by the record's", names, tables.by_record, CORPUS_DAMAGE_COUNT + 1));
	json_object_set_new(out, "by_origin",
	    report_tallies("recall by origin", origins, tables.by_origin, tables.origins));
}

/* --- Who the wrong ones are ---------------------------------------------------------------- */

enum wrong {
	WRONG_SIBLING,
	WRONG_TWIN,
	WRONG_PARENT,
	WRONG_CHILD,
	WRONG_OTHER_RELATIVE,
	WRONG_NAMESAKE_BIRTH,
	WRONG_NAMESAKE,
	WRONG_SURNAME,
	WRONG_FORENAME,
	WRONG_STRANGER,
	WRONG_COUNT
};
static const char *const wrong_names[WRONG_COUNT] = { "sibling", "twin", "parent", "child",
	"other of the household", "both names and year of birth", "both names, other year",
	"surname only", "forename only", "neither name" };

static bool
is_young(enum person_role role)
{
	return role == ROLE_CHILD || role == ROLE_SIBLING;
}

static enum wrong
wrong_kind(struct who asked, struct who found)
{
	static struct corpus_family a, b;
	const struct corpus_member *x, *y;
	bool forename, surname;

	corpus_family_make(&a, seed, asked.family);
	corpus_family_make(&b, seed, found.family);
	x = &a.members[asked.member];
	y = &b.members[found.member];
	if (asked.family == found.family) {
		if (is_young(x->role) && is_young(y->role))
			return x->born == y->born ? WRONG_TWIN : WRONG_SIBLING;
		if (is_young(x->role))
			return y->role == ROLE_PARENT ? WRONG_PARENT : WRONG_OTHER_RELATIVE;
		return is_young(y->role) && x->role == ROLE_PARENT ? WRONG_CHILD
								   : WRONG_OTHER_RELATIVE;
	}
	forename = strcmp(x->forename, y->forename) == 0;
	surname = strcmp(x->surname, y->surname) == 0;
	if (forename && surname)
		return corpus_family_civil(x->born).year == corpus_family_civil(y->born).year
			   ? WRONG_NAMESAKE_BIRTH
			   : WRONG_NAMESAKE;
	return surname ? WRONG_SURNAME : forename ? WRONG_FORENAME : WRONG_STRANGER;
}

static json_t *
report_wrong(void)
{
	size_t at[4][WRONG_COUNT] = { { 0 } }, certain = 0, certain_wrong = 0;
	json_t *out = json_object();

	for (size_t q = 0; q < question_count; q++)
		for (size_t i = 0; i < questions[q].count; i++) {
			const struct candidate *c = &questions[q].candidates[i];
			enum wrong kind;

			certain += c->certain;
			if (is_right(&questions[q], c))
				continue;
			certain_wrong += c->certain;
			/* Of an absent person asked about under another's name, the name counts as
			 * the asker wrote it; the table shows what is true of them. */
			kind = wrong_kind(questions[q].who, appearances[c->appearance].who);
			for (unsigned t = 0; t < SHIPPED_COUNT; t++)
				at[t][kind] += c->weight >= shipped[t];
		}
	printf("\n  wrong candidates a check, by who they are\n  %-30s %9s %9s %9s %9s\n", "",
	    "list", "possible", "probable", "certain");
	for (unsigned k = 0; k < WRONG_COUNT; k++) {
		printf("  %-30s %9.4f %9.4f %9.4f %9.4f\n", wrong_names[k],
		    share(at[0][k], question_count), share(at[1][k], question_count),
		    share(at[2][k], question_count), share(at[3][k], question_count));
		json_object_set_new(out, wrong_names[k],
		    json_pack("{s:f,s:f,s:f,s:f}", "list", share(at[0][k], question_count),
			"possible", share(at[1][k], question_count), "probable",
			share(at[2][k], question_count), "certain",
			share(at[3][k], question_count)));
	}
	printf("  wrong among those secured of themselves: %zu of %zu (%.2f%%)\n", certain_wrong,
	    certain, 100 * share(certain_wrong, certain));
	json_object_set_new(out, "secured", json_integer((json_int_t)certain));
	json_object_set_new(out, "secured_wrong", json_integer((json_int_t)certain_wrong));
	return out;
}

/* --- Lists to look at ---------------------------------------------------------------------- */

static void
put_person(FILE *out, struct who who)
{
	static struct corpus_family family;
	const struct corpus_member *m;
	struct civil born;

	corpus_family_make(&family, seed, who.family);
	m = &family.members[who.member];
	born = corpus_family_civil(m->born);
	fprintf(out, "\t%s %s %s (%s) %s %04d-%02d-%02d", m->forename, m->middle, m->surname,
	    m->former, person_role_name(m->role), born.year, born.month, born.day);
}

static void
put_damage(FILE *out, uint32_t damage)
{
	const char *before = "\t";

	damage &= ~(1u << CORPUS_NO_PHONE | 1u << CORPUS_NO_IDENTIFIER | 1u << CORPUS_NO_MIDDLE);
	if (damage == 0)
		fputs("\tnothing wrong", out);
	for (unsigned d = 0; d < CORPUS_DAMAGE_COUNT; d++)
		if ((damage & 1u << d) != 0) {
			fprintf(out, "%s%s", before, damage_names[d]);
			before = "; ";
		}
}

static void
write_misses(FILE *out)
{
	fputs("ref\tweight\tsystem,record,person\tthe person\tthe question has\tthe record has\n",
	    out);
	for (size_t q = 0; q < question_count; q++) {
		const struct question *question = &questions[q];
		size_t from, n;

		if (question->kind != KIND_PRESENT)
			continue;
		n = find_person(&from, question->who);
		for (size_t i = 0; i < n; i++) {
			const struct appearance *a = &appearances[by_who[from + i]];
			double weight = weight_of(question, by_who[from + i]);

			if (weight >= shipped[AT_POSSIBLE])
				continue;
			fprintf(out, "%.*s\t%.2f\t%.*s", STR_ARG(question->ref), weight,
			    STR_ARG(a->key));
			put_person(out, question->who);
			put_damage(out, question->damage);
			put_damage(out, a->damage);
			fputc('\n', out);
		}
	}
}

static void
write_wrongs(FILE *out)
{
	fputs("ref\tasked\tweight\tsystem,record,person\twho it is\tthe person asked about\tthe "
	      "candidate\tthe question has\tthe record has\n",
	    out);
	for (size_t q = 0; q < question_count; q++)
		for (size_t i = 0; i < questions[q].count; i++) {
			const struct question *question = &questions[q];
			const struct candidate *c = &question->candidates[i];
			const struct appearance *a = &appearances[c->appearance];

			if (c->weight < shipped[AT_POSSIBLE] || is_right(question, c))
				continue;
			fprintf(out, "%.*s\t%s\t%.2f\t%.*s\t%s", STR_ARG(question->ref),
			    kind_names[question->kind], c->weight, STR_ARG(a->key),
			    wrong_names[wrong_kind(question->who, a->who)]);
			put_person(out, question->who);
			put_person(out, a->who);
			put_damage(out, question->damage);
			put_damage(out, a->damage);
			fputc('\n', out);
		}
}

static void
write_list(const char *path, void (*write)(FILE *out))
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		fail("cannot write", path);
	write(out);
	if (fclose(out) != 0)
		fail("cannot write", path);
}

int
main(int argc, char **argv)
{
	json_t *out = json_object();
	double at_wrong[2];

	if (argc < 5 || argc > 7 || !str_to_u64(&seed, str_from(argv[3]), UINT64_MAX)) {
		fprintf(stderr, "usage: eval_corpus FOLDER RESULTS.jsonl SEED OUT.json "
				"[MISSES.tsv [WRONGS.tsv]]\n");
		return 64;
	}
	read_truth(argv[1]);
	read_answers(argv[1]);
	sort_truth();
	read_results(argv[2]);
	printf("own corpus, seed %s: %zu people on file, %zu questions (%zu failed, %zu answers "
	       "full)\n",
	    argv[3], appearance_count, question_count, failed_questions, full_answers);
	json_object_set_new(out, "people", json_integer((json_int_t)appearance_count));
	json_object_set_new(out, "questions", json_integer((json_int_t)question_count));
	json_object_set_new(out, "failed_questions", json_integer((json_int_t)failed_questions));
	json_object_set_new(out, "full_answers", json_integer((json_int_t)full_answers));
	json_object_set_new(out, "at", report_thresholds(at_wrong));
	json_object_set_new(out, "calibration", report_calibration());
	report_recall(out, at_wrong);
	json_object_set_new(out, "wrong", report_wrong());
	json_object_set_new(out, "right_by_weight", weight_bands());
	json_object_set_new(out, "curve", curve());
	if (json_dump_file(out, argv[4], JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
		fail("cannot write", argv[4]);
	if (argc > 5)
		write_list(argv[5], write_misses);
	if (argc > 6)
		write_list(argv[6], write_wrongs);
	json_decref(out);
	return 0;
}
