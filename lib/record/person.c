#include "record/person.h"

static const char *const role_words[ROLE_COUNT] = { "unknown", "child", "sibling", "parent",
	"carer", "perpetrator", "household", "referrer", "caller", "worker", "other" };
static const char *const kind_words[NAME_KIND_COUNT] = { "current", "former", "alias", "known_as",
	"free_text" };
static const char *const sex_words[SEX_COUNT] = { "unknown", "female", "male", "other" };
static const char *const identifier_words[IDENTIFIER_COUNT] = { "nhs", "chi", "hc", "jersey", "upn",
	"case" };

static const char *
word(const char *const *words, size_t count, unsigned value)
{
	return value < count ? words[value] : "unknown";
}

static bool
find(unsigned *out, const char *const *words, size_t count, struct str name)
{
	for (unsigned i = 0; i < count; i++) {
		if (str_eq_text(name, words[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *
person_role_name(enum person_role role)
{
	return word(role_words, ROLE_COUNT, (unsigned)role);
}

const char *
name_kind_name(enum name_kind kind)
{
	return word(kind_words, NAME_KIND_COUNT, (unsigned)kind);
}

const char *
sex_name(enum sex sex)
{
	return word(sex_words, SEX_COUNT, (unsigned)sex);
}

const char *
identifier_kind_name(enum identifier_kind kind)
{
	return word(identifier_words, IDENTIFIER_COUNT, (unsigned)kind);
}

bool
person_role_from_name(enum person_role *out, struct str name)
{
	unsigned value;

	if (!find(&value, role_words, ROLE_COUNT, name))
		return false;
	*out = (enum person_role)value;
	return true;
}

bool
name_kind_from_name(enum name_kind *out, struct str name)
{
	unsigned value;

	if (!find(&value, kind_words, NAME_KIND_COUNT, name))
		return false;
	*out = (enum name_kind)value;
	return true;
}

bool
sex_from_name(enum sex *out, struct str name)
{
	unsigned value;

	if (!find(&value, sex_words, SEX_COUNT, name))
		return false;
	*out = (enum sex)value;
	return true;
}

bool
identifier_kind_from_name(enum identifier_kind *out, struct str name)
{
	unsigned value;

	if (!find(&value, identifier_words, IDENTIFIER_COUNT, name))
		return false;
	*out = (enum identifier_kind)value;
	return true;
}
