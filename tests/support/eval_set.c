#include "tests/support/eval_set.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Tools ----------------------------------------------------------------------------------- */

_Noreturn void
eval_fail(const char *what, const char *detail)
{
	fprintf(stderr, "eval: %s %s\n", what, detail);
	exit(65);
}

void *
eval_grown(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return list;
	*room = *room == 0 ? 16 : *room * 2;
	list = mem_resize(list, *room, size);
	if (list == NULL)
		eval_fail("out of memory", "");
	return list;
}

struct str
eval_slurp(const char *folder, const char *name, bool may_be_absent)
{
	char path[4096], *text;
	FILE *file;
	long size;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file == NULL && may_be_absent)
		return (struct str){ NULL, 0 };
	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		eval_fail("cannot read", path);
	rewind(file);
	text = mem_alloc((size_t)size + 1);
	if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
		eval_fail("cannot read", path);
	fclose(file);
	return (struct str){ text, (size_t)size };
}

struct str
eval_csv_field(struct str *line)
{
	char *from = (char *)(uintptr_t)line->p, *to = from, *out = from;
	const char *end = line->p + line->n;
	bool quoted = line->n > 0 && *from == '"';

	if (!quoted)
		return str_cut(line, ',');
	for (from++; from < end; from++) {
		if (*from == '"' && (from + 1 == end || from[1] != '"'))
			break;
		from += *from == '"';
		*to++ = *from;
	}
	from += from < end; /* the closing quote */
	from += from < end; /* the comma */
	*line = (struct str){ from, (size_t)(end - from) };
	return (struct str){ out, (size_t)(to - out) };
}

size_t
eval_word(struct eval_words *words, struct str word)
{
	size_t i = 0;

	while (i < words->count && !str_eq(words->word[i], word))
		i++;
	if (i == EVAL_WORDS_MAX)
		eval_fail("more different words than EVAL_WORDS_MAX:", "");
	if (i == words->count)
		words->word[words->count++] = word;
	return i;
}

bool
eval_kinds_has(const struct eval_kinds *kinds, size_t word)
{
	return (kinds->bits[word / 64] >> word % 64 & 1) != 0;
}

int
eval_who_order(struct eval_who a, struct eval_who b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	return (a.member > b.member) - (a.member < b.member);
}

const char *
eval_value_name(enum eval_value value)
{
	static const char *const names[EVAL_VALUE_COUNT] = { "forenames", "surname", "births",
		"sex", "address", "contact" };

	return names[value];
}

static const char *const asked_names[EVAL_ASKED_COUNT] = { "present", "nowhere", "relative",
	"namesake", "common" };

const char *
eval_asked_name(enum eval_asked asked)
{
	return asked_names[asked];
}

/* --- Truth ----------------------------------------------------------------------------------- */

static struct eval_who
who_of(struct str text)
{
	uint64_t family, member;
	struct str rest = text;

	if (!str_to_u64(&family, str_cut(&rest, '.'), UINT64_MAX) ||
	    !str_to_u64(&member, rest, UINT32_MAX))
		eval_fail("not a person of the corpus:", text.n > 0 ? text.p : "\"\"");
	return (struct eval_who){ family, (unsigned)member };
}

static struct eval_kinds
kinds_of(struct eval_words *words, struct str text)
{
	struct eval_kinds out = { { 0 } };

	text = str_trim(text);
	while (text.n > 0) {
		size_t word = eval_word(words, str_cut(&text, ';'));

		out.bits[word / 64] |= (uint64_t)1 << word % 64;
	}
	return out;
}

static bool
same_header(struct str *text, const char *wanted)
{
	return str_eq_text(str_trim(str_cut(text, '\n')), wanted);
}

static void
read_truth(struct eval_set *out, const char *folder)
{
	struct str text = eval_slurp(folder, "truth.csv", false);
	size_t room = 0, sparse = eval_word(&out->kinds, STR_LIT("sparse"));

	if (!same_header(&text, "person,system,record_id,person_id,role,kinds"))
		eval_fail("truth.csv has another header in", folder);
	while (text.n > 0) {
		struct str rest = str_cut(&text, '\n');
		struct eval_appearance one = { .who = who_of(str_cut(&rest, ',')) };
		struct str from = rest;

		one.system = (unsigned)eval_word(&out->systems, str_cut(&rest, ','));
		str_cut(&rest, ',');
		str_cut(&rest, ',');
		one.key = str_part(from, 0, from.n - rest.n - 1);
		one.role = str_cut(&rest, ',');
		one.kinds = kinds_of(&out->kinds, rest);
		one.sparse = eval_kinds_has(&one.kinds, sparse);
		out->appearances = eval_grown(
		    out->appearances, &room, out->appearance_count, sizeof *out->appearances);
		out->appearances[out->appearance_count++] = one;
	}
}

static void
read_answers(struct eval_set *out, const char *folder)
{
	struct str text = eval_slurp(folder, "answers.csv", false);
	size_t room = 0;

	if (!same_header(&text, "ref,person,kind,asked,kinds,origin"))
		eval_fail("answers.csv has another header in", folder);
	while (text.n > 0) {
		struct str rest = str_cut(&text, '\n');
		struct eval_question one = { .ref = str_cut(&rest, ',') };
		struct str person = str_cut(&rest, ','), kind = str_cut(&rest, ',');
		unsigned k = 0;

		while (k < EVAL_ASKED_COUNT && !str_eq_text(kind, asked_names[k]))
			k++;
		if (k == EVAL_ASKED_COUNT)
			eval_fail("answers.csv has a kind that is not known in", folder);
		one.kind = (enum eval_asked)k;
		one.on_file = person.n > 0;
		one.who = who_of(str_cut(&rest, ','));
		if (one.on_file)
			one.who = who_of(person);
		one.kinds = kinds_of(&out->kinds, str_cut(&rest, ','));
		one.origin = eval_word(&out->origins, str_trim(rest));
		for (unsigned v = 0; v < EVAL_VALUE_COUNT; v++)
			one.values.of[v] = STR_NONE;
		out->questions =
		    eval_grown(out->questions, &room, out->question_count, sizeof *out->questions);
		out->questions[out->question_count++] = one;
	}
}

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

static const struct eval_set *sorting; /* qsort has no context */

static int
by_person(const void *a, const void *b)
{
	const struct eval_appearance *list = sorting->appearances;

	return eval_who_order(list[*(const size_t *)a].who, list[*(const size_t *)b].who);
}

static void
sort_set(struct eval_set *out)
{
	qsort(out->appearances, out->appearance_count, sizeof *out->appearances, by_key);
	for (size_t i = 1; i < out->appearance_count; i++)
		if (by_key(&out->appearances[i - 1], &out->appearances[i]) == 0)
			eval_fail(
			    "truth.csv names one appearance twice:", out->appearances[i].key.p);
	out->by_who = mem_zero(out->appearance_count + 1, sizeof *out->by_who);
	if (out->by_who == NULL)
		eval_fail("out of memory", "");
	for (size_t i = 0; i < out->appearance_count; i++)
		out->by_who[i] = i;
	sorting = out;
	qsort(out->by_who, out->appearance_count, sizeof *out->by_who, by_person);
	qsort(out->questions, out->question_count, sizeof *out->questions, by_ref);
}

static const struct eval_appearance *
find_appearance(const struct eval_set *set, struct str key)
{
	struct eval_appearance wanted = { .key = key };

	return bsearch(&wanted, set->appearances, set->appearance_count, sizeof wanted, by_key);
}

/* --- Alike ----------------------------------------------------------------------------------- */

static int
by_alike_person(const void *a, const void *b)
{
	const struct eval_alike *x = a, *y = b;
	int order = eval_who_order(x->who, y->who);

	return order != 0 ? order : (x->other > y->other) - (x->other < y->other);
}

static void
read_alike(struct eval_set *out, const char *folder)
{
	static const char *const words[2][2] = { { "first_shared", "rhyming" },
		{ "first_shared, twins", "rhyming, twins" } };
	struct str text = eval_slurp(folder, "alike.csv", true);
	size_t room = 0;

	if (text.p == NULL)
		return;
	if (!same_header(&text, "person,other,how,twins"))
		eval_fail("alike.csv has another header in", folder);
	while (text.n > 0) {
		struct str rest = str_trim(str_cut(&text, '\n'));
		struct eval_alike one = { .who = who_of(str_cut(&rest, ',')) };
		struct eval_who other = who_of(str_cut(&rest, ','));
		bool rhyming = !str_eq_text(str_cut(&rest, ','), words[0][0]);

		if (other.family != one.who.family)
			eval_fail("alike.csv names people of two families in", folder);
		one.other = other.member;
		one.how = eval_word(&out->alikes, str_from(words[str_eq_text(rest, "1")][rhyming]));
		out->alike = eval_grown(out->alike, &room, out->alike_count, sizeof *out->alike);
		out->alike[out->alike_count++] = one;
	}
	qsort(out->alike, out->alike_count, sizeof *out->alike, by_alike_person);
}

size_t
eval_set_alike(size_t *from, const struct eval_set *set, struct eval_who who)
{
	size_t low = 0, high = set->alike_count, n = 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (eval_who_order(set->alike[middle].who, who) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < set->alike_count && eval_who_order(set->alike[low + n].who, who) == 0)
		n++;
	*from = low;
	return n;
}

/* --- Values ---------------------------------------------------------------------------------- */

static void
join(struct str *out, struct str more)
{
	char *text;

	more = str_trim(more);
	if (more.n == 0)
		return;
	if (out->n == 0) {
		*out = more;
		return;
	}
	text = mem_alloc(out->n + 3 + more.n);
	if (text == NULL)
		eval_fail("out of memory", "");
	memcpy(text, out->p, out->n);
	memcpy(text + out->n, " | ", 3);
	memcpy(text + out->n + 3, more.p, more.n);
	*out = (struct str){ text, out->n + 3 + more.n };
}

static enum eval_value
value_of_column(struct str name)
{
	static const struct {
		const char *name;
		enum eval_value value;
	} columns[] = { { "name", EVAL_FORENAMES }, { "forename", EVAL_FORENAMES },
		{ "middle", EVAL_FORENAMES }, { "known_as", EVAL_FORENAMES },
		{ "surname", EVAL_SURNAME }, { "former_surname", EVAL_SURNAME },
		{ "dob", EVAL_BIRTHS }, { "sex", EVAL_SEX }, { "address", EVAL_ADDRESS },
		{ "town", EVAL_ADDRESS }, { "postcode", EVAL_ADDRESS }, { "phone", EVAL_CONTACT },
		{ "email", EVAL_CONTACT }, { "nhs", EVAL_CONTACT }, { "chi", EVAL_CONTACT },
		{ "hc", EVAL_CONTACT }, { "jersey", EVAL_CONTACT }, { "upn", EVAL_CONTACT } };

	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		if (str_eq_text(name, columns[i].name))
			return columns[i].value;
	return EVAL_VALUE_COUNT;
}

static void
read_question_line(struct eval_set *out, struct str line, struct str header)
{
	struct eval_question wanted = { .ref = eval_csv_field(&line) }, *question;

	question = bsearch(&wanted, out->questions, out->question_count, sizeof wanted, by_ref);
	if (question == NULL)
		eval_fail("questions.csv asks what answers.csv does not know:", wanted.ref.p);
	str_cut(&header, ',');
	while (header.n > 0) {
		struct str name = str_cut(&header, ','), text = eval_csv_field(&line);
		enum eval_value value = value_of_column(name);

		if (value == EVAL_VALUE_COUNT || str_trim(text).n == 0)
			continue;
		join(&question->values.of[value], text);
		if (str_eq_text(name, "name"))
			join(&question->values.of[EVAL_SURNAME], STR_LIT(EVAL_IN_FULL));
	}
}

static void
read_questions(struct eval_set *out, const char *folder)
{
	struct str text = eval_slurp(folder, "questions.csv", true), header;

	if (text.p == NULL)
		return;
	header = str_trim(str_cut(&text, '\n'));
	if (!str_starts(header, STR_LIT("ref,")))
		eval_fail("questions.csv does not begin with ref in", folder);
	while (text.n > 0)
		read_question_line(out, str_trim(str_cut(&text, '\n')), header);
}

static void
read_values(struct eval_set *out, const char *folder)
{
	struct str text = eval_slurp(folder, "values.tsv", true);

	if (text.p == NULL)
		return;
	while (text.n > 0) {
		struct str rest = str_cut(&text, '\n'), key = str_cut(&rest, '\t');
		const struct eval_appearance *found = find_appearance(out, key);
		struct eval_values *values = mem_zero(1, sizeof *values);

		if (found == NULL || values == NULL)
			eval_fail("values.tsv names what truth.csv does not know:", key.p);
		for (unsigned v = 0; v < EVAL_VALUE_COUNT; v++)
			values->of[v] = str_cut(&rest, '\t');
		out->appearances[found - out->appearances].values = values;
	}
}

void
eval_set_read(struct eval_set *out, const char *folder)
{
	*out = (struct eval_set){ 0 };
	read_truth(out, folder);
	read_answers(out, folder);
	sort_set(out);
	read_alike(out, folder);
	read_questions(out, folder);
	read_values(out, folder);
}

/* The first place of by_who that is not before `who`. */
static size_t
lower_bound(const struct eval_set *set, struct eval_who who)
{
	size_t low = 0, high = set->appearance_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (eval_who_order(set->appearances[set->by_who[middle]].who, who) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
eval_set_person(size_t *from, const struct eval_set *set, struct eval_who who)
{
	size_t n = 0;

	*from = lower_bound(set, who);
	while (*from + n < set->appearance_count &&
	       eval_who_order(set->appearances[set->by_who[*from + n]].who, who) == 0)
		n++;
	return n;
}

size_t
eval_set_family(size_t *from, const struct eval_set *set, uint64_t family)
{
	size_t n = 0;

	*from = lower_bound(set, (struct eval_who){ family, 0 });
	while (*from + n < set->appearance_count &&
	       set->appearances[set->by_who[*from + n]].who.family == family)
		n++;
	return n;
}

/* --- What the answers hold ------------------------------------------------------------------- */

bool
eval_is_right(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate)
{
	return question->on_file &&
	       eval_who_order(question->who, set->appearances[candidate->appearance].who) == 0;
}

bool
eval_is_family(const struct eval_set *set, const struct eval_question *question,
    const struct eval_candidate *candidate)
{
	const struct eval_who *found = &set->appearances[candidate->appearance].who;

	return found->family == question->who.family && found->member != question->who.member;
}

double
eval_weight_of(const struct eval_answer *answer, size_t appearance)
{
	for (size_t i = 0; i < answer->result_count; i++)
		if (answer->results[i].appearance == appearance)
			return answer->results[i].weight;
	return -(double)INFINITY;
}

bool
eval_reaches(double weight, double threshold)
{
	return isfinite(weight) && weight >= threshold;
}

bool
eval_is_related(const struct eval_answer *answer, size_t appearance)
{
	for (size_t i = 0; i < answer->related_count; i++)
		if (answer->related[i].appearance == appearance)
			return true;
	return false;
}
