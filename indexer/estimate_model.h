#ifndef INDEXER_ESTIMATE_MODEL_H
#define INDEXER_ESTIMATE_MODEL_H
/*
 * estimate_model: a fitted model as the bytes of a file, in the form and order of the one before.
 * Threads: pure functions.
 */
#include "base/buf.h"
#include "indexer/estimate_fit.h"

/*
 * The model file `from` with the fitted figures, each level with its counts and the bits before as
 * its source. What was not fitted (comparisons that no pair had, the alignment, the shares of
 * names) is as it was. `name` NULL: "fitted-" and eight digits of the content's hash.
 * The name is in *used, at most MODEL_NAME_BYTES_MAX bytes and a NUL.
 */
enum status estimate_model_write(struct buf *out, char used[MODEL_NAME_BYTES_MAX + 1],
    const char *from, const char *name, const struct fit *fit, struct err *err) MUST_USE;

/* True if the pairs said anything of the comparison. */
bool estimate_model_fitted(const struct fit *fit, enum vector_field field);

#endif
