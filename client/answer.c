#include "client/answer.h"

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

const char *
answer_confidence_words(char out[128], const struct answer_candidate *candidate)
{
	const char *basis = candidate->band.n > 0 ? "" : "; published figure";
	double confidence = candidate->confidence;

	if (confidence > 0.99)
		snprintf(out, 128, "of such matches, more than 99 in 100 proved right%s", basis);
	else if (!(confidence >= 0.01))
		snprintf(out, 128, "of such matches, fewer than 1 in 100 proved right%s", basis);
	else
		snprintf(out, 128, "of such matches, %.0f in 100 proved right%s", confidence * 100,
		    basis);
	return out;
}

const char *
answer_outcome_words(struct str outcome)
{
	static const char *const words[][2] = {
		{ "match", "MATCH" },
		{ "many_match", "SEVERAL MATCH ALIKE" },
		{ "no_trace", "NO TRACE" },
		{ "insufficient_evidence", "TOO LITTLE TO GO BY" },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq_text(outcome, words[i][0]))
			return words[i][1];
	return "OUTCOME NOT KNOWN TO THIS CLIENT";
}
