/*
 * A record is built in two arenas' worth of memory at most: `arena` holds the texts of its header
 * and of the people not given out yet, `drafts` the people themselves. When the drafts are full
 * the people are given out, and the header, copied into the struct, carries on.
 */
#include "indexer/row_to_case.h"

#include "base/mem.h"
#include "indexer/cell.h"
#include "indexer/dates.h"
#include "indexer/draft.h"

#include <stdio.h>

#define HEADER_TEXT_BYTES PERSON_TEXT_BYTES_MAX
#define RECORD_BYTES_MAX                                                        \
	(1u << 20) /* texts of one record in memory; a larger one goes in parts \
		    */

struct row_to_case {
	const struct mapping *mapping;
	day_number as_of;
	struct row_to_case_sink sink;
	struct cell_reader cells;
	struct arena *arena;
	struct case_header header;
	char record_id[RECORD_ID_BYTES_MAX];
	char status[HEADER_TEXT_BYTES], service[HEADER_TEXT_BYTES], nation[HEADER_TEXT_BYTES];
	struct draft drafts[CASE_PEOPLE_MAX];
	size_t count;
	size_t numbered;    /* people of this record that got an id from us */
	struct draft now;   /* the person that a block of this row makes */
	struct draft spare; /* the first one of the row that says something but names nobody */
	bool has_spare;
	struct person people[CASE_PEOPLE_MAX];
};

enum status
row_to_case_new(struct row_to_case **out, const struct mapping *mapping,
    const struct lexicon *lexicon, struct folder *folder, day_number as_of,
    struct row_to_case_sink sink, struct err *err)
{
	struct row_to_case *converter = mem_zero(1, sizeof *converter);

	if (converter != NULL)
		converter->arena = arena_new(0);
	if (converter == NULL || converter->arena == NULL) {
		row_to_case_free(converter);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	converter->mapping = mapping;
	converter->as_of = as_of;
	converter->sink = sink;
	converter->cells = (struct cell_reader){ .mapping = mapping,
		.lexicon = lexicon,
		.folder = folder,
		.arena = converter->arena,
		.sink = sink };
	*out = converter;
	return STATUS_OK;
}

void
row_to_case_free(struct row_to_case *converter)
{
	if (converter == NULL)
		return;
	arena_free(converter->arena);
	mem_free(converter);
}

/* --- Id and operation ---------------------------------------------------------------------- */
static const char *
id_fault(struct str id)
{
	if (id.n == 0)
		return "the record id is empty";
	if (id.n > RECORD_ID_BYTES_MAX)
		return "the record id is longer than 64 bytes";
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] < 0x20 || id.p[i] == 0x7f)
			return "the record id has a control character";
	return NULL;
}

void
row_to_case_id(
    struct str *out, const char **fault, const struct row_to_case *converter, const struct row *row)
{
	const struct mapping_value *value = &converter->mapping->id;
	struct str id = STR_NONE;

	*fault = NULL;
	for (size_t i = 0; i < value->path_count; i++) {
		struct row_cell cell;

		row_text(&cell, row, NULL, &value->paths[i]);
		if (cell.fault != NULL && *fault == NULL)
			*fault = cell.fault;
		id = id.n == 0 ? cell.text
			       : str_from(arena_format(row->arena, "%.*s%s%.*s", STR_ARG(id),
				     value->join, STR_ARG(cell.text)));
	}
	if (*fault == NULL)
		*fault = id_fault(id);
	*out = id;
}

bool
row_to_case_removes(const struct row_to_case *converter, const struct row *row)
{
	const struct mapping *mapping = converter->mapping;
	struct row_cell cell;

	if (mapping->operation.path_count == 0)
		return false;
	row_text(&cell, row, NULL, &mapping->operation.paths[0]);
	for (size_t i = 0; i < mapping->remove_count; i++)
		if (str_eq_nocase(cell.text, mapping->remove_words[i]))
			return true;
	return false;
}

/* --- Parts of a person --------------------------------------------------------------------- */
static void
no_room(struct row_to_case *converter, const struct mapping_value *value)
{
	cell_fault(&converter->cells, value, "is one more than a person can have", STR_NONE);
}

/* Runs `fill` once, or for each entry of the array at `each`. */
typedef void fill_entry(struct row_to_case *converter, const void *spec);

static void
each_entry(struct row_to_case *converter, const struct mapping_path *each, fill_entry *fill,
    const void *spec)
{
	struct cell_reader *cells = &converter->cells;
	const struct json_t *outside = cells->element;
	const char *fault = NULL;
	size_t count;

	if (each == NULL) {
		fill(converter, spec);
		return;
	}
	count = row_count(cells->row, outside, each, &fault);
	if (fault != NULL)
		converter->sink.fault(converter->sink.ctx, cells->row,
		    converter->mapping->columns[each->column].name, fault, STR_NONE);
	for (size_t i = 0; i < count; i++) {
		cells->element = row_entry(cells->row, outside, each, i);
		fill(converter, spec);
	}
	cells->element = outside;
}

static void
keep_name(struct row_to_case *converter, const struct mapping_name *spec, struct person_name name)
{
	if (!draft_add_name(&converter->now, &name))
		no_room(converter, mapping_has(&spec->full) ? &spec->full : &spec->surname);
}

/* Cuts a full name where the layout says; without a comma or blank it stays whole. */
static struct person_name
lay_out(enum mapping_layout layout, enum name_kind kind, struct str full)
{
	struct person_name name = { kind, STR_NONE, STR_NONE, STR_NONE };
	struct str rest = full;

	if (layout == MAPPING_SURNAME_FIRST && memchr(full.p, ',', full.n) != NULL) {
		name.surname = str_trim(str_cut(&rest, ','));
		name.forenames = str_trim(rest);
		return name;
	}
	if (layout == MAPPING_SURNAME_LAST) {
		size_t at = full.n;

		while (at > 0 && full.p[at - 1] != ' ')
			at--;
		if (at > 0) {
			name.forenames = str_trim(str_part(full, 0, at));
			name.surname = str_part(full, at, full.n);
			return name;
		}
	}
	name.full = full;
	return name;
}

struct full_name {
	struct row_to_case *converter;
	const struct mapping_name *spec;
	enum name_kind kind;
};

static void
take_full_name(void *ctx, struct str text)
{
	const struct full_name *full = ctx;

	keep_name(full->converter, full->spec, lay_out(full->spec->layout, full->kind, text));
}

static enum name_kind
name_kind(struct row_to_case *converter, const struct mapping_name *spec)
{
	enum name_kind kind = NAME_CURRENT;
	struct str text = cell_text(&converter->cells, &spec->kind);

	if (text.n > 0 && !name_kind_from_name(&kind, text))
		cell_fault(&converter->cells, &spec->kind, "is not a kind of name", text);
	return kind;
}

static void
fill_name(struct row_to_case *converter, const void *entry)
{
	const struct mapping_name *spec = entry;
	struct cell_reader *cells = &converter->cells;
	struct person_name name = { .full = STR_NONE };
	struct full_name full = { converter, spec, NAME_CURRENT };

	if (spec->only_if != NULL && !cell_is_there(cells, spec->only_if))
		return;
	full.kind = name.kind = name_kind(converter, spec);
	name.forenames = cell_text(cells, &spec->forenames);
	name.surname = cell_text(cells, &spec->surname);
	if (name.forenames.n > 0 || name.surname.n > 0)
		keep_name(converter, spec, name);
	cell_each(cells, &spec->full, take_full_name, &full);
}

static void
keep_birth(struct row_to_case *converter, const struct mapping_value *value, struct str text,
    const struct birth *birth)
{
	const char *fault = dates_birth_fault(birth, converter->as_of);

	if (fault != NULL)
		cell_fault(&converter->cells, value, fault, text);
	else if (!draft_add_birth(&converter->now, birth))
		no_room(converter, value);
}

static void
fill_date(struct row_to_case *converter, const struct mapping_value *value, struct str text)
{
	struct err err = ERR_NONE;
	struct birth birth;

	if (dates_read_birth(&birth, value->dates, text, &err) == STATUS_OK)
		keep_birth(converter, value, text, &birth);
	else if (!cell_is_missing(&converter->cells, LEXICON_DATE, text))
		cell_fault(&converter->cells, value, err.text, text);
}

static void
fill_age(struct row_to_case *converter, const struct mapping_birth *spec, struct str text)
{
	struct cell_reader *cells = &converter->cells;
	day_number at = cell_day(cells, &spec->at);
	struct err err = ERR_NONE;
	struct birth birth;

	if (cell_is_missing(cells, LEXICON_DATE, text))
		return;
	if (at == DAY_NONE)
		cell_fault(cells, &spec->age, "there is no date to count the age from", text);
	else if (dates_read_age(&birth, text, at, &err) != STATUS_OK)
		cell_fault(cells, &spec->age, err.text, text);
	else
		keep_birth(converter, &spec->age, text, &birth);
}

struct date_entry {
	struct row_to_case *converter;
	const struct mapping_birth *spec;
};

static void
take_date(void *ctx, struct str text)
{
	const struct date_entry *entry = ctx;

	fill_date(entry->converter, &entry->spec->date, text);
}

static void
fill_birth(struct row_to_case *converter, const void *entry)
{
	const struct mapping_birth *spec = entry;
	struct date_entry date = { converter, spec };
	struct str age;

	if (mapping_has(&spec->date)) {
		cell_each(&converter->cells, &spec->date, take_date, &date);
		return;
	}
	age = cell_text(&converter->cells, &spec->age);
	if (age.n > 0)
		fill_age(converter, spec, age);
}

static void
fill_address(struct row_to_case *converter, const void *entry)
{
	const struct mapping_address *spec = entry;
	struct cell_reader *cells = &converter->cells;
	struct person_address address = { .text = cell_text(cells, &spec->text),
		.town = cell_text(cells, &spec->town),
		.postcode = cell_text(cells, &spec->postcode) };

	address.from = cell_day(cells, &spec->since);
	address.to = cell_day(cells, &spec->until);
	if (address.text.n == 0 && address.town.n == 0 && address.postcode.n == 0)
		return;
	if (!draft_add_address(&converter->now, &address))
		no_room(converter, mapping_has(&spec->text) ? &spec->text : &spec->postcode);
}

struct contact_entry {
	struct row_to_case *converter;
	const struct mapping_value *value;
};

static void
take_phone(void *ctx, struct str text)
{
	const struct contact_entry *entry = ctx;

	if (!draft_add_phone(&entry->converter->now, text))
		no_room(entry->converter, entry->value);
}

static void
take_email(void *ctx, struct str text)
{
	const struct contact_entry *entry = ctx;

	if (!draft_add_email(&entry->converter->now, text))
		no_room(entry->converter, entry->value);
}

static void
fill_phone(struct row_to_case *converter, const void *spec)
{
	const struct mapping_contact *contact = spec;
	struct contact_entry entry = { converter, &contact->value };

	cell_each(&converter->cells, &contact->value, take_phone, &entry);
}

static void
fill_email(struct row_to_case *converter, const void *spec)
{
	const struct mapping_contact *contact = spec;
	struct contact_entry entry = { converter, &contact->value };

	cell_each(&converter->cells, &contact->value, take_email, &entry);
}

struct identifier_entry {
	struct row_to_case *converter;
	const struct mapping_identifier *spec;
	enum identifier_kind kind;
};

static void
take_identifier(void *ctx, struct str text)
{
	const struct identifier_entry *entry = ctx;
	const struct person_identifier identifier = { entry->kind, text };

	if (!draft_add_identifier(&entry->converter->now, &identifier))
		no_room(entry->converter, &entry->spec->value);
}

static void
fill_identifier(struct row_to_case *converter, const void *spec)
{
	struct identifier_entry entry = { converter, spec, IDENTIFIER_CASE };
	struct str kind = cell_text(&converter->cells, &entry.spec->kind);

	if (kind.n > 0 && !identifier_kind_from_name(&entry.kind, kind))
		cell_fault(
		    &converter->cells, &entry.spec->kind, "is not a kind of identifier", kind);
	cell_each(&converter->cells, &entry.spec->value, take_identifier, &entry);
}

/* Notes follow one another as "Label: text; Label: text", as many as fit. */
static void
fill_note(struct row_to_case *converter, const void *entry)
{
	const struct mapping_note *spec = entry;
	struct str text = cell_text(&converter->cells, &spec->value);
	struct str before = converter->now.note;
	const char *joined;

	if (text.n == 0)
		return;
	joined = arena_format(converter->arena, "%.*s%s%s%s%.*s", STR_ARG(before),
	    before.n > 0 ? "; " : "", spec->label, spec->label[0] != '\0' ? ": " : "",
	    STR_ARG(text));
	if (joined == NULL)
		converter->cells.no_memory = true;
	else if (strlen(joined) > PERSON_TEXT_BYTES_MAX)
		cell_fault(&converter->cells, &spec->value, "the notes are too long", text);
	else
		converter->now.note = str_from(joined);
}

/* --- Blocks -------------------------------------------------------------------------------- */
static void
fill_lists(struct row_to_case *converter, const struct mapping_block *block)
{
	for (size_t i = 0; i < block->name_count; i++)
		each_entry(converter, block->names[i].each, fill_name, &block->names[i]);
	for (size_t i = 0; i < block->birth_count; i++)
		each_entry(converter, block->births[i].each, fill_birth, &block->births[i]);
	for (size_t i = 0; i < block->address_count; i++)
		each_entry(converter, block->addresses[i].each, fill_address, &block->addresses[i]);
	for (size_t i = 0; i < block->phone_count; i++)
		each_entry(converter, block->phones[i].each, fill_phone, &block->phones[i]);
	for (size_t i = 0; i < block->email_count; i++)
		each_entry(converter, block->emails[i].each, fill_email, &block->emails[i]);
	for (size_t i = 0; i < block->identifier_count; i++)
		each_entry(
		    converter, block->identifiers[i].each, fill_identifier, &block->identifiers[i]);
	for (size_t i = 0; i < block->note_count; i++)
		each_entry(converter, block->notes[i].each, fill_note, &block->notes[i]);
}

static void
fill_words(struct row_to_case *converter, const struct mapping_block *block)
{
	struct cell_reader *cells = &converter->cells;
	struct str role = cell_text(cells, &block->role), sex = cell_text(cells, &block->sex);
	struct str disputed = cell_text(cells, &block->age_disputed);

	if (role.n > 0 && !person_role_from_name(&converter->now.role, role))
		cell_fault(cells, &block->role, "is not a role", role);
	if (sex.n > 0 && !sex_from_name(&converter->now.sex, sex))
		cell_fault(cells, &block->sex, "is not a sex", sex);
	converter->now.age_disputed =
	    str_eq_nocase(disputed, STR_LIT("yes")) || str_eq_nocase(disputed, STR_LIT("true"));
	if (disputed.n > 0 && !converter->now.age_disputed &&
	    !str_eq_nocase(disputed, STR_LIT("no")) && !str_eq_nocase(disputed, STR_LIT("false")))
		cell_fault(cells, &block->age_disputed, "is neither yes nor no", disputed);
}

/* A constant id in an "each" block gets the entry's number: "associate1". */
static void
fill_id(struct row_to_case *converter, const struct mapping_block *block, size_t entry)
{
	struct str id = cell_text(&converter->cells, &block->id);
	const char *text;

	converter->now.id_given = id.n > 0 && block->id.constant.n == 0;
	if (id.n > 0 && block->each != NULL && block->id.constant.n > 0) {
		text = arena_format(converter->arena, "%.*s%zu", STR_ARG(id), entry + 1);
		converter->cells.no_memory = converter->cells.no_memory || text == NULL;
		id = str_from(text);
	}
	if (id.n > RECORD_ID_BYTES_MAX) {
		cell_fault(&converter->cells, &block->id,
		    "is longer than 64 bytes; the person is numbered instead", id);
		id = STR_NONE;
	}
	converter->now.id = id;
}

static bool
names_somebody(struct row_to_case *converter)
{
	const struct draft *now = &converter->now;

	for (size_t i = 0; i < now->name_count; i++) {
		const struct person_name *name = &now->names[i];
		const struct str parts[] = { name->full, name->forenames, name->surname };

		for (size_t k = 0; k < 3; k++)
			if (parts[k].n > 0 &&
			    !cell_is_missing(&converter->cells, LEXICON_NAME, parts[k]))
				return true;
	}
	for (size_t i = 0; i < now->phone_count; i++)
		if (!cell_is_missing(&converter->cells, LEXICON_PHONE, now->phones[i]))
			return true;
	for (size_t i = 0; i < now->email_count; i++)
		if (!cell_is_missing(&converter->cells, LEXICON_EMAIL, now->emails[i]))
			return true;
	for (size_t i = 0; i < now->identifier_count; i++)
		if (!cell_is_missing(
			&converter->cells, LEXICON_IDENTIFIER, now->identifiers[i].value))
			return true;
	return now->id_given || now->birth_count > 0;
}

static bool
says_something(const struct draft *draft)
{
	return draft->address_count > 0 || draft->name_count > 0 || draft->note.n > 0 ||
	       draft->sex != SEX_UNKNOWN;
}

static enum status
give_out(struct row_to_case *converter, struct err *err)
{
	const struct case_record record = { converter->header, converter->people,
		converter->count };
	enum status status;

	if (converter->count == 0)
		return STATUS_OK;
	for (size_t i = 0; i < converter->count; i++)
		converter->people[i] = draft_person(&converter->drafts[i]);
	status = converter->sink.record(converter->sink.ctx, &record, err);
	converter->count = 0;
	return status;
}

static struct draft *
find_draft(struct row_to_case *converter, struct str id)
{
	for (size_t i = 0; id.n > 0 && i < converter->count; i++)
		if (str_eq(converter->drafts[i].id, id))
			return &converter->drafts[i];
	return NULL;
}

/* A note that says more than the one before follows it, as far as there is room. */
static void
merge_notes(struct row_to_case *converter, struct draft *to, struct str note)
{
	const char *joined;

	if (note.n == 0 || str_eq(to->note, note))
		return;
	if (to->note.n == 0) {
		to->note = note;
		return;
	}
	joined = arena_format(converter->arena, "%.*s; %.*s", STR_ARG(to->note), STR_ARG(note));
	converter->cells.no_memory = converter->cells.no_memory || joined == NULL;
	if (joined != NULL && strlen(joined) <= PERSON_TEXT_BYTES_MAX)
		to->note = str_from(joined);
	else
		converter->sink.fault(
		    converter->sink.ctx, converter->cells.row, "", "the notes are too long", note);
}

/* Adds the person to the record: to the one with its id, or as a new one. */
static enum status
keep_person(struct row_to_case *converter, const struct draft *draft, struct err *err)
{
	struct draft *to = find_draft(converter, draft->id);
	enum status status = STATUS_OK;

	if (to != NULL) {
		merge_notes(converter, to, draft->note);
		if (!draft_merge(to, draft))
			converter->sink.fault(converter->sink.ctx, converter->cells.row, "",
			    "has more names or addresses than a person can have; the rest is left "
			    "out",
			    STR_NONE);
		return STATUS_OK;
	}
	if (converter->count == CASE_PEOPLE_MAX)
		status = give_out(converter, err);
	if (status != STATUS_OK)
		return status;
	to = &converter->drafts[converter->count++];
	*to = *draft;
	if (to->id.n == 0) {
		to->id = str_from(arena_format(converter->arena, "p%zu", ++converter->numbered));
		converter->cells.no_memory = converter->cells.no_memory || to->id.n == 0;
	}
	return STATUS_OK;
}

static enum status
add_person(bool *somebody, struct row_to_case *converter, const struct mapping_block *block,
    size_t entry, struct err *err)
{
	draft_clear(&converter->now);
	fill_id(converter, block, entry);
	fill_words(converter, block);
	fill_lists(converter, block);
	if (converter->cells.no_memory)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (names_somebody(converter)) {
		*somebody = true;
		return keep_person(converter, &converter->now, err);
	}
	if (!converter->has_spare && says_something(&converter->now)) {
		converter->spare = converter->now;
		converter->has_spare = true;
	}
	return STATUS_OK;
}

static enum status
add_block(bool *somebody, struct row_to_case *converter, const struct mapping_block *block,
    struct err *err)
{
	struct cell_reader *cells = &converter->cells;
	const char *fault = NULL;
	enum status status = STATUS_OK;
	size_t count;

	cells->element = NULL;
	if (block->each == NULL)
		return add_person(somebody, converter, block, 0, err);
	count = row_count(cells->row, NULL, block->each, &fault);
	if (fault != NULL)
		converter->sink.fault(converter->sink.ctx, cells->row,
		    converter->mapping->columns[block->each->column].name, fault, STR_NONE);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		cells->element = row_entry(cells->row, NULL, block->each, i);
		status = add_person(somebody, converter, block, i, err);
	}
	cells->element = NULL;
	return status;
}

/* --- Records ------------------------------------------------------------------------------- */
enum status
row_to_case_begin(struct row_to_case *converter, struct str record_id, struct err *err)
{
	if (record_id.n > sizeof converter->record_id)
		return err_set(err, STATUS_LIMIT, "record id is too long");
	arena_reset(converter->arena);
	memcpy(converter->record_id, record_id.p, record_id.n);
	converter->count = converter->numbered = 0;
	converter->header = (struct case_header){ .system = str_from(converter->mapping->system),
		.record_id = { converter->record_id, record_id.n },
		.opened = DAY_NONE,
		.closed = DAY_NONE,
		.status = STR_NONE,
		.service = STR_NONE,
		.nation = STR_NONE };
	return STATUS_OK;
}

/* The header's texts outlive the arena's resets within a record. */
static void
fill_header_text(struct row_to_case *converter, struct str *out, char bytes[HEADER_TEXT_BYTES],
    const struct mapping_value *value)
{
	struct str text;

	if (out->n > 0)
		return;
	text = cell_text(&converter->cells, value);
	memcpy(bytes, text.p, text.n);
	*out = (struct str){ bytes, text.n };
}

/* What an earlier row of the record said stays. */
static void
fill_header(struct row_to_case *converter)
{
	const struct mapping *mapping = converter->mapping;
	struct case_header *header = &converter->header;

	if (header->opened == DAY_NONE)
		header->opened = cell_day(&converter->cells, &mapping->opened);
	if (header->closed == DAY_NONE)
		header->closed = cell_day(&converter->cells, &mapping->closed);
	fill_header_text(converter, &header->status, converter->status, &mapping->status);
	fill_header_text(converter, &header->service, converter->service, &mapping->service);
	fill_header_text(converter, &header->nation, converter->nation, &mapping->nation);
	if (header->nation.n > 0 && !mapping_is_nation(header->nation)) {
		cell_fault(&converter->cells, &mapping->nation, "is not a nation", header->nation);
		header->nation = STR_NONE;
	}
}

enum status
row_to_case_add(
    bool *somebody, struct row_to_case *converter, const struct row *row, struct err *err)
{
	enum status status = STATUS_OK;

	*somebody = false;
	if (arena_used(converter->arena) > RECORD_BYTES_MAX) {
		status = give_out(converter, err);
		arena_reset(converter->arena);
	}
	converter->cells.row = row;
	converter->cells.element = NULL;
	converter->has_spare = false;
	if (row->note != NULL)
		converter->sink.fault(converter->sink.ctx, row, "", row->note, STR_NONE);
	fill_header(converter);
	for (size_t i = 0; status == STATUS_OK && i < converter->mapping->block_count; i++)
		status = add_block(somebody, converter, &converter->mapping->blocks[i], err);
	if (status == STATUS_OK && !*somebody && converter->has_spare) {
		*somebody = true;
		status = keep_person(converter, &converter->spare, err);
	}
	if (status == STATUS_OK && converter->cells.no_memory)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	return status;
}

enum status
row_to_case_finish(struct row_to_case *converter, struct err *err)
{
	return give_out(converter, err);
}
