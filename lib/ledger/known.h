#ifndef LEDGER_KNOWN_H
#define LEDGER_KNOWN_H
/*
 * known: the file `checkpoints` in the keys folder: every checkpoint that was signed, one a line
 * (form: sign.h), apart from the ledger. It only ever grows. Its last line tells at the next start
 * whether the ledger is the one that was in use. Inside the room only.
 *
 * A line that a crash left without its end was never acknowledged: it is passed over, and the next
 * one begins on a line of its own.
 * Threads: one at a time.
 */
#include "ledger/checkpoint.h"

/* The last one; *found is false if there is none. STATUS_CORRUPT: the last whole line is damaged,
 * or its signature does not fit; one of another key is taken as it stands. */
enum status known_last(struct checkpoint *out, bool *found, const char *folder,
    const unsigned char public_key[SIGN_PUBLIC_BYTES], struct err *err) MUST_USE;
/* On disk before it returns. */
enum status known_add(
    const char *folder, const struct checkpoint *checkpoint, struct err *err) MUST_USE;

#endif
