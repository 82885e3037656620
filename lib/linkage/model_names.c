#include "linkage/model_names.h"

#include "base/err.h"
#include "base/mem.h"

struct entry {
	struct str token;
	double share[2]; /* by part; 0: not listed */
};

/* Open addressing, at most half full; `slots` is a power of two. */
struct model_names {
	struct entry *entries;
	size_t slots;
	size_t added, added_max;
	char *text;
	size_t text_used, text_room;
	double unlisted[2];
};

struct model_names *
model_names_new(
    size_t entries, size_t text_bytes, double unlisted_forename, double unlisted_surname)
{
	struct model_names *names = mem_zero(1, sizeof *names);

	if (names == NULL)
		return NULL;
	names->slots = 16;
	while (names->slots < 2 * entries)
		names->slots *= 2;
	names->added_max = entries;
	names->text_room = text_bytes;
	names->unlisted[PART_FORENAME] = unlisted_forename;
	names->unlisted[PART_SURNAME] = unlisted_surname;
	names->entries = mem_zero(names->slots, sizeof *names->entries);
	names->text = mem_alloc(text_bytes);
	if (names->entries == NULL || names->text == NULL) {
		model_names_free(names);
		return NULL;
	}
	return names;
}

void
model_names_free(struct model_names *names)
{
	if (names == NULL)
		return;
	mem_free(names->entries);
	mem_free(names->text);
	mem_free(names);
}

/* The token's slot, or the empty one where it would go. */
static struct entry *
find(const struct model_names *names, struct str token)
{
	size_t at = (size_t)str_hash_words(token) & (names->slots - 1);

	while (names->entries[at].token.n > 0 && !str_eq(names->entries[at].token, token))
		at = (at + 1) & (names->slots - 1);
	return &names->entries[at];
}

void
model_names_add(struct model_names *names, enum name_part part, struct str token, double share)
{
	struct entry *entry = find(names, token);

	if (entry->token.n == 0) {
		if (token.n == 0 || names->added == names->added_max ||
		    token.n > names->text_room - names->text_used)
			bug("more names than room was asked for");
		memcpy(names->text + names->text_used, token.p, token.n);
		entry->token = (struct str){ names->text + names->text_used, token.n };
		names->text_used += token.n;
		names->added++;
	}
	entry->share[part] = share;
}

double
model_names_share(const struct model_names *names, enum name_part part, struct str token)
{
	const struct entry *entry = find(names, token);
	double forename, surname;

	forename = entry->share[PART_FORENAME] > 0 ? entry->share[PART_FORENAME]
						   : names->unlisted[PART_FORENAME];
	surname = entry->share[PART_SURNAME] > 0 ? entry->share[PART_SURNAME]
						 : names->unlisted[PART_SURNAME];
	if (part == PART_FORENAME)
		return forename;
	if (part == PART_SURNAME)
		return surname;
	return forename > surname ? forename : surname;
}
