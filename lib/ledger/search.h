#ifndef LEDGER_SEARCH_H
#define LEDGER_SEARCH_H
/*
 * search: entries for the auditor, as they stand open: columns and body, never the secret.
 *
 * Threads: any number at once; each call looks at a bounded part of the chain, so that it holds up
 * no check for long.
 */
#include "ledger/ledger.h"

/* Entries looked at in one call where no request and no check is named: 10 to 20 ms. */
#define LEDGER_SEARCH_SPAN 20000

struct ledger_search {
	struct str request, check, user, kind; /* "": any */
	int64_t from_ms, to_ms;		       /* at or after, and before; to_ms 0: no end */
	uint64_t after;			       /* entries after that one */
	size_t most;			       /* at least 1 */
};

struct ledger_found {
	struct ledger_row *rows; /* in order; `secret` and `sealed` are "" */
	size_t count;
	uint64_t next; /* go on after that entry; 0: there is no more */
};

enum status ledger_search(struct ledger_found *out, struct ledger *ledger, struct arena *arena,
    const struct ledger_search *search, struct err *err) MUST_USE;
/* The newest `most` entries, in order. */
enum status ledger_tail(struct ledger_found *out, struct ledger *ledger, struct arena *arena,
    size_t most, struct err *err) MUST_USE;

#endif
