#ifndef MODEL_ASK_H
#define MODEL_ASK_H
/*
 * ask: an act as the body of a message.
 */
#include "base/buf.h"
#include "tests/model/model.h"

void ask_write(struct buf *out, const struct model *model, const struct act *act);
const char *ask_reference(unsigned reference);

#endif
