#ifndef SUPPORT_CORPUS_WORLD_H
#define SUPPORT_CORPUS_WORLD_H
/*
 * corpus_world: how common names and places are.
 *
 * A world is read once from published frequencies (a folder with forenames_uk_total.csv,
 * forenames_ew_rank_1904_1994.csv, surnames_ew.csv, names_by_community.csv, outcodes.csv,
 * streets.csv, buildings.csv; each may be missing); NULL stands for the lists of corpus_words.h
 * alone. About a fifth of English surnames, and a few of the others', are put together from parts,
 * since published lists end where a name is borne by fewer than some 3 in 100,000. Threads:
 * constant once read.
 */
#include "tests/support/corpus_rng.h"
#include "tests/support/corpus_words.h"

#include "record/person.h"

struct corpus_world;

#define CORPUS_WORD_BYTES 64 /* the longest name that is drawn, with its NUL */

/* NULL only if memory runs out; *files is the number of files that were found (not NULL). */
struct corpus_world *corpus_world_load(const char *folder, unsigned *files);
void corpus_world_free(struct corpus_world *world);
/* The world of DATA/freq, or NULL in *out if no such file is there or data is "none". False if
 * memory ran out. Tools take CORPUS_DATA where nothing else is said. */
bool corpus_world_open(struct corpus_world **out, const char *data);
#define CORPUS_DATA "../shared/data"

struct corpus_drawn {
	char text[CORPUS_WORD_BYTES];
	const char *short_forms; /* "Kate|Katie", "" for none; lives as long as the world */
	bool common;		 /* among the most common of its kind */
	bool general;		 /* one of the country's, not of the origin's own */
};
/* Origins are places in corpus_words_origins. */
unsigned corpus_world_origin(
    const struct corpus_world *world, struct corpus_rng *rng, const char *nation);
/* `elder`: of somebody born before the counts of births begin. */
void corpus_world_forename(struct corpus_drawn *out, const struct corpus_world *world,
    struct corpus_rng *rng, unsigned origin, enum sex sex, bool elder);
void corpus_world_surname(struct corpus_drawn *out, const struct corpus_world *world,
    struct corpus_rng *rng, unsigned origin);

struct corpus_place {
	const char *nation; /* as in struct case_header */
	const char *town;
	char postcode[12];
	char street[64]; /* that of the postcode */
};
const char *corpus_world_nation(struct corpus_rng *rng);
/* A postcode somewhere in the nation. */
void corpus_world_place(struct corpus_place *out, const struct corpus_world *world,
    struct corpus_rng *rng, const char *nation);
/* Another postcode of the same outcode. */
void corpus_world_move(
    struct corpus_place *place, const struct corpus_world *world, struct corpus_rng *rng);
/* "Rose Cottage" */
const char *corpus_world_house(const struct corpus_world *world, struct corpus_rng *rng);

#endif
