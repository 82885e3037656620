#ifndef LINKAGE_MODEL_H
#define LINKAGE_MODEL_H
/*
 * model: the m and u probabilities of every comparison level, and how common names are.
 *
 * A versioned JSON file (schemas/model/default.json; its form: schemas/model.schema.json). Its
 * hash is in every answer and ledger entry. Loading refuses, with path and reason, a missing
 * level, a probability outside (0, 1), an unknown comparison or version; and what would break
 * a promise made elsewhere: probabilities of a comparison that do not add up to 1 (within
 * MODEL_SUM_SLACK), a last level that adds weight, birth levels out of compare.h's order.
 * Weights are bits: log2(m / u) (Fellegi and Sunter 1969).
 * Threads: not changed after loading; any number of threads may read it.
 */
#include "base/digest.h"
#include "base/err.h"
#include "linkage/compare.h"

/* 2: forenames and surnames have levels of their own; relatives */
#define MODEL_VERSION 2
#define MODEL_PARTS (PART_UNKNOWN + 1)
#define MODEL_NAME_BYTES_MAX 63
#define MODEL_SUM_SLACK 0.02 /* room for rounded figures in the file */
#define MODEL_FILE_BYTES_MAX (4u << 20)
#define MODEL_NAMES_MAX 100000	  /* entries of each list of names */
#define MODEL_PENALTY_MIN (-30.0) /* bits; a weight below it could hide any other evidence */

struct model_level {
	double m;    /* P(level given the same person, neither side missing) */
	double u;    /* P(level given different people) */
	double bits; /* log2(m / u) */
};

struct model {
	struct digest hash;
	char name[64];
	/* Expected number of records on file of one person asked about (of the prior, see score.h).
	 */
	double expected_matches;
	/* Two tokens of a name, by part (enum name_part). PART_UNKNOWN is not in the file: it is
	 * the mean of the other two, for tokens whose part is not told and for a forename paired
	 * with a surname. The bits of TOKEN_NONE are what a first contradiction in the part costs.
	 */
	struct model_level token[MODEL_PARTS][TOKEN_LEVEL_COUNT];
	/* How much of the rarity of a name counts at each level, 0..1 (1: all of it). */
	double token_rarity[MODEL_PARTS][TOKEN_LEVEL_COUNT];
	double frequency_floor; /* no name counts as rarer than this share of people */
	double
	    frequency_strength; /* people's worth of belief in the table below, see frequency.h */
	double value_strength;	/* likewise in the u of places and contacts */
	/* Bits, <= 0, for tokens without partner (score.h): of the query or the record, the other
	 * side having no token left of that part; or one of each side, which contradict, beside
	 * others of the part that agree or that have contradicted already. */
	double query_token_unmatched;
	double record_token_unmatched;
	double further_conflict;
	double part_swapped; /* bits, <= 0, for a forename matched to a surname or back */
	struct model_level birth[BIRTH_LEVEL_COUNT];
	struct model_level address[ADDRESS_LEVEL_COUNT];
	struct model_level sex[AGREE_LEVEL_COUNT];
	struct model_level phone[CONTACT_LEVEL_COUNT];
	struct model_level email[CONTACT_LEVEL_COUNT];
	struct model_level identifier[IDENTIFIER_LEVEL_COUNT];
	/* The family of a person (relation.h). */
	struct {
		double expected;	 /* relatives on file of one person asked about */
		double same_surname;	 /* share of them who bear the surname, or part of it */
		double same_forename;	 /* share who bear the forename too: father and son */
		double similar_forename; /* share whose forename is near without being the same */
		double twin;		 /* share born on the same day */
	} relatives;
	struct model_names *names; /* the shares of common names; opaque */
};

enum status model_load(struct model **out, const char *path, struct err *err) MUST_USE;
void model_free(struct model *model);
/* After m, u and rarity of forenames and surnames were set: those of PART_UNKNOWN, and the bits of
 * every level of all comparisons. */
void model_settle(struct model *model);

/* Share of people (0..1) whose forename (or surname) holds the token, by the file's table; a
 * name outside it gets the file's share for unlisted names. PART_UNKNOWN: the larger of both. */
double model_name_share(const struct model *model, enum name_part part, struct str token);

#endif
