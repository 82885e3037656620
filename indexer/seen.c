#include "indexer/seen.h"

#include "base/digest.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOTS_FIRST 4096u /* a power of two, as all later sizes */

struct slot {
	uint64_t hash[2];
	uint64_t line; /* 0: free */
};

struct table {
	struct slot *slots; /* MAP_FAILED is never kept here */
	uint64_t size;
};

struct seen {
	char *folder;
	struct table table;
	uint64_t count;
};

static enum status
table_open(struct table *out, const char *folder, uint64_t size, struct err *err)
{
	char path[PATH_MAX];
	size_t bytes = size * sizeof(struct slot);
	enum status status = STATUS_OK;
	int fd, fault;

	if ((size_t)snprintf(path, sizeof path, "%s/seen-XXXXXX", folder) >= sizeof path)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	fd = mkstemp(path);
	if (fd < 0)
		return err_sys(err, folder, "cannot create a temporary file");
	unlink(path);
	fault = posix_fallocate(fd, 0, (off_t)bytes);
	if (fault != 0) {
		errno = fault;
		status = err_sys(err, folder, "cannot reserve space for the list of record ids");
	} else {
		out->slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		out->size = size;
		if (out->slots == MAP_FAILED) {
			out->slots = NULL;
			status = err_sys(err, folder, "cannot map a temporary file");
		}
	}
	close(fd);
	return status;
}

static void
table_close(struct table *table)
{
	if (table->slots != NULL)
		munmap(table->slots, table->size * sizeof(struct slot));
	table->slots = NULL;
}

static struct slot *
find(const struct table *table, const uint64_t hash[2])
{
	uint64_t at = hash[0] & (table->size - 1);

	while (table->slots[at].line != 0 &&
	       (table->slots[at].hash[0] != hash[0] || table->slots[at].hash[1] != hash[1]))
		at = (at + 1) & (table->size - 1);
	return &table->slots[at];
}

static void
hash_of(uint64_t out[2], struct str id)
{
	struct digest digest;

	digest_of(&digest, id);
	memcpy(out, digest.bytes, 2 * sizeof *out);
}

static enum status
grow(struct seen *seen, struct err *err)
{
	struct table wider = { 0 };
	enum status status = table_open(&wider, seen->folder, seen->table.size * 2, err);

	if (status != STATUS_OK)
		return status;
	for (uint64_t i = 0; i < seen->table.size; i++)
		if (seen->table.slots[i].line != 0)
			*find(&wider, seen->table.slots[i].hash) = seen->table.slots[i];
	table_close(&seen->table);
	seen->table = wider;
	return STATUS_OK;
}

enum status
seen_new(struct seen **out, const char *folder, struct err *err)
{
	struct seen *seen = mem_zero(1, sizeof *seen);
	enum status status;

	if (seen == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	seen->folder = mem_copy_text(folder);
	if (seen->folder == NULL)
		status = err_set(err, STATUS_NOMEM, "out of memory");
	else
		status = table_open(&seen->table, folder, SLOTS_FIRST, err);
	if (status != STATUS_OK)
		seen_free(seen);
	else
		*out = seen;
	return status;
}

void
seen_free(struct seen *seen)
{
	if (seen == NULL)
		return;
	table_close(&seen->table);
	mem_free(seen->folder);
	mem_free(seen);
}

enum status
seen_put(uint64_t *first_line, struct seen *seen, struct str id, uint64_t line, struct err *err)
{
	uint64_t hash[2];
	struct slot *slot;

	hash_of(hash, id);
	slot = find(&seen->table, hash);
	*first_line = slot->line;
	if (slot->line != 0)
		return STATUS_OK;
	*slot = (struct slot){ { hash[0], hash[1] }, line };
	seen->count++;
	return seen->count * 2 > seen->table.size ? grow(seen, err) : STATUS_OK;
}

uint64_t
seen_find(const struct seen *seen, struct str id)
{
	uint64_t hash[2];

	hash_of(hash, id);
	return find(&seen->table, hash)->line;
}

uint64_t
seen_count(const struct seen *seen)
{
	return seen->count;
}
