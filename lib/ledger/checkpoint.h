#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H
/*
 * checkpoint: a checkpoint as one line of text, to be mailed, printed or filed. Form: sign.h.
 *
 * Threads: pure functions.
 */
#include "ledger/sign.h"

#define CHECKPOINT_BYTES_MAX 1024 /* one is under 400 bytes; a mail may add blanks */

/* Appends the line and a newline. */
void checkpoint_write(struct buf *out, const struct checkpoint *checkpoint);
/*
 * Reads one, whose signature is still to be verified (sign_verify). Every field must be there,
 * once, in its range, hex in lower case; nothing else may. White space between them is allowed.
 * `source` names the text in messages. STATUS_INVALID, STATUS_LIMIT; *out is then unchanged.
 */
enum status checkpoint_read(
    struct checkpoint *out, struct str text, const char *source, struct err *err) MUST_USE;

#endif
