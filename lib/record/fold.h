#ifndef RECORD_FOLD_H
#define RECORD_FOLD_H
/*
 * fold: one spelling for many, the same at index and at query (the only ICU in the code base).
 *
 * Any script to Latin, Latin to ASCII, lower case; ASCII input takes a fast path that gives the
 * same result. Names are spelt as Britain spells them: Cyrillic by BGN, Ethiopic by ES 3842, Arabic
 * and Hebrew with short vowels put in, Chinese and Korean parted into family and given name. Output
 * of fold_text holds only a-z, 0-9, blank, apostrophe and hyphen; anything else becomes a blank,
 * runs of blanks become one, ends are trimmed. Invalid UTF-8 is treated as blanks. Threads: a
 * folder belongs to one thread (ICU transliterators are not shared).
 */
#include "base/arena.h"
#include "base/err.h"

#define FOLD_INPUT_BYTES_MAX 4096 /* longer input is cut before ICU sees it: bounded time */

struct folder;

enum status folder_new(struct folder **out, struct err *err) MUST_USE;
void folder_free(struct folder *folder);

/* The folded text, in the arena. STATUS_NOMEM is the only failure. */
enum status fold_text(
    struct str *out, struct folder *folder, struct arena *arena, struct str text) MUST_USE;

/*
 * As fold_text, for names: each word that was not written in Latin letters ends in a capital that
 * names its script, as its Latin spelling is only one of several. Where a Chinese or Korean word
 * may be family name and given name, these are parted by a hyphen; a Korean word that may as well
 * be one name stands again behind a slash ("lee-nabaK/inabaK").
 */
#define FOLD_ARABIC 'A'
#define FOLD_CYRILLIC 'C'
#define FOLD_HEBREW 'H'
#define FOLD_HANGUL 'K'
#define FOLD_HAN 'Z'
#define FOLD_OTHER 'O'
enum status fold_name_text(
    struct str *out, struct folder *folder, struct arena *arena, struct str text) MUST_USE;

/* Converts bytes of a named encoding ("windows-1252", "utf-8", any that ICU knows) to UTF-8. A byte
 * that the encoding does not define gives STATUS_INVALID with its offset (0-based) in *bad_at; an
 * encoding that nobody knows gives STATUS_NOT_FOUND. */
enum status fold_to_utf8(struct str *out, size_t *bad_at, struct arena *arena, const char *encoding,
    struct str bytes) MUST_USE;

#endif
