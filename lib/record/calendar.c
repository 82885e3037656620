#include "record/calendar.h"

#define DAY_SECONDS 86400
#define ZONE_HOURS_MAX 18 /* ISO 8601 sets none; no zone is further from UTC (java.time) */

day_number
calendar_add_months(day_number day, unsigned months)
{
	struct civil date = day_to_civil(day);
	int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;

	date.year = (int)(month / 12);
	date.month = (int)(month % 12) + 1;
	while (date.day > 28 && !civil_valid(date))
		date.day--;
	return day_from_civil(date);
}

/* Two digits up to `max`, from *at on. */
static bool
take_pair(int *out, struct str text, size_t *at, int max)
{
	int value = 0;

	if (text.n < *at + 2)
		return false;
	for (int i = 0; i < 2; i++, (*at)++) {
		char c = text.p[*at];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*out = value;
	return value <= max;
}

static bool
take_char(struct str text, size_t *at, char c)
{
	if (*at >= text.n || text.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

/* Seconds after midnight. A leap second is the second before it. */
static bool
take_clock(int64_t *out, struct str text, size_t *at)
{
	int hour, minute, second = 0;

	if (!take_pair(&hour, text, at, 23) || !take_char(text, at, ':') ||
	    !take_pair(&minute, text, at, 59))
		return false;
	if (take_char(text, at, ':')) {
		if (!take_pair(&second, text, at, 60))
			return false;
		if (take_char(text, at, '.')) {
			size_t digits = *at;

			while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9')
				(*at)++;
			if (*at == digits)
				return false;
		}
	}
	*out = (int64_t)hour * 3600 + minute * 60 + (second > 59 ? 59 : second);
	return true;
}

/* Seconds that the zone is ahead of UTC. */
static bool
take_zone(int64_t *out, struct str text, size_t *at)
{
	int hours, minutes;
	bool behind = *at < text.n && text.p[*at] == '-';

	*out = 0;
	if (take_char(text, at, 'Z'))
		return true;
	if (!take_char(text, at, '+') && !take_char(text, at, '-'))
		return false;
	if (!take_pair(&hours, text, at, ZONE_HOURS_MAX) || !take_char(text, at, ':') ||
	    !take_pair(&minutes, text, at, 59))
		return false;
	*out = ((int64_t)hours * 3600 + minutes * 60) * (behind ? -1 : 1);
	return true;
}

enum status
calendar_parse_time(int64_t *out_ms, struct str text, struct err *err)
{
	int64_t clock, zone;
	size_t at = 10; /* YYYY-MM-DD */
	day_number day;

	if (text.n < at || !day_parse(&day, str_part(text, 0, at)) || !take_char(text, &at, 'T') ||
	    !take_clock(&clock, text, &at) || !take_zone(&zone, text, &at) || at != text.n)
		return err_set(err, STATUS_INVALID,
		    "is not a time with its zone, such as 2026-11-23T10:15:00Z or "
		    "2026-07-23T11:15+01:00");
	*out_ms = ((int64_t)day * DAY_SECONDS + clock - zone) * 1000;
	return STATUS_OK;
}

void
calendar_format_time(struct buf *out, int64_t at_ms)
{
	int64_t seconds = at_ms / 1000 - (at_ms % 1000 < 0), day = seconds / DAY_SECONDS;
	int clock;

	if (seconds % DAY_SECONDS < 0)
		day--;
	clock = (int)(seconds - day * DAY_SECONDS);
	day_format(out, (day_number)day);
	buf_addf(out, "T%02d:%02d:%02dZ", clock / 3600, clock / 60 % 60, clock % 60);
}
