#include "record/person_json.h"

#include "base/doc_json.h"

#include <jansson.h>

/* Where a value is read from: passed down so that messages name file and path. */
struct place {
	struct arena *arena;
	const char *source;
	const char *path;
	struct err *err;
};

static enum status
out_of_memory(const struct place *at)
{
	return err_set(at->err, STATUS_NOMEM, "out of memory");
}

/* The place of entry i of the list `key`. */
static enum status
entry_place(struct place *out, const struct place *at, const char *key, size_t i)
{
	*out = *at;
	out->path = arena_format(
	    at->arena, "%s%s%s[%zu]", at->path, at->path[0] != '\0' ? "." : "", key, i);
	return out->path == NULL ? out_of_memory(at) : STATUS_OK;
}

static enum status
fault(const struct place *at, const char *key, const char *what)
{
	const char *dot = at->path[0] != '\0' && key[0] != '\0' ? "." : "";

	return err_data(
	    at->err, STATUS_INVALID, at->source, 0, "%s%s%s: %s", at->path, dot, key, what);
}

/* An optional string, copied into the arena. */
static enum status
read_text(struct str *out, const struct place *at, const json_t *object, const char *key,
    size_t bytes_max)
{
	struct str text = STR_NONE;
	enum status status =
	    doc_str(&text, object, at->source, at->path, key, DOC_OPTIONAL, bytes_max, at->err);

	if (status != STATUS_OK)
		return status;
	*out = STR_NONE;
	if (text.n > 0 && !arena_copy(out, at->arena, text))
		return out_of_memory(at);
	return STATUS_OK;
}

/* A word of an enum: *out is its number, untouched when the field is absent. */
typedef bool find_word(unsigned *out, struct str word);

static enum status
read_word(unsigned *out, const struct place *at, const json_t *object, const char *key,
    enum doc_need need, find_word *find, const char *expected)
{
	struct str word = STR_NONE;
	enum status status =
	    doc_str(&word, object, at->source, at->path, key, need, PERSON_TEXT_BYTES_MAX, at->err);

	if (status != STATUS_OK || (word.n == 0 && need == DOC_OPTIONAL))
		return status;
	return find(out, word) ? STATUS_OK : fault(at, key, expected);
}

static bool
find_role(unsigned *out, struct str word)
{
	enum person_role role;
	bool found = person_role_from_name(&role, word);

	if (found)
		*out = (unsigned)role;
	return found;
}

static bool
find_kind(unsigned *out, struct str word)
{
	enum name_kind kind;
	bool found = name_kind_from_name(&kind, word);

	if (found)
		*out = (unsigned)kind;
	return found;
}

static bool
find_sex(unsigned *out, struct str word)
{
	enum sex sex;
	bool found = sex_from_name(&sex, word);

	if (found)
		*out = (unsigned)sex;
	return found;
}

static bool
find_identifier(unsigned *out, struct str word)
{
	enum identifier_kind kind;
	bool found = identifier_kind_from_name(&kind, word);

	if (found)
		*out = (unsigned)kind;
	return found;
}

static enum status
read_name(struct person_name *out, const struct place *at, const json_t *object)
{
	static const char *const fields[] = { "kind", "forenames", "surname", "full", NULL };
	unsigned kind = NAME_CURRENT;
	enum status status = doc_fields(object, at->source, at->path, fields, at->err);

	if (status == STATUS_OK)
		status = read_word(&kind, at, object, "kind", DOC_OPTIONAL, find_kind,
		    "expected current, former, alias, known_as or free_text");
	if (status == STATUS_OK)
		status = read_text(&out->forenames, at, object, "forenames", PERSON_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&out->surname, at, object, "surname", PERSON_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&out->full, at, object, "full", PERSON_TEXT_BYTES_MAX);
	if (status != STATUS_OK)
		return status;
	out->kind = (enum name_kind)kind;
	if (out->full.n > 0 && (out->forenames.n > 0 || out->surname.n > 0))
		return fault(at, "full", "is given beside forenames or surname");
	return STATUS_OK;
}

/* An array entry that must be a string within `bytes_max`; borrowed from the document. */
static enum status
entry_text(struct str *out, const struct place *at, const json_t *value, size_t bytes_max)
{
	if (!json_is_string(value))
		return fault(at, "", "expected a string");
	*out = (struct str){ json_string_value(value), json_string_length(value) };
	if (out->n <= bytes_max)
		return STATUS_OK;
	return err_data(at->err, STATUS_LIMIT, at->source, 0, "%s: is longer than %zu bytes",
	    at->path, bytes_max);
}

static enum status
read_birth(struct birth *out, const struct place *at, const json_t *value)
{
	struct err reason = ERR_NONE;
	struct str text;
	enum status status = entry_text(&text, at, value, PERSON_TEXT_BYTES_MAX);

	if (status != STATUS_OK)
		return status;
	status = birth_parse(out, text, &reason);
	return status == STATUS_OK ? status : fault(at, "", reason.text);
}

static enum status
read_day(day_number *out, const struct place *at, const json_t *object, const char *key)
{
	struct str text = STR_NONE;
	enum status status = doc_str(
	    &text, object, at->source, at->path, key, DOC_OPTIONAL, PERSON_TEXT_BYTES_MAX, at->err);

	*out = DAY_NONE;
	if (status != STATUS_OK || text.n == 0)
		return status;
	return day_parse(out, text) ? STATUS_OK
				    : fault(at, key, "expected a day of the calendar, YYYY-MM-DD");
}

static enum status
read_address(struct person_address *out, const struct place *at, const json_t *object)
{
	static const char *const fields[] = { "text", "town", "postcode", "from", "to", NULL };
	enum status status = doc_fields(object, at->source, at->path, fields, at->err);

	if (status == STATUS_OK)
		status = read_text(&out->text, at, object, "text", PERSON_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&out->town, at, object, "town", PERSON_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_text(&out->postcode, at, object, "postcode", PERSON_TEXT_BYTES_MAX);
	if (status == STATUS_OK)
		status = read_day(&out->from, at, object, "from");
	if (status == STATUS_OK)
		status = read_day(&out->to, at, object, "to");
	return status;
}

static enum status
read_contact(struct str *out, const struct place *at, const json_t *value)
{
	struct str text;
	enum status status = entry_text(&text, at, value, PERSON_TEXT_BYTES_MAX);

	if (status != STATUS_OK)
		return status;
	return arena_copy(out, at->arena, text) ? STATUS_OK : out_of_memory(at);
}

static enum status
read_identifier(struct person_identifier *out, const struct place *at, const json_t *object)
{
	static const char *const fields[] = { "kind", "value", NULL };
	unsigned kind = 0;
	enum status status = doc_fields(object, at->source, at->path, fields, at->err);

	if (status == STATUS_OK)
		status = read_word(&kind, at, object, "kind", DOC_REQUIRED, find_identifier,
		    "expected nhs, chi, hc, jersey, upn or case");
	if (status == STATUS_OK)
		status = read_text(&out->value, at, object, "value", PERSON_TEXT_BYTES_MAX);
	out->kind = (enum identifier_kind)kind;
	return status;
}

/* Each function below reads one list of a person; `read` reads an entry. */
#define READ_LIST(function, type, key, field, counter, count_max, read)                           \
	static enum status function(                                                              \
	    struct person *out, const struct place *at, const json_t *object)                     \
	{                                                                                         \
		const json_t *array;                                                              \
		size_t count;                                                                     \
		type *list;                                                                       \
		enum status status = doc_array(&array, &count, object, at->source, at->path, key, \
		    DOC_OPTIONAL, count_max, at->err);                                            \
                                                                                                  \
		if (status != STATUS_OK || count == 0)                                            \
			return status;                                                            \
		list = arena_alloc(at->arena, count, sizeof *list);                               \
		if (list == NULL)                                                                 \
			return out_of_memory(at);                                                 \
		for (size_t i = 0; i < count && status == STATUS_OK; i++) {                       \
			struct place entry;                                                       \
                                                                                                  \
			status = entry_place(&entry, at, key, i);                                 \
			if (status == STATUS_OK)                                                  \
				status = read(&list[i], &entry, json_array_get(array, i));        \
		}                                                                                 \
		out->field = list;                                                                \
		out->counter = count;                                                             \
		return status;                                                                    \
	}

READ_LIST(read_names, struct person_name, "names", names, name_count, PERSON_NAMES_MAX, read_name)
READ_LIST(read_births, struct birth, "births", births, birth_count, PERSON_BIRTHS_MAX, read_birth)
READ_LIST(read_addresses, struct person_address, "addresses", addresses, address_count,
    PERSON_ADDRESSES_MAX, read_address)
READ_LIST(read_phones, struct str, "phones", phones, phone_count, PERSON_PHONES_MAX, read_contact)
READ_LIST(read_emails, struct str, "emails", emails, email_count, PERSON_EMAILS_MAX, read_contact)
READ_LIST(read_identifiers, struct person_identifier, "identifiers", identifiers, identifier_count,
    PERSON_IDENTIFIERS_MAX, read_identifier)

static enum status
read_plain(struct person *out, const struct place *at, const json_t *object)
{
	unsigned role = ROLE_UNKNOWN, sex = SEX_UNKNOWN;
	enum status status = read_text(&out->id, at, object, "id", RECORD_ID_BYTES_MAX);

	if (status == STATUS_OK)
		status = read_word(&role, at, object, "role", DOC_OPTIONAL, find_role,
		    "expected unknown, child, sibling, parent, carer, perpetrator, household, "
		    "referrer, caller, worker or other");
	if (status == STATUS_OK)
		status = read_word(&sex, at, object, "sex", DOC_OPTIONAL, find_sex,
		    "expected unknown, female, male or other");
	if (status == STATUS_OK)
		status = doc_bool(&out->age_disputed, object, at->source, at->path, "age_disputed",
		    DOC_OPTIONAL, at->err);
	if (status == STATUS_OK)
		status = read_text(&out->note, at, object, "note", PERSON_TEXT_BYTES_MAX);
	out->role = (enum person_role)role;
	out->sex = (enum sex)sex;
	return status;
}

enum status
person_from_json(struct person *out, struct arena *arena, const struct json_t *object,
    const char *source, const char *path, struct err *err)
{
	static const char *const fields[] = { "id", "role", "sex", "age_disputed", "note", "names",
		"births", "addresses", "phones", "emails", "identifiers", NULL };
	static enum status (*const readers[])(
	    struct person *, const struct place *, const json_t *) = { read_plain, read_names,
		read_births, read_addresses, read_phones, read_emails, read_identifiers };
	const struct place at = { arena, source, path, err };
	struct person person = { 0 };
	enum status status = doc_fields(object, source, path, fields, err);

	for (size_t i = 0; i < sizeof readers / sizeof readers[0] && status == STATUS_OK; i++)
		status = readers[i](&person, &at, object);
	if (status == STATUS_OK)
		*out = person;
	return status;
}

/* --- Writing ----------------------------------------------------------------------------------*/

/* Starts a member: a comma unless it is the first of its object. */
static void
put_key(struct buf *out, const char *key)
{
	if (out->n > 0 && out->p[out->n - 1] != '{')
		buf_add_char(out, ',');
	buf_addf(out, "\"%s\":", key);
}

static void
put_text(struct buf *out, const char *key, struct str text)
{
	if (text.n == 0)
		return;
	put_key(out, key);
	buf_add_json(out, text);
}

static void
put_day(struct buf *out, const char *key, day_number day)
{
	if (day == DAY_NONE)
		return;
	put_key(out, key);
	buf_add_char(out, '"');
	day_format(out, day);
	buf_add_char(out, '"');
}

static void
put_name(struct buf *out, const struct person_name *name)
{
	buf_add_char(out, '{');
	put_text(out, "kind", str_from(name_kind_name(name->kind)));
	put_text(out, "forenames", name->forenames);
	put_text(out, "surname", name->surname);
	put_text(out, "full", name->full);
	buf_add_char(out, '}');
}

static void
put_birth(struct buf *out, const struct birth *birth)
{
	buf_add_char(out, '"');
	birth_format(out, birth);
	buf_add_char(out, '"');
}

static void
put_address(struct buf *out, const struct person_address *address)
{
	buf_add_char(out, '{');
	put_text(out, "text", address->text);
	put_text(out, "town", address->town);
	put_text(out, "postcode", address->postcode);
	put_day(out, "from", address->from);
	put_day(out, "to", address->to);
	buf_add_char(out, '}');
}

static void
put_contact(struct buf *out, const struct str *contact)
{
	buf_add_json(out, *contact);
}

static void
put_identifier(struct buf *out, const struct person_identifier *identifier)
{
	buf_add_char(out, '{');
	put_text(out, "kind", str_from(identifier_kind_name(identifier->kind)));
	put_text(out, "value", identifier->value);
	buf_add_char(out, '}');
}

#define PUT_LIST(key, list, count, put)                        \
	do {                                                   \
		for (size_t i = 0; i < (count); i++) {         \
			if (i == 0)                            \
				put_key(out, key);             \
			buf_add_char(out, i == 0 ? '[' : ','); \
			put(out, &(list)[i]);                  \
		}                                              \
		if ((count) > 0)                               \
			buf_add_char(out, ']');                \
	} while (0)

void
person_to_json(struct buf *out, const struct person *person)
{
	buf_add_char(out, '{');
	put_text(out, "id", person->id);
	if (person->role != ROLE_UNKNOWN)
		put_text(out, "role", str_from(person_role_name(person->role)));
	if (person->sex != SEX_UNKNOWN)
		put_text(out, "sex", str_from(sex_name(person->sex)));
	if (person->age_disputed) {
		put_key(out, "age_disputed");
		buf_add_text(out, "true");
	}
	put_text(out, "note", person->note);
	PUT_LIST("names", person->names, person->name_count, put_name);
	PUT_LIST("births", person->births, person->birth_count, put_birth);
	PUT_LIST("addresses", person->addresses, person->address_count, put_address);
	PUT_LIST("phones", person->phones, person->phone_count, put_contact);
	PUT_LIST("emails", person->emails, person->email_count, put_contact);
	PUT_LIST("identifiers", person->identifiers, person->identifier_count, put_identifier);
	buf_add_char(out, '}');
}
