#ifndef CLIENT_ANSWER_H
#define CLIENT_ANSWER_H
/*
 * answer: the reply to a `check` (docs/protocol.md) as plain data, for the printers.
 *
 * Fields that a newer searchd adds are passed over; a known field of the wrong type is refused with
 * its path, since a misread answer is worse than none. Absent texts are "", absent numbers 0.
 * Everything is in the arena given to answer_read(). Threads: plain data.
 */
#include "base/arena.h"
#include "base/err.h"

#define ANSWER_WORDS_BYTES 256

struct answer_evidence {
	struct str field, asked, found, level, words;
	double bits, rarity;
};

/* One step of the way into an answer, in an answer to `why`. */
struct answer_step {
	struct str step, result, words; /* result: "passed", "failed", "not_reached" */
	double value, limit;		/* NAN: none */
};

struct answer_candidate {
	struct str system, record_id, person_id, role, name;
	const struct str *names, *births, *addresses;
	size_t name_count, birth_count, address_count;
	double match_weight, confidence, prior;
	struct {
		double from, to; /* match weight in bits; both 0: not said */
		int64_t n;	 /* labelled pairs behind the confidence; 0: a published figure */
	} band;
	/* relation: "possible_sibling" and the like, with words, or "" */
	struct str grade, relation, words;
	double family_weight; /* of a relation */
	bool secured, secured_now, restricted;
	struct str secured_since, contact;
	struct str case_status, case_opened, case_closed, case_service, case_nation;
	const struct answer_evidence *evidence;
	size_t evidence_count;
	/* Of `why` only. */
	const struct answer_step *steps;
	size_t step_count;
	struct str fell_at; /* the step that failed first, or "" */
	bool returned;	    /* an answer shows it */
};

struct answer_person {
	struct str ref, outcome, statement, would_help;
	const struct str *left_out; /* sentences: what of the person was not compared */
	size_t left_out_count;
	double best_possible_weight;
	bool candidates_capped;
	int64_t not_shown;
	const struct answer_candidate *candidates; /* best first */
	size_t candidate_count;
	const struct answer_candidate *related; /* not the match, but of the family or house */
	size_t related_count;
};

struct answer_coverage {
	struct str system, title, leg, reason, as_of, published;
	bool searched, stale;
	int64_t generation, records, people, rows_rejected;
	double age_hours;
};

struct answer_matched {
	struct str ref, person_id, grade;
	double match_weight;
};

struct answer_household {
	struct str system, record_id;
	const struct answer_matched *matched;
	size_t matched_count;
};

/* The record that `why` asks about; "" in the answer to a check. */
struct answer_why {
	struct str system, record_id, person_id, fell_at;
	bool on_file, superseded, secured;
	int64_t people;
	const struct answer_step *steps;
	size_t step_count;
};

struct answer_artefact {
	struct str name, hash;
};

struct answer {
	struct str check, of, leg, reference, asked_at;
	uint64_t audit; /* ledger entry, from the envelope */
	bool replayed;
	bool complete;
	const struct str *legs_missing;
	size_t legs_missing_count;
	struct answer_artefact model, calibration, policy;
	const struct answer_coverage *coverage;
	size_t coverage_count;
	const struct answer_person *people;
	size_t people_count;
	const struct answer_household *households;
	size_t household_count;
	size_t secured_count; /* records that this check secured */
	struct answer_why why;
};

/* answer_json.c. `body` is the reply's body; audit and replayed are left as they are. */
enum status answer_read(
    struct answer *out, struct arena *arena, struct str body, struct err *err) MUST_USE;

/* The `systems` of index.status, in the same form as coverage. */
enum status answer_read_systems(const struct answer_coverage **out, size_t *count,
    struct arena *arena, struct str body, struct err *err) MUST_USE;

/* What the printers say alike (answer.c). The title of a system, or its key. */
struct str answer_system_title(const struct answer *answer, struct str system);
/* The household of this record with more than one person matched, or NULL. */
const struct answer_household *answer_household_of(
    const struct answer *answer, struct str system, struct str record_id);
/* "unlikely" is listed, not referred. */
bool answer_is_referred(const struct answer_candidate *candidate);
/* "78%", never "100%" or "0%": "over 99%", "under 1%". */
const char *answer_percent(char out[16], double confidence);
/* "of matches of 15 to 20 bits, 78 in 100 proved right; published figure" or "...; n = 240". */
const char *answer_confidence_words(char out[ANSWER_WORDS_BYTES], const struct answer *answer,
    const struct answer_candidate *candidate);
/* "MATCH", "POSSIBLE MATCH, NONE PROBABLE", "SEVERAL MATCH ALIKE", "NO TRACE", "TOO LITTLE TO GO
 * BY". */
const char *answer_outcome_words(const struct answer_person *person);

#endif
