#include "record/features_parts.h"

#define PHONE_DIGITS_MIN 7			    /* fewer is an extension or a slip */
#define PHONE_DIGITS_MAX 15			    /* ITU-T E.164 */
#define NATIONAL_DIGITS 10			    /* of a British number without its 0 */
#define PHONES_FEATURES_MAX (2 * PERSON_PHONES_MAX) /* a field may hold two */

static bool
all_same(struct str text)
{
	for (size_t i = 1; i < text.n; i++)
		if (text.p[i] != text.p[0])
			return false;
	return true;
}

/* Digits up to the extension; *plus if the number is written with its country. */
static size_t
read_digits(char *out, bool *plus, struct str text)
{
	size_t n = 0;

	*plus = false;
	for (size_t i = 0; i < text.n && n < 2 * PHONE_DIGITS_MAX; i++) {
		char c = text.p[i];

		if (c == '+')
			*plus = *plus || n == 0;
		else if (c >= '0' && c <= '9')
			out[n++] = c;
		else if ((c == 'x' || c == 'X' || c == 'e' || c == 'E') && n >= PHONE_DIGITS_MIN)
			break;
	}
	return n;
}

/* National digits: +44, 0044, 44 and the 0 in front are gone. */
static struct str
national(struct str digits, bool plus)
{
	bool country = plus;

	if (str_starts(digits, STR_LIT("00"))) {
		digits = str_part(digits, 2, digits.n);
		country = true;
	}
	if (str_starts(digits, STR_LIT("44")) && (country || digits.n >= NATIONAL_DIGITS + 2)) {
		digits = str_part(digits, 2, digits.n);
		country = false;
	}
	if (!country && digits.n > 0 && digits.p[0] == '0')
		digits = str_part(digits, 1, digits.n);
	return digits;
}

static bool
known_contact(const struct feature_contact *list, size_t count, struct str value)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].value, value))
			return true;
	return false;
}

static bool
read_phone(struct str *out, struct feature_maker *maker, struct str text)
{
	char digits[2 * PHONE_DIGITS_MAX];
	bool plus;
	struct str written = { digits, read_digits(digits, &plus, text) }, number;

	number = national(written, plus);
	if (number.n < PHONE_DIGITS_MIN || number.n > PHONE_DIGITS_MAX || all_same(number))
		return false;
	if (lexicon_is_missing(maker->lexicon, LEXICON_PHONE, written))
		return false;
	if (!arena_copy(out, maker->arena, number))
		maker->nomem = true;
	return !maker->nomem;
}

static void
make_phones(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct feature_contact list[PHONES_FEATURES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < person->phone_count; i++) {
		struct str rest = person->phones[i];

		for (int half = 0; half < 2 && rest.n > 0 && count < PHONES_FEATURES_MAX; half++) {
			size_t cut = 0;
			struct str number;

			while (cut < rest.n && strchr("/,;|&", rest.p[cut]) == NULL)
				cut++;
			if (read_phone(&number, maker, str_part(rest, 0, cut)) &&
			    !known_contact(list, count, number))
				list[count++] = (struct feature_contact){ number, (uint8_t)i };
			rest = str_part(rest, cut + 1, rest.n);
		}
	}
	out->phones = features_keep(maker, list, count, sizeof list[0]);
	out->phone_count = count;
}

/* Lower case, no blanks around, exactly one @ with something on both sides. */
static bool
read_email(struct str *out, struct feature_maker *maker, struct str text)
{
	struct str trimmed = str_trim(text), left, right;
	char *p;

	if (str_eq_nocase(str_part(trimmed, 0, 7), STR_LIT("mailto:")))
		trimmed = str_part(trimmed, 7, trimmed.n);
	p = arena_alloc(maker->arena, trimmed.n + 1, 1);
	if (p == NULL) {
		maker->nomem = true;
		return false;
	}
	for (size_t i = 0; i < trimmed.n; i++) {
		char c = trimmed.p[i];

		if (c == ' ' || c == '\t')
			return false;
		p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	right = *out = (struct str){ p, trimmed.n };
	left = str_cut(&right, '@');
	return left.n > 0 && right.n > 0 && memchr(right.p, '@', right.n) == NULL &&
	       !lexicon_is_missing(maker->lexicon, LEXICON_EMAIL, *out);
}

static void
make_emails(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct feature_contact list[PERSON_EMAILS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < person->email_count && count < PERSON_EMAILS_MAX; i++) {
		struct str value;

		if (read_email(&value, maker, person->emails[i]) &&
		    !known_contact(list, count, value))
			list[count++] = (struct feature_contact){ value, (uint8_t)i };
	}
	out->emails = features_keep(maker, list, count, sizeof list[0]);
	out->email_count = count;
}

static bool
read_identifier(struct str *out, struct feature_maker *maker, struct str text)
{
	struct str folded = features_fold(maker, text);
	char *p = arena_alloc(maker->arena, folded.n + 1, 1);
	size_t n = 0;

	if (p == NULL) {
		maker->nomem = true;
		return false;
	}
	for (size_t i = 0; i < folded.n; i++)
		if (folded.p[i] != ' ' && folded.p[i] != '-' && folded.p[i] != '\'')
			p[n++] = folded.p[i];
	*out = (struct str){ p, n };
	return n > 0 && (n == 1 || !all_same(*out)) &&
	       !lexicon_is_missing(maker->lexicon, LEXICON_IDENTIFIER, *out) &&
	       !lexicon_is_missing(maker->lexicon, LEXICON_IDENTIFIER, folded);
}

static void
make_identifiers(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct feature_identifier list[PERSON_IDENTIFIERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < person->identifier_count && count < PERSON_IDENTIFIERS_MAX; i++) {
		struct feature_identifier *made = &list[count];

		made->kind = person->identifiers[i].kind;
		made->source = (uint8_t)i;
		if (read_identifier(&made->value, maker, person->identifiers[i].value))
			count++;
	}
	out->identifiers = features_keep(maker, list, count, sizeof list[0]);
	out->identifier_count = count;
}

void
features_contacts(struct features *out, struct feature_maker *maker, const struct person *person)
{
	make_phones(out, maker, person);
	make_emails(out, maker, person);
	make_identifiers(out, maker, person);
}
