#ifndef SEARCHD_AUTHORISE_H
#define SEARCHD_AUTHORISE_H
/*
 * authorise: the one place where it is decided who may do what. A refusal is a ledger entry
 * first ("breach" for a leg the role may not search, else "refusal") and then `forbidden`.
 *
 * Threads: as the call.
 */
#include "searchd/call.h"

/* Finds user and role, and whether the role may call the operation. Sets user_name and role. */
enum wire_code authorise_call(struct call *call);
/* Logs a refusal of `kind` and then refuses: WIRE_FORBIDDEN with `why`. "" for no leg, request or
 * check. */
enum wire_code authorise_refuse(struct call *call, const char *kind, struct str leg,
    struct str request, struct str check, const char *why);
/* Whether the role may search the leg, or read what was found in it. */
enum wire_code authorise_leg(struct call *call, struct str leg, struct str check);

#endif
