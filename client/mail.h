#ifndef CLIENT_MAIL_H
#define CLIENT_MAIL_H
/*
 * mail: notices as mail (RFC 5322): who gets them, what they say, how they are handed over.
 *
 * A mail holds nothing personal: the reference, the names of request and check, what is to be done.
 * It is handed to the local mail program (run without a shell) or put into a maildir, whose form is
 * that of qmail's maildir(5): written and flushed in tmp, then renamed into new.
 * Threads: main only.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define MAIL_ADDRESSES_MAX 64
#define MAIL_ADDRESS_BYTES_MAX 254 /* RFC 5321 4.5.3.1.3, without the angle brackets */
#define MAIL_SECONDS_MAX 60	   /* for the mail program to take one */

struct mail_address {
	struct str role, address;
};

struct mail_config {
	struct str from;
	struct str sendmail, maildir; /* absolute; one of the two, the other "" */
	struct str socket, role;      /* "": as the command line says */
	struct mail_address addresses[MAIL_ADDRESSES_MAX];
	size_t count;
	struct arena *arena;
};

/* Every fault names file and line. In the arena. */
enum status mail_config_read(
    struct mail_config *out, struct arena *arena, const char *path, struct err *err) MUST_USE;
/* "" if the role has none. */
struct str mail_address_of(const struct mail_config *config, struct str role);
/* One address and nothing else: no list, no comment, no line end. */
bool mail_address_valid(struct str text);

struct mail_notice {
	uint64_t seq;
	struct str to, event, text, request, reference, check, at, ack_by;
	size_t records;
};
/* The whole message. `now_ms` is Unix time. */
void mail_write(struct buf *out, const struct mail_config *config, const struct mail_notice *notice,
    struct str address, int64_t now_ms);
/* STATUS_OK when the mail program has taken it, or it is flushed to disk in the maildir. */
enum status mail_deliver(
    const struct mail_config *config, struct str message, struct err *err) MUST_USE;

#endif
