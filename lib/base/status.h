#ifndef BASE_STATUS_H
#define BASE_STATUS_H
/*
 * status: the one list of ways in which an operation can end.
 *
 * Every function that can fail returns one of these. A single table in status.c gives each
 * value its name, its exit code (sysexits.h) and whether trying again can help.
 * Threads: everything here may run in any thread.
 */
#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))

enum status {
	STATUS_OK,
	STATUS_NOMEM,	    /* memory ran out */
	STATUS_IO,	    /* a system call on a file or socket failed; err.sys_errno says how */
	STATUS_CORRUPT,	    /* stored bytes are not what was written */
	STATUS_INVALID,	    /* outside input breaks its schema; err.source and err.line say where */
	STATUS_USAGE,	    /* the caller of a program used it wrongly */
	STATUS_NOT_FOUND,   /* the thing named does not exist */
	STATUS_BUSY,	    /* someone else holds it; trying again later helps */
	STATUS_STALE,	    /* the generation was replaced while it was read: reopen once */
	STATUS_VERSION,	    /* written by a version that this one does not understand */
	STATUS_LIMIT,	    /* larger than a stated limit */
	STATUS_TIMEOUT,	    /* the deadline passed */
	STATUS_FORBIDDEN,   /* the role may not do this */
	STATUS_CONFLICT,    /* the same id was used for something else */
	STATUS_UNAVAILABLE, /* the service cannot be reached or is stopping */
	STATUS_COUNT
};

/* The name in lower case, such as "not_found"; "unknown" outside the list. Never NULL. */
const char *status_name(enum status status);

/* The exit code of a program that ends with this status (sysexits.h; 0 for STATUS_OK). */
int status_exit_code(enum status status);

/* True if the same call may succeed later with nothing changed by the caller. */
bool status_retry_helps(enum status status);

#endif
