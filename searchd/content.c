#include "searchd/content.h"

#include "record/person_json.h"

static void
add_header(struct buf *out, const struct case_header *header)
{
	buf_add_json(out, header->record_id);
	buf_add_json(out, header->status);
	buf_add_json(out, header->service);
	buf_add_json(out, header->nation);
	buf_addf(out, "%lld %lld", (long long)header->opened, (long long)header->closed);
}

static enum status
hash(struct content *out, struct call *call, const struct candidate *people, size_t count)
{
	struct buf text = BUF_INIT;
	struct digest digest;

	add_header(&text, &people[0].header);
	for (size_t i = 0; i < count; i++)
		person_to_json(&text, &people[i].person);
	digest_of(&digest, buf_str(&text));
	digest_hex(out->hash, &digest);
	if (buf_failed(&text)) {
		buf_free(&text);
		return err_set(&call->err, STATUS_NOMEM, "out of memory");
	}
	buf_free(&text);
	return STATUS_OK;
}

static enum status
find_at(struct content *out, struct call *call, struct leg *leg, size_t at, struct str record_id,
    bool again)
{
	struct searcher *searcher = NULL;
	const struct candidate *people = NULL;
	size_t count = 0;
	enum status status = call_searcher(&searcher, call, str_from(leg->key), again);

	if (status != STATUS_OK || searcher_fault(searcher, at) != NULL)
		return status;
	status = search_case(&people, &count, searcher, call->arena, call->worker->folder, at,
	    record_id, &call->err);
	if (status != STATUS_OK || searcher_fault(searcher, at) != NULL)
		return status;
	out->known = true;
	out->generation = snapshot_system(leg->snapshot, at)->manifest.generation;
	out->on_file = count > 0;
	return count > 0 ? hash(out, call, people, count) : STATUS_OK;
}

enum status
content_find(struct content *out, struct call *call, const struct policy_system *system,
    struct str record_id)
{
	struct leg *leg = world_leg(call->world, str_from(system->leg));
	enum status status = STATUS_OK;

	*out = (struct content){ .known = false };
	for (size_t i = 0; leg != NULL && i < leg->system_count; i++) {
		const struct leg_system *found = &leg->systems[i];
		const struct snapshot_system *state;

		if (strcmp(found->policy->key, system->key) != 0 || found->at < 0)
			continue;
		state = snapshot_system(leg->snapshot, (size_t)found->at);
		if (!state->loaded)
			continue;
		status = find_at(out, call, leg, (size_t)found->at, record_id, false);
		if (status != STATUS_STALE)
			return status;
		err_clear(&call->err);
		status = find_at(out, call, leg, (size_t)found->at, record_id, true);
	}
	return status;
}
