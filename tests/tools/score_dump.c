/*
 * score_dump: what scores, features and searches give, as text to compare before and after a change
 * that must change nothing.
 *
 *   score_dump DATA RECORDS SEED QUESTIONS
 *
 * DATA: the index of a made corpus of that seed (bench/run.sh, BENCH_KEEP). One line each of random
 * pairs of people, of every feature on file (as one hash), of each question against every
 * STRIDE-th person on file (as one hash) and of each candidate that the question finds. Numbers
 * are printed so that no two different ones look alike.
 */
#include "base/digest.h"
#include "base/mem.h"
#include "index/search.h"
#include "record/codec.h"

#include <stdio.h>

#include "tests/support/corpus.h"
#include "tests/support/corpus_question.h"
#include "tests/unit/linkage/people.h"

#define PEOPLE 256
#define PAIRS 20000
#define STRIDE 97

static uint64_t hash;

static void
add(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
}

static void
add_int(int64_t n)
{
	add(&n, sizeof n);
}

static void
add_bits(double bits)
{
	add(&bits, sizeof bits);
}

static void
add_str(struct str s)
{
	add_int((int64_t)s.n);
	add(s.p, s.n);
}

static void
add_score(const struct score *score, const struct kinship *kinship)
{
	add_bits(score->match_weight);
	add_bits(score->prior);
	for (int i = 0; i < COMPARISON_COUNT; i++) {
		const struct score_line *line = &score->line[i];

		add_int(line->level);
		add_bits(line->bits);
		add_bits(line->rarity);
		add_int(line->query_value);
		add_int(line->record_value);
	}
	for (uint8_t i = 0; i < score->pair_count; i++) {
		const struct score_token_pair *pair = &score->pair[i];

		add_int(pair->query_token);
		add_int(pair->record_token);
		add_int(pair->level);
		add_int(pair->swapped);
		add_bits(pair->bits);
		add_bits(pair->rarity);
	}
	add_int(score->pair_count);
	add_int(score->forename_evidence);
	add_int(score->forename_doubt);
	add_int(score->forename_level);
	add_int(score->surname_level);
	add_int(kinship->relation);
	add_bits(kinship->bits);
}

static void
add_features(const struct features *features)
{
	for (size_t i = 0; i < features->name_count; i++) {
		const struct feature_name *name = &features->names[i];

		add_int(name->count);
		add_int(name->glued);
		add_int(name->source);
		add_int(name->kind);
		for (uint8_t t = 0; t < name->count; t++) {
			add_str(name->tokens[t].text);
			add_int(name->tokens[t].part);
		}
	}
	add_int(features->words_left_out);
	add_int(features->spellings_left_out);
	for (size_t i = 0; i < features->birth_count; i++) {
		add_int(features->births[i].birth.first);
		add_int(features->births[i].birth.last);
		add_int(features->births[i].source);
	}
	for (size_t i = 0; i < features->address_count; i++) {
		const struct feature_address *at = &features->addresses[i];

		add_str(at->postcode);
		add_str(at->sector);
		add_str(at->outcode);
		add_str(at->number);
		add_str(at->flat);
		add_str(at->house);
		add_str(at->street);
		add_str(at->town);
		add_int(at->source);
		add_int(at->past);
	}
	for (size_t i = 0; i < features->phone_count; i++)
		add_str(features->phones[i].value);
	for (size_t i = 0; i < features->email_count; i++)
		add_str(features->emails[i].value);
	for (size_t i = 0; i < features->identifier_count; i++) {
		add_int(features->identifiers[i].kind);
		add_str(features->identifiers[i].value);
	}
	add_int(features->sex);
	add_int(features->role);
}

/* --- Random pairs ------------------------------------------------------------------------------
 */
static void
dump_pairs(const struct scorer *scorer)
{
	static struct made people[PEOPLE];
	uint64_t seed = 4711;

	for (int i = 0; i < PEOPLE; i++)
		draw_person(&people[i], &seed);
	for (int n = 0; n < PAIRS; n++) {
		struct made *a = &people[draw(&seed, PEOPLE)], *b = &people[draw(&seed, PEOPLE)];
		struct score score;
		struct kinship kinship;

		a->features.name_count = draw(&seed, PEOPLE_NAMES_MAX + 1);
		b->features.name_count = draw(&seed, PEOPLE_NAMES_MAX + 1);
		score_people(&score, scorer, &a->features, &b->features);
		relation_of(&kinship, scorer, &score, &a->features, &b->features);
		hash = 0;
		add_score(&score, &kinship);
		add_bits(score_likeness(scorer, &a->features, &b->features));
		printf("pair %d %.17g %016llx\n", n, score.match_weight, (unsigned long long)hash);
	}
}

/* --- People on file ----------------------------------------------------------------------------
 */
static struct folder *folder;
static struct lexicon *lexicon;
static struct model *model;
static struct snapshot *snapshot;
static struct searcher *searcher;

struct scan {
	struct arena *arena, *kept;
	struct features *some; /* every STRIDE-th */
	size_t seen, some_count;
};

static bool
visit(void *ctx, size_t system, struct str bytes)
{
	struct scan *scan = ctx;
	struct case_header header;
	struct person person;
	struct features features;
	bool keep = scan->seen++ % STRIDE == 0;
	struct arena *arena = keep ? scan->kept : scan->arena;

	arena_reset(scan->arena);
	if (!arena_copy(&bytes, arena, bytes) ||
	    codec_decode(&header, &person, arena, bytes, NULL) != STATUS_OK ||
	    features_make(&features, arena, folder, lexicon, &person, NULL) != STATUS_OK)
		return false;
	add_int((int64_t)system);
	add_features(&features);
	if (keep)
		scan->some[scan->some_count++] = features;
	return true;
}

static int
dump_questions(struct scan *scan, uint64_t records, uint64_t seed, uint64_t questions)
{
	struct corpus_source source = { .seed = seed };
	struct corpus_world *world;

	if (!corpus_world_open(&world, CORPUS_DATA))
		return 71;
	source.world = world;
	for (uint64_t q = 0; q < questions; q++) {
		struct scorer scorer = *searcher_scorer(searcher);
		struct search_result found;
		struct corpus_query query;
		struct features features;
		struct score score;
		struct kinship kinship;

		arena_reset(scan->arena);
		if (corpus_ask_about(&query, scan->arena, &source,
			(q * 0x9e3779b97f4a7c15u) % records, q,
			&corpus_shares_typical) != STATUS_OK ||
		    features_make(&features, scan->arena, folder, lexicon, &query.person, NULL) !=
			STATUS_OK ||
		    searcher_values(&scorer.values, searcher, scan->arena, &features, NULL) !=
			STATUS_OK)
			return 71;
		hash = 0;
		for (size_t i = 0; i < scan->some_count; i++) {
			score_people(&score, &scorer, &features, &scan->some[i]);
			relation_of(&kinship, &scorer, &score, &features, &scan->some[i]);
			add_score(&score, &kinship);
		}
		printf("question %llu %016llx\n", (unsigned long long)q, (unsigned long long)hash);
		if (search_person_and_family(&found, searcher, scan->arena, folder, &features, -5,
			q % 3 == 0   ? -1
			: q % 3 == 1 ? 2
				     : -3,
			NULL) != STATUS_OK)
			return 71;
		printf("found %zu of %zu, capped %d %d\n", found.count, found.scored, found.capped,
		    found.family_capped);
		for (size_t i = 0; i < found.count; i++) {
			const struct candidate *one = &found.candidates[i];

			hash = 0;
			add_score(&one->score, &one->kinship);
			add_features(&one->features);
			printf("  %zu %.*s %.*s %.17g %d %.17g %016llx\n", one->system,
			    STR_ARG(one->header.record_id), STR_ARG(one->person.id),
			    one->score.match_weight, (int)one->kinship.relation, one->kinship.bits,
			    (unsigned long long)hash);
		}
	}
	corpus_world_free(world);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *names[CORPUS_SYSTEM_COUNT];
	struct scan scan = { .arena = arena_new(0), .kept = arena_new(0) };
	uint64_t records, seed, questions;
	struct err err = ERR_NONE;
	int code;

	if (argc != 5 || !str_to_u64(&records, str_from(argv[2]), UINT64_MAX) || records == 0 ||
	    !str_to_u64(&seed, str_from(argv[3]), UINT64_MAX) ||
	    !str_to_u64(&questions, str_from(argv[4]), 10000000)) {
		fprintf(stderr, "usage: score_dump DATA RECORDS SEED QUESTIONS\n");
		return 64;
	}
	for (unsigned s = 0; s < CORPUS_SYSTEM_COUNT; s++)
		names[s] = corpus_system_name((enum corpus_system)s);
	if (digest_init(&err) != STATUS_OK || folder_new(&folder, &err) != STATUS_OK ||
	    lexicon_load(&lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&model, "schemas/model/default.json", &err) != STATUS_OK ||
	    snapshot_load(&snapshot, argv[1], names, CORPUS_SYSTEM_COUNT, &err) != STATUS_OK ||
	    searcher_open(&searcher, snapshot, model, lexicon, &err) != STATUS_OK) {
		fprintf(stderr, "score_dump: %s: %s\n", err.source, err.text);
		return 70;
	}
	scan.some = mem_zero(snapshot_people(snapshot) / STRIDE + 1, sizeof *scan.some);
	if (scan.some == NULL || scan.arena == NULL || scan.kept == NULL)
		return 71;
	dump_pairs(searcher_scorer(searcher));
	hash = 0;
	if (searcher_scan(searcher, visit, &scan, &err) != STATUS_OK)
		return 70;
	printf("features of %zu people %016llx\n", scan.seen, (unsigned long long)hash);
	code = dump_questions(&scan, records, seed, questions);
	searcher_close(searcher);
	snapshot_free(snapshot);
	model_free(model);
	lexicon_free(lexicon);
	folder_free(folder);
	mem_free(scan.some);
	arena_free(scan.arena);
	arena_free(scan.kept);
	return code;
}
