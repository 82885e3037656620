#include "client/columns.h"

#define NAME_BYTES_MAX 32

/* Other words for a column, as exports of spreadsheets have them. */
static const struct {
	const char *name;
	enum asked_field field;
} synonyms[] = {
	{ "forenames", ASKED_FORENAME },
	{ "first_name", ASKED_FORENAME },
	{ "given_name", ASKED_FORENAME },
	{ "middle_name", ASKED_MIDDLE },
	{ "middle_names", ASKED_MIDDLE },
	{ "last_name", ASKED_SURNAME },
	{ "full_name", ASKED_NAME },
	{ "date_of_birth", ASKED_DOB },
	{ "locality", ASKED_TOWN },
	{ "phones", ASKED_PHONE },
	{ "e_mail", ASKED_EMAIL },
	{ "nhs_number", ASKED_NHS },
};

/* False if the name is longer than any that is known. */
static bool
plain_name(char out[NAME_BYTES_MAX + 1], struct str name)
{
	name = str_trim(name);
	if (name.n > NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		out[i] = c == ' ' || c == '-'	? '_'
			 : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a')
						: c;
	}
	out[name.n] = '\0';
	return true;
}

static bool
find_field(enum asked_field *out, const char *name)
{
	for (unsigned i = ASKED_ROLE; i < ASKED_COUNT; i++)
		if (strcmp(name, asked_field_name((enum asked_field)i)) == 0) {
			*out = (enum asked_field)i;
			return true;
		}
	for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
		if (strcmp(name, synonyms[i].name) == 0) {
			*out = synonyms[i].field;
			return true;
		}
	return false;
}

static enum status
read_ref(struct columns *out, size_t i, const char *source, unsigned line, struct err *err)
{
	if (out->ref != ROWS_COLUMNS_MAX)
		return err_data(err, STATUS_INVALID, source, line,
		    "columns %zu and %zu are both ref or id", out->ref + 1, i + 1);
	out->ref = i;
	out->column[i].is_ref = true;
	return STATUS_OK;
}

enum status
columns_read(struct columns *out, const struct row *header, bool ignore_unknown, const char *source,
    struct err *err)
{
	enum status status = STATUS_OK;

	*out = (struct columns){ .count = header->count, .ref = ROWS_COLUMNS_MAX };
	if (header->fault != NULL)
		return err_data(err, STATUS_INVALID, source, header->line, "%s", header->fault);
	for (size_t i = 0; i < header->count && status == STATUS_OK; i++) {
		struct str shown = str_part(str_trim(header->fields[i]), 0, 40);
		char name[NAME_BYTES_MAX + 1];
		bool known = plain_name(name, header->fields[i]);

		if (known && (strcmp(name, "ref") == 0 || strcmp(name, "id") == 0))
			status = read_ref(out, i, source, header->line, err);
		else if (known && find_field(&out->column[i].field, name))
			out->column[i].used = true;
		else if (!ignore_unknown)
			status = err_data(err, STATUS_INVALID, source, header->line,
			    "unknown column \"%.*s\"; leave it out or pass over such with "
			    "--ignore-columns",
			    STR_ARG(shown));
	}
	if (status == STATUS_OK && out->ref == ROWS_COLUMNS_MAX)
		status = err_data(err, STATUS_INVALID, source, header->line,
		    "no column is named ref or id: each row needs a word of its own");
	return status;
}
