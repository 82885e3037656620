#include "base/mem.h"
#include "base/str.h"
#include "ledger/inside.h"
#include "ledger/limits.h"

static enum status
check_text(const char *name, struct str text, size_t bytes_min, size_t bytes_max, struct err *err)
{
	if (text.n < bytes_min)
		return err_set(err, STATUS_INVALID, "%s is empty", name);
	if (text.n > bytes_max)
		return err_set(err, STATUS_LIMIT, "%s is longer than %zu bytes", name, bytes_max);
	if (str_utf8_valid(text) != text.n || (text.n > 0 && memchr(text.p, '\0', text.n) != NULL))
		return err_set(err, STATUS_INVALID, "%s is not UTF-8 text", name);
	return STATUS_OK;
}

static enum status
check_kind(const struct ledger_entry *entry, struct err *err)
{
	static const char *const ours[] = { "secure", "release", "clock", "checkpoint",
		"restored" };

	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (strcmp(entry->kind, ours[i]) == 0)
			return err_set(err, STATUS_INVALID, "a \"%s\" entry is made by the ledger",
			    entry->kind);
	return STATUS_OK;
}

static enum status
check_entry(const struct ledger_entry *entry, struct err *err)
{
	enum status status =
	    check_text("kind", str_from(entry->kind), 1, LEDGER_KIND_BYTES_MAX, err);

	if (status == STATUS_OK && entry->at_ms < 0)
		return err_set(err, STATUS_INVALID, "at_ms is before 1970");
	if (status == STATUS_OK)
		status = check_text("user", entry->user, 1, LEDGER_USER_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = check_text("role", entry->role, 0, LEDGER_ROLE_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = check_text("request", entry->request, 0, LEDGER_CHECK_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = check_text("check", entry->check, 0, LEDGER_CHECK_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = check_text("body", entry->body, 1, LEDGER_BODY_BYTES_MAX, err);
	if (status == STATUS_OK)
		status = check_text("secret", entry->secret, 0, LEDGER_BODY_BYTES_MAX, err);
	return status;
}

static enum status
check_secure(const struct ledger_secure *secure, struct err *err)
{
	enum status status = check_text("system", secure->system, 1, LEDGER_SYSTEM_BYTES_MAX, err);

	if (status == STATUS_OK)
		status =
		    check_text("record_id", secure->record_id, 1, LEDGER_RECORD_BYTES_MAX, err);
	return status;
}

static enum status
check_idem(const struct ledger_batch *batch, struct err *err)
{
	enum status status;

	if (batch->idem_id.n == 0)
		return STATUS_OK;
	status = check_text("id", batch->idem_id, 1, LEDGER_IDEM_BYTES_MAX, err);
	if (status == STATUS_OK)
		status =
		    check_text("principal", batch->idem_principal, 1, LEDGER_IDEM_BYTES_MAX, err);
	if (status == STATUS_OK && !str_eq(batch->idem_principal, batch->entries[0].user))
		return err_set(err, STATUS_INVALID, "principal is not the user of the entry");
	if (status == STATUS_OK && batch->idem_reply.n > LEDGER_BODY_BYTES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "reply is longer than %u bytes", LEDGER_BODY_BYTES_MAX);
	return status;
}

/* Here, in the caller's thread, so that nothing a caller gives can fail a commit. */
static enum status
check_batch(const struct ledger_batch *batch, struct err *err)
{
	enum status status = STATUS_OK;

	if (batch->entry_count == 0)
		return err_set(err, STATUS_INVALID, "a batch without entries");
	if (batch->entry_count > LEDGER_ENTRIES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "more than %d entries in a batch", LEDGER_ENTRIES_MAX);
	if (batch->secure_count > LEDGER_SECURES_MAX || batch->release_count > LEDGER_SECURES_MAX)
		return err_set(err, STATUS_LIMIT,
		    "more than %d records to secure or release in a batch", LEDGER_SECURES_MAX);
	for (size_t i = 0; i < batch->entry_count && status == STATUS_OK; i++)
		status = check_entry(&batch->entries[i], err);
	for (size_t i = 0; i < batch->secure_count && status == STATUS_OK; i++)
		status = check_secure(&batch->secures[i], err);
	for (size_t i = 0; i < batch->release_count && status == STATUS_OK; i++)
		status = check_secure(&batch->releases[i], err);
	if (status == STATUS_OK)
		status =
		    check_text("request_open", batch->request_open, 0, LEDGER_CHECK_BYTES_MAX, err);
	return status == STATUS_OK ? check_idem(batch, err) : status;
}

/* --- An append under way -----------------------------------------------------------------------
 */
struct ledger_append {
	struct commit_job job;
	struct ledger *ledger;
};

static enum status
outcome(const struct commit_job *job, struct err *err)
{
	if (job->status != STATUS_OK && err != NULL && err->status == STATUS_OK)
		*err = job->err;
	return job->status;
}

static void
append_free(struct ledger_append *append)
{
	sealing_free(append->job.sealed, append->job.batch->entry_count + 1);
	mem_free(append);
}

static enum status
begin(struct ledger_append **out, struct ledger *ledger, const struct ledger_batch *batch,
    struct err *err)
{
	struct ledger_append *append = mem_zero(1, sizeof *append);
	enum status status;

	if (append == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	append->ledger = ledger;
	append->job.batch = batch;
	append->job.err = ERR_NONE;
	status = sealing_make(&append->job.sealed, ledger, batch, err);
	if (status == STATUS_OK)
		status = writer_submit(&ledger->writer, &append->job.job, err);
	if (status == STATUS_OK)
		*out = append;
	else
		append_free(append);
	return status;
}

enum status
ledger_append_begin(struct ledger_append **out, struct ledger *ledger,
    const struct ledger_batch *batch, struct err *err)
{
	enum status status = check_batch(batch, err);

	for (size_t i = 0; i < batch->entry_count && status == STATUS_OK; i++)
		status = check_kind(&batch->entries[i], err);
	return status == STATUS_OK ? begin(out, ledger, batch, err) : status;
}

enum status
ledger_append_end(uint64_t *seq, struct ledger_append *append, struct err *err)
{
	enum status status;

	writer_wait(&append->ledger->writer, &append->job.job);
	status = outcome(&append->job, err);
	if (status == STATUS_OK)
		*seq = append->job.seq;
	append_free(append);
	return status;
}

enum status
ledger_append(
    uint64_t *seq, struct ledger *ledger, const struct ledger_batch *batch, struct err *err)
{
	struct ledger_append *append = NULL;
	enum status status = ledger_append_begin(&append, ledger, batch, err);

	return status == STATUS_OK ? ledger_append_end(seq, append, err) : status;
}

enum status
append_own(uint64_t *seq, struct ledger *ledger, const struct ledger_entry *entry, struct err *err)
{
	const struct ledger_batch batch = { .entries = entry, .entry_count = 1 };
	struct ledger_append *append = NULL;
	enum status status = check_batch(&batch, err);

	if (status == STATUS_OK)
		status = begin(&append, ledger, &batch, err);
	return status == STATUS_OK ? ledger_append_end(seq, append, err) : status;
}

enum status
ledger_rebuild(struct ledger *ledger, struct err *err)
{
	struct commit_job job = { .batch = NULL, .err = ERR_NONE };
	enum status status = writer_submit(&ledger->writer, &job.job, err);

	if (status != STATUS_OK)
		return status;
	writer_wait(&ledger->writer, &job.job);
	return outcome(&job, err);
}
