#ifndef LEDGER_LIMITS_H
#define LEDGER_LIMITS_H
/*
 * limits: the bounds of one batch. Over them: STATUS_LIMIT, nothing written.
 * (LEDGER_BODY_BYTES_MAX, for one body and for one kept reply, is in ledger.h.)
 */
#define LEDGER_KIND_BYTES_MAX 32
#define LEDGER_USER_BYTES_MAX 128
#define LEDGER_ROLE_BYTES_MAX 64
#define LEDGER_CHECK_BYTES_MAX 31 /* struct ledger_secured keeps it with a NUL in 32 */
#define LEDGER_SYSTEM_BYTES_MAX 64
#define LEDGER_RECORD_BYTES_MAX 256 /* four times RECORD_ID_BYTES_MAX of record/person.h */
#define LEDGER_IDEM_BYTES_MAX 128   /* ids are 32 hex digits on the wire */
#define LEDGER_ENTRIES_MAX 64	    /* of one batch; a check is one, or one a person */
#define LEDGER_SECURES_MAX 4096	    /* 16 people with 50 candidates each are 800 */

/*
 * A client gives up after 15 s and a person asks again within the day; after that an id is still
 * refused, only its reply must be looked up as entries. The clock is the entries' own.
 */
#define LEDGER_REPLY_KEPT_MS (24 * INT64_C(3600000))

#endif
