#ifndef CLIENT_PROCEDURE_H
#define CLIENT_PROCEDURE_H
/*
 * procedure: what the verbs share that perform or list something of the procedure: one question,
 * printed as lines of fields, or as JSON.
 *
 * Threads: main only.
 */
#include "base/arena.h"
#include "client/console.h"
#include "client/sheet.h"

#define PROCEDURE_ARENA_BYTES_MAX (64u << 20)
#define PROCEDURE_REASON_BYTES_MAX 4096 /* as searchd takes */

/* --reason TEXT, or the standard input up to its end for "-", so that a reason need not be in the
 * history of a shell. Trimmed; an empty one is STATUS_INVALID. In the arena. */
enum status procedure_reason(
    struct str *out, struct arena *arena, const char *given, struct err *err) MUST_USE;

/* Prints the body of the reply; NULL: as it is, as JSON. */
typedef enum status procedure_print(
    struct sheet *sheet, struct str body, struct arena *arena, struct err *err);
/*
 * Asks once (retries keep the id) and prints; the exit code. `name` is the verb's. `status` is that
 * of making the body: what failed there is told, and nothing is asked. The body is freed.
 */
int procedure_ask(const struct console *console, const char *name, const char *op, struct buf *body,
    procedure_print *print, struct arena *arena, enum status status, struct err *err);

/* A field as a member of the JSON object that is being written ("{" has begun it). */
void procedure_put(struct buf *body, const char *key, struct str value);
void procedure_put_number(struct buf *body, const char *key, uint64_t value);
void procedure_put_flag(struct buf *body, const char *key);
/* A text as given to procedure_reason(); a NULL arena is STATUS_NOMEM. */
enum status procedure_put_text(struct buf *body, struct arena *arena, const char *key,
    const char *given, struct err *err) MUST_USE;

/* procedure_json.c: fields of an answer by their keys; what is absent, null, "", 0 or false is left
 * out. A title such as "secured since"; a word of flags is the title alone. A key may be a path of
 * two ("proposal.user"). */
struct procedure_field {
	const char *key, *title; /* title "": the value alone */
	bool bold;
};
/* One line: "title value; title value". `list` NULL: of the answer itself; else a line for each
 * item of that list, and `none` if it is empty. */
enum status procedure_put_fields(struct sheet *sheet, struct str body, const char *list,
    const struct procedure_field *fields, size_t count, const char *none, struct err *err) MUST_USE;

/* Where a list that comes in parts goes on. */
struct procedure_page {
	uint64_t last;
	bool more;
};
/* Items of the list, as lines of JSON, and where it goes on (procedure_json.c). */
enum status procedure_add_lines(struct buf *out, struct procedure_page *page, struct str body,
    const char *list, struct err *err) MUST_USE;

#endif
