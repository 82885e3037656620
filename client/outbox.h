#ifndef CLIENT_OUTBOX_H
#define CLIENT_OUTBOX_H
/*
 * outbox: a part of searchd's list of notices, read.
 *
 * Threads: main only.
 */
#include "client/mail.h"
#include "client/procedure.h"

/* In the arena. */
enum status outbox_read(struct mail_notice **out, size_t *count, struct procedure_page *page,
    struct arena *arena, struct str body, struct err *err) MUST_USE;

#endif
