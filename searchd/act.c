#include "searchd/act.h"

#include "ledger/requests.h"
#include "searchd/authorise.h"
#include "searchd/check_id.h"
#include "wire/limits.h"

#include <stdarg.h>
#include <stdio.h>

static enum wire_code
parse(struct json_t **out, struct call *call)
{
	enum status status =
	    doc_parse(out, call->request.body, "body", WIRE_JSON_DEPTH_MAX, &call->err);

	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

static enum wire_code
perform_once(struct call *call, act_run *run, const struct json_t *body)
{
	enum wire_code code;
	bool mine;

	code = call_once_begin(call, &mine);
	if (code != WIRE_OK || !mine)
		return code;
	pthread_mutex_lock(&call->shared->act_lock);
	code = run(call, body);
	pthread_mutex_unlock(&call->shared->act_lock);
	if (code == WIRE_OK && buf_failed(&call->body))
		code = call_fault(call, STATUS_NOMEM);
	call_once_end(call);
	return code;
}

enum wire_code
act_perform(struct call *call, act_run *run)
{
	struct json_t *body = NULL;
	enum wire_code code = parse(&body, call);

	if (code == WIRE_OK)
		code = perform_once(call, run, body);
	doc_free(body);
	return code;
}

enum wire_code
act_read(struct call *call, act_run *run)
{
	struct json_t *body = NULL;
	enum wire_code code = parse(&body, call);

	if (code == WIRE_OK)
		code = run(call, body);
	doc_free(body);
	return code == WIRE_OK && buf_failed(&call->body) ? call_fault(call, STATUS_NOMEM) : code;
}

enum wire_code
act_fields(struct call *call, const struct json_t *body, const char *const *known)
{
	enum status status = doc_fields(body, "body", "", known, &call->err);

	return status == STATUS_OK ? WIRE_OK : call_bad_body(call, status);
}

enum wire_code
act_text(struct str *out, struct call *call, const struct json_t *body, const char *key,
    enum doc_need need, size_t bytes_max)
{
	struct str text = STR_NONE;
	enum status status = doc_str(&text, body, "body", "", key, need, bytes_max, &call->err);

	if (status != STATUS_OK)
		return call_bad_body(call, status);
	text = str_trim(text);
	if (need == DOC_REQUIRED && text.n == 0)
		return call_fail(call, WIRE_BAD_REQUEST, "%s: is empty", key);
	if (!arena_copy(out, call->arena, text))
		return call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	return WIRE_OK;
}

enum wire_code
act_request(
    struct ledger_request *out, struct call *call, const struct json_t *body, const char *key)
{
	struct str id = STR_NONE;
	enum status status;
	enum wire_code code = act_text(&id, call, body, key, DOC_REQUIRED, 64);

	if (code != WIRE_OK)
		return code;
	if (!request_id_valid(id))
		return call_fail(
		    call, WIRE_BAD_REQUEST, "%s: is not a request's name (REQ-XXXX-XXXX)", key);
	status = ledger_request_find(out, call->shared->ledger, call->arena, id, &call->err);
	if (status == STATUS_NOT_FOUND)
		return call_fail(
		    call, WIRE_NOT_FOUND, "%s: there is no request %.*s", key, STR_ARG(id));
	return status == STATUS_OK ? WIRE_OK : call_fault(call, status);
}

enum wire_code
act_refuse(struct call *call, const char *kind, struct str request, struct str check,
    const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return authorise_refuse(call, kind, STR_NONE, request, check, why);
}
