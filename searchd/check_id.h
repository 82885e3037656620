#ifndef SEARCHD_CHECK_ID_H
#define SEARCHD_CHECK_ID_H
/*
 * check_id: the names of a check and of a request, which people write down and read out:
 * CHK-7K3F-9QWD, REQ-7K3F-9QWD.
 *
 * 40 bits of BLAKE2b over the user and the request id, in Crockford's base 32 (no I, L, O, U): the
 * same request gives the same name, also after a crash. `attempt` makes another, for the rare
 * case that the name is taken (100,000 checks: 1 in 220).
 * Threads: pure functions.
 */
#include "base/str.h"

#define CHECK_ID_BYTES 13

void check_id_make(char out[CHECK_ID_BYTES + 1], struct str user, struct str id, unsigned attempt);
/* True for the form above. */
bool check_id_valid(struct str text);
/* Likewise of a request. */
void request_id_make(
    char out[CHECK_ID_BYTES + 1], struct str user, struct str id, unsigned attempt);
bool request_id_valid(struct str text);

#endif
