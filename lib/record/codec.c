/*
 * Layout, version 2. Numbers are LEB128 (buf_add_varint); `str` is a length and that many bytes;
 * `days` is a signed number as zigzag (0, -1, 1, -2 ... as 0, 1, 2, 3 ...).
 *
 *   byte version = 2
 *   byte presence: bit 0 opened, 1 closed, 2 status, 3 service, 4-6 nation (0 none, 1-5 the list
 *        below, 7 as str), 7 age disputed
 *   byte system (1-5 the list below; 0: str system follows), str record_id
 *   days opened; days closed (after opened when that is there); str status; str service; str
 *        nation: each only if present
 *   str person id
 *   byte role | sex << 4
 *   byte lists: bit 0 note, 1 names, 2 births, 3 addresses, 4 phones, 5 emails, 6 identifiers
 *   str note, then each list that is there, in that order: count, then the entries:
 *     name        byte kind | forenames << 4 | surname << 5 | full << 6; the str that are there
 *     birth       byte precision | about << 4; then
 *                 exact: days first; year-month: months from 1850-01; year: years from 1850;
 *                 range: days first, days from first to last; age: age, days at
 *     address     byte text | town << 1 | postcode << 2 | from << 3 | to << 4; the str and days
 *                 that are there (`to` after `from` when that is there)
 *     phone, email   str
 *     identifier  kind, str
 *
 * Nothing may follow. Births are rebuilt by the constructors of birth.h, so a decoded one is
 * always a possible one.
 */
#include "record/codec.h"

#define VERSION 2

enum { HAS_OPENED = 1, HAS_CLOSED = 2, HAS_STATUS = 4, HAS_SERVICE = 8, AGE_DISPUTED = 128 };
#define NATION_SHIFT 4
#define NATION_MASK 7u
#define NATION_OTHER 7u

enum {
	HAS_NOTE = 1,
	HAS_NAMES = 2,
	HAS_BIRTHS = 4,
	HAS_ADDRESSES = 8,
	HAS_PHONES = 16,
	HAS_EMAILS = 32,
	HAS_IDENTIFIERS = 64
};

#define KIND_MASK 15u
enum { HAS_FORENAMES = 16, HAS_SURNAME = 32, HAS_FULL = 64 };
enum { BIRTH_ABOUT = 16 };
enum { HAS_TEXT = 1, HAS_TOWN = 2, HAS_POSTCODE = 4, HAS_FROM = 8, HAS_TO = 16 };

static const char *const nations[] = { "", "england", "wales", "scotland", "northern_ireland",
	"jersey" };
#define NATION_COUNT (sizeof nations / sizeof nations[0])

static void
put_str(struct buf *out, struct str s)
{
	buf_add_varint(out, s.n);
	buf_add_str(out, s);
}

/* Only to keep short what every person carries; any other system is written out. */
static const char *const systems[] = { "", "childrens_services", "helpline", "childline", "ctac",
	"participation" };
#define SYSTEM_COUNT (sizeof systems / sizeof systems[0])

static void
put_system(struct buf *out, struct str system)
{
	unsigned code = 1;

	while (code < SYSTEM_COUNT && !str_eq_text(system, systems[code]))
		code++;
	if (code < SYSTEM_COUNT) {
		buf_add_char(out, (char)code);
	} else {
		buf_add_char(out, 0);
		put_str(out, system);
	}
}

static unsigned
nation_code(struct str nation)
{
	for (unsigned i = 0; i < NATION_COUNT; i++)
		if (str_eq_text(nation, nations[i]))
			return i;
	return NATION_OTHER;
}

static void
put_days(struct buf *out, int64_t days)
{
	buf_add_varint(out, days < 0 ? ((uint64_t) - (days + 1) << 1) | 1 : (uint64_t)days << 1);
}

static void
put_byte(struct buf *out, unsigned value)
{
	buf_add_char(out, (char)value);
}

static unsigned
flag(bool is_there, unsigned bit)
{
	return is_there ? bit : 0;
}

/* A span of two days, either of which may be unknown. */
static void
put_span(struct buf *out, day_number first, day_number last)
{
	if (first != DAY_NONE)
		put_days(out, first);
	if (last != DAY_NONE)
		put_days(out, (int64_t)last - (first != DAY_NONE ? first : 0));
}

static void
put_header(struct buf *out, const struct case_header *header, bool age_disputed)
{
	unsigned nation = nation_code(header->nation);

	put_byte(out, flag(header->opened != DAY_NONE, HAS_OPENED) |
			  flag(header->closed != DAY_NONE, HAS_CLOSED) |
			  flag(header->status.n > 0, HAS_STATUS) |
			  flag(header->service.n > 0, HAS_SERVICE) | nation << NATION_SHIFT |
			  flag(age_disputed, AGE_DISPUTED));
	put_system(out, header->system);
	put_str(out, header->record_id);
	put_span(out, header->opened, header->closed);
	if (header->status.n > 0)
		put_str(out, header->status);
	if (header->service.n > 0)
		put_str(out, header->service);
	if (nation == NATION_OTHER)
		put_str(out, header->nation);
}

static void
put_name(struct buf *out, const struct person_name *name)
{
	put_byte(out, (unsigned)name->kind | flag(name->forenames.n > 0, HAS_FORENAMES) |
			  flag(name->surname.n > 0, HAS_SURNAME) |
			  flag(name->full.n > 0, HAS_FULL));
	if (name->forenames.n > 0)
		put_str(out, name->forenames);
	if (name->surname.n > 0)
		put_str(out, name->surname);
	if (name->full.n > 0)
		put_str(out, name->full);
}

static void
put_birth(struct buf *out, const struct birth *birth)
{
	struct civil first = day_to_civil(birth->first);
	unsigned years = (unsigned)(first.year - BIRTH_YEAR_MIN);

	put_byte(out, (unsigned)birth->precision | flag(birth->about, BIRTH_ABOUT));
	switch (birth->precision) {
	case BIRTH_EXACT:
		put_days(out, birth->first);
		break;
	case BIRTH_YEAR_MONTH:
		buf_add_varint(out, years * 12 + (unsigned)first.month - 1);
		break;
	case BIRTH_YEAR:
		buf_add_varint(out, years);
		break;
	case BIRTH_RANGE:
		put_days(out, birth->first);
		put_days(out, (int64_t)birth->last - birth->first);
		break;
	case BIRTH_AGE:
		buf_add_varint(out, birth->age);
		put_days(out, birth->at);
		break;
	}
}

static void
put_address(struct buf *out, const struct person_address *address)
{
	put_byte(out, flag(address->text.n > 0, HAS_TEXT) | flag(address->town.n > 0, HAS_TOWN) |
			  flag(address->postcode.n > 0, HAS_POSTCODE) |
			  flag(address->from != DAY_NONE, HAS_FROM) |
			  flag(address->to != DAY_NONE, HAS_TO));
	if (address->text.n > 0)
		put_str(out, address->text);
	if (address->town.n > 0)
		put_str(out, address->town);
	if (address->postcode.n > 0)
		put_str(out, address->postcode);
	put_span(out, address->from, address->to);
}

static void
put_strs(struct buf *out, const struct str *list, size_t count)
{
	if (count == 0)
		return;
	buf_add_varint(out, count);
	for (size_t i = 0; i < count; i++)
		put_str(out, list[i]);
}

static void
put_lists(struct buf *out, const struct person *person)
{
	if (person->name_count > 0)
		buf_add_varint(out, person->name_count);
	for (size_t i = 0; i < person->name_count; i++)
		put_name(out, &person->names[i]);
	if (person->birth_count > 0)
		buf_add_varint(out, person->birth_count);
	for (size_t i = 0; i < person->birth_count; i++)
		put_birth(out, &person->births[i]);
	if (person->address_count > 0)
		buf_add_varint(out, person->address_count);
	for (size_t i = 0; i < person->address_count; i++)
		put_address(out, &person->addresses[i]);
	put_strs(out, person->phones, person->phone_count);
	put_strs(out, person->emails, person->email_count);
	if (person->identifier_count > 0)
		buf_add_varint(out, person->identifier_count);
	for (size_t i = 0; i < person->identifier_count; i++) {
		buf_add_varint(out, (unsigned)person->identifiers[i].kind);
		put_str(out, person->identifiers[i].value);
	}
}

void
codec_encode(struct buf *out, const struct case_header *header, const struct person *person)
{
	put_byte(out, VERSION);
	put_header(out, header, person->age_disputed);
	put_str(out, person->id);
	put_byte(out, (unsigned)person->role | (unsigned)person->sex << 4);
	put_byte(out, flag(person->note.n > 0, HAS_NOTE) | flag(person->name_count > 0, HAS_NAMES) |
			  flag(person->birth_count > 0, HAS_BIRTHS) |
			  flag(person->address_count > 0, HAS_ADDRESSES) |
			  flag(person->phone_count > 0, HAS_PHONES) |
			  flag(person->email_count > 0, HAS_EMAILS) |
			  flag(person->identifier_count > 0, HAS_IDENTIFIERS));
	if (person->note.n > 0)
		put_str(out, person->note);
	put_lists(out, person);
}

/* --- Reading: every take_* returns false when the bytes do not fit the layout. ----------------*/

static bool
take_str(struct str *out, struct str *in)
{
	uint64_t n;

	return buf_take_varint(&n, in) && n <= in->n && buf_take(out, in, (size_t)n);
}

static bool
take_byte(unsigned *out, struct str *in)
{
	struct str byte;

	if (!buf_take(&byte, in, 1))
		return false;
	*out = (unsigned char)byte.p[0];
	return true;
}

/* `from` plus the number read; within the days that four-digit years can name. */
static bool
take_days(day_number *out, struct str *in, day_number from)
{
	uint64_t zigzag;
	int64_t days;
	day_number lowest = day_from_civil((struct civil){ 1, 1, 1 });
	day_number highest = day_from_civil((struct civil){ 9999, 12, 31 });

	if (!buf_take_varint(&zigzag, in) || zigzag > (uint64_t)UINT32_MAX * 2)
		return false;
	days = (zigzag & 1) != 0 ? -(int64_t)(zigzag >> 1) - 1 : (int64_t)(zigzag >> 1);
	days += from;
	if (days < lowest || days > highest)
		return false;
	*out = (day_number)days;
	return true;
}

static bool
take_span(day_number *first, day_number *last, struct str *in, bool has_first, bool has_last)
{
	*first = *last = DAY_NONE;
	if (has_first && !take_days(first, in, 0))
		return false;
	return !has_last || take_days(last, in, has_first ? *first : 0);
}

/* Takes a str only if it is said to be there, and then it is not empty. */
static bool
take_present(struct str *out, struct str *in, bool is_there)
{
	*out = STR_NONE;
	return !is_there || (take_str(out, in) && out->n > 0);
}

static bool
take_system(struct str *out, struct str *in)
{
	unsigned code;

	if (!take_byte(&code, in) || code >= SYSTEM_COUNT)
		return false;
	*out = str_from(systems[code]);
	return code != 0 || take_str(out, in);
}

static bool
take_header(struct case_header *out, bool *age_disputed, struct str *in)
{
	unsigned bits, nation;

	if (!take_byte(&bits, in))
		return false;
	nation = bits >> NATION_SHIFT & NATION_MASK;
	if (nation >= NATION_COUNT && nation != NATION_OTHER)
		return false;
	*age_disputed = (bits & AGE_DISPUTED) != 0;
	if (!take_system(&out->system, in) || !take_str(&out->record_id, in) ||
	    !take_span(&out->opened, &out->closed, in, (bits & HAS_OPENED) != 0,
		(bits & HAS_CLOSED) != 0) ||
	    !take_present(&out->status, in, (bits & HAS_STATUS) != 0) ||
	    !take_present(&out->service, in, (bits & HAS_SERVICE) != 0))
		return false;
	if (nation == NATION_OTHER)
		return take_present(&out->nation, in, true);
	out->nation = str_from(nations[nation]);
	return true;
}

static bool
take_name(struct person_name *out, struct str *in)
{
	unsigned bits;

	if (!take_byte(&bits, in) || (bits & KIND_MASK) >= NAME_KIND_COUNT || bits > 127)
		return false;
	out->kind = (enum name_kind)(bits & KIND_MASK);
	return take_present(&out->forenames, in, (bits & HAS_FORENAMES) != 0) &&
	       take_present(&out->surname, in, (bits & HAS_SURNAME) != 0) &&
	       take_present(&out->full, in, (bits & HAS_FULL) != 0);
}

/* An age or a count of months or years: small enough that a test is done by its constructor. */
static bool
take_small(int *out, struct str *in)
{
	uint64_t value;

	if (!buf_take_varint(&value, in) || value > 100000)
		return false;
	*out = (int)value;
	return true;
}

static bool
take_birth_range(struct birth *out, struct str *in)
{
	day_number first, last;

	return take_days(&first, in, 0) && take_days(&last, in, first) &&
	       birth_range(out, first, last, NULL) == STATUS_OK;
}

static bool
take_birth(struct birth *out, struct str *in)
{
	unsigned bits;
	day_number day;
	int n;
	bool about;

	if (!take_byte(&bits, in) || bits > (BIRTH_ABOUT | KIND_MASK))
		return false;
	about = (bits & BIRTH_ABOUT) != 0;
	if (about && (bits & KIND_MASK) != BIRTH_AGE)
		return false;
	switch (bits & KIND_MASK) {
	case BIRTH_EXACT:
		return take_days(&day, in, 0) &&
		       birth_exact(out, day_to_civil(day), NULL) == STATUS_OK;
	case BIRTH_YEAR_MONTH:
		return take_small(&n, in) && birth_year_month(out, BIRTH_YEAR_MIN + n / 12,
						 n % 12 + 1, NULL) == STATUS_OK;
	case BIRTH_YEAR:
		return take_small(&n, in) && birth_year(out, BIRTH_YEAR_MIN + n, NULL) == STATUS_OK;
	case BIRTH_RANGE:
		return take_birth_range(out, in);
	case BIRTH_AGE:
		return take_small(&n, in) && take_days(&day, in, 0) &&
		       birth_age(out, (unsigned)n, day, about, NULL) == STATUS_OK;
	default:
		return false;
	}
}

static bool
take_address(struct person_address *out, struct str *in)
{
	unsigned bits;

	return take_byte(&bits, in) && bits < 32 &&
	       take_present(&out->text, in, (bits & HAS_TEXT) != 0) &&
	       take_present(&out->town, in, (bits & HAS_TOWN) != 0) &&
	       take_present(&out->postcode, in, (bits & HAS_POSTCODE) != 0) &&
	       take_span(&out->from, &out->to, in, (bits & HAS_FROM) != 0, (bits & HAS_TO) != 0);
}

static bool
take_identifier(struct person_identifier *out, struct str *in)
{
	int kind;

	if (!take_small(&kind, in) || kind >= IDENTIFIER_COUNT)
		return false;
	out->kind = (enum identifier_kind)kind;
	return take_str(&out->value, in);
}

/* The count of a list and its memory. *nomem tells a full arena from bad bytes. */
static void *
take_list(
    size_t *count, bool *nomem, struct arena *arena, struct str *in, size_t count_max, size_t size)
{
	uint64_t n;
	void *list;

	if (!buf_take_varint(&n, in) || n == 0 || n > count_max)
		return NULL;
	list = arena_alloc(arena, (size_t)n, size);
	*nomem = list == NULL;
	*count = (size_t)n;
	return list;
}

/* Each function below reads one list; `take` is the reader of an entry. */
#define TAKE_LIST(function, type, field, counter, count_max, take)                         \
	static bool function(                                                              \
	    struct person *person, bool *nomem, struct arena *arena, struct str *in)       \
	{                                                                                  \
		size_t count = 0;                                                          \
		type *list = take_list(&count, nomem, arena, in, count_max, sizeof *list); \
                                                                                           \
		for (size_t i = 0; i < count && list != NULL; i++)                         \
			if (!take(&list[i], in))                                           \
				return false;                                              \
		person->field = list;                                                      \
		person->counter = count;                                                   \
		return list != NULL;                                                       \
	}

TAKE_LIST(take_names, struct person_name, names, name_count, PERSON_NAMES_MAX, take_name)
TAKE_LIST(take_births, struct birth, births, birth_count, PERSON_BIRTHS_MAX, take_birth)
TAKE_LIST(take_addresses, struct person_address, addresses, address_count, PERSON_ADDRESSES_MAX,
    take_address)
TAKE_LIST(take_phones, struct str, phones, phone_count, PERSON_PHONES_MAX, take_str)
TAKE_LIST(take_emails, struct str, emails, email_count, PERSON_EMAILS_MAX, take_str)
TAKE_LIST(take_identifiers, struct person_identifier, identifiers, identifier_count,
    PERSON_IDENTIFIERS_MAX, take_identifier)

static bool
take_person(struct person *out, bool *nomem, struct arena *arena, struct str *in)
{
	unsigned who, lists;

	if (!take_str(&out->id, in) || !take_byte(&who, in) || !take_byte(&lists, in))
		return false;
	if ((who & 15) >= ROLE_COUNT || who >> 4 >= SEX_COUNT || lists > 127)
		return false;
	out->role = (enum person_role)(who & 15);
	out->sex = (enum sex)(who >> 4);
	return take_present(&out->note, in, (lists & HAS_NOTE) != 0) &&
	       ((lists & HAS_NAMES) == 0 || take_names(out, nomem, arena, in)) &&
	       ((lists & HAS_BIRTHS) == 0 || take_births(out, nomem, arena, in)) &&
	       ((lists & HAS_ADDRESSES) == 0 || take_addresses(out, nomem, arena, in)) &&
	       ((lists & HAS_PHONES) == 0 || take_phones(out, nomem, arena, in)) &&
	       ((lists & HAS_EMAILS) == 0 || take_emails(out, nomem, arena, in)) &&
	       ((lists & HAS_IDENTIFIERS) == 0 || take_identifiers(out, nomem, arena, in)) &&
	       in->n == 0;
}

enum status
codec_decode(struct case_header *header, struct person *person, struct arena *arena,
    struct str bytes, struct err *err)
{
	struct case_header head = { 0 };
	struct person who = { 0 };
	struct str in = bytes;
	bool nomem = false;
	unsigned version;

	if (!take_byte(&version, &in))
		return err_set(err, STATUS_CORRUPT, "stored person is empty");
	if (version != VERSION)
		return err_set(err, STATUS_CORRUPT, "stored person has version %u", version);
	if (!take_header(&head, &who.age_disputed, &in) || !take_person(&who, &nomem, arena, &in)) {
		if (nomem)
			return err_set(err, STATUS_NOMEM, "out of memory");
		return err_set(err, STATUS_CORRUPT, "stored person is damaged at byte %zu of %zu",
		    bytes.n - in.n, bytes.n);
	}
	*header = head;
	*person = who;
	return STATUS_OK;
}

_Static_assert(ROLE_COUNT <= 16 && SEX_COUNT <= 16, "role and sex share a byte");
_Static_assert(NAME_KIND_COUNT <= 16, "a name's kind has 4 bits");
_Static_assert(NATION_COUNT <= NATION_OTHER, "a nation's code has 3 bits");
