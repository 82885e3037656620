#include "searchd/register_watch.h"

#include "daemon/log.h"
#include "ledger/register.h"
#include "searchd/background.h"
#include "searchd/content.h"
#include "searchd/notices.h"
#include "searchd/put.h"

#define PAGE 500 /* records of one batch: bodies of some 60 kB */

/* What the records of one page turned out to be. */
struct page {
	const struct policy_system *system;
	uint64_t generation;
	struct ledger_registered *records;
	size_t count;
	struct buf gone, back, seen; /* items of lists of JSON, with commas */
	struct ledger_secure *missing;
	size_t missing_count;
	bool news; /* somebody was seen in this generation for the first time */
};

static void
add_name(struct buf *out, struct str record_id)
{
	if (out->n > 0)
		buf_add_char(out, ',');
	buf_add_json(out, record_id);
}

static void
add_content(struct buf *out, const struct ledger_registered *record, const struct content *content)
{
	if (out->n > 0)
		buf_add_char(out, ',');
	buf_add_char(out, '{');
	put_text(out, "record_id", record->record_id);
	put_text(out, "content", str_from(content->hash));
	put_bool(out, "changed", record->content.n > 0);
	buf_add_char(out, '}');
}

/* A record that no export ever had (secured by hand as absent) cannot go missing. */
static void
judge(struct page *page, const struct ledger_registered *record, const struct content *content)
{
	if (!content->on_file && record->missing_seq == 0 && record->generation > 0) {
		add_name(&page->gone, record->record_id);
		page->missing[page->missing_count++] =
		    (struct ledger_secure){ record->system, record->record_id };
	}
	if (content->on_file && record->missing_seq > 0)
		add_name(&page->back, record->record_id);
	if (content->on_file && !str_eq_text(record->content, content->hash))
		add_content(&page->seen, record, content);
}

/* False: the system cannot be read, or is another generation by now. */
static bool
judge_all(struct page *page, struct call *call, const struct background *background)
{
	page->missing = arena_alloc(call->arena, page->count + 1, sizeof *page->missing);
	if (page->missing == NULL)
		return false;
	for (size_t i = 0; i < page->count; i++) {
		const struct ledger_registered *record = &page->records[i];
		struct content content;

		if (record->generation == page->generation && record->missing_seq == 0)
			continue; /* secured in this generation */
		if (atomic_load(&world_leg(call->world, str_from(page->system->leg))->suspect) ||
		    background_should_end(background, call) ||
		    content_find(&content, call, page->system, record->record_id) != STATUS_OK ||
		    !content.known || content.generation != page->generation)
			return false;
		judge(page, record, &content);
		page->news = page->news || content.on_file;
	}
	return true;
}

static struct ledger_entry
entry_of(struct call *call, struct buf *body, const char *kind, const struct page *page,
    const struct buf *items, bool whole)
{
	struct ledger_entry entry = call_entry(call, kind);

	buf_add_char(body, '{');
	put_text(body, "system", str_from(page->system->key));
	put_number(body, "generation", page->generation);
	key(body, "records");
	buf_add_char(body, '[');
	buf_add_str(body, buf_str(items));
	buf_add_char(body, ']');
	if (whole)
		put_bool(body, "whole", true);
	buf_add_char(body, '}');
	body->failed = body->failed || items->failed;
	entry.body = buf_str(body);
	return entry;
}

/* All that was found of a page in one batch; `whole` says that it is the last page. */
static bool
append(struct call *call, const struct page *page, bool whole)
{
	const struct notice_about about = { .records = page->missing,
		.record_count = page->missing_count };
	struct buf gone = BUF_INIT, back = BUF_INIT, seen = BUF_INIT;
	struct ledger_entry entries[4];
	size_t count = 0;
	enum wire_code code = WIRE_OK;

	if (page->gone.n > 0)
		entries[count++] =
		    entry_of(call, &gone, "register_alarm", page, &page->gone, false);
	if (page->gone.n > 0)
		code = notices_add(entries, &count, call, "register_alarm", &about);
	if (page->back.n > 0)
		entries[count++] =
		    entry_of(call, &back, "register_cleared", page, &page->back, false);
	if (page->seen.n > 0 || whole)
		entries[count++] = entry_of(call, &seen, "register_seen", page, &page->seen, whole);
	if (code == WIRE_OK && (buf_failed(&gone) || buf_failed(&back) || buf_failed(&seen)))
		code = call_fault(call, err_set(&call->err, STATUS_NOMEM, "out of memory"));
	if (code == WIRE_OK && count > 0) {
		const struct ledger_batch batch = { .entries = entries, .entry_count = count };

		code = call_append(call, &batch);
	}
	buf_free(&gone);
	buf_free(&back);
	buf_free(&seen);
	return code == WIRE_OK;
}

static void
log_alarm(const struct page *page)
{
	struct log_line line;

	if (page->missing_count == 0)
		return;
	log_begin(&line, LOG_LEVEL_ERROR, STR_NONE, "register_alarm");
	log_text(&line, "system", str_from(page->system->key));
	log_number(&line, "generation", (int64_t)page->generation);
	log_number(&line, "missing", (int64_t)page->missing_count);
	log_end(&line);
}

/* *after is the last record of the page before; *more says whether another follows, *news whether
 * there was anything to say of a page so far. */
static bool
look_at_page(struct call *call, const struct background *background,
    const struct policy_system *system, uint64_t generation, struct buf *after, bool *more,
    bool *news)
{
	struct page page = { .system = system,
		.generation = generation,
		.gone = BUF_INIT,
		.back = BUF_INIT,
		.seen = BUF_INIT };
	const struct ledger_register_filter filter = { .system = str_from(system->key),
		.request = STR_NONE,
		.after_system = after->n > 0 ? str_from(system->key) : STR_NONE,
		.after_record = buf_str(after),
		.most = PAGE };
	bool good;

	background_begin(call);
	good = ledger_register_list(&page.records, &page.count, call->shared->ledger, call->arena,
		   &filter, &call->err) == STATUS_OK;
	*more = good && page.count == PAGE;
	good = good && judge_all(&page, call, background);
	*news = *news || page.news || page.gone.n > 0;
	if (good)
		good = append(call, &page, !*more && *news);
	if (good && page.count > 0) {
		log_alarm(&page);
		buf_clear(after);
		buf_add_str(after, page.records[page.count - 1].record_id);
	}
	buf_free(&page.gone);
	buf_free(&page.back);
	buf_free(&page.seen);
	return good && !after->failed;
}

static bool
look_into(struct call *call, const struct background *background,
    const struct policy_system *system, uint64_t generation)
{
	struct buf after = BUF_INIT;
	uint64_t looked = 0;
	bool more = true, news = false, good;

	good = ledger_register_looked(
		   &looked, call->shared->ledger, str_from(system->key), &call->err) == STATUS_OK;
	if (good && looked == generation)
		return true;
	while (good && more)
		good = look_at_page(call, background, system, generation, &after, &more, &news);
	buf_free(&after);
	return good;
}

bool
register_watch(struct call *call, const struct background *background)
{
	bool whole = true;

	for (size_t i = 0; i < call->world->leg_count; i++) {
		const struct leg *leg = call->world->legs[i];

		for (size_t j = 0; j < leg->system_count; j++) {
			const struct leg_system *system = &leg->systems[j];
			const struct snapshot_system *state =
			    system->at < 0 ? NULL
					   : snapshot_system(leg->snapshot, (size_t)system->at);

			/* One that is kept for a newer one that cannot be read says nothing. */
			if (state == NULL || !state->loaded || system->note[0] != '\0')
				continue;
			if (!look_into(
				call, background, system->policy, state->manifest.generation)) {
				if (call->err.status != STATUS_OK)
					log_err(
					    LOG_LEVEL_ERROR, "register_look_failed", &call->err);
				whole = false;
			}
		}
	}
	return whole;
}
