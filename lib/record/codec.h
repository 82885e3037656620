#ifndef RECORD_CODEC_H
#define RECORD_CODEC_H
/*
 * codec: one person of a case record as compact bytes, kept beside its index terms.
 *
 * The layout, with its version byte, heads codec.c. Decoding copies nothing: views point into
 * `bytes`, arrays into the arena. Bytes from a damaged index give STATUS_CORRUPT, never a fault.
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/person.h"

void codec_encode(struct buf *out, const struct case_header *header, const struct person *person);
enum status codec_decode(struct case_header *header, struct person *person, struct arena *arena,
    struct str bytes, struct err *err) MUST_USE;

#endif
