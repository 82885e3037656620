#include "linkage/grade.h"

enum grade
grade_of(const struct score *score, const struct thresholds *thresholds)
{
	double weight = score->match_weight;

	if (weight < thresholds->list)
		return GRADE_NONE;
	if (weight < thresholds->possible)
		return GRADE_UNLIKELY;
	if (weight < thresholds->probable || !score->forename_evidence)
		return GRADE_POSSIBLE;
	return weight < thresholds->certain ? GRADE_PROBABLE : GRADE_CERTAIN;
}

bool
grade_secures(const struct score *score, const struct thresholds *thresholds)
{
	if (score->line[COMPARISON_BIRTH].level == BIRTH_LEVEL_DIFFERENT &&
	    score->line[COMPARISON_IDENTIFIER].level != IDENTIFIER_SAME)
		return false;
	return score->forename_evidence && score->match_weight >= thresholds->secure;
}

const char *
grade_name(enum grade grade)
{
	static const char *const names[GRADE_COUNT] = { "certain", "probable", "possible",
		"unlikely", "none" };

	return (unsigned)grade < GRADE_COUNT ? names[grade] : "unknown";
}

const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = { "match", "many_match", "no_trace",
		"insufficient_evidence" };

	return (unsigned)outcome < OUTCOME_COUNT ? names[outcome] : "unknown";
}
