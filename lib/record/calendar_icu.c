#include "record/calendar.h"

#include "base/mem.h"

#include <unicode/ucal.h>

static const UChar ZONE[] = u"Europe/London";

struct calendar {
	UCalendar *calendar;
};

/* An unknown zone gives a calendar of UTC, and no error. */
static bool
has_zone(UCalendar *calendar)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar name[64];
	int32_t n =
	    ucal_getTimeZoneID(calendar, name, (int32_t)(sizeof name / sizeof name[0]), &code);

	if (U_FAILURE(code) || n != (int32_t)(sizeof ZONE / sizeof ZONE[0]) - 1)
		return false;
	for (int32_t i = 0; i < n; i++)
		if (name[i] != ZONE[i])
			return false;
	return true;
}

enum status
calendar_open(struct calendar **out, struct err *err)
{
	struct calendar *calendar = mem_zero(1, sizeof *calendar);
	UErrorCode code = U_ZERO_ERROR;

	*out = NULL;
	if (calendar == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	calendar->calendar = ucal_open(ZONE, -1, "en_GB", UCAL_GREGORIAN, &code);
	if (U_FAILURE(code) || !has_zone(calendar->calendar)) {
		calendar_close(calendar);
		return err_set(err, STATUS_IO, "ICU has no rules for the time of Europe/London");
	}
	*out = calendar;
	return STATUS_OK;
}

void
calendar_close(struct calendar *calendar)
{
	if (calendar == NULL)
		return;
	if (calendar->calendar != NULL)
		ucal_close(calendar->calendar);
	mem_free(calendar);
}

day_number
calendar_day(struct calendar *calendar, int64_t at_ms)
{
	UErrorCode code = U_ZERO_ERROR;
	struct civil date;

	ucal_setMillis(calendar->calendar, (UDate)at_ms, &code);
	date.year = ucal_get(calendar->calendar, UCAL_YEAR, &code);
	date.month = ucal_get(calendar->calendar, UCAL_MONTH, &code) + 1;
	date.day = ucal_get(calendar->calendar, UCAL_DAY_OF_MONTH, &code);
	return U_FAILURE(code) ? DAY_NONE : day_from_civil(date);
}

int64_t
calendar_begin(struct calendar *calendar, day_number day)
{
	struct civil date = day_to_civil(day);
	UErrorCode code = U_ZERO_ERROR;

	ucal_clear(calendar->calendar);
	ucal_setDateTime(calendar->calendar, date.year, date.month - 1, date.day, 0, 0, 0, &code);
	return (int64_t)ucal_getMillis(calendar->calendar, &code);
}
