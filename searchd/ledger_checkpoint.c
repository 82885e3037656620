/* The operation ledger.checkpoint. */
#include "searchd/act.h"
#include "searchd/put.h"

static enum wire_code
checkpoint(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { NULL };
	char public_key[LEDGER_PUBLIC_HEX + 1];
	struct buf line = BUF_INIT;
	enum wire_code code = act_fields(call, body, known);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = ledger_checkpoint(&call->audit, &line, call->shared->ledger, call->at_ms,
	    call->user_name, call->role, &call->err);
	ledger_public_key(public_key, call->shared->ledger);
	buf_addf(&call->body, "{\"entry\":%llu", (unsigned long long)call->audit);
	put_text(&call->body, "line", buf_str(&line));
	put_text(&call->body, "public_key", str_from(public_key));
	buf_add_char(&call->body, '}');
	buf_free(&line);
	return status == STATUS_OK ? WIRE_OK : WIRE_AUDIT_UNAVAILABLE;
}

/* Asked again under the same id, it signs once more: the newer one says as much. */
enum wire_code
call_ledger_checkpoint(struct call *call)
{
	return act_read(call, checkpoint);
}
