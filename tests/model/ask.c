#include "tests/model/ask.h"

#include "tests/model/sets.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *
ask_reference(unsigned reference)
{
	static const char *const references[] = { "LSCP-2026-014", "WSB-2026-003", "PRESS-1",
		"NOBODY-1" };

	return references[reference % 4];
}

/* A field, with a comma where one is needed. */
static void put(struct buf *out, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void
put(struct buf *out, const char *key, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	buf_addf(out, "%s\"%s\":%s", out->p[out->n - 1] == '{' ? "" : ",", key, text);
}

static void
put_request(struct buf *out, const struct model *model, const struct act *act)
{
	put(out, "request", "\"%s\"",
	    act->request < 0 ? "REQ-0000-0000" : model->requests[act->request].id);
}

static void
put_check(struct buf *out, const char *key, const struct model *model, const struct act *act)
{
	put(out, key, "\"%s\"", act->check < 0 ? "CHK-0000-0000" : model->checks[act->check].id);
}

static void
put_told(struct buf *out, const struct act *act)
{
	buf_add_text(out, "\"request\":{");
	put(out, "reference", "\"%s\"", ask_reference(act->reference));
	put(out, "kind", "\"%s\"", model_kinds[act->kind].key);
	put(out, "channel", "\"%s\"", model_channels[act->channel]);
	put(out, "purpose", "\"a purpose\"");
	if (act->nation >= 0)
		put(out, "jurisdiction", "\"%s\"", model_nations[act->nation]);
	if (act->type >= 0)
		put(out, "review_type", "\"%s\"", model_types[act->type]);
	buf_add_char(out, '}');
}

static void
put_people(struct buf *out, const struct act *act)
{
	if (act->set >= 0)
		put(out, "people", "%s", sets[act->set]);
}

static void
put_leg(struct buf *out, const struct act *act)
{
	if (act->leg < MODEL_LEGS)
		put(out, "leg", "\"%s\"", model_legs[act->leg]);
}

static void
put_record(struct buf *out, const struct model *model, const struct act *act)
{
	const struct model_record *record = &model->findings->records[act->record];

	put(out, "system", "\"%s\"", model_systems[record->system]);
	put(out, "record_id", "\"%s\"", record->id);
}

static void
put_reason(struct buf *out, const char *key, const struct act *act)
{
	if (act->reason)
		put(out, key, "\"because of it\"");
}

static void
put_grounds(struct buf *out, const struct act *act)
{
	static const char *const said[] = { "does_not_apply", "applies", "", "perhaps" };

	buf_add_text(out, ",\"grounds\":{");
	for (size_t i = 0; i < 4; i++)
		if (act->grounds[i] != ANSWER_MISSING)
			put(out, model_grounds[i], "\"%s\"", said[act->grounds[i]]);
	buf_add_char(out, '}');
}

/* "2026-03-02", so many days before now; the clock of histories stands still at night. */
static void
put_day(struct buf *out, const struct model *model, int days_ago)
{
	time_t at = (time_t)(model->now_ms / 1000) - days_ago * INT64_C(86400);
	struct tm day;

	gmtime_r(&at, &day);
	put(out, "on", "\"%04d-%02d-%02d\"", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

static void
put_time_in_hours(struct buf *out, const char *key, const struct model *model, int hours)
{
	time_t at = (time_t)(model->now_ms / 1000) + hours * 3600;
	struct tm tm;
	char text[40];

	gmtime_r(&at, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	put(out, key, "\"%s\"", text);
}

static void
put_candidate(struct buf *out, const struct model *model, const struct act *act)
{
	const struct model_candidate *candidate =
	    act->candidate < 0 ? NULL : &model->candidates[act->candidate];
	const struct model_record *record =
	    &model->findings->records[candidate == NULL ? 0 : candidate->record];

	put(out, "system", "\"%s\"", model_systems[record->system]);
	put(out, "record_id", "\"%s\"", record->id);
	put(out, "person_id", "\"%s\"", candidate == NULL ? "nobody" : candidate->person_id);
	put(out, "person", "%u", candidate == NULL ? 0 : candidate->person);
}

static void
write_review(struct buf *out, const struct model *model, const struct act *act)
{
	switch (act->op) {
	case ACT_QUEUE:
		if (act->all)
			put(out, "all", "true");
		break;
	case ACT_DECIDE:
		put_request(out, model, act);
		put_candidate(out, model, act);
		if (act->verdict != VERDICT_NONE)
			put(out, "verdict", "\"%s\"", model_verdict_names[act->verdict]);
		else
			put(out, "verdict", "\"perhaps\"");
		put_reason(out, "reason", act);
		if (act->number != 0)
			put(out, "seen", "%llu", (unsigned long long)act->number);
		break;
	case ACT_SECOND:
		put(out, "decision", "%llu",
		    (unsigned long long)(act->candidate < 0 ||
						 model->candidates[act->candidate].decision_seq == 0
					     ? 999999
					     : model->candidates[act->candidate].decision_seq));
		put(out, "verdict", act->agrees ? "\"agree\"" : "\"disagree\"");
		put_reason(out, "reason", act);
		break;
	case ACT_ASK:
		put_request(out, model, act);
		put_reason(out, "what", act);
		put(out, "of_whom", "\"the board\"");
		break;
	case ACT_ANSWER:
		put_request(out, model, act);
		put(out, "question", "%llu",
		    (unsigned long long)(act->question < 0 ? 999999
							   : model->questions[act->question].seq));
		put_reason(out, "text", act);
		put_people(out, act);
		break;
	case ACT_ABSENCE:
		if (act->retract)
			put(out, "back", "true");
		else if (act->days_ago > 0)
			put_time_in_hours(out, "to", model, act->days_ago);
		break;
	default:
		break;
	}
}

static void
write_sharing(struct buf *out, const struct model *model, const struct act *act)
{
	put_request(out, model, act);
	if (act->op == ACT_SHARE_OPEN) {
		put(out, "what", "\"the contact of May\"");
		put(out, "statements",
		    act->reason ? "{\"necessary\":\"it is\",\"proportionate\":\"it is\"}"
				: "{\"necessary\":\"it is\"}");
	} else if (act->op != ACT_SHARE_GET) {
		put_reason(out, "reason", act);
	}
	if (act->op == ACT_SHARE_AGREE)
		put(out, "verdict", act->agrees ? "\"agree\"" : "\"disagree\"");
	if (act->op == ACT_SHARE_DECIDE)
		put(out, "share", act->agrees ? "true" : "false");
}

static void
write_register(struct buf *out, const struct model *model, const struct act *act)
{
	put_record(out, model, act);
	if (act->op != ACT_STATUS)
		put_reason(out, "reason", act);
	if (act->op == ACT_SECURE) {
		put_request(out, model, act);
		if (act->absent)
			put(out, "absent", "true");
	}
	if (act->op == ACT_RELEASE && act->withdraw)
		put(out, "withdraw", "true");
	if (act->op == ACT_RELEASE && !act->withdraw) {
		put_grounds(out, act);
		if (act->number != 0)
			put(out, "proposal", "%llu", (unsigned long long)act->number);
	}
	if (act->op == ACT_RETAIN)
		put(out, "ground", "\"%s\"", model_grounds[act->ground]);
}

static void
write_notice(struct buf *out, const struct model *model, const struct act *act)
{
	const struct model_notice *notice = act->notice < 0 ? NULL : &model->notices[act->notice];

	put(out, "notice", "%llu", (unsigned long long)(notice == NULL ? 999999 : notice->seq));
	if (act->op == ACT_SENT)
		put(out, "to", "\"%s\"",
		    notice == NULL ? "consultant" : model->page->roles[notice->to]);
}

void
ask_write(struct buf *out, const struct model *model, const struct act *act)
{
	buf_add_char(out, '{');
	switch (act->op) {
	case ACT_LOG:
	case ACT_TOLD:
		put_told(out, act);
		put_people(out, act);
		if (act->op == ACT_TOLD)
			put_leg(out, act);
		break;
	case ACT_CHECK:
		put_request(out, model, act);
		put_people(out, act);
		put_leg(out, act);
		break;
	case ACT_CHECK_OF:
		put_check(out, "of", model, act);
		put_leg(out, act);
		break;
	case ACT_CHECK_GET:
		put_check(out, "check", model, act);
		break;
	case ACT_GET:
		put_request(out, model, act);
		if (act->details)
			put(out, "details", "true");
		break;
	case ACT_DECLINE:
	case ACT_WITHDRAW:
	case ACT_CLOSE:
	case ACT_DESTROY:
		put_request(out, model, act);
		put_reason(out, "reason", act);
		break;
	case ACT_NOTE:
		put_request(out, model, act);
		put(out, "milestone", "\"%s\"", model_milestone_names[act->milestone]);
		if (act->retract)
			put(out, "retract", "true");
		else
			put_day(out, model, act->days_ago);
		break;
	case ACT_MEDIA:
		put(out, "reference", "\"%s\"", ask_reference(act->reference));
		break;
	case ACT_SECURE:
	case ACT_RELEASE:
	case ACT_RETAIN:
	case ACT_STATUS:
		write_register(out, model, act);
		break;
	case ACT_REGISTER:
		if (act->all)
			put(out, "released", "true");
		break;
	case ACT_QUEUE:
	case ACT_DECIDE:
	case ACT_SECOND:
	case ACT_ASK:
	case ACT_ANSWER:
	case ACT_ABSENCE:
		write_review(out, model, act);
		break;
	case ACT_SHARE_OPEN:
	case ACT_SHARE_AGREE:
	case ACT_SHARE_CONSULT:
	case ACT_SHARE_DECIDE:
	case ACT_SHARE_GET:
		write_sharing(out, model, act);
		break;
	case ACT_ACK:
	case ACT_SENT:
		write_notice(out, model, act);
		break;
	case ACT_LIST:
	case ACT_DUE:
	case ACT_PAIRS:
	case ACT_NOTICES:
	case ACT_KEPT:
	case ACT_COUNT:
		break;
	}
	buf_add_char(out, '}');
}
