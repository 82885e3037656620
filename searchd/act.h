#ifndef SEARCHD_ACT_H
#define SEARCHD_ACT_H
/*
 * act: an operation of the procedure (a decision, a release, a withdrawal): reads the state,
 *decides by the policy, appends its entries.
 *
 * One act runs at a time, and until its entries are on disk: what it read of the projections is
 *what still holds when its entries are written. (Checks do not wait for acts; what they need of the
 * state, the ledger itself holds them to: ledger_batch.request_open.)
 * An act that was done before under the same id is answered as it was, and not done again.
 *
 *	static enum wire_code
 *	withdraw(struct call *call, const struct json_t *body)
 *	{
 *		struct str id = STR_NONE;
 *		enum wire_code code = act_fields(call, body, known);
 *
 *		if (code == WIRE_OK)
 *			code = act_text(&id, call, body, "request", DOC_REQUIRED, 64);
 *		...read, decide: act_refuse(); write call->body; call_append_once()...
 *	}
 *	enum wire_code call_request_withdraw(struct call *call) { return act_perform(call,
 *withdraw); }
 *
 * Threads: as the call.
 */
#include "base/doc_json.h"
#include "searchd/call.h"

/* `body` is the object that was sent; the act fills call->body and appends, or returns a code with
 * call->err. */
typedef enum wire_code act_run(struct call *call, const struct json_t *body);
enum wire_code act_perform(struct call *call, act_run *run);
/* Likewise for what only reads: no lock, no id, no entry of its own. */
enum wire_code act_read(struct call *call, act_run *run);

/* Refuses any field not in the NULL-terminated list. */
enum wire_code act_fields(struct call *call, const struct json_t *body, const char *const *known);
/* A text, trimmed, in the arena; a required one must not be empty. */
enum wire_code act_text(struct str *out, struct call *call, const struct json_t *body,
    const char *key, enum doc_need need, size_t bytes_max);
/* A request that is logged; one that is not: WIRE_NOT_FOUND. */
struct ledger_request;
enum wire_code act_request(
    struct ledger_request *out, struct call *call, const struct json_t *body, const char *key);

/* What a rule forbids: the refusal is an entry of `kind` ("refusal", or "breach" where the
 * procedure was broken, section 1.8) before the asker hears of it. WIRE_FORBIDDEN with the words,
 * or WIRE_AUDIT_UNAVAILABLE. The words must hold nothing personal. */
enum wire_code act_refuse(struct call *call, const char *kind, struct str request, struct str check,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
