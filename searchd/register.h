#ifndef SEARCHD_REGISTER_H
#define SEARCHD_REGISTER_H
/*
 * register: what the register says of one record, as record.status and register.list write it.
 *
 * Threads: as the call.
 */
#include "ledger/register.h"
#include "searchd/call.h"

/* "secured", "secured_since", "why"... as members of an object (docs/protocol.md). NULL: it is not
 * secured. */
void register_put(struct buf *out, const struct ledger_registered *registered);

#endif
