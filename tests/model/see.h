#ifndef MODEL_SEE_H
#define MODEL_SEE_H
/*
 * see: what searchd shows, held against the model.
 *
 * Each writes the first difference into `out` (SEE_BYTES; "" if there is none).
 */
#include "base/str.h"
#include "tests/model/model.h"

#define SEE_BYTES 2048

/* Ids that the act makes are taken into the model first. */
void see_reply(char *out, struct model *model, const struct act *act, const struct expect *expect,
    struct str body);
/* `list` is what the player told of the entries after `before`. `times` the act was done. */
void see_entries(char *out, const struct model *model, const struct expect *expect, unsigned times,
    uint64_t before, struct str list);
size_t see_count(struct str list); /* entries */
/* The same for what searchd did by itself in the model's new world: the model follows. `crashed`:
 * in the middle, and began again. */
void see_world(char *out, struct model *model, bool crashed, struct str list);

/* Reads the answer of a check in an empty ledger. */
bool see_finding(struct model_finding *out, struct model_findings *findings, struct str body);
bool see_flag(struct str body, const char *key);

#endif
