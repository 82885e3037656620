#ifndef LINKAGE_MODEL_NAMES_H
#define LINKAGE_MODEL_NAMES_H
/*
 * model_names: the table of common names of a model, token to share of people.
 *
 * Threads: built by one thread, then not changed.
 */
#include "record/features.h"

struct model_names;

/* Room for `entries` additions of `text_bytes` in all; NULL if memory ran out. Owned by the caller.
 * A name outside the table has the share `unlisted` of its part. */
struct model_names *model_names_new(
    size_t entries, size_t text_bytes, double unlisted_forename, double unlisted_surname);
void model_names_free(struct model_names *names);
/* `part` is PART_FORENAME or PART_SURNAME; the text is copied. */
void model_names_add(
    struct model_names *names, enum name_part part, struct str token, double share);
double model_names_share(const struct model_names *names, enum name_part part, struct str token);

#endif
