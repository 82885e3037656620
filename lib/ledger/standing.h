#ifndef LEDGER_STANDING_H
#define LEDGER_STANDING_H
/*
 * standing: which loads the open requests were searched again for, as a projection of the entries
 * "standing": {"leg","up_to","systems":[{"system","generation"}],"requests","changed"}. Such an
 * entry says that every check of the leg that was asked for an open request up to entry `up_to` was
 * asked again of these generations; those whose answer changed have a newer "check" entry.
 *
 * Threads: any number at once.
 */
#include "ledger/checks.h"

struct ledger_standing {
	uint64_t generation; /* 0: never */
	uint64_t up_to;
};
enum status ledger_standing_find(struct ledger_standing *out, struct ledger *ledger,
    struct str system, struct err *err) MUST_USE;

struct ledger_standing_check {
	struct str check, request, kind; /* kind: of the request */
	uint64_t seq;
};
/* The newest check of the leg of each open request, in the order of their entries, from after entry
 * `after` on, at most `most`. */
enum status ledger_standing_checks(struct ledger_standing_check **out, size_t *count,
    struct ledger *ledger, struct arena *arena, struct str leg, uint64_t after, size_t most,
    struct err *err) MUST_USE;

#endif
