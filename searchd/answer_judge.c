#include "searchd/answer.h"

#include "wire/limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS 3600000

static struct thresholds
thresholds_of(const struct policy_system *system)
{
	const struct policy_thresholds *from = &system->thresholds;

	return (struct thresholds){ from->certain, from->probable, from->possible, from->list,
		from->secure };
}

bool
answer_leg_expired(int64_t age_ms, unsigned within_hours)
{
	return within_hours > 0 && age_ms > (int64_t)within_hours * HOUR_MS;
}

const struct answer_other *
answer_other_leg(const struct answer *answer, struct str leg)
{
	for (size_t i = 0; answer != NULL && i < answer->other_count; i++)
		if (str_eq(answer->others[i].leg, leg))
			return &answer->others[i];
	return NULL;
}

bool
answer_other_counts(const struct answer_other *other)
{
	return other != NULL && !other->expired && !other->other_people;
}

const struct err *
answer_system_fault(
    const struct call *call, const struct leg_system *system, const struct snapshot *snapshot)
{
	const struct call_searcher *searched = call->searched;

	if (searched == NULL || searched->leg == NULL || searched->leg->snapshot != snapshot ||
	    system->at < 0)
		return NULL;
	return searcher_fault(searched->searcher, (size_t)system->at);
}

enum answer_gap
answer_system_gap(
    const struct call *call, const struct leg_system *system, const struct snapshot *snapshot)
{
	const struct snapshot_system *state;
	int64_t age_ms;

	if (system->at < 0 || answer_system_fault(call, system, snapshot) != NULL)
		return ANSWER_UNREADABLE;
	state = snapshot_system(snapshot, (size_t)system->at);
	if (!state->loaded)
		return ANSWER_NEVER_LOADED;
	if (system->note[0] != '\0')
		return ANSWER_KEPT;
	if (memcmp(state->manifest.lexicon_hash.bytes,
		lexicon_hash(call->world->rules->lexicon)->bytes, DIGEST_BYTES) != 0)
		return ANSWER_OTHER_WORDS;
	age_ms = call->at_ms - state->manifest.as_of_ms;
	if (system->policy->stale_after_hours > 0 &&
	    age_ms > (int64_t)system->policy->stale_after_hours * HOUR_MS)
		return ANSWER_STALE;
	return ANSWER_SEARCHED;
}

/* --- One person --------------------------------------------------------------------------------
 */
const struct leg_system *
answer_system_at(const struct leg *leg, size_t at)
{
	for (size_t i = 0; i < leg->system_count; i++)
		if (leg->systems[i].at == (int)at)
			return &leg->systems[i];
	return NULL;
}

const struct candidate *
answer_moved(struct call *call, const struct candidate *found, enum comparison line,
    const struct score_line *by, double weight)
{
	struct candidate *copy = arena_alloc(call->arena, 1, sizeof *copy);

	if (copy == NULL)
		return NULL;
	*copy = *found;
	copy->score.line[line] = *by;
	copy->score.match_weight = weight;
	return copy;
}

void
answer_look_up_secured(struct answer_candidate *candidate, struct call *call)
{
	struct ledger_secured secured;

	if (!ledger_secured_find(&secured, call->shared->ledger,
		str_from(candidate->system->policy->key), candidate->found->header.record_id))
		return;
	candidate->secured = true;
	candidate->since_ms = secured.since_ms;
}

/* What would be listed as a match is listed as a relative, however weak the tie: never hidden. */
static void
add_related(struct answer_person *out, struct call *call, const struct candidate *found,
    const struct leg_system *system)
{
	const struct policy_thresholds *least = &system->policy->thresholds;
	struct answer_candidate *related = &out->related[out->related_count];

	if (found->kinship.bits < least->related && found->score.match_weight < least->list)
		return;
	*related =
	    (struct answer_candidate){ .found = found, .system = system, .grade = GRADE_NONE };
	answer_look_up_secured(related, call);
	out->related_count++;
}

/* Of a crowded home many are tied alike: then who fits best, so that a bound cuts the others. */
static int
by_kinship(const void *a, const void *b)
{
	const struct candidate *x = ((const struct answer_candidate *)a)->found;
	const struct candidate *y = ((const struct answer_candidate *)b)->found;
	int order;

	if (x->kinship.bits > y->kinship.bits)
		return -1;
	if (x->kinship.bits < y->kinship.bits)
		return 1;
	if (x->score.match_weight != y->score.match_weight)
		return x->score.match_weight > y->score.match_weight ? -1 : 1;
	if (x->system != y->system)
		return x->system < y->system ? -1 : 1;
	order = str_cmp(x->header.record_id, y->header.record_id);
	return order != 0 ? order : str_cmp(x->person.id, y->person.id);
}

static void
grade_candidates(struct answer_person *out, struct call *call, const struct leg *leg,
    const struct search_result *result)
{
	for (size_t i = 0; i < result->count; i++) {
		const struct candidate *found = &result->candidates[i];
		const struct leg_system *system = answer_system_at(leg, found->system);
		struct answer_candidate *candidate = &out->candidates[out->count];
		struct thresholds thresholds;

		if (system == NULL)
			continue;
		if (found->kinship.relation != RELATION_NONE) {
			add_related(out, call, found, system);
			continue;
		}
		thresholds = thresholds_of(system->policy);
		*candidate = (struct answer_candidate){ .found = found,
			.system = system,
			.grade = grade_of(&found->score, &thresholds),
			.secures = grade_secures(&found->score, &thresholds) };
		if (candidate->grade == GRADE_NONE)
			continue;
		answer_look_up_secured(candidate, call);
		out->count++;
	}
}

/* True if two records cannot be one person's: a name, date of birth, sex or identifier of one
 * speaks against the other. */
static bool
contradict(const struct scorer *scorer, const struct candidate *a, const struct candidate *b)
{
	const struct {
		enum comparison comparison;
		int level;
	} against[] = {
		{ COMPARISON_BIRTH, BIRTH_LEVEL_DIFFERENT },
		{ COMPARISON_SEX, AGREE_DIFFERENT },
		{ COMPARISON_IDENTIFIER, IDENTIFIER_CONFLICT },
	};
	struct score score;

	score_people(&score, scorer, &a->features, &b->features);
	for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
		if (score.line[against[i].comparison].level == against[i].level)
			return true;
	return score.line[COMPARISON_NAME].level != LEVEL_NULL &&
	       score.line[COMPARISON_NAME].bits <= 0;
}

/* How many different people are among the candidates near the best: each of those counted
 * contradicts all counted before. */
static size_t
different_people(const struct answer_person *person, const struct scorer *scorer)
{
	const struct candidate *counted[WIRE_CANDIDATES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < person->count && i < WIRE_CANDIDATES_MAX; i++) {
		const struct candidate *next = person->candidates[i].found;
		bool other = person->candidates[i].grade <= GRADE_POSSIBLE;

		if (next->score.match_weight <
		    person->candidates[0].found->score.match_weight - MANY_MATCH_BITS)
			break;
		for (size_t j = 0; other && j < count; j++)
			other = contradict(scorer, counted[j], next);
		if (other)
			counted[count++] = next;
	}
	return count;
}

static double
least_possible(const struct leg *leg)
{
	double least = INFINITY;

	for (size_t i = 0; i < leg->system_count; i++)
		if (leg->systems[i].policy->thresholds.possible < least)
			least = leg->systems[i].policy->thresholds.possible;
	return least;
}

/* Where nothing could be searched there is no evidence either way: that is no "no trace". */
static bool
searches_something(const struct call *call, const struct leg *leg)
{
	for (size_t i = 0; i < leg->system_count; i++) {
		enum answer_gap gap = answer_system_gap(call, &leg->systems[i], leg->snapshot);

		if (gap != ANSWER_UNREADABLE && gap != ANSWER_NEVER_LOADED)
			return true;
	}
	return false;
}

static enum outcome
outcome_of(const struct answer_person *person, const struct call *call, const struct leg *leg,
    const struct scorer *scorer)
{
	if (!searches_something(call, leg))
		return OUTCOME_INSUFFICIENT;
	if (person->referred > 0)
		return different_people(person, scorer) >= MANY_MATCH_PEOPLE ? OUTCOME_MANY_MATCH
									     : OUTCOME_MATCH;
	if (person->cut_short)
		return OUTCOME_INSUFFICIENT;
	return person->best_bits < least_possible(leg) ? OUTCOME_INSUFFICIENT : OUTCOME_NO_TRACE;
}

/* Bits that a better date of birth could still add. */
static double
birth_gain(const struct features *asked, const struct scorer *scorer)
{
	double have = 0, exact = score_level_bits(scorer, COMPARISON_BIRTH, BIRTH_LEVEL_EXACT);

	for (size_t i = 0; i < asked->birth_count; i++) {
		const struct birth *birth = &asked->births[i].birth;
		int level = compare_births(birth, birth);

		if (level != LEVEL_NULL && score_level_bits(scorer, COMPARISON_BIRTH, level) > have)
			have = score_level_bits(scorer, COMPARISON_BIRTH, level);
	}
	return exact - have;
}

static double
address_gain(const struct features *asked, const struct scorer *scorer)
{
	double have = 0,
	       best = score_level_bits(scorer, COMPARISON_ADDRESS, ADDRESS_POSTCODE_NUMBER);

	for (size_t i = 0; i < asked->address_count; i++) {
		const struct feature_address *address = &asked->addresses[i];
		int level = compare_addresses(address, address);

		if (level != LEVEL_NULL &&
		    score_level_bits(scorer, COMPARISON_ADDRESS, level) > have)
			have = score_level_bits(scorer, COMPARISON_ADDRESS, level);
	}
	return best - have;
}

/* Bits of an exact name token of the rarity that the model gives an unlisted name. */
static double
name_gain(const struct features *asked, const struct scorer *scorer, enum name_part part)
{
	for (size_t i = 0; i < asked->name_count; i++)
		for (size_t j = 0; j < asked->names[i].count; j++) {
			const struct feature_token *token = &asked->names[i].tokens[j];

			if (feature_letters(token->text).n > 1 &&
			    (token->part == part || token->part == PART_UNKNOWN))
				return 0;
		}
	return scorer->model->token[part][TOKEN_EXACT].bits;
}

/*
 * The missing or partial detail that could add most. What an asker can usually find out comes
 * first (name, date of birth, address); phone, e-mail and identifiers only where those are whole.
 */
static const char *
would_help(const struct features *asked, const struct scorer *scorer)
{
	const struct {
		const char *words;
		double gain;
	} usual[] = {
		{ "forename", name_gain(asked, scorer, PART_FORENAME) },
		{ "surname", name_gain(asked, scorer, PART_SURNAME) },
		{ "date of birth", birth_gain(asked, scorer) },
		{ "address with postcode", address_gain(asked, scorer) },
	}, rare[] = {
		{ "identifier (such as the NHS number)",
		    asked->identifier_count > 0 ? 0
						: score_level_bits(scorer, COMPARISON_IDENTIFIER,
						      IDENTIFIER_SAME) },
		{ "phone", asked->phone_count > 0
			       ? 0
			       : score_level_bits(scorer, COMPARISON_PHONE, CONTACT_SAME) },
	};
	const char *words = "";
	double best = 0.5; /* bits; less is not worth asking for */

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		if (usual[i].gain > best) {
			best = usual[i].gain;
			words = usual[i].words;
		}
	for (size_t i = 0; words[0] == '\0' && i < sizeof rare / sizeof rare[0]; i++)
		if (rare[i].gain > best)
			words = rare[i].words;
	return words;
}

static int
by_match_weight(const void *a, const void *b)
{
	const struct candidate *x = ((const struct answer_candidate *)a)->found;
	const struct candidate *y = ((const struct answer_candidate *)b)->found;
	int order;

	if (x->score.match_weight > y->score.match_weight)
		return -1;
	if (x->score.match_weight < y->score.match_weight)
		return 1;
	if (x->system != y->system)
		return x->system < y->system ? -1 : 1;
	order = str_cmp(x->header.record_id, y->header.record_id);
	return order != 0 ? order : str_cmp(x->person.id, y->person.id);
}

void
answer_person_settle(struct answer_person *out, const struct call *call, const struct leg *leg,
    const struct scorer *scorer)
{
	if (out->count > 0)
		qsort(out->candidates, out->count, sizeof *out->candidates, by_match_weight);
	out->referred = 0;
	for (size_t i = 0; i < out->count; i++) {
		struct answer_candidate *candidate = &out->candidates[i];
		struct thresholds thresholds = thresholds_of(candidate->system->policy);

		candidate->grade = grade_of(&candidate->found->score, &thresholds);
		candidate->secures = grade_secures(&candidate->found->score, &thresholds);
		out->referred += candidate->grade <= GRADE_POSSIBLE;
	}
	out->shown = out->count < WIRE_CANDIDATES_MAX ? out->count : WIRE_CANDIDATES_MAX;
	out->outcome = outcome_of(out, call, leg, scorer);
}

enum status
answer_person_judge(struct answer_person *out, struct call *call, const struct leg *leg,
    const struct scorer *scorer, const struct search_result *result)
{
	out->candidates = arena_alloc(
	    call->arena, result->count > 0 ? result->count : 1, sizeof *out->candidates);
	out->related =
	    arena_alloc(call->arena, result->count > 0 ? result->count : 1, sizeof *out->related);
	if (out->candidates == NULL || out->related == NULL)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	out->count = out->referred = out->related_count = 0;
	out->best_bits = result->best_bits;
	out->capped = result->capped;
	out->least_bound = result->least_bound;
	grade_candidates(out, call, leg, result);
	if (out->related_count > 0)
		qsort(out->related, out->related_count, sizeof *out->related, by_kinship);
	out->related_shown =
	    out->related_count < RELATED_SHOWN_MAX ? out->related_count : RELATED_SHOWN_MAX;
	out->related_capped = result->family_capped;
	answer_person_settle(out, call, leg, scorer);
	out->would_help = searches_something(call, leg) ? would_help(&out->features, scorer) : "";
	return STATUS_OK;
}

/* --- All people together -----------------------------------------------------------------------
 */
static bool
same_record(const struct answer_candidate *a, const struct answer_candidate *b)
{
	return a->system == b->system &&
	       str_eq(a->found->header.record_id, b->found->header.record_id);
}

static bool
household_has(const struct answer_household *household, const struct answer_person *person,
    const struct answer_candidate *candidate)
{
	for (size_t i = 0; i < household->count; i++)
		if (household->members[i].person == person ||
		    str_eq(household->members[i].candidate->found->person.id,
			candidate->found->person.id))
			return true;
	return false;
}

/* The best candidate of each person asked about in the case of `record`, no one on file twice. */
static void
gather(struct answer_household *out, const struct answer *answer,
    const struct answer_candidate *record)
{
	*out = (struct answer_household){ .record = record };
	for (size_t i = 0; i < answer->people_count; i++) {
		const struct answer_person *person = &answer->people[i];

		for (size_t j = 0; j < person->count; j++)
			if (same_record(&person->candidates[j], record) &&
			    !household_has(out, person, &person->candidates[j]))
				out->members[out->count++] =
				    (struct answer_household_member){ person,
					    &person->candidates[j] };
	}
}

static bool
household_known(const struct answer *answer, const struct answer_candidate *record)
{
	for (size_t i = 0; i < answer->household_count; i++)
		if (same_record(answer->households[i].record, record))
			return true;
	return false;
}

/* A case counts as a household if at least two of the people asked about are in it, one of them
 * at `possible` or better. */
static void
find_households(struct answer *answer, size_t room)
{
	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < answer->people[i].shown; j++) {
			const struct answer_candidate *candidate = &answer->people[i].candidates[j];

			if (candidate->grade > GRADE_POSSIBLE || answer->household_count == room ||
			    household_known(answer, candidate))
				continue;
			gather(&answer->households[answer->household_count], answer, candidate);
			if (answer->households[answer->household_count].count > 1)
				answer->household_count++;
		}
}

static bool
secures_already(const struct answer *answer, const struct ledger_secure *secure)
{
	for (size_t i = 0; i < answer->secure_count; i++)
		if (str_eq(answer->secures[i].system, secure->system) &&
		    str_eq(answer->secures[i].record_id, secure->record_id))
			return true;
	return false;
}

static void
mark_secured(
    const struct answer *answer, struct answer_candidate *list, size_t count, int64_t at_ms)
{
	for (size_t i = 0; i < count; i++) {
		struct ledger_secure secure = { str_from(list[i].system->policy->key),
			list[i].found->header.record_id };

		if (secures_already(answer, &secure)) {
			list[i].secured = list[i].secured_now = true;
			list[i].since_ms = at_ms;
		}
	}
}

static void
find_secures(struct answer *answer, int64_t at_ms)
{
	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < answer->people[i].count; j++) {
			const struct answer_candidate *candidate = &answer->people[i].candidates[j];
			struct ledger_secure secure = { str_from(candidate->system->policy->key),
				candidate->found->header.record_id };

			if (candidate->secures && !candidate->secured &&
			    !secures_already(answer, &secure))
				answer->secures[answer->secure_count++] = secure;
		}
	/* Every mention of a record secured now says so, whichever person brought it. */
	for (size_t i = 0; i < answer->people_count; i++) {
		mark_secured(answer, answer->people[i].candidates, answer->people[i].count, at_ms);
		mark_secured(
		    answer, answer->people[i].related, answer->people[i].related_count, at_ms);
	}
}

static void
look_up_again(struct answer_candidate *list, size_t count, struct call *call)
{
	for (size_t i = 0; i < count; i++) {
		list[i].secured = list[i].secured_now = false;
		list[i].since_ms = 0;
		answer_look_up_secured(&list[i], call);
	}
}

void
answer_secure_again(struct answer *answer, struct call *call)
{
	for (size_t i = 0; i < answer->people_count; i++) {
		struct answer_person *person = &answer->people[i];

		look_up_again(person->candidates, person->count, call);
		look_up_again(person->related, person->related_count, call);
	}
	answer->secure_count = 0;
	find_secures(answer, call->at_ms);
}

static bool
is_matched_elsewhere(const struct answer *answer, const struct answer_person *person,
    const struct answer_candidate *related)
{
	for (size_t i = 0; i < answer->people_count; i++) {
		const struct answer_person *other = &answer->people[i];

		for (size_t j = 0; other != person && j < other->shown; j++)
			if (other->candidates[j].grade <= GRADE_POSSIBLE &&
			    same_record(&other->candidates[j], related) &&
			    str_eq(
				other->candidates[j].found->person.id, related->found->person.id))
				return true;
	}
	return false;
}

/* A relative who was asked about too, and is shown as found, is not told again. */
static void
drop_related_found(struct answer *answer)
{
	for (size_t i = 0; i < answer->people_count; i++) {
		struct answer_person *person = &answer->people[i];
		size_t kept = 0;

		for (size_t j = 0; j < person->related_count; j++)
			if (!is_matched_elsewhere(answer, person, &person->related[j]))
				person->related[kept++] = person->related[j];
		person->related_count = kept;
		if (person->related_shown > kept)
			person->related_shown = kept;
	}
}

bool
answer_cut_short(const struct answer *answer)
{
	for (size_t i = 0; i < answer->people_count; i++)
		if (answer->people[i].cut_short)
			return true;
	return answer->families_cut;
}

static bool
leg_complete(const struct answer *answer, const struct call *call, const struct leg *leg)
{
	for (size_t i = 0; i < leg->system_count; i++)
		if (answer_system_gap(call, &leg->systems[i], leg->snapshot) != ANSWER_SEARCHED)
			return false;
	for (size_t i = 0; i < answer->people_count; i++)
		if (answer->people[i].capped)
			return false;
	return !answer_cut_short(answer);
}

enum status
answer_judge(struct answer *answer, struct call *call, const struct leg *leg)
{
	size_t room = 0;

	for (size_t i = 0; i < answer->people_count; i++)
		room += answer->people[i].count;
	answer->secures = arena_alloc(call->arena, room + 1, sizeof *answer->secures);
	answer->households =
	    arena_alloc(call->arena, WIRE_CANDIDATES_MAX + 1, sizeof *answer->households);
	if (answer->secures == NULL || answer->households == NULL)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	if (answer->people_count > 1)
		find_households(answer, WIRE_CANDIDATES_MAX);
	if (answer->people_count > 1)
		drop_related_found(answer);
	find_secures(answer, call->at_ms);
	answer->leg_complete = leg_complete(answer, call, leg);
	return STATUS_OK;
}
