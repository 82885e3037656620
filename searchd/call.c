#include "searchd/call.h"

#include "wire/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
call_late(const struct call *call)
{
	return monotonic_ms() >= call->deadline_ms;
}

enum wire_code
call_fail(struct call *call, enum wire_code code, const char *format, ...)
{
	va_list args;

	err_clear(&call->err);
	call->err.status = wire_code_status(code);
	va_start(args, format);
	vsnprintf(call->err.text, sizeof call->err.text, format, args);
	va_end(args);
	return code;
}

enum wire_code
call_fault(struct call *call, enum status status)
{
	if (call->err.status == STATUS_OK)
		(void)err_set(&call->err, status, "%s", status_name(status));
	return WIRE_INTERNAL;
}

enum wire_code
call_bad_body(struct call *call, enum status status)
{
	if (status == STATUS_NOMEM)
		return call_fault(call, status);
	return status == STATUS_LIMIT ? WIRE_TOO_LARGE : WIRE_BAD_REQUEST;
}

static enum wire_code
append_fault(struct call *call, const struct ledger_batch *batch, enum status status)
{
	if (status == STATUS_NOT_FOUND && batch->request_open.n > 0)
		return call_fail(call, WIRE_BAD_REQUEST, "request: there is no open request %.*s",
		    STR_ARG(batch->request_open));
	if (call->err.status == STATUS_OK)
		(void)err_set(&call->err, status, "the ledger does not take entries");
	return WIRE_AUDIT_UNAVAILABLE;
}

enum wire_code
call_append_begin(struct ledger_append **out, struct call *call, const struct ledger_batch *batch)
{
	enum status status = ledger_append_begin(out, call->shared->ledger, batch, &call->err);

	return status == STATUS_OK ? WIRE_OK : append_fault(call, batch, status);
}

enum wire_code
call_append_end(struct call *call, struct ledger_append *append, const struct ledger_batch *batch)
{
	uint64_t seq = 0;
	enum status status = ledger_append_end(&seq, append, &call->err);

	if (status != STATUS_OK)
		return append_fault(call, batch, status);
	call->audit = seq;
	return WIRE_OK;
}

enum wire_code
call_append(struct call *call, const struct ledger_batch *batch)
{
	struct ledger_append *append = NULL;
	enum wire_code code = call_append_begin(&append, call, batch);

	return code == WIRE_OK ? call_append_end(call, append, batch) : code;
}

struct ledger_entry
call_entry(const struct call *call, const char *kind)
{
	return (struct ledger_entry){
		.kind = kind, .at_ms = call->at_ms, .user = call->user_name, .role = call->role
	};
}

enum wire_code
call_log_entry(struct call *call, const struct ledger_entry *entry)
{
	const struct ledger_batch batch = { .entries = entry, .entry_count = 1 };

	return call_append(call, &batch);
}

enum wire_code
call_append_once(
    struct call *call, const struct ledger_entry *entries, size_t count, struct str open)
{
	const struct ledger_batch batch = { .entries = entries,
		.entry_count = count,
		.request_open = open,
		.idem_principal = call->user_name,
		.idem_id = call->request.id,
		.idem_request = call->hash,
		.idem_reply = buf_str(&call->body) };

	return call_append(call, &batch);
}

static enum wire_code
replay(struct call *call, bool *run)
{
	struct str reply = STR_NONE;
	enum status status = ledger_idem_find(&reply, &call->audit, call->shared->ledger,
	    call->arena, call->user_name, call->request.id, &call->hash, &call->err);

	*run = status == STATUS_NOT_FOUND;
	if (status == STATUS_NOT_FOUND) {
		err_clear(&call->err);
		call->audit = 0;
		return WIRE_OK;
	}
	if (status == STATUS_CONFLICT)
		return call_fail(call, WIRE_ID_CONFLICT,
		    "id: was used before, for another request or too long ago to be answered again "
		    "(entry %llu)",
		    (unsigned long long)call->audit);
	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_clear(&call->body);
	buf_add_str(&call->body, reply);
	call->replayed = true;
	return WIRE_OK;
}

enum wire_code
call_once_begin(struct call *call, bool *run)
{
	int64_t left = call->deadline_ms - monotonic_ms();
	enum wire_code code;
	enum status status = inflight_begin(call->shared->inflight, call->user_name,
	    call->request.id, &call->hash, left > 0 ? (unsigned)left : 0);

	*run = false;
	if (status == STATUS_CONFLICT)
		return call_fail(call, WIRE_ID_CONFLICT, "id: is being used for another request");
	if (status != STATUS_OK)
		return call_fail(call, WIRE_IN_PROGRESS, "the same request is still running");
	code = replay(call, run);
	if (code != WIRE_OK || !*run)
		call_once_end(call);
	return code;
}

void
call_once_end(struct call *call)
{
	inflight_end(call->shared->inflight, call->user_name, call->request.id);
}

static void
close_searcher(struct call_searcher *open)
{
	searcher_close(open->searcher);
	leg_drop(open->leg);
	*open = (struct call_searcher){ NULL, NULL };
}

void
call_close_searchers(struct call_worker *worker)
{
	for (size_t i = 0; i < POLICY_LEGS_MAX; i++)
		close_searcher(&worker->searchers[i]);
}

static enum status
open_searcher(
    struct call_searcher *open, struct call_worker *worker, struct leg *leg, struct err *err)
{
	enum status status = searcher_open(
	    &open->searcher, leg->snapshot, leg->rules->model, leg->rules->lexicon, err);

	if (status != STATUS_OK)
		return status;
	searcher_set_pair(open->searcher, worker->pair, worker->second_folder);
	open->leg = leg_take(leg);
	return STATUS_OK;
}

void
call_renew_searchers(struct call_worker *worker, const struct world *world)
{
	for (size_t i = 0; i < POLICY_LEGS_MAX; i++) {
		struct call_searcher *open = &worker->searchers[i];
		struct leg *leg = i < world->leg_count ? world->legs[i] : NULL;

		if (open->leg == NULL || open->leg == leg)
			continue;
		close_searcher(open);
		if (leg != NULL && open_searcher(open, worker, leg, NULL) != STATUS_OK)
			close_searcher(open);
	}
}

enum status
call_searcher(struct searcher **out, struct call *call, struct str leg_key, bool again)
{
	struct call_searcher *open = NULL;
	struct leg *leg = NULL;
	enum status status;

	for (size_t i = 0; i < call->world->leg_count; i++)
		if (str_eq_text(leg_key, call->world->legs[i]->key)) {
			open = &call->worker->searchers[i];
			leg = call->world->legs[i];
		}
	if (open == NULL)
		return err_set(&call->err, STATUS_NOT_FOUND, "no such leg");
	call->searched = open;
	if (open->leg == leg && !again) {
		*out = open->searcher;
		return STATUS_OK;
	}
	close_searcher(open);
	status = open_searcher(open, call->worker, leg, &call->err);
	if (status == STATUS_OK)
		*out = open->searcher;
	return status;
}
