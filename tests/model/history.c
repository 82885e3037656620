#include "tests/model/history.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (INT64_C(3600) * 1000)

/* --- Random numbers: splitmix64 (Steele, Lea, Flood 2014) --------------------------------------
 */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint32_t
below(uint64_t *state, uint32_t bound)
{
	return (uint32_t)((draw(state) >> 32) * bound >> 32);
}

/* How often each act is drawn. */
static const unsigned weights[ACT_COUNT] = { [ACT_LOG] = 4,
	[ACT_TOLD] = 3,
	[ACT_CHECK] = 16,
	[ACT_CHECK_OF] = 4,
	[ACT_CHECK_GET] = 2,
	[ACT_GET] = 2,
	[ACT_LIST] = 1,
	[ACT_DECLINE] = 1,
	[ACT_WITHDRAW] = 1,
	[ACT_CLOSE] = 12,
	[ACT_NOTE] = 5,
	[ACT_MEDIA] = 2,
	[ACT_SECURE] = 4,
	[ACT_RELEASE] = 14,
	[ACT_RETAIN] = 3,
	[ACT_STATUS] = 2,
	[ACT_REGISTER] = 1,
	[ACT_QUEUE] = 2,
	[ACT_DECIDE] = 22,
	[ACT_SECOND] = 8,
	[ACT_ASK] = 3,
	[ACT_ANSWER] = 4,
	[ACT_PAIRS] = 1,
	[ACT_ABSENCE] = 1,
	[ACT_SHARE_OPEN] = 4,
	[ACT_SHARE_AGREE] = 8,
	[ACT_SHARE_CONSULT] = 6,
	[ACT_SHARE_DECIDE] = 5,
	[ACT_SHARE_GET] = 1,
	[ACT_NOTICES] = 1,
	[ACT_ACK] = 2,
	[ACT_SENT] = 2,
	[ACT_KEPT] = 1,
	[ACT_DUE] = 1,
	[ACT_DESTROY] = 5 };

static enum act_op
draw_act(uint64_t *state)
{
	uint32_t all = 0, at;

	for (size_t i = 0; i < ACT_COUNT; i++)
		all += weights[i];
	at = below(state, all);
	for (size_t i = 0; i < ACT_COUNT; i++) {
		if (at < weights[i])
			return (enum act_op)i;
		at -= weights[i];
	}
	return ACT_LOG;
}

static enum crash
draw_crash(uint64_t *state)
{
	switch (below(state, 60)) {
	case 0:
		return CRASH_BEFORE;
	case 1:
		return CRASH_UNHEARD;
	case 2:
		return CRASH_ANYTIME;
	default:
		return CRASH_NONE;
	}
}

static void
draw_command(struct command *out, uint64_t *state)
{
	uint32_t kind = below(state, 100);

	out->kind = kind < 4	? COMMAND_LATER
		    : kind < 9	? COMMAND_WORLD
		    : kind < 10 ? COMMAND_RESTART
		    : kind < 11 ? COMMAND_REBUILD
				: COMMAND_ACT;
	out->op = draw_act(state);
	out->crash = draw_crash(state);
	for (size_t i = 0; i < sizeof out->n / sizeof out->n[0]; i++)
		out->n[i] = below(state, UINT32_MAX);
}

void
history_make(struct history *out, uint64_t seed, size_t length)
{
	uint64_t state = seed;

	memset(out, 0, sizeof *out);
	out->seed = seed;
	out->world = below(&state, 10) == 0 ? 0 : 1;
	out->count = length / 2 + below(&state, (uint32_t)length);
	if (out->count > HISTORY_COMMANDS_MAX)
		out->count = HISTORY_COMMANDS_MAX;
	for (size_t i = 0; i < out->count; i++)
		draw_command(&out->commands[i], &state);
}

/* --- What a command is about -------------------------------------------------------------------
 */

/* True `percent` times of a hundred. */
static bool
chance(uint32_t n, unsigned percent)
{
	return n / 7 % 100 < percent;
}

static void
take_role(struct act *act, unsigned user, const char *role)
{
	act->user = user;
	snprintf(act->role, sizeof act->role, "%s", role);
}

/* Mostly somebody who may; now and then anybody, in any role or none. */
static void
pick_user(struct act *act, const struct model *model, const uint32_t *n)
{
	unsigned count = 0, wanted;
	bool all = chance(n[0], 8);

	if (chance(n[1], 2)) {
		take_role(act, n[2] % (unsigned)model_user_count,
		    model->page->roles[n[0] % model->page->role_count]);
		return;
	}
	for (int pass = 0; pass < 2; pass++) {
		unsigned seen = 0;

		wanted = count == 0 ? 0 : n[2] % count;
		for (unsigned i = 0; i < model_user_count; i++)
			for (size_t j = 0; j < 3 && model_users[i].roles[j] != NULL; j++) {
				if (!all && !page_may(model->page, model_users[i].roles[j],
						act_ops[act->op]))
					continue;
				if (pass == 1 && seen == wanted)
					take_role(act, i, model_users[i].roles[j]);
				seen++;
			}
		count = seen;
	}
	if (chance(n[1] / 3, 4))
		act->role[0] = '\0';
}

/* The newest more often; now and then none. */
static int
pick(size_t count, uint32_t n, uint32_t m)
{
	if (count == 0 || chance(n, 4))
		return -1;
	if (chance(m, 60))
		return (int)(count - 1 - m % (count < 3 ? count : 3));
	return (int)(m % count);
}

static void
pick_told(struct act *act, const uint32_t *n)
{
	act->kind = n[0] % (unsigned)(model_kind_count - !chance(n[1], 5));
	act->channel = n[1] % (unsigned)(model_channel_count - !chance(n[2], 5));
	act->reference = n[2] % (DRIVE_REFERENCES - 1);
	act->nation = chance(n[3], 40) ? -1 : (int)(n[3] % (model_nation_count - !chance(n[0], 5)));
	act->type = -1;
	for (unsigned i = 0; i < 3 && act->nation >= 0 && act->type < 0; i++)
		if (model_type_valid(act->nation, (int)((n[4] + i) % model_type_count)) ||
		    chance(n[1] / 5, 4))
			act->type = (int)((n[4] + i) % model_type_count);
}

static int
pick_secured(const struct model *model, uint32_t n, uint32_t m)
{
	size_t count = 0;

	for (size_t i = 0; i < model->findings->record_count; i++)
		count += model->secured[i].secured;
	if (count == 0 || chance(n, 15))
		return (int)(m % model->findings->record_count);
	count = m % count;
	for (size_t i = 0; i < model->findings->record_count; i++)
		if (model->secured[i].secured && count-- == 0)
			return (int)i;
	return 0;
}

static void
pick_grounds(struct act *act, const struct model *model, const uint32_t *n)
{
	for (size_t i = 0; i < 4; i++)
		act->grounds[i] =
		    !chance(n[i], 4) ? ANSWER_NO : (enum act_answer)(1 + n[i] / 1000 % 3);
	act->withdraw = chance(n[4], 8);
	if (chance(n[5], 20))
		act->number = chance(n[0], 60) ? model->secured[act->record].proposed_seq
					       : n[0] % (model->seq + 1);
}

/* Mostly a candidate that waits as `state` says, else any of the request. */
static int
pick_candidate(const struct model *model, const char *state, uint32_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < model->candidate_count; i++)
		count += strcmp(model_candidate_state(&model->candidates[i]), state) == 0;
	if (model->candidate_count == 0)
		return -1;
	if (count == 0 || chance(n, 15))
		return (int)(n % model->candidate_count);
	count = n / 11 % count;
	for (size_t i = 0; i < model->candidate_count; i++)
		if (strcmp(model_candidate_state(&model->candidates[i]), state) == 0 &&
		    count-- == 0)
			return (int)i;
	return -1;
}

static void
pick_review(struct act *act, const struct model *model, const uint32_t *n)
{
	act->verdict = chance(n[0], 3) ? VERDICT_NONE : VERDICT_THIS + n[0] % 3;
	if (act->op == ACT_SECOND)
		act->candidate = pick_candidate(model, "awaiting_second_reading", n[1]);
	else if (!chance(n[2], 4))
		act->candidate = pick_candidate(model, "undecided", n[1]);
	if (act->op == ACT_DECIDE && act->candidate >= 0 && !chance(n[3], 2))
		act->request = (int)model->candidates[act->candidate].request;
	if (act->op == ACT_DECIDE && act->candidate >= 0 &&
	    (int)model->candidates[act->candidate].request != act->request)
		act->candidate = -1;
	if (act->candidate >= 0 && chance(n[3], 30))
		act->number = chance(n[4], 80) ? model->candidates[act->candidate].seq
					       : n[4] % (model->seq + 1);
	act->question = pick(model->question_count, n[5], n[6]);
	if (act->op == ACT_ANSWER && act->question >= 0 && !chance(n[7], 5))
		act->request = (int)model->questions[act->question].request;
}

/* --- Steering: blind draws would mostly ask for what is not there ------------------------------
 */
static bool
any_waits(const struct model *model, unsigned request)
{
	for (size_t i = 0; i < model->candidate_count; i++)
		if (model->candidates[i].request == request &&
		    model_candidate_waits(&model->candidates[i]))
			return true;
	return false;
}

static bool
any_question(const struct model *model, unsigned request)
{
	for (size_t i = 0; i < model->question_count; i++)
		if (model->questions[i].request == request && !model->questions[i].answered)
			return true;
	return false;
}

/* The act has a good chance with the request. */
static bool
fits(const struct model *model, enum act_op op, unsigned at)
{
	const struct model_request *request = &model->requests[at];
	bool open = request->state == STATE_OPEN;
	struct model_standing standing;

	model_stand(&standing, model, at);
	switch (op) {
	case ACT_CHECK:
		return open && request->set >= 0 && !standing.complete;
	case ACT_CLOSE:
		return open && standing.complete && standing.undecided == 0;
	case ACT_NOTE:
	case ACT_DECLINE:
	case ACT_WITHDRAW:
	case ACT_ASK:
	case ACT_SECURE:
		return open;
	case ACT_DECIDE:
		return open && any_waits(model, at);
	case ACT_ANSWER:
		return open && any_question(model, at);
	case ACT_SHARE_OPEN:
		return request->sharing == SHARING_NONE || request->sharing >= SHARING_AGREED;
	case ACT_SHARE_AGREE:
	case ACT_SHARE_CONSULT:
		return request->sharing == SHARING_OPEN || request->sharing == SHARING_DISPUTED;
	case ACT_SHARE_DECIDE:
		return request->sharing == SHARING_DISPUTED;
	case ACT_SHARE_GET:
		return request->sharing != SHARING_NONE;
	case ACT_DESTROY:
		return model_is_due(model, at);
	default:
		return true;
	}
}

/* -1: it fits none. */
static int
fitting(const struct model *model, enum act_op op, uint32_t n)
{
	size_t count = 0;

	for (unsigned i = 0; i < model->request_count; i++)
		count += fits(model, op, i);
	if (count == 0)
		return -1;
	count = n % count;
	for (unsigned i = 0; i < model->request_count; i++)
		if (fits(model, op, i) && count-- == 0)
			return (int)i;
	return -1;
}

static bool
any_in_state(const struct model *model, const char *state)
{
	for (size_t i = 0; i < model->candidate_count; i++)
		if (model->requests[model->candidates[i].request].state == STATE_OPEN &&
		    strcmp(model_candidate_state(&model->candidates[i]), state) == 0)
			return true;
	return false;
}

static bool
any_secured(const struct model *model)
{
	for (size_t i = 0; i < model->findings->record_count; i++)
		if (model->secured[i].secured)
			return true;
	return false;
}

static bool
any_ended(const struct model *model)
{
	for (size_t i = 0; i < model->request_count; i++)
		if (model->requests[i].state != STATE_OPEN && !model->requests[i].destroyed)
			return true;
	return false;
}

/* What has to be done first where the act has nothing to be about; or the act itself. */
static enum act_op
first_of(const struct model *model, enum act_op op)
{
	bool none = fitting(model, op, 0) < 0;

	switch (op) {
	case ACT_CHECK:
		return none ? ACT_TOLD : op;
	case ACT_CLOSE:
		return !none ? op : any_in_state(model, "undecided") ? ACT_DECIDE : ACT_CHECK;
	case ACT_DECIDE:
		return none ? ACT_CHECK : op;
	case ACT_SECOND:
		return any_in_state(model, "awaiting_second_reading") ? op : ACT_DECIDE;
	case ACT_ANSWER:
		return none ? ACT_ASK : op;
	case ACT_SHARE_DECIDE:
		return none ? ACT_SHARE_AGREE : op;
	case ACT_SHARE_AGREE:
	case ACT_SHARE_CONSULT:
	case ACT_SHARE_GET:
		return none ? ACT_SHARE_OPEN : op;
	case ACT_RELEASE:
	case ACT_RETAIN:
		return any_secured(model) ? op : ACT_TOLD;
	case ACT_CHECK_OF:
	case ACT_CHECK_GET:
		return model->check_count == 0 ? ACT_TOLD : op;
	case ACT_ACK:
	case ACT_SENT:
		return model->notice_count == 0 ? ACT_TOLD : op;
	case ACT_DESTROY:
		return any_ended(model) ? op : ACT_CLOSE;
	default:
		return none ? ACT_LOG : op;
	}
}

/* Somebody whose leg is missing. */
static void
steer_check(struct act *act, const struct model *model, uint32_t n)
{
	struct model_standing standing;
	bool childline;

	if (act->request < 0)
		return;
	model_stand(&standing, model, (unsigned)act->request);
	childline = standing.leg_complete[0];
	take_role(act, childline ? 2 : n % 2, childline ? "nsit_officer" : "qa_officer");
	act->leg = MODEL_LEGS;
}

/* Whoever's turn it is; the two consultants by turns. */
static void
steer_decision(struct act *act, const struct model *model, uint32_t n)
{
	if (act->op == ACT_SECOND)
		take_role(
		    act, n % 2 == 0 ? 3 : 6, n % 2 == 0 ? "consultant" : "head_of_inspection");
	else if (model_is_absent(model))
		take_role(act, 6, "head_of_inspection");
	else
		take_role(act, n % 2 == 0 ? 3 : 4, "consultant");
}

static void
resolve(struct act *act, const struct model *model, const struct command *command)
{
	const uint32_t *n = command->n;
	bool steered = chance(n[0] / 13, 80);
	int fit;

	*act = (struct act){ .op = command->op, .question = -1, .candidate = -1 };
	for (int i = 0; i < 3 && steered; i++)
		act->op = first_of(model, act->op);
	pick_user(act, model, n);
	act->request = pick(model->request_count, n[3], n[4]);
	fit = fitting(model, act->op, n[4]);
	if (steered && fit >= 0)
		act->request = fit;
	act->check = pick(model->check_count, n[5], n[6]);
	act->notice = pick(model->notice_count, n[5], n[6]);
	act->set = act->op == ACT_CHECK || act->op == ACT_ANSWER
		       ? (chance(n[7], 8) ? (int)(n[7] % MODEL_SETS) : -1)
		   : chance(n[7], 5) ? -1
				     : (int)(n[7] % MODEL_SETS);
	act->leg = chance(n[8], 90) ? MODEL_LEGS : n[8] % MODEL_LEGS;
	pick_told(act, n + 8);
	act->milestone = n[9] % (unsigned)(model_milestone_name_count - !chance(n[10], 5));
	act->days_ago = chance(n[10], 4) ? -1 : (int)(n[10] % 5);
	act->retract = chance(n[11], act->op == ACT_ABSENCE ? 50 : 15);
	act->reason = !chance(n[12], 4);
	act->details = chance(n[13], 30);
	act->absent = chance(n[13], 30);
	act->agrees = chance(n[14], 65);
	act->all = chance(n[15], 40);
	act->ground = n[9] % (unsigned)(model_ground_count - !chance(n[10], 5));
	act->record = act->op == ACT_RELEASE || act->op == ACT_RETAIN
			  ? pick_secured(model, n[3], n[4])
			  : (int)(n[4] % model->findings->record_count);
	if (act->op == ACT_RELEASE)
		pick_grounds(act, model, n + 5);
	if (act->op == ACT_DECIDE || act->op == ACT_SECOND || act->op == ACT_ANSWER)
		pick_review(act, model, n + 5);
	if (steered && act->op == ACT_CHECK && !chance(n[1], 15))
		steer_check(act, model, n[2]);
	if (steered && !chance(n[1], 15) &&
	    (act->op == ACT_DECIDE || act->op == ACT_SECOND || act->op == ACT_ASK))
		steer_decision(act, model, n[2]);
}

/* --- Playing -----------------------------------------------------------------------------------
 */

/* Mostly minutes; hours, so that legs grow too old for each other; days; years, for retention. */
static int64_t
later(const struct model *model, const uint32_t *n)
{
	if (any_ended(model) && chance(n[3], 30))
		return (int64_t)(n[1] % 3000) * 24 * HOUR_MS;
	if (chance(n[0], 40))
		return (int64_t)(n[1] % 59 + 1) * 60 * 1000;
	if (chance(n[0] / 3, 60))
		return (int64_t)(n[1] % 30) * HOUR_MS;
	return (int64_t)(n[1] % 4) * 24 * HOUR_MS + (int64_t)(n[2] % 60) * 60 * 1000;
}

/* What the model has room for. */
static bool
is_full(const struct model *model)
{
	return model->request_count + 1 >= MODEL_REQUESTS_MAX ||
	       model->check_count + 1 >= MODEL_CHECKS_MAX ||
	       model->candidate_count + MODEL_FOUND_MAX >= MODEL_CANDIDATES_MAX ||
	       model->question_count + 1 >= MODEL_QUESTIONS_MAX ||
	       model->milestone_count + 1 >= MODEL_MILESTONES_MAX ||
	       model->notice_count + 64 >= MODEL_NOTICES_MAX;
}

static bool
obey(struct drive *drive, const struct command *command)
{
	struct act act;

	switch (command->kind) {
	case COMMAND_LATER:
		drive->model.now_ms += later(&drive->model, command->n);
		return true;
	case COMMAND_WORLD:
		return drive->model.world + 1 >= MODEL_WORLDS || is_full(&drive->model) ||
		       drive_world(drive, drive->model.world + 1, command->crash);
	case COMMAND_RESTART:
		return drive_restart(drive, chance(command->n[0], 70));
	case COMMAND_REBUILD:
		return drive_rebuild(drive);
	case COMMAND_ACT:
		break;
	}
	if (is_full(&drive->model))
		return true;
	drive->model.now_ms += 1000 + command->n[15] % 5000;
	/* Nothing is destroyed before years have passed. */
	if (command->op == ACT_DESTROY && any_ended(&drive->model) &&
	    fitting(&drive->model, ACT_DESTROY, 0) < 0 && chance(command->n[6], 75))
		drive->model.now_ms += (int64_t)(400 + command->n[7] % 9000) * 24 * HOUR_MS;
	resolve(&act, &drive->model, command);
	return drive_act(drive, &act, command->crash);
}

static bool
play_end(struct drive *drive)
{
	return drive_compare(drive) && drive_end(drive);
}

bool
history_play(size_t *at, struct drive *drive, const struct history *history,
    const struct page *page, const struct model_findings *findings)
{
	bool good = drive_begin(drive, page, findings, history->world, history->seed);

	for (*at = 0; good && *at < history->count; (*at)++) {
		good = obey(drive, &history->commands[*at]);
		if (!good)
			return false;
	}
	return good && play_end(drive);
}

static void
show_act(const struct model *model, const struct command *command)
{
	static const char *const crashes[] = { "", ", killed before it", ", killed unheard",
		", killed at any time" };
	struct act act;

	resolve(&act, model, command);
	printf("%s as %s %s, request %d, check %d, record %s, set %d%s\n", act_ops[act.op],
	    model_users[act.user].name, act.role, act.request, act.check,
	    model->findings->records[act.record].id, act.set, crashes[command->crash]);
}

void
history_show(struct drive *drive, const struct history *history, const struct page *page,
    const struct model_findings *findings)
{
	static const char *const kinds[] = { "", "later", "another export", "restart", "rebuild" };
	bool good = drive_begin(drive, page, findings, history->world, history->seed);

	printf("begins in world %u\n", history->world);
	for (size_t i = 0; good && i < history->count; i++) {
		const struct command *command = &history->commands[i];

		printf("%3zu entry %llu: ", i, (unsigned long long)drive->model.seq);
		if (command->kind == COMMAND_ACT)
			show_act(&drive->model, command);
		else
			printf("%s\n", kinds[command->kind]);
		good = obey(drive, command);
	}
	if (good)
		(void)play_end(drive);
	printf("%s\n", drive->difference);
}

/* --- Shrinking ---------------------------------------------------------------------------------
 */
void
history_shrink(struct history *history, struct drive *drive, const struct page *page,
    const struct model_findings *findings)
{
	size_t at;

	if (history_play(&at, drive, history, page, findings))
		return;
	if (at < history->count)
		history->count = at + 1;
	for (size_t part = history->count; part > 0; part /= 2)
		for (size_t from = 0; from < history->count;) {
			struct history less = *history;
			size_t n = part < less.count - from ? part : less.count - from;

			memmove(less.commands + from, less.commands + from + n,
			    (less.count - from - n) * sizeof less.commands[0]);
			less.count -= n;
			if (history_play(&at, drive, &less, page, findings))
				from += n;
			else
				*history = less;
		}
}
