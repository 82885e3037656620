#include "indexer/cell.h"

#include "indexer/dates.h"

#include <stdio.h>

const char *
cell_field(const struct cell_reader *reader, const struct mapping_value *value)
{
	return value->path_count == 0 ? "" : reader->mapping->columns[value->paths[0].column].name;
}

void
cell_fault(struct cell_reader *reader, const struct mapping_value *value, const char *reason,
    struct str text)
{
	reader->sink.fault(reader->sink.ctx, reader->row, cell_field(reader, value), reason, text);
}

/* The text of one path; its own fault (a bad byte, a list for a text) is told here. */
static struct str
path_text(struct cell_reader *reader, const struct mapping_path *path)
{
	struct row_cell cell;

	row_text(&cell, reader->row, reader->element, path);
	if (cell.fault != NULL)
		reader->sink.fault(reader->sink.ctx, reader->row,
		    reader->mapping->columns[path->column].name, cell.fault, cell.text);
	return cell.text;
}

static struct str
join_paths(struct cell_reader *reader, const struct mapping_value *value)
{
	struct str joined = STR_NONE;

	for (size_t i = 0; i < value->path_count; i++) {
		struct str part = path_text(reader, &value->paths[i]);
		const char *text;

		if (part.n == 0)
			continue;
		if (joined.n == 0) {
			joined = part;
			if (value->first)
				break;
			continue;
		}
		text = arena_format(
		    reader->row->arena, "%.*s%s%.*s", STR_ARG(joined), value->join, STR_ARG(part));
		reader->no_memory = reader->no_memory || text == NULL;
		joined = str_from(text);
	}
	return joined;
}

static struct str
cut(struct cell_reader *reader, const struct mapping_value *value, struct str text)
{
	char reason[96];
	size_t n = PERSON_TEXT_BYTES_MAX;

	if (text.n <= PERSON_TEXT_BYTES_MAX)
		return text;
	snprintf(reason, sizeof reason, "is %zu bytes long; the first %d are kept", text.n,
	    PERSON_TEXT_BYTES_MAX);
	cell_fault(reader, value, reason, STR_NONE);
	while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	return str_part(text, 0, n);
}

static struct str
by_codes(struct cell_reader *reader, const struct mapping_value *value, struct str text)
{
	const struct mapping_codes *codes = value->codes;
	char reason[320];

	for (size_t i = 0; i < codes->count; i++)
		if (str_eq_nocase(codes->items[i].from, text))
			return codes->items[i].to;
	if (text.n == 0 || codes->other.n > 0)
		return text.n == 0 ? STR_NONE : codes->other;
	if (cell_is_missing(reader, LEXICON_NAME, text))
		return STR_NONE;
	snprintf(reason, sizeof reason, "is not in the mapping's %s", codes->name);
	cell_fault(reader, value, reason, text);
	return STR_NONE;
}

struct str
cell_text(struct cell_reader *reader, const struct mapping_value *value)
{
	struct str text, copy;

	if (value->constant.n > 0)
		return value->constant;
	if (value->path_count == 0)
		return STR_NONE;
	text = join_paths(reader, value);
	if (value->codes != NULL)
		return by_codes(reader, value, text);
	if (value->split == 0)
		text = cut(reader, value, text);
	if (text.n == 0)
		return STR_NONE;
	if (!arena_copy(&copy, reader->arena, text)) {
		reader->no_memory = true;
		return STR_NONE;
	}
	return copy;
}

void
cell_each(struct cell_reader *reader, const struct mapping_value *value, cell_take *take, void *ctx)
{
	struct str text = cell_text(reader, value);

	if (value->split == 0) {
		if (text.n > 0)
			take(ctx, text);
		return;
	}
	while (text.n > 0) {
		struct str part = str_trim(str_cut(&text, value->split));

		if (part.n > 0)
			take(ctx, cut(reader, value, part));
	}
}

bool
cell_is_missing(struct cell_reader *reader, enum lexicon_field field, struct str text)
{
	struct str folded;

	if (fold_text(&folded, reader->folder, reader->row->arena, text) != STATUS_OK) {
		reader->no_memory = true;
		return false;
	}
	return folded.n == 0 || lexicon_is_missing(reader->lexicon, field, folded);
}

day_number
cell_day(struct cell_reader *reader, const struct mapping_value *value)
{
	struct err err = ERR_NONE;
	struct str text = cell_text(reader, value);
	day_number day = DAY_NONE;

	if (text.n == 0)
		return DAY_NONE;
	if (dates_read_day(&day, value->dates, text, &err) == STATUS_OK)
		return day;
	if (!cell_is_missing(reader, LEXICON_DATE, text))
		cell_fault(reader, value, err.text, text);
	return DAY_NONE;
}

bool
cell_is_there(struct cell_reader *reader, const struct mapping_path *path)
{
	struct row_cell cell;

	row_text(&cell, reader->row, reader->element, path);
	return cell.text.n > 0 && !cell_is_missing(reader, LEXICON_NAME, cell.text);
}
