#include "tests/model/model.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS (INT64_C(3600) * 1000)
#define LEGS_WITHIN_MS (24 * HOUR_MS)

/* --- Words -------------------------------------------------------------------------------------
 */
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

const char *const model_systems[MODEL_SYSTEMS] = { "childrens_services", "helpline", "ctac",
	"participation", "childline" };
const char *const model_legs[MODEL_LEGS] = { "qa", "childline" };
const char *const model_grade_names[] = { "possible", "probable", "certain" };
const char *const model_verdict_names[] = { "", "this_person", "not_this_person", "cannot_tell" };
const char *const model_state_names[] = { "open", "declined", "withdrawn", "closed" };
const char *const model_outcome_names[] = { "no_trace", "not_confirmed", "match",
	"insufficient_evidence", "declined", "withdrawn", "in_review" };
const char *const model_media_names[] = { "not_yet_checked", "clear", "hold" };
const char *const model_sharing_names[] = { "", "open", "disputed", "agreed", "granted",
	"refused" };
const char *const expect_code_names[] = { "ok", "bad_request", "forbidden", "not_found" };

const char *const act_ops[ACT_COUNT] = { "request.log", "check", "check", "check", "check.get",
	"request.get", "request.list", "request.decline", "request.withdraw", "request.close",
	"request.note", "media.status", "due", "record.secure", "record.release", "record.retain",
	"record.status", "register.list", "review.queue", "review.decide", "review.second",
	"review.ask", "review.answer", "review.pairs", "absence.set", "share.open", "share.agree",
	"share.consult", "share.decide", "share.get", "notice.list", "notice.ack", "notice.sent",
	"retention.due", "retention.destroy" };

const struct model_user model_users[] = {
	{ "amina", 2001, { "qa_officer" } },
	{ "bo", 2002, { "qa_officer" } },
	{ "nia", 2003, { "nsit_officer" } },
	{ "cleo", 2004, { "consultant" } },
	{ "cora", 2005, { "consultant", "director" } },
	{ "dee", 2006, { "director" } },
	{ "hal", 2007, { "head_of_inspection" } },
	{ "hoda", 2008, { "head_of_childline" } },
	{ "lex", 2009, { "legal" } },
	{ "dara", 2010, { "data_protection_manager" } },
	{ "quinn", 2011, { "head_of_child_protection_qa" } },
	{ "mo", 2012, { "media" } },
	{ "kit", 2013, { "knowledge", "head_of_media" } },
	{ "ray", 2014, { "records_manager" } },
	{ "bea", 2015, { "qa_officer", "nsit_officer" } },
	{ "nora", 2016, { "notifier" } },
	{ "ada", 2017, { "auditor", "administrator" } },
	{ "cy", 2018, { "chief_executive", "safeguarding_unit" } },
	{ "max", 2019, { "qa_officer", "consultant" } },
	{ "uid 2999", 2999, { NULL } },
	{ "searchd", 0, { NULL } },
};
const size_t model_user_count = COUNT(model_users) - 1;
const unsigned model_searchd = COUNT(model_users) - 1;

/* Of the worlds of prepare.sh. */
const unsigned model_generations[MODEL_WORLDS][MODEL_SYSTEMS] = {
	{ 1, 1, 0, 1, 1 },
	{ 1, 1, 1, 1, 1 },
	{ 1, 2, 1, 1, 1 },
	{ 2, 2, 1, 1, 2 },
	{ 3, 2, 1, 1, 2 },
};

/* Sections 1.9 and 2.1; the last is none. */
const struct model_kind model_kinds[] = {
	{ "child_death_notification", true, true },
	{ "external_record_check", false, true },
	{ "serious_incident", true, true },
	{ "media_comment", false, true },
	{ "training_consultancy", false, false },
	{ "publication", false, false },
	{ "childline_information", false, true },
	{ "gossip", false, false },
};
const size_t model_kind_count = COUNT(model_kinds);
const char *const model_channels[] = { "email", "telephone", "out_of_hours", "pigeon" };
const size_t model_channel_count = COUNT(model_channels);
/* Sections 1.3 and 8 to 14; the last is none. */
const char *const model_nations[] = { "england", "wales", "scotland", "northern_ireland", "jersey",
	"france" };
const size_t model_nation_count = COUNT(model_nations);
const char *const model_types[] = { "cspr", "dhr", "cpr_concise", "cpr_extended", "scr", "cmr",
	"local_learning_review", "audit" };
const size_t model_type_count = COUNT(model_types);
const char *const model_milestone_names[] = { "imr_commissioned", "final_drafts_announced",
	"imr_completed", "referral_to_subgroup", "final_report", "action_plan_final", "published",
	"review_completed", "same_day_informed", "tea" };
const size_t model_milestone_name_count = COUNT(model_milestone_names);
const char *const model_grounds[] = { "criminal_proceedings", "disciplinary_proceedings",
	"public_enquiry", "other_issues", "whim" };
const size_t model_ground_count = COUNT(model_grounds);

bool
model_type_valid(int nation, int type)
{
	static const char *const valid[] = { "cspr dhr", "dhr cpr_concise cpr_extended", "scr",
		"dhr cmr", "scr", "" };
	const char *name = type < 0 ? "" : model_types[type];

	if (type < 0)
		return nation < 0 || (size_t)nation + 1 < model_nation_count;
	if (nation < 0 || (size_t)nation + 1 >= model_nation_count)
		return false;
	return strcmp(name, "local_learning_review") == 0 ||
	       (strcmp(name, "audit") != 0 && strstr(valid[nation], name) != NULL);
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static unsigned
leg_of(unsigned system)
{
	return is(model_systems[system], "childline") ? 1 : 0;
}

/* --- What is expected --------------------------------------------------------------------------
 */
static struct expect_entry *
add_entry(struct expect *out, const struct act *act, const char *kind, int request, int check)
{
	struct expect_entry *entry = &out->entries[out->count++];

	*entry = (struct expect_entry){
		.kind = kind, .user = act->user, .request = request, .check = check, .record = -1
	};
	memcpy(entry->role, act->role, sizeof entry->role);
	return entry;
}

static struct model_notice *
add_notice_row(
    struct model *model, uint64_t seq, unsigned to, int request, int check, const char *event)
{
	struct model_notice *notice = &model->notices[model->notice_count++];

	*notice = (struct model_notice){ .seq = seq, .to = to, .request = request, .check = check };
	snprintf(notice->event, sizeof notice->event, "%s", event);
	return notice;
}

/* One entry of those told, if the page tells anybody. */
static void
tell_roles(struct expect *out, struct model *model, const struct act *act, const char *event,
    uint32_t to, int request, int check)
{
	struct expect_entry *entry;

	if (to == 0)
		return;
	entry = add_entry(out, act, "notice", request, check);
	snprintf(entry->event, sizeof entry->event, "%s", event);
	entry->to = to;
	for (unsigned i = 0; i < model->page->role_count; i++)
		if ((to >> i & 1) != 0 && model->notice_count < MODEL_NOTICES_MAX)
			add_notice_row(model, model->seq + out->count, i, request, check, event);
}

static void
tell(struct expect *out, struct model *model, const struct act *act, const char *event, int request,
    int check)
{
	tell_roles(out, model, act, event, page_told(model->page, event, NULL, 0), request, check);
}

static void
answer(struct expect *out, enum expect_code code, const char *why)
{
	out->code = code;
	out->why = why;
}

static void
refuse(struct expect *out, const struct act *act, int request, int check, const char *why)
{
	answer(out, EXPECT_FORBIDDEN, why);
	add_entry(out, act, "refusal", request, check);
}

/* Section 1.8: the Safeguarding Unit must be informed. */
static void
breach(struct expect *out, struct model *model, const struct act *act, int request, int check,
    const char *why)
{
	answer(out, EXPECT_FORBIDDEN, why);
	add_entry(out, act, "breach", request, check);
	tell(out, model, act, "breach", request, check);
}

/* --- How it stands -----------------------------------------------------------------------------
 */

/* A verdict that needs a second reader holds once another person agrees; one on a lower grade than
 * the candidate is shown with now does not hold, but for "this person". */
const char *
model_candidate_state(const struct model_candidate *candidate)
{
	if (candidate->verdict == VERDICT_NONE)
		return "undecided";
	if (candidate->read && !candidate->agreed)
		return "disagreed";
	if (candidate->verdict != VERDICT_THIS && candidate->current &&
	    candidate->grade > candidate->seen_grade)
		return "regraded";
	return candidate->needs_second && !candidate->read ? "awaiting_second_reading" : "decided";
}

bool
model_candidate_waits(const struct model_candidate *candidate)
{
	if (is(model_candidate_state(candidate), "decided"))
		return false;
	return candidate->current || candidate->verdict != VERDICT_NONE;
}

/* Legs are of one day (1.9). A standing check makes no other leg older: that one is searched again
 * on its own loads. */
static void
stand_legs(struct model_standing *out, const struct model *model, unsigned at)
{
	const struct model_request *request = &model->requests[at];
	int64_t asked_ms = INT64_MIN;

	out->newest[0] = out->newest[1] = -1;
	for (size_t i = 0; i < model->check_count; i++) {
		const struct model_check *check = &model->checks[i];

		if (check->request != at)
			continue;
		out->newest[check->leg] = (int)i;
		if (!check->standing && check->at_ms > asked_ms)
			asked_ms = check->at_ms;
	}
	out->complete = true;
	for (unsigned leg = 0; leg < MODEL_LEGS; leg++) {
		const struct model_check *check =
		    out->newest[leg] < 0 ? NULL : &model->checks[out->newest[leg]];

		out->leg_complete[leg] = check != NULL && check->covered &&
					 check->people_of == request->people_of &&
					 asked_ms - check->at_ms <= LEGS_WITHIN_MS;
		out->complete = out->complete && out->leg_complete[leg];
	}
}

void
model_stand(struct model_standing *out, const struct model *model, unsigned at)
{
	const struct model_request *request = &model->requests[at];
	size_t cannot_tell = 0;
	bool insufficient = false;

	memset(out, 0, sizeof *out);
	stand_legs(out, model, at);
	for (size_t i = 0; i < model->candidate_count; i++) {
		const struct model_candidate *candidate = &model->candidates[i];
		bool decided = is(model_candidate_state(candidate), "decided");

		if (candidate->request != at || (!decided && !model_candidate_waits(candidate)))
			continue;
		out->referred++;
		out->undecided += !decided;
		out->confirmed += decided && candidate->verdict == VERDICT_THIS;
		cannot_tell += decided && candidate->verdict == VERDICT_CANNOT_TELL;
	}
	for (unsigned leg = 0; leg < MODEL_LEGS; leg++)
		if (out->newest[leg] >= 0) {
			const struct model_check *check = &model->checks[out->newest[leg]];

			insufficient =
			    insufficient ||
			    model->findings->of[check->world][check->set][leg].insufficient > 0;
		}
	out->outcome = request->state != STATE_OPEN ? request->ended_as
		       : out->confirmed > 0	    ? OUTCOME_MATCH
		       : out->undecided > 0	    ? OUTCOME_IN_REVIEW
		       : cannot_tell > 0	    ? OUTCOME_INSUFFICIENT
		       : out->referred > 0	    ? OUTCOME_NOT_CONFIRMED
		       : insufficient		    ? OUTCOME_INSUFFICIENT
						    : OUTCOME_NO_TRACE;
}

/* Of one request: nothing is clear before the records were searched (5.3). */
static enum model_media
media_of(const struct model *model, unsigned at)
{
	const struct model_request *request = &model->requests[at];
	struct model_standing standing;

	model_stand(&standing, model, at);
	if (request->state == STATE_DECLINED || request->state == STATE_WITHDRAWN)
		return MEDIA_HOLD;
	if (standing.newest[0] < 0 && standing.newest[1] < 0)
		return MEDIA_NOT_YET;
	if (request->state == STATE_OPEN && !standing.complete)
		return MEDIA_NOT_YET;
	return standing.outcome == OUTCOME_NO_TRACE || standing.outcome == OUTCOME_NOT_CONFIRMED
		   ? MEDIA_CLEAR
		   : MEDIA_HOLD;
}

/* The worst of those that stand; one that was declined or withdrawn counts where there is no other.
 */
enum model_media
model_media(const struct model *model, unsigned reference)
{
	size_t standing[3] = { 0 }, ended[3] = { 0 };

	for (unsigned i = 0; i < model->request_count; i++) {
		const struct model_request *request = &model->requests[i];
		bool stands = request->state == STATE_OPEN || request->state == STATE_CLOSED;

		if (request->reference == reference)
			(stands ? standing : ended)[media_of(model, i)]++;
	}
	if (standing[MEDIA_HOLD] > 0)
		return MEDIA_HOLD;
	if (standing[MEDIA_NOT_YET] > 0)
		return MEDIA_NOT_YET;
	if (standing[MEDIA_CLEAR] > 0)
		return MEDIA_CLEAR;
	return ended[MEDIA_HOLD] > 0 ? MEDIA_HOLD : MEDIA_NOT_YET;
}

bool
model_is_absent(const struct model *model)
{
	return model->absent && model->absent_from_ms <= model->now_ms &&
	       (model->absent_to_ms == 0 || model->now_ms < model->absent_to_ms);
}

/* --- Requests ----------------------------------------------------------------------------------
 */

/* The request is there and open; else it is refused, and the refusal is logged. */
static bool
open_request(struct expect *out, const struct model *model, const struct act *act)
{
	if (act->request < 0) {
		answer(out, EXPECT_NOT_FOUND, "there is no such request");
		return false;
	}
	if (model->requests[act->request].state != STATE_OPEN) {
		refuse(out, act, act->request, -1, "nothing more is done about what has ended");
		return false;
	}
	return true;
}

static bool
may_log(const struct act *act, bool channel_needed)
{
	const struct model_kind *kind = &model_kinds[act->kind];

	(void)channel_needed;
	return act->kind + 1 < model_kind_count && act->channel + 1 < model_channel_count &&
	       model_type_valid(act->nation, act->type) && (!kind->needs_people || act->set >= 0);
}

static void
log_request(struct expect *out, struct model *model, const struct act *act)
{
	struct model_request *request = &model->requests[model->request_count];
	int at = (int)model->request_count++;

	*request = (struct model_request){ .seq = model->seq + 1,
		.at_ms = model->now_ms,
		.state_ms = model->now_ms,
		.user = act->user,
		.kind = act->kind,
		.channel = act->channel,
		.reference = act->reference,
		.nation = act->nation,
		.type = act->type,
		.set = act->set,
		.people_of = act->set >= 0 ? 1 : 0,
		.next_people = 2,
		.said_user = { -1, -1 } };
	out->request = at;
	add_entry(out, act, "request", at, -1);
	tell(out, model, act, "request_received", at, -1);
	if (model_kinds[act->kind].same_day)
		tell(out, model, act, "same_day_request", at, -1);
}

static bool
is_media_role(const char *role)
{
	return is(role, "media") || is(role, "head_of_media") || is(role, "knowledge");
}

/* Sections 2.1 and 5.3: what those of the media gate ask about is said or published. */
static bool
is_of_media(const char *kind)
{
	return is(kind, "media_comment") || is(kind, "publication");
}

static void
do_log(struct expect *out, struct model *model, const struct act *act)
{
	if (!may_log(act, true)) {
		answer(out, EXPECT_BAD_REQUEST, "the policy does not know such a request");
		return;
	}
	if (is_media_role(act->role) && !is_of_media(model_kinds[act->kind].key)) {
		refuse(out, act, -1, -1, "not a request of theirs");
		return;
	}
	log_request(out, model, act);
	out->keeps = true;
}

/* Those of the media gate end only what they logged themselves, and learn nothing of the rest. */
static bool
may_end(struct expect *out, const struct model *model, const struct act *act)
{
	bool own = act->request >= 0 && model->requests[act->request].user == act->user;

	if (is_media_role(act->role) && !own) {
		refuse(out, act, act->request, -1, "not a request of their own");
		return false;
	}
	return open_request(out, model, act);
}

static void
end_request(struct expect *out, struct model *model, const struct act *act, enum model_state state,
    enum model_outcome outcome)
{
	static const char *const events[] = { "", "request_declined", "request_withdrawn",
		"request_closed" };
	struct model_request *request = &model->requests[act->request];

	request->state = state;
	request->state_ms = model->now_ms;
	request->ended_as = outcome;
	add_entry(out, act, "request_state", act->request, -1);
	tell(out, model, act, events[state], act->request, -1);
	out->keeps = true;
}

static void
do_end(struct expect *out, struct model *model, const struct act *act)
{
	if (act->op == ACT_DECLINE && !act->reason)
		answer(out, EXPECT_BAD_REQUEST, "to decline needs a reason");
	else if (may_end(out, model, act))
		end_request(out, model, act,
		    act->op == ACT_DECLINE ? STATE_DECLINED : STATE_WITHDRAWN,
		    act->op == ACT_DECLINE ? OUTCOME_DECLINED : OUTCOME_WITHDRAWN);
}

static void
do_close(struct expect *out, struct model *model, const struct act *act)
{
	struct model_standing standing;
	bool nothing;

	if (!may_end(out, model, act))
		return;
	model_stand(&standing, model, (unsigned)act->request);
	nothing = model->requests[act->request].people_of == 0 && standing.newest[0] < 0 &&
		  standing.newest[1] < 0;
	if (!standing.complete && !nothing)
		refuse(out, act, act->request, -1, "a leg is not complete");
	else if (standing.undecided > 0)
		refuse(out, act, act->request, -1, "a possible match is not decided");
	else
		end_request(out, model, act, STATE_CLOSED, standing.outcome);
}

static struct model_milestone *
find_milestone(struct model *model, unsigned request, unsigned milestone)
{
	for (size_t i = 0; i < model->milestone_count; i++)
		if (model->milestones[i].request == request &&
		    model->milestones[i].milestone == milestone)
			return &model->milestones[i];
	return NULL;
}

static void
do_note(struct expect *out, struct model *model, const struct act *act)
{
	const char *name = model_milestone_names[act->milestone];
	struct model_milestone *noted;
	bool known;

	if (!open_request(out, model, act))
		return;
	known = is(name, "same_day_informed")
		    ? model_kinds[model->requests[act->request].kind].same_day
		    : act->milestone + 1 < model_milestone_name_count;
	noted = find_milestone(model, (unsigned)act->request, act->milestone);
	if (!known || (act->retract && noted == NULL) || (!act->retract && act->days_ago < 0)) {
		answer(out, EXPECT_BAD_REQUEST, "no such milestone, not noted, or in the future");
		return;
	}
	add_entry(out, act, "milestone", act->request, -1);
	out->keeps = true;
	if (act->retract) {
		*noted = model->milestones[--model->milestone_count];
		return;
	}
	tell(out, model, act, name, act->request, -1);
	if (noted == NULL)
		noted = &model->milestones[model->milestone_count++];
	*noted = (struct model_milestone){ (unsigned)act->request, act->milestone,
		model->now_ms / (24 * HOUR_MS) - act->days_ago };
}

/* --- Checks ------------------------------------------------------------------------------------
 */
/* What a new generation changed of what was found: the systems concerned. */
struct change {
	bool any;
	const char *systems[MODEL_SYSTEMS];
	size_t count;
};

static bool
is_secured(const struct model *model, unsigned record)
{
	return model->secured[record].secured;
}

static struct model_candidate *
find_candidate(struct model *model, unsigned request, const struct model_found *found)
{
	for (size_t i = 0; i < model->candidate_count; i++) {
		struct model_candidate *candidate = &model->candidates[i];

		if (candidate->request == request && candidate->person == found->person &&
		    candidate->record == found->record &&
		    is(candidate->person_id, found->person_id))
			return candidate;
	}
	return NULL;
}

/* What the newest check of a leg shows is current; what it shows no more is not. */
static void
show_candidates(struct model *model, unsigned request, unsigned leg,
    const struct model_finding *finding, uint64_t seq)
{
	for (size_t i = 0; i < model->candidate_count; i++)
		if (model->candidates[i].request == request && model->candidates[i].leg == leg)
			model->candidates[i].current = false;
	for (size_t i = 0; i < finding->count; i++) {
		const struct model_found *found = &finding->list[i];
		struct model_candidate *candidate = find_candidate(model, request, found);

		if (candidate == NULL) {
			candidate = &model->candidates[model->candidate_count++];
			*candidate = (struct model_candidate){ .request = request,
				.leg = leg,
				.person = found->person,
				.record = found->record,
				.first_seq = seq };
			memcpy(candidate->person_id, found->person_id, sizeof found->person_id);
		}
		candidate->grade = found->grade;
		candidate->seq = seq;
		candidate->current = true;
	}
}

static unsigned
generation_of(const struct model *model, unsigned record)
{
	return model_generations[model->world][model->findings->records[record].system];
}

static void
secure(
    struct model *model, unsigned record, unsigned request, int check, unsigned user, uint64_t seq)
{
	model->secured[record] = (struct model_secured){ .ever = true,
		.secured = true,
		.check = check,
		.request = request,
		.user = user,
		.seq = seq,
		.at_ms = model->now_ms,
		.generation = model->findings->records[record].on_file[model->world]
				  ? generation_of(model, record)
				  : 0,
		.ground = -1 };
}

static uint32_t
told_of_records(const struct model *model, const char *event, const unsigned *records, size_t count)
{
	const char *systems[MODEL_FOUND_MAX];

	for (size_t i = 0; i < count; i++)
		systems[i] = model_systems[model->findings->records[records[i]].system];
	return page_told(model->page, event, systems, count);
}

static bool
is_covered(const struct model *model, const struct model_finding *finding)
{
	return finding->covered && model->now_ms <= model->findings->fresh_until_ms;
}

/* The check runs: its entry, those told, and what it secures, in this order (2.4, 2.5, 2.7). With
 * `changed` it is searchd's own. */
static void
search(struct expect *out, struct model *model, const struct act *act, unsigned request,
    unsigned leg, int set, unsigned people_of, const struct change *changed)
{
	const struct model_finding *finding = &model->findings->of[model->world][set][leg];
	int at = (int)model->check_count++;
	struct model_check *check = &model->checks[at];
	unsigned referred[MODEL_FOUND_MAX], secures[MODEL_FOUND_MAX];
	size_t secure_count = 0;
	uint64_t seq = model->seq + out->count + 1;

	*check = (struct model_check){ .request = request,
		.leg = leg,
		.user = act->user,
		.world = model->world,
		.set = set,
		.seq = seq,
		.at_ms = model->now_ms,
		.covered = is_covered(model, finding),
		.standing = changed != NULL,
		.people_of = people_of };
	out->check = at;
	out->keeps = true;
	add_entry(out, act, "check", (int)request, at);
	show_candidates(model, request, leg, finding, seq);
	for (size_t i = 0; i < finding->count; i++)
		referred[i] = finding->list[i].record;
	if (changed != NULL)
		tell_roles(out, model, act, "standing_change",
		    page_told(model->page, "standing_change", changed->systems, changed->count),
		    (int)request, at);
	else if (finding->count > 0)
		tell_roles(out, model, act, "candidate_referred",
		    told_of_records(model, "candidate_referred", referred, finding->count),
		    (int)request, at);
	for (size_t i = 0; i < finding->secure_count; i++)
		if (!is_secured(model, finding->secures[i]))
			secures[secure_count++] = finding->secures[i];
	if (secure_count > 0)
		tell_roles(out, model, act, "record_secured",
		    told_of_records(model, "record_secured", secures, secure_count), (int)request,
		    at);
	for (size_t i = 0; i < secure_count; i++) {
		add_entry(out, act, "secure", (int)request, at)->record = (int)secures[i];
		secure(model, secures[i], request, at, act->user, model->seq + out->count);
	}
}

/* Section 2.4: each leg is run by its own role. -1: refused, or not told. */
static int
take_leg(struct expect *out, struct model *model, const struct act *act)
{
	unsigned leg = act->leg;

	if (leg == MODEL_LEGS)
		leg = page_has_leg(model->page, act->role, model_legs[0]) ? 0 : 1;
	if (!page_has_leg(model->page, act->role, model_legs[leg])) {
		breach(out, model, act, -1,
		    act->op != ACT_CHECK_OF ? -1
		    : act->check < 0	    ? EXPECT_NO_SUCH_CHECK
					    : act->check,
		    "not the role's leg");
		return -1;
	}
	return (int)leg;
}

static void
do_told(struct expect *out, struct model *model, const struct act *act)
{
	int leg;

	if (!may_log(act, false) || act->set < 0) {
		answer(out, EXPECT_BAD_REQUEST, "the policy does not know such a request");
		return;
	}
	leg = take_leg(out, model, act);
	if (leg < 0)
		return;
	log_request(out, model, act);
	search(out, model, act, (unsigned)out->request, (unsigned)leg, act->set, 1, NULL);
}

static void
do_check(struct expect *out, struct model *model, const struct act *act)
{
	int leg = take_leg(out, model, act);
	struct model_request *request;

	if (leg < 0 || !open_request(out, model, act))
		return;
	request = &model->requests[act->request];
	if (act->set < 0 && request->set < 0) {
		answer(out, EXPECT_BAD_REQUEST, "nobody is asked about");
		return;
	}
	if (act->set >= 0 && act->set != request->set) {
		if (request->set >= 0 && model->findings->set_people[act->set] <
					     model->findings->set_people[request->set]) {
			answer(out, EXPECT_BAD_REQUEST, "somebody asked about is left out");
			return;
		}
		request->set = act->set;
		request->people_of = request->next_people++;
	}
	search(out, model, act, (unsigned)act->request, (unsigned)leg, request->set,
	    request->people_of, NULL);
}

static void
do_check_of(struct expect *out, struct model *model, const struct act *act)
{
	int leg = take_leg(out, model, act);
	const struct model_check *of;

	if (leg < 0)
		return;
	if (act->check < 0 || model->requests[model->checks[act->check].request].destroyed) {
		answer(out, EXPECT_NOT_FOUND, "there is no such check, or no more");
		return;
	}
	of = &model->checks[act->check];
	if (of->leg == (unsigned)leg)
		answer(out, EXPECT_BAD_REQUEST, "it is of the same leg");
	else if (model->requests[of->request].state != STATE_OPEN)
		refuse(out, act, (int)of->request, -1, "nothing more is done about what has ended");
	else
		search(out, model, act, of->request, (unsigned)leg, of->set, of->people_of, NULL);
}

/* Section 2.8: what Childline holds leaves it once that was agreed, or decided. */
static bool
may_share(const struct model_request *request)
{
	return request->sharing == SHARING_AGREED || request->sharing == SHARING_GRANTED;
}

static void
do_check_get(struct expect *out, struct model *model, const struct act *act)
{
	const struct model_check *check = act->check < 0 ? NULL : &model->checks[act->check];

	if (check == NULL) {
		answer(out, EXPECT_NOT_FOUND, "there is no such check");
	} else if (!page_has_leg(model->page, act->role, model_legs[check->leg]) &&
		   !(check->leg == 1 && may_share(&model->requests[check->request]))) {
		breach(out, model, act, -1, act->check, "not the role's leg");
	} else {
		add_entry(out, act, "view", (int)check->request, act->check);
		out->keeps = true;
	}
}

/* --- Secured records (2.7, 4.17) ---------------------------------------------------------------
 */
static void
do_secure(struct expect *out, struct model *model, const struct act *act)
{
	const struct model_record *record = &model->findings->records[act->record];

	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "to secure needs a reason");
		return;
	}
	if (!open_request(out, model, act))
		return;
	if (is_secured(model, (unsigned)act->record)) {
		answer(out, EXPECT_BAD_REQUEST, "it is secured already");
		return;
	}
	if (!record->on_file[model->world] && !act->absent) {
		answer(out, EXPECT_NOT_FOUND, "it is not on file");
		return;
	}
	add_entry(out, act, "secured_by_hand", act->request, -1);
	tell_roles(out, model, act, "record_secured",
	    told_of_records(model, "record_secured", (const unsigned *)&act->record, 1),
	    act->request, -1);
	add_entry(out, act, "secure", act->request, -1)->record = act->record;
	secure(model, (unsigned)act->record, (unsigned)act->request, -1, act->user,
	    model->seq + out->count);
	out->keeps = true;
}

/* For whom a check found the record last, whom none had found before. */
static uint64_t
newest_match(const struct model *model, int record)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < model->candidate_count; i++)
		if (model->candidates[i].record == (unsigned)record &&
		    model->candidates[i].first_seq > newest)
			newest = model->candidates[i].first_seq;
	return newest;
}

static void
propose(struct expect *out, struct model *model, const struct act *act)
{
	struct model_secured *secured = &model->secured[act->record];

	add_entry(out, act, "release_proposed", (int)secured->request, -1);
	secured->proposed_seq = model->seq + out->count;
	secured->proposed_user = act->user;
	memcpy(secured->proposed_role, act->role, sizeof secured->proposed_role);
	tell_roles(out, model, act, "release_proposed",
	    told_of_records(model, "release_proposed", (const unsigned *)&act->record, 1),
	    (int)secured->request, -1);
	out->keeps = true;
}

static void
complete_release(struct expect *out, struct model *model, const struct act *act)
{
	struct model_secured *secured = &model->secured[act->record];

	add_entry(out, act, "release_agreed", (int)secured->request, -1);
	tell_roles(out, model, act, "record_released",
	    told_of_records(model, "record_released", (const unsigned *)&act->record, 1),
	    (int)secured->request, -1);
	add_entry(out, act, "release", (int)secured->request, -1)->record = act->record;
	secured->secured = false;
	secured->proposed_seq = 0;
	secured->released_seq = model->seq + out->count;
	out->keeps = true;
}

/* Each of the four grounds must be answered, and none may apply. */
static bool
grounds_allow(struct expect *out, const struct model *model, const struct act *act)
{
	int request = (int)model->secured[act->record].request;

	for (size_t i = 0; i < 4; i++) {
		if (act->grounds[i] == ANSWER_MISSING)
			refuse(out, act, request, -1, "a ground is not answered");
		else if (act->grounds[i] == ANSWER_YES)
			refuse(out, act, request, -1, "a ground to retain applies");
		else if (act->grounds[i] == ANSWER_NONSENSE)
			answer(out, EXPECT_BAD_REQUEST, "that is no answer");
		else
			continue;
		return false;
	}
	return true;
}

static void
do_release(struct expect *out, struct model *model, const struct act *act)
{
	struct model_secured *secured = &model->secured[act->record];
	int request = (int)secured->request;

	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "to release needs a reason");
	} else if (!secured->secured) {
		answer(out, EXPECT_NOT_FOUND, "it is not secured");
	} else if (act->withdraw && secured->proposed_seq == 0) {
		answer(out, EXPECT_NOT_FOUND, "nothing is proposed");
	} else if (act->withdraw) {
		add_entry(out, act, "release_withdrawn", request, -1);
		secured->proposed_seq = 0;
		out->keeps = true;
	} else if (!grounds_allow(out, model, act)) {
		return;
	} else if (secured->proposed_seq == 0 && act->number == 0) {
		propose(out, model, act);
	} else if (act->number != 0 && act->number != secured->proposed_seq) {
		refuse(out, act, request, -1, "that proposal does not stand");
	} else if (newest_match(model, act->record) > secured->proposed_seq) {
		if (act->number == 0 && secured->proposed_user == act->user)
			propose(out, model, act);
		else
			refuse(out, act, request, -1, "it was found anew since");
	} else if (secured->proposed_user == act->user) {
		refuse(out, act, request, -1, "a release needs two people");
	} else if (is(secured->proposed_role, act->role)) {
		refuse(out, act, request, -1, "a release needs both roles");
	} else {
		complete_release(out, model, act);
	}
}

static void
do_retain(struct expect *out, struct model *model, const struct act *act)
{
	struct model_secured *secured = &model->secured[act->record];

	if (!act->reason || act->ground + 1 >= model_ground_count) {
		answer(out, EXPECT_BAD_REQUEST, "no reason, or none of the four grounds");
		return;
	}
	if (!secured->secured) {
		answer(out, EXPECT_NOT_FOUND, "it is not secured");
		return;
	}
	add_entry(out, act, "retain", (int)secured->request, -1);
	secured->retained_seq = model->seq + out->count;
	secured->ground = (int)act->ground;
	secured->proposed_seq = 0;
	tell_roles(out, model, act, "record_retained",
	    told_of_records(model, "record_retained", (const unsigned *)&act->record, 1),
	    (int)secured->request, -1);
	out->keeps = true;
}

static void
do_status(struct expect *out, struct model *model, const struct act *act)
{
	unsigned system = model->findings->records[act->record].system;
	bool works_in_a_leg = page_has_leg(model->page, act->role, model_legs[0]) ||
			      page_has_leg(model->page, act->role, model_legs[1]);

	if (works_in_a_leg && !page_has_leg(model->page, act->role, model_legs[leg_of(system)]))
		breach(out, model, act, -1, -1, "not the role's leg");
}

/* --- Review (2.5) ------------------------------------------------------------------------------
 */

/* The Consultant decides; the Head of Inspection while they are absent, and then they alone. */
static bool
is_turn(struct expect *out, const struct model *model, const struct act *act, int request)
{
	if (is(act->role, model_is_absent(model) ? "head_of_inspection" : "consultant"))
		return true;
	refuse(out, act, request, -1, "another role's turn");
	return false;
}

static void
do_queue(struct expect *out, struct model *model, const struct act *act)
{
	(void)is_turn(out, model, act, -1);
}

/* A match is told to each once for a request; to a Head of Service once for each system (2.6). */
static void
confirm(struct expect *out, struct model *model, const struct act *act,
    const struct model_candidate *candidate)
{
	struct model_request *request = &model->requests[candidate->request];
	unsigned system = model->findings->records[candidate->record].system;
	const char *concerned = model_systems[system];
	uint32_t always = page_told(model->page, "match_confirmed", NULL, 0);
	uint32_t owners = page_told(model->page, "match_confirmed", &concerned, 1) & ~always;
	uint32_t to = (always & ~request->told) | (owners & ~request->told_of[system]);
	int check = -1;

	for (size_t i = 0; i < model->check_count; i++)
		if (model->checks[i].seq == candidate->seq)
			check = (int)i;
	tell_roles(out, model, act, "match_confirmed", to, (int)candidate->request, check);
	request->told |= always;
	request->told_of[system] |= owners;
}

static int
check_that_showed(const struct model *model, const struct model_candidate *candidate)
{
	for (size_t i = 0; i < model->check_count; i++)
		if (model->checks[i].seq == candidate->seq)
			return (int)i;
	return -1;
}

/* Who searched for the people does not judge what was found. */
static bool
has_searched(struct expect *out, const struct model *model, const struct act *act, unsigned request)
{
	for (size_t i = 0; i < model->check_count; i++)
		if (model->checks[i].request == request && !model->checks[i].standing &&
		    model->checks[i].user == act->user) {
			refuse(out, act, (int)request, (int)i, "they searched for it themselves");
			return true;
		}
	return false;
}

static void
do_decide(struct expect *out, struct model *model, const struct act *act)
{
	struct model_candidate *candidate;
	int check;

	if (act->request >= 0 && (!act->reason || act->verdict == VERDICT_NONE)) {
		answer(out, EXPECT_BAD_REQUEST, "no reason, or no verdict");
		return;
	}
	if (!open_request(out, model, act) || !is_turn(out, model, act, act->request))
		return;
	if (act->candidate < 0) {
		answer(out, EXPECT_NOT_FOUND, "nobody such was found");
		return;
	}
	candidate = &model->candidates[act->candidate];
	if (has_searched(out, model, act, candidate->request))
		return;
	if (act->number != 0 && act->number != candidate->seq) {
		answer(out, EXPECT_BAD_REQUEST, "a newer check showed it since");
		return;
	}
	check = check_that_showed(model, candidate);
	add_entry(out, act, "decision", act->request, check);
	candidate->verdict = (enum model_verdict)act->verdict;
	candidate->decision_seq = model->seq + out->count;
	candidate->decided_by = act->user;
	candidate->seen_grade = candidate->grade;
	candidate->needs_second =
	    act->verdict == VERDICT_NOT_THIS && candidate->grade == GRADE_CERTAIN;
	candidate->read = candidate->agreed = false;
	out->keeps = true;
	if (candidate->needs_second)
		tell(out, model, act, "second_reading_needed", act->request, check);
	else if (candidate->verdict == VERDICT_THIS)
		confirm(out, model, act, candidate);
}

static void
do_second(struct expect *out, struct model *model, const struct act *act)
{
	struct model_candidate *candidate =
	    act->candidate < 0 ? NULL : &model->candidates[act->candidate];

	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "no reason");
		return;
	}
	if (candidate == NULL || candidate->decision_seq == 0) {
		answer(out, EXPECT_NOT_FOUND, "no such decision");
		return;
	}
	if (!is(model_candidate_state(candidate), "awaiting_second_reading")) {
		answer(out, EXPECT_BAD_REQUEST, "it waits for no second reader");
		return;
	}
	if (model->requests[candidate->request].state != STATE_OPEN) {
		refuse(out, act, (int)candidate->request, -1,
		    "nothing more is done about what has ended");
		return;
	}
	if (candidate->decided_by == act->user) {
		refuse(
		    out, act, (int)candidate->request, -1, "the second reader is another person");
		return;
	}
	if (has_searched(out, model, act, candidate->request))
		return;
	add_entry(out, act, "second_reading", (int)candidate->request,
	    check_that_showed(model, candidate));
	candidate->read = true;
	candidate->agreed = act->agrees;
	out->keeps = true;
}

static void
do_ask(struct expect *out, struct model *model, const struct act *act)
{
	if (!open_request(out, model, act))
		return;
	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "nothing is asked");
		return;
	}
	if (!is_turn(out, model, act, act->request))
		return;
	add_entry(out, act, "question", act->request, -1);
	model->questions[model->question_count++] =
	    (struct model_question){ (unsigned)act->request, model->seq + out->count, false };
	tell(out, model, act, "question_asked", act->request, -1);
	out->keeps = true;
}

static void
do_answer(struct expect *out, struct model *model, const struct act *act)
{
	struct model_question *question =
	    act->question < 0 ? NULL : &model->questions[act->question];
	struct model_request *request;

	if (!open_request(out, model, act))
		return;
	request = &model->requests[act->request];
	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "nothing is answered");
		return;
	}
	if (question == NULL || question->request != (unsigned)act->request) {
		answer(out, EXPECT_NOT_FOUND, "no such question of the request");
		return;
	}
	if (question->answered || (act->set >= 0 && request->set >= 0 &&
				      model->findings->set_people[act->set] <
					  model->findings->set_people[request->set])) {
		answer(out, EXPECT_BAD_REQUEST, "answered, or somebody asked about is left out");
		return;
	}
	add_entry(out, act, "question_answered", act->request, -1);
	question->answered = true;
	if (act->set >= 0) {
		request->set = act->set;
		request->people_of = request->next_people++;
	}
	tell(out, model, act, "question_answered", act->request, -1);
	out->keeps = true;
}

static void
do_absence(struct expect *out, struct model *model, const struct act *act)
{
	add_entry(out, act, "absence", -1, -1);
	model->absent = !act->retract;
	model->absent_from_ms = model->now_ms;
	/* Times are told in whole seconds. */
	model->absent_to_ms =
	    act->days_ago > 0 ? (model->now_ms / 1000 + act->days_ago * 3600) * 1000 : 0;
	out->keeps = true;
}

static void
do_view(struct expect *out, const struct act *act, int request)
{
	add_entry(out, act, "view", request, -1);
}

/* --- Sharing (2.8) -----------------------------------------------------------------------------
 */
static const char *const agree_roles[] = { "head_of_childline", "consultant" };
static const char *const consult_roles[] = { "legal", "data_protection_manager" };

static bool
sharing_ended(enum model_sharing sharing)
{
	return sharing >= SHARING_AGREED;
}

/* Both agree after both were consulted: agreed. Either does not: disputed. */
static enum model_sharing
sharing_now(const struct model_request *request)
{
	for (size_t i = 0; i < 2; i++)
		if (request->said_user[i] >= 0 && !request->said_agrees[i])
			return SHARING_DISPUTED;
	return request->said_user[0] >= 0 && request->said_user[1] >= 0 && request->consulted[0] &&
		       request->consulted[1]
		   ? SHARING_AGREED
		   : SHARING_OPEN;
}

static void
set_sharing(
    struct expect *out, struct model *model, const struct act *act, enum model_sharing sharing)
{
	struct model_request *request = &model->requests[act->request];
	bool news = request->sharing != sharing && sharing != SHARING_OPEN;

	request->sharing = sharing;
	if (news)
		tell(out, model, act,
		    sharing == SHARING_DISPUTED ? "sharing_disputed" : "sharing_decided",
		    act->request, -1);
	out->keeps = true;
}

static void
do_share_open(struct expect *out, struct model *model, const struct act *act)
{
	struct model_request *request;

	if (act->request < 0) {
		answer(out, EXPECT_NOT_FOUND, "there is no such request");
		return;
	}
	request = &model->requests[act->request];
	if (!act->reason ||
	    (request->sharing != SHARING_NONE && !sharing_ended(request->sharing))) {
		answer(out, EXPECT_BAD_REQUEST, "no statements, or it is being decided");
		return;
	}
	add_entry(out, act, "share_opened", act->request, -1);
	request->sharing = SHARING_OPEN;
	request->sharing_seq = model->seq + out->count;
	request->said_user[0] = request->said_user[1] = -1;
	request->consulted[0] = request->consulted[1] = false;
	tell(out, model, act, "sharing_opened", act->request, -1);
	out->keeps = true;
}

static bool
undecided_sharing(struct expect *out, const struct model *model, const struct act *act)
{
	if (act->request < 0 || model->requests[act->request].sharing == SHARING_NONE)
		answer(out, EXPECT_NOT_FOUND, "no such request, or nobody asked to share");
	else if (!act->reason || sharing_ended(model->requests[act->request].sharing))
		answer(out, EXPECT_BAD_REQUEST, "no reason, or it is decided");
	else
		return true;
	return false;
}

static void
do_share_agree(struct expect *out, struct model *model, const struct act *act)
{
	struct model_request *request;
	size_t mine;

	if (!undecided_sharing(out, model, act))
		return;
	request = &model->requests[act->request];
	mine = is(act->role, agree_roles[0]) ? 0 : 1;
	if (request->said_user[1 - mine] == (int)act->user) {
		refuse(out, act, act->request, -1, "those who agree are two people");
		return;
	}
	add_entry(out, act, "share_said", act->request, -1);
	request->said_user[mine] = (int)act->user;
	request->said_agrees[mine] = act->agrees;
	set_sharing(out, model, act, sharing_now(request));
}

static void
do_share_consult(struct expect *out, struct model *model, const struct act *act)
{
	struct model_request *request;

	if (!undecided_sharing(out, model, act))
		return;
	request = &model->requests[act->request];
	add_entry(out, act, "share_consulted", act->request, -1);
	request->consulted[is(act->role, consult_roles[0]) ? 0 : 1] = true;
	set_sharing(out, model, act, sharing_now(request));
}

static void
do_share_decide(struct expect *out, struct model *model, const struct act *act)
{
	if (!undecided_sharing(out, model, act))
		return;
	if (model->requests[act->request].sharing != SHARING_DISPUTED) {
		refuse(out, act, act->request, -1, "nobody disagrees");
		return;
	}
	add_entry(out, act, "share_decided", act->request, -1);
	set_sharing(out, model, act, act->agrees ? SHARING_GRANTED : SHARING_REFUSED);
}

static void
do_share_get(struct expect *out, struct model *model, const struct act *act)
{
	if (act->request < 0 || model->requests[act->request].sharing == SHARING_NONE)
		answer(out, EXPECT_NOT_FOUND, "no such request, or nobody asked to share");
	else
		do_view(out, act, act->request);
	out->keeps = out->code == EXPECT_OK;
}

/* --- Notices -----------------------------------------------------------------------------------
 */
static struct model_notice *
find_told(struct model *model, uint64_t seq, const char *role)
{
	for (size_t i = 0; i < model->notice_count; i++)
		if (model->notices[i].seq == seq &&
		    is(model->page->roles[model->notices[i].to], role))
			return &model->notices[i];
	return NULL;
}

static void
do_notice(struct expect *out, struct model *model, const struct act *act)
{
	bool sends = act->op == ACT_SENT, *done;
	struct model_notice *notice =
	    act->notice < 0 ? NULL
	    : sends	    ? &model->notices[act->notice]
			    : find_told(model, model->notices[act->notice].seq, act->role);

	if (notice == NULL) {
		answer(out, EXPECT_NOT_FOUND, "they were not told that");
		return;
	}
	done = sends ? &notice->sent : &notice->acked;
	if (!*done) {
		add_entry(out, act, sends ? "notice_sent" : "notice_acked", notice->request,
		    notice->check);
		out->keeps = true;
	}
	*done = true;
}

/* --- Retention (6.2) ---------------------------------------------------------------------------
 */

/* Figures of policy_rules.txt, in days: of a case review, of an enquiry. */
static const unsigned keep_days[2][6] = { { 2557, 2557, 9131, 2557, 730, 730 },
	{ 730, 730, 9131, 730, 365, 365 } };

static int64_t
due_ms(const struct model_request *request)
{
	const char *kind = model_kinds[request->kind].key;
	bool enquiry = is(kind, "media_comment") || is(kind, "training_consultancy") ||
		       is(kind, "publication");

	return request->state_ms + keep_days[enquiry][request->ended_as] * 24 * HOUR_MS;
}

static bool
is_noted(const struct model *model, unsigned request, const char *name)
{
	for (size_t i = 0; i < model->milestone_count; i++)
		if (model->milestones[i].request == request &&
		    is(model_milestone_names[model->milestones[i].milestone], name))
			return true;
	return false;
}

/* A deadline that began and was not met (1.9, 4.13, 9.7 to 9.9, 14, 6.2). */
static bool
has_deadline(const struct model *model, unsigned at)
{
	static const struct {
		const char *from, *met_by, *types;
	} rules[] = { { "imr_commissioned", "imr_completed", NULL },
		{ "imr_commissioned", "final_drafts_announced", NULL },
		{ "referral_to_subgroup", "review_completed", "cpr_concise cpr_extended" },
		{ "final_report", "action_plan_final", "cpr_concise cpr_extended" },
		{ "published", "publication_ended", "cpr_concise cpr_extended cspr" },
		{ "review_completed", "file_sent", NULL } };
	const struct model_request *request = &model->requests[at];
	const char *type = request->type < 0 ? "none" : model_types[request->type];

	if (model_kinds[request->kind].same_day && !is_noted(model, at, "same_day_informed"))
		return true;
	for (size_t i = 0; i < COUNT(rules); i++)
		if ((rules[i].types == NULL || strstr(rules[i].types, type) != NULL) &&
		    is_noted(model, at, rules[i].from) && !is_noted(model, at, rules[i].met_by))
			return true;
	for (size_t i = 0; i < model->question_count; i++)
		if (model->questions[i].request == at && !model->questions[i].answered)
			return true;
	return false;
}

/* A record that was secured for it, or that it found, is secured still. */
static bool
holds_secured(const struct model *model, unsigned at)
{
	for (size_t i = 0; i < model->findings->record_count; i++)
		if (model->secured[i].secured && model->secured[i].request == at)
			return true;
	for (size_t i = 0; i < model->candidate_count; i++)
		if (model->candidates[i].request == at &&
		    model->secured[model->candidates[i].record].secured)
			return true;
	return false;
}

static bool
is_held(const struct model *model, unsigned at)
{
	enum model_sharing sharing = model->requests[at].sharing;

	return holds_secured(model, at) || has_deadline(model, at) ||
	       (sharing != SHARING_NONE && !sharing_ended(sharing));
}

/* Its time is over; whether it is held all the same is another matter. */
bool
model_is_due(const struct model *model, unsigned at)
{
	const struct model_request *request = &model->requests[at];

	return request->state != STATE_OPEN && !request->destroyed &&
	       due_ms(request) <= model->now_ms;
}

static void
do_destroy(struct expect *out, struct model *model, const struct act *act)
{
	struct model_request *request;

	if (act->request < 0) {
		answer(out, EXPECT_NOT_FOUND, "there is no such request");
		return;
	}
	request = &model->requests[act->request];
	if (!act->reason) {
		answer(out, EXPECT_BAD_REQUEST, "to destroy needs a reason");
		return;
	}
	if (request->destroyed)
		return;
	if (!model_is_due(model, (unsigned)act->request) ||
	    is_held(model, (unsigned)act->request)) {
		refuse(out, act, act->request, -1, "it is open, too young, or held");
		return;
	}
	add_entry(out, act, "retention", -1, -1);
	add_entry(out, act, "destroyed", act->request, -1);
	request->destroyed = true;
	out->once = true;
}

/* --- What searchd does by itself ---------------------------------------------------------------
 */
static const struct act searchd_act = { .user = COUNT(model_users) - 1 };

/* Secured records of the system that are gone from its new generation raise an alarm, once, until
 * they are back (2.7). */
void
model_look_for(struct expect *out, struct model *model, unsigned system, bool *looked)
{
	bool gone = false, back = false, there = false;

	*out = (struct expect){ .code = EXPECT_OK, .why = "", .request = -1, .check = -1 };
	for (unsigned i = 0; i < model->findings->record_count; i++) {
		struct model_secured *secured = &model->secured[i];
		bool on_file = model->findings->records[i].on_file[model->world];
		unsigned generation = generation_of(model, i);

		if (model->findings->records[i].system != system || !secured->secured ||
		    (secured->generation == generation && !secured->missing))
			continue;
		there = there || on_file;
		back = back || (on_file && secured->missing);
		gone = gone || (!on_file && !secured->missing && secured->generation > 0);
		secured->missing = !on_file && (secured->missing || secured->generation > 0);
		if (on_file)
			secured->generation = generation;
	}
	*looked = there || gone;
	if (gone) {
		add_entry(out, &searchd_act, "register_alarm", -1, -1);
		tell_roles(out, model, &searchd_act, "register_alarm",
		    page_told(model->page, "register_alarm", &model_systems[system], 1), -1, -1);
	}
	if (back)
		add_entry(out, &searchd_act, "register_cleared", -1, -1);
	model->seq += out->count;
}

static bool
is_behind(const struct model *model, const struct model_check *check)
{
	for (unsigned i = 0; i < MODEL_SYSTEMS; i++) {
		unsigned now = model_generations[model->world][i];
		bool swept = model->swept[i] == now && check->seq <= model->swept_to[i];

		if (leg_of(i) == check->leg && now != 0 && !swept &&
		    now != model_generations[check->world][i])
			return true;
	}
	return false;
}

size_t
model_behind(unsigned checks[MODEL_CHECKS_MAX], const struct model *model, unsigned leg)
{
	size_t count = 0;

	for (unsigned i = 0; i < model->check_count; i++) {
		struct model_standing standing;
		unsigned request = model->checks[i].request;

		model_stand(&standing, model, request);
		if (model->checks[i].leg == leg && standing.newest[leg] == (int)i &&
		    model->requests[request].state == STATE_OPEN &&
		    is_behind(model, &model->checks[i]))
			checks[count++] = i;
	}
	return count;
}

static void
note_change(struct change *change, const struct model *model, unsigned record)
{
	const char *system = model_systems[model->findings->records[record].system];

	change->any = true;
	for (size_t i = 0; i < change->count; i++)
		if (is(change->systems[i], system))
			return;
	change->systems[change->count++] = system;
}

/* Somebody is found anew, graded otherwise or no more; or the leg is complete, or is no longer. */
static void
find_changes(struct change *out, struct model *model, const struct model_check *check,
    const struct model_finding *finding)
{
	*out = (struct change){ .any = is_covered(model, finding) != check->covered };
	for (size_t i = 0; i < finding->count; i++) {
		const struct model_candidate *candidate =
		    find_candidate(model, check->request, &finding->list[i]);

		if (candidate == NULL || !candidate->current ||
		    candidate->grade != finding->list[i].grade)
			note_change(out, model, finding->list[i].record);
	}
	for (size_t i = 0; i < model->candidate_count; i++) {
		const struct model_candidate *candidate = &model->candidates[i];
		bool found = false;

		for (size_t j = 0; j < finding->count; j++)
			found = found || find_candidate(model, check->request, &finding->list[j]) ==
					     candidate;
		if (candidate->request == check->request && candidate->leg == check->leg &&
		    candidate->current && !found)
			note_change(out, model, candidate->record);
	}
}

void
model_search_again(struct expect *out, struct model *model, unsigned at)
{
	const struct model_check *check = &model->checks[at];
	const struct model_finding *finding =
	    &model->findings->of[model->world][check->set][check->leg];
	struct change change;

	*out = (struct expect){ .code = EXPECT_OK, .why = "", .request = -1, .check = -1 };
	find_changes(&change, model, check, finding);
	if (change.any)
		search(out, model, &searchd_act, check->request, check->leg, check->set,
		    check->people_of, &change);
	model->seq += out->count;
}

/* --- All ---------------------------------------------------------------------------------------
 */

/* Who asks, in which role, and may that role call it. */
static bool
authorise(struct expect *out, const struct model *model, struct act *act)
{
	const struct model_user *user = &model_users[act->user];
	size_t held = 0;
	bool holds = false;

	for (; held < 3 && user->roles[held] != NULL; held++)
		holds = holds || is(user->roles[held], act->role);
	if (held == 0) {
		act->role[0] = '\0';
		refuse(out, act, -1, -1, "nobody's user");
		return false;
	}
	if (act->role[0] == '\0' && held > 1) {
		answer(out, EXPECT_BAD_REQUEST, "several roles and none is named");
		return false;
	}
	if (act->role[0] == '\0')
		snprintf(act->role, sizeof act->role, "%s", user->roles[0]);
	else if (!holds) {
		refuse(out, act, -1, -1, "not a role of theirs");
		return false;
	}
	if (!page_may(model->page, act->role, act_ops[act->op])) {
		refuse(out, act, -1, -1, "the role may not call it");
		return false;
	}
	return true;
}

static void
perform(struct expect *out, struct model *model, const struct act *act)
{
	switch (act->op) {
	case ACT_LOG:
		do_log(out, model, act);
		break;
	case ACT_TOLD:
		do_told(out, model, act);
		break;
	case ACT_CHECK:
		do_check(out, model, act);
		break;
	case ACT_CHECK_OF:
		do_check_of(out, model, act);
		break;
	case ACT_CHECK_GET:
		do_check_get(out, model, act);
		break;
	case ACT_GET:
		if (act->request < 0)
			answer(out, EXPECT_NOT_FOUND, "there is no such request");
		else if (act->details)
			do_view(out, act, act->request);
		break;
	case ACT_DECLINE:
	case ACT_WITHDRAW:
		do_end(out, model, act);
		break;
	case ACT_CLOSE:
		do_close(out, model, act);
		break;
	case ACT_NOTE:
		do_note(out, model, act);
		break;
	case ACT_MEDIA:
		do_view(out, act, -1);
		break;
	case ACT_SECURE:
		do_secure(out, model, act);
		break;
	case ACT_RELEASE:
		do_release(out, model, act);
		break;
	case ACT_RETAIN:
		do_retain(out, model, act);
		break;
	case ACT_STATUS:
		do_status(out, model, act);
		break;
	case ACT_QUEUE:
		do_queue(out, model, act);
		break;
	case ACT_DECIDE:
		do_decide(out, model, act);
		break;
	case ACT_SECOND:
		do_second(out, model, act);
		break;
	case ACT_ASK:
		do_ask(out, model, act);
		break;
	case ACT_ANSWER:
		do_answer(out, model, act);
		break;
	case ACT_PAIRS:
		do_view(out, act, -1);
		out->keeps = true;
		break;
	case ACT_ABSENCE:
		do_absence(out, model, act);
		break;
	case ACT_SHARE_OPEN:
		do_share_open(out, model, act);
		break;
	case ACT_SHARE_AGREE:
		do_share_agree(out, model, act);
		break;
	case ACT_SHARE_CONSULT:
		do_share_consult(out, model, act);
		break;
	case ACT_SHARE_DECIDE:
		do_share_decide(out, model, act);
		break;
	case ACT_SHARE_GET:
		do_share_get(out, model, act);
		break;
	case ACT_ACK:
	case ACT_SENT:
		do_notice(out, model, act);
		break;
	case ACT_DESTROY:
		do_destroy(out, model, act);
		break;
	case ACT_KEPT:
	case ACT_LIST:
	case ACT_DUE:
	case ACT_REGISTER:
	case ACT_NOTICES:
	case ACT_COUNT:
		break;
	}
}

void
model_init(struct model *out, const struct page *page, const struct model_findings *findings,
    int64_t now_ms)
{
	memset(out, 0, sizeof *out);
	out->page = page;
	out->findings = findings;
	out->now_ms = now_ms;
}

void
model_act(struct expect *out, struct model *model, const struct act *asked)
{
	struct act act = *asked;

	*out = (struct expect){ .code = EXPECT_OK, .why = "", .request = -1, .check = -1 };
	if (authorise(out, model, &act))
		perform(out, model, &act);
	memcpy(out->role, act.role, sizeof out->role);
	model->seq += out->count;
}
