#include "searchd/household.h"

#include "linkage/calibration.h"
#include "wire/limits.h"

#include <math.h>
#include <stdlib.h>

double
household_bits(double confidence, double prior)
{
	double lambda = 1 / (1 + exp2(-prior));
	double bits = log2((confidence * HOUSEHOLD_SHARE + (1 - confidence) * lambda) / lambda);

	return bits < 0 ? 0 : fmin(bits, HOUSEHOLD_BITS_MAX);
}

static enum status
no_memory(struct call *call)
{
	return err_set(&call->err, STATUS_NOMEM, "out of memory");
}

/* --- Cases in which somebody is found ----------------------------------------------------------
 */
struct matched_case {
	const struct leg_system *system;
	struct str record_id;
};

struct cases {
	struct matched_case list[HOUSEHOLD_CASES_MAX];
	size_t count;
};

static bool
is_of_case(const struct answer_candidate *candidate, const struct matched_case *one)
{
	return candidate->system == one->system &&
	       str_eq(candidate->found->header.record_id, one->record_id);
}

static void
add_case(struct cases *cases, const struct answer_candidate *candidate)
{
	for (size_t i = 0; i < cases->count; i++)
		if (is_of_case(candidate, &cases->list[i]))
			return;
	if (cases->count < HOUSEHOLD_CASES_MAX)
		cases->list[cases->count++] =
		    (struct matched_case){ candidate->system, candidate->found->header.record_id };
}

/* Heaviest first; of equals by the case, never by who was asked about first. */
static int
by_weight_and_case(const void *a, const void *b)
{
	const struct answer_candidate *x = *(const struct answer_candidate *const *)a;
	const struct answer_candidate *y = *(const struct answer_candidate *const *)b;

	if (x->found->score.match_weight > y->found->score.match_weight)
		return -1;
	if (x->found->score.match_weight < y->found->score.match_weight)
		return 1;
	if (x->found->system != y->found->system)
		return x->found->system < y->found->system ? -1 : 1;
	return str_cmp(x->found->header.record_id, y->found->header.record_id);
}

/* The heaviest of everybody first, so that the bound leaves out the weakest. */
static enum status
find_cases(struct cases *out, const struct answer *answer, struct call *call)
{
	const struct answer_candidate **all;
	size_t room = 0, count = 0;

	out->count = 0;
	for (size_t i = 0; i < answer->people_count; i++)
		room += answer->people[i].referred;
	all = arena_alloc(call->arena, room + 1, sizeof *all);
	if (all == NULL)
		return no_memory(call);
	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < answer->people[i].count; j++)
			if (answer->people[i].candidates[j].grade <= GRADE_POSSIBLE)
				all[count++] = &answer->people[i].candidates[j];
	if (count > 0)
		qsort(all, count, sizeof *all, by_weight_and_case);
	for (size_t i = 0; i < count; i++)
		add_case(out, all[i]);
	return STATUS_OK;
}

/* --- Raising -----------------------------------------------------------------------------------
 */
struct household {
	struct answer *answer;
	struct call *call;
	struct searcher *searcher;
	bool apart[WIRE_PEOPLE_MAX][WIRE_PEOPLE_MAX]; /* tells_apart(), by number in the answer */
	struct score_values values[WIRE_PEOPLE_MAX];  /* likewise, once they are wanted */
	bool has_values[WIRE_PEOPLE_MAX];
};

/*
 * Whether something that was asked says that two of the question are not one person asked about
 * twice, as under two names: nobody is their own company.
 */
static bool
tells_apart(
    const struct scorer *scorer, const struct answer_person *a, const struct answer_person *b)
{
	enum person_role one = a->features.role, other = b->features.role;
	struct score score;

	if (one != other && one != ROLE_UNKNOWN && other != ROLE_UNKNOWN)
		return true;
	score_people(&score, scorer, &a->features, &b->features);
	return score_contradicts(&score);
}

static void
tell_apart(struct household *in)
{
	const struct answer *answer = in->answer;

	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < answer->people_count; j++)
			in->apart[i][j] = i != j && tells_apart(searcher_scorer(in->searcher),
							&answer->people[i], &answer->people[j]);
}

/* What others of the question found in the case give to whoever is `found` in it, by own evidence:
 * no raise has taken effect yet, and who came up through others alone does not count. */
static double
raise_of(const struct household *in, const struct answer_person *person,
    const struct matched_case *one, const struct candidate *found)
{
	const struct calibration *calibration = in->call->world->rules->calibration;
	const bool *apart = in->apart[person - in->answer->people];
	double most = 0;

	for (size_t i = 0; i < in->answer->people_count; i++) {
		const struct answer_person *other = &in->answer->people[i];

		for (size_t j = 0; apart[i] && j < other->count; j++) {
			const struct answer_candidate *its = &other->candidates[j];
			const struct score *score = &its->found->score;
			double from, to, confidence;

			if (!is_of_case(its, one) || its->grade > GRADE_POSSIBLE || its->raised ||
			    str_eq(its->found->person.id, found->person.id))
				continue;
			confidence = calibration_band(
			    calibration, &from, &to, score->match_weight, score->prior)
					 ->confidence;
			most = fmax(most, household_bits(confidence, found->score.prior));
		}
	}
	return most;
}

static const struct candidate *
raised(struct call *call, const struct candidate *found, double bits)
{
	const struct score_line line = { .level = AGREE_SAME, .bits = bits };

	return answer_moved(
	    call, found, COMPARISON_HOUSEHOLD, &line, found->score.match_weight + bits);
}

/* Those of the case who are candidates already. *any: there is one. */
static enum status
raise_candidates(
    struct household *in, struct answer_person *person, const struct matched_case *one, bool *any)
{
	*any = false;
	for (size_t i = 0; i < person->count; i++) {
		struct answer_candidate *candidate = &person->candidates[i];
		double bits;

		if (!is_of_case(candidate, one))
			continue;
		*any = true;
		bits = raise_of(in, person, one, candidate->found);
		if (bits <= 0 || candidate->found->score.line[COMPARISON_HOUSEHOLD].bits > 0)
			continue;
		candidate->raise = raised(in->call, candidate->found, bits);
		if (candidate->raise == NULL)
			return no_memory(in->call);
	}
	return STATUS_OK;
}

/* How common the person's places and contacts are: the same for every case looked into. */
static enum status
values_of(const struct score_values **out, struct household *in, const struct answer_person *person)
{
	size_t number = (size_t)(person - in->answer->people);
	enum status status = STATUS_OK;

	if (!in->has_values[number])
		status = searcher_values(&in->values[number], in->searcher, in->call->arena,
		    &person->features, &in->call->err);
	in->has_values[number] = status == STATUS_OK;
	*out = &in->values[number];
	return status;
}

/* The one of the case who fits best and did not come up by themselves. */
static enum status
look_into(struct household *in, struct answer_person *person, const struct matched_case *one)
{
	struct call *call = in->call;
	const struct candidate *best = NULL;
	struct candidate *people = NULL;
	struct answer_candidate *list;
	const struct score_values *values;
	size_t count = 0;
	double most = -HUGE_VAL;
	enum status status = values_of(&values, in, person);

	if (status == STATUS_OK)
		status = search_person_in_case(&people, &count, in->searcher, call->arena,
		    call->worker->folder, &person->features, values, (size_t)one->system->at,
		    one->record_id, &call->err);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		double bits = raise_of(in, person, one, &people[i]);

		if (people[i].kinship.relation != RELATION_NONE || bits <= 0 ||
		    people[i].score.match_weight + bits <= most)
			continue;
		most = people[i].score.match_weight + bits;
		best = raised(call, &people[i], bits);
		if (best == NULL)
			return no_memory(call);
	}
	if (best == NULL || most < one->system->policy->thresholds.list)
		return STATUS_OK;
	list = arena_alloc(call->arena, person->count + 1, sizeof *list);
	if (list == NULL)
		return no_memory(call);
	if (person->count > 0)
		memcpy(list, person->candidates, person->count * sizeof *list);
	list[person->count] =
	    (struct answer_candidate){ .found = best, .system = one->system, .raised = true };
	answer_look_up_secured(&list[person->count], call);
	person->candidates = list;
	person->count++;
	return STATUS_OK;
}

/* All raises are worked out before any takes effect: only own evidence raises. */
static void
take_effect(struct answer *answer)
{
	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < answer->people[i].count; j++) {
			struct answer_candidate *candidate = &answer->people[i].candidates[j];

			if (candidate->raise != NULL)
				candidate->found = candidate->raise;
			candidate->raise = NULL;
		}
}

enum status
household_raise(struct answer *answer, struct call *call, struct searcher *searcher)
{
	struct household in = { .answer = answer, .call = call, .searcher = searcher };
	struct cases cases;
	enum status status = find_cases(&cases, answer, call);

	tell_apart(&in);
	for (size_t c = 0; status == STATUS_OK && c < cases.count; c++)
		for (size_t i = 0; status == STATUS_OK && i < answer->people_count; i++) {
			struct answer_person *person = &answer->people[i];
			bool any;

			status = raise_candidates(&in, person, &cases.list[c], &any);
			if (status == STATUS_OK && !any)
				status = look_into(&in, person, &cases.list[c]);
		}
	if (status == STATUS_OK)
		take_effect(answer);
	return status;
}
