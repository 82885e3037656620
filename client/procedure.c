#include "client/procedure.h"

#include "client/service.h"

#include <inttypes.h>
#include <stdio.h>

static enum status
read_stdin(struct buf *out, struct err *err)
{
	char part[1024];
	size_t n;

	while ((n = fread(part, 1, sizeof part, stdin)) > 0) {
		buf_add(out, part, n);
		if (out->n > PROCEDURE_REASON_BYTES_MAX)
			return err_set(err, STATUS_LIMIT, "the reason is longer than %d bytes",
			    PROCEDURE_REASON_BYTES_MAX);
	}
	return ferror(stdin) ? err_set(err, STATUS_IO, "the reason cannot be read") : STATUS_OK;
}

enum status
procedure_reason(struct str *out, struct arena *arena, const char *given, struct err *err)
{
	struct buf text = BUF_INIT;
	enum status status = STATUS_OK;

	if (strcmp(given, "-") == 0)
		status = read_stdin(&text, err);
	else
		buf_add_text(&text, given);
	if (status == STATUS_OK && str_trim(buf_str(&text)).n == 0)
		status = err_set(err, STATUS_INVALID, "the reason is empty");
	if (status == STATUS_OK &&
	    (buf_failed(&text) || !arena_copy(out, arena, str_trim(buf_str(&text)))))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	buf_free(&text);
	return status;
}

void
procedure_put(struct buf *body, const char *key, struct str value)
{
	buf_addf(body, "%s\"%s\":", body->n > 1 ? "," : "", key);
	buf_add_json(body, value);
}

enum status
procedure_put_text(
    struct buf *body, struct arena *arena, const char *key, const char *given, struct err *err)
{
	struct str text = STR_NONE;
	enum status status = arena == NULL ? err_set(err, STATUS_NOMEM, "out of memory")
					   : procedure_reason(&text, arena, given, err);

	if (status == STATUS_OK)
		procedure_put(body, key, text);
	return status;
}

void
procedure_put_number(struct buf *body, const char *key, uint64_t value)
{
	buf_addf(body, "%s\"%s\":%" PRIu64, body->n > 1 ? "," : "", key, value);
}

void
procedure_put_flag(struct buf *body, const char *key)
{
	buf_addf(body, "%s\"%s\":true", body->n > 1 ? "," : "", key);
}

static enum status
ask(struct buf *out, const struct console *console, const char *op, struct str body,
    procedure_print *print, struct arena *arena, struct err *err)
{
	struct wire_reply reply;
	struct sheet sheet;
	enum status status = service_once(&reply, console, arena, op, body, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	if (console->json || print == NULL) {
		service_add_json(out, &reply);
		return STATUS_OK;
	}
	sheet_init(&sheet, console_width(), console_colour());
	status = print(&sheet, reply.body, arena, err);
	if (status == STATUS_OK && reply.audit > 0) {
		sheet_putf(&sheet, SHEET_DIM, "ledger entry %llu", (unsigned long long)reply.audit);
		sheet_end(&sheet);
	}
	*out = sheet.out;
	return status;
}

int
procedure_ask(const struct console *console, const char *name, const char *op, struct buf *body,
    procedure_print *print, struct arena *arena, enum status status, struct err *err)
{
	struct buf out = BUF_INIT;

	if (status == STATUS_OK && buf_failed(body))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (status == STATUS_OK)
		status = ask(&out, console, op, buf_str(body), print, arena, err);
	buf_free(body);
	if (status == STATUS_OK)
		return console_finish(console, name, &out);
	buf_free(&out);
	return console_fail(console, name, err);
}
