#include "searchd/settings.h"

#include "base/mem.h"
#include "daemon/config.h"
#include "wire/limits.h"

#include <stdio.h>

#define WORKERS_DEFAULT 4
/* What could be cut off unseen is at most the work of five minutes; a day of them is 200 kB. */
#define CHECKPOINT_ENTRIES_DEFAULT 1000
#define CHECKPOINT_MINUTES_DEFAULT 5

struct place {
	const char *path;
	unsigned line;
	struct err *err;
};

static enum status
fault(const struct place *at, const char *what)
{
	return err_data(at->err, STATUS_INVALID, at->path, at->line, "%s", what);
}

static enum status
copy_text(char *out, size_t size, const char *key, struct str value, const struct place *at)
{
	if (out[0] != '\0')
		return err_data(
		    at->err, STATUS_INVALID, at->path, at->line, "%s: given twice", key);
	if (value.n >= size)
		return err_data(at->err, STATUS_INVALID, at->path, at->line,
		    "%s: longer than %zu bytes", key, size - 1);
	snprintf(out, size, "%.*s", STR_ARG(value));
	return STATUS_OK;
}

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
			(s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_' || s.p[i] == '-' ||
			s.p[i] == '.'))
			return false;
	return s.n > 0 && s.n <= SETTINGS_WORD_BYTES_MAX;
}

static struct str
next_word(struct str *rest)
{
	struct str word;

	*rest = str_trim(*rest);
	word = str_cut(rest, ' ');
	*rest = str_trim(*rest);
	return word;
}

static enum status
add_role(struct settings_user *user, struct str role, const struct place *at)
{
	if (!is_word(role))
		return fault(at, "user: roles: expected names, separated by commas");
	if (settings_user_holds(user, role))
		return fault(at, "user: the same role is given twice");
	if (user->role_count == SETTINGS_ROLES_MAX)
		return fault(at, "user: too many roles");
	snprintf(user->roles[user->role_count++], sizeof user->roles[0], "%.*s", STR_ARG(role));
	return STATUS_OK;
}

/* NAME uid N roles A,B */
static enum status
read_user(struct settings *out, struct str value, const struct place *at)
{
	struct settings_user *user = &out->users[out->user_count];
	struct str rest = value;
	struct str name = next_word(&rest), uid_word = next_word(&rest), uid = next_word(&rest),
		   roles_word = next_word(&rest), roles = rest;
	uint64_t number = 0;
	enum status status = STATUS_OK;

	if (out->user_count == SETTINGS_USERS_MAX)
		return fault(at, "user: too many users");
	if (!is_word(name) || !str_eq_text(uid_word, "uid") || !str_eq_text(roles_word, "roles"))
		return fault(at, "user: expected \"user = NAME uid NUMBER roles ROLE,ROLE\"");
	if (!str_to_u64(&number, uid, UINT32_MAX - 1))
		return fault(at, "user: uid: expected a number");
	for (size_t i = 0; i < out->user_count; i++)
		if (out->users[i].uid == number || str_eq_text(name, out->users[i].name))
			return err_data(at->err, STATUS_INVALID, at->path, at->line,
			    "user: name or uid is that of line %u already", out->users[i].line);
	*user = (struct settings_user){ .uid = (uint32_t)number, .line = at->line };
	snprintf(user->name, sizeof user->name, "%.*s", STR_ARG(name));
	if (roles.n == 0)
		return fault(at, "user: has no roles");
	while (status == STATUS_OK && roles.n > 0)
		status = add_role(user, str_trim(str_cut(&roles, ',')), at);
	if (status == STATUS_OK)
		out->user_count++;
	return status;
}

static enum status
read_number(unsigned *out, unsigned most, const char *key, struct str value, const struct place *at)
{
	uint64_t number;

	if (*out != 0)
		return err_data(
		    at->err, STATUS_INVALID, at->path, at->line, "%s: given twice", key);
	if (!str_to_u64(&number, value, most) || number == 0)
		return err_data(
		    at->err, STATUS_INVALID, at->path, at->line, "%s: expected 1 to %u", key, most);
	*out = (unsigned)number;
	return STATUS_OK;
}

static enum status
below(char *out, size_t size, struct str folder, const char *name, const struct place *at)
{
	if (out[0] != '\0')
		return STATUS_OK; /* named by itself */
	if (snprintf(out, size, "%.*s/%s", STR_ARG(folder), name) >= (int)size)
		return fault(at, "schemas: the path is too long");
	return STATUS_OK;
}

struct reading {
	struct settings *out;
	char schemas[PATH_MAX];
	unsigned schemas_line;
};

static enum status
read_item(
    void *ctx, const char *path, unsigned line, struct str key, struct str value, struct err *err)
{
	struct reading *reading = ctx;
	struct settings *out = reading->out;
	const struct place at = { path, line, err };
	const struct {
		const char *key;
		char *to;
		size_t size;
	} texts[] = {
		{ "listen", out->listen, sizeof out->listen },
		{ "data", out->data, sizeof out->data },
		{ "keys", out->keys, sizeof out->keys },
		{ "schemas", reading->schemas, sizeof reading->schemas },
		{ "policy", out->policy, sizeof out->policy },
		{ "model", out->model, sizeof out->model },
		{ "calibration", out->calibration, sizeof out->calibration },
		{ "lexicon", out->lexicon, sizeof out->lexicon },
	};

	const struct {
		const char *key;
		unsigned *to, most;
	} numbers[] = {
		{ "workers", &out->workers, SETTINGS_WORKERS_MAX },
		{ "check_seconds", &out->check_seconds, WIRE_CHECK_MS / 1000 },
		{ "checkpoint_entries", &out->checkpoint_entries, SETTINGS_CHECKPOINT_ENTRIES_MAX },
		{ "checkpoint_minutes", &out->checkpoint_minutes, SETTINGS_CHECKPOINT_MINUTES_MAX },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (str_eq_text(key, texts[i].key)) {
			if (texts[i].to == reading->schemas)
				reading->schemas_line = line;
			return copy_text(texts[i].to, texts[i].size, texts[i].key, value, &at);
		}
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (str_eq_text(key, numbers[i].key))
			return read_number(
			    numbers[i].to, numbers[i].most, numbers[i].key, value, &at);
	if (str_eq_text(key, "user"))
		return read_user(out, value, &at);
	return config_unknown(path, line, key, err);
}

static enum status
fill_paths(struct reading *reading, const struct place *at)
{
	struct settings *out = reading->out;
	struct str folder = str_from(reading->schemas);
	enum status status = STATUS_OK;

	if (out->keys[0] == '\0' && out->data[0] != '\0')
		status = below(out->keys, sizeof out->keys, str_from(out->data), "keys", at);
	if (status == STATUS_OK && folder.n > 0) {
		status = below(out->policy, sizeof out->policy, folder, "policy/default.json", at);
		if (status == STATUS_OK)
			status =
			    below(out->model, sizeof out->model, folder, "model/default.json", at);
		if (status == STATUS_OK)
			status = below(out->calibration, sizeof out->calibration, folder,
			    "model/calibration.json", at);
		if (status == STATUS_OK)
			status = below(out->lexicon, sizeof out->lexicon, folder, "lexicon", at);
	}
	return status;
}

static enum status
check_whole(const struct settings *out, const struct place *at)
{
	const struct {
		const char *key;
		const char *value;
	} needed[] = {
		{ "listen", out->listen },
		{ "data", out->data },
		{ "policy (or schemas)", out->policy },
		{ "model (or schemas)", out->model },
		{ "calibration (or schemas)", out->calibration },
		{ "lexicon (or schemas)", out->lexicon },
	};

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (needed[i].value[0] == '\0')
			return err_data(
			    at->err, STATUS_INVALID, at->path, 0, "%s: is missing", needed[i].key);
	if (!str_starts(str_from(out->listen), STR_LIT("ipc://")) || strlen(out->listen) < 7)
		return err_data(at->err, STATUS_INVALID, at->path, 0,
		    "listen: expected ipc://PATH; no other transport says who asks");
	if (out->user_count == 0)
		return err_data(at->err, STATUS_INVALID, at->path, 0,
		    "user: is missing; without users nobody may ask anything");
	return STATUS_OK;
}

enum status
settings_load(struct settings **out, const char *path, struct err *err)
{
	struct reading reading = { .out = mem_zero(1, sizeof **out) };
	const struct place at = { path, 0, err };
	enum status status;

	if (reading.out == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	snprintf(reading.out->path, sizeof reading.out->path, "%s", path);
	status = config_read(path, read_item, &reading, err);
	if (status == STATUS_OK)
		status = fill_paths(&reading, &at);
	if (status == STATUS_OK)
		status = check_whole(reading.out, &at);
	if (status != STATUS_OK) {
		settings_free(reading.out);
		return status;
	}
	if (reading.out->check_seconds == 0)
		reading.out->check_seconds = WIRE_CHECK_MS / 1000;
	if (reading.out->workers == 0)
		reading.out->workers = WORKERS_DEFAULT;
	if (status == STATUS_OK && reading.out->checkpoint_entries == 0)
		reading.out->checkpoint_entries = CHECKPOINT_ENTRIES_DEFAULT;
	if (status == STATUS_OK && reading.out->checkpoint_minutes == 0)
		reading.out->checkpoint_minutes = CHECKPOINT_MINUTES_DEFAULT;
	*out = reading.out;
	return STATUS_OK;
}

void
settings_free(struct settings *settings)
{
	mem_free(settings);
}

const struct settings_user *
settings_user(const struct settings *settings, uint32_t uid)
{
	for (size_t i = 0; i < settings->user_count; i++)
		if (settings->users[i].uid == uid)
			return &settings->users[i];
	return NULL;
}

bool
settings_user_holds(const struct settings_user *user, struct str role)
{
	for (size_t i = 0; i < user->role_count; i++)
		if (str_eq_text(role, user->roles[i]))
			return true;
	return false;
}
