#ifndef CLIENT_PROMPT_H
#define CLIENT_PROMPT_H
/*
 * prompt: a check asked for by questions on the terminal.
 *
 * Questions go to stderr and answers come from stdin; an empty answer is "not known". An answer
 * that cannot be read is said to be so, and asked again.
 */
#include "client/request.h"

/*
 * Fills *out in the arena. *confirmed is false, with STATUS_OK, if the person said no or ended the
 * input: then nothing may be sent.
 */
enum status prompt_request(
    struct request *out, bool *confirmed, struct arena *arena, struct err *err) MUST_USE;

/*
 * After a refusal: the details are asked again, Enter keeping each ("-" empties it), the people
 * stay. *confirmed as above.
 */
enum status prompt_correct(
    struct request *request, bool *confirmed, struct arena *arena, struct err *err) MUST_USE;

/* Shows what will be asked, on stderr. */
void prompt_show(const struct request *request);

#endif
