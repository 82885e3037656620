#define _XOPEN_SOURCE 700 /* nftw() */
#include "tests/model/place.h"

#include "base/file.h"
#include "daemon/log.h"
#include "record/calendar.h"
#include "record/fold.h"
#include "searchd/background.h"
#include "searchd/put.h"
#include "searchd/service.h"
#include "searchd/world.h"
#include "tests/model/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Pipes -------------------------------------------------------------------------------------
 */
static bool
write_all(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t got = write(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

static bool
read_all(int fd, void *bytes, size_t n)
{
	char *at = bytes;

	while (n > 0) {
		ssize_t got = read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* --- The worlds --------------------------------------------------------------------------------
 */
static bool
fault(const char *what, const struct err *err)
{
	char text[512];

	fprintf(stderr, "%s: %s\n", what, err_format(text, sizeof text, err));
	return false;
}

/* What ICU makes at its first use is made here once, and inherited. */
static bool
warm_up(struct err *err)
{
	struct calendar *calendar = NULL;
	struct folder *folder = NULL;
	bool good = folder_new(&folder, err) == STATUS_OK &&
		    calendar_open(&calendar, err) == STATUS_OK && calendar_day(calendar, 0) == 0;

	calendar_close(calendar);
	folder_free(folder);
	return good;
}

/* An empty ledger, of which histories begin with a copy. */
static bool
make_first(struct place *place, struct err *err)
{
	struct ledger *ledger = NULL;
	char path[400], keys[400];

	snprintf(path, sizeof path, "%s/ledger.db", place->first);
	snprintf(keys, sizeof keys, "%s/keys", place->first);
	if (mkdir(place->first, 0700) != 0)
		return err_sys(err, place->first, "mkdir") == STATUS_OK;
	if (ledger_open(&ledger, path, keys, err) != STATUS_OK)
		return false;
	ledger_close(ledger);
	return true;
}

bool
place_open(struct place *out, const char *folder)
{
	char path[300];
	struct err err = ERR_NONE;

	memset(out, 0, sizeof *out);
	snprintf(out->folder, sizeof out->folder, "%s", folder);
	snprintf(out->history, sizeof out->history, "%s/history-%ld", folder, (long)getpid());
	snprintf(out->first, sizeof out->first, "%s/first-%ld", folder, (long)getpid());
	snprintf(path, sizeof path, "%s/searchd.conf", folder);
	if (digest_init(&err) != STATUS_OK ||
	    settings_load(&out->settings, path, &err) != STATUS_OK ||
	    rules_load(&out->rules, out->settings, &err) != STATUS_OK)
		return fault("rules", &err);
	for (unsigned i = 0; i < PLACE_WORLDS; i++) {
		snprintf(path, sizeof path, "%s/world%u", folder, i);
		if (world_load(&out->worlds[i], out->rules, path, NULL, &err) != STATUS_OK)
			return fault(path, &err);
	}
	return (warm_up(&err) && make_first(out, &err)) || fault("ledger", &err);
}

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
	(void)info;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
remove_folder(const char *path)
{
	(void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void
place_close(struct place *place)
{
	remove_folder(place->history);
	remove_folder(place->first);
	for (unsigned i = 0; i < PLACE_WORLDS; i++)
		world_drop(place->worlds[i]);
	rules_drop(place->rules);
	settings_free(place->settings);
}

static bool
copy_file(const char *from, const char *to)
{
	char bytes[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = in < 0 || out < 0 ? -1 : 1;

	while (n > 0) {
		n = read(in, bytes, sizeof bytes);
		if (n > 0 && !write_all(out, bytes, (size_t)n))
			n = -1;
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n == 0;
}

static bool
copy_folder(const char *from, const char *to)
{
	DIR *folder = opendir(from);
	struct dirent *entry;
	bool good = folder != NULL && mkdir(to, 0700) == 0;

	while (good && (entry = readdir(folder)) != NULL) {
		char a[700], b[700];
		struct stat info;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(a, sizeof a, "%s/%s", from, entry->d_name);
		snprintf(b, sizeof b, "%s/%s", to, entry->d_name);
		good = stat(a, &info) == 0 &&
		       (S_ISDIR(info.st_mode) ? copy_folder(a, b) : copy_file(a, b));
	}
	if (folder != NULL)
		closedir(folder);
	return good;
}

bool
place_clear(struct place *place, bool made)
{
	remove_folder(place->history);
	if (made ? copy_folder(place->first, place->history) : mkdir(place->history, 0700) == 0)
		return true;
	fprintf(stderr, "%s: %s\n", place->history, strerror(errno));
	return false;
}

static bool
write_part(int fd, struct str part)
{
	return write_all(fd, &part.n, sizeof part.n) && write_all(fd, part.p, part.n);
}

static bool
read_part(int fd, struct buf *out)
{
	char bytes[4096];
	size_t left;

	buf_clear(out);
	if (!read_all(fd, &left, sizeof left))
		return false;
	while (left > 0) {
		size_t n = left < sizeof bytes ? left : sizeof bytes;

		if (!read_all(fd, bytes, n))
			return false;
		buf_add(out, bytes, n);
		left -= n;
	}
	return !buf_failed(out);
}

/* --- The child ---------------------------------------------------------------------------------
 */
struct stage {
	struct place *place;
	struct ledger *ledger;
	struct service *service;
	struct background *background; /* from its first use on */
	struct arena *arena;
	int from, to;
};

static void
die(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static enum status
tell_entries(struct buf *out, struct stage *stage, uint64_t after, struct err *err)
{
	struct ledger_head head;
	enum status status = STATUS_OK;

	ledger_head(&head, stage->ledger);
	buf_add_char(out, '[');
	for (uint64_t seq = after + 1; seq <= head.seq && status == STATUS_OK; seq++) {
		struct ledger_row row;

		arena_reset(stage->arena);
		status = ledger_entry_find(&row, stage->ledger, stage->arena, seq, err);
		if (status != STATUS_OK)
			break;
		next(out);
		buf_add_char(out, '{');
		put_number(out, "seq", row.seq);
		put_number(out, "at_ms", (uint64_t)row.at_ms);
		put_text(out, "kind", row.kind);
		put_text(out, "user", row.user);
		put_text(out, "role", row.role);
		put_text(out, "request", row.request);
		put_text(out, "check", row.check);
		put_bool(out, "secret", row.secret.n > 0);
		put_bool(out, "destroyed", row.destroyed);
		key(out, "body");
		buf_add_str(out, row.body);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	return status;
}

/* The step of the watch, and what searchd then does by itself. */
static enum status
change_world(struct stage *stage, unsigned world, struct err *err)
{
	enum status status = STATUS_OK;

	service_set_world(stage->service, world_take(stage->place->worlds[world]));
	if (stage->background == NULL)
		status = background_new(&stage->background, stage->service, err);
	if (status == STATUS_OK && !background_once(stage->background))
		status = err_set(err, STATUS_UNAVAILABLE, "searchd left something of a load");
	return status;
}

static enum status
obey(struct buf *reply, struct stage *stage, const struct order *order, struct str message,
    struct err *err)
{
	const struct wire_peer peer = { .uid = order->uid, .pid = 1 };

	switch (order->kind) {
	case ORDER_ASK:
		service_handle(stage->service, 0, &peer, message, reply);
		break;
	case ORDER_WORLD:
		return change_world(stage, order->world, err);
	case ORDER_REBUILD:
		return ledger_rebuild(stage->ledger, err);
	case ORDER_LOOK:
		break;
	}
	return STATUS_OK;
}

static bool
serve_one(struct stage *stage, const struct order *order, struct str message)
{
	struct buf reply = BUF_INIT, entries = BUF_INIT;
	struct err err = ERR_NONE;
	enum status status;
	bool good;

	clock_set(order->now_ms);
	status = obey(&reply, stage, order, message, &err);
	if (order->crash == CRASH_UNHEARD)
		die();
	if (status == STATUS_OK)
		status = tell_entries(&entries, stage, order->from_seq, &err);
	if (status != STATUS_OK)
		(void)fault("player", &err);
	good = status == STATUS_OK && write_part(stage->to, buf_str(&reply)) &&
	       write_part(stage->to, buf_str(&entries));
	buf_free(&reply);
	buf_free(&entries);
	return good;
}

static bool
serve(struct stage *stage)
{
	struct order order;
	bool good = true;

	while (good && read_all(stage->from, &order, sizeof order)) {
		struct buf message = BUF_INIT;

		good = read_part(stage->from, &message);
		if (order.crash == CRASH_BEFORE)
			die();
		good = good && serve_one(stage, &order, buf_str(&message));
		buf_free(&message);
	}
	return good;
}

static int
play(struct stage *stage, unsigned world, int64_t now_ms)
{
	char path[400], keys[400];
	struct err err = ERR_NONE;
	bool good;

	/* Alarms are logged as errors; they are no news here. MODEL_LOG=1 shows all. */
	if (getenv("MODEL_LOG") == NULL && freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	clock_set(now_ms);
	log_start("searchd", LOG_LEVEL_ERROR);
	snprintf(path, sizeof path, "%s/ledger.db", stage->place->history);
	snprintf(keys, sizeof keys, "%s/keys", stage->place->history);
	stage->arena = arena_new(0);
	if (stage->arena == NULL || ledger_open(&stage->ledger, path, keys, &err) != STATUS_OK ||
	    service_new(&stage->service, stage->place->settings, stage->ledger,
		world_take(stage->place->worlds[world]), &err) != STATUS_OK) {
		(void)fault("player", &err);
		return 1;
	}
	good = serve(stage);
	background_stop(stage->background);
	service_free(stage->service);
	ledger_close(stage->ledger);
	arena_free(stage->arena);
	return good ? 0 : 1;
}

/* --- The parent --------------------------------------------------------------------------------
 */
bool
player_start(struct player *out, struct place *place, unsigned world, int64_t now_ms)
{
	int orders[2], answers[2];

	*out = (struct player){ 0, -1, -1 };
	if (pipe(orders) != 0)
		return false;
	if (pipe(answers) != 0) {
		close(orders[0]);
		close(orders[1]);
		return false;
	}
	out->pid = fork();
	if (out->pid == 0) {
		struct stage stage = { .place = place, .from = orders[0], .to = answers[1] };

		close(orders[1]);
		close(answers[0]);
		_exit(play(&stage, world, now_ms));
	}
	close(orders[0]);
	close(answers[1]);
	out->to = orders[1];
	out->from = answers[0];
	return out->pid > 0;
}

bool
player_send(struct player *player, const struct order *order, struct str message)
{
	return write_all(player->to, order, sizeof *order) && write_part(player->to, message);
}

bool
player_receive(struct player *player, struct buf *reply, struct buf *entries)
{
	return read_part(player->from, reply) && read_part(player->from, entries);
}

static int
wait_for(struct player *player)
{
	int state = 0;

	close(player->to);
	close(player->from);
	while (waitpid(player->pid, &state, 0) < 0 && errno == EINTR)
		;
	player->pid = 0;
	return state;
}

void
player_kill(struct player *player)
{
	if (player->pid == 0)
		return;
	(void)kill(player->pid, SIGKILL);
	(void)wait_for(player);
}

bool
player_end(struct player *player)
{
	int state;

	if (player->pid == 0)
		return true;
	close(player->to);
	player->to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	state = wait_for(player);
	return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}
