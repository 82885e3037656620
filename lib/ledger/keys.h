#ifndef LEDGER_KEYS_H
#define LEDGER_KEYS_H
/*
 * keys: the data keys under which personal data lies in the ledger, each until it is destroyed.
 *
 * They are kept apart from the ledger, in a folder of their own (mode 0700): `master.key` (32
 * random bytes) and `data.keys` (layout at the head of keys.c), both 0600, made at the first start.
 * Keys have numbers from 1. Destroying key N overwrites it on disk, and with it goes all that was
 * sealed under it. Neither file is of use without the other, and a copy of both still opens what
 * was destroyed after it was made: backups of this folder must go when their time is over.
 * An order that holds: keys_open(), keys_reserve() with what the ledger says, then the rest.
 * Threads: after keys_reserve() every function but keys_close() may run in many threads at once.
 */
#include "base/err.h"

#include <stdint.h>

#define KEYS_BYTES 32
/* Keys are made ahead in blocks of 128 KiB, so that only one keys_take() in so many waits for the
 * disk (4 to 8 ms, by tests/tools/seal_bench.c); it holds up others who take, nobody who gets. */
#define KEYS_BLOCK 1024

struct keys;

/*
 * Opens the folder, made if absent (its parent must exist). STATUS_BUSY: "held by process N";
 * STATUS_INVALID: others may read or change it, or it is not this user's; STATUS_VERSION: a newer
 * layout; STATUS_CORRUPT: one of the two files is gone, short, damaged, or not of the other.
 */
enum status keys_open(struct keys **out, const char *folder, struct err *err) MUST_USE;
/* Wipes the keys from memory. NULL is fine. */
void keys_close(struct keys *keys);

/*
 * Says that the ledger uses keys below `next_unused` (at least 1); they will not be given out.
 * STATUS_CORRUPT if some of them are not there, as when an old copy of data.keys was put back.
 * A number lower than was said before changes nothing.
 */
enum status keys_reserve(struct keys *keys, uint64_t next_unused, struct err *err) MUST_USE;

/* The highest number that there is a key of, whether or not it was ever taken. */
uint64_t keys_made(struct keys *keys);

/*
 * Takes a key that nobody had before. It is on disk before this returns. A number taken and not
 * used is given out again after the next start, unless keys_reserve() is told of a higher one.
 * STATUS_UNAVAILABLE before keys_reserve(), or when a flush failed before; STATUS_IO: disk full.
 */
enum status keys_take(
    uint64_t *no, unsigned char key[KEYS_BYTES], struct keys *keys, struct err *err) MUST_USE;

/*
 * STATUS_NOT_FOUND: "key N was destroyed"; STATUS_CORRUPT: its slot is damaged or missing, which
 * is never taken for destruction. `key` is all zeros then. The caller wipes it (box_wipe).
 */
enum status keys_get(
    unsigned char key[KEYS_BYTES], struct keys *keys, uint64_t no, struct err *err) MUST_USE;

/*
 * Destroys a key that was taken, on disk before this returns; one that is destroyed already, or
 * damaged, is overwritten again. After a failure it may or may not be destroyed: ask again.
 * STATUS_INVALID: no such key was taken.
 */
enum status keys_destroy(struct keys *keys, uint64_t no, struct err *err) MUST_USE;

#endif
