#include "base/doc_json.h"
#include "client/answer.h"
#include "wire/limits.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define SOURCE "answer"
#define DEPTH_MAX 16		/* an answer nests seven deep; a newer one may add some */
#define LIST_MAX 4096		/* any list in an answer of at most WIRE_REPLY_BYTES_MAX */
#define NUMBER_MAX 1e15		/* weights are tens, counts tens of millions */
#define COUNT_MAX 1000000000000 /* records of one system */

/* Reading one object: the first fault stops the rest, so a reader is a plain list of fields. */
struct reading {
	struct arena *arena;
	const json_t *object;
	char path[96];
	struct err *err;
	enum status status;
};

static void
no_memory(struct reading *r)
{
	r->status = err_set(r->err, STATUS_NOMEM, "out of memory");
}

static void
text(struct str *out, struct reading *r, const char *key, enum doc_need need)
{
	struct str value = STR_NONE;

	*out = STR_NONE;
	if (r->status == STATUS_OK)
		r->status = doc_str(
		    &value, r->object, SOURCE, r->path, key, need, WIRE_REPLY_BYTES_MAX, r->err);
	if (r->status == STATUS_OK && !arena_copy(out, r->arena, value))
		no_memory(r);
}

static void
number(double *out, struct reading *r, const char *key)
{
	if (r->status == STATUS_OK)
		r->status = doc_num(out, r->object, SOURCE, r->path, key, DOC_OPTIONAL, -NUMBER_MAX,
		    NUMBER_MAX, r->err);
}

static void
count(int64_t *out, struct reading *r, const char *key)
{
	if (r->status == STATUS_OK)
		r->status = doc_int(
		    out, r->object, SOURCE, r->path, key, DOC_OPTIONAL, -1, COUNT_MAX, r->err);
}

static void
flag(bool *out, struct reading *r, const char *key)
{
	if (r->status == STATUS_OK)
		r->status = doc_bool(out, r->object, SOURCE, r->path, key, DOC_OPTIONAL, r->err);
}

static const json_t *
list(size_t *n, struct reading *r, const char *key, enum doc_need need)
{
	const json_t *out = NULL;

	*n = 0;
	if (r->status == STATUS_OK)
		r->status =
		    doc_array(&out, n, r->object, SOURCE, r->path, key, need, LIST_MAX, r->err);
	return r->status == STATUS_OK ? out : NULL;
}

/* A reader of the object under `key`; an absent one reads as an empty object. */
static bool
enter(struct reading *in, struct reading *r, const char *key)
{
	const json_t *object = NULL;

	if (r->status == STATUS_OK)
		r->status =
		    doc_object(&object, r->object, SOURCE, r->path, key, DOC_OPTIONAL, r->err);
	if (r->status != STATUS_OK || object == NULL)
		return false;
	*in = (struct reading){ r->arena, object, "", r->err, STATUS_OK };
	snprintf(in->path, sizeof in->path, "%.60s%s%s", r->path, r->path[0] ? "." : "", key);
	return true;
}

static void
leave(const struct reading *in, struct reading *r)
{
	if (r->status == STATUS_OK)
		r->status = in->status;
}

static void
texts(const struct str **out, size_t *n, struct reading *r, const char *key)
{
	const json_t *array = list(n, r, key, DOC_OPTIONAL);
	struct str *all;

	if (array == NULL)
		return;
	all = arena_alloc(r->arena, *n + 1, sizeof *all);
	if (all == NULL) {
		no_memory(r);
		return;
	}
	for (size_t i = 0; i < *n; i++) {
		const json_t *value = json_array_get(array, i);

		if (!json_is_string(value)) {
			r->status = err_data(r->err, STATUS_INVALID, SOURCE, 0,
			    "%s.%s[%zu]: expected a string", r->path, key, i);
			return;
		}
		if (!arena_copy(&all[i], r->arena,
			(struct str){ json_string_value(value), json_string_length(value) })) {
			no_memory(r);
			return;
		}
	}
	*out = all;
}

/* A list of objects, each read by `one` into an element of `size` bytes. */
static void
objects(const void **out, size_t *n, struct reading *r, const char *key, enum doc_need need,
    size_t size, void (*one)(void *element, struct reading *r))
{
	const json_t *array = list(n, r, key, need);
	char *all;

	if (array == NULL)
		return;
	all = arena_alloc(r->arena, *n + 1, size);
	if (all == NULL) {
		no_memory(r);
		return;
	}
	for (size_t i = 0; i < *n && r->status == STATUS_OK; i++) {
		struct reading in = { r->arena, json_array_get(array, i), "", r->err, STATUS_OK };

		snprintf(in.path, sizeof in.path, "%.60s%s%s[%zu]", r->path, r->path[0] ? "." : "",
		    key, i);
		if (!json_is_object(in.object))
			in.status = err_data(
			    r->err, STATUS_INVALID, SOURCE, 0, "%s: expected an object", in.path);
		else
			one(all + i * size, &in);
		r->status = in.status;
	}
	*out = all;
}

static void
read_evidence(void *element, struct reading *r)
{
	struct answer_evidence *e = element;

	text(&e->field, r, "field", DOC_OPTIONAL);
	text(&e->asked, r, "asked", DOC_OPTIONAL);
	text(&e->found, r, "found", DOC_OPTIONAL);
	text(&e->level, r, "level", DOC_OPTIONAL);
	text(&e->words, r, "words", DOC_OPTIONAL);
	number(&e->bits, r, "bits");
	number(&e->rarity, r, "rarity");
}

static void
read_case(struct answer_candidate *c, struct reading *r)
{
	struct reading in;

	c->case_status = c->case_opened = c->case_closed = STR_NONE;
	c->case_service = c->case_nation = STR_NONE;
	if (!enter(&in, r, "case"))
		return;
	text(&c->case_status, &in, "status", DOC_OPTIONAL);
	text(&c->case_opened, &in, "opened", DOC_OPTIONAL);
	text(&c->case_closed, &in, "closed", DOC_OPTIONAL);
	text(&c->case_service, &in, "service", DOC_OPTIONAL);
	text(&c->case_nation, &in, "nation", DOC_OPTIONAL);
	leave(&in, r);
}

static void
read_band(struct answer_candidate *c, struct reading *r)
{
	struct reading in;

	if (!enter(&in, r, "band"))
		return;
	/* null: there is no band below, or above */
	c->band.from = -HUGE_VAL;
	c->band.to = HUGE_VAL;
	number(&c->band.from, &in, "from");
	number(&c->band.to, &in, "to");
	count(&c->band.n, &in, "n");
	leave(&in, r);
}

static void
read_step(void *element, struct reading *r)
{
	struct answer_step *s = element;

	s->value = s->limit = NAN;
	text(&s->step, r, "step", DOC_REQUIRED);
	text(&s->result, r, "result", DOC_REQUIRED);
	text(&s->words, r, "words", DOC_OPTIONAL);
	number(&s->value, r, "value");
	number(&s->limit, r, "limit");
}

static void
read_steps(const struct answer_step **out, size_t *n, struct reading *r)
{
	const void *steps = NULL;

	objects(&steps, n, r, "steps", DOC_OPTIONAL, sizeof **out, read_step);
	*out = steps;
}

static void
read_candidate(void *element, struct reading *r)
{
	struct answer_candidate *c = element;
	const void *evidence = NULL;

	text(&c->system, r, "system", DOC_REQUIRED);
	text(&c->record_id, r, "record_id", DOC_REQUIRED);
	text(&c->person_id, r, "person_id", DOC_OPTIONAL);
	text(&c->role, r, "role", DOC_OPTIONAL);
	text(&c->name, r, "name", DOC_OPTIONAL);
	texts(&c->names, &c->name_count, r, "names");
	texts(&c->births, &c->birth_count, r, "births");
	texts(&c->addresses, &c->address_count, r, "addresses");
	number(&c->match_weight, r, "match_weight");
	number(&c->confidence, r, "confidence");
	number(&c->prior, r, "prior");
	read_band(c, r);
	text(&c->grade, r, "grade", DOC_REQUIRED);
	text(&c->relation, r, "relation", DOC_OPTIONAL);
	text(&c->words, r, "words", DOC_OPTIONAL);
	number(&c->family_weight, r, "family_weight");
	flag(&c->secured, r, "secured");
	flag(&c->secured_now, r, "secured_now");
	flag(&c->restricted, r, "restricted");
	text(&c->secured_since, r, "secured_since", DOC_OPTIONAL);
	text(&c->contact, r, "contact", DOC_OPTIONAL);
	read_case(c, r);
	objects(&evidence, &c->evidence_count, r, "evidence", DOC_OPTIONAL, sizeof *c->evidence,
	    read_evidence);
	c->evidence = evidence;
	read_steps(&c->steps, &c->step_count, r);
	text(&c->fell_at, r, "fell_at", DOC_OPTIONAL);
	flag(&c->returned, r, "returned");
}

static void
read_person(void *element, struct reading *r)
{
	struct answer_person *p = element;
	const void *candidates = NULL, *related = NULL;

	text(&p->ref, r, "ref", DOC_OPTIONAL);
	text(&p->outcome, r, "outcome", DOC_REQUIRED);
	text(&p->statement, r, "statement", DOC_OPTIONAL);
	text(&p->would_help, r, "would_help", DOC_OPTIONAL);
	texts(&p->left_out, &p->left_out_count, r, "left_out");
	number(&p->best_possible_weight, r, "best_possible_weight");
	flag(&p->candidates_capped, r, "candidates_capped");
	count(&p->not_shown, r, "not_shown");
	objects(&candidates, &p->candidate_count, r, "candidates", DOC_OPTIONAL,
	    sizeof *p->candidates, read_candidate);
	objects(&related, &p->related_count, r, "related", DOC_OPTIONAL, sizeof *p->related,
	    read_candidate);
	p->candidates = candidates;
	p->related = related;
}

static void
read_coverage(void *element, struct reading *r)
{
	struct answer_coverage *c = element;

	text(&c->system, r, "system", DOC_REQUIRED);
	text(&c->title, r, "title", DOC_OPTIONAL);
	text(&c->leg, r, "leg", DOC_OPTIONAL);
	flag(&c->searched, r, "searched");
	text(&c->reason, r, "reason", DOC_OPTIONAL);
	count(&c->generation, r, "generation");
	text(&c->as_of, r, "as_of", DOC_OPTIONAL);
	text(&c->published, r, "published", DOC_OPTIONAL);
	number(&c->age_hours, r, "age_hours");
	flag(&c->stale, r, "stale");
	count(&c->records, r, "records");
	count(&c->people, r, "people");
	count(&c->rows_rejected, r, "rows_rejected");
}

static void
read_matched(void *element, struct reading *r)
{
	struct answer_matched *m = element;

	text(&m->ref, r, "ref", DOC_OPTIONAL);
	text(&m->person_id, r, "person_id", DOC_OPTIONAL);
	text(&m->grade, r, "grade", DOC_OPTIONAL);
	number(&m->match_weight, r, "match_weight");
}

static void
read_household(void *element, struct reading *r)
{
	struct answer_household *h = element;
	const void *matched = NULL;

	text(&h->system, r, "system", DOC_REQUIRED);
	text(&h->record_id, r, "record_id", DOC_REQUIRED);
	objects(&matched, &h->matched_count, r, "matched", DOC_OPTIONAL, sizeof *h->matched,
	    read_matched);
	h->matched = matched;
}

static void
read_artefact(struct answer_artefact *out, struct reading *r, const char *key)
{
	struct reading in;

	out->name = out->hash = STR_NONE;
	if (!enter(&in, r, key))
		return;
	text(&out->name, &in, "name", DOC_OPTIONAL);
	text(&out->hash, &in, "hash", DOC_OPTIONAL);
	leave(&in, r);
}

static void
read_why(struct answer_why *out, struct reading *r)
{
	struct reading in;

	out->system = out->record_id = out->person_id = out->fell_at = STR_NONE;
	if (!enter(&in, r, "why"))
		return;
	text(&out->system, &in, "system", DOC_REQUIRED);
	text(&out->record_id, &in, "record_id", DOC_REQUIRED);
	text(&out->person_id, &in, "person_id", DOC_OPTIONAL);
	text(&out->fell_at, &in, "fell_at", DOC_OPTIONAL);
	flag(&out->on_file, &in, "on_file");
	flag(&out->superseded, &in, "superseded");
	flag(&out->secured, &in, "secured");
	count(&out->people, &in, "people");
	read_steps(&out->steps, &out->step_count, &in);
	leave(&in, r);
}

static void
read_answer(struct answer *out, struct reading *r)
{
	const void *coverage = NULL, *people = NULL, *households = NULL;
	struct str detail;

	text(&detail, r, "detail", DOC_OPTIONAL);
	text(&out->check, r, "check", DOC_REQUIRED);
	text(&out->of, r, "of", DOC_OPTIONAL);
	text(&out->leg, r, "leg", DOC_OPTIONAL);
	text(&out->reference, r, "reference", DOC_OPTIONAL);
	text(&out->asked_at, r, "asked_at", DOC_OPTIONAL);
	flag(&out->complete, r, "complete");
	texts(&out->legs_missing, &out->legs_missing_count, r, "legs_missing");
	read_artefact(&out->model, r, "model");
	read_artefact(&out->calibration, r, "calibration");
	read_artefact(&out->policy, r, "policy");
	objects(&coverage, &out->coverage_count, r, "coverage",
	    str_eq_text(detail, "brief") ? DOC_OPTIONAL : DOC_REQUIRED, sizeof *out->coverage,
	    read_coverage);
	objects(&people, &out->people_count, r, "people", DOC_REQUIRED, sizeof *out->people,
	    read_person);
	objects(&households, &out->household_count, r, "households", DOC_OPTIONAL,
	    sizeof *out->households, read_household);
	(void)list(&out->secured_count, r, "secured", DOC_OPTIONAL);
	read_why(&out->why, r);
	out->coverage = coverage;
	out->people = people;
	out->households = households;
}

static enum status
open_body(json_t **doc, struct reading *r, struct arena *arena, struct str body, struct err *err)
{
	enum status status = doc_parse(doc, body, SOURCE, DEPTH_MAX, err);

	*r = (struct reading){ arena, *doc, "", err, status };
	if (status == STATUS_OK && !json_is_object(*doc))
		r->status = err_data(err, STATUS_INVALID, SOURCE, 0, "expected an object");
	return r->status;
}

enum status
answer_read(struct answer *out, struct arena *arena, struct str body, struct err *err)
{
	json_t *doc = NULL;
	struct reading r;

	if (open_body(&doc, &r, arena, body, err) == STATUS_OK)
		read_answer(out, &r);
	doc_free(doc);
	return r.status;
}

enum status
answer_read_systems(const struct answer_coverage **out, size_t *n, struct arena *arena,
    struct str body, struct err *err)
{
	json_t *doc = NULL;
	struct reading r;
	const void *systems = NULL;

	*n = 0;
	if (open_body(&doc, &r, arena, body, err) == STATUS_OK)
		objects(&systems, n, &r, "systems", DOC_REQUIRED, sizeof **out, read_coverage);
	*out = systems;
	doc_free(doc);
	return r.status;
}
