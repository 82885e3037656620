#ifndef TESTS_UNIT_RECORD_MAKING_H
#define TESTS_UNIT_RECORD_MAKING_H
/*
 * making: what the tests of features share: folder, lexicon and arena of one program, and features
 * written as text, so that a test reads as a table.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "record/features.h"

static struct folder *making_folder;
static struct lexicon *making_lexicon;
static struct arena *making_arena;

static inline int
making_set_up(void **state)
{
	struct err err = ERR_NONE;

	(void)state;
	making_arena = arena_new(0);
	if (making_arena == NULL || digest_init(&err) != STATUS_OK ||
	    folder_new(&making_folder, &err) != STATUS_OK)
		return -1;
	return lexicon_load(&making_lexicon, "schemas/lexicon", &err) == STATUS_OK ? 0 : -1;
}

static inline int
making_tear_down(void **state)
{
	(void)state;
	lexicon_free(making_lexicon);
	folder_free(making_folder);
	arena_free(making_arena);
	return 0;
}

static inline struct features
making_features(const struct person *person)
{
	struct features features;
	struct err err = ERR_NONE;

	if (features_make(&features, making_arena, making_folder, making_lexicon, person, &err) !=
	    STATUS_OK)
		bug("features of a test person");
	return features;
}

/* Forenames plain, surnames after '=', parts not known after '~': "katherine =obrien". */
static inline void
making_put_name(struct buf *out, const struct feature_name *name)
{
	for (size_t i = 0; i < name->count; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		if (name->tokens[i].part != PART_FORENAME)
			buf_add_char(out, name->tokens[i].part == PART_SURNAME ? '=' : '~');
		buf_add_str(out, name->tokens[i].text);
	}
}

static inline void
making_put_names(struct buf *out, const struct features *features)
{
	for (size_t i = 0; i < features->name_count; i++) {
		if (i > 0)
			buf_add_text(out, " | ");
		making_put_name(out, &features->names[i]);
	}
	buf_add_text(out, "");
}

/* "postcode / number / flat / house / street / town", readings parted by " | ". */
static inline void
making_put_addresses(struct buf *out, const struct features *features)
{
	for (size_t i = 0; i < features->address_count; i++) {
		const struct feature_address *address = &features->addresses[i];

		buf_addf(out, "%s%.*s/%.*s/%.*s/%.*s/%.*s/%.*s", i > 0 ? " | " : "",
		    STR_ARG(address->postcode), STR_ARG(address->number), STR_ARG(address->flat),
		    STR_ARG(address->house), STR_ARG(address->street), STR_ARG(address->town));
	}
	buf_add_text(out, "");
}

#endif
