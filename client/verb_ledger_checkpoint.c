#include "client/verb.h"

#include "client/service.h"
#include "client/standing.h"

/* The line alone, so that it can be sent on as it is. */
static enum status
ask(struct buf *out, const struct console *console, struct arena *arena, struct err *err)
{
	struct standing_checkpoint checkpoint;
	struct wire_reply reply;
	enum status status = service_once(
	    &reply, console, arena, "ledger.checkpoint", STR_LIT("{}"), WIRE_CLIENT_MS, err);

	if (status == STATUS_OK && console->json)
		service_add_json(out, &reply);
	if (status != STATUS_OK || console->json)
		return status;
	status = standing_read_checkpoint(&checkpoint, arena, reply.body, err);
	if (status == STATUS_OK) {
		buf_add_printable(out, checkpoint.line);
		buf_add_char(out, '\n');
	}
	return status;
}

int
verb_ledger_checkpoint(int argc, char **argv)
{
	return service_verb(argc, argv, "ledger checkpoint",
	    "Have the ledger's head signed, and print the line; keep it elsewhere", ask);
}
