#ifndef TESTS_UNIT_INDEX_BUILT_H
#define TESTS_UNIT_INDEX_BUILT_H
/*
 * built: what the tests of this room share: model, lexicon, folding, and loads of people into
 * generations the way the indexer makes them. Everything checks itself with cmocka's asserts.
 */
#include "base/digest.h"
#include "base/mem.h"
#include "base/pair.h"
#include "index/delta_keys.h"
#include "index/search.h"
#include "record/codec.h"
#include "tests/support/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct built {
	char data[32]; /* data folder, removed at the end */
	struct arena *arena;
	struct folder *folder;
	struct lexicon *lexicon;
	struct model *model;
};

/* As a daemon searches; without a second core in one thread. */
struct built_pair {
	struct pair *pair;
	struct folder *folder;
};

static inline void
built_take_pair(struct built_pair *pair, struct searcher *searcher)
{
	if (pair->folder == NULL && (folder_new(&pair->folder, NULL) != STATUS_OK ||
					pair_new(&pair->pair, NULL, NULL) != STATUS_OK))
		pair->pair = NULL;
	searcher_set_pair(searcher, pair->pair, pair->folder);
}

static inline void
built_free_pair(struct built_pair *pair)
{
	pair_free(pair->pair);
	folder_free(pair->folder);
	*pair = (struct built_pair){ NULL, NULL };
}

static inline void
built_init(struct built *built)
{
	struct err err = ERR_NONE;
	char text[512];

	memset(built, 0, sizeof *built);
	snprintf(built->data, sizeof built->data, "/tmp/index-XXXXXX");
	assert_non_null(mkdtemp(built->data));
	built->arena = arena_new(0);
	assert_non_null(built->arena);
	if (digest_init(&err) != STATUS_OK || folder_new(&built->folder, &err) != STATUS_OK ||
	    lexicon_load(&built->lexicon, "schemas/lexicon", &err) != STATUS_OK ||
	    model_load(&built->model, "schemas/model/default.json", &err) != STATUS_OK)
		fail_msg("%s", err_format(text, sizeof text, &err));
}

static inline void
built_fini(struct built *built)
{
	assert_int_equal(file_remove_tree(built->data, NULL), STATUS_OK);
	model_free(built->model);
	lexicon_free(built->lexicon);
	folder_free(built->folder);
	arena_free(built->arena);
}

static inline void
built_ok(enum status status, const struct err *err)
{
	char text[512];

	if (status != STATUS_OK)
		fail_msg("%s: %s", status_name(status), err_format(text, sizeof text, err));
}

/* --- One load -------------------------------------------------------------------------------- */
struct load {
	struct built *built;
	struct generation_build build;
	struct index_writer *writer;
	struct signature_writer *signatures; /* of a base */
	struct vocabulary_builder *words;
	struct arena *scratch;
	bool delta;
	struct str keys[256];
	size_t key_count;
	uint64_t people; /* added by this load */
	struct str terms[4096];
	size_t term_count;
};

static inline void
load_begin(struct load *load, struct built *built, const char *system, bool delta)
{
	struct err err = ERR_NONE;

	memset(load, 0, sizeof *load);
	load->built = built;
	load->delta = delta;
	load->scratch = arena_new(0);
	assert_non_null(load->scratch);
	built_ok(generation_begin(&load->build, built->data, system, &err), &err);
	built_ok(vocabulary_builder_new(&load->words, &err), &err);
	if (delta) {
		char path[PATH_MAX + 32];
		const struct str *old = NULL;

		built_ok(generation_take_base(&load->build, &err), &err);
		built_ok(generation_take_delta(&load->build, &err), &err);
		built_ok(index_writer_delta(&load->writer, load->build.folder, &err), &err);
		snprintf(path, sizeof path, "%s/delta.keys", load->build.folder);
		if (access(path, F_OK) == 0) {
			built_ok(delta_keys_read(&old, &load->key_count, built->arena, path, &err),
			    &err);
			memcpy(load->keys, old, load->key_count * sizeof *old);
			snprintf(path, sizeof path, "%s/delta.vocabulary", load->build.folder);
			built_ok(vocabulary_builder_add_file(load->words, path, &err), &err);
		}
	} else {
		char path[PATH_MAX + 32];

		snprintf(path, sizeof path, "%s/base.signatures", load->build.folder);
		built_ok(index_writer_base(&load->writer, load->build.folder, &err), &err);
		built_ok(signature_writer_new(&load->signatures, path, &err), &err);
	}
}

static inline void
load_note_term(void *ctx, struct str term)
{
	struct load *load = ctx;

	assert_true(load->term_count < sizeof load->terms / sizeof load->terms[0]);
	assert_true(term.n > 0 && term.n <= TERM_BYTES_MAX);
	load->terms[load->term_count++] = term;
}

static inline void
load_supersede(struct load *load, struct str record_id)
{
	assert_true(load->key_count < sizeof load->keys / sizeof load->keys[0]);
	assert_true(arena_copy(&load->keys[load->key_count++], load->built->arena, record_id));
}

static inline void
load_add(struct load *load, const struct case_header *header, const struct person *person)
{
	struct buf data = BUF_INIT;
	struct err err = ERR_NONE;
	struct features features;

	arena_reset(load->scratch);
	built_ok(features_make(&features, load->scratch, load->built->folder, load->built->lexicon,
		     person, &err),
	    &err);
	built_ok(vocabulary_builder_add(load->words, &features, &err), &err);
	if (!load->delta)
		built_ok(signature_writer_add(load->signatures, &features, &err), &err);
	load->term_count = 0;
	built_ok(terms_of_record(&features, load->scratch, load_note_term, load, &err), &err);
	codec_encode(&data, header, person);
	assert_false(buf_failed(&data));
	built_ok(index_writer_add(load->writer, header->record_id, buf_str(&data), load->terms,
		     load->term_count, &err),
	    &err);
	buf_free(&data);
	load->people++;
}

/* `people`: how many are then searchable. */
static inline void
load_publish(struct load *load, uint64_t people)
{
	struct manifest *manifest = mem_zero(1, sizeof *manifest);
	char path[PATH_MAX + 32];
	struct err err = ERR_NONE;

	assert_non_null(manifest);
	built_ok(index_writer_finish(load->writer, &err), &err);
	if (!load->delta)
		built_ok(signature_writer_finish(load->signatures, &err), &err);
	snprintf(path, sizeof path, "%s/%s.vocabulary", load->build.folder,
	    load->delta ? "delta" : "base");
	built_ok(vocabulary_builder_write(load->words, path, &err), &err);
	if (load->delta) {
		snprintf(path, sizeof path, "%s/delta.keys", load->build.folder);
		built_ok(delta_keys_write(path, load->keys, load->key_count, &err), &err);
	}
	snprintf(manifest->system, sizeof manifest->system, "%s",
	    strrchr(load->build.system_folder, '/') + 1);
	manifest->generation = load->build.number;
	manifest->base_generation = load->build.number;
	manifest->delta = load->delta;
	manifest->people = people;
	manifest->rows = manifest->rows_loaded = load->people;
	built_ok(generation_list_files(manifest, load->build.folder, NULL, &err), &err);
	snprintf(path, sizeof path, "%s/manifest.json", load->build.folder);
	built_ok(manifest_write(manifest, path, &err), &err);
	built_ok(generation_publish(&load->build, &err), &err);
	vocabulary_builder_free(load->words);
	arena_free(load->scratch);
	mem_free(manifest);
} /* The scorer as a search for this query has it; valid until the next call. */
static inline const struct scorer *
scorer_for(struct searcher *searcher, const struct features *query)
{
	static struct arena *arena;
	static struct scorer scorer;
	struct err err = ERR_NONE;

	if (arena == NULL)
		arena = arena_new(0);
	assert_non_null(arena);
	arena_reset(arena);
	scorer = *searcher_scorer(searcher);
	built_ok(searcher_values(&scorer.values, searcher, arena, query, &err), &err);
	return &scorer;
}

#endif
