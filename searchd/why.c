#include "searchd/why.h"

#include "searchd/authorise.h"
#include "searchd/check.h"
#include "searchd/put.h"

/* --- What is asked -----------------------------------------------------------------------------
 */

/* The people, leg and reference of the check asked against. */
static enum wire_code
take_check(struct call *call, struct ask_why *asked)
{
	struct ask_earlier earlier;
	int64_t at_ms;
	enum wire_code code = check_read_earlier(&earlier, &at_ms, call, asked->check, "");

	if (code != WIRE_OK)
		return code;
	call->check = asked->check;
	if (asked->ask.leg.n > 0 && !str_eq(asked->ask.leg, earlier.leg))
		return call_fail(call, WIRE_BAD_REQUEST, "leg: %.*s is of the %.*s leg",
		    STR_ARG(asked->check), STR_ARG(earlier.leg));
	asked->ask.request_id = earlier.request;
	asked->ask.leg = earlier.leg;
	asked->ask.people = earlier.people;
	asked->ask.people_count = earlier.people_count;
	if (asked->ask.reference.n == 0)
		asked->ask.reference = earlier.reference;
	return authorise_leg(call, earlier.leg, asked->check);
}

/* Which of the people is asked about. */
static enum wire_code
choose_person(size_t *out, struct call *call, const struct ask_why *asked)
{
	if (asked->ref.n == 0 && asked->ask.people_count == 1) {
		*out = 0;
		return WIRE_OK;
	}
	if (asked->ref.n == 0)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "ref: is missing; %.*s asks about %zu people", STR_ARG(asked->check),
		    asked->ask.people_count);
	for (size_t i = 0; i < asked->ask.people_count; i++)
		if (str_eq(asked->ask.people[i].ref, asked->ref)) {
			*out = i;
			return WIRE_OK;
		}
	return call_fail(call, WIRE_BAD_REQUEST, "ref: %.*s asks about no \"%.*s\"",
	    STR_ARG(asked->check), STR_ARG(asked->ref));
}

static enum wire_code
resolve(struct why *why, size_t *person, struct call *call, struct ask_why *asked)
{
	enum wire_code code;

	why->system = policy_system_find(call->world->rules->policy, asked->system);
	if (why->system == NULL)
		return call_fail(call, WIRE_BAD_REQUEST,
		    "system: the policy knows no system \"%.*s\"", STR_ARG(asked->system));
	code = asked->check.n > 0 ? take_check(call, asked) : check_resolve_leg(call, &asked->ask);
	if (code == WIRE_OK)
		code = choose_person(person, call, asked);
	if (code != WIRE_OK)
		return code;
	why->leg = world_leg(call->world, asked->ask.leg);
	for (size_t i = 0; why->leg != NULL && i < why->leg->system_count; i++)
		if (why->leg->systems[i].policy == why->system)
			why->searched = &why->leg->systems[i];
	return why->leg != NULL ? WIRE_OK
				: call_fail(call, WIRE_NOT_FOUND,
				      "the policy no longer knows the leg %.*s of %.*s",
				      STR_ARG(asked->ask.leg), STR_ARG(asked->check));
}

/* --- Search ------------------------------------------------------------------------------------
 */
static enum status
look(struct why *why, bool again)
{
	struct call *call = why->call;
	struct searcher *searcher = NULL;
	enum status status = call_searcher(&searcher, call, str_from(why->leg->key), again);

	if (status != STATUS_OK || why->searched == NULL || why->searched->at < 0)
		return status;
	status = search_why(&why->found, searcher, call->arena, call->worker->folder,
	    &why->asked->features, check_floor(why->leg), check_family_floor(why->leg),
	    (size_t)why->searched->at, why->record_id, &call->err);
	if (status != STATUS_OK &&
	    answer_system_fault(call, why->searched, why->leg->snapshot) != NULL) {
		err_clear(&call->err); /* a step of the answer, not a fault of the question */
		status = STATUS_OK;
	}
	return status;
}

static enum wire_code
look_up(struct why *why)
{
	enum status status = look(why, false);

	if (status == STATUS_STALE) {
		err_clear(&why->call->err);
		status = look(why, true);
	}
	return status == STATUS_OK ? WIRE_OK : call_fault(why->call, status);
}

/* As the answer has it; else as it would be graded. */
static void
follow(struct why_person *out, const struct why *why, size_t i)
{
	const struct policy_thresholds *t = &why->system->thresholds;
	const struct thresholds thresholds = { t->certain, t->probable, t->possible, t->list,
		t->secure };
	const struct candidate *found = &why->found.people[i];
	struct ledger_secured secured = { 0 };

	*out = (struct why_person){ .bound = why->found.bounds[i] };
	for (size_t k = 0; out->rank == 0 && k < why->asked->count; k++)
		if (candidate_same_person(why->asked->candidates[k].found, found)) {
			out->candidate = why->asked->candidates[k];
			out->rank = k + 1;
		}
	for (size_t k = 0; !out->is_related && k < why->asked->related_count; k++)
		if (candidate_same_person(why->asked->related[k].found, found)) {
			out->candidate = why->asked->related[k];
			out->is_related = true;
		}
	if (out->rank == 0 && !out->is_related)
		out->candidate = (struct answer_candidate){ .found = found,
			.system = why->searched,
			.grade = grade_of(&found->score, &thresholds) };
	out->candidate.secured = ledger_secured_find(
	    &secured, why->call->shared->ledger, str_from(why->system->key), why->record_id);
	out->candidate.since_ms = out->candidate.secured ? secured.since_ms : 0;
	out->candidate.secured_now = false; /* a question why secures nothing */
}

/* --- Answer ------------------------------------------------------------------------------------
 */
static bool
is_asked(const struct why *why, size_t i)
{
	struct str id = why->found.people[i].person.id;

	return why->person_id.n == 0 || str_eq(why->person_id, id);
}

static void
put_record(struct buf *out, const struct why *why)
{
	struct ledger_secured secured = { 0 };
	bool is_secured = ledger_secured_find(
	    &secured, why->call->shared->ledger, str_from(why->system->key), why->record_id);

	key(out, "why");
	buf_add_char(out, '{');
	put_text(out, "system", str_from(why->system->key));
	put_text(out, "record_id", why->record_id);
	put_text(out, "person_id", why->person_id);
	put_bool(out, "on_file", why->found.count > 0);
	put_number(out, "people", why->found.count);
	put_bool(out, "superseded", why->found.superseded);
	put_bool(out, "secured", is_secured);
	why_steps_write(out, why, NULL);
	buf_add_char(out, '}');
}

static void
put_candidate(struct buf *out, const struct why *why, const struct why_person *person)
{
	next(out);
	buf_add_char(out, '{');
	answer_write_candidate(out, why->call, why->asked, &person->candidate);
	if (person->candidate.found->kinship.relation != RELATION_NONE) {
		const struct kinship *kinship = &person->candidate.found->kinship;

		put_text(out, "relation", str_from(relation_name(kinship->relation)));
		put_text(out, "words", str_from(relation_words(kinship->relation)));
		put_real(out, "family_weight", kinship->bits);
	}
	put_real(out, "bound", person->bound);
	put_number(out, "rank", person->rank);
	put_bool(out, "returned", person->rank > 0 && person->rank <= why->asked->shown);
	put_bool(out, "related", person->is_related);
	why_steps_write(out, why, person);
	buf_add_char(out, '}');
}

/* The person asked about with at most `most` people of the record; the others are counted. */
static void
put_person(struct buf *out, const struct why *why, size_t most)
{
	const struct answer_person *asked = why->asked;
	size_t shown = 0, left = 0;

	buf_add_char(out, '{');
	put_text(out, "ref", asked->asked->ref);
	put_text(out, "outcome", str_from(outcome_name(asked->outcome)));
	put_real(out, "best_possible_weight", asked->best_bits);
	put_text(out, "would_help", str_from(asked->would_help));
	answer_write_left_out(out, asked);
	put_bool(out, "candidates_capped", asked->capped);
	key(out, "candidates");
	buf_add_char(out, '[');
	for (size_t i = 0; i < why->found.count; i++) {
		struct why_person person;

		if (!is_asked(why, i))
			continue;
		if (shown == most) {
			left++;
			continue;
		}
		follow(&person, why, i);
		put_candidate(out, why, &person);
		shown++;
	}
	buf_add_char(out, ']');
	put_number(out, "not_shown", left);
	buf_add_char(out, '}');
}

static void
put_all(struct buf *out, const struct why *why, size_t most)
{
	struct call *call = why->call;

	buf_add_char(out, '{');
	put_text(out, "check", why->answer->check);
	put_text(out, "leg", why->answer->leg);
	put_text(out, "reference", why->answer->ask->reference);
	put_time(out, "asked_at", call->at_ms);
	answer_write_names(out, call);
	put_record(out, why);
	key(out, "coverage");
	answer_write_coverage(out, call, why->answer->leg, why->answer, false);
	key(out, "people");
	buf_add_char(out, '[');
	put_person(out, why, most);
	buf_add_text(out, "]}");
}

/* --- Ledger ------------------------------------------------------------------------------------
 */
static bool
is_known(const struct why *why)
{
	struct ledger_secured secured;

	return why->found.count > 0 || why->found.superseded ||
	       ledger_secured_find(
		   &secured, why->call->shared->ledger, str_from(why->system->key), why->record_id);
}

static enum wire_code
append_why(const struct why *why, struct str answer_text)
{
	struct call *call = why->call;
	const struct answer *answer = why->answer;
	struct ledger_entry entry = call_entry(call, "why");
	struct buf body = BUF_INIT, secret = BUF_INIT;
	enum wire_code code;

	buf_add_char(&body, '{');
	put_text(&body, "reference", answer->ask->reference);
	put_text(&body, "leg", answer->leg);
	put_text(&body, "system", str_from(why->system->key));
	/* One that is nowhere on file may be anything that was typed: it is in the secret alone. */
	put_text(&body, "record_id", is_known(why) ? why->record_id : STR_NONE);
	buf_add_char(&body, '}');
	answer_write_entry(&secret, answer, answer_text);
	entry.request = answer->request;
	entry.check = answer->check;
	entry.body = buf_str(&body);
	entry.secret = buf_str(&secret);
	code = buf_failed(&body) || buf_failed(&secret)
		   ? call_fault(call, STATUS_NOMEM)
		   : call_append_once(call, &entry, 1, STR_NONE);
	buf_free(&body);
	buf_free(&secret);
	return code;
}

static enum wire_code
answer_and_log(const struct why *why)
{
	struct call *call = why->call;
	struct buf full = BUF_INIT;
	enum status status = STATUS_OK;
	enum wire_code code;

	for (size_t most = CASE_PEOPLE_MAX;; most /= 2) {
		buf_clear(&full);
		put_all(&full, why, most);
		if (most == 0 || buf_failed(&full) ||
		    buf_json_bytes(buf_str(&full)) <= CHECK_ANSWER_BYTES_MAX)
			break;
	}
	status =
	    buf_failed(&full) ? STATUS_NOMEM : answer_redact(&call->body, call, buf_str(&full));
	if (status == STATUS_OK && buf_failed(&call->body))
		status = STATUS_NOMEM;
	code = status == STATUS_OK ? append_why(why, buf_str(&full)) : call_fault(call, status);
	buf_free(&full);
	return code;
}

static enum wire_code
run(struct why *why, const struct ask_why *asked, size_t person)
{
	struct call *call = why->call;
	struct answer answer = { .ask = &asked->ask,
		.leg = asked->ask.leg,
		.check = asked->check,
		.request = asked->ask.request_id };
	enum wire_code code = check_make_features(call, &asked->ask, &answer);

	if (code == WIRE_BAD_REQUEST)
		return call_fail(call, code,
		    "person: nothing to search by: give a name, a date of birth, an address, a "
		    "phone, an e-mail or an identifier");
	if (code == WIRE_OK)
		code = check_search(call, &answer);
	if (code == WIRE_OK) {
		why->answer = &answer;
		why->asked = &answer.people[person];
		code = look_up(why);
	}
	if (code == WIRE_OK)
		code = answer_and_log(why);
	if (code == WIRE_DEADLINE || code == WIRE_INTERNAL)
		check_log_failure(call, answer.request, code);
	return code;
}

enum wire_code
call_why(struct call *call)
{
	struct ask_why asked;
	struct why why = { .call = call };
	enum status status = ask_read_why(
	    &asked, call->arena, call->request.body, call->world->rules->policy, &call->err);
	enum wire_code code;
	size_t person = 0;
	bool mine;

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	code = resolve(&why, &person, call, &asked);
	why.record_id = asked.record_id;
	why.person_id = asked.person_id;
	if (code == WIRE_OK)
		code = call_once_begin(call, &mine);
	if (code != WIRE_OK || !mine)
		return code;
	code = run(&why, &asked, person);
	call_once_end(call);
	return code;
}
