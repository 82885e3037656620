/* The operation ledger.backup: begins one, or says what became of the last. */
#include "searchd/act.h"
#include "searchd/backup.h"

static enum wire_code
run(struct call *call, const struct json_t *body)
{
	static const char *const known[] = { "start", NULL };
	bool starts = false;
	enum wire_code code = act_fields(call, body, known);
	enum status status;

	if (code != WIRE_OK)
		return code;
	status = doc_bool(&starts, body, "body", "", "start", DOC_OPTIONAL, &call->err);
	if (status != STATUS_OK)
		return call_bad_body(call, status);
	if (starts)
		status =
		    backup_start(call->shared->backup, call->user_name, call->role, &call->err);
	if (status == STATUS_BUSY)
		return call_fail(call, WIRE_BAD_REQUEST, "start: a backup is being made");
	if (status != STATUS_OK)
		return call_fault(call, status);
	buf_add_char(&call->body, '{');
	backup_write_state(&call->body, call->shared->backup);
	buf_add_char(&call->body, '}');
	return WIRE_OK;
}

enum wire_code
call_ledger_backup(struct call *call)
{
	return act_read(call, run);
}
