#include "searchd/answer.h"

#include <jansson.h>

static struct str
text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
		   ? (struct str){ json_string_value(value), json_string_length(value) }
		   : STR_NONE;
}

/* Secured when it was answered, or since. */
static bool
is_secured(struct call *call, const json_t *candidate)
{
	struct ledger_secured secured;

	return json_is_true(json_object_get(candidate, "secured")) ||
	       ledger_secured_find(&secured, call->shared->ledger, text_of(candidate, "system"),
		   text_of(candidate, "record_id"));
}

/* How somebody is related says whether a name or date of birth is the one asked about: only that
 * they are is left. */
static void
blank_relation(json_t *candidate)
{
	if (json_object_get(candidate, "relation") == NULL)
		return;
	json_object_set_new(candidate, "relation", json_string("related"));
	json_object_set_new(candidate, "words", json_string(""));
}

/* The words of these steps of a question why say what agrees. */
static void
blank_steps(json_t *steps)
{
	size_t i;
	json_t *step;

	json_array_foreach (steps, i, step) {
		struct str name = text_of(step, "step");

		if (str_eq_text(name, "same_person") || str_eq_text(name, "graded"))
			json_object_set_new(step, "words", json_string(""));
	}
}

static void
blank(struct call *call, json_t *candidate)
{
	const char *contact = policy_secured_contact(call->world->rules->policy);

	json_object_set_new(candidate, "name", json_string(""));
	json_object_set_new(candidate, "names", json_array());
	json_object_set_new(candidate, "births", json_array());
	json_object_set_new(candidate, "addresses", json_array());
	json_object_set_new(candidate, "case", json_object());
	if (json_object_get(candidate, "evidence") != NULL)
		json_object_set_new(candidate, "evidence", json_array());
	blank_relation(candidate);
	blank_steps(json_object_get(candidate, "steps"));
	json_object_set_new(candidate, "secured", json_true());
	json_object_set_new(candidate, "restricted", json_true());
	json_object_set_new(candidate, "contact", json_string(contact));
}

/* That a record agrees with one that is secured would tell what that one holds. */
static void
blank_other_record(json_t *candidate)
{
	json_t *evidence = json_object_get(candidate, "evidence");

	for (size_t i = json_array_size(evidence); i-- > 0;)
		if (str_eq(text_of(json_array_get(evidence, i), "field"),
			str_from(comparison_name(COMPARISON_OTHER_RECORD))))
			(void)json_array_remove(evidence, i);
}

static void
redact_list(struct call *call, json_t *list)
{
	bool any = false;
	size_t i;
	json_t *candidate;

	json_array_foreach (list, i, candidate)
		if (is_secured(call, candidate)) {
			blank(call, candidate);
			any = true;
		}
	if (!any)
		return;
	json_array_foreach (list, i, candidate)
		blank_other_record(candidate);
}

static void
redact(struct call *call, json_t *answer)
{
	size_t i;
	json_t *person;

	json_array_foreach (json_object_get(answer, "people"), i, person) {
		redact_list(call, json_object_get(person, "candidates"));
		redact_list(call, json_object_get(person, "related"));
	}
}

static enum status
redact_text(struct buf *out, struct call *call, struct str text, const char *inside)
{
	json_t *doc, *answer;
	char *dump;

	if (policy_sees_secured(call->world->rules->policy, call->role)) {
		buf_add_str(out, text);
		return STATUS_OK;
	}
	doc = json_loadb(text.p, text.n, 0, NULL);
	if (doc == NULL)
		return err_set(&call->err, STATUS_CORRUPT, "an entry is not valid JSON");
	answer = inside == NULL ? doc : json_object_get(doc, inside);
	redact(call, answer);
	dump = json_dumps(doc, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(doc);
	if (dump == NULL)
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	buf_add_text(out, dump);
	free(dump);
	return STATUS_OK;
}

enum status
answer_redact(struct buf *out, struct call *call, struct str answer_text)
{
	return redact_text(out, call, answer_text, NULL);
}

enum status
answer_redact_entry(struct buf *out, struct call *call, struct str secret)
{
	return redact_text(out, call, secret, "answer");
}
