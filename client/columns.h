#ifndef CLIENT_COLUMNS_H
#define CLIENT_COLUMNS_H
/*
 * columns: what the header of a batch file says about its columns (docs/client.md lists the names).
 *
 * Case, blanks and hyphens in a name do not matter: "Former Surname" is former_surname.
 * Threads: plain data.
 */
#include "client/asked.h"
#include "client/rows.h"

struct columns {
	struct {
		bool used; /* false: ignored */
		bool is_ref;
		enum asked_field field;
	} column[ROWS_COLUMNS_MAX];
	size_t count;
	size_t ref; /* which column is_ref */
};

/* STATUS_INVALID names the column: unknown (unless `ignore_unknown`), the ref twice or absent. */
enum status columns_read(struct columns *out, const struct row *header, bool ignore_unknown,
    const char *source, struct err *err) MUST_USE;

#endif
