#include "searchd/case_members.h"

#include <stdlib.h>

/* A case that is looked into, by whoever led to it. */
struct led_case {
	const struct answer_candidate *by;
	double bits;
};

struct led_cases {
	struct led_case list[CASE_MEMBERS_CASES];
	size_t count;
};

static enum status
no_memory(struct call *call)
{
	return err_set(&call->err, STATUS_NOMEM, "out of memory");
}

static bool
is_same_case(const struct answer_candidate *a, const struct answer_candidate *b)
{
	return a->system == b->system &&
	       str_eq(a->found->header.record_id, b->found->header.record_id);
}

static void
lead(struct led_cases *out, const struct answer_candidate *by, double bits)
{
	for (size_t i = 0; i < out->count; i++)
		if (is_same_case(out->list[i].by, by))
			return;
	if (out->count < CASE_MEMBERS_CASES)
		out->list[out->count++] = (struct led_case){ by, bits };
}

/* Both lists are in order, the heaviest first; the person's own records come before relatives'. */
static void
find_cases(struct led_cases *out, const struct answer_person *person)
{
	out->count = 0;
	for (size_t i = 0; i < person->count; i++)
		if (person->candidates[i].grade <= GRADE_PROBABLE)
			lead(out, &person->candidates[i],
			    person->candidates[i].found->score.match_weight);
	for (size_t i = 0; i < person->related_count; i++) {
		const struct answer_candidate *related = &person->related[i];

		if (related->found->kinship.relation != RELATION_NAMESAKE &&
		    related->found->kinship.bits >= CASE_MEMBERS_TIE)
			lead(out, related, related->found->kinship.bits);
	}
}

static bool
is_listed(const struct answer_candidate *list, size_t count, const struct answer_candidate *by,
    const struct candidate *found)
{
	for (size_t i = 0; i < count; i++)
		if (is_same_case(&list[i], by) &&
		    str_eq(list[i].found->person.id, found->person.id))
			return true;
	return false;
}

struct members {
	struct answer_candidate list[CASE_MEMBERS_MAX];
	size_t count;
};

static void
add_members(struct members *out, struct call *call, const struct answer_person *person,
    const struct led_case *one, struct candidate *people, size_t count)
{
	for (size_t i = 0; i < count && out->count < CASE_MEMBERS_MAX; i++) {
		struct answer_candidate *member = &out->list[out->count];

		if (is_listed(person->candidates, person->count, one->by, &people[i]) ||
		    is_listed(person->related, person->related_count, one->by, &people[i]))
			continue;
		people[i].kinship = (struct kinship){ RELATION_SAME_CASE, one->bits };
		*member = (struct answer_candidate){
			.found = &people[i], .system = one->by->system, .grade = GRADE_NONE
		};
		answer_look_up_secured(member, call);
		out->count++;
	}
}

/* Behind those who are there. */
static enum status
append(struct answer_person *person, struct call *call, const struct members *members)
{
	struct answer_candidate *list;

	if (members->count == 0)
		return STATUS_OK;
	list = arena_alloc(call->arena, person->related_count + members->count, sizeof *list);
	if (list == NULL)
		return no_memory(call);
	if (person->related_count > 0)
		memcpy(list, person->related, person->related_count * sizeof *list);
	memcpy(list + person->related_count, members->list, members->count * sizeof *list);
	person->related = list;
	person->related_count += members->count;
	person->related_shown =
	    person->related_count < RELATED_SHOWN_MAX ? person->related_count : RELATED_SHOWN_MAX;
	return STATUS_OK;
}

static enum status
list_of_person(struct answer_person *person, struct call *call, struct searcher *searcher)
{
	struct members members = { .count = 0 };
	struct score_values values;
	struct led_cases cases;
	enum status status;

	find_cases(&cases, person);
	if (cases.count == 0)
		return STATUS_OK;
	status = searcher_values(&values, searcher, call->arena, &person->features, &call->err);
	for (size_t i = 0; status == STATUS_OK && i < cases.count; i++) {
		const struct led_case *one = &cases.list[i];
		struct candidate *people = NULL;
		size_t count = 0;

		status = search_person_in_case(&people, &count, searcher, call->arena,
		    call->worker->folder, &person->features, &values, (size_t)one->by->system->at,
		    one->by->found->header.record_id, &call->err);
		if (status == STATUS_OK)
			add_members(&members, call, person, one, people, count);
	}
	return status == STATUS_OK ? append(person, call, &members) : status;
}

enum status
case_members_list(struct answer *answer, struct call *call, struct searcher *searcher)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < answer->people_count; i++)
		status = list_of_person(&answer->people[i], call, searcher);
	return status;
}
