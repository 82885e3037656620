#include "client/seen.h"

#include "base/digest.h"
#include "base/mem.h"

#define ROOM_FIRST 1024 /* a power of two, as all later sizes */

void
seen_free(struct seen *seen)
{
	mem_free(seen->slots);
	*seen = SEEN_INIT;
}

/* The key's slot, or the free one where it belongs. */
static uint64_t *
find(uint64_t (*slots)[2], size_t room, const uint64_t key[2])
{
	for (size_t i = key[0] & (room - 1);; i = (i + 1) & (room - 1))
		if ((slots[i][0] == 0 && slots[i][1] == 0) ||
		    (slots[i][0] == key[0] && slots[i][1] == key[1]))
			return slots[i];
}

static enum status
grow(struct seen *seen, struct err *err)
{
	size_t room = seen->room == 0 ? ROOM_FIRST : seen->room * 2;
	uint64_t(*slots)[2] = mem_zero(room, sizeof *slots);

	if (slots == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < seen->room; i++)
		if (seen->slots[i][0] != 0 || seen->slots[i][1] != 0)
			memcpy(find(slots, room, seen->slots[i]), seen->slots[i], sizeof *slots);
	mem_free(seen->slots);
	seen->slots = slots;
	seen->room = room;
	return STATUS_OK;
}

enum status
seen_add(bool *again, struct seen *seen, struct str text, struct err *err)
{
	struct digest digest;
	uint64_t key[2], *slot;
	enum status status = STATUS_OK;

	if (seen->count * 2 >= seen->room)
		status = grow(seen, err);
	if (status != STATUS_OK)
		return status;
	digest_of(&digest, text);
	memcpy(key, digest.bytes, sizeof key);
	key[0] |= 1; /* never the free slot */
	slot = find(seen->slots, seen->room, key);
	*again = slot[0] != 0;
	if (!*again) {
		memcpy(slot, key, sizeof key);
		seen->count++;
	}
	return STATUS_OK;
}
