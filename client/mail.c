#include "client/mail.h"

#include "daemon/config.h"

#include <time.h>

#define LINE_COLUMNS 76 /* RFC 5322 2.1.1 asks for 78 at most */
#define DATE_BYTES_MAX 64

/* --- Configuration -----------------------------------------------------------------------------
 */
bool
mail_address_valid(struct str text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.!#$%&'*+/=?^_`{|}~@-";
	size_t signs = 0;

	if (text.n == 0 || text.n > MAIL_ADDRESS_BYTES_MAX || text.p[0] == '-')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\0' || strchr(allowed, text.p[i]) == NULL)
			return false;
		signs += text.p[i] == '@';
	}
	return signs == 1 && text.p[0] != '@' && text.p[text.n - 1] != '@';
}

static enum status
keep(struct str *out, struct mail_config *config, const char *path, unsigned line, struct str key,
    struct str value, struct err *err)
{
	if (out->n > 0)
		return err_data(
		    err, STATUS_INVALID, path, line, "%.*s: is there already", STR_ARG(key));
	if (!arena_copy(out, config->arena, value))
		return err_set(err, STATUS_NOMEM, "out of memory");
	return STATUS_OK;
}

static enum status
add_address(
    struct mail_config *config, const char *path, unsigned line, struct str value, struct err *err)
{
	struct mail_address *out = &config->addresses[config->count];
	struct str address = value, role;

	role = str_cut(&address, ' ');
	address = str_trim(address);
	if (!mail_address_valid(address))
		return err_data(err, STATUS_INVALID, path, line,
		    "address: expected a role and one address, such as \"director d@example.org\"");
	if (mail_address_of(config, role).n > 0)
		return err_data(err, STATUS_INVALID, path, line, "address: %.*s has one already",
		    STR_ARG(role));
	if (config->count == MAIL_ADDRESSES_MAX)
		return err_data(
		    err, STATUS_LIMIT, path, line, "address: more than %d", MAIL_ADDRESSES_MAX);
	if (!arena_copy(&out->role, config->arena, role) ||
	    !arena_copy(&out->address, config->arena, address))
		return err_set(err, STATUS_NOMEM, "out of memory");
	config->count++;
	return STATUS_OK;
}

static enum status
take(void *ctx, const char *path, unsigned line, struct str key, struct str value, struct err *err)
{
	struct mail_config *config = ctx;
	const struct {
		const char *name;
		struct str *into;
		bool is_path;
	} texts[] = { { "from", &config->from, false }, { "sendmail", &config->sendmail, true },
		{ "maildir", &config->maildir, true }, { "socket", &config->socket, false },
		{ "role", &config->role, false } };

	if (str_eq_text(key, "address"))
		return add_address(config, path, line, value, err);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (!str_eq_text(key, texts[i].name))
			continue;
		if (texts[i].is_path && value.p[0] != '/')
			return err_data(err, STATUS_INVALID, path, line,
			    "%s: expected an absolute path", texts[i].name);
		if (texts[i].into == &config->from && !mail_address_valid(value))
			return err_data(
			    err, STATUS_INVALID, path, line, "from: expected one address");
		return keep(texts[i].into, config, path, line, key, value, err);
	}
	return config_unknown(path, line, key, err);
}

enum status
mail_config_read(struct mail_config *out, struct arena *arena, const char *path, struct err *err)
{
	enum status status;

	*out = (struct mail_config){ .arena = arena,
		.from = STR_NONE,
		.sendmail = STR_NONE,
		.maildir = STR_NONE,
		.socket = STR_NONE,
		.role = STR_NONE };
	status = config_read(path, take, out, err);
	if (status != STATUS_OK)
		return status;
	if (out->from.n == 0)
		return err_data(err, STATUS_INVALID, path, 0, "from: is missing");
	if ((out->sendmail.n == 0) == (out->maildir.n == 0))
		return err_data(
		    err, STATUS_INVALID, path, 0, "expected one of sendmail and maildir");
	return STATUS_OK;
}

struct str
mail_address_of(const struct mail_config *config, struct str role)
{
	for (size_t i = 0; i < config->count; i++)
		if (str_eq(config->addresses[i].role, role))
			return config->addresses[i].address;
	return STR_NONE;
}

/* --- Text --------------------------------------------------------------------------------------
 */

/* RFC 5322 3.3, always in UTC; the names of days and months are not the locale's. */
static void
put_date(struct buf *out, int64_t now_ms)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	buf_addf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\n", days[tm.tm_wday], tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Words, broken into lines; a longer word keeps a line for itself, cut where it must be. */
static void
put_words(struct buf *out, const char *title, struct str text)
{
	struct buf safe = BUF_INIT;
	struct str rest;
	size_t column = strlen(title);

	buf_add_printable(&safe, text);
	buf_add_text(out, title);
	rest = buf_str(&safe);
	while (rest.n > 0) {
		struct str word = str_cut(&rest, ' ');
		bool first = column == 0 || column == strlen(title);

		if (!first && column + 1 + word.n > LINE_COLUMNS) {
			buf_add_char(out, '\n');
			column = 0;
			first = true;
		}
		if (!first)
			buf_add_char(out, ' ');
		/* at most 1024 bytes of reference: halves stay below the 998 of RFC 5322 2.1.1 */
		for (size_t i = 0; i < word.n; i++) {
			if (i > 0 && i % 500 == 0)
				buf_add_char(out, '\n');
			buf_add_char(out, word.p[i]);
		}
		column += (first ? 0 : 1) + word.n;
	}
	buf_add_char(out, '\n');
	out->failed = out->failed || safe.failed;
	buf_free(&safe);
}

static void
put_line(struct buf *out, const char *title, struct str text)
{
	if (text.n > 0)
		put_words(out, title, text);
}

static void
put_head(struct buf *out, const struct mail_config *config, const struct mail_notice *notice,
    struct str address, int64_t now_ms)
{
	struct str host = config->from;

	(void)str_cut(&host, '@');
	buf_addf(out, "From: %.*s\nTo: %.*s\n", STR_ARG(config->from), STR_ARG(address));
	buf_addf(
	    out, "Subject: Record check service: notice %llu\n", (unsigned long long)notice->seq);
	put_date(out, now_ms);
	/* The same each time: whoever gets it twice can see that. */
	buf_addf(out, "Message-ID: <notice.%llu.%.*s@%.*s>\n", (unsigned long long)notice->seq,
	    STR_ARG(notice->to), STR_ARG(host));
	buf_add_text(out, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
			  "Content-Type: text/plain; charset=utf-8\n"
			  "Content-Transfer-Encoding: 8bit\n\n");
}

void
mail_write(struct buf *out, const struct mail_config *config, const struct mail_notice *notice,
    struct str address, int64_t now_ms)
{
	put_head(out, config, notice, address, now_ms);
	put_words(out, "", notice->text);
	buf_add_char(out, '\n');
	put_line(out, "Reference: ", notice->reference);
	put_line(out, "Request: ", notice->request);
	put_line(out, "Check: ", notice->check);
	put_line(out, "What happened: ", notice->event);
	put_line(out, "At: ", notice->at);
	if (notice->records > 0)
		buf_addf(out, "Records concerned: %zu\n", notice->records);
	buf_addf(
	    out, "Notice: %llu, to %.*s\n", (unsigned long long)notice->seq, STR_ARG(notice->to));
	if (notice->ack_by.n > 0) {
		put_line(out, "Acknowledge by: ", notice->ack_by);
		buf_addf(out, "  client ack --notice %llu --role %.*s\n",
		    (unsigned long long)notice->seq, STR_ARG(notice->to));
	}
	buf_add_text(out, "\nThis message names nobody and no record. What it is about:\n"
			  "  client notices --role ");
	buf_add_str(out, notice->to);
	buf_add_char(out, '\n');
}
