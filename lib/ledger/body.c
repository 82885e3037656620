/*
 * One pass over the text. Values stand in a row in the order of their first byte, those of one
 * object or list linked; texts point into the body, or into the room where they had escapes.
 */
#include "ledger/body.h"

#include "base/mem.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum body_type {
	BODY_NULL,
	BODY_FALSE,
	BODY_TRUE,
	BODY_NUMBER,
	BODY_REAL,
	BODY_TEXT,
	BODY_LIST,
	BODY_OBJECT
};

struct body {
	enum body_type type;
	struct str key; /* within an object */
	struct str text;
	int64_t number;
	double real;
	size_t count; /* of a list or object */
	const struct body *first, *next;
};

struct reading {
	const char *p, *end;
	struct body_room *room;
	size_t values, texts; /* used */
	unsigned depth, depth_max;
};

void
body_room_free(struct body_room *room)
{
	mem_free(room->values);
	mem_free(room->keys);
	mem_free(room->texts);
	*room = (struct body_room){ 0 };
}

/* Each value but the first has a comma, a bracket or a brace of its own before it. */
static size_t
values_at_most(struct str text)
{
	size_t count = 1;

	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == ',' || text.p[i] == '[' || text.p[i] == '{';
	return count;
}

static bool
reserve(struct body_room *room, struct str text)
{
	size_t values = values_at_most(text);

	if (values > room->value_room) {
		mem_free(room->values);
		mem_free(room->keys);
		room->value_room = 0;
		room->values = mem_zero(values, sizeof *room->values);
		room->keys = mem_zero(values, sizeof *room->keys);
		if (room->values == NULL || room->keys == NULL)
			return false;
		room->value_room = values;
	}
	if (text.n > room->text_room) {
		mem_free(room->texts);
		room->text_room = 0;
		room->texts = mem_zero(text.n, 1);
		if (room->texts == NULL)
			return false;
		room->text_room = text.n;
	}
	return true;
}

static void
skip_space(struct reading *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

static bool
take(struct reading *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
take_word(struct reading *r, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return false;
	r->p += n;
	return true;
}

/* --- Texts --------------------------------------------------------------------------------------
 */

static bool
take_hex(uint32_t *out, struct reading *r)
{
	*out = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *r->p++;
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return false;
		*out = *out * 16 + (uint32_t)digit;
	}
	return true;
}

/* After "\u": four digits, or two times four for what is beyond 0xffff. */
static bool
take_code(uint32_t *out, struct reading *r)
{
	uint32_t low;

	if (!take_hex(out, r) || *out == 0 || (*out >= 0xdc00 && *out <= 0xdfff))
		return false;
	if (*out < 0xd800 || *out > 0xdbff)
		return true;
	if (!take_word(r, "\\u") || !take_hex(&low, r) || low < 0xdc00 || low > 0xdfff)
		return false;
	*out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

static char *
put_code(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

static bool
take_escape(char **to, struct reading *r)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t code;

	if (r->p == r->end || *r->p == '\0')
		return false;
	if (take(r, 'u')) {
		if (!take_code(&code, r))
			return false;
		*to = put_code(*to, code);
		return true;
	}
	at = strchr(from, *r->p);
	if (at == NULL)
		return false;
	r->p++;
	*(*to)++ = into[at - from];
	return true;
}

/* What is written for an escape is never longer than it: the texts of a body fit its size. */
static bool
take_escaped(struct str *out, struct reading *r, const char *from)
{
	char *begin = r->room->texts + r->texts, *to = begin + (r->p - from);

	memcpy(begin, from, (size_t)(r->p - from));
	while (r->p < r->end && *r->p != '"') {
		if (take(r, '\\')) {
			if (!take_escape(&to, r))
				return false;
			continue;
		}
		if ((unsigned char)*r->p < 0x20)
			return false;
		*to++ = *r->p++;
	}
	*out = (struct str){ begin, (size_t)(to - begin) };
	r->texts += out->n;
	return take(r, '"');
}

static bool
take_text(struct str *out, struct reading *r)
{
	const char *from;
	unsigned char seen = 0;

	if (!take(r, '"'))
		return false;
	from = r->p;
	while (r->p < r->end && *r->p != '"' && *r->p != '\\') {
		if ((unsigned char)*r->p < 0x20)
			return false;
		seen |= (unsigned char)*r->p++;
	}
	if (r->p == r->end)
		return false;
	if (*r->p == '\\') {
		if (!take_escaped(out, r, from))
			return false;
	} else {
		*out = (struct str){ from, (size_t)(r->p++ - from) };
		if (seen < 0x80)
			return true;
	}
	return str_utf8_valid(*out) == out->n;
}

/* --- Numbers ------------------------------------------------------------------------------------
 */

static bool
take_digits(struct reading *r)
{
	const char *from = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

static bool
set_integer(struct body *value, struct str digits, bool negative)
{
	uint64_t most = (uint64_t)INT64_MAX + negative, n = 0;

	for (size_t i = 0; i < digits.n; i++) {
		unsigned digit = (unsigned)(digits.p[i] - '0');

		if (n > (most - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	value->type = BODY_NUMBER;
	value->number = negative ? (int64_t)(0 - n) : (int64_t)n;
	value->real = (double)value->number;
	return true;
}

/* strtod() ends at what follows the number: a body ends in a brace or bracket. */
static bool
set_real(struct body *value, const char *from)
{
	errno = 0;
	value->type = BODY_REAL;
	value->real = strtod(from, NULL);
	return !(errno == ERANGE && fabs(value->real) == HUGE_VAL);
}

static bool
take_number(struct body *value, struct reading *r)
{
	const char *from = r->p;
	bool negative = take(r, '-'), whole = true;
	struct str digits = { r->p, 0 };

	if (!take(r, '0') && !take_digits(r))
		return false;
	digits.n = (size_t)(r->p - digits.p);
	if (take(r, '.')) {
		whole = false;
		if (!take_digits(r))
			return false;
	}
	if (take(r, 'e') || take(r, 'E')) {
		whole = false;
		if (!take(r, '+'))
			(void)take(r, '-');
		if (!take_digits(r))
			return false;
	}
	if (r->p == r->end || (*r->p >= '0' && *r->p <= '9'))
		return false;
	return whole ? set_integer(value, digits, negative) : set_real(value, from);
}

/* --- Lists and objects --------------------------------------------------------------------------
 */

static bool take_value(struct body **out, struct reading *r, struct str key);

static bool
take_list(struct body *list, struct reading *r)
{
	const struct body **link = &list->first;
	struct body *item;

	list->type = BODY_LIST;
	skip_space(r);
	if (take(r, ']'))
		return true;
	do {
		if (!take_value(&item, r, STR_NONE))
			return false;
		*link = item;
		link = &item->next;
		list->count++;
	} while (take(r, ','));
	return take(r, ']');
}

static int
by_key(const void *a, const void *b)
{
	const struct str x = (*(const struct body *const *)a)->key,
			 y = (*(const struct body *const *)b)->key;
	int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return order != 0 ? order : (x.n > y.n) - (x.n < y.n);
}

#define PAIRWISE_MAX 24 /* keys: below it, comparing each with each costs less than sorting */

static bool
keys_differ(const struct body *object, struct body_room *room)
{
	size_t n = 0;

	if (object->count <= PAIRWISE_MAX) {
		for (const struct body *a = object->first; a != NULL; a = a->next)
			for (const struct body *b = a->next; b != NULL; b = b->next)
				if (str_eq(a->key, b->key))
					return false;
		return true;
	}
	for (const struct body *a = object->first; a != NULL; a = a->next)
		room->keys[n++] = a;
	qsort(room->keys, n, sizeof *room->keys, by_key);
	for (size_t i = 1; i < n; i++)
		if (str_eq(room->keys[i - 1]->key, room->keys[i]->key))
			return false;
	return true;
}

static bool
take_object(struct body *object, struct reading *r)
{
	const struct body **link = &object->first;
	struct body *field;
	struct str key;

	object->type = BODY_OBJECT;
	skip_space(r);
	if (take(r, '}'))
		return true;
	do {
		skip_space(r);
		if (!take_text(&key, r))
			return false;
		skip_space(r);
		if (!take(r, ':') || !take_value(&field, r, key))
			return false;
		*link = field;
		link = &field->next;
		object->count++;
	} while (take(r, ','));
	return take(r, '}') && keys_differ(object, r->room);
}

static bool
take_nested(struct body *value, struct reading *r)
{
	bool list = *r->p++ == '[', good;

	if (r->depth == r->depth_max)
		return false;
	r->depth++;
	good = list ? take_list(value, r) : take_object(value, r);
	r->depth--;
	return good;
}

static bool
take_type(struct body *value, struct reading *r, const char *word, enum body_type type)
{
	value->type = type;
	return take_word(r, word);
}

/* With the white space around it. */
static bool
take_value(struct body **out, struct reading *r, struct str key)
{
	struct body *value = &r->room->values[r->values++];
	bool good;

	*out = value;
	*value = (struct body){ .key = key };
	skip_space(r);
	if (r->p == r->end)
		return false;
	switch (*r->p) {
	case '[':
	case '{':
		good = take_nested(value, r);
		break;
	case '"':
		value->type = BODY_TEXT;
		good = take_text(&value->text, r);
		break;
	case 't':
		good = take_type(value, r, "true", BODY_TRUE);
		break;
	case 'f':
		good = take_type(value, r, "false", BODY_FALSE);
		break;
	case 'n':
		good = take_type(value, r, "null", BODY_NULL);
		break;
	default:
		good = take_number(value, r);
	}
	skip_space(r);
	return good;
}

enum status
body_read(const struct body **out, struct body_room *room, struct str text, unsigned depth_max)
{
	struct reading r = { text.p, text.p + text.n, room, 0, 0, 0, depth_max };
	struct body *value;

	*out = NULL;
	if (text.n == 0)
		return STATUS_INVALID;
	if (!reserve(room, text))
		return STATUS_NOMEM;
	if (!take_value(&value, &r, STR_NONE) || r.p != r.end || value->type < BODY_LIST)
		return STATUS_INVALID;
	*out = value;
	return STATUS_OK;
}

/* --- Fields -------------------------------------------------------------------------------------
 */

static const struct body *
find(const struct body *object, const char *key)
{
	size_t n = strlen(key);

	if (object == NULL || object->type != BODY_OBJECT)
		return NULL;
	for (const struct body *field = object->first; field != NULL; field = field->next)
		if (field->key.n == n && memcmp(field->key.p, key, n) == 0)
			return field;
	return NULL;
}

struct str
body_item_text(const struct body *item)
{
	return item != NULL && item->type == BODY_TEXT ? item->text : STR_NONE;
}

struct str
body_text(const struct body *object, const char *key)
{
	return body_item_text(find(object, key));
}

int64_t
body_number(const struct body *object, const char *key, int64_t other)
{
	const struct body *value = find(object, key);

	return value != NULL && value->type == BODY_NUMBER ? value->number : other;
}

double
body_real(const struct body *object, const char *key)
{
	const struct body *value = find(object, key);

	return value != NULL && (value->type == BODY_NUMBER || value->type == BODY_REAL)
		   ? value->real
		   : 0;
}

bool
body_flag(const struct body *object, const char *key)
{
	const struct body *value = find(object, key);

	return value != NULL && value->type == BODY_TRUE;
}

static const struct body *
find_list(const struct body *object, const char *key)
{
	const struct body *list = find(object, key);

	return list != NULL && list->type == BODY_LIST ? list : NULL;
}

size_t
body_count(const struct body *object, const char *key)
{
	const struct body *list = find_list(object, key);

	return list == NULL ? 0 : list->count;
}

const struct body *
body_list(const struct body *object, const char *key)
{
	const struct body *list = find_list(object, key);

	return list == NULL ? NULL : list->first;
}

const struct body *
body_next(const struct body *item)
{
	return item->next;
}
