#ifndef TESTS_LINKAGE_EDITED_H
#define TESTS_LINKAGE_EDITED_H
/* edited: a copy of a shipped file with one piece of text replaced, for tests of loaders. */
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct edited {
	char folder[64];
	char path[96];
};

static inline void
edited_open(struct edited *edited)
{
	snprintf(edited->folder, sizeof edited->folder, "/tmp/linkage-test-XXXXXX");
	if (mkdtemp(edited->folder) == NULL)
		abort();
	snprintf(edited->path, sizeof edited->path, "%s/edited.json", edited->folder);
}

static inline void
edited_close(struct edited *edited)
{
	unlink(edited->path);
	rmdir(edited->folder);
}

static inline void
edited_write(const struct edited *edited, struct str text)
{
	struct err err = ERR_NONE;

	if (file_write(edited->path, text, 0600, &err) != STATUS_OK) {
		fprintf(stderr, "%s: %s\n", edited->path, err.text);
		abort();
	}
}

/* The first `from` of the original becomes `to`; a `from` that is not there is our own mistake. */
static inline void
edited_replace(const struct edited *edited, const char *original, const char *from, const char *to)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_NONE;
	const char *at;

	if (file_read(&in, original, 1 << 20, &err) != STATUS_OK)
		abort();
	at = strstr(in.p, from);
	if (at == NULL) {
		fprintf(stderr, "%s does not hold: %s\n", original, from);
		abort();
	}
	buf_add(&out, in.p, (size_t)(at - in.p));
	buf_add_text(&out, to);
	buf_add_text(&out, at + strlen(from));
	edited_write(edited, buf_str(&out));
	buf_free(&in);
	buf_free(&out);
}

#endif
