#include "tests/support/eval_set.h"

#include "base/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The reading half of eval_set.h that needs JSON: the lines of `client batch`. */

static int
by_key(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct eval_appearance *)a)->key, ((const struct eval_appearance *)b)->key);
}

static int
by_ref(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct eval_question *)a)->ref, ((const struct eval_question *)b)->ref);
}

/* A word of an object, copied: the line it stands in is freed. */
static size_t
word_of(struct eval_words *words, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t before = words->count, word = eval_word(words, str_from(text));

	if (words->count > before)
		words->word[word] = str_from(mem_copy_text(text == NULL ? "" : text));
	return word;
}

static size_t
appearance_of(const struct eval_set *set, const json_t *result)
{
	char key[512];
	struct eval_appearance wanted;
	const struct eval_appearance *found = NULL;
	int n = snprintf(key, sizeof key, "%s,%s,%s",
	    json_string_value(json_object_get(result, "system")),
	    json_string_value(json_object_get(result, "record_id")),
	    json_string_value(json_object_get(result, "person_id")));

	wanted.key = (struct str){ key, (size_t)n };
	if (n < (int)sizeof key)
		found = bsearch(
		    &wanted, set->appearances, set->appearance_count, sizeof wanted, by_key);
	if (found == NULL)
		eval_fail("a result is not in truth.csv:", key);
	return (size_t)(found - set->appearances);
}

static struct eval_candidate *
read_list(size_t *count, struct eval_results *out, const struct eval_set *set, const json_t *list)
{
	struct eval_candidate *candidates = mem_zero(json_array_size(list) + 1, sizeof *candidates);

	if (candidates == NULL)
		eval_fail("out of memory", "");
	*count = json_array_size(list);
	for (size_t i = 0; i < *count; i++) {
		const json_t *one = json_array_get(list, i), *weight;
		const char *grade = json_string_value(json_object_get(one, "grade"));

		weight = json_object_get(one, "match_weight");
		if (!json_is_number(weight))
			eval_fail("a result has no match_weight", "");
		candidates[i] = (struct eval_candidate){
			.appearance = appearance_of(set, one),
			.weight = json_number_value(weight),
			.confidence = json_number_value(json_object_get(one, "confidence")),
			.certain = grade != NULL && strcmp(grade, "certain") == 0,
			.relation = word_of(&out->relations, one, "relation"),
		};
	}
	return candidates;
}

static void
read_line(struct eval_results *out, const struct eval_set *set, const json_t *line)
{
	struct eval_question wanted;
	const struct eval_question *question;
	const json_t *results = json_object_get(line, "results");
	struct eval_answer *answer;

	wanted.ref = str_from(json_string_value(json_object_get(line, "ref")));
	question = bsearch(&wanted, set->questions, set->question_count, sizeof wanted, by_ref);
	if (question == NULL)
		eval_fail("a line answers no question:", wanted.ref.p);
	answer = &out->answers[question - set->questions];
	if (answer->answered)
		eval_fail("two lines answer one question:", wanted.ref.p);
	answer->answered = true;
	answer->failed = !json_is_array(results);
	answer->outcome = word_of(&out->outcomes, line, answer->failed ? "status" : "outcome");
	answer->results = read_list(&answer->result_count, out, set, results);
	answer->related =
	    read_list(&answer->related_count, out, set, json_object_get(line, "related"));
	out->failed += answer->failed;
	out->full += answer->result_count >= EVAL_FULL;
}

void
eval_results_read(struct eval_results *out, const struct eval_set *set, const char *path)
{
	FILE *file = fopen(path, "r");
	json_error_t error;
	json_t *line;
	size_t lines = 0;

	*out = (struct eval_results){ 0 };
	out->answers = mem_zero(set->question_count + 1, sizeof *out->answers);
	if (file == NULL || out->answers == NULL)
		eval_fail("cannot open", path);
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
		read_line(out, set, line);
		json_decref(line);
		lines++;
	}
	if (!feof(file))
		eval_fail(error.text, path);
	fclose(file);
	if (lines != set->question_count)
		eval_fail("the number of result lines is not that of the questions in", path);
}
