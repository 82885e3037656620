#include "searchd/other_records.h"

#include "linkage/calibration.h"
#include "searchd/check.h"

#include <math.h>

double
other_records_weight(double first, double between)
{
	double less = fmin(first, between), more = fmax(first, between);

	return less - log2(1 + exp2(less - more) + exp2(-more));
}

double
other_records_loss(double confidence)
{
	return fmin(-log2(1 - confidence), OTHER_RECORDS_LOSS_MAX);
}

static enum status
no_memory(struct call *call)
{
	return err_set(&call->err, STATUS_NOMEM, "out of memory");
}

/* Whom to ask about: the best match that is likely to be the person. What a secured record holds
 * would show in what is found through it, so one that the role may not see leads to nobody. (The
 * service itself, in a standing check, has no role: whoever reads its answer has.) */
static const struct answer_candidate *
find_first(const struct answer_person *person, const struct call *call)
{
	bool sees_secured =
	    call->role.n == 0 || policy_sees_secured(call->world->rules->policy, call->role);

	for (size_t i = 0; i < person->count; i++) {
		const struct answer_candidate *candidate = &person->candidates[i];

		if ((candidate->secured || candidate->secures) && !sees_secured)
			continue;
		if (candidate->grade <= GRADE_PROBABLE &&
		    candidate->found->score.line[COMPARISON_BIRTH].level <= BIRTH_LEVEL_SAME_YEAR)
			return candidate;
	}
	return NULL;
}

static bool
same_case(const struct candidate *a, const struct candidate *b)
{
	return a->system == b->system && str_eq(a->header.record_id, b->header.record_id);
}

static bool
may_be_theirs(const struct candidate *first, const struct candidate *other)
{
	return other->kinship.relation == RELATION_NONE && !same_case(first, other) &&
	       other->score.forename_level >= 0 && other->score.forename_level < TOKEN_NONE;
}

static struct answer_candidate *
find_candidate(struct answer_candidate *list, size_t count, const struct candidate *who)
{
	for (size_t i = 0; i < count; i++)
		if (candidate_same_person(list[i].found, who))
			return &list[i];
	return NULL;
}

static const struct candidate *
moved_to(struct call *call, const struct candidate *found, double weight)
{
	double bits = weight - found->score.match_weight;
	const struct score_line line = { .level = bits > 0 ? AGREE_SAME : AGREE_DIFFERENT,
		.bits = bits };

	return answer_moved(call, found, COMPARISON_OTHER_RECORD, &line, weight);
}

/* --- One who did not come up by the question ---------------------------------------------------
 */

struct raising {
	struct answer_person *person;
	struct call *call;
	const struct leg *leg;
	struct searcher *searcher;
	struct score_values values; /* of the question, once they are wanted */
	bool has_values;
};

/* As the question alone has it: *out NULL if it makes them somebody else. */
static enum status
by_question(const struct candidate **out, struct raising *in, const struct candidate *other)
{
	struct call *call = in->call;
	struct candidate *people = NULL;
	size_t count = 0;
	enum status status = STATUS_OK;

	*out = NULL;
	if (!in->has_values)
		status = searcher_values(
		    &in->values, in->searcher, call->arena, &in->person->features, &call->err);
	in->has_values = status == STATUS_OK;
	if (status == STATUS_OK)
		status = search_person_in_case(&people, &count, in->searcher, call->arena,
		    call->worker->folder, &in->person->features, &in->values, other->system,
		    other->header.record_id, &call->err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (str_eq(people[i].person.id, other->person.id) &&
		    people[i].kinship.relation == RELATION_NONE)
			*out = &people[i];
	return status;
}

static enum status
add(struct raising *in, const struct candidate *other, double weight)
{
	struct answer_person *person = in->person;
	const struct leg_system *system = answer_system_at(in->leg, other->system);
	const struct candidate *found;
	enum status status;

	if (system == NULL || weight < system->policy->thresholds.list)
		return STATUS_OK;
	status = by_question(&found, in, other);
	if (status != STATUS_OK || found == NULL || found->score.match_weight >= weight)
		return status;
	found = moved_to(in->call, found, weight);
	if (found == NULL)
		return no_memory(in->call);
	person->candidates[person->count] =
	    (struct answer_candidate){ .found = found, .system = system, .raised = true };
	answer_look_up_secured(&person->candidates[person->count++], in->call);
	return STATUS_OK;
}

static enum status
raise_one(struct raising *in, const struct candidate *first, const struct candidate *other)
{
	struct answer_person *person = in->person;
	struct answer_candidate *known;
	double weight = other_records_weight(first->score.match_weight, other->score.match_weight);

	if (find_candidate(person->related, person->related_count, other) != NULL)
		return STATUS_OK;
	known = find_candidate(person->candidates, person->count, other);
	if (known == NULL)
		return add(in, other, weight);
	if (known->found->score.match_weight >= weight)
		return STATUS_OK;
	known->found = moved_to(in->call, known->found, weight);
	return known->found != NULL ? STATUS_OK : no_memory(in->call);
}

/* --- One who is not the first --------------------------------------------------------------------
 */

/* Whether the two cannot well be one person. */
static bool
contradict(const struct scorer *scorer, const struct candidate *a, const struct candidate *b)
{
	struct score score;
	struct kinship kinship;

	score_people(&score, scorer, &a->features, &b->features);
	relation_of(&kinship, scorer, &score, &a->features, &b->features);
	return kinship.relation != RELATION_NONE || score_contradicts(&score) ||
	       score.match_weight < OTHER_RECORDS_STRANGER;
}

/* Whoever contradicts the first loses what its being right would cost them, but no place in the
 * list. */
static enum status
lower_others(struct raising *in, const struct candidate *first)
{
	struct answer_person *person = in->person;
	double from, to;
	double loss = other_records_loss(calibration_band(in->call->world->rules->calibration,
	    &from, &to, first->score.match_weight, first->score.prior)
					     ->confidence);

	for (size_t i = 0; i < person->count; i++) {
		struct answer_candidate *one = &person->candidates[i];
		double weight = fmax(
		    one->found->score.match_weight - loss, one->system->policy->thresholds.list);

		if (one->found == first || weight >= one->found->score.match_weight ||
		    one->found->score.line[COMPARISON_OTHER_RECORD].level != LEVEL_NULL ||
		    !contradict(searcher_scorer(in->searcher), first, one->found))
			continue;
		one->found = moved_to(in->call, one->found, weight);
		if (one->found == NULL)
			return no_memory(in->call);
	}
	return STATUS_OK;
}

/* Room for all who may be added. */
static enum status
make_room(struct answer_person *person, struct call *call, size_t more)
{
	struct answer_candidate *list =
	    arena_alloc(call->arena, person->count + more + 1, sizeof *list);

	if (list == NULL)
		return no_memory(call);
	memcpy(list, person->candidates, person->count * sizeof *list);
	person->candidates = list;
	return STATUS_OK;
}

/* What the first search found; of more than it may find, some. */
static enum status
note_known(struct search_known *out, struct call *call, const struct leg *leg,
    const struct answer_person *person)
{
	const struct candidate **found = arena_alloc(call->arena, person->count, sizeof *found);

	if (found == NULL)
		return no_memory(call);
	for (size_t i = 0; i < person->count; i++)
		found[i] = person->candidates[i].found;
	*out = (struct search_known){ .told_floor =
					  person->capped ? (double)-INFINITY : check_floor(leg),
		.known = found,
		.known_count = person->count };
	return STATUS_OK;
}

enum status
other_records_raise(struct answer_person *person, struct call *call, const struct leg *leg,
    struct searcher *searcher)
{
	struct raising in = { .person = person, .call = call, .leg = leg, .searcher = searcher };
	const struct answer_candidate *best = find_first(person, call);
	const struct candidate *first;
	struct search_result result = { .count = 0 };
	struct search_known known;
	struct features both, told = person->features;
	enum status status;

	if (best == NULL)
		return STATUS_OK;
	first = best->found;
	status = features_unite(&both, call->arena, &told, &first->features, &call->err);
	if (status == STATUS_OK)
		status = note_known(&known, call, leg, person);
	known.told = &told;
	if (both.name_count < told.name_count + first->features.name_count)
		told.name_count = 0; /* left out */
	if (status == STATUS_OK)
		status = search_person_more(&result, searcher, call->arena, call->worker->folder,
		    &both, &known, OTHER_RECORDS_FLOOR, &call->err);
	if (status == STATUS_OK)
		status = make_room(person, call, result.count);
	for (size_t i = 0; status == STATUS_OK && i < result.count; i++)
		if (may_be_theirs(first, &result.candidates[i]))
			status = raise_one(&in, first, &result.candidates[i]);
	return status == STATUS_OK ? lower_others(&in, first) : status;
}
