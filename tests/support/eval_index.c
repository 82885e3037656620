#include "tests/support/eval_index.h"

#include "base/mem.h"

#include <string.h>

void
eval_index_open(struct eval_index *out, const struct eval_set *set, const char *data)
{
	const char *names[EVAL_WORDS_MAX];
	struct err err = ERR_NONE;

	for (size_t s = 0; s < set->systems.count; s++) {
		char *name = mem_zero(1, set->systems.word[s].n + 1);

		if (name == NULL)
			eval_fail("out of memory", "");
		memcpy(name, set->systems.word[s].p, set->systems.word[s].n);
		names[s] = name;
	}
	if (digest_init(&err) != STATUS_OK || folder_new(&out->folder, &err) != STATUS_OK ||
	    lexicon_load(&out->lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&out->model, "schemas/model/default.json", &err) != STATUS_OK ||
	    snapshot_load(&out->snapshot, data, names, set->systems.count, &err) != STATUS_OK ||
	    searcher_open(&out->searcher, out->snapshot, out->model, out->lexicon, &err) !=
		STATUS_OK)
		eval_fail("cannot open the index:", err.text);
}

void
eval_index_close(struct eval_index *index)
{
	searcher_close(index->searcher);
	snapshot_free(index->snapshot);
	model_free(index->model);
	lexicon_free(index->lexicon);
	folder_free(index->folder);
}
