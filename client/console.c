#include "client/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES_MAX 4096
#define WIDTH_DEFAULT 80

int
console_fail(const struct console *console, const char *command, const struct err *err)
{
	char text[1024];
	struct buf out = BUF_INIT;
	struct err lost = ERR_NONE;

	fprintf(stderr, "client %s: %s\n", command, err_format(text, sizeof text, err));
	if (console->json) {
		buf_addf(
		    &out, "{\"error\":{\"status\":\"%s\",\"message\":", status_name(err->status));
		buf_add_json(&out, str_from(text));
		buf_add_text(&out, "}}\n");
		if (console_write(buf_str(&out), &lost) != STATUS_OK)
			fprintf(stderr, "client %s: %s\n", command,
			    err_format(text, sizeof text, &lost));
		buf_free(&out);
	}
	return status_exit_code(err->status);
}

enum status
console_write(struct str text, struct err *err)
{
	while (text.n > 0) {
		ssize_t put = write(STDOUT_FILENO, text.p, text.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, "standard output", "cannot write");
		text = str_part(text, (size_t)put, text.n);
	}
	return STATUS_OK;
}

int
console_finish(const struct console *console, const char *command, struct buf *out)
{
	struct err err = ERR_NONE;
	enum status status = STATUS_OK;

	if (buf_failed(out))
		status = err_set(&err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = console_write(buf_str(out), &err);
	buf_free(out);
	return status == STATUS_OK ? 0 : console_fail(console, command, &err);
}

unsigned
console_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col > 0)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

bool
console_colour(void)
{
	const char *no_color = getenv("NO_COLOR");

	return (no_color == NULL || no_color[0] == '\0') && isatty(STDOUT_FILENO);
}

bool
console_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
console_ask(struct buf *out, const char *question)
{
	int c;

	buf_clear(out);
	fputs(question, stderr);
	fflush(stderr);
	while ((c = getchar()) != EOF && c != '\n') {
		if (out->n == LINE_BYTES_MAX)
			return false;
		buf_add_char(out, (char)c);
	}
	if (c == EOF)
		fputc('\n', stderr);
	return c == '\n' && !buf_failed(out);
}

int64_t
console_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
console_add_time(struct buf *out, int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	struct tm tm;
	char text[64];

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		buf_add_text(out, "time not known");
	else
		buf_add_text(out, text);
}
