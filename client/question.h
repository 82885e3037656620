#ifndef CLIENT_QUESTION_H
#define CLIENT_QUESTION_H
/*
 * question: who is asked about, and for what request, from a command line, a file or a terminal:
 * the same options for `check` and `why`.
 *
 * Threads: belongs to one thread.
 */
#include "client/console.h"
#include "client/printer.h"
#include "client/request.h"
#include "daemon/options.h"
#include "wire/limits.h"

/* The options that describe the request, and those that describe a person (question.c). */
#define QUESTION_DETAILS 13
#define QUESTION_PERSON_ROWS 23

struct question_options {
	struct console console;
	const char *details[QUESTION_DETAILS];
	struct option_texts person[QUESTION_PERSON_ROWS];
	const char *file, *html, *id;
	bool all, brief, person_mark;			/* check */
	const char *record, *person_id, *check, *about; /* why */
};

struct question {
	struct question_options options;
	struct request_person people[WIRE_PEOPLE_MAX];
	size_t people_count;
	struct request request;
	bool prompted; /* at a terminal: a refusal can be put right */
	struct arena *arena;
	struct buf body;
};

/* Puts the command's own options into `specs` and returns their number. */
typedef size_t question_own(struct option_spec *specs, struct question_options *options);

/* Reads the command line person by person. `command` needs all but its options. False: *exit_code
 * is the end. */
bool question_read(struct question *question, int *exit_code, const struct option_command *command,
    question_own *own, int argc, char **argv);

/*
 * Fills question->request: from --file, from the options, or, with nothing given and `may_prompt`,
 * by questions on a terminal. *go is false, with STATUS_OK, if the person there thought better of
 * it. STATUS_USAGE if nothing is given.
 */
enum status question_request(
    struct question *question, bool *go, bool may_prompt, struct err *err) MUST_USE;

/* True if any option or file describes a request or a person. */
bool question_is_given(const struct question *question);

/* Asks `op` with question->body (question_ask.c), prints the answer, or the reply as JSON, and
 * writes the page that --html names. */
enum status question_ask(struct question *question, const char *op, const struct printer_look *look,
    struct err *err) MUST_USE;

/* STATUS_USAGE unless `id` has the form of a request id. */
enum status question_check_id(const char *id, struct err *err) MUST_USE;

#endif
