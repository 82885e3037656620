/*
 * searchd: answers record checks on a Unix socket. Order matters here: everything that can be wrong
 * with files is found before the first call into nng, and the ledger is held before anybody can
 * ask.
 */
#include "base/file.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/process.h"
#include "daemon/signals.h"
#include "searchd/background.h"
#include "searchd/checkpoints.h"
#include "searchd/service.h"
#include "searchd/watch.h"
#include "wire/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STOP_MS 10000 /* after this a stop is forced: a handler hangs, or a disk */

struct daemon {
	struct settings *settings;
	struct ledger *ledger;
	struct service *service;
	struct wire_server *server;
	struct watch *watch;
	struct background *background;
	struct checkpoints *checkpoints;
};

struct flags {
	const char *config;
	const char *accept; /* head of an older ledger, or NULL */
	bool debug, check_only;
};

static bool
read_flags(struct flags *flags, int *code, int argc, char **argv)
{
	const struct option_spec options[] = {
		{ "config", 'c', "FILE", "configuration (schemas/searchd.conf.example)",
		    OPTION_TEXT, &flags->config, OPTION_REQUIRED, 0 },
		{ "debug", 'd', NULL, "log more", OPTION_FLAG, &flags->debug, OPTION_OPTIONAL, 0 },
		{ "check", 'n', NULL, "check the configuration and end", OPTION_FLAG,
		    &flags->check_only, OPTION_OPTIONAL, 0 },
		{ "accept-older-ledger", 0, "SEQ:HASH",
		    "take a ledger from a backup, whose head is this, though entries are lost",
		    OPTION_TEXT, &flags->accept, OPTION_OPTIONAL, 0 },
	};
	const struct option_command command = { .program = "searchd",
		.summary = "Answer record checks on a Unix socket",
		.options = options,
		.option_count = sizeof options / sizeof options[0],
		.details =
		    "Logs to stderr. SIGHUP reads policy, model and word lists again; SIGTERM "
		    "finishes what is\nin flight and ends.\n" };
	struct option_rest rest;

	return options_parse(&rest, code, &command, argc, argv);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* "start" and "stop" entries: which program, under which rules, for how long nobody could ask. */
static enum status
log_life(struct daemon *daemon, const char *kind, struct err *err)
{
	struct world *world = service_world(daemon->service);
	char policy[DIGEST_HEX + 1], model[DIGEST_HEX + 1], body[512];
	struct ledger_entry entry = { .kind = kind,
		.at_ms = now_ms(),
		.user = STR_LIT("searchd"),
		.role = STR_NONE,
		.check = STR_NONE };
	struct ledger_batch batch = { .entries = &entry,
		.entry_count = 1,
		.idem_principal = STR_NONE,
		.idem_id = STR_NONE,
		.idem_reply = STR_NONE };
	uint64_t seq;

	digest_hex(policy, policy_hash(world->rules->policy));
	digest_hex(model, &world->rules->model->hash);
	world_drop(world);
	snprintf(body, sizeof body,
	    "{\"version\":\"%s\",\"boot\":\"%s\",\"policy\":\"%s\",\"model\":\"%s\"}",
	    PROGRAM_VERSION, service_boot(daemon->service), policy, model);
	entry.body = str_from(body);
	return ledger_append(&seq, daemon->ledger, &batch, err);
}

/* "18:HASH" as `client ledger verify` prints it. */
static enum status
read_accept(struct ledger_accept *out, const char *text, struct err *err)
{
	struct str rest = str_from(text), seq = str_cut(&rest, ':');

	*out = (struct ledger_accept){ .at_ms = now_ms(), .user = STR_LIT("searchd") };
	if (str_to_u64(&out->seq, seq, INT64_MAX) && digest_from_hex(&out->hash, rest))
		return STATUS_OK;
	return err_set(err, STATUS_USAGE,
	    "--accept-older-ledger needs SEQ:HASH, a number and %d hexadecimal digits", DIGEST_HEX);
}

static enum status
open_ledger(struct daemon *daemon, const char *accept_text, struct err *err)
{
	struct ledger_accept accept;
	char path[PATH_MAX];
	enum status status;

	if (accept_text != NULL && read_accept(&accept, accept_text, err) != STATUS_OK)
		return STATUS_USAGE;

	if (snprintf(path, sizeof path, "%s/ledger", daemon->settings->data) >=
	    (int)sizeof path - 16)
		return err_set(err, STATUS_LIMIT, "data: the path is too long");
	status = file_make_folders(path, err);
	if (status != STATUS_OK)
		return status;
	memcpy(path + strlen(path), "/ledger.db", sizeof "/ledger.db");
	return ledger_open_older(&daemon->ledger, path, daemon->settings->keys,
	    accept_text == NULL ? NULL : &accept, err);
}

static void
log_systems(const struct world *world)
{
	for (size_t i = 0; i < world->leg_count; i++)
		for (size_t j = 0; j < world->legs[i]->system_count; j++) {
			const struct leg_system *system = &world->legs[i]->systems[j];

			struct log_line line;

			if (system->at >= 0)
				continue;
			log_begin(&line, LOG_LEVEL_ERROR, STR_NONE, "system");
			log_text(&line, "system", str_from(system->policy->key));
			log_text(&line, "err", str_from(system->fault));
			log_end(&line);
		}
}

static enum status
start_service(struct daemon *daemon, struct rules *rules, struct err *err)
{
	struct world *world = NULL;
	enum status status = world_load(&world, rules, daemon->settings->data, NULL, err);

	if (status != STATUS_OK)
		return status;
	log_systems(world);
	return service_new(&daemon->service, daemon->settings, daemon->ledger, world, err);
}

static enum status
start_server(struct daemon *daemon, struct err *err)
{
	const struct wire_server_options options = { .url = daemon->settings->listen,
		.workers = daemon->settings->workers,
		.ctx = daemon->service,
		.handle = service_handle,
		.idle = service_idle,
		.refuse = service_refuse,
		.closed = service_closed };
	enum status status = wire_server_start(&daemon->server, &options, err);

	if (status == STATUS_OK)
		service_watch_server(daemon->service, daemon->server);
	return status;
}

static enum status
start(struct daemon *daemon, const struct flags *flags, struct rules *rules, struct err *err)
{
	enum status status = open_ledger(daemon, flags->accept, err);

	if (status == STATUS_OK)
		status = start_service(daemon, rules, err);
	if (status == STATUS_OK)
		status = log_life(daemon, "start", err);
	if (status == STATUS_OK)
		status =
		    checkpoints_start(&daemon->checkpoints, daemon->ledger, daemon->settings, err);
	if (status == STATUS_OK)
		status = watch_start(&daemon->watch, daemon->service, daemon->settings, err);
	if (status == STATUS_OK)
		status = background_start(&daemon->background, daemon->service, err);
	if (status == STATUS_OK)
		status = start_server(daemon, err);
	return status;
}

static void
serve(struct daemon *daemon)
{
	log_event(LOG_LEVEL_INFO, "ready");
	notify_manager("READY=1");
	while (signals_next() == SIGNAL_RELOAD) {
		struct err err = ERR_NONE;

		if (watch_reload(daemon->watch, &err) == STATUS_OK)
			log_event(LOG_LEVEL_INFO, "reloaded");
		else
			log_err(LOG_LEVEL_ERROR, "reload_refused", &err);
	}
}

static void *
force_stop(void *arg)
{
	const struct timespec wait = { .tv_sec = STOP_MS / 1000 };

	nanosleep(&wait, NULL);
	log_event(LOG_LEVEL_ERROR, "stop_forced");
	_exit(1);
	return arg;
}

static int
stop(struct daemon *daemon)
{
	struct err err = ERR_NONE;
	pthread_t guard;
	int code = 0;

	if (pthread_create(&guard, NULL, force_stop, NULL) == 0)
		pthread_detach(guard);
	log_event(LOG_LEVEL_INFO, "stopping");
	notify_manager("STOPPING=1");
	service_watch_server(daemon->service, NULL);
	if (wire_server_stop(daemon->server, WIRE_DRAIN_MS, &err) != STATUS_OK) {
		log_err(LOG_LEVEL_ERROR, "stop", &err);
		_exit(1); /* a handler still runs: nothing it uses may be freed */
	}
	background_stop(daemon->background);
	daemon->background = NULL;
	watch_stop(daemon->watch);
	daemon->watch = NULL;
	service_stop_backup(daemon->service);
	checkpoints_stop(daemon->checkpoints);
	daemon->checkpoints = NULL;
	if (log_life(daemon, "stop", &err) != STATUS_OK ||
	    checkpoints_sign(daemon->ledger, &err) != STATUS_OK) {
		log_err(LOG_LEVEL_ERROR, "stop", &err);
		code = status_exit_code(err.status);
	}
	log_event(LOG_LEVEL_INFO, "stopped");
	return code;
}

static void
fini(struct daemon *daemon)
{
	background_stop(daemon->background);
	watch_stop(daemon->watch);
	checkpoints_stop(daemon->checkpoints);
	service_free(daemon->service);
	ledger_close(daemon->ledger);
	settings_free(daemon->settings);
}

static int
fail(const struct err *err)
{
	log_err(LOG_LEVEL_ERROR, "start", err);
	return status_exit_code(err->status);
}

int
main(int argc, char **argv)
{
	struct daemon daemon = { 0 };
	struct flags flags = { 0 };
	struct rules *rules = NULL;
	struct err err = ERR_NONE;
	int code = 0;

	if (!read_flags(&flags, &code, argc, argv))
		return code;
	log_start("searchd", flags.debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	umask(0077);
	signals_block();
	if (process_no_dumps(&err) != STATUS_OK || digest_init(&err) != STATUS_OK ||
	    settings_load(&daemon.settings, flags.config, &err) != STATUS_OK)
		return fail(&err);
	if (rules_load(&rules, daemon.settings, &err) != STATUS_OK) {
		code = fail(&err);
	} else if (flags.check_only) {
		printf("%s is good\n", flags.config);
	} else if (start(&daemon, &flags, rules, &err) != STATUS_OK) {
		code = fail(&err);
	} else {
		serve(&daemon);
		code = stop(&daemon);
	}
	rules_drop(rules);
	fini(&daemon);
	if (code == 0 && !flags.check_only)
		wire_library_fini();
	return code;
}
