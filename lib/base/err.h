#ifndef BASE_ERR_H
#define BASE_ERR_H
/*
 * err: what went wrong, in a form a person can act on.
 *
 * The caller owns the struct and passes it last; NULL is allowed everywhere and means "I only
 * want the status". The first error wins: a struct that already holds one is not overwritten,
 * so the deepest cause survives. Start with `struct err err = ERR_NONE;`.
 * Threads: a struct belongs to one thread at a time.
 */
#include "base/status.h"

#include <stddef.h>

struct err {
	enum status status;
	int sys_errno;	  /* 0 unless a system call failed */
	char source[160]; /* file, peer or table the fault is in; "" when it has none */
	unsigned line;	  /* 1-based; 0 when it has none */
	char text[256];	  /* one line, no final stop */
};

#define ERR_NONE ((struct err){ .status = STATUS_OK })

/* Records a fault without a place. Returns `status`, so that callers can return the call. */
enum status err_set(struct err *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records a fault in data: `source` names the file, `line` the line in it (0: none). */
enum status err_data(struct err *err, enum status status, const char *source, unsigned line,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Records a failed system call on `source`, with errno as it stands now. Returns STATUS_IO. */
enum status err_sys(struct err *err, const char *source, const char *operation);

/*
 * Writes "source:line: text: reason" into `out` (always terminated; cut if too long), leaving
 * out the parts that are absent. Control characters are shown as '?', so foreign text cannot
 * drive a terminal. Returns `out`.
 */
char *err_format(char *out, size_t size, const struct err *err);

/* Forgets the error, so that the struct can be used again. */
void err_clear(struct err *err);

/* Our own impossible case: prints file and line to stderr and aborts. Never for outside bytes. */
void bug_at(const char *file, int line, const char *what) __attribute__((noreturn));
#define bug(what) bug_at(__FILE__, __LINE__, (what))

#endif
