#ifndef CLIENT_REQUEST_H
#define CLIENT_REQUEST_H
/*
 * request: the body of a `check` (docs/protocol.md), made from a plain struct or read from a file.
 *
 * The words of kind, jurisdiction and review type are policy data: searchd judges them, the client
 * only that they are there.
 * Threads: plain data, pure apart from the arena.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/person.h"

struct request_person {
	struct str ref; /* "" lets searchd number them */
	struct person person;
};

struct request {
	struct str reference, kind, purpose; /* required */
	struct str jurisdiction, review_type, requester, organisation, legal_basis;
	struct str channel, received_at; /* how and when it came in */
	struct str id;	   /* a logged request in place of all these, and of people; or "" */
	struct str leg;	   /* "" for a role that searches one leg */
	struct str of;	   /* earlier check that this is the other leg of, or "" */
	struct str detail; /* "brief", or "": in full */
	const struct request_person *people;
	size_t people_count;
};

/* Refuses what searchd would refuse anyway: a required field is absent, nobody is asked about, too
 * many people, a person with nothing to search by, two people of one ref. Names the person. */
enum status request_check(const struct request *request, struct err *err) MUST_USE;

/* Likewise what request.log would refuse. */
enum status request_check_log(const struct request *request, struct err *err) MUST_USE;

/* Appends the JSON body; empty fields are left out. The same request gives the same bytes. */
void request_write(struct buf *out, const struct request *request);

/* A record that `why` asks about, and for whom. */
struct request_why {
	struct str system, record_id;
	struct str person_id; /* "": all people of the record */
	struct str check;     /* a logged check whose question is asked again, or "" */
	struct str ref;	      /* whom of it; "": the only one */
};
/* Appends the JSON body of `why`: for the first person of the request, or for the check's. */
void request_write_why(
    struct buf *out, const struct request *request, const struct request_why *why);

/* As one prints it before sending: "person 1: Katie O'Brien, born 2009-03, Leeds LS1 4AB". */
void request_describe(struct buf *out, const struct request_person *person, size_t number);

/*
 * Reads a body (request_json.c), strictly: unknown fields, wrong types, values over their limits
 * and unreadable dates are refused with the path of the field. Everything is in the arena.
 */
enum status request_read(struct request *out, struct arena *arena, struct str text,
    const char *source, struct err *err) MUST_USE;

#endif
