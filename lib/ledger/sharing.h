#ifndef LEDGER_SHARING_H
#define LEDGER_SHARING_H
/*
 * sharing: decisions whether a leg's information may leave it (procedure, section 2.8), as a
 * projection of the entries "share_opened", "share_said", "share_consulted" and "share_decided".
 * What is to be shared, and all reasons, are in the secrets.
 *
 *	share_opened
 *{"leg":"childline","statements":["necessary","proportionate"],"policy":"<hash>"} share_said
 *{"sharing":31,"agrees":true,"state":"open"} share_consulted  {"sharing":31,"state":"agreed"}
 *	share_decided    {"sharing":31,"share":false,"state":"refused"}
 *
 * Each says the state that it brings about, since that follows from the policy of the day.
 * Threads: any number at once.
 */
#include "ledger/ledger.h"

struct ledger_sharing {
	uint64_t seq; /* entry that opened it */
	int64_t at_ms;
	struct str request, user, role, leg;
	/* "open"; "disputed": who must agree do not; "agreed"; "granted", "refused": decided after
	 * a dispute. */
	struct str state;
	uint64_t state_seq; /* entry that made it so */
};
/* It may be shared. */
bool ledger_sharing_allows(const struct ledger_sharing *sharing);
/* No more is to be said about it. */
bool ledger_sharing_ended(const struct ledger_sharing *sharing);

/* The latest of a request and leg. STATUS_NOT_FOUND if there is none. */
enum status ledger_sharing_find(struct ledger_sharing *out, struct ledger *ledger,
    struct arena *arena, struct str request, struct str leg, struct err *err) MUST_USE;

/* What somebody said about it, last; one for each role and kind. */
struct ledger_voice {
	uint64_t seq;
	int64_t at_ms;
	struct str kind; /* "said", "consulted", "decided" */
	struct str role, user;
	bool agrees; /* of "said" and "decided" */
};
/* In the order in which they were said. */
enum status ledger_sharing_voices(struct ledger_voice **out, size_t *count, struct ledger *ledger,
    struct arena *arena, uint64_t sharing, struct err *err) MUST_USE;

#endif
