/*
 * eval_names: what the name comparison alone can tell.
 *
 *   eval_names FOLDER OUT.json [MISSES.tsv]
 *
 * FOLDER holds name_pairs.csv, name_pairs_own.csv and translit_pairs.csv of ../shared/data/pairs.
 * Both names of a pair go through features_make and score_people with the shipped model and
 * lexicon, without an index (shares of names from the model's table), and the bits of the name
 * comparison are the score. Rows of quality WEAK are left out. A name is given in one piece, as a
 * caller says it; "in parts" cuts it before its last word, as most exports hold it. "likeness" is
 * score_likeness(), in which rarity does not count: these pairs ask whether it is one name, bits
 * say how much it proves.
 *
 * Transliteration pairs are all true: each native name is also held against FALSE_EACH Latin
 * names of other rows of its kind, drawn with a fixed seed, that are not among its own.
 *
 *   AUC           share of (true, false) pairs in which the true one scores higher; ties half
 *   recall at x%  share of true pairs at or above the lowest score that at most x% of false
 *                 pairs reach
 * By category, recall (or the share of false pairs accepted) is at the file's own threshold.
 */
#include "base/mem.h"
#include "linkage/score.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FALSE_EACH 20
#define NO_NAME (-99.0)

struct pair {
	char *a, *b;
	char *category; /* or the kind of script */
	bool same;
	double score;
};
struct pairs {
	struct pair *list;
	size_t count, room;
};

static struct scorer scorer;
static struct folder *folder;
static struct arena *arena;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval_names: %s %s\n", what, detail);
	exit(65);
}

static void
add(struct pairs *out, struct pair pair)
{
	if (out->count == out->room) {
		out->room = out->room == 0 ? 1024 : out->room * 2;
		out->list = mem_resize(out->list, out->room, sizeof *out->list);
		if (out->list == NULL)
			fail("out of memory", "");
	}
	out->list[out->count++] = pair;
}

/* --- Reading ------------------------------------------------------------------------------- */

#define FIELDS_MAX 16

/* Cuts a line of CSV in place; quotes may stand around a field and are doubled within. */
static size_t
cut_csv(char *fields[FIELDS_MAX], char *line)
{
	size_t n = 0;
	char *from = line, *to = line;

	while (n < FIELDS_MAX) {
		bool quoted = *from == '"', more;

		from += quoted;
		fields[n++] = to;
		while (*from != '\0' && *from != '\n' && (quoted || *from != ',')) {
			if (quoted && *from == '"') {
				if (from[1] != '"')
					break;
				from++;
			}
			*to++ = *from++;
		}
		from += quoted && *from == '"';
		more = *from == ',';
		from++;
		*to++ = '\0';
		if (!more)
			break;
	}
	return n;
}

static char *
kept(const char *text)
{
	char *out = mem_copy_text(text);

	if (out == NULL)
		fail("out of memory", "");
	return out;
}

static void
add_name_row(struct pairs *out, char **fields, size_t n)
{
	if (n < 8)
		fail("too few columns in a row of", "name pairs");
	if (strcmp(fields[4], "WEAK") != 0)
		add(out, (struct pair){ kept(fields[5]), kept(fields[6]),
			     kept(fields[3][0] == '\0' ? "(none)" : fields[3]),
			     strcmp(fields[7], "true") == 0, 0 });
}

static void
add_translit_row(struct pairs *out, char **fields, size_t n)
{
	bool wikidata = strncmp(fields[0], "wikidata_", 9) == 0;

	if (n < 4)
		fail("too few columns in a row of", "transliteration pairs");
	add(out, (struct pair){ kept(fields[2]), kept(fields[3]),
		     kept(wikidata ? fields[1] : "national lists"), true, 0 });
}

static bool
read_pairs(struct pairs *out, const char *path_folder, const char *name,
    void (*add_row)(struct pairs *out, char **fields, size_t n))
{
	char path[4096], line[16384], *fields[FIELDS_MAX];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", path_folder, name);
	file = fopen(path, "r");
	if (file == NULL) {
		printf("eval_names: %s is not there\n", path);
		return false;
	}
	if (fgets(line, sizeof line, file) == NULL)
		fail("is empty:", path);
	while (fgets(line, sizeof line, file) != NULL) {
		size_t n = cut_csv(fields, line);

		add_row(out, fields, n);
	}
	fclose(file);
	return true;
}

/* False pairs within each kind, from the true ones. */
static void
add_false(struct pairs *pairs)
{
	uint64_t state = 1;
	size_t n = pairs->count;

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0, tries = 0; k < FALSE_EACH && tries < 20000; tries++) {
			struct pair other, one = pairs->list[i];

			/* Knuth's 64-bit linear congruential generator, high bits. */
			state = state * 6364136223846793005u + 1442695040888963407u;
			other = pairs->list[(state >> 33) % n];
			if (strcmp(other.category, one.category) != 0 ||
			    strcmp(other.b, one.b) == 0 || strcmp(other.a, one.a) == 0)
				continue;
			add(pairs, (struct pair){ one.a, other.b, one.category, false, 0 });
			k++;
		}
}

/* --- Scoring ------------------------------------------------------------------------------- */

static void
make(struct features *out, const char *text, bool in_parts)
{
	struct person_name name = { .full = str_from(text) };
	struct person person = { .names = &name, .name_count = 1 };
	struct str whole = str_trim(name.full);
	size_t at = whole.n;

	while (at > 0 && whole.p[at - 1] != ' ')
		at--;
	if (in_parts && at > 0)
		name = (struct person_name){ .forenames = str_trim(str_part(whole, 0, at)),
			.surname = str_part(whole, at, whole.n) };
	if (features_make(out, arena, folder, scorer.lexicon, &person, NULL) != STATUS_OK)
		fail("out of memory", "");
}

static double
name_bits(const struct features *a, const struct features *b)
{
	struct score score;

	score_people(&score, &scorer, a, b);
	return score.line[COMPARISON_NAME].bits;
}

static double
score_pair(const struct pair *pair, bool in_parts, bool likeness)
{
	struct features a, b;

	arena_reset(arena);
	make(&a, pair->a, in_parts);
	make(&b, pair->b, in_parts);
	if (a.name_count == 0 || b.name_count == 0)
		return NO_NAME;
	return likeness ? score_likeness(&scorer, &a, &b) : name_bits(&a, &b);
}

/* --- Figures ------------------------------------------------------------------------------- */

struct figures {
	size_t n, same;
	double auc;
	double at5, at1; /* thresholds */
	double recall5, recall1;
};

static int
best_first(const void *a, const void *b)
{
	double x = ((const struct pair *)a)->score, y = ((const struct pair *)b)->score;

	return (x < y) - (x > y);
}

static double
share(size_t part, size_t whole)
{
	return whole == 0 ? 0 : (double)part / (double)whole;
}

/* The list is sorted, best first. A threshold cannot part equal scores. */
static double
threshold(double *recall, const struct pairs *pairs, double accepted, size_t same, size_t other)
{
	size_t right = 0, wrong = 0;
	double out = INFINITY;

	*recall = 0;
	for (size_t i = 0; i < pairs->count; i++) {
		right += pairs->list[i].same;
		wrong += !pairs->list[i].same;
		if (i + 1 < pairs->count && pairs->list[i + 1].score >= pairs->list[i].score)
			continue;
		if (share(wrong, other) > accepted)
			break;
		out = pairs->list[i].score;
		*recall = share(right, same);
	}
	return out;
}

static struct figures
figures_of(struct pairs *pairs)
{
	struct figures out = { .n = pairs->count };
	double area = 0;
	size_t right = 0, i = 0, other;

	qsort(pairs->list, pairs->count, sizeof *pairs->list, best_first);
	for (size_t k = 0; k < pairs->count; k++)
		out.same += pairs->list[k].same;
	other = out.n - out.same;
	while (i < pairs->count) {
		size_t tie_right = 0, tie_wrong = 0;
		double score = pairs->list[i].score;

		for (; i < pairs->count && pairs->list[i].score >= score; i++) {
			tie_right += pairs->list[i].same;
			tie_wrong += !pairs->list[i].same;
		}
		area += (double)tie_wrong * ((double)right + (double)tie_right / 2);
		right += tie_right;
	}
	out.auc = out.same == 0 || other == 0 ? 0 : area / ((double)out.same * (double)other);
	out.at5 = threshold(&out.recall5, pairs, 0.05, out.same, other);
	out.at1 = threshold(&out.recall1, pairs, 0.01, out.same, other);
	return out;
}

static json_t *
figures_json(const char *name, const struct figures *f)
{
	return json_pack("{s:s,s:I,s:I,s:f,s:f,s:f}", "set", name, "pairs", (json_int_t)f->n,
	    "true", (json_int_t)f->same, "auc", f->auc, "recall_5", f->recall5, "recall_1",
	    f->recall1);
}

static void
print_figures(const char *name, const struct figures *f, const char *bar)
{
	printf("  %-28s %7zu %6zu   %.4f   %.4f   %.4f   %s\n", name, f->n, f->same, f->auc,
	    f->recall5, f->recall1, bar);
}

static int
by_category(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->category, y->category);

	if (order != 0)
		return order;
	return x->same != y->same ? (x->same ? -1 : 1) : best_first(a, b);
}

/* Each category's true pairs kept, or false ones accepted, at the file's thresholds. */
static json_t *
report_categories(struct pairs *pairs, const struct figures *f)
{
	json_t *out = json_array();
	size_t from = 0;

	qsort(pairs->list, pairs->count, sizeof *pairs->list, by_category);
	while (from < pairs->count) {
		size_t to = from, at5 = 0, at1 = 0;
		const struct pair *first = &pairs->list[from];

		for (; to < pairs->count && pairs->list[to].same == first->same &&
		       strcmp(pairs->list[to].category, first->category) == 0;
		     to++) {
			at5 += pairs->list[to].score >= f->at5;
			at1 += pairs->list[to].score >= f->at1;
		}
		if (to - from >= 5)
			printf("    %-28s %-6s %5zu   %s  %.4f   %.4f\n", first->category,
			    first->same ? "true" : "false", to - from,
			    first->same ? "kept " : "taken", share(at5, to - from),
			    share(at1, to - from));
		json_array_append_new(
		    out, json_pack("{s:s,s:b,s:I,s:f,s:f}", "category", first->category, "match",
			     first->same, "pairs", (json_int_t)(to - from), "at_5",
			     share(at5, to - from), "at_1", share(at1, to - from)));
		from = to;
	}
	return out;
}

static void
write_misses(FILE *out, const char *set, const struct pairs *pairs, double at)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *p = &pairs->list[i];

		if (out != NULL && p->same != (p->score >= at))
			fprintf(out, "%s\t%s\t%s\t%.2f\t%.2f\t%s\t%s\n", set, p->category,
			    p->same ? "missed" : "taken", p->score, at, p->a, p->b);
	}
}

static void
score_all(struct pairs *pairs, bool in_parts, bool likeness)
{
	for (size_t i = 0; i < pairs->count; i++)
		pairs->list[i].score = score_pair(&pairs->list[i], in_parts, likeness);
}

/* One way to make a score of the same pairs. */
static struct figures
report_way(json_t *out, struct pairs *pairs, const char *name, const char *way, const char *bar,
    bool in_parts, bool likeness)
{
	char title[64];
	struct figures f;

	score_all(pairs, in_parts, likeness);
	f = figures_of(pairs);
	snprintf(title, sizeof title, "%s%s", name, way);
	print_figures(title, &f, bar);
	json_array_append_new(out, figures_json(title, &f));
	return f;
}

static void
report_names(json_t *out, const char *path_folder, const char *name, const char *bar, FILE *misses)
{
	struct pairs pairs = { 0 };
	char file[64];
	struct figures f;

	snprintf(file, sizeof file, "%s.csv", name);
	if (!read_pairs(&pairs, path_folder, file, add_name_row))
		return;
	report_way(out, &pairs, name, ", in parts", "", true, false);
	report_way(out, &pairs, name, "", bar, false, false);
	f = report_way(out, &pairs, name, ", likeness", "same bar", false, true);
	json_array_append_new(out, report_categories(&pairs, &f));
	write_misses(misses, name, &pairs, f.at5);
}

static void
report_scripts(json_t *out, const char *path_folder, FILE *misses)
{
	static const char *const kinds[][2] = { { "russian", ".97" }, { "arabic", ".90" },
		{ "hebrew", ".85" }, { "korean", ".85" }, { "chinese", ".80" },
		{ "national lists", "-" } };
	struct pairs all = { 0 };

	if (!read_pairs(&all, path_folder, "translit_pairs.csv", add_translit_row))
		return;
	add_false(&all);
	score_all(&all, false, true);
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		struct pairs kind = { 0 };
		struct figures f;

		for (size_t i = 0; i < all.count; i++)
			if (strcmp(all.list[i].category, kinds[k][0]) == 0)
				add(&kind, all.list[i]);
		f = figures_of(&kind);
		print_figures(kinds[k][0], &f, kinds[k][1]);
		json_array_append_new(out, figures_json(kinds[k][0], &f));
		write_misses(misses, "translit_pairs", &kind, f.at1);
	}
}

int
main(int argc, char **argv)
{
	struct err err = ERR_NONE;
	struct model *model = NULL;
	struct lexicon *lexicon = NULL;
	json_t *out = json_array();
	FILE *misses = argc > 3 ? fopen(argv[3], "w") : NULL;

	if (argc < 3 || argc > 4 || (argc > 3 && misses == NULL)) {
		fprintf(stderr, "usage: eval_names FOLDER OUT.json [MISSES.tsv]\n");
		return 64;
	}
	arena = arena_new(0);
	if (arena == NULL || digest_init(&err) != STATUS_OK ||
	    folder_new(&folder, &err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK)
		fail(err.source, err.text);
	scorer = (struct scorer){ .model = model, .lexicon = lexicon };
	printf("Name pairs: name comparison alone, WEAK rows left out\n");
	printf("  %-28s %7s %6s   %-6s   %-6s   %-6s   bar\n", "set", "pairs", "true", "AUC",
	    "at 5%", "at 1%");
	report_names(out, argv[1], "name_pairs", "AUC .90, at 5% .65 (peers .81, .46)", misses);
	report_names(out, argv[1], "name_pairs_own", "AUC .90, at 5% .65 (peers .73, .35)", misses);
	printf("Transliteration pairs: native against Latin, %d others each; bar at 1%%\n",
	    FALSE_EACH);
	report_scripts(out, argv[1], misses);
	if (json_dump_file(out, argv[2], JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
		fail("cannot write", argv[2]);
	if (misses != NULL)
		fclose(misses);
	json_decref(out);
	lexicon_free(lexicon);
	model_free(model);
	folder_free(folder);
	arena_free(arena);
	return 0;
}
