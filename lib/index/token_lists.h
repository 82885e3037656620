#ifndef INDEX_TOKEN_LISTS_H
#define INDEX_TOKEN_LISTS_H
/*
 * token_lists: who bears a name token, for every token of one base, in memory.
 *
 * A question asks for hundreds of tokens that its own are near to, and most of their lists are
 * short: finding where one begins in the file costs more than reading it. All lists of tokens take
 * about 11 bytes a person (4 for each token that they have), shared by all that search the base.
 *
 * Threads: not changed after reading; holding and dropping may be done in any thread.
 */
#include "base/err.h"
#include "base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct token_lists;

/* Those of the base at `path`. STATUS_VERSION: it is a database that glass_file.h did not write;
 * STATUS_CORRUPT: a list is damaged. One more holder of what is known already is `hold`. */
enum status token_lists_read(
    const struct token_lists **out, const char *path, struct err *err) MUST_USE;
const struct token_lists *token_lists_hold(const struct token_lists *lists);
void token_lists_drop(const struct token_lists *lists); /* NULL is fine */

/* Numbers of documents, rising; borrowed. */
struct token_list {
	const uint32_t *documents;
	uint32_t count; /* 0: nobody has it */
};
/* `term`: of a name token (terms.h). */
struct token_list token_lists_get(const struct token_lists *lists, struct str term);

#ifdef __cplusplus
}
#endif

#endif
