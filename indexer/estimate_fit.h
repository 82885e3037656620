#ifndef INDEXER_ESTIMATE_FIT_H
#define INDEXER_ESTIMATE_FIT_H
/*
 * estimate_fit: a model fitted to the people of the published generations.
 *
 * Random pairs give u; pairs found by name teach all but names, pairs found by date all but dates
 * (estimate_sample.h, linkage/estimate.h). What a pair's names prove depends on the model, so all
 * pairs are compared FIT_PASSES times, each time with the model that the time before gave.
 * Threads: one fit at a time.
 */
#include "indexer/estimate_sample.h"
#include "linkage/vector.h"

#define FIT_PASSES 2	   /* a third moves no weight of the labelled sets by .1 bits */
#define FIT_PEOPLE_MIN 100 /* fewer say nothing of a population */

struct fit_request {
	const char *data_folder;
	const char *system; /* NULL: all */
	const char *from, *lexicon_folder;
	uint64_t seed, pairs;
	bool progress;
};

struct fit_kind {
	struct sample_count count;
	double compared, matched; /* pairs, after those that count elsewhere were left out */
	uint64_t patterns;
};

struct fit_system {
	char system[SYSTEM_BYTES_MAX + 1];
	uint64_t generation, people;
};

struct fit {
	struct model before; /* of `from`; its names are not kept */
	struct estimate estimate;
	struct fit_kind kinds[SAMPLE_KINDS];
	struct fit_system systems[SEARCH_SYSTEMS_MAX];
	size_t system_count;
	uint64_t people;
	double found_by_date;	 /* share of the matches found by name that a date would find too */
	double matches;		 /* pairs of records of one person, in all */
	double expected_matches; /* for the model: 1 + others on file of a person on file */
	/* For the model: others at the home of a person on file, by the random pairs that live
	 * together and are no match. By a phone in common where nobody
	 * has an address; as it was where nobody has either. */
	double relatives;
	double strength; /* people's worth of belief in the table of names */
};

/* STATUS_NOT_FOUND: nothing is loaded; STATUS_INVALID: fewer than FIT_PEOPLE_MIN people;
 * STATUS_CONFLICT: the lexicon is not the one of the index; STATUS_UNAVAILABLE after fit_stop. */
enum status fit_run(struct fit *out, const struct fit_request *request, struct err *err) MUST_USE;
/* Asks a running fit to stop; safe in a signal handler. */
void fit_stop(int signal_number);

#endif
