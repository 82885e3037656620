#include "client/asked.h"

#include "client/dates.h"

/* What asked_person() works on. */
struct making {
	const struct asked *asked;
	struct arena *arena;
	struct asked_warnings *warnings;
	struct err *err;
};

static const char *const field_names[ASKED_COUNT] = {
	[ASKED_REF] = "ref",
	[ASKED_ROLE] = "role",
	[ASKED_FORENAME] = "forename",
	[ASKED_MIDDLE] = "middle",
	[ASKED_SURNAME] = "surname",
	[ASKED_NAME] = "name",
	[ASKED_FORMER_SURNAME] = "former_surname",
	[ASKED_KNOWN_AS] = "known_as",
	[ASKED_DOB] = "dob",
	[ASKED_AGE] = "age",
	[ASKED_AGE_AT] = "age_at",
	[ASKED_SEX] = "sex",
	[ASKED_ADDRESS] = "address",
	[ASKED_TOWN] = "town",
	[ASKED_POSTCODE] = "postcode",
	[ASKED_PHONE] = "phone",
	[ASKED_EMAIL] = "email",
	[ASKED_NHS] = "nhs",
	[ASKED_CHI] = "chi",
	[ASKED_HC] = "hc",
	[ASKED_JERSEY] = "jersey",
	[ASKED_UPN] = "upn",
	[ASKED_CASE] = "case",
};

/* A person has one of each of these. */
static bool
is_single(enum asked_field field)
{
	return field == ASKED_REF || field == ASKED_ROLE || field == ASKED_SURNAME ||
	       field == ASKED_SEX;
}

const char *
asked_field_name(enum asked_field field)
{
	return (size_t)field < ASKED_COUNT ? field_names[field] : "unknown";
}

enum status
asked_add(struct asked *asked, enum asked_field field, struct str value, struct err *err)
{
	const char *name = asked_field_name(field);
	size_t max = is_single(field) ? 1 : ASKED_VALUES_MAX;

	value = str_trim(value);
	if (value.n == 0)
		return STATUS_OK;
	if (str_utf8_valid(value) != value.n || memchr(value.p, '\0', value.n) != NULL)
		return err_set(err, STATUS_INVALID, "%s: byte %zu is not text in UTF-8", name,
		    str_utf8_valid(value) + 1);
	if (value.n > PERSON_TEXT_BYTES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "%s: is longer than %d bytes", name, PERSON_TEXT_BYTES_MAX);
	if (asked->values[field].count == max)
		return err_set(err, STATUS_LIMIT, "%s: more than %zu value%s for one person", name,
		    max, max == 1 ? "" : "s");
	asked->values[field].at[asked->values[field].count++] = value;
	return STATUS_OK;
}

static size_t
count_of(const struct making *m, enum asked_field field)
{
	return m->asked->values[field].count;
}

static struct str
value_of(const struct making *m, enum asked_field field, size_t i)
{
	return i < count_of(m, field) ? m->asked->values[field].at[i] : STR_NONE;
}

static enum status
no_memory(struct making *m)
{
	return err_set(m->err, STATUS_NOMEM, "out of memory");
}

/* An unreadable value: an error that names its field, or a warning. */
static enum status
unread(struct making *m, enum asked_field field, const struct err *why)
{
	struct asked_warnings *w = m->warnings;

	if (why->status == STATUS_NOMEM)
		return no_memory(m);
	if (w == NULL)
		return err_set(m->err, why->status, "%s: %s", asked_field_name(field), why->text);
	if (w->count < ASKED_WARNINGS_MAX) {
		w->text[w->count] = arena_format(
		    m->arena, "%s passed over: %s", asked_field_name(field), why->text);
		if (w->text[w->count] == NULL)
			return no_memory(m);
		w->count++;
	}
	return STATUS_OK;
}

/* The values of a field as one text, blank-separated. */
static bool
joined(struct str *out, struct making *m, enum asked_field first, enum asked_field second)
{
	const char *text = "";

	for (size_t i = 0; i < count_of(m, first) + count_of(m, second); i++) {
		struct str value = i < count_of(m, first)
				       ? value_of(m, first, i)
				       : value_of(m, second, i - count_of(m, first));

		text = arena_format(
		    m->arena, "%s%s%.*s", text, text[0] != '\0' ? " " : "", STR_ARG(value));
		if (text == NULL)
			return false;
	}
	*out = str_from(text);
	return true;
}

static struct person_name
known_as_name(struct str value, struct str surname)
{
	if (memchr(value.p, ' ', value.n) != NULL)
		return (struct person_name){ NAME_KNOWN_AS, STR_NONE, STR_NONE, value };
	return (struct person_name){ NAME_KNOWN_AS, value, surname, STR_NONE };
}

static enum status
make_names(struct person *out, struct making *m)
{
	size_t max = 1 + 3 * ASKED_VALUES_MAX, n = 0;
	struct person_name *names = arena_alloc(m->arena, max, sizeof *names);
	struct str forenames, surname = value_of(m, ASKED_SURNAME, 0);

	if (names == NULL || !joined(&forenames, m, ASKED_FORENAME, ASKED_MIDDLE))
		return no_memory(m);
	if (forenames.n > 0 || surname.n > 0)
		names[n++] = (struct person_name){ NAME_CURRENT, forenames, surname, STR_NONE };
	for (size_t i = 0; i < count_of(m, ASKED_NAME); i++) {
		enum name_kind kind = n == 0 ? NAME_CURRENT : NAME_ALIAS;

		names[n++] =
		    (struct person_name){ kind, STR_NONE, STR_NONE, value_of(m, ASKED_NAME, i) };
	}
	for (size_t i = 0; i < count_of(m, ASKED_FORMER_SURNAME); i++)
		names[n++] = (struct person_name){ NAME_FORMER, forenames,
			value_of(m, ASKED_FORMER_SURNAME, i), STR_NONE };
	for (size_t i = 0; i < count_of(m, ASKED_KNOWN_AS); i++)
		names[n++] = known_as_name(value_of(m, ASKED_KNOWN_AS, i), surname);
	out->names = names;
	out->name_count = n;
	return STATUS_OK;
}

/* The day of the i-th age: its own, the only one given, or the default. */
static enum status
day_of_age(day_number *out, struct making *m, size_t i, day_number age_at, struct err *why)
{
	struct str text = value_of(m, ASKED_AGE_AT, count_of(m, ASKED_AGE_AT) == 1 ? 0 : i);

	*out = age_at;
	if (text.n > 0)
		return dates_read_day(out, text, why);
	if (age_at == DAY_NONE)
		return err_set(
		    why, STATUS_INVALID, "it needs the day on which it was true (age_at)");
	return STATUS_OK;
}

static enum status
make_births(struct person *out, struct making *m, day_number age_at)
{
	struct birth *births = arena_alloc(m->arena, 2 * ASKED_VALUES_MAX, sizeof *births);
	enum status status = STATUS_OK;
	size_t n = 0;

	if (births == NULL)
		return no_memory(m);
	for (size_t i = 0; i < count_of(m, ASKED_DOB) && status == STATUS_OK; i++) {
		struct err why = ERR_NONE;

		if (dates_read(&births[n], value_of(m, ASKED_DOB, i), &why) == STATUS_OK)
			n++;
		else
			status = unread(m, ASKED_DOB, &why);
	}
	for (size_t i = 0; i < count_of(m, ASKED_AGE) && status == STATUS_OK; i++) {
		struct err why = ERR_NONE;
		day_number at;

		if (day_of_age(&at, m, i, age_at, &why) == STATUS_OK &&
		    dates_read_age(&births[n], value_of(m, ASKED_AGE, i), at, &why) == STATUS_OK)
			n++;
		else
			status = unread(m, ASKED_AGE, &why);
	}
	if (status == STATUS_OK && n > PERSON_BIRTHS_MAX)
		return err_set(m->err, STATUS_LIMIT, "dob: more than %d dates for one person",
		    PERSON_BIRTHS_MAX);
	out->births = births;
	out->birth_count = n;
	return status;
}

static enum status
make_list(const struct str **out, size_t *count, struct making *m, enum asked_field field)
{
	struct str *list = arena_alloc(m->arena, ASKED_VALUES_MAX, sizeof *list);

	if (list == NULL)
		return no_memory(m);
	*count = count_of(m, field);
	for (size_t i = 0; i < *count; i++)
		list[i] = value_of(m, field, i);
	*out = list;
	return STATUS_OK;
}

static size_t
most(size_t a, size_t b)
{
	return a > b ? a : b;
}

static enum status
make_addresses(struct person *out, struct making *m)
{
	size_t n = most(
	    most(count_of(m, ASKED_ADDRESS), count_of(m, ASKED_TOWN)), count_of(m, ASKED_POSTCODE));
	struct person_address *addresses = arena_alloc(m->arena, n + 1, sizeof *addresses);

	if (addresses == NULL)
		return no_memory(m);
	for (size_t i = 0; i < n; i++)
		addresses[i] = (struct person_address){ value_of(m, ASKED_ADDRESS, i),
			value_of(m, ASKED_TOWN, i), value_of(m, ASKED_POSTCODE, i), DAY_NONE,
			DAY_NONE };
	out->addresses = addresses;
	out->address_count = n;
	return STATUS_OK;
}

static enum status
make_identifiers(struct person *out, struct making *m)
{
	static const struct {
		enum asked_field field;
		enum identifier_kind kind;
	} kinds[] = {
		{ ASKED_NHS, IDENTIFIER_NHS },
		{ ASKED_CHI, IDENTIFIER_CHI },
		{ ASKED_HC, IDENTIFIER_HC },
		{ ASKED_JERSEY, IDENTIFIER_JERSEY },
		{ ASKED_UPN, IDENTIFIER_UPN },
		{ ASKED_CASE, IDENTIFIER_CASE },
	};
	size_t kind_count = sizeof kinds / sizeof kinds[0], n = 0;
	struct person_identifier *ids =
	    arena_alloc(m->arena, kind_count * ASKED_VALUES_MAX, sizeof *ids);

	if (ids == NULL)
		return no_memory(m);
	for (size_t k = 0; k < kind_count; k++)
		for (size_t i = 0; i < count_of(m, kinds[k].field); i++)
			ids[n++] = (struct person_identifier){ kinds[k].kind,
				value_of(m, kinds[k].field, i) };
	if (n > PERSON_IDENTIFIERS_MAX)
		return err_set(m->err, STATUS_LIMIT, "more than %d identifiers for one person",
		    PERSON_IDENTIFIERS_MAX);
	out->identifiers = ids;
	out->identifier_count = n;
	return STATUS_OK;
}

static bool
lower(struct str *out, struct making *m, struct str value)
{
	char *copy = arena_alloc(m->arena, value.n + 1, 1);

	if (copy == NULL)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		copy[i] = c == ' ' ? '_' : c;
	}
	*out = (struct str){ copy, value.n };
	return true;
}

static bool
sex_of(enum sex *out, struct str word)
{
	static const struct {
		const char *word;
		enum sex sex;
	} short_forms[] = { { "f", SEX_FEMALE }, { "girl", SEX_FEMALE }, { "woman", SEX_FEMALE },
		{ "m", SEX_MALE }, { "boy", SEX_MALE }, { "man", SEX_MALE }, { "u", SEX_UNKNOWN } };

	for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++)
		if (str_eq_text(word, short_forms[i].word)) {
			*out = short_forms[i].sex;
			return true;
		}
	return sex_from_name(out, word);
}

static enum status
make_words(struct person *out, struct making *m)
{
	struct str role = value_of(m, ASKED_ROLE, 0), sex = value_of(m, ASKED_SEX, 0);
	struct err why = ERR_NONE;
	enum status status = STATUS_OK;

	if (!lower(&role, m, role) || !lower(&sex, m, sex))
		return no_memory(m);
	if (role.n > 0 && !person_role_from_name(&out->role, role)) {
		(void)err_set(&why, STATUS_INVALID,
		    "\"%.*s\" is not one of child, sibling, parent, "
		    "carer, perpetrator, household, other",
		    (int)(role.n > 40 ? 40 : role.n), role.p);
		status = unread(m, ASKED_ROLE, &why);
	}
	err_clear(&why);
	if (status == STATUS_OK && sex.n > 0 && !sex_of(&out->sex, sex)) {
		(void)err_set(&why, STATUS_INVALID,
		    "\"%.*s\" is not one of female, male, other, unknown",
		    (int)(sex.n > 40 ? 40 : sex.n), sex.p);
		status = unread(m, ASKED_SEX, &why);
	}
	return status;
}

bool
asked_is_searchable(const struct person *person)
{
	return person->name_count + person->birth_count + person->address_count +
		   person->phone_count + person->email_count + person->identifier_count >
	       0;
}

enum status
asked_person(struct person *out, const struct asked *asked, day_number age_at, struct arena *arena,
    struct asked_warnings *warnings, struct err *err)
{
	struct making m = { asked, arena, warnings, err };
	enum status status;

	*out = (struct person){ .id = STR_NONE, .note = STR_NONE };
	status = make_words(out, &m);
	if (status == STATUS_OK)
		status = make_names(out, &m);
	if (status == STATUS_OK)
		status = make_births(out, &m, age_at);
	if (status == STATUS_OK)
		status = make_addresses(out, &m);
	if (status == STATUS_OK)
		status = make_identifiers(out, &m);
	if (status == STATUS_OK)
		status = make_list(&out->phones, &out->phone_count, &m, ASKED_PHONE);
	if (status == STATUS_OK)
		status = make_list(&out->emails, &out->email_count, &m, ASKED_EMAIL);
	if (status == STATUS_OK && !asked_is_searchable(out))
		status = err_set(err, STATUS_INVALID,
		    "nothing to search by: give a name, date of birth, address, phone, e-mail or "
		    "identifier");
	return status;
}
