/*
 * eval_pairs: pairwise quality of a labelled set that was searched for itself.
 *
 *   eval_pairs LABELLED.csv RESULTS.jsonl [NAME]
 *
 * LABELLED.csv has the columns id and cluster first; two rows are the same person when their
 * clusters are equal. RESULTS.jsonl is what `client batch` wrote for the same rows (ref = id).
 * A pair's weight is the larger of its two directions; a row's own record is left out. Prints one
 * line of JSON: pairs, best F1 with its threshold, F1 at the weights 5, 10, 15 and 20, and recall
 * of the list. Every pair not listed counts as not found.
 */
#include "base/mem.h"
#include "base/str.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
	char *id;
	char *cluster;
};
struct pair {
	size_t a, b; /* a < b */
	double weight;
	bool same;
};

static struct row *rows;
static size_t row_count;
static struct pair *pairs;
static size_t pair_count, pair_room;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval_pairs: %s %s\n", what, detail);
	exit(65);
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

/* id and cluster hold no quotes or commas in these files. */
static void
read_rows(const char *path)
{
	char line[16384];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		fail("cannot open", path);
	if (fgets(line, sizeof line, file) == NULL || strncmp(line, "id,cluster", 10) != 0)
		fail("no id,cluster header in", path);
	while (fgets(line, sizeof line, file) != NULL) {
		struct str rest = str_trim(str_from(line));
		struct str id = str_cut(&rest, ',');
		struct str cluster = str_cut(&rest, ',');

		rows = mem_resize(rows, row_count + 1, sizeof *rows);
		if (rows == NULL)
			fail("out of memory", "");
		rows[row_count++] = (struct row){ copy(id), copy(cluster) };
	}
	fclose(file);
}

static size_t
true_pairs(void)
{
	size_t total = 0, run = 0;

	qsort(rows, row_count, sizeof *rows, by_cluster);
	for (size_t i = 0; i < row_count; i++) {
		run = i > 0 && strcmp(rows[i].cluster, rows[i - 1].cluster) == 0 ? run + 1 : 0;
		total += run;
	}
	return total;
}

static size_t
find_row(const char *id)
{
	struct row key = { copy(str_from(id)), NULL };
	struct row *found = bsearch(&key, rows, row_count, sizeof *rows, by_id);

	mem_free(key.id);
	if (found == NULL)
		fail("result names a row that is not in the set:", id);
	return (size_t)(found - rows);
}

static void
add_pair(size_t a, size_t b, double weight)
{
	if (pair_count == pair_room) {
		pair_room = pair_room == 0 ? 1024 : pair_room * 2;
		pairs = mem_resize(pairs, pair_room, sizeof *pairs);
		if (pairs == NULL)
			fail("out of memory", "");
	}
	pairs[pair_count++] = (struct pair){ a < b ? a : b, a < b ? b : a, weight,
		strcmp(rows[a].cluster, rows[b].cluster) == 0 };
}

static void
read_results(const char *path)
{
	FILE *file = fopen(path, "r");
	json_t *line;
	size_t lines = 0;

	if (file == NULL)
		fail("cannot open", path);
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
		const char *ref = json_string_value(json_object_get(line, "ref"));
		json_t *results = json_object_get(line, "results");
		size_t i, self;
		json_t *result;

		if (ref == NULL || !json_is_array(results))
			fail("a line has no ref and results:", ref == NULL ? "" : ref);
		self = find_row(ref);
		json_array_foreach (results, i, result) {
			size_t other =
			    find_row(json_string_value(json_object_get(result, "record_id")));

			if (other != self)
				add_pair(self, other,
				    json_number_value(json_object_get(result, "match_weight")));
		}
		lines++;
		json_decref(line);
	}
	fclose(file);
	if (lines != row_count)
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

	qsort(pairs, pair_count, sizeof *pairs, by_pair);
	for (size_t i = 0; i < pair_count; i++)
		if (kept == 0 || pairs[kept - 1].a != pairs[i].a || pairs[kept - 1].b != pairs[i].b)
			pairs[kept++] = pairs[i];
	pair_count = kept;
	qsort(pairs, pair_count, sizeof *pairs, by_weight);
}

static double
f1(size_t right, size_t listed, size_t wanted)
{
	return listed + wanted == 0 ? 0 : 2.0 * (double)right / (double)(listed + wanted);
}

static void
print_table(const char *name, size_t wanted)
{
	static const double at[] = { 5, 10, 15, 20 };
	double best = 0, threshold = 0, best_precision = 0, best_recall = 0;
	size_t right = 0;

	for (size_t i = 0; i < pair_count; i++) {
		double now;

		right += pairs[i].same;
		if (i + 1 < pair_count && pairs[i + 1].weight >= pairs[i].weight)
			continue; /* a threshold cannot part equal weights */
		now = f1(right, i + 1, wanted);
		if (now > best) {
			best = now;
			threshold = pairs[i].weight;
			best_precision = (double)right / (double)(i + 1);
			best_recall = (double)right / (double)wanted;
		}
	}
	printf("{\"set\":\"%s\",\"rows\":%zu,\"true_pairs\":%zu,\"listed_pairs\":%zu,"
	       "\"recall_listed\":%.4f,\"best_f1\":%.4f,\"threshold\":%.2f,\"precision\":%.4f,"
	       "\"recall\":%.4f",
	    name, row_count, wanted, pair_count, (double)right / (double)wanted, best, threshold,
	    best_precision, best_recall);
	for (size_t t = 0; t < sizeof at / sizeof at[0]; t++) {
		size_t n = 0, good = 0;

		for (; n < pair_count && pairs[n].weight >= at[t]; n++)
			good += pairs[n].same;
		printf(",\"f1_at_%.0f\":%.4f", at[t], f1(good, n, wanted));
	}
	printf("}\n");
}

int
main(int argc, char **argv)
{
	size_t wanted;

	if (argc < 3)
		fail("usage: eval_pairs LABELLED.csv RESULTS.jsonl", "[NAME]");
	read_rows(argv[1]);
	wanted = true_pairs();
	if (wanted == 0)
		fail("no true pair in", argv[1]);
	qsort(rows, row_count, sizeof *rows, by_id);
	read_results(argv[2]);
	merge_directions();
	print_table(argc > 3 ? argv[3] : argv[1], wanted);
	return 0;
}
