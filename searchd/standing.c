#include "searchd/standing.h"

#include "daemon/log.h"
#include "ledger/policy_rules.h"
#include "ledger/requests.h"
#include "ledger/standing.h"
#include "searchd/background.h"
#include "searchd/check.h"
#include "searchd/notices.h"
#include "searchd/put.h"

#include <stdio.h>

#define PAGE 100 /* checks looked up at once */

/* One leg, searched again for all open requests. */
struct sweep {
	struct call *call;
	const struct background *background;
	struct leg *leg;
	struct ledger_head head;			 /* when it began */
	struct ledger_standing done[SEARCH_SYSTEMS_MAX]; /* by system of the leg */
	uint64_t requests, changed;
	bool failed; /* some request could not be asked again */
};

/* The current generation of the leg's system; 0: none is searched, or an older one in its place. */
static uint64_t
generation_of(const struct leg *leg, size_t i)
{
	const struct leg_system *system = &leg->systems[i];
	const struct snapshot_system *state =
	    system->at < 0 ? NULL : snapshot_system(leg->snapshot, (size_t)system->at);

	return state != NULL && state->loaded && system->note[0] == '\0'
		   ? state->manifest.generation
		   : 0;
}

/* --- Is there anything new for a check? --------------------------------------------------------
 */
static uint64_t
generation_seen(
    const struct ledger_check_system *systems, size_t count, const struct leg_system *system)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_text(systems[i].system, system->policy->key))
			return systems[i].searched ? systems[i].generation : 0;
	return 0;
}

/* A system that cannot be read now gives nothing new. */
static bool
is_behind(const struct sweep *sweep, const struct ledger_standing_check *check,
    const struct ledger_check_system *systems, size_t count)
{
	for (size_t i = 0; i < sweep->leg->system_count; i++) {
		uint64_t now = generation_of(sweep->leg, i);
		bool swept = sweep->done[i].generation == now && check->seq <= sweep->done[i].up_to;

		if (now != 0 && !swept &&
		    now != generation_seen(systems, count, &sweep->leg->systems[i]))
			return true;
	}
	return false;
}

/* --- Asking again ------------------------------------------------------------------------------
 */

/* What changed between the candidates of the request, as they stand, and the answer. */
struct change {
	struct str systems[SEARCH_SYSTEMS_MAX];
	size_t system_count;
	bool any;
};

static void
note_change(struct change *change, struct str system)
{
	change->any = true;
	for (size_t i = 0; i < change->system_count; i++)
		if (str_eq(change->systems[i], system))
			return;
	if (change->system_count < SEARCH_SYSTEMS_MAX)
		change->systems[change->system_count++] = system;
}

static bool
is_same(const struct ledger_candidate *was, size_t person, const struct answer_candidate *is)
{
	return was->person == person && str_eq_text(was->system, is->system->policy->key) &&
	       str_eq(was->record_id, is->found->header.record_id) &&
	       str_eq(was->person_id, is->found->person.id);
}

static size_t
referred_of(const struct answer_person *person)
{
	return person->referred < person->shown ? person->referred : person->shown;
}

/* Somebody who is found now: anew, or with another grade. */
static void
compare_found(struct change *change, const struct answer *answer,
    const struct ledger_candidate *before, size_t count)
{
	for (size_t i = 0; i < answer->people_count; i++)
		for (size_t j = 0; j < referred_of(&answer->people[i]); j++) {
			const struct answer_candidate *is = &answer->people[i].candidates[j];
			size_t k = 0;

			while (k < count && !(before[k].current && is_same(&before[k], i, is)))
				k++;
			if (k == count || !str_eq_text(before[k].grade, grade_name(is->grade)))
				note_change(change, str_from(is->system->policy->key));
		}
}

static bool
is_found(const struct answer *answer, const struct ledger_candidate *was)
{
	if (was->person >= answer->people_count)
		return false;
	for (size_t j = 0; j < referred_of(&answer->people[was->person]); j++)
		if (is_same(was, was->person, &answer->people[was->person].candidates[j]))
			return true;
	return false;
}

/* Somebody who was found and is no more; not if only the system cannot be read. */
static void
compare_lost(struct change *change, const struct sweep *sweep, const struct answer *answer,
    const struct ledger_candidate *before, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		if (!before[k].current || !str_eq(before[k].leg, answer->leg) ||
		    is_found(answer, &before[k]))
			continue;
		for (size_t i = 0; i < sweep->leg->system_count; i++)
			if (str_eq_text(before[k].system, sweep->leg->systems[i].policy->key) &&
			    generation_of(sweep->leg, i) != 0 &&
			    answer_system_fault(
				sweep->call, &sweep->leg->systems[i], sweep->leg->snapshot) == NULL)
				note_change(change, before[k].system);
	}
}

static enum wire_code
compare(struct change *change, const struct sweep *sweep, const struct answer *answer,
    const struct ledger_check *newest)
{
	struct call *call = sweep->call;
	struct ledger_candidate *before;
	size_t count;
	enum status status = ledger_request_candidates(
	    &before, &count, call->shared->ledger, call->arena, answer->request, &call->err);

	if (status != STATUS_OK)
		return call_fault(call, status);
	compare_found(change, answer, before, count);
	compare_lost(change, sweep, answer, before, count);
	/* A leg that could not be searched whole and now can, or the other way round. */
	if (answer->leg_complete != newest->complete)
		change->any = true;
	return WIRE_OK;
}

/* 32 hex digits that name this question of these generations: never two entries for one. */
static bool
name_message(struct sweep *sweep, const struct ledger_check *newest)
{
	struct call *call = sweep->call;
	char hex[DIGEST_HEX + 1];
	struct digest_state state;

	digest_begin(&state);
	digest_add_part(&state, STR_LIT("searchd-standing-v1"));
	digest_add_part(&state, newest->id);
	for (size_t i = 0; i < sweep->leg->system_count; i++) {
		const char *text =
		    arena_format(call->arena, "%s %llu", sweep->leg->systems[i].policy->key,
			(unsigned long long)generation_of(sweep->leg, i));

		if (text == NULL)
			return false;
		digest_add_part(&state, str_from(text));
	}
	digest_end(&call->hash, &state);
	digest_hex(hex, &call->hash);
	return arena_copy(&call->request.id, call->arena, (struct str){ hex, WIRE_ID_HEX });
}

static enum wire_code
ask_again(struct sweep *sweep, const struct ledger_standing_check *check)
{
	struct call *call = sweep->call;
	struct ask_earlier earlier;
	struct ledger_check newest;
	struct change change = { .any = false };
	struct notice_about about = { .check = STR_NONE };
	struct ask ask = { .leg = STR_NONE, .of = STR_NONE };
	struct answer answer = { .ask = &ask };
	int64_t at_ms;
	enum status status =
	    ledger_check_find(&newest, call->shared->ledger, call->arena, check->check, &call->err);
	enum wire_code code = status == STATUS_OK
				  ? check_read_earlier(&earlier, &at_ms, call, check->check, "")
				  : call_fault(call, status);

	if (code != WIRE_OK)
		return code;
	ask.reference = earlier.reference;
	ask.kind = check->kind;
	ask.leg = newest.leg;
	ask.people = earlier.people;
	ask.people_count = earlier.people_count;
	answer.leg = newest.leg;
	answer.request = check->request;
	answer.people_of = newest.people_seq;
	/* The check that somebody asked, however often it was repeated since. */
	answer.rerun_of = newest.standing ? newest.rerun_of : newest.id;
	answer.check = STR_NONE;
	if (!name_message(sweep, &newest))
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	code = check_make_features(call, &ask, &answer);
	if (code == WIRE_OK)
		code = check_search(call, &answer);
	if (code == WIRE_OK)
		code = compare(&change, sweep, &answer, &newest);
	if (code == WIRE_OK && change.any)
		code = check_take_others(call, &answer);
	if (code == WIRE_OK && change.any)
		code = check_make_name(call, &answer);
	if (code != WIRE_OK || !change.any)
		return code;
	about = (struct notice_about){ .request = answer.request,
		.check = answer.check,
		.systems = change.systems,
		.system_count = change.system_count };
	answer.changed = &about;
	sweep->changed++;
	return check_answer_and_log(call, &answer);
}

/* --- All open requests of a leg ----------------------------------------------------------------
 */

/* A request that was closed meanwhile, or whose secrets are destroyed, is not asked again. */
static void
report(struct sweep *sweep, const struct ledger_standing_check *check, enum wire_code code)
{
	struct log_line line;
	char text[512];

	if (code == WIRE_OK || code == WIRE_BAD_REQUEST || code == WIRE_NOT_FOUND)
		return;
	sweep->failed = true;
	log_begin(&line, LOG_LEVEL_ERROR, STR_NONE, "standing_failed");
	log_text(&line, "check", check->check);
	log_text(&line, "err", str_from(err_format(text, sizeof text, &sweep->call->err)));
	log_end(&line);
}

static enum status
do_check(struct sweep *sweep, const struct ledger_standing_check *check)
{
	struct call *call = sweep->call;
	struct ledger_check_system *systems;
	size_t count;
	enum status status;

	if (!policy_stands(call->world->rules->policy, check->kind))
		return STATUS_OK;
	background_begin(call);
	status = ledger_check_systems(
	    &systems, &count, call->shared->ledger, call->arena, check->check, &call->err);
	if (status != STATUS_OK || !is_behind(sweep, check, systems, count))
		return status;
	sweep->requests++;
	report(sweep, check, ask_again(sweep, check));
	err_clear(&call->err);
	return STATUS_OK;
}

/* A page of checks, copied out of the arena that each of them empties. */
static enum status
list_page(struct ledger_standing_check *out, size_t *count, char (*texts)[3][64],
    struct sweep *sweep, uint64_t after)
{
	struct call *call = sweep->call;
	struct ledger_standing_check *list;
	enum status status;

	background_begin(call);
	status = ledger_standing_checks(&list, count, call->shared->ledger, call->arena,
	    str_from(sweep->leg->key), after, PAGE, &call->err);
	for (size_t i = 0; status == STATUS_OK && i < *count; i++) {
		snprintf(texts[i][0], 64, "%.*s", STR_ARG(list[i].check));
		snprintf(texts[i][1], 64, "%.*s", STR_ARG(list[i].request));
		snprintf(texts[i][2], 64, "%.*s", STR_ARG(list[i].kind));
		out[i] = (struct ledger_standing_check){ str_from(texts[i][0]),
			str_from(texts[i][1]), str_from(texts[i][2]), list[i].seq };
	}
	return status;
}

/* Checks that the sweep itself adds are newer than its head, and are left. */
static bool
do_all(struct sweep *sweep)
{
	struct ledger_standing_check list[PAGE];
	char texts[PAGE][3][64];
	uint64_t after = 0;
	size_t count = PAGE;

	while (count == PAGE) {
		enum status status = list_page(list, &count, texts, sweep, after);

		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			if (background_should_end(sweep->background, sweep->call))
				return false;
			after = list[i].seq;
			if (list[i].seq > sweep->head.seq)
				return true;
			status = do_check(sweep, &list[i]);
		}
		if (status != STATUS_OK) {
			log_err(LOG_LEVEL_ERROR, "standing_failed", &sweep->call->err);
			return false;
		}
	}
	return true;
}

static bool
log_sweep(struct sweep *sweep)
{
	struct call *call = sweep->call;
	struct ledger_entry entry;
	struct buf body = BUF_INIT;
	enum wire_code code;

	background_begin(call);
	entry = call_entry(call, "standing");
	buf_add_char(&body, '{');
	put_text(&body, "leg", str_from(sweep->leg->key));
	put_number(&body, "up_to", sweep->head.seq);
	key(&body, "systems");
	buf_add_char(&body, '[');
	for (size_t i = 0; i < sweep->leg->system_count; i++) {
		next(&body);
		buf_add_char(&body, '{');
		put_text(&body, "system", str_from(sweep->leg->systems[i].policy->key));
		put_number(&body, "generation", generation_of(sweep->leg, i));
		buf_add_char(&body, '}');
	}
	buf_add_char(&body, ']');
	put_number(&body, "requests", sweep->requests);
	put_number(&body, "changed", sweep->changed);
	buf_add_char(&body, '}');
	entry.body = buf_str(&body);
	code = buf_failed(&body) ? WIRE_INTERNAL : call_log_entry(call, &entry);
	if (code != WIRE_OK)
		log_err(LOG_LEVEL_ERROR, "standing_failed", &call->err);
	buf_free(&body);
	return code == WIRE_OK;
}

static void
log_done(const struct sweep *sweep)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_INFO, STR_NONE, "standing");
	log_text(&line, "leg", str_from(sweep->leg->key));
	log_number(&line, "requests", (int64_t)sweep->requests);
	log_number(&line, "changed", (int64_t)sweep->changed);
	log_end(&line);
}

static bool
do_leg(struct call *call, const struct background *background, struct leg *leg)
{
	struct sweep sweep = { .call = call, .background = background, .leg = leg };

	ledger_head(&sweep.head, call->shared->ledger);
	for (size_t i = 0; i < leg->system_count; i++)
		if (ledger_standing_find(&sweep.done[i], call->shared->ledger,
			str_from(leg->systems[i].policy->key), &call->err) != STATUS_OK)
			return false;
	if (!do_all(&sweep))
		return false;
	if (sweep.requests == 0)
		return true;
	log_done(&sweep);
	return !sweep.failed && log_sweep(&sweep);
}

bool
standing_run(struct call *call, const struct background *background)
{
	const struct policy *policy = call->world->rules->policy;
	bool whole = true;

	if (!policy_keys_have(policy_internal_methods(policy), STR_LIT("standing.run")))
		return true;
	for (size_t i = 0; i < call->world->leg_count; i++)
		whole = do_leg(call, background, call->world->legs[i]) && whole;
	return whole;
}
