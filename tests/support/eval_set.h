#ifndef SUPPORT_EVAL_SET_H
#define SUPPORT_EVAL_SET_H
/*
 * eval_set: a corpus with known truth, the questions about it and what was answered.
 *
 *   truth.csv      person,system,record_id,person_id,role,kinds      kinds joined by ';'
 *   answers.csv    ref,person,kind,asked,kinds,origin                person empty: not on file
 *   alike.csv      person,other,how,twins     children and those easily taken for them; may be
 * absent questions.csv  what was asked, for `client batch` (ref and columns of values) values.tsv
 * what the index holds of the people that matter here (bench/eval_values.c):
 *                  system,record_id,person_id forenames surname births sex address contact
 *   results        JSON lines of `client batch`, one for each question, in any order
 *
 * An appearance is a person in a record. An appearance of kind "sparse" has no surname, no birth
 * better than an age, and no postcode, phone or identifier.
 * Words (kinds, systems, origins) are kept once, in tables of the set.
 * Errors: a file that is not as above ends the program with a message (these are tools).
 * Threads: not changed after reading. Memory: kept until the program ends.
 */
#include "base/str.h"

#define EVAL_WORDS_MAX 128

struct eval_words {
	struct str word[EVAL_WORDS_MAX];
	size_t count;
};
/* The place of a word in the table, added when new. */
size_t eval_word(struct eval_words *words, struct str word);

/* Kinds of damage: bit i is word i of eval_set.kinds. */
struct eval_kinds {
	uint64_t bits[EVAL_WORDS_MAX / 64];
};
bool eval_kinds_has(const struct eval_kinds *kinds, size_t word);

struct eval_who {
	uint64_t family;
	unsigned member;
};
int eval_who_order(struct eval_who a, struct eval_who b);

/* As written by the asker or by the export: "" is absent; several are joined by " | ". */
enum eval_value {
	EVAL_FORENAMES, /* or the whole name where it is not cut into parts */
	EVAL_SURNAME,	/* EVAL_IN_FULL where it stands in the whole name */
	EVAL_BIRTHS,
	EVAL_SEX,
	EVAL_ADDRESS,
	EVAL_CONTACT, /* phones, e-mail, identifiers */
	EVAL_VALUE_COUNT
};
#define EVAL_IN_FULL "(in full)"
struct eval_values {
	struct str of[EVAL_VALUE_COUNT];
};
const char *eval_value_name(enum eval_value value);

struct eval_appearance {
	struct str key; /* system,record_id,person_id */
	struct eval_who who;
	struct eval_kinds kinds;
	struct str role;
	unsigned system; /* word of eval_set.systems */
	bool sparse;
	const struct eval_values *values; /* NULL: not in values.tsv */
};

enum eval_asked {
	EVAL_PRESENT,
	EVAL_NOWHERE,  /* neither they nor their family are on file */
	EVAL_RELATIVE, /* their family is */
	EVAL_NAMESAKE, /* only somebody of their name is */
	EVAL_COMMON,   /* a common name and nothing else */
	EVAL_ASKED_COUNT
};
const char *eval_asked_name(enum eval_asked asked);

struct eval_question {
	struct str ref;
	enum eval_asked kind;
	bool on_file;
	struct eval_who who; /* asked about, on file or not */
	struct eval_kinds kinds;
	size_t origin; /* word of eval_set.origins */
	struct eval_values values;
};

/* A child, and a brother or sister of a name so alike that one is easily taken for the other. */
struct eval_alike {
	struct eval_who who;
	unsigned other; /* member of the same family */
	size_t how;	/* word of eval_set.alikes; "twins" is part of it */
};

struct eval_set {
	struct eval_appearance *appearances; /* by key */
	size_t appearance_count;
	size_t *by_who;			 /* indexes into it, by family and member */
	struct eval_question *questions; /* by ref */
	size_t question_count;
	struct eval_alike *alike; /* by who */
	size_t alike_count;
	struct eval_words kinds, systems, origins, alikes;
	/* Bits, by system: the prior of a search of its leg, whose systems are searched together. 0
	 * until somebody who knows the legs sets it. */
	double prior[EVAL_WORDS_MAX];
};

/* Reads truth.csv, answers.csv, questions.csv and, where it is there, values.tsv of `folder`. */
void eval_set_read(struct eval_set *out, const char *folder);
/* The appearances of a person, or of a whole family: by_who[*from] .. by_who[*from + result - 1].
 */
size_t eval_set_person(size_t *from, const struct eval_set *set, struct eval_who who);
size_t eval_set_family(size_t *from, const struct eval_set *set, uint64_t family);

/* Those easily taken for a person: alike[*from] .. alike[*from + result - 1]. */
size_t eval_set_alike(size_t *from, const struct eval_set *set, struct eval_who who);

struct eval_candidate {
	size_t appearance;
	double weight, confidence;
	bool certain;	 /* by its grade in this answer; `secured` may stem from an earlier one */
	size_t relation; /* word of eval_results.relations; of `related` only */
};
struct eval_answer {
	struct eval_candidate *results, *related;
	size_t result_count, related_count;
	bool answered;	/* a line was there */
	bool failed;	/* it holds no results */
	size_t outcome; /* word of eval_results.outcomes */
};
struct eval_results {
	struct eval_answer *answers; /* of the set's questions, in their order */
	size_t failed, full;	     /* answers that failed, that hold EVAL_FULL results */
	struct eval_words relations, outcomes;
};
#define EVAL_FULL 50 /* the most that an answer shows (lib/wire/limits.h) */

void eval_results_read(struct eval_results *out, const struct eval_set *set, const char *path);

/* The candidate is the person asked about. */
bool eval_is_right(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate);
/* The candidate is another of the family of the person asked about. */
bool eval_is_family(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate);
/* Its match weight among the results; -INFINITY if it is not there. */
double eval_weight_of(const struct eval_answer *answer, size_t appearance);
/* It is among the results, with at least that weight; a threshold of -INFINITY asks for no weight.
 */
bool eval_reaches(double weight, double threshold);
bool eval_is_related(const struct eval_answer *answer, size_t appearance);

/* --- For the tools that use this ------------------------------------------------------------- */

_Noreturn void eval_fail(const char *what, const char *detail);
/* A list with room for one more; ends the program when memory is out. */
void *eval_grown(void *list, size_t *room, size_t count, size_t size);
/* The file's text, kept until the end; STR_NONE with p NULL if it is not there and may be absent.
 */
struct str eval_slurp(const char *folder, const char *name, bool may_be_absent);
/* Cuts the next field of a CSV line, quotes taken away in place. */
struct str eval_csv_field(struct str *line);

#endif
