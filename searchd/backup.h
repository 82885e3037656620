#ifndef SEARCHD_BACKUP_H
#define SEARCHD_BACKUP_H
/*
 * backup: one backup of the ledger at a time, made beside the answering, to
 * <data>/backup/ledger-YYYYMMDD-HHMMSS.db (UTC); when it is made and verified, an entry "backup"
 * says so in the name of who asked.
 *
 * Threads: one of its own while a backup is made; the functions in any.
 */
#include "base/buf.h"
#include "ledger/ledger.h"

struct backup;

enum status backup_new(
    struct backup **out, struct ledger *ledger, const char *data_folder, struct err *err) MUST_USE;
/* Stops one that is being made, and waits. NULL is fine. */
void backup_free(struct backup *backup);

/* STATUS_BUSY if one is being made. */
enum status backup_start(
    struct backup *backup, struct str user, struct str role, struct err *err) MUST_USE;
/* What became of the last one, as the members of a JSON object. */
void backup_write_state(struct buf *out, struct backup *backup);

#endif
