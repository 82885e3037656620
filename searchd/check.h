#ifndef SEARCHD_CHECK_H
#define SEARCHD_CHECK_H
/*
 * check: the steps of a check that `why` takes too (why.c), so that both ask alike.
 *
 * Threads: as the call.
 */
#include "searchd/answer.h"
#include "wire/limits.h"

/*
 * An answer leaves room in a reply for what check.get puts around it: the request again (up to
 * WIRE_REQUEST_BYTES_MAX, doubled where quotes are escaped) and the entry's own fields.
 */
#define CHECK_ANSWER_BYTES_MAX (WIRE_REPLY_BYTES_MAX - 3 * WIRE_REQUEST_BYTES_MAX)

/* Fills ask->leg: the leg that is named, or the role's only one; refuses one that the role may not
 * search, as a breach. */
enum wire_code check_resolve_leg(struct call *call, struct ask *ask);
/* What an earlier check asked, and when (Unix ms). WIRE_NOT_FOUND, with `field` ("of: " or "")
 * before the words, if there is none. In the arena of the call. */
enum wire_code check_read_earlier(struct ask_earlier *out, int64_t *at_ms, struct call *call,
    struct str check, const char *field);
/* answer->people with their features. WIRE_BAD_REQUEST for a person with nothing to search by. */
enum wire_code check_make_features(struct call *call, const struct ask *ask, struct answer *answer);
/* Searches the leg for all people and judges what is found. */
enum wire_code check_search(struct call *call, struct answer *answer);
/* answer->others, of answer->request. */
enum wire_code check_take_others(struct call *call, struct answer *answer);
/* answer->check, and the call's. */
enum wire_code check_make_name(struct call *call, struct answer *answer);
/* call->body and the entry, with what it secures and whom it tells. */
enum wire_code check_answer_and_log(struct call *call, struct answer *answer);
/* The match weight from which a search of the leg looks at a record: the least `list` (bits). */
double check_floor(const struct leg *leg);
/* The family weight from which it looks at a relative: the least `related` (bits). */
double check_family_floor(const struct leg *leg);
/* An attempt that came to nothing by our fault is kept too (of that request, or ""); call->err
 * stays as it is. */
void check_log_failure(struct call *call, struct str request, enum wire_code code);

#endif
