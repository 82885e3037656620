#include "client/answer.h"

#include <math.h>
#include <stdio.h>

struct str
answer_system_title(const struct answer *answer, struct str system)
{
	for (size_t i = 0; i < answer->coverage_count; i++)
		if (str_eq(answer->coverage[i].system, system) && answer->coverage[i].title.n > 0)
			return answer->coverage[i].title;
	return system;
}

const struct answer_household *
answer_household_of(const struct answer *answer, struct str system, struct str record_id)
{
	for (size_t i = 0; i < answer->household_count; i++) {
		const struct answer_household *h = &answer->households[i];

		if (h->matched_count > 1 && str_eq(h->system, system) &&
		    str_eq(h->record_id, record_id))
			return h;
	}
	return NULL;
}

bool
answer_is_referred(const struct answer_candidate *candidate)
{
	return !str_eq_text(candidate->grade, "unlikely");
}

const char *
answer_percent(char out[16], double confidence)
{
	if (confidence > 0.99)
		snprintf(out, 16, "over 99%%");
	else if (!(confidence >= 0.01))
		snprintf(out, 16, "under 1%%");
	else
		snprintf(out, 16, "%.0f%%", confidence * 100);
	return out;
}

/* "matches of 15 to 20 bits". */
static void
band_words(char out[64], const struct answer_candidate *candidate)
{
	double from = candidate->band.from, to = candidate->band.to;

	if (!(from < to))
		snprintf(out, 64, "such matches");
	else if (isinf(from) && isinf(to))
		snprintf(out, 64, "all matches");
	else if (isinf(from))
		snprintf(out, 64, "matches under %.4g bits", to);
	else if (isinf(to))
		snprintf(out, 64, "matches of %.4g bits and over", from);
	else
		snprintf(out, 64, "matches of %.4g to %.4g bits", from, to);
}

const char *
answer_confidence_words(char out[ANSWER_WORDS_BYTES], const struct answer *answer,
    const struct answer_candidate *candidate)
{
	double confidence = candidate->confidence;
	char band[64], share[32], basis[96];

	band_words(band, candidate);
	if (confidence > 0.99)
		snprintf(share, sizeof share, "more than 99");
	else if (!(confidence >= 0.01))
		snprintf(share, sizeof share, "fewer than 1");
	else
		snprintf(share, sizeof share, "%.0f", confidence * 100);
	if (candidate->band.n > 0)
		snprintf(basis, sizeof basis, "n = %lld%s%.*s", (long long)candidate->band.n,
		    answer->calibration.name.n > 0 ? ", " : "",
		    STR_ARG(str_part(answer->calibration.name, 0, 48)));
	else
		snprintf(basis, sizeof basis, "published figure");
	snprintf(out, ANSWER_WORDS_BYTES, "of %s, %s in 100 proved right; %s", band, share, basis);
	return out;
}

static bool
is_probable(const struct answer_candidate *candidate)
{
	return str_eq_text(candidate->grade, "certain") ||
	       str_eq_text(candidate->grade, "probable");
}

const char *
answer_outcome_words(const struct answer_person *person)
{
	static const char *const words[][2] = {
		{ "match", "MATCH" },
		{ "many_match", "SEVERAL MATCH ALIKE" },
		{ "no_trace", "NO TRACE" },
		{ "insufficient_evidence", "TOO LITTLE TO GO BY" },
	};

	bool possible = str_eq_text(person->outcome, "match");

	for (size_t i = 0; possible && i < person->candidate_count; i++)
		possible = !is_probable(&person->candidates[i]);
	if (possible)
		return "POSSIBLE MATCH, NONE PROBABLE";
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_text(person->outcome, words[i][0]))
			return words[i][1];
	return "OUTCOME NOT KNOWN TO THIS CLIENT";
}
