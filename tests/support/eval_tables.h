#ifndef SUPPORT_EVAL_TABLES_H
#define SUPPORT_EVAL_TABLES_H
/*
 * eval_tables: record recall in groups, and who the wrong ones are.
 *
 * Each group counts the appearances of the people on file who were asked about, all of them and
 * those that are not sparse, and how many are among the results at each of four weights.
 * Threads: pure functions of a set that was read; eval_tables_make fills a caller's struct.
 */
#include "tests/support/eval_set.h"

enum eval_limit { EVAL_AT_LIST, EVAL_AT_POSSIBLE, EVAL_AT_ONE, EVAL_AT_THIRD, EVAL_LIMIT_COUNT };

struct eval_tally {
	size_t n, at[EVAL_LIMIT_COUNT];
	size_t dense_n, dense_at[EVAL_LIMIT_COUNT];
};

/* What question and record both have: one of each. The bits say which. */
enum eval_names_in_common { EVAL_BOTH_NAMES, EVAL_A_SURNAME, EVAL_A_FORENAME, EVAL_NO_NAME };
enum eval_birth_in_common { EVAL_DATES, EVAL_PART_OF_DATE, EVAL_NO_DATE };
#define EVAL_FIELDS_COUNT (4 * 3 * 2 * 2)
/* names, birth, address or not, contact or not; EVAL_FIELDS_COUNT if the values are not known. */
size_t eval_fields(const struct eval_values *question, const struct eval_values *record);
const char *eval_fields_name(char out[64], size_t fields);

struct eval_tables {
	double limits[EVAL_LIMIT_COUNT];
	struct eval_tally all;
	struct eval_tally by_question[EVAL_WORDS_MAX + 1]; /* words of set.kinds; last: nothing */
	struct eval_tally by_record[EVAL_WORDS_MAX + 1];
	struct eval_tally by_either[EVAL_WORDS_MAX + 1];
	struct eval_tally by_system[EVAL_WORDS_MAX];
	struct eval_tally by_origin[EVAL_WORDS_MAX];
	struct eval_tally by_fields[EVAL_FIELDS_COUNT + 1];
	struct eval_tally by_asked[EVAL_ASKED_COUNT];
};
void eval_tables_make(struct eval_tables *out, const struct eval_set *set,
    const struct eval_results *results, const double limits[EVAL_LIMIT_COUNT]);

/* The spread of recall over groups that have at least `least` appearances. */
struct eval_spread {
	double worst, best;
	size_t worst_at, best_at, groups; /* which groups; how many were large enough */
};
struct eval_spread eval_spread(const struct eval_tally *tallies, size_t count,
    enum eval_limit limit, bool dense, size_t least);

/* --- Who the wrong ones are ------------------------------------------------------------------- */

enum eval_wrong {
	EVAL_TWIN,
	EVAL_SIBLING,
	EVAL_PARENT,
	EVAL_CHILD,
	EVAL_HOUSEHOLD,	     /* others of the family or case */
	EVAL_NAMESAKE_BIRTH, /* not of the family; both names, and a birth that may be the same */
	EVAL_NAMESAKE_OF,    /* both names, another birth or none */
	EVAL_SURNAME_ONLY,
	EVAL_FORENAME_ONLY,
	EVAL_STRANGER, /* neither name as written, or the values are not known */
	EVAL_WRONG_COUNT
};
const char *eval_wrong_name(enum eval_wrong wrong);
/* Of two people of one family by what truth and values say of roles and births; of others by the
 * names as written, letter case apart. */
enum eval_wrong eval_wrong_of(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate);

#endif
