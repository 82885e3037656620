#include "index/expansions.h"

#include "base/mem.h"

struct kept {
	char token[FEATURE_TOKEN_BYTES_MAX];
	size_t bytes; /* of the token; 0: none is kept */
	struct neighbour *near;
	size_t count, room;
};

struct expansions {
	struct kept kept[EXPANSIONS_KEPT];
};

enum status
expansions_new(struct expansions **out, struct err *err)
{
	*out = mem_zero(1, sizeof **out);
	return *out == NULL ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}

void
expansions_free(struct expansions *expansions)
{
	for (size_t i = 0; expansions != NULL && i < EXPANSIONS_KEPT; i++)
		mem_free(expansions->kept[i].near);
	mem_free(expansions);
}

static size_t
place_of(struct str token)
{
	return (size_t)(str_hash(token) % EXPANSIONS_KEPT);
}

static const struct kept *
find(const struct expansions *expansions, struct str token)
{
	const struct kept *kept = &expansions->kept[place_of(token)];

	return token.n > 0 && str_eq((struct str){ kept->token, kept->bytes }, token) ? kept : NULL;
}

bool
expansions_has(const struct expansions *expansions, struct str token)
{
	return find(expansions, token) != NULL;
}

static bool
make_room(struct kept *kept, size_t count)
{
	struct neighbour *grown;

	if (count <= kept->room)
		return true;
	grown = mem_resize(kept->near, count, sizeof *grown);
	if (grown == NULL)
		return false;
	kept->near = grown;
	kept->room = count;
	return true;
}

void
expansions_put(
    struct expansions *expansions, struct str token, const struct neighbour *near, size_t count)
{
	struct kept *kept = &expansions->kept[place_of(token)];

	if (token.n == 0 || token.n > sizeof kept->token || count > EXPANSIONS_NEAR_MAX ||
	    !make_room(kept, count))
		return;
	if (count > 0)
		memcpy(kept->near, near, count * sizeof *near);
	kept->count = count;
	memcpy(kept->token, token.p, token.n);
	kept->bytes = token.n;
}

static enum status
take(const struct neighbour **out, size_t *count, const struct kept *kept, struct arena *arena,
    struct err *err)
{
	struct neighbour *near = arena_alloc(arena, kept->count, sizeof *near);

	if (near == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (kept->count > 0)
		memcpy(near, kept->near, kept->count * sizeof *near);
	*out = near;
	*count = kept->count;
	return STATUS_OK;
}

enum status
expansions_get(const struct neighbour **out, size_t *count, struct expansions *expansions,
    struct arena *arena, const struct vocabulary *vocabulary, const struct lexicon *lexicon,
    struct str token, struct err *err)
{
	const struct kept *kept = expansions == NULL ? NULL : find(expansions, token);
	enum status status;

	if (kept != NULL)
		return take(out, count, kept, arena, err);
	status = vocabulary_expand(out, count, arena, vocabulary, lexicon, token, err);
	if (status == STATUS_OK && expansions != NULL)
		expansions_put(expansions, token, *out, *count);
	return status;
}
