/*
 * States of a system's folder, and what a crash leaves:
 *   building-<pid>/ unfinished          -> removed by the next generation_begin
 *   <n>/ whole, `current` still older   -> never served; removed by the next generation_begin
 *   current.new                         -> removed by the next generation_begin
 *   current -> <n>                      -> published: everything below it was flushed before
 * Each step is flushed before the next one starts, so a crash shows one of these and no mixture.
 */
#include "index/generation.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_DIGITS 8
#define NUMBER_MAX 99999999u
#define TREE_DEPTH_MAX 4 /* our own tree is two deep */
#define CURRENT_TRIES 4	 /* each try lost means a whole publication passed between two calls */

static enum status
join(char out[PATH_MAX], const char *folder, const char *name, struct err *err)
{
	if ((size_t)snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	return STATUS_OK;
}

bool
generation_system_valid(struct str system)
{
	if (system.n == 0 || system.n > SYSTEM_BYTES_MAX || system.p[0] < 'a' || system.p[0] > 'z')
		return false;
	for (size_t i = 0; i < system.n; i++) {
		char c = system.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static enum status
system_folder(char out[PATH_MAX], const char *data_folder, const char *system, struct err *err)
{
	if (!generation_system_valid(str_from(system)))
		return err_set(err, STATUS_INVALID,
		    "system name must be a lower-case letter, then up to %d lower-case letters, "
		    "digits and underscores",
		    SYSTEM_BYTES_MAX - 1);
	if ((size_t)snprintf(out, PATH_MAX, "%s/index/%s", data_folder, system) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, data_folder, 0, "path is too long");
	return STATUS_OK;
}

static bool
number_from_name(uint64_t *out, const char *name)
{
	return strlen(name) == NUMBER_DIGITS && str_to_u64(out, str_from(name), NUMBER_MAX);
}

/* The number that `current` names: NOT_FOUND if there is no link, CORRUPT if it names no number. */
static enum status
read_current(uint64_t *number, const char *folder, struct err *err)
{
	char path[PATH_MAX], target[NUMBER_DIGITS + 2];
	enum status status = join(path, folder, "current", err);
	ssize_t n;

	if (status != STATUS_OK)
		return status;
	n = readlink(path, target, sizeof target - 1);
	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_data(err, STATUS_NOT_FOUND, path, 0, "never loaded");
	if (n < 0 && errno != EINVAL)
		return err_sys(err, path, "cannot read link");
	target[n > 0 ? n : 0] = '\0';
	if (!number_from_name(number, target))
		return err_data(err, STATUS_CORRUPT, path, 0, "does not name a generation");
	return STATUS_OK;
}

static enum status
number_folder(char out[PATH_MAX], const char *folder, uint64_t number, struct err *err)
{
	char name[24];

	snprintf(name, sizeof name, "%0*llu", NUMBER_DIGITS, (unsigned long long)number);
	return join(out, folder, name, err);
}

/* Calls `visit` with each name in the folder but "." and "..", until it fails. */
typedef enum status visit_name(void *ctx, const char *folder, const char *name, struct err *err);

static enum status
each_name(const char *folder, visit_name *visit, void *ctx, struct err *err)
{
	enum status status = STATUS_OK;
	struct dirent *entry;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return err_sys(err, folder, "cannot open folder");
	while (status == STATUS_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			status = visit(ctx, folder, entry->d_name, err);
	closedir(dir);
	return status;
}

/* --- Beginning ----------------------------------------------------------------------------- */
struct leftovers {
	bool published; /* there is a `current` */
	uint64_t current;
	uint64_t highest;
};

static enum status
remove_leftover(void *ctx, const char *folder, const char *name, struct err *err)
{
	struct leftovers *left = ctx;
	uint64_t number = 0;
	bool is_number = number_from_name(&number, name);
	char path[PATH_MAX];
	enum status status;

	if (strncmp(name, "building-", 9) == 0 || strcmp(name, "current.new") == 0 ||
	    (is_number && left->published && number > left->current)) {
		status = join(path, folder, name, err);
		return status == STATUS_OK ? file_remove_tree(path, err) : status;
	}
	if (is_number && number > left->highest)
		left->highest = number;
	return STATUS_OK;
}

static enum status
lock_system(struct file_lock *lock, const char *folder, const char *system, struct err *err)
{
	struct err held = ERR_NONE;
	char path[PATH_MAX];
	const char *pid;
	enum status status = join(path, folder, "lock", err);

	if (status != STATUS_OK)
		return status;
	status = file_lock(lock, path, &held);
	if (status == STATUS_OK)
		return STATUS_OK;
	if (status != STATUS_BUSY) {
		if (err != NULL && err->status == STATUS_OK)
			*err = held;
		return status;
	}
	pid = strrchr(held.text, ' ');
	return err_set(err, STATUS_BUSY, "another indexer is loading %s (process %s)", system,
	    pid == NULL ? "unknown" : pid + 1);
}

/* A full load must be able to repair a folder whose `current` is damaged, so that is no error. A
 * number that `current` names but that is not there counts for nothing: the next one follows the
 * highest that is. */
static enum status
find_previous(
    struct generation_build *build, struct leftovers *left, const char *folder, struct err *err)
{
	struct err reason = ERR_NONE;
	struct stat st;
	enum status status = read_current(&left->current, folder, &reason);

	build->previous[0] = '\0';
	if (status == STATUS_NOT_FOUND || status == STATUS_CORRUPT)
		return STATUS_OK;
	if (status != STATUS_OK)
		return err_data(err, status, reason.source, 0, "%s", reason.text);
	status = number_folder(build->previous, folder, left->current, err);
	if (status == STATUS_OK && stat(build->previous, &st) != 0) {
		build->previous[0] = '\0';
		left->current = 0;
	}
	left->published = build->previous[0] != '\0';
	return status;
}

static enum status
prepare(struct generation_build *build, struct err *err)
{
	struct leftovers left = { 0 };
	char name[32];
	enum status status = find_previous(build, &left, build->system_folder, err);

	if (status == STATUS_OK)
		status = each_name(build->system_folder, remove_leftover, &left, err);
	if (status != STATUS_OK)
		return status;
	build->number = (left.highest > left.current ? left.highest : left.current) + 1;
	if (build->number > NUMBER_MAX)
		return err_data(err, STATUS_LIMIT, build->system_folder, 0,
		    "generation numbers are used up: %u is there; move it away", NUMBER_MAX);
	snprintf(name, sizeof name, "building-%ld", (long)getpid());
	status = join(build->folder, build->system_folder, name, err);
	if (status == STATUS_OK && mkdir(build->folder, 0750) != 0)
		status = err_sys(err, build->folder, "cannot make folder");
	return status;
}

enum status
generation_begin(
    struct generation_build *out, const char *data_folder, const char *system, struct err *err)
{
	enum status status;

	out->lock.fd = -1;
	out->folder[0] = '\0';
	status = system_folder(out->system_folder, data_folder, system, err);
	if (status == STATUS_OK)
		status = file_make_folders(out->system_folder, err);
	if (status == STATUS_OK)
		status = lock_system(&out->lock, out->system_folder, system, err);
	if (status != STATUS_OK)
		return status;
	status = prepare(out, err);
	if (status != STATUS_OK)
		generation_abandon(out);
	return status;
}

/* --- Publishing ---------------------------------------------------------------------------- */
static enum status sync_tree(const char *folder, unsigned depth, struct err *err);

static enum status
sync_entry(void *ctx, const char *folder, const char *name, struct err *err)
{
	unsigned depth = *(const unsigned *)ctx;
	char path[PATH_MAX];
	struct stat st;
	enum status status = join(path, folder, name, err);

	if (status != STATUS_OK)
		return status;
	if (lstat(path, &st) != 0)
		return err_sys(err, path, "cannot look at");
	if (S_ISDIR(st.st_mode))
		return depth == 0 ? err_data(err, STATUS_LIMIT, path, 0, "folders are too deep")
				  : sync_tree(path, depth - 1, err);
	if (!S_ISREG(st.st_mode))
		return err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	return file_sync(path, err);
}

static enum status
sync_tree(const char *folder, unsigned depth, struct err *err)
{
	enum status status = each_name(folder, sync_entry, &depth, err);

	return status == STATUS_OK ? file_sync(folder, err) : status;
}

static enum status
check_manifest(const struct generation_build *build, struct err *err)
{
	struct manifest *manifest = NULL;
	const char *system = strrchr(build->system_folder, '/') + 1;
	char path[PATH_MAX];
	enum status status = join(path, build->folder, "manifest.json", err);

	if (status != STATUS_OK)
		return status;
	manifest = mem_alloc(sizeof *manifest);
	if (manifest == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = manifest_read(manifest, path, err);
	if (status == STATUS_OK &&
	    (manifest->generation != build->number || strcmp(manifest->system, system) != 0))
		status = err_data(
		    err, STATUS_INVALID, path, 0, "manifest names another system or generation");
	mem_free(manifest);
	return status;
}

/* From the rename of `current` on, the generation is the one that is searched. */
static enum status
switch_current(struct generation_build *build, struct err *err)
{
	char aside[PATH_MAX], current[PATH_MAX];
	const char *name = strrchr(build->folder, '/') + 1;
	enum status status = join(aside, build->system_folder, "current.new", err);

	if (status == STATUS_OK)
		status = join(current, build->system_folder, "current", err);
	if (status != STATUS_OK)
		return status;
	if (symlink(name, aside) != 0)
		return err_sys(err, aside, "cannot make link");
	if (rename(aside, current) != 0) {
		status = err_sys(err, current, "cannot switch to the new generation");
		unlink(aside);
		return status;
	}
	build->folder[0] = '\0';
	return file_sync(build->system_folder, err);
}

struct kept {
	uint64_t newest[GENERATIONS_KEPT]; /* falling; 0: none */
};

static enum status
note_number(void *ctx, const char *folder, const char *name, struct err *err)
{
	struct kept *kept = ctx;
	uint64_t number;

	(void)folder;
	(void)err;
	if (!number_from_name(&number, name))
		return STATUS_OK;
	for (size_t i = 0; i < GENERATIONS_KEPT; i++)
		if (number > kept->newest[i]) {
			uint64_t lower = kept->newest[i];

			kept->newest[i] = number;
			number = lower;
		}
	return STATUS_OK;
}

static enum status
remove_old(void *ctx, const char *folder, const char *name, struct err *err)
{
	const struct kept *kept = ctx;
	uint64_t number;
	char path[PATH_MAX];
	enum status status;

	if (!number_from_name(&number, name) || number >= kept->newest[GENERATIONS_KEPT - 1])
		return STATUS_OK;
	status = join(path, folder, name, err);
	return status == STATUS_OK ? file_remove_tree(path, err) : status;
}

enum status
generation_publish(struct generation_build *build, struct err *err)
{
	char final[PATH_MAX];
	struct kept kept = { { 0 } };
	enum status status = check_manifest(build, err);

	if (status == STATUS_OK)
		status = sync_tree(build->folder, TREE_DEPTH_MAX, err);
	if (status == STATUS_OK)
		status = number_folder(final, build->system_folder, build->number, err);
	if (status == STATUS_OK && rename(build->folder, final) != 0)
		status = err_sys(err, final, "cannot rename into place");
	if (status != STATUS_OK)
		return status;
	memcpy(build->folder, final, sizeof final);
	status = file_sync(build->system_folder, err);
	if (status == STATUS_OK)
		status = switch_current(build, err);
	if (status != STATUS_OK)
		return status;
	/* What cannot be removed now is removed by a later load: the publication stands. */
	if (each_name(build->system_folder, note_number, &kept, NULL) == STATUS_OK)
		(void)!each_name(build->system_folder, remove_old, &kept, NULL);
	file_unlock(&build->lock);
	return STATUS_OK;
}

void
generation_abandon(struct generation_build *build)
{
	/* What cannot be removed now is removed by the next generation_begin. */
	if (build->folder[0] != '\0')
		(void)!file_remove_tree(build->folder, NULL);
	build->folder[0] = '\0';
	file_unlock(&build->lock);
}

/* --- Reading ------------------------------------------------------------------------------- */
static enum status
read_generation(char folder[PATH_MAX], struct manifest *manifest, const char *system_path,
    const char *system, uint64_t number, struct err *err)
{
	char path[PATH_MAX];
	enum status status = number_folder(folder, system_path, number, err);

	if (status == STATUS_OK)
		status = join(path, folder, "manifest.json", err);
	if (status == STATUS_OK)
		status = manifest_read(manifest, path, err);
	if (status == STATUS_OK &&
	    (manifest->generation != number || strcmp(manifest->system, system) != 0))
		status = err_data(
		    err, STATUS_CORRUPT, path, 0, "manifest names another system or generation");
	return status;
}

enum status
generation_current(char folder[PATH_MAX], struct manifest *manifest, const char *data_folder,
    const char *system, struct err *err)
{
	char path[PATH_MAX];
	uint64_t number = 0, again = 0;
	enum status status = system_folder(path, data_folder, system, err);

	if (status != STATUS_OK)
		return status;
	for (int tries = 0; tries < CURRENT_TRIES; tries++) {
		struct err reason = ERR_NONE;

		status = read_current(&number, path, err);
		if (status != STATUS_OK)
			return status;
		status = read_generation(folder, manifest, path, system, number, &reason);
		if (status == STATUS_OK)
			return STATUS_OK;
		/* Removed while it was read, because others were published: look again. */
		if (status == STATUS_NOT_FOUND && read_current(&again, path, NULL) == STATUS_OK &&
		    again != number)
			continue;
		if (status == STATUS_NOT_FOUND)
			return err_data(
			    err, STATUS_CORRUPT, reason.source, 0, "manifest is missing");
		if (err != NULL && err->status == STATUS_OK)
			*err = reason;
		return status;
	}
	return err_data(err, STATUS_STALE, path, 0, "replaced again and again while it was read");
}

enum status
generation_at(char folder[PATH_MAX], struct manifest *manifest, const char *data_folder,
    const char *system, uint64_t number, struct err *err)
{
	char path[PATH_MAX];
	enum status status = system_folder(path, data_folder, system, err);

	return status == STATUS_OK ? read_generation(folder, manifest, path, system, number, err)
				   : status;
}

enum status
generation_check_link(
    uint64_t *newest, const char *data_folder, const char *system, struct err *err)
{
	struct kept kept = { { 0 } };
	struct err reason = ERR_NONE;
	char path[PATH_MAX], folder[PATH_MAX];
	uint64_t number = 0;
	struct stat st;
	enum status status = system_folder(path, data_folder, system, err);

	*newest = 0;
	if (status != STATUS_OK)
		return status;
	if (each_name(path, note_number, &kept, NULL) == STATUS_OK)
		*newest = kept.newest[0];
	status = read_current(&number, path, &reason);
	if (status == STATUS_NOT_FOUND && *newest == 0)
		return STATUS_OK;
	if (status == STATUS_NOT_FOUND)
		return err_data(err, STATUS_CORRUPT, reason.source, 0, "link is missing");
	if (status == STATUS_OK)
		status = number_folder(folder, path, number, err);
	else
		return err_data(err, status, reason.source, 0, "%s", reason.text);
	if (status == STATUS_OK && stat(folder, &st) != 0)
		return err_data(
		    err, STATUS_CORRUPT, folder, 0, "\"current\" names it, but it is not there");
	return status;
}

enum status
generation_number(uint64_t *out, const char *data_folder, const char *system, struct err *err)
{
	struct err reason = ERR_NONE;
	char path[PATH_MAX];
	enum status status = system_folder(path, data_folder, system, err);

	*out = 0;
	if (status != STATUS_OK)
		return status;
	status = read_current(out, path, &reason);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = reason;
	return status;
}

struct systems {
	char (*out)[SYSTEM_BYTES_MAX + 1];
	size_t count;
};

static enum status
note_system(void *ctx, const char *folder, const char *name, struct err *err)
{
	struct systems *systems = ctx;
	char path[PATH_MAX];
	struct stat st;
	enum status status;

	if (!generation_system_valid(str_from(name)))
		return STATUS_OK;
	status = join(path, folder, name, err);
	if (status != STATUS_OK)
		return status;
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return STATUS_OK;
	if (systems->count == GENERATION_SYSTEMS_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "holds more than %d systems",
		    GENERATION_SYSTEMS_MAX);
	snprintf(systems->out[systems->count++], SYSTEM_BYTES_MAX + 1, "%s", name);
	return STATUS_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

enum status
generation_systems(char out[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1], size_t *count,
    const char *data_folder, struct err *err)
{
	struct systems systems = { out, 0 };
	char path[PATH_MAX];
	struct stat st;
	enum status status = join(path, data_folder, "index", err);

	*count = 0;
	if (status != STATUS_OK || (stat(path, &st) != 0 && errno == ENOENT))
		return status;
	status = each_name(path, note_system, &systems, err);
	if (status != STATUS_OK)
		return status;
	qsort(out, systems.count, sizeof out[0], by_name);
	*count = systems.count;
	return STATUS_OK;
}
