#include "index/generation.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES 65536u

static enum status
join(char out[PATH_MAX], const char *folder, const char *name, struct err *err)
{
	if ((size_t)snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		return err_data(err, STATUS_LIMIT, folder, 0, "path is too long");
	return STATUS_OK;
}

/* --- Taking over from the previous generation ---------------------------------------------- */
enum presence { MUST_BE_THERE, MAY_BE_ABSENT };

static enum status
link_file(
    const struct generation_build *build, const char *name, enum presence presence, struct err *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	enum status status = join(from, build->previous, name, err);

	if (status == STATUS_OK)
		status = join(to, build->folder, name, err);
	if (status == STATUS_OK && link(from, to) != 0 &&
	    !(errno == ENOENT && presence == MAY_BE_ABSENT))
		status = err_sys(err, from, "cannot link into the new generation");
	return status;
}

static enum status
copy_bytes(int to, int from, const char *from_path, const char *to_path, struct err *err)
{
	char bytes[COPY_BYTES];

	for (;;) {
		ssize_t got = read(from, bytes, sizeof bytes), done = 0;

		if (got == 0)
			return STATUS_OK;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, from_path, "cannot read");
		while (done < got) {
			ssize_t put = write(to, bytes + done, (size_t)(got - done));

			if (put < 0 && errno == EINTR)
				continue;
			if (put < 0)
				return err_sys(err, to_path, "cannot write");
			done += put;
		}
	}
}

static enum status
copy_file(const char *from_path, const char *to_path, enum presence presence, struct err *err)
{
	enum status status;
	int to, from = open(from_path, O_RDONLY | O_CLOEXEC);

	if (from < 0 && errno == ENOENT && presence == MAY_BE_ABSENT)
		return STATUS_OK;
	if (from < 0)
		return err_sys(err, from_path, "cannot open");
	to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (to < 0) {
		status = err_sys(err, to_path, "cannot create");
	} else {
		status = copy_bytes(to, from, from_path, to_path, err);
		if (close(to) != 0 && status == STATUS_OK)
			status = err_sys(err, to_path, "cannot close");
	}
	close(from);
	return status;
}

static enum status
copy_delta_folder(const char *from, const char *to, struct err *err)
{
	char from_path[PATH_MAX], to_path[PATH_MAX];
	enum status status = STATUS_OK;
	struct dirent *entry;
	DIR *dir = opendir(from);

	if (dir == NULL && errno == ENOENT)
		return STATUS_OK;
	if (dir == NULL)
		return err_sys(err, from, "cannot open folder");
	if (mkdir(to, 0750) != 0)
		status = err_sys(err, to, "cannot make folder");
	while (status == STATUS_OK && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		status = join(from_path, from, entry->d_name, err);
		if (status == STATUS_OK)
			status = join(to_path, to, entry->d_name, err);
		if (status == STATUS_OK)
			status = copy_file(from_path, to_path, MUST_BE_THERE, err);
	}
	closedir(dir);
	return status;
}

static enum status
need_previous(const struct generation_build *build, struct err *err)
{
	if (build->previous[0] != '\0')
		return STATUS_OK;
	return err_data(err, STATUS_NOT_FOUND, build->system_folder, 0,
	    "there is no generation to build on: load a full export first");
}

/* The files of a base. One that was made before there were signatures has none. */
static const struct {
	const char *name;
	enum presence presence;
} base_files[] = { { "base.glass", MUST_BE_THERE }, { "base.vocabulary", MUST_BE_THERE },
	{ "base.signatures", MAY_BE_ABSENT } };
#define BASE_FILES (sizeof base_files / sizeof base_files[0])

enum status
generation_take_base(const struct generation_build *build, struct err *err)
{
	enum status status = need_previous(build, err);

	for (size_t i = 0; status == STATUS_OK && i < BASE_FILES; i++)
		status = link_file(build, base_files[i].name, base_files[i].presence, err);
	return status;
}

enum status
generation_take_delta(const struct generation_build *build, struct err *err)
{
	static const char *const files[] = { "delta.vocabulary", "delta.keys" };
	char from[PATH_MAX], to[PATH_MAX];
	enum status status = need_previous(build, err);

	if (status == STATUS_OK)
		status = join(from, build->previous, "delta", err);
	if (status == STATUS_OK)
		status = join(to, build->folder, "delta", err);
	if (status == STATUS_OK)
		status = copy_delta_folder(from, to, err);
	for (size_t i = 0; status == STATUS_OK && i < sizeof files / sizeof files[0]; i++) {
		status = join(from, build->previous, files[i], err);
		if (status == STATUS_OK)
			status = join(to, build->folder, files[i], err);
		if (status == STATUS_OK)
			status = copy_file(from, to, MAY_BE_ABSENT, err);
	}
	return status;
}

/* --- Listing what is there ----------------------------------------------------------------- */
static const struct manifest_file *
taken_file(const struct manifest *taken, const char *name)
{
	bool linked = false;

	for (size_t i = 0; i < BASE_FILES; i++)
		linked = linked || strcmp(name, base_files[i].name) == 0;
	for (size_t i = 0; linked && taken != NULL && i < taken->file_count; i++)
		if (strcmp(taken->files[i].name, name) == 0)
			return &taken->files[i];
	return NULL;
}

static enum status
add_file(struct manifest *manifest, const char *path, const char *name, uint64_t bytes,
    const struct manifest *taken, struct err *err)
{
	const struct manifest_file *before = taken_file(taken, name);
	struct manifest_file *file;

	if (manifest->file_count == MANIFEST_FILES_MAX)
		return err_data(err, STATUS_LIMIT, path, 0, "a generation has at most %d files",
		    MANIFEST_FILES_MAX);
	file = &manifest->files[manifest->file_count];
	if ((size_t)snprintf(file->name, sizeof file->name, "%s", name) >= sizeof file->name)
		return err_data(err, STATUS_LIMIT, path, 0, "file name is too long");
	file->bytes = bytes;
	manifest->file_count++;
	if (before != NULL && before->bytes != bytes)
		return err_data(err, STATUS_CORRUPT, path, 0, "has %llu bytes, not %llu",
		    (unsigned long long)bytes, (unsigned long long)before->bytes);
	if (before != NULL) {
		file->hash = before->hash;
		return STATUS_OK;
	}
	return digest_of_file(&file->hash, path, err);
}

/* `prefix` is what the names in the manifest begin with: "" or "delta/". */
static enum status
list_folder(struct manifest *manifest, const char *folder, const char *prefix,
    const struct manifest *taken, struct err *err)
{
	char path[PATH_MAX], name[PATH_MAX];
	enum status status = STATUS_OK;
	struct dirent *entry;
	struct stat st;
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return err_sys(err, folder, "cannot open folder");
	while (status == STATUS_OK && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    (prefix[0] == '\0' && strcmp(entry->d_name, "manifest.json") == 0))
			continue;
		status = join(path, folder, entry->d_name, err);
		if (status != STATUS_OK)
			break;
		snprintf(name, sizeof name, "%s%s", prefix, entry->d_name);
		if (lstat(path, &st) != 0)
			status = err_sys(err, path, "cannot look at");
		else if (S_ISREG(st.st_mode))
			status = add_file(manifest, path, name, (uint64_t)st.st_size, taken, err);
		else if (S_ISDIR(st.st_mode) && prefix[0] == '\0')
			status = list_folder(manifest, path, "delta/", taken, err);
		else
			status = err_data(err, STATUS_INVALID, path, 0, "not a regular file");
	}
	closedir(dir);
	return status;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct manifest_file *)a)->name, ((const struct manifest_file *)b)->name);
}

enum status
generation_list_files(
    struct manifest *manifest, const char *folder, const struct manifest *taken, struct err *err)
{
	enum status status;

	manifest->file_count = 0;
	status = list_folder(manifest, folder, "", taken, err);
	if (status == STATUS_OK)
		qsort(manifest->files, manifest->file_count, sizeof manifest->files[0], by_name);
	return status;
}
