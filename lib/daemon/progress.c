#include "daemon/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80
#define LINE_BYTES 256
#define BAR_CELLS 14

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned
terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
		return WIDTH_DEFAULT;
	return size.ws_col;
}

const char *
progress_number(char out[PROGRESS_NUMBER_BYTES], uint64_t value)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	char *to = out;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}

static void
format_bar(char out[BAR_CELLS + 4], double share)
{
	int full = (int)(share * BAR_CELLS);

	*out++ = '[';
	for (int i = 0; i < BAR_CELLS; i++)
		*out++ = i < full ? '=' : i == full ? '>' : ' ';
	*out++ = ']';
	*out++ = ' ';
	*out = '\0';
}

static void
format_left(char *out, size_t size, uint64_t seconds)
{
	if (seconds >= 3600)
		snprintf(out, size, "  %llu:%02llu:%02llu left",
		    (unsigned long long)(seconds / 3600), (unsigned long long)(seconds / 60 % 60),
		    (unsigned long long)(seconds % 60));
	else
		snprintf(out, size, "  %llu:%02llu left", (unsigned long long)(seconds / 60),
		    (unsigned long long)(seconds % 60));
}

void
progress_line(
    char *out, size_t size, unsigned width, const struct progress *progress, int64_t elapsed_ms)
{
	char items[PROGRESS_NUMBER_BYTES], rate[PROGRESS_NUMBER_BYTES];
	char bar[BAR_CELLS + 4] = "", percent[16] = "", left[48] = "";
	double seconds = elapsed_ms > 0 ? (double)elapsed_ms / 1000 : 0.001;
	uint64_t done = progress->done;

	if (progress->total > 0) {
		double share;

		if (done > progress->total)
			done = progress->total; /* the file grew while it was read */
		share = (double)done / (double)progress->total;
		if (width > 0)
			format_bar(bar, share);
		snprintf(percent, sizeof percent, "%d%%  ", (int)(share * 100));
		if (done > 0)
			format_left(
			    left, sizeof left, (uint64_t)(seconds * (1 - share) / share + 0.5));
	}
	snprintf(out, size, "%s %s%s%s %s  %s/s%s", progress->label, bar, percent,
	    progress_number(items, progress->items), progress->unit,
	    progress_number(rate, (uint64_t)((double)progress->items / seconds + 0.5)), left);
	if (width > 0 && strlen(out) >= width)
		out[width - 1] = '\0';
}

void
progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t total,
    enum progress_mode mode)
{
	*progress = (struct progress){ .label = label,
		.unit = unit,
		.total = total,
		.started_ms = now_ms(),
		.on = mode == PROGRESS_AUTO,
		.terminal = mode == PROGRESS_AUTO && isatty(STDERR_FILENO) == 1 };
	progress->shown_ms = progress->started_ms;
}

static void
show(struct progress *progress, int64_t now)
{
	char line[LINE_BYTES];

	progress_line(line, sizeof line, progress->terminal ? terminal_width() : 0, progress,
	    now - progress->started_ms);
	if (progress->terminal)
		fprintf(stderr, "\r%s\x1b[K", line); /* EL: wipe what a longer line left */
	else
		fprintf(stderr, "%s\n", line);
	fflush(stderr);
	progress->drawn = true;
	progress->shown_ms = now;
}

void
progress_update(struct progress *progress, uint64_t done, uint64_t items)
{
	int64_t now;

	progress->done = done;
	progress->items = items;
	if (!progress->on)
		return;
	now = now_ms();
	if (now - progress->shown_ms >= (progress->terminal ? PROGRESS_BAR_MS : PROGRESS_PLAIN_MS))
		show(progress, now);
}

void
progress_end(struct progress *progress)
{
	if (progress->terminal && progress->drawn)
		fputs("\r\x1b[K", stderr);
	progress->on = progress->terminal = false;
}

int64_t
progress_elapsed_ms(const struct progress *progress)
{
	return now_ms() - progress->started_ms;
}
