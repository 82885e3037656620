#include "indexer/split.h"

enum state { FIELD_START, UNQUOTED, QUOTED, QUOTE_SEEN };

struct scan {
	enum state state;
	char delimiter, quote;
	unsigned lines; /* line ends inside quotes so far */
	bool odd;	/* a quote stood where none belongs */
};

static bool
is_blank(const struct scan *scan, char c)
{
	return (c == ' ' || c == '\t') && c != scan->delimiter;
}

/* After a quote inside a quoted field: does the field end here? */
static enum state
after_quote(struct scan *scan, char c, bool was_quote)
{
	if (c == scan->delimiter)
		return FIELD_START;
	if (is_blank(scan, c))
		return QUOTE_SEEN;
	if (c == scan->quote && was_quote)
		return QUOTED; /* doubled: one quote of the text */
	scan->odd = true;
	return c == scan->quote ? QUOTE_SEEN : QUOTED;
}

static enum state
step(struct scan *scan, char c, char before)
{
	switch (scan->state) {
	case FIELD_START:
		if (c == scan->delimiter || is_blank(scan, c))
			return FIELD_START;
		return c == scan->quote && scan->quote != 0 ? QUOTED : UNQUOTED;
	case UNQUOTED:
		return c == scan->delimiter ? FIELD_START : UNQUOTED;
	case QUOTED:
		return c == scan->quote ? QUOTE_SEEN : QUOTED;
	case QUOTE_SEEN:
		return after_quote(scan, c, before == scan->quote);
	}
	return scan->state;
}

static void
end_row(struct split_row *out, struct str window, size_t at, unsigned lines)
{
	size_t bytes = at > 0 && window.p[at - 1] == '\r' ? at - 1 : at;

	*out = (struct split_row){ bytes, at + 1, lines + 1, true };
}

void
split_first_line(struct split_row *out, struct str window)
{
	const char *end = memchr(window.p, '\n', window.n);

	if (end == NULL)
		*out = (struct split_row){ window.n, window.n, 0, false };
	else
		end_row(out, window, (size_t)(end - window.p), 0);
}

static enum split_result
give_up(struct split_row *out, struct str window)
{
	split_first_line(out, window);
	if (out->bytes <= SPLIT_ROW_BYTES_MAX)
		return SPLIT_UNCLOSED;
	*out = (struct split_row){ SPLIT_ROW_BYTES_MAX, SPLIT_ROW_BYTES_MAX, 0, false };
	return SPLIT_LONG;
}

/* The window ended before the row did. */
static enum split_result
at_end(struct split_row *out, struct str window, bool last, const struct scan *scan)
{
	size_t bytes = window.n;

	if (window.n >= SPLIT_WINDOW_BYTES)
		return give_up(out, window);
	if (!last)
		return SPLIT_MORE;
	if (window.p[window.n - 1] == '\r')
		bytes--;
	if (bytes > SPLIT_ROW_BYTES_MAX || scan->state == QUOTED)
		return give_up(out, window);
	*out = (struct split_row){ bytes, window.n, scan->lines, false };
	return SPLIT_ROW;
}

enum split_result
split_next(struct split_row *out, struct str window, bool last, char delimiter, char quote)
{
	struct scan scan = { .delimiter = delimiter, .quote = quote };
	size_t n = window.n < SPLIT_WINDOW_BYTES ? window.n : SPLIT_WINDOW_BYTES;
	const char *end;
	char before = 0;

	window = str_part(window, 0, n);
	end = n == 0 ? NULL : memchr(window.p, '\n', n);
	/* Most rows have no quote, so that their first line end is theirs. */
	if (end != NULL &&
	    (quote == 0 || memchr(window.p, quote, (size_t)(end - window.p)) == NULL)) {
		end_row(out, window, (size_t)(end - window.p), 0);
		return out->bytes <= SPLIT_ROW_BYTES_MAX ? SPLIT_ROW : give_up(out, window);
	}
	for (size_t i = 0; i < n; i++) {
		char c = window.p[i];

		if (c == '\n' && scan.state != QUOTED) {
			end_row(out, window, i, scan.lines);
			return out->bytes <= SPLIT_ROW_BYTES_MAX ? SPLIT_ROW : give_up(out, window);
		}
		if (c == '\n')
			scan.lines++;
		else if (!(c == '\r' && (i + 1 == n || window.p[i + 1] == '\n')))
			scan.state = step(&scan, c, before);
		if (scan.odd && scan.lines > 0)
			return give_up(out, window);
		before = c;
	}
	return at_end(out, window, last, &scan);
}
