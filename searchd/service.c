#include "searchd/service.h"

#include "base/mem.h"
#include "daemon/log.h"
#include "searchd/authorise.h"
#include "searchd/backup.h"
#include "searchd/call.h"
#include "wire/limits.h"

#include <pthread.h>
#include <time.h>

/* The most one request may take: 16 people, 1,000 candidates each, about 4 KiB a candidate. */
#define ARENA_BYTES_MAX ((size_t)256 << 20)
/* Lines a second about connections closed for one reason: a hostile peer must not fill the log. */
#define CLOSED_LINES_MAX 5
#define CLOSED_REASONS_MAX 16

struct closed_lines {
	const char *reason; /* a literal of the server's */
	int64_t second;
	int written, left_out;
};

struct service {
	struct call_shared shared;
	pthread_mutex_t lock; /* world and closed */
	struct world *world;
	struct closed_lines closed[CLOSED_REASONS_MAX];
	struct call_worker *workers;
	size_t worker_count;
};

struct method {
	const char *name;
	call_method *run;
};

static const struct method METHODS[] = {
	{ "check", call_check },
	{ "check.get", call_check_get },
	{ "why", call_why },
	{ "record.status", call_record_status },
	{ "record.secure", call_record_secure },
	{ "record.release", call_record_release },
	{ "record.retain", call_record_retain },
	{ "register.list", call_register_list },
	{ "events", call_events },
	{ "notice.list", call_notice_list },
	{ "notice.ack", call_notice_ack },
	{ "notice.sent", call_notice_sent },
	{ "review.queue", call_review_queue },
	{ "review.decide", call_review_decide },
	{ "review.second", call_review_second },
	{ "review.ask", call_review_ask },
	{ "review.answer", call_review_answer },
	{ "review.pairs", call_review_pairs },
	{ "absence.set", call_absence_set },
	{ "share.open", call_share_open },
	{ "share.agree", call_share_agree },
	{ "share.consult", call_share_consult },
	{ "share.decide", call_share_decide },
	{ "share.get", call_share_get },
	{ "retention.due", call_retention_due },
	{ "retention.destroy", call_retention_destroy },
	{ "review.export", call_review_export },
	{ "index.status", call_index_status },
	{ "ledger.head", call_ledger_head },
	{ "ledger.checkpoint", call_ledger_checkpoint },
	{ "ledger.tail", call_ledger_tail },
	{ "ledger.search", call_ledger_search },
	{ "ledger.backup", call_ledger_backup },
	{ "health", call_health },
	{ "request.log", call_request_log },
	{ "request.get", call_request_get },
	{ "request.list", call_request_list },
	{ "request.decline", call_request_decline },
	{ "request.withdraw", call_request_withdraw },
	{ "request.close", call_request_close },
	{ "request.note", call_request_note },
	{ "media.status", call_media_status },
	{ "due", call_due },
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- World -------------------------------------------------------------------------------------
 */
struct world *
service_world(struct service *service)
{
	struct world *world;

	pthread_mutex_lock(&service->lock);
	world = world_take(service->world);
	pthread_mutex_unlock(&service->lock);
	return world;
}

void
service_set_world(struct service *service, struct world *world)
{
	struct wire_server *server;
	struct world *old;

	pthread_mutex_lock(&service->lock);
	old = service->world;
	service->world = world;
	server = atomic_load(&service->shared.server);
	if (server != NULL)
		wire_server_nudge(server);
	pthread_mutex_unlock(&service->lock);
	world_drop(old);
}

/* Whoever waits goes over to the world of now: else a worker that is seldom wanted would keep an
 * old one, its words and its files, and open the new one while somebody waits for an answer. */
void
service_idle(void *ctx, unsigned worker)
{
	struct service *service = ctx;
	struct world *world = service_world(service);

	call_renew_searchers(&service->workers[worker], world);
	world_drop(world);
}

/* --- One request -------------------------------------------------------------------------------
 */
static void
hash_request(struct digest *out, const struct wire_request *request, struct str role)
{
	struct digest_state state;

	digest_begin(&state);
	digest_add_part(&state, STR_LIT("searchd-request-v1"));
	digest_add_part(&state, request->op);
	digest_add_part(&state, role);
	digest_add_part(&state, request->body);
	digest_end(out, &state);
}

static const struct method *
find_method(struct str op)
{
	for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++)
		if (str_eq_text(op, METHODS[i].name))
			return &METHODS[i];
	return NULL;
}

static enum wire_code
dispatch(struct call *call)
{
	const struct method *method = find_method(call->request.op);
	enum wire_code code;

	if (method == NULL)
		return call_fail(call, WIRE_UNKNOWN_OP, "op: there is no operation \"%.*s\"",
		    STR_ARG(call->request.op));
	code = authorise_call(call);
	if (code != WIRE_OK)
		return code;
	hash_request(&call->hash, &call->request, call->role);
	return method->run(call);
}

/* The text of an error for the asker. Places are left out but for the line of a syntax error. */
static struct str
error_text(struct call *call, char *room, size_t size)
{
	if (call->err.line > 0)
		return str_from(err_format(room, size, &call->err));
	return str_from(call->err.text);
}

static void
write_reply(struct call *call, enum wire_code code, struct buf *out)
{
	char text[512];
	struct wire_reply reply = { .id = call->request.id,
		.ok = code == WIRE_OK,
		.replayed = call->replayed,
		.ts_ms = clock_ms(CLOCK_REALTIME),
		.audit = call->audit,
		.body = buf_str(&call->body),
		.code = code,
		.msg = error_text(call, text, sizeof text),
		.after_ms = wire_code_retry(code) ? 200 : 0 };

	/* Details of our own faults are the log's; the asker has the request id to name them by. */
	if (code == WIRE_INTERNAL)
		reply.msg = STR_LIT("a fault of the service; its log has the request id");
	wire_reply_write(out, &reply);
}

/* What was asked or found is not logged; neither is the text of an error, which may quote it (but
 * for our own faults), nor words of the asker that are none of ours. */
static void
log_call(const struct call *call, enum wire_code code, int64_t took_ms)
{
	enum log_level level = code == WIRE_INTERNAL || code == WIRE_AUDIT_UNAVAILABLE
				   ? LOG_LEVEL_ERROR
			       : code == WIRE_FORBIDDEN ? LOG_LEVEL_WARNING
							: LOG_LEVEL_INFO;
	struct log_line line;
	char text[512];

	log_begin(&line, level, call->request.id, "request");
	log_text(
	    &line, "op", find_method(call->request.op) != NULL ? call->request.op : STR_LIT("?"));
	log_number(&line, "uid", call->peer.uid);
	log_text(&line, "user", call->user != NULL ? str_from(call->user->name) : STR_LIT("?"));
	log_text(&line, "role",
	    call->user != NULL && settings_user_holds(call->user, call->role) ? call->role
									      : STR_LIT("?"));
	log_text(&line, "code", str_from(wire_code_name(code)));
	log_number(&line, "ms", took_ms);
	if (call->check.n > 0)
		log_text(&line, "check", call->check);
	if (call->audit > 0)
		log_number(&line, "entry", (int64_t)call->audit);
	if (call->replayed)
		log_text(&line, "replayed", STR_LIT("yes"));
	if (level == LOG_LEVEL_ERROR)
		log_text(&line, "err", str_from(err_format(text, sizeof text, &call->err)));
	log_end(&line);
}

void
service_handle(
    void *ctx, unsigned worker, const struct wire_peer *peer, struct str request, struct buf *reply)
{
	struct service *service = ctx;
	int64_t from = clock_ms(CLOCK_MONOTONIC);
	struct call call = { .shared = &service->shared,
		.worker = &service->workers[worker],
		.arena = service->workers[worker].arena,
		.peer = *peer,
		.user_name = STR_NONE,
		.role = STR_NONE,
		.check = STR_NONE,
		.at_ms = clock_ms(CLOCK_REALTIME),
		.deadline_ms = from + (int64_t)service->shared.settings->check_seconds * 1000,
		.body = BUF_INIT };
	enum wire_code code;

	arena_reset(call.arena);
	pair_begin(&service->shared.load);
	if (wire_request_read(&call.request, &code, call.arena, request, &call.err) == STATUS_OK) {
		call.world = service_world(service);
		code = dispatch(&call);
		world_drop(call.world);
	}
	write_reply(&call, code, reply);
	log_call(&call, code, clock_ms(CLOCK_MONOTONIC) - from);
	buf_free(&call.body);
	pair_end(&service->shared.load);
}

void
service_refuse(void *ctx, const struct wire_peer *peer, struct str request, enum wire_code code,
    struct buf *reply)
{
	struct arena *arena = arena_new(0);
	struct call call = { .user_name = STR_NONE,
		.role = STR_NONE,
		.check = STR_NONE,
		.peer = *peer,
		.body = BUF_INIT };
	enum wire_code ignored;

	(void)ctx;
	if (arena == NULL)
		return;
	if (wire_request_read(&call.request, &ignored, arena, request, NULL) != STATUS_OK)
		call.request.op = STR_NONE;
	(void)call_fail(&call, code, "too many requests are waiting");
	write_reply(&call, code, reply);
	log_call(&call, code, 0);
	arena_free(arena);
}

/* True if a line may be written now; *left_out counts those that were not since the last. */
static bool
may_write(struct service *service, const char *reason, int *left_out)
{
	int64_t second = clock_ms(CLOCK_MONOTONIC) / 1000;
	struct closed_lines *lines = service->closed;
	bool may;

	pthread_mutex_lock(&service->lock);
	while (lines->reason != NULL && strcmp(lines->reason, reason) != 0 &&
	       lines + 1 < service->closed + CLOSED_REASONS_MAX)
		lines++;
	lines->reason = reason;
	if (second != lines->second)
		lines->written = 0;
	lines->second = second;
	may = lines->written < CLOSED_LINES_MAX;
	*left_out = lines->left_out;
	lines->written += may;
	lines->left_out = may ? 0 : lines->left_out + 1;
	pthread_mutex_unlock(&service->lock);
	return may;
}

void
service_closed(void *ctx, const struct wire_peer *peer, const char *reason, uint64_t value)
{
	bool usual = strcmp(reason, "idle") == 0;
	struct log_line line;
	int left_out;

	if (!may_write(ctx, reason, &left_out))
		return;
	log_begin(&line, usual ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, STR_NONE, reason);
	log_number(&line, "uid", peer->uid);
	log_number(&line, "pid", peer->pid);
	if (value > 0)
		log_number(&line, "bytes", value > INT64_MAX ? INT64_MAX : (int64_t)value);
	if (left_out > 0)
		log_number(&line, "more", left_out);
	log_end(&line);
}

/* --- Life --------------------------------------------------------------------------------------
 */
static enum status
make_workers(struct service *service, size_t count, struct err *err)
{
	service->workers = mem_zero(count, sizeof *service->workers);
	if (service->workers == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct call_worker *worker = &service->workers[i];
		enum status status;

		service->worker_count = i + 1;
		worker->arena = arena_new(ARENA_BYTES_MAX);
		if (worker->arena == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
		status = folder_new(&worker->folder, err);
		if (status == STATUS_OK)
			status = folder_new(&worker->second_folder, err);
		if (status != STATUS_OK)
			return status;
		/* without one searches take one thread */
		if (pair_new(&worker->pair, &service->shared.load, NULL) != STATUS_OK)
			worker->pair = NULL;
	}
	return STATUS_OK;
}

enum status
service_new(struct service **out, const struct settings *settings, struct ledger *ledger,
    struct world *world, struct err *err)
{
	struct service *service = mem_zero(1, sizeof *service);
	enum status status;

	if (service == NULL) {
		world_drop(world);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	service->shared.settings = settings;
	service->shared.ledger = ledger;
	service->shared.started_ms = clock_ms(CLOCK_MONOTONIC);
	digest_random_hex(service->shared.boot, sizeof service->shared.boot / 2);
	service->world = world;
	pthread_mutex_init(&service->lock, NULL);
	pthread_mutex_init(&service->shared.act_lock, NULL);
	status = inflight_new(&service->shared.inflight, err);
	if (status == STATUS_OK)
		status = backup_new(&service->shared.backup, ledger, settings->data, err);
	if (status == STATUS_OK)
		status = make_workers(service, settings->workers, err);
	if (status == STATUS_OK)
		*out = service;
	else
		service_free(service);
	return status;
}

static void
worker_free(struct call_worker *worker)
{
	call_close_searchers(worker);
	pair_free(worker->pair);
	folder_free(worker->folder);
	folder_free(worker->second_folder);
	arena_free(worker->arena);
}

void
service_free(struct service *service)
{
	if (service == NULL)
		return;
	for (size_t i = 0; i < service->worker_count; i++)
		worker_free(&service->workers[i]);
	mem_free(service->workers);
	inflight_free(service->shared.inflight);
	backup_free(service->shared.backup);
	world_drop(service->world);
	pthread_mutex_destroy(&service->lock);
	pthread_mutex_destroy(&service->shared.act_lock);
	mem_free(service);
}

void
service_watch_server(struct service *service, struct wire_server *server)
{
	pthread_mutex_lock(&service->lock);
	atomic_store(&service->shared.server, server);
	pthread_mutex_unlock(&service->lock);
}

const char *
service_boot(const struct service *service)
{
	return service->shared.boot;
}

struct call_shared *
service_shared(struct service *service)
{
	return &service->shared;
}

void
service_stop_backup(struct service *service)
{
	backup_free(service->shared.backup);
	service->shared.backup = NULL;
}
