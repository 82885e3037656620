#include "searchd/answer.h"

#include "linkage/explain.h"
#include "record/person_json.h"
#include "searchd/content.h"
#include "searchd/put.h"

#include <math.h>
#include <time.h>

#define HOUR_MS 3600000

/* --- Small pieces ------------------------------------------------------------------------------
 */
static void
plain_time(struct buf *out, int64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
answer_write_time(struct buf *out, int64_t at_ms)
{
	buf_add_char(out, '"');
	if (at_ms != 0)
		plain_time(out, at_ms);
	buf_add_char(out, '"');
}

static void
put_version(struct buf *out, const char *name, const char *title, const struct digest *hash)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(hex, hash);
	key(out, name);
	buf_add_char(out, '{');
	put_text(out, "name", str_from(title));
	put_text(out, "hash", str_from(hex));
	buf_add_char(out, '}');
}

void
answer_write_names(struct buf *out, struct call *call)
{
	const struct rules *rules = call->world->rules;

	put_version(out, "model", rules->model->name, &rules->model->hash);
	put_version(out, "calibration", rules->calibration->name, &rules->calibration->hash);
	put_version(out, "policy", policy_name(rules->policy), policy_hash(rules->policy));
}

/* --- Coverage ----------------------------------------------------------------------------------
 */
static void
gap_reason(
    struct buf *out, const struct leg_system *system, const struct err *fault, enum answer_gap gap)
{
	char text[512];

	switch (gap) {
	case ANSWER_STALE:
		buf_addf(out, "the export is older than the policy's %u hours",
		    system->policy->stale_after_hours);
		break;
	case ANSWER_OTHER_WORDS:
		buf_add_text(out, "indexed with another word list: load it again");
		break;
	case ANSWER_NEVER_LOADED:
		buf_add_text(out, "never loaded");
		break;
	case ANSWER_UNREADABLE:
		if (fault != NULL)
			err_format(text, sizeof text, fault);
		buf_addf(out, "cannot be read: %s", fault != NULL ? text : system->fault);
		break;
	case ANSWER_KEPT:
		buf_addf(out, "an earlier generation: %s", system->note);
		break;
	case ANSWER_SEARCHED:
	case ANSWER_OTHER_LEG:
		break;
	}
}

static bool
capped(const struct answer *answer)
{
	for (size_t i = 0; answer != NULL && i < answer->people_count; i++)
		if (answer->people[i].capped)
			return true;
	return false;
}

static void
put_manifest(struct buf *out, const struct call *call, const struct manifest *manifest,
    const struct leg_system *system, bool status)
{
	int64_t age_ms = manifest == NULL ? 0 : call->at_ms - manifest->as_of_ms;
	unsigned limit = system->policy->stale_after_hours;

	put_number(out, "generation", manifest == NULL ? 0 : manifest->generation);
	put_time(out, "as_of", manifest == NULL ? 0 : manifest->as_of_ms);
	put_number(out, "age_hours", age_ms > 0 ? (uint64_t)(age_ms / HOUR_MS) : 0);
	put_bool(out, "stale",
	    manifest != NULL &&
		(system->note[0] != '\0' || (limit > 0 && age_ms > (int64_t)limit * HOUR_MS)));
	put_number(out, "records", manifest == NULL ? 0 : manifest->records);
	put_number(out, "people", manifest == NULL ? 0 : manifest->people);
	if (!status)
		return;
	put_number(out, "rows_rejected", manifest == NULL ? 0 : manifest->rows_rejected);
	put_time(out, "published", manifest == NULL ? 0 : manifest->published_ms);
}

/* A system of a leg that this check did not search: nothing of its index is told. */
static void
other_leg_reason(
    struct buf *out, const struct call *call, const struct leg *leg, const struct answer *answer)
{
	const struct answer_other *other = answer_other_leg(answer, str_from(leg->key));

	if (other != NULL && other->other_people)
		buf_addf(out, "searched by %.*s for other people: to be asked again",
		    STR_ARG(other->check));
	else if (other != NULL && other->expired)
		buf_addf(out,
		    "searched by %.*s %lld hours before; the policy allows %u: to be asked again",
		    STR_ARG(other->check), (long long)(other->age_ms / HOUR_MS),
		    policy_legs_within_hours(call->world->rules->policy));
	else if (other != NULL)
		buf_addf(out, "searched by %.*s%s", STR_ARG(other->check),
		    other->complete ? "" : ", not completely: see there");
	else
		buf_addf(out, "belongs to the %s leg, which is asked separately", leg->key);
}

/* Who was not searched before time ran out. */
static void
cut_reason(struct buf *out, const struct answer *answer)
{
	const char *before = " before these were searched: ";

	buf_add_text(out, "time ran out");
	for (size_t i = 0; i < answer->people_count; i++) {
		if (!answer->people[i].cut_short)
			continue;
		buf_add_text(out, before);
		buf_add_str(out, answer->people[i].asked->ref);
		before = ", ";
	}
	if (before[0] != ',')
		buf_add_text(out, " before the cases of those found were held together");
}

static void
write_system(struct buf *out, struct call *call, const struct leg *leg,
    const struct leg_system *system, const struct answer *answer, bool mine, bool status)
{
	enum answer_gap gap =
	    mine ? answer_system_gap(call, system, leg->snapshot) : ANSWER_OTHER_LEG;
	bool searched = gap == ANSWER_SEARCHED || gap == ANSWER_STALE || gap == ANSWER_KEPT ||
			gap == ANSWER_OTHER_WORDS;
	const struct manifest *manifest =
	    searched ? &snapshot_system(leg->snapshot, (size_t)system->at)->manifest : NULL;
	struct buf reason = BUF_INIT;

	if (gap == ANSWER_OTHER_LEG)
		other_leg_reason(&reason, call, leg, answer);
	else if (gap == ANSWER_SEARCHED && answer != NULL && answer_cut_short(answer))
		cut_reason(&reason, answer);
	else if (gap == ANSWER_SEARCHED && capped(answer))
		buf_add_text(&reason, "too many candidates: only the best were compared");
	else
		gap_reason(&reason, system, answer_system_fault(call, system, leg->snapshot), gap);
	buf_add_char(out, '{');
	put_text(out, "system", str_from(system->policy->key));
	put_text(out, "title", str_from(system->policy->title));
	put_text(out, "leg", str_from(leg->key));
	put_bool(out, "searched", searched);
	put_text(out, "reason", buf_str(&reason));
	put_manifest(out, call, manifest, system, status);
	buf_add_char(out, '}');
	out->failed = out->failed || reason.failed;
	buf_free(&reason);
}

void
answer_write_coverage(struct buf *out, struct call *call, struct str leg_key,
    const struct answer *answer, bool status)
{
	const struct world *world = call->world;

	buf_add_char(out, '[');
	for (size_t i = 0; i < world->leg_count; i++) {
		const struct leg *leg = world->legs[i];
		bool mine = leg_key.n == 0 || str_eq_text(leg_key, leg->key);

		for (size_t j = 0; j < leg->system_count; j++) {
			next(out);
			write_system(out, call, leg, &leg->systems[j], answer, mine, status);
		}
	}
	buf_add_char(out, ']');
}

/* --- Candidates --------------------------------------------------------------------------------
 */
static void
put_name(struct buf *out, const struct person_name *name)
{
	struct buf text = BUF_INIT;

	explain_name(&text, name);
	buf_add_json(out, buf_str(&text));
	out->failed = out->failed || text.failed;
	buf_free(&text);
}

static void
put_details(struct buf *out, const struct person *person)
{
	key(out, "name");
	if (person->name_count > 0)
		put_name(out, &person->names[0]);
	else
		buf_add_text(out, "\"\"");
	key(out, "names");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->name_count; i++) {
		next(out);
		put_name(out, &person->names[i]);
	}
	buf_add_char(out, ']');
	key(out, "births");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->birth_count; i++) {
		next(out);
		buf_add_char(out, '"');
		birth_format(out, &person->births[i]);
		buf_add_char(out, '"');
	}
	buf_add_char(out, ']');
	key(out, "addresses");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->address_count; i++) {
		struct buf line = BUF_INIT;

		next(out);
		explain_address(&line, &person->addresses[i]);
		buf_add_json(out, buf_str(&line));
		out->failed = out->failed || line.failed;
		buf_free(&line);
	}
	buf_add_char(out, ']');
}

static void
put_case(struct buf *out, const struct case_header *header)
{
	key(out, "case");
	buf_add_char(out, '{');
	put_text(out, "status", header->status);
	put_day(out, "opened", header->opened);
	put_day(out, "closed", header->closed);
	put_text(out, "service", header->service);
	put_text(out, "nation", header->nation);
	buf_add_char(out, '}');
}

static void
put_secured(struct buf *out, const struct call *call, const struct answer_candidate *candidate)
{
	put_bool(out, "secured", candidate->secured);
	put_bool(out, "secured_now", candidate->secured_now);
	put_time(out, "secured_since", candidate->since_ms);
	put_bool(out, "restricted", false); /* answer_redact() makes it true */
	put_text(out, "contact",
	    candidate->secured ? str_from(policy_secured_contact(call->world->rules->policy))
			       : STR_NONE);
}

static void
put_weight(struct buf *out, const struct call *call, const struct answer_candidate *candidate)
{
	const struct score *score = &candidate->found->score;
	double weight = score->match_weight, from, to;
	const struct calibration_band *band =
	    calibration_band(call->world->rules->calibration, &from, &to, weight, score->prior);

	put_real(out, "match_weight", weight);
	key(out, "confidence");
	buf_addf(out, "%.4f", band->confidence);
	key(out, "band");
	buf_add_char(out, '{');
	put_real(out, "from", from);
	put_real(out, "to", to);
	put_number(out, "n", band->n);
	buf_add_char(out, '}');
	put_text(out, "grade", str_from(grade_name(candidate->grade)));
}

/* A relative or namesake: who it is and why it is listed; the weights line by line are for `why`.
 */
static void
write_related(struct buf *out, const struct call *call, const struct answer_candidate *candidate)
{
	const struct candidate *found = candidate->found;

	buf_add_char(out, '{');
	put_text(out, "system", str_from(candidate->system->policy->key));
	put_text(out, "record_id", found->header.record_id);
	put_text(out, "person_id", found->person.id);
	put_text(out, "role", str_from(person_role_name(found->person.role)));
	put_details(out, &found->person);
	put_text(out, "relation", str_from(relation_name(found->kinship.relation)));
	put_text(out, "words", str_from(relation_words(found->kinship.relation)));
	put_real(out, "family_weight", found->kinship.bits);
	put_real(out, "match_weight", found->score.match_weight);
	put_text(out, "grade", STR_LIT("related"));
	put_secured(out, call, candidate);
	put_case(out, &found->header);
	buf_add_char(out, '}');
}

void
answer_write_candidate(struct buf *out, const struct call *call, const struct answer_person *person,
    const struct answer_candidate *candidate)
{
	const struct candidate *found = candidate->found;

	put_text(out, "system", str_from(candidate->system->policy->key));
	put_text(out, "record_id", found->header.record_id);
	put_text(out, "person_id", found->person.id);
	put_text(out, "role", str_from(person_role_name(found->person.role)));
	put_details(out, &found->person);
	put_weight(out, call, candidate);
	put_secured(out, call, candidate);
	put_case(out, &found->header);
	put_real(out, "prior", found->score.prior);
	key(out, "evidence");
	explain_json(out, &found->score, &person->asked->person, &found->person, &person->features,
	    &found->features);
}

/* --- People ------------------------------------------------------------------------------------
 */
static size_t
systems_matched(const struct answer_person *person)
{
	size_t count = 0;

	for (size_t i = 0; i < person->count; i++) {
		bool seen = person->candidates[i].grade > GRADE_POSSIBLE;

		for (size_t j = 0; !seen && j < i; j++)
			seen = person->candidates[j].grade <= GRADE_POSSIBLE &&
			       person->candidates[j].system == person->candidates[i].system;
		count += !seen;
	}
	return count;
}

/* What was searched and what was not, in words: a "no trace" is only worth its coverage. */
static void
say_coverage(struct buf *out, struct call *call, const struct answer *answer)
{
	const struct leg *leg = world_leg(call->world, answer->leg);
	const char *before = " Searched: ";

	for (size_t i = 0; i < leg->system_count; i++) {
		const struct leg_system *system = &leg->systems[i];
		enum answer_gap gap = answer_system_gap(call, system, leg->snapshot);
		const struct manifest *manifest;

		if (gap == ANSWER_NEVER_LOADED || gap == ANSWER_UNREADABLE)
			continue;
		manifest = &snapshot_system(leg->snapshot, (size_t)system->at)->manifest;
		buf_addf(out, "%s%s (generation %llu, as of ", before, system->policy->title,
		    (unsigned long long)manifest->generation);
		plain_time(out, manifest->as_of_ms);
		buf_addf(out, ", %llu records, %llu people%s)",
		    (unsigned long long)manifest->records, (unsigned long long)manifest->people,
		    gap == ANSWER_STALE || gap == ANSWER_KEPT ? ", out of date" : "");
		before = "; ";
	}
	buf_add_text(out, before[0] == ';' ? "." : " Nothing was searched.");
	before = " Not searched: ";
	for (size_t i = 0; i < call->world->leg_count; i++)
		for (size_t j = 0; j < call->world->legs[i]->system_count; j++) {
			const struct leg *other = call->world->legs[i];
			const struct leg_system *system = &other->systems[j];
			enum answer_gap gap = other == leg
						  ? answer_system_gap(call, system, other->snapshot)
						  : ANSWER_OTHER_LEG;

			if (gap == ANSWER_OTHER_LEG
				? answer_other_counts(
				      answer_other_leg(answer, str_from(other->key)))
				: gap != ANSWER_NEVER_LOADED && gap != ANSWER_UNREADABLE)
				continue;
			buf_addf(out, "%s%s", before, system->policy->title);
			before = "; ";
		}
	buf_add_text(out, before[0] == ';' ? "." : "");
}

static size_t
probable(const struct answer_person *person)
{
	size_t count = 0;

	for (size_t i = 0; i < person->count; i++)
		count += person->candidates[i].grade <= GRADE_PROBABLE;
	return count;
}

static void
say_weaker(struct buf *out, const struct answer_person *person)
{
	size_t weaker = person->count - person->referred;

	if (weaker > 0)
		buf_addf(out, " %zu weaker %s listed, not referred.", weaker,
		    weaker == 1 ? "candidate is" : "candidates are");
}

static void
say_related(struct buf *out, const struct answer_person *person)
{
	if (person->related_count > 0)
		buf_addf(out, " %zu %s of relatives or namesakes listed apart.",
		    person->related_count,
		    person->related_count == 1 ? "record is" : "records are");
}

static void
statement(struct buf *out, struct call *call, const struct answer *answer,
    const struct answer_person *person)
{
	size_t systems = systems_matched(person);

	if (person->cut_short)
		buf_add_text(out, "Time ran out before this person was searched: ask about them in "
				  "a check of their own.");
	if (person->cut_short && person->outcome == OUTCOME_INSUFFICIENT)
		return;
	if (person->cut_short)
		buf_add_char(out, ' ');
	switch (person->outcome) {
	case OUTCOME_MANY_MATCH:
		buf_add_text(out, "Several different people fit about equally well; the details "
				  "asked do not tell them apart. ");
		__attribute__((fallthrough));
	case OUTCOME_MATCH:
		buf_addf(out, "%zu %s at possible or better in %zu %s, %zu of them probable.",
		    person->referred, person->referred == 1 ? "record" : "records", systems,
		    systems == 1 ? "system" : "systems", probable(person));
		say_weaker(out, person);
		say_related(out, person);
		return;
	case OUTCOME_INSUFFICIENT:
		if (person->would_help[0] == '\0')
			buf_add_text(out, "This says nothing about the person, known or not.");
		else
			buf_addf(out,
			    "Too little was asked: no record, however well it fits, could reach "
			    "possible. What would help most: %s.",
			    person->would_help);
		break;
	case OUTCOME_NO_TRACE:
	case OUTCOME_COUNT:
		buf_add_text(out, "No trace: no record reached possible.");
		break;
	}
	say_weaker(out, person);
	say_related(out, person);
	say_coverage(out, call, answer);
}

/* A long name is compared in part: whoever reads the answer must know that. */
void
answer_write_left_out(struct buf *out, const struct answer_person *person)
{
	const struct person *asked = &person->asked->person;

	key(out, "left_out");
	buf_add_char(out, '[');
	for (size_t i = 0; i < asked->name_count; i++) {
		bool words = (person->features.words_left_out & UINT32_C(1) << i) != 0;
		struct buf text = BUF_INIT;

		if (!words && (person->features.spellings_left_out & UINT32_C(1) << i) == 0)
			continue;
		buf_addf(
		    &text, "Not all %s of this name are compared: ", words ? "words" : "spellings");
		explain_name(&text, &asked->names[i]);
		next(out);
		buf_add_json(out, buf_str(&text));
		out->failed = out->failed || text.failed;
		buf_free(&text);
	}
	buf_add_char(out, ']');
}

static void
write_person(struct buf *out, struct call *call, const struct answer *answer,
    const struct answer_person *person)
{
	struct buf words = BUF_INIT;

	statement(&words, call, answer, person);
	buf_add_char(out, '{');
	put_text(out, "ref", person->asked->ref);
	put_text(out, "outcome", str_from(outcome_name(person->outcome)));
	put_text(out, "statement", buf_str(&words));
	put_real(out, "best_possible_weight", person->best_bits);
	put_text(out, "would_help", str_from(person->would_help));
	answer_write_left_out(out, person);
	put_bool(out, "cut_short", person->cut_short);
	put_bool(out, "candidates_capped", person->capped);
	put_number(out, "not_shown", person->count - person->shown);
	key(out, "candidates");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->shown; i++) {
		next(out);
		buf_add_char(out, '{');
		answer_write_candidate(out, call, person, &person->candidates[i]);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	put_number(out, "related_not_shown", person->related_count - person->related_shown);
	put_bool(out, "related_capped", person->related_capped);
	key(out, "related");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->related_shown; i++) {
		next(out);
		write_related(out, call, &person->related[i]);
	}
	buf_add_text(out, "]}");
	out->failed = out->failed || words.failed;
	buf_free(&words);
}

static void
write_household(struct buf *out, const struct answer_household *household)
{
	buf_add_char(out, '{');
	put_text(out, "system", str_from(household->record->system->policy->key));
	put_text(out, "record_id", household->record->found->header.record_id);
	key(out, "matched");
	buf_add_char(out, '[');
	for (size_t i = 0; i < household->count; i++) {
		const struct answer_household_member *member = &household->members[i];

		next(out);
		buf_add_char(out, '{');
		put_text(out, "ref", member->person->asked->ref);
		put_text(out, "person_id", member->candidate->found->person.id);
		put_real(out, "match_weight", member->candidate->found->score.match_weight);
		put_text(out, "grade", str_from(grade_name(member->candidate->grade)));
		buf_add_char(out, '}');
	}
	buf_add_text(out, "]}");
}

/* --- The whole ---------------------------------------------------------------------------------
 */
static bool
put_legs_missing(struct buf *out, const struct call *call, const struct answer *answer)
{
	bool missing = false;

	key(out, "legs_missing");
	buf_add_char(out, '[');
	for (size_t i = 0; i < call->world->leg_count; i++) {
		struct str leg = str_from(call->world->legs[i]->key);

		if (str_eq(leg, answer->leg) || answer_other_counts(answer_other_leg(answer, leg)))
			continue;
		next(out);
		buf_add_json(out, leg);
		missing = true;
	}
	buf_add_char(out, ']');
	return missing;
}

static void
put_lists(struct buf *out, struct call *call, const struct answer *answer)
{
	key(out, "coverage");
	answer_write_coverage(out, call, answer->leg, answer, false);
	key(out, "people");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->people_count; i++) {
		next(out);
		write_person(out, call, answer, &answer->people[i]);
	}
	buf_add_char(out, ']');
	key(out, "households");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->household_count; i++) {
		next(out);
		write_household(out, &answer->households[i]);
	}
	buf_add_char(out, ']');
	key(out, "secured");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->secure_count; i++) {
		next(out);
		buf_add_char(out, '{');
		put_text(out, "system", answer->secures[i].system);
		put_text(out, "record_id", answer->secures[i].record_id);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static bool
others_complete(const struct answer *answer)
{
	for (size_t i = 0; i < answer->other_count; i++)
		if (!answer->others[i].complete)
			return false;
	return true;
}

/* What an answer is of, and whether it is complete. */
static void
put_head(struct buf *out, const struct answer *answer, const struct call *call)
{
	bool missing;

	put_text(out, "check", answer->check);
	put_text(out, "request", answer->request);
	put_text(out, "of", answer->ask->of);
	put_text(out, "rerun_of", answer->rerun_of);
	put_text(out, "leg", answer->leg);
	put_text(out, "reference", answer->ask->reference);
	put_time(out, "asked_at", call->at_ms);
	put_bool(out, "leg_complete", answer->leg_complete);
	missing = put_legs_missing(out, call, answer);
	put_bool(out, "complete", answer->leg_complete && !missing && others_complete(answer));
}

void
answer_write(struct buf *out, const struct answer *answer, struct call *call)
{
	buf_add_char(out, '{');
	put_head(out, answer, call);
	answer_write_names(out, call);
	put_lists(out, call, answer);
	buf_add_char(out, '}');
}

/* --- In brief ----------------------------------------------------------------------------------
 */
static void
write_brief_candidate(struct buf *out, const struct call *call,
    const struct answer_candidate *candidate, bool related)
{
	const struct candidate *found = candidate->found;

	next(out);
	buf_add_char(out, '{');
	put_text(out, "system", str_from(candidate->system->policy->key));
	put_text(out, "record_id", found->header.record_id);
	put_text(out, "person_id", found->person.id);
	if (related) {
		put_text(out, "relation", str_from(relation_name(found->kinship.relation)));
		put_real(out, "family_weight", found->kinship.bits);
		put_real(out, "match_weight", found->score.match_weight);
		put_text(out, "grade", STR_LIT("related"));
	} else {
		put_weight(out, call, candidate);
	}
	put_bool(out, "secured", candidate->secured);
	put_bool(out, "restricted", false); /* answer_redact() makes it true */
	buf_add_char(out, '}');
}

static void
write_brief_person(struct buf *out, const struct call *call, const struct answer_person *person)
{
	next(out);
	buf_add_char(out, '{');
	put_text(out, "ref", person->asked->ref);
	put_text(out, "outcome", str_from(outcome_name(person->outcome)));
	put_bool(out, "cut_short", person->cut_short);
	put_bool(out, "candidates_capped", person->capped);
	put_number(out, "not_shown", person->count - person->shown);
	key(out, "candidates");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->shown; i++)
		write_brief_candidate(out, call, &person->candidates[i], false);
	buf_add_char(out, ']');
	put_number(out, "related_not_shown", person->related_count - person->related_shown);
	put_bool(out, "related_capped", person->related_capped);
	key(out, "related");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->related_shown; i++)
		write_brief_candidate(out, call, &person->related[i], true);
	buf_add_text(out, "]}");
}

void
answer_write_brief(struct buf *out, const struct answer *answer, const struct call *call)
{
	buf_add_char(out, '{');
	put_head(out, answer, call);
	put_text(out, "detail", STR_LIT("brief"));
	key(out, "people");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->people_count; i++)
		write_brief_person(out, call, &answer->people[i]);
	buf_add_text(out, "]}");
}

void
answer_write_request(struct buf *out, const struct ask *ask)
{
	put_text(out, "reference", ask->reference);
	put_text(out, "kind", ask->kind);
	put_text(out, "requester", ask->requester);
	put_text(out, "organisation", ask->organisation);
	put_text(out, "jurisdiction", ask->jurisdiction);
	put_text(out, "review_type", ask->review_type);
	put_text(out, "purpose", ask->purpose);
	put_text(out, "legal_basis", ask->legal_basis);
	put_text(out, "channel", ask->channel);
	put_text(out, "received_at", ask->received_at);
}

static void
write_asked(struct buf *out, const struct ask_person *asked)
{
	struct buf person = BUF_INIT;

	buf_add_text(out, "{\"ref\":");
	buf_add_json(out, asked->ref);
	person_to_json(&person, &asked->person); /* {...}: joined after the ref */
	if (person.n > 2)
		buf_add_char(out, ',');
	buf_add_str(out, str_part(buf_str(&person), 1, person.n));
	out->failed = out->failed || person.failed;
	buf_free(&person);
}

void
answer_write_people(struct buf *out, const struct ask_person *people, size_t count)
{
	key(out, "people");
	buf_add_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		next(out);
		write_asked(out, &people[i]);
	}
	buf_add_char(out, ']');
}

void
answer_write_entry(struct buf *out, const struct answer *answer, struct str answer_text)
{
	buf_add_char(out, '{');
	key(out, "request");
	buf_add_char(out, '{');
	answer_write_request(out, answer->ask);
	buf_add_char(out, '}');
	put_text(out, "leg", answer->leg);
	put_text(out, "of", answer->ask->of);
	answer_write_people(out, answer->ask->people, answer->ask->people_count);
	key(out, "answer");
	buf_add_str(out, answer_text);
	buf_add_char(out, '}');
}

/* --- What is open ------------------------------------------------------------------------------
 */
static const char *
gap_word(enum answer_gap gap)
{
	switch (gap) {
	case ANSWER_SEARCHED:
		return "";
	case ANSWER_STALE:
		return "stale";
	case ANSWER_KEPT:
		return "kept";
	case ANSWER_OTHER_WORDS:
		return "other_words";
	case ANSWER_NEVER_LOADED:
		return "never_loaded";
	case ANSWER_UNREADABLE:
		return "unreadable";
	case ANSWER_OTHER_LEG:
		break;
	}
	return "other_leg";
}

static void
put_searched(
    struct buf *out, const struct call *call, const struct leg *leg, const struct answer *answer)
{
	bool cut = answer_cut_short(answer);

	key(out, "systems");
	buf_add_char(out, '[');
	for (size_t i = 0; i < leg->system_count; i++) {
		const struct leg_system *system = &leg->systems[i];
		enum answer_gap gap = answer_system_gap(call, system, leg->snapshot);
		const struct manifest *manifest =
		    system->at < 0 ? NULL
				   : &snapshot_system(leg->snapshot, (size_t)system->at)->manifest;

		next(out);
		buf_add_char(out, '{');
		put_text(out, "system", str_from(system->policy->key));
		put_number(out, "generation", manifest == NULL ? 0 : manifest->generation);
		put_bool(out, "searched", gap != ANSWER_NEVER_LOADED && gap != ANSWER_UNREADABLE);
		put_bool(out, "covered", gap == ANSWER_SEARCHED && !cut);
		put_text(out, "gap",
		    str_from(gap == ANSWER_SEARCHED && cut ? "cut_short" : gap_word(gap)));
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static void
write_open_person(struct buf *out, const struct answer_person *person)
{
	buf_add_char(out, '{');
	put_text(out, "outcome", str_from(outcome_name(person->outcome)));
	put_bool(out, "capped", person->capped);
	put_bool(out, "cut_short", person->cut_short);
	key(out, "candidates");
	buf_add_char(out, '[');
	for (size_t i = 0; i < person->shown && i < person->referred; i++) {
		const struct answer_candidate *candidate = &person->candidates[i];

		next(out);
		buf_add_char(out, '{');
		put_text(out, "system", str_from(candidate->system->policy->key));
		put_text(out, "record_id", candidate->found->header.record_id);
		put_text(out, "person_id", candidate->found->person.id);
		put_text(out, "grade", str_from(grade_name(candidate->grade)));
		put_real(out, "match_weight", candidate->found->score.match_weight);
		buf_add_char(out, '}');
	}
	buf_add_text(out, "]}");
}

/* What the register keeps of a record when it is secured: where it was, and what it held. What
 * cannot be read now is left to the next load of its system. */
static void
put_secures(struct buf *out, struct call *call, const struct answer *answer)
{
	key(out, "secures");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->secure_count; i++) {
		const struct ledger_secure *secure = &answer->secures[i];
		const struct policy_system *system =
		    policy_system_find(call->world->rules->policy, secure->system);
		struct content content;

		if (content_find(&content, call, system, secure->record_id) != STATUS_OK)
			err_clear(&call->err);
		if (!content.on_file)
			continue;
		next(out);
		buf_add_char(out, '{');
		put_text(out, "system", secure->system);
		put_text(out, "record_id", secure->record_id);
		put_number(out, "generation", content.generation);
		put_text(out, "content", str_from(content.hash));
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

void
answer_write_open(struct buf *out, const struct answer *answer, struct call *call)
{
	const struct rules *rules = call->world->rules;
	const struct leg *leg = world_leg(call->world, answer->leg);

	buf_add_char(out, '{');
	put_text(out, "reference", answer->ask->reference);
	put_text(out, "leg", answer->leg);
	put_text(out, "of", answer->ask->of);
	put_number(out, "people_of", answer->people_of);
	put_text(out, "rerun_of", answer->rerun_of);
	put_bool(out, "standing", answer->changed != NULL);
	put_bool(out, "leg_complete", answer->leg_complete);
	put_policy(out, call);
	put_digest(out, "model", &rules->model->hash);
	put_digest(out, "calibration", &rules->calibration->hash);
	put_searched(out, call, leg, answer);
	key(out, "people");
	buf_add_char(out, '[');
	for (size_t i = 0; i < answer->people_count; i++) {
		next(out);
		write_open_person(out, &answer->people[i]);
	}
	buf_add_char(out, ']');
	put_secures(out, call, answer);
	buf_add_char(out, '}');
}
