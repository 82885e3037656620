#ifndef SUPPORT_EVAL_INDEX_H
#define SUPPORT_EVAL_INDEX_H
/*
 * eval_index: the indexes of an evaluation's systems, with the shipped model and lexicon, to be
 * asked without searchd.
 *
 * Errors: what cannot be opened ends the program with a message (these are tools).
 */
#include "index/search.h"
#include "tests/support/eval_set.h"

struct eval_index {
	struct folder *folder;
	struct lexicon *lexicon;
	struct model *model;
	struct snapshot *snapshot;
	struct searcher *searcher;
};

/* `data` is the data folder; the systems are those of the set. */
void eval_index_open(struct eval_index *out, const struct eval_set *set, const char *data);
void eval_index_close(struct eval_index *index);

#endif
