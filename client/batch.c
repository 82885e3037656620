#include "client/batch.h"

#include "base/digest.h"
#include "client/answer.h"

#include <inttypes.h>
#include <stdio.h>

/* Changes when the meaning of a row does: then old ids must not be taken for new ones. */
#define ID_DOMAIN "record-check batch row 1"

struct leg_answer {
	struct answer answer;
	struct str leg;
};

/* --- Rows ------------------------------------------------------------------------------------ */

struct str
batch_ref(const struct columns *columns, const struct row *in)
{
	return columns->ref < in->count ? str_trim(in->fields[columns->ref]) : STR_NONE;
}

void
batch_row_fault(struct batch_row *row, enum status fault, const char *why)
{
	row->fault = fault;
	row->why = why;
	row->id[0] = '\0';
}

static void
make_body(struct buf *out, const struct batch *batch, size_t leg,
    const struct request_person *person, struct str of, struct str detail)
{
	struct request request = batch->details;

	request.leg = batch->legs[leg];
	request.of = of;
	request.detail = detail;
	request.people = person;
	request.people_count = 1;
	request_write(out, &request);
}

enum status
batch_id(char out[WIRE_ID_HEX + 1], const struct batch *batch, struct str ref, size_t leg,
    const struct request_person *person, struct err *err)
{
	struct digest_state state;
	struct digest digest;
	char hex[DIGEST_HEX + 1];
	struct buf body = BUF_INIT;

	make_body(&body, batch, leg, person, STR_NONE, STR_NONE);
	if (buf_failed(&body)) {
		buf_free(&body);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	digest_begin(&state);
	digest_add_part(&state, STR_LIT(ID_DOMAIN));
	digest_add_part(&state, batch->name);
	digest_add_part(&state, ref);
	digest_add_part(&state, str_from(batch->roles[leg]));
	digest_add_part(&state, buf_str(&body));
	digest_end(&digest, &state);
	digest_hex(hex, &digest);
	memcpy(out, hex, WIRE_ID_HEX);
	out[WIRE_ID_HEX] = '\0';
	buf_free(&body);
	return STATUS_OK;
}

/* A fault with a text of its own, kept in the row's arena. */
static enum status
keep_fault(struct batch_row *row, const struct err *why, struct err *err)
{
	const char *text = arena_format(row->arena, "%s", why->text);

	if (text == NULL || why->status == STATUS_NOMEM)
		return err_set(err, STATUS_NOMEM, "out of memory");
	batch_row_fault(row, why->status, text);
	return STATUS_OK;
}

static enum status
check_shape(struct err *why, const struct batch_row *row, const struct columns *columns,
    const struct row *in)
{
	if (in->fault != NULL)
		return err_set(why, STATUS_INVALID, "line %u: %s", in->line, in->fault);
	if (in->count != columns->count)
		return err_set(why, STATUS_INVALID, "line %u: %zu columns; the header has %zu",
		    in->line, in->count, columns->count);
	if (str_utf8_valid(row->ref) != row->ref.n)
		return err_set(why, STATUS_INVALID, "line %u: ref: is not text in UTF-8", in->line);
	if (row->ref.n == 0)
		return err_set(why, STATUS_INVALID, "line %u: ref: is empty", in->line);
	if (row->ref.n > PERSON_TEXT_BYTES_MAX)
		return err_set(why, STATUS_LIMIT, "line %u: ref: is longer than %d bytes", in->line,
		    PERSON_TEXT_BYTES_MAX);
	return STATUS_OK;
}

static enum status
read_person(struct batch_row *row, const struct batch *batch, const struct columns *columns,
    const struct row *in, struct err *why)
{
	struct asked asked = { 0 };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < in->count && status == STATUS_OK; i++) {
		struct str value = STR_NONE;

		if (!columns->column[i].used)
			continue;
		if (!arena_copy(&value, row->arena, in->fields[i]))
			return err_set(why, STATUS_NOMEM, "out of memory");
		status = asked_add(&asked, columns->column[i].field, value, why);
	}
	if (status == STATUS_OK)
		status = asked_person(
		    &row->person.person, &asked, batch->age_at, row->arena, &row->warnings, why);
	return status;
}

enum status
batch_row_make(struct batch_row *row, const struct batch *batch, const struct columns *columns,
    const struct row *in, struct err *err)
{
	struct err why = ERR_NONE;
	enum status status;

	arena_reset(row->arena);
	*row = (struct batch_row){
		.arena = row->arena, .number = in->number - 1, .person.ref = STR_NONE
	};
	if (!arena_copy(&row->ref, row->arena, batch_ref(columns, in)))
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = check_shape(&why, row, columns, in);
	if (status == STATUS_OK)
		status = read_person(row, batch, columns, in, &why);
	if (status != STATUS_OK)
		return keep_fault(row, &why, err);
	return batch_id(row->id, batch, row->ref, 0, &row->person, err);
}

/* --- Lines ----------------------------------------------------------------------------------- */

static void
begin_line(struct buf *line, const struct batch_row *row)
{
	buf_addf(line, "{\"row\":%" PRIu64 ",\"ref\":", row->number);
	buf_add_json(line, row->ref);
	buf_addf(line, ",\"id\":\"%s\"", row->id);
}

static void
add_key(struct buf *line, const char *key, struct str value)
{
	buf_addf(line, ",\"%s\":", key);
	buf_add_json(line, value);
}

static void
add_warnings(struct buf *line, const struct batch_row *row)
{
	if (row->warnings.count == 0)
		return;
	buf_add_text(line, ",\"warnings\":[");
	for (size_t i = 0; i < row->warnings.count; i++) {
		buf_add_text(line, i > 0 ? "," : "");
		buf_add_json(line, str_from(row->warnings.text[i]));
	}
	buf_add_char(line, ']');
}

static void
add_error(struct buf *line, enum status status, const char *text)
{
	add_key(line, "status", str_from(status_name(status)));
	add_key(line, "error", str_from(text));
}

void
batch_add_fault(struct buf *line, const struct batch_row *row)
{
	begin_line(line, row);
	add_error(line, row->fault, row->why);
	add_warnings(line, row);
	buf_add_text(line, "}\n");
}

static void
add_result(struct buf *line, const struct answer_candidate *c)
{
	buf_add_text(line, "{\"system\":");
	buf_add_json(line, c->system);
	add_key(line, "record_id", c->record_id);
	add_key(line, "person_id", c->person_id);
	buf_addf(line, ",\"match_weight\":%.4f", c->match_weight);
	if (c->relation.n == 0) /* a relative is no match, with whatever confidence */
		buf_addf(line, ",\"confidence\":%.6f", c->confidence);
	add_key(line, "grade", c->grade);
	buf_addf(line, ",\"secured\":%s", c->secured ? "true" : "false");
	if (c->relation.n > 0) {
		add_key(line, "relation", c->relation);
		buf_addf(line, ",\"family_weight\":%.4f", c->family_weight);
	}
	buf_add_char(line, '}');
}

/* The person of a leg's answer: a row asks about one. */
static const struct answer_person *
person_of(const struct leg_answer *leg)
{
	return leg->answer.people_count > 0 ? &leg->answer.people[0] : NULL;
}

/* Candidates of all legs, heaviest first; those of one leg are in that order already. */
static void
add_results(struct buf *line, const struct leg_answer *legs, size_t count)
{
	size_t at[BATCH_LEGS_MAX] = { 0 };
	bool first = true;

	buf_add_text(line, ",\"results\":[");
	for (;;) {
		const struct answer_candidate *best = NULL;
		size_t from = 0;

		for (size_t i = 0; i < count; i++) {
			const struct answer_person *p = person_of(&legs[i]);

			if (p != NULL && at[i] < p->candidate_count &&
			    (best == NULL ||
				p->candidates[at[i]].match_weight > best->match_weight)) {
				best = &p->candidates[at[i]];
				from = i;
			}
		}
		if (best == NULL)
			break;
		buf_add_text(line, first ? "" : ",");
		add_result(line, best);
		first = false;
		at[from]++;
	}
	buf_add_char(line, ']');
}

/* The strongest outcome of the legs: what one leg found, another's silence does not take back. */
static struct str
joint_outcome(const struct leg_answer *legs, size_t count)
{
	static const char *const order[] = { "match", "many_match", "insufficient_evidence",
		"no_trace" };

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
		for (size_t i = 0; i < count; i++) {
			const struct answer_person *p = person_of(&legs[i]);

			if (p != NULL && str_eq_text(p->outcome, order[k]))
				return p->outcome;
		}
	return STR_LIT("unknown");
}

/* Relatives and namesakes, by leg, closest first. */
static void
add_related(struct buf *line, const struct leg_answer *legs, size_t count)
{
	bool first = true;

	buf_add_text(line, ",\"related\":[");
	for (size_t i = 0; i < count; i++) {
		const struct answer_person *p = person_of(&legs[i]);

		for (size_t k = 0; p != NULL && k < p->related_count; k++) {
			buf_add_text(line, first ? "" : ",");
			add_result(line, &p->related[k]);
			first = false;
		}
	}
	buf_add_char(line, ']');
}

static void
add_legs(struct buf *line, const struct leg_answer *legs, size_t count)
{
	buf_add_text(line, ",\"legs\":[");
	for (size_t i = 0; i < count; i++) {
		buf_addf(line, "%s{\"leg\":", i > 0 ? "," : "");
		buf_add_json(line, legs[i].leg);
		add_key(line, "check", legs[i].answer.check);
		buf_addf(line, ",\"audit\":%" PRIu64, legs[i].answer.audit);
		add_key(line, "outcome", joint_outcome(&legs[i], 1));
		buf_add_char(line, '}');
	}
	buf_add_char(line, ']');
}

static void
add_answer(struct buf *line, const struct leg_answer *legs, size_t count)
{
	int64_t not_shown = 0;

	for (size_t i = 0; i < count; i++) {
		const struct answer_person *p = person_of(&legs[i]);

		not_shown += p == NULL ? 0 : p->not_shown;
	}
	add_key(line, "check", legs[0].answer.check);
	buf_addf(line, ",\"audit\":%" PRIu64 ",\"complete\":%s", legs[0].answer.audit,
	    legs[count - 1].answer.complete ? "true" : "false");
	add_key(line, "outcome", joint_outcome(legs, count));
	add_results(line, legs, count);
	add_related(line, legs, count);
	if (not_shown > 0)
		buf_addf(line, ",\"not_shown\":%" PRId64, not_shown);
}

/* --- Asking ---------------------------------------------------------------------------------- */

/* True if every further row would meet the same: then the batch stops rather than fail them all. */
static bool
stops_batch(enum status status, enum wire_code code)
{
	if (code == WIRE_OK) /* no reply: the way to searchd, or memory, is at fault */
		return status != STATUS_LIMIT && status != STATUS_INVALID;
	return code == WIRE_FORBIDDEN || code == WIRE_UNSUPPORTED_VERSION ||
	       code == WIRE_UNKNOWN_OP || (wire_code_retry(code) && code != WIRE_DEADLINE);
}

static enum status
ask_leg(struct leg_answer *out, bool *stops, const struct batch *batch, const struct batch_row *row,
    size_t leg, struct str of, struct service *service, struct arena *scratch, struct err *err)
{
	char id[WIRE_ID_HEX + 1];
	struct wire_reply reply;
	enum wire_code code = WIRE_OK;
	struct buf body = BUF_INIT;
	enum status status = batch_id(id, batch, row->ref, leg, &row->person, err);

	*stops = true;
	if (status != STATUS_OK)
		return status;
	make_body(&body, batch, leg, &row->person, of, STR_LIT("brief")); /* as lines are */
	if (buf_failed(&body))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	service->role = batch->roles[leg] == NULL ? "" : batch->roles[leg];
	if (status == STATUS_OK)
		status =
		    service_ask(&reply, &code, service, scratch, "check", id, buf_str(&body), err);
	buf_free(&body);
	*stops = stops_batch(status, code);
	if (status != STATUS_OK)
		return status;
	*out = (struct leg_answer){ .leg = batch->legs[leg] };
	status = answer_read(&out->answer, scratch, reply.body, err);
	out->answer.audit = reply.audit;
	*stops = status == STATUS_NOMEM;
	if (status == STATUS_OK && out->leg.n == 0)
		out->leg = out->answer.leg;
	return status;
}

enum status
batch_ask(struct buf *line, bool *failed, const struct batch *batch, const struct batch_row *row,
    struct service *service, struct arena *scratch, struct err *err)
{
	struct leg_answer legs[BATCH_LEGS_MAX];
	struct err why = ERR_NONE;
	size_t done = 0;
	bool stops = false;
	enum status status = STATUS_OK;

	for (; done < batch->leg_count && status == STATUS_OK; done += status == STATUS_OK)
		status = ask_leg(&legs[done], &stops, batch, row, done,
		    done == 0 ? STR_NONE : legs[0].answer.check, service, scratch, &why);
	if (status != STATUS_OK && stops)
		return err_set(err, status, "%s", why.text);
	*failed = status != STATUS_OK;
	begin_line(line, row);
	if (*failed)
		add_error(line, status, why.text);
	else
		add_answer(line, legs, done);
	if (batch->leg_count > 1 && done > 0)
		add_legs(line, legs, done);
	add_warnings(line, row);
	buf_add_text(line, "}\n");
	return buf_failed(line) ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}
