#include "client/sheet.h"

#include <stdarg.h>
#include <stdio.h>

struct range {
	uint32_t first, last;
};

/* Non-spacing marks of the scripts that names on file are written in; sorted. */
static const struct range no_width[] = { { 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 }, { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 },
	{ 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0670, 0x0670 }, { 0x06d6, 0x06dc },
	{ 0x06df, 0x06e4 }, { 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed }, { 0x0900, 0x0902 },
	{ 0x093a, 0x093a }, { 0x093c, 0x093c }, { 0x0941, 0x0948 }, { 0x094d, 0x094d },
	{ 0x0981, 0x0981 }, { 0x09bc, 0x09bc }, { 0x09c1, 0x09c4 }, { 0x09cd, 0x09cd },
	{ 0x0a01, 0x0a02 }, { 0x0a3c, 0x0a51 }, { 0x0b82, 0x0b82 }, { 0x0bc0, 0x0bc0 },
	{ 0x0bcd, 0x0bcd }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e },
	{ 0x135d, 0x135f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d },
	{ 0x2060, 0x2060 }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	{ 0xfeff, 0xfeff } };
static const struct range double_width[] = { { 0x1100, 0x115f }, { 0x2e80, 0x303e },
	{ 0x3041, 0x33ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
	{ 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd } };

static const char *const codes[SHEET_STYLE_COUNT] = {
	[SHEET_PLAIN] = "",
	[SHEET_BOLD] = "\x1b[1m",
	[SHEET_DIM] = "\x1b[2m",
	[SHEET_GOOD] = "\x1b[32m",
	[SHEET_NOTICE] = "\x1b[33m",
	[SHEET_ALARM] = "\x1b[1;31m",
};

static bool
in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count && code >= ranges[i].first; i++)
		if (code <= ranges[i].last)
			return true;
	return false;
}

static unsigned
width_of(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (in_ranges(code, no_width, sizeof no_width / sizeof no_width[0]))
		return 0;
	return in_ranges(code, double_width, sizeof double_width / sizeof double_width[0]) ? 2 : 1;
}

unsigned
sheet_columns(struct str printable)
{
	unsigned columns = 0;

	for (size_t at = 0; at < printable.n;)
		columns += width_of(str_utf8_next(printable, &at));
	return columns;
}

void
sheet_init(struct sheet *sheet, unsigned width, bool colour)
{
	if (width < SHEET_WIDTH_MIN)
		width = SHEET_WIDTH_MIN;
	if (width > SHEET_WIDTH_MAX)
		width = SHEET_WIDTH_MAX;
	*sheet = (struct sheet){ .out = BUF_INIT, .width = width, .colour = colour };
}

void
sheet_indent(struct sheet *sheet, unsigned columns)
{
	sheet->indent = columns;
}

static void
pad_to(struct sheet *sheet, unsigned column)
{
	for (; sheet->column < column; sheet->column++)
		buf_add_char(&sheet->out, ' ');
}

/* A style stays on over the blanks between its words, and is off at the end of a line. */
static void
set_style(struct sheet *sheet, enum sheet_style style)
{
	if (!sheet->colour || style == sheet->style)
		return;
	if (sheet->style != SHEET_PLAIN)
		buf_add_text(&sheet->out, "\x1b[0m");
	buf_add_text(&sheet->out, codes[style]);
	sheet->style = style;
}

static void
styled(struct sheet *sheet, enum sheet_style style, struct str printable)
{
	set_style(sheet, style);
	buf_add_str(&sheet->out, printable);
	sheet->column += sheet_columns(printable);
}

/* The longest front of `word` that takes at most `columns`, at least one character. */
static struct str
front(struct str word, unsigned columns)
{
	size_t at = 0, end = 0;
	unsigned used = 0;

	while (at < word.n) {
		unsigned w = width_of(str_utf8_next(word, &at));

		if (used + w > columns && end > 0)
			break;
		used += w;
		end = at;
	}
	return str_part(word, 0, end);
}

/* One column is left free at the end of a line for the comma that may be glued to the word. */
static void
put_word(struct sheet *sheet, enum sheet_style style, struct str word)
{
	unsigned columns = sheet_columns(word), right = sheet->width - 1, before;

	if (sheet->column > sheet->indent && sheet->column + sheet->blank + columns > right)
		sheet_end(sheet);
	before = sheet->column;
	pad_to(sheet, sheet->indent);
	if (sheet->blank && sheet->column == before) {
		if (style != sheet->style)
			set_style(sheet, SHEET_PLAIN);
		pad_to(sheet, before + 1);
	}
	while (columns > right - sheet->indent) {
		struct str part = front(word, right - sheet->column);

		styled(sheet, style, part);
		word = str_part(word, part.n, word.n);
		columns = sheet_columns(word);
		if (columns > 0) {
			sheet_end(sheet);
			pad_to(sheet, sheet->indent);
		}
	}
	styled(sheet, style, word);
	sheet->blank = true;
}

static bool
is_white(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void
sheet_put(struct sheet *sheet, enum sheet_style style, struct str text)
{
	struct buf clean = BUF_INIT;
	struct str rest;

	for (size_t i = 0; i < text.n;) {
		size_t from = i;

		while (i < text.n && !is_white(text.p[i]))
			i++;
		buf_add_printable(&clean, str_part(text, from, i - from));
		if (i < text.n) {
			buf_add_char(&clean, ' ');
			i++;
		}
	}
	rest = buf_str(&clean);
	while (rest.n > 0) {
		struct str word = str_cut(&rest, ' ');

		if (word.n > 0)
			put_word(sheet, style, word);
	}
	sheet->out.failed |= buf_failed(&clean);
	buf_free(&clean);
}

void
sheet_putf(struct sheet *sheet, enum sheet_style style, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	sheet_put(sheet, style, str_from(text));
}

void
sheet_glue(struct sheet *sheet, enum sheet_style style, struct str text)
{
	struct buf clean = BUF_INIT;

	buf_add_printable(&clean, text);
	pad_to(sheet, sheet->indent);
	styled(sheet, style, buf_str(&clean));
	sheet->blank = true;
	sheet->out.failed |= buf_failed(&clean);
	buf_free(&clean);
}

void
sheet_to(struct sheet *sheet, unsigned column)
{
	set_style(sheet, SHEET_PLAIN);
	if (sheet->column >= column)
		column = sheet->column + (sheet->column > sheet->indent);
	pad_to(sheet, column);
	sheet->blank = false;
}

void
sheet_end(struct sheet *sheet)
{
	set_style(sheet, SHEET_PLAIN);
	if (sheet->column > 0)
		buf_add_char(&sheet->out, '\n');
	sheet->column = 0;
	sheet->blank = false;
}

void
sheet_gap(struct sheet *sheet)
{
	struct str all;

	sheet_end(sheet);
	all = buf_str(&sheet->out);
	if (all.n > 0 && !str_ends(all, STR_LIT("\n\n")))
		buf_add_char(&sheet->out, '\n');
}
