#include "client/question.h"

#include "base/file.h"
#include "client/answer.h"
#include "client/service.h"

#include <stdio.h>
#include <string.h>

static enum status
write_html(const struct question *question, const struct answer *answer, struct err *err)
{
	struct buf page = BUF_INIT;
	enum status status = printer_html(&page, answer, question->arena, err);

	if (status == STATUS_OK)
		status = file_write(question->options.html, buf_str(&page), 0600, err);
	buf_free(&page);
	return status;
}

static enum status
print_answer(const struct question *question, const struct printer_look *look,
    const struct wire_reply *reply, struct err *err)
{
	const struct question_options *o = &question->options;
	struct answer answer = { .audit = reply->audit, .replayed = reply->replayed };
	struct buf out = BUF_INIT;
	enum status status = answer_read(&answer, question->arena, reply->body, err);

	if (o->console.json)
		service_add_json(&out, reply);
	else if (status == STATUS_OK)
		status = printer_text(&out, &answer, look, question->arena, err);
	if (status == STATUS_OK && buf_failed(&out))
		status = err_set(err, STATUS_NOMEM, "out of memory");
	if (out.n > 0 && !buf_failed(&out)) {
		enum status written = console_write(buf_str(&out), err);

		status = status == STATUS_OK ? written : status;
	}
	if (status == STATUS_OK && o->html != NULL)
		status = write_html(question, &answer, err);
	buf_free(&out);
	return status;
}

enum status
question_ask(
    struct question *question, const char *op, const struct printer_look *look, struct err *err)
{
	struct service service;
	struct wire_reply reply;
	char id[WIRE_ID_HEX + 1];
	enum status status =
	    service_open(&service, &question->options.console, WIRE_CLIENT_MS, err);

	if (status != STATUS_OK)
		return status;
	service_new_id(id);
	if (question->options.id != NULL)
		memcpy(id, question->options.id, sizeof id);
	status = service_ask(
	    &reply, NULL, &service, question->arena, op, id, buf_str(&question->body), err);
	service_close(&service);
	if (status != STATUS_OK && status_retry_helps(status))
		fprintf(stderr, "client %s: to ask again without a second entry, add --id %s\n", op,
		    id);
	return status == STATUS_OK ? print_answer(question, look, &reply, err) : status;
}
