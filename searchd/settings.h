#ifndef SEARCHD_SETTINGS_H
#define SEARCHD_SETTINGS_H
/*
 * settings: searchd.conf (schemas/searchd.conf.example explains each key).
 *
 * Threads: plain data, not changed after loading.
 */
#include "base/err.h"
#include "base/str.h"

#include <limits.h>

#define SETTINGS_USERS_MAX 256
#define SETTINGS_ROLES_MAX 16 /* of one user */
#define SETTINGS_WORD_BYTES_MAX 63
#define SETTINGS_WORKERS_MAX 64
#define SETTINGS_CHECKPOINT_ENTRIES_MAX 1000000
#define SETTINGS_CHECKPOINT_MINUTES_MAX 1440

struct settings_user {
	char name[SETTINGS_WORD_BYTES_MAX + 1];
	uint32_t uid;
	char roles[SETTINGS_ROLES_MAX][SETTINGS_WORD_BYTES_MAX + 1];
	size_t role_count;
	unsigned line; /* of the file, for messages */
};

struct settings {
	char path[PATH_MAX]; /* of the file itself */
	char listen[256];
	char data[PATH_MAX];
	char keys[PATH_MAX]; /* folder of the data keys; <data>/keys if the file names none */
	char policy[PATH_MAX];
	char model[PATH_MAX];
	char calibration[PATH_MAX];
	char lexicon[PATH_MAX];
	unsigned workers;
	unsigned check_seconds; /* of a search; what is not found by then is cut short */
	/* A checkpoint is signed after so many entries, or so many minutes. */
	unsigned checkpoint_entries, checkpoint_minutes;
	struct settings_user users[SETTINGS_USERS_MAX];
	size_t user_count;
};

/*
 * Reads the file. STATUS_INVALID, with file and line: an unknown or repeated key, trailing text, a
 * user without role, two users of one uid; and a key that is missing. Owned by the caller.
 */
enum status settings_load(struct settings **out, const char *path, struct err *err) MUST_USE;
void settings_free(struct settings *settings);

/* NULL if no user has the uid. */
const struct settings_user *settings_user(const struct settings *settings, uint32_t uid);
bool settings_user_holds(const struct settings_user *user, struct str role);

#endif
