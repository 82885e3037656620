#include "tests/support/ledger_history.h"

#include "ledger/fold.h"

#include <stdio.h>
#include <string.h>

#define NAMES 12 /* requests, checks and records: few, so that entries meet */
#define DEPTH_MAX 3

static unsigned
below(struct ledger_history *h, unsigned n)
{
	h->state ^= h->state << 13;
	h->state ^= h->state >> 7;
	h->state ^= h->state << 17;
	return (unsigned)(h->state >> 16) % n;
}

static const char *
one_of(struct ledger_history *h, const char *const *words, size_t count)
{
	return words[below(h, (unsigned)count)];
}

#define ONE_OF(h, words) one_of((h), (words), sizeof(words) / sizeof(words)[0])

static const char *const systems[] = { "helpline", "ctac", "childline" };
static const char *const words[] = { "open", "closed", "declined", "withdrawn", "match", "no_trace",
	"qa", "childline", "possible", "probable", "certain", "this_person", "not_this_person",
	"cannot_tell", "agreed", "disputed", "consultant", "director", "public_enquiry", "imr",
	"record_secured", "2026-11-23", "" };

static const char *const texts[] = { "reference", "kind", "channel", "received_at", "jurisdiction",
	"review_type", "asked", "policy", "state", "outcome", "leg", "of", "rerun_of", "gap",
	"person_id", "grade", "event", "text", "deadline", "due_on", "milestone", "on", "verdict",
	"due", "role", "ground", "content", "as", "why" };
static const char *const numbers[] = { "generation", "by_entry", "notice", "question", "decision",
	"sharing", "seen", "due_ms", "from_ms", "to_ms", "up_to", "ack_within_hours", "people_of",
	"match_weight", "person" };
static const char *const flags[] = { "same_day", "capped", "leg_complete", "standing", "searched",
	"covered", "retracted", "second_reading", "agrees", "share", "changed", "whole",
	"withdrawn" };
static const char *const lists[] = { "people", "systems", "candidates", "secures", "to",
	"records" };

static void put_object(struct ledger_history *h, struct buf *out, unsigned depth);

static void
put_name(struct ledger_history *h, struct buf *out, const char *key)
{
	buf_addf(out, "%s\"%s\":", out->p[out->n - 1] == '{' ? "" : ",", key);
	(void)h;
}

static void
put_list(struct ledger_history *h, struct buf *out, unsigned depth)
{
	unsigned count = below(h, 4);

	buf_add_char(out, '[');
	for (unsigned i = 0; i < count; i++) {
		buf_add_text(out, i > 0 ? "," : "");
		if (below(h, 4) == 0)
			buf_addf(out, "\"%s\"", ONE_OF(h, systems));
		else
			put_object(h, out, depth + 1);
	}
	buf_add_char(out, ']');
}

static void
put_object(struct ledger_history *h, struct buf *out, unsigned depth)
{
	buf_add_char(out, '{');
	if (below(h, 8) > 0) {
		put_name(h, out, "system");
		buf_addf(out, "\"%s\"", ONE_OF(h, systems));
	}
	if (below(h, 8) > 0) {
		put_name(h, out, "record_id");
		buf_addf(out, "\"R-%u\"", below(h, NAMES));
	}
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (below(h, 2) == 0) {
			put_name(h, out, texts[i]);
			if (below(h, 30) == 0) /* not what it should be */
				buf_addf(out, "%u", below(h, 9));
			else if (strcmp(texts[i], "of") == 0 || strcmp(texts[i], "rerun_of") == 0)
				buf_addf(out, "\"CHK-%u\"", below(h, NAMES));
			else
				buf_addf(out, "\"%s\"", ONE_OF(h, words));
		}
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (below(h, 2) == 0) {
			put_name(h, out, numbers[i]);
			if (h->about > 0 && below(h, 2) == 0)
				buf_addf(out, "%llu", (unsigned long long)h->about);
			else
				buf_addf(out, below(h, 20) == 0 ? "-%u.5" : "%u", below(h, 200));
		}
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (below(h, 2) == 0) {
			put_name(h, out, flags[i]);
			buf_add_text(out, below(h, 2) == 0 ? "true" : "false");
		}
	for (size_t i = 0; i < sizeof lists / sizeof lists[0] && depth < DEPTH_MAX; i++)
		if (below(h, 2 + 2 * depth) == 0) {
			put_name(h, out, lists[i]);
			if (below(h, 6) == 0)
				buf_addf(out, "%u", below(h, 3));
			else
				put_list(h, out, depth);
		}
	buf_add_char(out, '}');
}

static size_t
pick_fold(struct ledger_history *h)
{
	unsigned count = 0;

	while (folds_at(count) != NULL)
		count++;
	return below(h, count);
}

/* Those that the ledger makes itself are not the caller's. */
static const char *
pick_kind(struct ledger_history *h, size_t fold)
{
	const char *const *kinds = folds_at(fold)->kinds;
	unsigned count = 0;
	const char *kind;

	while (kinds[count] != NULL)
		count++;
	do
		kind = kinds[below(h, count)];
	while (strcmp(kind, "secure") == 0 || strcmp(kind, "release") == 0);
	return kind;
}

static void
fill_entry(struct ledger_history *h, size_t i)
{
	struct ledger_entry *entry = &h->entries[i];
	unsigned past = below(h, LEDGER_HISTORY_PAST);

	h->about = past < h->past_count && below(h, 3) > 0 ? h->past[past].seq : 0;
	if (h->about > 0)
		snprintf(h->requests[i], sizeof h->requests[i], "%s", h->past[past].request);
	else
		snprintf(h->requests[i], sizeof h->requests[i], "REQ-%u", below(h, NAMES));
	h->folds[i] = h->about > 0 ? h->past[past].fold : pick_fold(h);
	snprintf(h->checks[i], sizeof h->checks[i], "CHK-%u", below(h, NAMES));
	buf_clear(&h->bodies[i]);
	put_object(h, &h->bodies[i], 0);
	*entry = (struct ledger_entry){ .kind = pick_kind(h, h->folds[i]),
		.at_ms = h->at_ms,
		.user = below(h, 2) == 0 ? STR_LIT("amina") : STR_LIT("bo"),
		.role = STR_LIT("qa_officer"),
		.body = buf_str(&h->bodies[i]) };
	if (below(h, 8) > 0)
		entry->request = str_from(h->requests[i]);
	if (below(h, 3) > 0)
		entry->check = str_from(h->checks[i]);
	if (below(h, 6) == 0)
		entry->secret = STR_LIT("{\"name\":\"Invented\"}");
}

void
ledger_history_next(struct ledger_batch *out, struct ledger_history *h)
{
	size_t count = 1 + below(h, LEDGER_HISTORY_ENTRIES);

	/* now and then the clock is set back, or jumps */
	h->at_ms += below(h, 40) == 0 ? -(int64_t)below(h, 90000000) : (int64_t)below(h, 5000000);
	for (size_t i = 0; i < count; i++)
		fill_entry(h, i);
	for (size_t i = 0; i < LEDGER_HISTORY_CHANGES; i++) {
		snprintf(h->records[i], sizeof h->records[i], "R-%u", below(h, NAMES));
		h->changes[i].system = str_from(ONE_OF(h, systems));
		h->changes[i].record_id = str_from(h->records[i]);
	}
	*out = (struct ledger_batch){ .entries = h->entries, .entry_count = count };
	if (below(h, 3) == 0) {
		out->secures = h->changes;
		out->secure_count = 1 + below(h, 2);
	}
	if (below(h, 6) == 0) {
		out->releases = &h->changes[2];
		out->release_count = 1;
	}
}

void
ledger_history_done(struct ledger_history *h, const struct ledger_batch *batch, uint64_t seq)
{
	for (size_t i = 0; i < batch->entry_count; i++) {
		unsigned at = below(h, LEDGER_HISTORY_PAST);

		at = at < h->past_count || h->past_count == LEDGER_HISTORY_PAST ? at
										: h->past_count++;
		h->past[at].seq = seq + i;
		h->past[at].fold = h->folds[i];
		snprintf(h->past[at].request, sizeof h->past[at].request, "%s", h->requests[i]);
	}
}

void
ledger_history_free(struct ledger_history *h)
{
	for (size_t i = 0; i < LEDGER_HISTORY_ENTRIES; i++)
		buf_free(&h->bodies[i]);
}
