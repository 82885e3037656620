/*
 * eval_pairs: pairwise quality of a labelled set that was searched through the built programs.
 *
 *   eval_pairs LABELLED.csv RESULTS.jsonl [NAME [QUERIES.csv]]
 *
 * LABELLED.csv has the columns id and cluster first; two rows are the same person when their
 * clusters are equal. RESULTS.jsonl is what `client batch` wrote (ref = id), of the same rows or,
 * where QUERIES.csv is given, of its rows. Its last column is `expected`: of a row that expects
 * "match", the record of its cluster is right; of "no_match", none is; the pair of a
 * "possible_match" row and its cluster is left out.
 *
 * A pair's weight is the larger of its two directions; a row's own record is left out. A true pair
 * that is not listed counts as not found; so does one that is listed as `related`, which says that
 * they are two people (counted apart, each direction). Prints one line of JSON: pairs, best F1 with
 * its threshold (chosen with the labels in hand), precision, recall and F1 at the weights that
 * policies use. Every figure is 0 where there is nothing to divide by.
 */
#include "base/mem.h"
#include "base/str.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum expected { EXPECT_MATCH, EXPECT_NOTHING, EXPECT_EITHER };

struct row {
	char *id;
	char *cluster;
	enum expected expected;
	bool answered;
};
struct table {
	struct row *rows;
	size_t count, room;
};
struct pair {
	size_t a, b; /* rows of a set with itself: a < b; else the query's row and the record's */
	double weight;
	bool same;
};

static struct table records, queries;
static bool itself; /* the set is asked for its own rows: `queries` is not used */
static struct pair *pairs;
static size_t pair_count, pair_room;
static size_t failed_rows;
static size_t related, related_same; /* listed as somebody related; of them the same after all */

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval_pairs: %s %s\n", what, detail);
	exit(65);
}

static void *
grown(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return list;
	*room = *room == 0 ? 1024 : *room * 2;
	list = mem_resize(list, *room, size);
	if (list == NULL)
		fail("out of memory", "");
	return list;
}

static char *
copy(struct str s)
{
	char *out = mem_alloc(s.n + 1);

	if (out == NULL)
		fail("out of memory", "");
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return out;
}

/* --- The set ------------------------------------------------------------------------------- */

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->id, ((const struct row *)b)->id);
}

static int
by_cluster(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->cluster, ((const struct row *)b)->cluster);
}

static enum expected
expected_of(struct str line)
{
	struct str last = STR_NONE;

	while (line.n > 0)
		last = str_cut(&line, ',');
	if (str_eq_text(last, "match"))
		return EXPECT_MATCH;
	if (str_eq_text(last, "no_match"))
		return EXPECT_NOTHING;
	if (!str_eq_text(last, "possible_match"))
		fail("a query expects neither match, no_match nor possible_match", "");
	return EXPECT_EITHER;
}

/* id, cluster and expected hold no quotes or commas in these files. */
static void
read_rows(struct table *out, const char *path, bool expecting)
{
	char line[16384];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail("cannot open", path);
	if (fgets(line, sizeof line, file) == NULL || strncmp(line, "id,cluster", 10) != 0)
		fail("no id,cluster header in", path);
	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line));
		struct row row = { 0 };

		row.expected = expecting ? expected_of(rest) : EXPECT_MATCH;
		row.id = copy(str_cut(&rest, ','));
		row.cluster = copy(str_cut(&rest, ','));
		out->rows = grown(out->rows, &out->room, out->count, sizeof *out->rows);
		out->rows[out->count++] = row;
	}
	fclose(file);
}

static size_t
true_pairs(void)
{
	size_t total = 0, run = 0;

	if (!itself) {
		for (size_t i = 0; i < queries.count; i++)
			total += queries.rows[i].expected == EXPECT_MATCH;
		return total;
	}
	qsort(records.rows, records.count, sizeof *records.rows, by_cluster);
	for (size_t i = 0; i < records.count; i++) {
		bool again = i > 0 && by_cluster(&records.rows[i], &records.rows[i - 1]) == 0;

		run = again ? run + 1 : 0;
		total += run;
	}
	return total;
}

static size_t
find_row(const struct table *table, const char *id)
{
	struct row key = { .id = copy(str_from(id)) };
	struct row *found = bsearch(&key, table->rows, table->count, sizeof key, by_id);

	mem_free(key.id);
	if (found == NULL)
		fail("a result names a row that is not in the set:", id == NULL ? "" : id);
	return (size_t)(found - table->rows);
}

/* --- The results --------------------------------------------------------------------------- */

static void
add_pair(size_t asked, size_t found, double weight)
{
	const struct row *query = itself ? &records.rows[asked] : &queries.rows[asked];
	bool same = strcmp(query->cluster, records.rows[found].cluster) == 0;

	if ((itself && asked == found) || (same && query->expected == EXPECT_EITHER))
		return;
	pairs = grown(pairs, &pair_room, pair_count, sizeof *pairs);
	pairs[pair_count++] = (struct pair){ itself && found < asked ? found : asked,
		itself && found < asked ? asked : found, weight,
		same && query->expected == EXPECT_MATCH };
}

/* Those listed as related are said not to be the person: no pairs, but counted. */
static void
count_related(size_t asked, const json_t *list)
{
	const struct row *query = itself ? &records.rows[asked] : &queries.rows[asked];

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *id = json_object_get(json_array_get(list, i), "record_id");
		size_t found = find_row(&records, json_string_value(id));

		if (itself && found == asked)
			continue;
		related++;
		related_same += query->expected == EXPECT_MATCH &&
				strcmp(query->cluster, records.rows[found].cluster) == 0;
	}
}

static void
read_line(json_t *line)
{
	struct table *asked = itself ? &records : &queries;
	const char *ref = json_string_value(json_object_get(line, "ref"));
	json_t *results = json_object_get(line, "results"), *result;
	size_t i, self = find_row(asked, ref);

	if (asked->rows[self].answered)
		fail("two lines answer one row:", ref);
	asked->rows[self].answered = true;
	if (!json_is_array(results)) {
		failed_rows++;
		return;
	}
	count_related(self, json_object_get(line, "related"));
	json_array_foreach (results, i, result) {
		json_t *weight = json_object_get(result, "match_weight");
		const char *id = json_string_value(json_object_get(result, "record_id"));

		if (!json_is_number(weight))
			fail("a result has no match_weight:", ref);
		add_pair(self, find_row(&records, id), json_number_value(weight));
	}
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
	if (lines != (itself ? &records : &queries)->count)
		fail("the number of result lines is not that of the rows in", path);
}

static int
by_pair(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	return (a->weight < b->weight) - (a->weight > b->weight);
}

static int
by_weight(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	return (a->weight < b->weight) - (a->weight > b->weight);
}

static void
merge_directions(void)
{
	size_t kept = 0;

	if (pair_count == 0)
		return;
	qsort(pairs, pair_count, sizeof *pairs, by_pair);
	for (size_t i = 0; i < pair_count; i++)
		if (kept == 0 || pairs[kept - 1].a != pairs[i].a || pairs[kept - 1].b != pairs[i].b)
			pairs[kept++] = pairs[i];
	pair_count = kept;
	qsort(pairs, pair_count, sizeof *pairs, by_weight);
}

/* --- The figures --------------------------------------------------------------------------- */

static double
share(size_t part, size_t whole)
{
	return whole == 0 ? 0 : (double)part / (double)whole;
}

struct figures {
	double threshold, f1, precision, recall;
};

static struct figures
figures_of(double threshold, size_t right, size_t listed, size_t wanted)
{
	return (struct figures){ threshold, share(2 * right, listed + wanted), share(right, listed),
		share(right, wanted) };
}

static struct figures
best_figures(size_t wanted)
{
	struct figures best = { 0 };
	size_t right = 0;

	for (size_t i = 0; i < pair_count; i++) {
		struct figures now;

		right += pairs[i].same;
		if (i + 1 < pair_count && pairs[i + 1].weight >= pairs[i].weight)
			continue; /* a threshold cannot part equal weights */
		now = figures_of(pairs[i].weight, right, i + 1, wanted);
		if (now.f1 > best.f1)
			best = now;
	}
	return best;
}

static struct figures
figures_at(double threshold, size_t wanted)
{
	size_t n = 0, right = 0;

	for (; n < pair_count && pairs[n].weight >= threshold; n++)
		right += pairs[n].same;
	return figures_of(threshold, right, n, wanted);
}

static void
print_json(const char *name, size_t wanted)
{
	/* Even odds by the model; then list, possible, probable, certain of the shipped policy. */
	static const double at[] = { 0, 5, 10, 15, 20 };
	struct figures best = best_figures(wanted), all = figures_at(-1e9, wanted);

	printf("{\"set\":\"%s\",\"rows\":%zu,\"failed_rows\":%zu,\"true_pairs\":%zu,"
	       "\"listed_pairs\":%zu,\"recall_listed\":%.4f,\"best_f1\":%.4f,\"threshold\":%.2f,"
	       "\"precision\":%.4f,\"recall\":%.4f,\"related\":%zu,\"related_same\":%zu",
	    name, (itself ? &records : &queries)->count, failed_rows, wanted, pair_count,
	    all.recall, best.f1, best.threshold, best.precision, best.recall, related,
	    related_same);
	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		struct figures f = figures_at(at[i], wanted);

		printf(",\"f1_at_%.0f\":%.4f,\"precision_at_%.0f\":%.4f,\"recall_at_%.0f\":%.4f",
		    at[i], f.f1, at[i], f.precision, at[i], f.recall);
	}
	printf(",\"curve\":[");
	for (double t = -10; t <= 40; t += 0.5) {
		struct figures f = figures_at(t, wanted);

		printf("%s[%.1f,%.4f,%.4f]", t > -10 ? "," : "", t, f.precision, f.recall);
	}
	printf("]}\n");
}

int
main(int argc, char **argv)
{
	size_t wanted;

	if (argc < 3 || argc > 5)
		fail("usage: eval_pairs LABELLED.csv RESULTS.jsonl", "[NAME [QUERIES.csv]]");
	itself = argc < 5;
	read_rows(&records, argv[1], false);
	if (!itself)
		read_rows(&queries, argv[4], true);
	wanted = true_pairs();
	if (wanted == 0)
		fail("no true pair in", argv[1]);
	qsort(records.rows, records.count, sizeof *records.rows, by_id);
	if (!itself)
		qsort(queries.rows, queries.count, sizeof *queries.rows, by_id);
	read_results(argv[2]);
	merge_directions();
	print_json(argc > 3 ? argv[3] : argv[1], wanted);
	return 0;
}
