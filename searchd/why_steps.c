/*
 * The steps in the order in which a search takes them. A step is one row of a table: what is added
 * to a search (another limit, another kind of evidence) gets a row here.
 */
#include "searchd/check.h"
#include "searchd/put.h"
#include "searchd/why.h"

enum why_result { WHY_PASSED, WHY_FAILED, WHY_NOT_REACHED };

struct why_step {
	enum why_result result;
	double value, limit; /* the figures that decided, value against limit; NAN: none */
	const char *words;   /* in the arena of the call, or a literal */
};

typedef struct why_step judge_step(const struct why *why, const struct why_person *person);

/* Sums of the same doubles in another order differ in the last places (record_index_xapian.cc). */
#define BITS_EPSILON 1e-6

static struct why_step
step(bool passed, double value, double limit, const char *words)
{
	return (struct why_step){ passed ? WHY_PASSED : WHY_FAILED, value, limit,
		words == NULL ? "" : words };
}

static struct why_step
not_reached(const char *words)
{
	return (struct why_step){ WHY_NOT_REACHED, NAN, NAN, words };
}

static struct arena *
arena_of(const struct why *why)
{
	return why->call->arena;
}

/* --- The record ------------------------------------------------------------------------------- */
static const struct manifest *
manifest_of(const struct why *why)
{
	return &snapshot_system(why->leg->snapshot, (size_t)why->searched->at)->manifest;
}

static const char *
fault_of(const struct why *why)
{
	const struct err *fault = answer_system_fault(why->call, why->searched, why->leg->snapshot);

	return fault != NULL ? fault->text : why->searched->fault;
}

static struct why_step
searched(const struct why *why, const struct why_person *person)
{
	const char *title = why->system->title;
	unsigned long long generation;

	(void)person;
	if (why->searched == NULL)
		return step(false, NAN, NAN,
		    arena_format(arena_of(why),
			"%s belongs to the %s leg; this question is of the %s leg", title,
			why->system->leg, why->leg->key));
	switch (answer_system_gap(why->call, why->searched, why->leg->snapshot)) {
	case ANSWER_NEVER_LOADED:
	case ANSWER_OTHER_LEG:
		return step(
		    false, NAN, NAN, arena_format(arena_of(why), "%s was never loaded", title));
	case ANSWER_UNREADABLE:
		return step(false, NAN, NAN,
		    arena_format(arena_of(why), "%s cannot be read: %s", title, fault_of(why)));
	case ANSWER_STALE:
	case ANSWER_KEPT:
	case ANSWER_OTHER_WORDS:
	case ANSWER_SEARCHED:
		break;
	}
	generation = (unsigned long long)manifest_of(why)->generation;
	return step(true, NAN, NAN,
	    arena_format(arena_of(why),
		"%s is searched in the %s leg: generation %llu, %llu people", title, why->leg->key,
		generation, (unsigned long long)manifest_of(why)->people));
}

static bool
has_person(const struct why *why)
{
	for (size_t i = 0; i < why->found.count; i++)
		if (str_eq(why->found.people[i].person.id, why->person_id))
			return true;
	return why->person_id.n == 0;
}

static struct why_step
on_file(const struct why *why, const struct why_person *person)
{
	unsigned long long generation;
	size_t count = why->found.count;

	(void)person;
	if (why->searched == NULL || why->searched->at < 0 ||
	    answer_system_fault(why->call, why->searched, why->leg->snapshot) != NULL ||
	    !snapshot_system(why->leg->snapshot, (size_t)why->searched->at)->loaded)
		return not_reached("not looked up");
	generation = (unsigned long long)manifest_of(why)->generation;
	if (count == 0)
		return step(false, NAN, NAN,
		    arena_format(arena_of(why), "the record is not in generation %llu%s",
			generation, why->found.superseded ? ": a delta load removed it" : ""));
	if (!has_person(why))
		return step(false, NAN, NAN,
		    arena_format(arena_of(why), "the record has %zu %s, and none of that number",
			count, count == 1 ? "person" : "people"));
	return step(true, NAN, NAN,
	    arena_format(arena_of(why), "the record is in generation %llu with %zu %s%s",
		generation, count, count == 1 ? "person" : "people",
		why->found.superseded ? ", as a delta load last gave it" : ""));
}

/* Listed for nothing but the case that somebody else of it led to. */
static bool
is_through_case(const struct why_person *person)
{
	return person->is_related &&
	       person->candidate.found->kinship.relation == RELATION_SAME_CASE;
}

/* A match by what another record of the person tells, and not by the question alone. */
static bool
is_through_record(const struct why_person *person)
{
	return person->rank > 0 &&
	       person->candidate.found->score.line[COMPARISON_OTHER_RECORD].level == AGREE_SAME;
}

/* --- A person of it --------------------------------------------------------------------------- */
static struct why_step
retrieved(const struct why *why, const struct why_person *person)
{
	double floor = why->found.least;
	bool passed = person->bound >= floor - BITS_EPSILON;

	if (!passed && is_through_case(person))
		return step(true, person->bound, floor,
		    "what the index has of this person could not reach the floor of the search: "
		    "found through somebody else of the case");
	if (!passed && is_through_record(person))
		return step(true, person->bound, floor,
		    "what the index has of this person could not reach the floor of the search: "
		    "found through another record of the person");
	return step(passed, person->bound, floor,
	    passed ? "what the index has of this person could reach the floor of the search, so "
		     "the two were compared"
		   : "what the index has of this person could not reach the floor of the search, "
		     "however well the rest fitted");
}

/* Only where more could reach the floor than are compared: the best granted are. */
static struct why_step
compared(const struct why *why, const struct why_person *person)
{
	double weight = person->candidate.found->score.match_weight;
	double least = why->asked->least_bound;
	const char *cut;
	bool passed;

	if (is_through_case(person))
		return step(true, NAN, NAN, "compared as all people of the case were");
	if (is_through_record(person))
		return step(true, NAN, NAN, "compared with another record that was found, too");
	if (person->bound < why->found.least - BITS_EPSILON)
		return not_reached("not retrieved");
	if (!why->asked->capped && !why->asked->related_capped)
		return step(true, NAN, NAN, "all that could reach the floor were compared");
	/* Among those with as much as the last that was compared, only an answer tells who was. */
	if (person->rank == 0 && !person->is_related &&
	    fabs(person->bound - least) <= BITS_EPSILON && weight < check_floor(why->leg))
		return not_reached("it had as much to go by as the last that was compared");
	passed = person->rank > 0 || person->is_related || person->bound > least + BITS_EPSILON;
	cut = arena_format(arena_of(why),
	    "more than %d people on file could have reached the floor; the %d with the most to go "
	    "by were compared, and this is %s of them",
	    CANDIDATES_MAX, CANDIDATES_MAX, passed ? "one" : "none");
	return step(passed, person->bound, least, cut);
}

static bool
is_relative(const struct why_person *person)
{
	return person->candidate.found->kinship.relation != RELATION_NONE;
}

static struct why_step
same_person(const struct why *why, const struct why_person *person)
{
	const struct kinship *kinship = &person->candidate.found->kinship;

	if (!is_relative(person))
		return step(true, NAN, NAN, "nothing says that it is a relative or a namesake");
	return step(false, kinship->bits, why->system->thresholds.related,
	    arena_format(arena_of(why), "%s: never a match, whatever its weight; %s",
		relation_words(kinship->relation),
		person->is_related ? "listed apart, as related" : "and not listed apart either"));
}

static struct why_step
listed(const struct why *why, const struct why_person *person)
{
	double weight = person->candidate.found->score.match_weight;
	double list = why->system->thresholds.list;

	if (is_relative(person))
		return not_reached("it is no match");
	return step(weight >= list, weight, list,
	    weight >= list ? "the match weight reaches what this system lists"
			   : "the match weight is below what this system lists");
}

static struct why_step
shown(const struct why *why, const struct why_person *person)
{
	const struct answer_person *asked = why->asked;
	bool passed = person->rank <= asked->shown;

	if (person->rank == 0)
		return not_reached("not listed");
	return step(passed, (double)person->rank, WIRE_CANDIDATES_MAX,
	    arena_format(arena_of(why),
		"candidate %zu of %zu that are listed for this person; %d are shown at most",
		person->rank, asked->count, WIRE_CANDIDATES_MAX));
}

static struct why_step
referred(const struct why *why, const struct why_person *person)
{
	double weight = person->candidate.found->score.match_weight;
	double possible = why->system->thresholds.possible;

	if (is_relative(person) || weight < why->system->thresholds.list)
		return not_reached("not listed");
	return step(weight >= possible, weight, possible,
	    weight >= possible ? "the match weight is at possible or better: it is referred"
			       : "the match weight is below possible: listed, not referred");
}

static struct why_step
graded(const struct why *why, const struct why_person *person)
{
	const struct score *score = &person->candidate.found->score;
	double probable = why->system->thresholds.probable;

	if (is_relative(person))
		return not_reached("not listed");
	if (score->match_weight < probable)
		return not_reached("the match weight stays below probable");
	return step(score->forename_evidence, score->match_weight, probable,
	    score->forename_evidence
		? "a forename agrees by more than its initial, so the weight decides the grade"
	    : score->forename_doubt
		? "the forename may be a brother's or sister's (a further one contradicts, or the "
		  "two are names of their own), so the grade is kept at possible"
		: "no forename agrees by more than its initial (a brother, sister or twin shares "
		  "the rest), so the grade is kept at possible");
}

/* --- All of them ------------------------------------------------------------------------------ */
static const struct {
	const char *name;
	judge_step *judge;
} RECORD_STEPS[] = { { "searched", searched }, { "on_file", on_file } },
  PERSON_STEPS[] = { { "retrieved", retrieved }, { "compared", compared },
	  { "same_person", same_person }, { "listed", listed }, { "shown", shown },
	  { "referred", referred }, { "graded", graded } };
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void
put_step(struct buf *out, const char *name, const struct why_step *made)
{
	static const char *const results[] = { "passed", "failed", "not_reached" };

	next(out);
	buf_add_char(out, '{');
	put_text(out, "step", str_from(name));
	put_text(out, "result", str_from(results[made->result]));
	put_real(out, "value", made->value);
	put_real(out, "limit", made->limit);
	put_text(out, "words", str_from(made->words));
	buf_add_char(out, '}');
}

void
why_steps_write(struct buf *out, const struct why *why, const struct why_person *person)
{
	size_t count = person == NULL ? COUNT(RECORD_STEPS) : COUNT(PERSON_STEPS);

	key(out, "steps");
	buf_add_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		struct why_step made = person == NULL ? RECORD_STEPS[i].judge(why, NULL)
						      : PERSON_STEPS[i].judge(why, person);

		put_step(out, person == NULL ? RECORD_STEPS[i].name : PERSON_STEPS[i].name, &made);
	}
	buf_add_char(out, ']');
	put_text(out, "fell_at", str_from(why_steps_fell_at(why, person)));
}

const char *
why_steps_fell_at(const struct why *why, const struct why_person *person)
{
	for (size_t i = 0; i < COUNT(RECORD_STEPS); i++)
		if (RECORD_STEPS[i].judge(why, NULL).result == WHY_FAILED)
			return RECORD_STEPS[i].name;
	for (size_t i = 0; person != NULL && i < COUNT(PERSON_STEPS); i++)
		if (PERSON_STEPS[i].judge(why, person).result == WHY_FAILED)
			return PERSON_STEPS[i].name;
	return "";
}
