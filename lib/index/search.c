#include "index/search.h"

#include "base/mem.h"
#include "base/pair.h"
#include "index/snapshot_parts.h"
#include "index/terms_layout.h"
#include "linkage/reach.h"
#include "record/codec.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Sums of the same doubles in another order differ in the last places (record_index_xapian.cc). */
#define BITS_EPSILON 1e-6
/* Hits from which on two threads score: a hit takes some 8 us, a thread some 20 to wake. */
#define PAIR_FROM 8

struct searcher {
	const struct snapshot *snapshot;
	struct index_reader *reader;
	struct scorer scorer;
	struct arena *hits; /* of one question: plan and documents */
	struct index_shard shards[SEARCH_SYSTEMS_MAX];
	size_t system_of[SEARCH_SYSTEMS_MAX]; /* the snapshot's number of a reader's shard */
	size_t shard_count;
	index_stop *stop;
	void *stop_ctx;
	struct pair *pair; /* NULL: none */
	struct folder *second_folder;
	struct arena *second; /* of the pair's second thread: what it looks at and throws away */
	struct expansions *expansions;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Opening ------------------------------------------------------------------------------- */
static void
list_shards(struct searcher *searcher)
{
	const struct snapshot *snapshot = searcher->snapshot;

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_shard *shard = &snapshot->shards[i];

		if (!snapshot->systems[i].loaded)
			continue;
		searcher->system_of[searcher->shard_count] = i;
		searcher->shards[searcher->shard_count++] =
		    (struct index_shard){ shard->folder, shard->superseded, shard->superseded_count,
			    shard->files, shard->signatures, shard->lists };
	}
}

enum status
searcher_open(struct searcher **out, const struct snapshot *snapshot, const struct model *model,
    const struct lexicon *lexicon, struct err *err)
{
	struct searcher *searcher = mem_zero(1, sizeof *searcher);
	enum status status = STATUS_OK;

	if (searcher == NULL)
		return no_memory(err);
	searcher->snapshot = snapshot;
	searcher->hits = arena_new(0);
	if (searcher->hits == NULL)
		status = no_memory(err);
	if (status == STATUS_OK)
		status = expansions_new(&searcher->expansions, err);
	searcher->scorer = (struct scorer){ model, lexicon,
		{ vocabulary_people, snapshot->vocabulary, snapshot->people },
		score_prior(model, snapshot->people), { NULL, NULL, NULL }, NULL };
	list_shards(searcher);
	if (status == STATUS_OK)
		status = index_reader_open_any(
		    &searcher->reader, searcher->shards, searcher->shard_count, err);
	if (status == STATUS_OK)
		*out = searcher;
	else
		searcher_close(searcher);
	return status;
}

void
searcher_close(struct searcher *searcher)
{
	if (searcher == NULL)
		return;
	index_reader_close(searcher->reader);
	arena_free(searcher->hits);
	arena_free(searcher->second);
	expansions_free(searcher->expansions);
	mem_free(searcher);
}

const struct scorer *
searcher_scorer(const struct searcher *searcher)
{
	return &searcher->scorer;
}

static bool
find_shard(uint32_t *shard, const struct searcher *searcher, size_t system)
{
	for (uint32_t i = 0; i < searcher->shard_count; i++)
		if (searcher->system_of[i] == system) {
			*shard = i;
			return true;
		}
	return false;
}

const struct err *
searcher_fault(const struct searcher *searcher, size_t system)
{
	uint32_t shard = 0;

	return find_shard(&shard, searcher, system) ? index_reader_fault(searcher->reader, shard)
						    : NULL;
}

void
searcher_leave_out(struct searcher *searcher, size_t system, const struct err *why)
{
	uint32_t shard = 0;

	if (find_shard(&shard, searcher, system))
		index_reader_leave_out(searcher->reader, shard, why);
}

void
searcher_set_stop(struct searcher *searcher, index_stop *stop, void *ctx)
{
	searcher->stop = stop;
	searcher->stop_ctx = ctx;
	index_reader_set_stop(searcher->reader, stop, ctx);
}

void
searcher_set_pair(struct searcher *searcher, struct pair *pair, struct folder *second)
{
	if (searcher->second == NULL)
		searcher->second = arena_new(0);
	searcher->pair = searcher->second == NULL ? NULL : pair;
	searcher->second_folder = second;
	index_reader_set_pair(searcher->reader, searcher->pair);
}

/* --- One document -------------------------------------------------------------------------- */
/* STATUS_CORRUPT: the document is none of ours. */
static enum status
decode_person(struct candidate *out, struct searcher *searcher, struct arena *arena,
    const struct index_hit *hit, struct err *err)
{
	struct err fault = ERR_NONE;
	enum status status = codec_decode(&out->header, &out->person, arena, hit->data, &fault);

	out->system = searcher->system_of[hit->shard];
	if (status != STATUS_OK)
		return err_data(
		    err, status, searcher->shards[hit->shard].folder, 0, "%s", fault.text);
	return STATUS_OK;
}

static enum status
decode(struct candidate *out, struct searcher *searcher, struct arena *arena, struct folder *folder,
    const struct index_hit *hit, struct err *err)
{
	enum status status = decode_person(out, searcher, arena, hit, err);

	if (status != STATUS_OK)
		return status;
	return features_make(
	    &out->features, arena, folder, searcher->scorer.lexicon, &out->person, err);
}

/* --- Asking for a person ------------------------------------------------------------------- */
struct question {
	struct searcher *searcher;
	struct arena *arena; /* the caller's: what is kept */
	struct folder *folder;
	const struct features *query;
	double floor, family_floor;
	const struct search_known *known; /* NULL: nothing was asked before */
	struct scorer scorer; /* the searcher's, with how common the query's values are */
	struct reach reach;   /* of scoring hits */
};

static bool
is_wanted(const struct candidate *candidate, const struct question *question)
{
	return candidate->score.match_weight >= question->floor ||
	       (candidate->kinship.relation != RELATION_NONE &&
		   candidate->kinship.bits >= question->family_floor);
}

static void
score_candidate(struct candidate *out, const struct question *question)
{
	const struct scorer *scorer = &question->scorer;

	score_people(&out->score, scorer, question->query, &out->features);
	relation_of(&out->kinship, scorer, &out->score, question->query, &out->features);
}

_Static_assert((int)FEATURES_NAMES == (int)SCORE_NAMES &&
		   (int)FEATURES_ADDRESSES == (int)SCORE_ADDRESSES &&
		   (int)FEATURES_REST == (int)SCORE_REST,
    "a step of a score takes the features of its name");

static enum status
take_step(struct candidate *out, const struct question *question, unsigned step, struct err *err)
{
	enum status status = features_add(&out->features, question->arena, question->folder,
	    question->scorer.lexicon, &out->person, step, err);

	if (status == STATUS_OK)
		score_compare(
		    &out->score, &question->scorer, question->query, &out->features, step);
	return status;
}

/*
 * hit->granted must be the sum over the plan's groups of the best term that the document carries,
 * nothing taken off (reach.h).
 *
 * Features and score of a person, what is cheap first, until it is plain that the person is not
 * wanted: of a hundred some five are, and most others are done for by the date of birth.
 */
static enum status
score_while_hopeful(struct candidate *out, bool *wanted, const struct question *question,
    const struct index_hit *hit, struct err *err)
{
	unsigned open = SCORE_NAMES | SCORE_ADDRESSES;
	enum status status;

	*wanted = false;
	features_begin(&out->features, &out->person);
	score_begin(&out->score, &question->scorer);
	status = take_step(out, question, SCORE_REST, err);
	while (status == STATUS_OK && open != 0) {
		const struct reach_known known = { &out->score, &out->features, &out->person,
			hit->granted, open };
		unsigned step = reach_next(&question->reach, &known);

		if (step == 0)
			return STATUS_OK;
		status = take_step(out, question, step, err);
		open &= ~step;
	}
	if (status != STATUS_OK)
		return status;
	score_end(&out->score);
	relation_of(&out->kinship, &question->scorer, &out->score, question->query, &out->features);
	*wanted = is_wanted(out, question);
	return STATUS_OK;
}

/* What is not wanted leaves nothing in the caller's arena, so that the answer holds no more than
 * what it shows. */
static enum status
score_hit(struct candidate *out, bool *kept, const struct question *question,
    const struct index_hit *hit, struct err *err)
{
	struct arena_mark before = arena_mark(question->arena);
	struct index_hit copy = *hit;
	enum status status;

	*kept = false;
	if (!arena_copy(&copy.data, question->arena, hit->data))
		return no_memory(err);
	status = decode_person(out, question->searcher, question->arena, &copy, err);
	if (status == STATUS_OK)
		status = score_while_hopeful(out, kept, question, &copy, err);
	if (status != STATUS_OK)
		return status;
	if (!*kept)
		arena_rewind(question->arena, before);
	return STATUS_OK;
}

static int
by_person(const struct candidate *x, const struct candidate *y)
{
	int order;

	if (x->system != y->system)
		return x->system < y->system ? -1 : 1;
	order = str_cmp(x->header.record_id, y->header.record_id);
	return order != 0 ? order : str_cmp(x->person.id, y->person.id);
}

bool
candidate_same_person(const struct candidate *a, const struct candidate *b)
{
	return by_person(a, b) == 0;
}

static int
by_person_best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = by_person(x, y);

	if (order != 0)
		return order;
	return x->score.match_weight > y->score.match_weight
		   ? -1
		   : x->score.match_weight < y->score.match_weight;
}

static int
by_weight(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->score.match_weight > y->score.match_weight)
		return -1;
	if (x->score.match_weight < y->score.match_weight)
		return 1;
	return by_person(x, y);
}

/* One person of one record once, with the best score; then best first. */
static size_t
order_candidates(struct candidate *list, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;
	qsort(list, count, sizeof *list, by_person_best_first);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && by_person(&list[kept - 1], &list[i]) == 0)
			continue;
		if (kept != i)
			list[kept] = list[i];
		kept++;
	}
	qsort(list, kept, sizeof *list, by_weight);
	return kept;
}

/*
 * Files changed since they were hashed are not read: Xapian 1.4.22 reads past its buffers where a
 * length in a block is wrong (seen under AddressSanitizer), so even trying is no answer.
 */
static void
leave_out_if_changed(struct searcher *searcher, uint32_t shard)
{
	const struct err why = { .status = STATUS_CORRUPT,
		.text = "its files changed while in use" };

	if (index_reader_fault(searcher->reader, shard) == NULL &&
	    snapshot_changed(searcher->snapshot, searcher->system_of[shard]))
		index_reader_leave_out(searcher->reader, shard, &why);
}

static void
leave_out_changed(struct searcher *searcher)
{
	for (uint32_t i = 0; i < searcher->shard_count; i++)
		leave_out_if_changed(searcher, i);
}

/* The candidates of a system that turned out to be unreadable go. */
static size_t
drop_left_out(struct candidate *list, size_t count, const struct searcher *searcher)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (searcher_fault(searcher, list[i].system) != NULL)
			continue;
		if (kept != i)
			list[kept] = list[i];
		kept++;
	}
	return kept;
}

/* A document that is none of ours leaves its system out. */
static enum status
score_or_leave_out(struct candidate *out, bool *kept, const struct question *question,
    const struct index_hit *hit, struct err *err)
{
	struct searcher *searcher = question->searcher;
	struct err fault = ERR_NONE;
	enum status status;

	*kept = false;
	if (searcher->stop != NULL && searcher->stop(searcher->stop_ctx))
		return err_set(err, STATUS_TIMEOUT, "the search took too long");
	if (index_reader_fault(searcher->reader, hit->shard) != NULL)
		return STATUS_OK;
	status = score_hit(out, kept, question, hit, &fault);
	if (status == STATUS_OK)
		return STATUS_OK;
	*kept = false;
	if (status == STATUS_NOMEM)
		return err_set(err, status, "%s", fault.text);
	index_reader_leave_out(searcher->reader, hit->shard, &fault);
	return STATUS_OK;
}

/*
 * Hits are taken by both threads of a pair. Of a hundred that are scored some five are wanted: the
 * second thread only says which, from memory of its own, and the first one scores these again into
 * the caller's.
 */
struct scoring {
	const struct question *question;
	const struct index_hit *hits;
	size_t count;
	_Atomic size_t next;
	bool *again;			  /* of each hit: for the first thread to score */
	struct score_asked *second_asked; /* the second thread's own */

	/* The first thread's. */
	struct candidate *all;
	size_t kept;
	enum status status;
	struct err *err;
};

static void
score_one(struct scoring *scoring, size_t i)
{
	bool kept = false;

	scoring->status = score_or_leave_out(&scoring->all[scoring->kept], &kept, scoring->question,
	    &scoring->hits[i], scoring->err);
	scoring->kept += kept;
}

/* What it cannot decide (time is up, the document is none of ours) is the first one's too. */
static void
look_at_one(struct scoring *scoring, const struct question *question, size_t i)
{
	const struct searcher *searcher = question->searcher;
	struct candidate candidate;
	bool kept = false;

	scoring->again[i] =
	    (searcher->stop != NULL && searcher->stop(searcher->stop_ctx)) ||
	    score_hit(&candidate, &kept, question, &scoring->hits[i], NULL) != STATUS_OK || kept;
	arena_reset(searcher->second);
}

/* pair_run()'s */
static void
score_some(void *ctx, unsigned which)
{
	struct scoring *scoring = ctx;
	struct question second = *scoring->question;
	size_t i;

	second.arena = second.searcher->second;
	second.folder = second.searcher->second_folder;
	second.scorer.asked = scoring->second_asked;
	while ((i = atomic_fetch_add(&scoring->next, 1)) < scoring->count)
		if (which == 1)
			look_at_one(scoring, &second, i);
		else if (scoring->status == STATUS_OK)
			score_one(scoring, i);
}

static enum status
score_all(struct scoring *scoring)
{
	struct searcher *searcher = scoring->question->searcher;
	struct pair *pair = scoring->count >= PAIR_FROM ? searcher->pair : NULL;

	scoring->all = arena_alloc(searcher->hits, scoring->count, sizeof *scoring->all);
	scoring->again = arena_alloc(searcher->hits, scoring->count, sizeof *scoring->again);
	if (scoring->all == NULL || scoring->again == NULL)
		return no_memory(scoring->err);
	if (pair != NULL) {
		scoring->second_asked =
		    score_ask(searcher->hits, &searcher->scorer, scoring->question->query);
		if (scoring->second_asked == NULL)
			return no_memory(scoring->err);
	}
	pair_run(pair, score_some, scoring);
	for (size_t i = 0; i < scoring->count && scoring->status == STATUS_OK; i++)
		if (scoring->again[i])
			score_one(scoring, i);
	return scoring->status;
}

static enum status
score_hits(struct search_result *out, const struct question *question, const struct index_hit *hits,
    size_t count, struct err *err)
{
	struct scoring scoring = { .question = question, .hits = hits, .count = count, .err = err };
	struct candidate *all, *list;
	size_t kept;
	enum status status = score_all(&scoring);

	if (status != STATUS_OK)
		return status;
	all = scoring.all;
	kept = scoring.kept;
	leave_out_changed(question->searcher); /* read meanwhile, so maybe wrong */
	kept = order_candidates(all, drop_left_out(all, kept, question->searcher));
	list = arena_alloc(question->arena, kept, sizeof *list);
	if (list == NULL)
		return no_memory(err);
	if (kept > 0)
		memcpy(list, all, kept * sizeof *list);
	out->candidates = list;
	out->count = kept;
	out->scored = count;
	return STATUS_OK;
}

/* --- How common the query's values are ------------------------------------------------------- */
#define NOT_COUNTED UINT64_MAX

/* Of equal terms the commoner one counts: a house is found by its number or its name. NOT_COUNTED
 * if there is none. */
static enum status
count_terms(uint64_t *out, struct searcher *searcher, const struct terms_list *list, double tag,
    struct err *err)
{
	uint64_t count;

	*out = NOT_COUNTED;
	for (size_t i = 0; i < list->count; i++) {
		enum status status;

		if (fabs(list->terms[i].bits - tag) > 0.5)
			continue;
		status = index_reader_frequency(searcher->reader, &count, list->terms[i].term, err);
		if (status != STATUS_OK)
			return status;
		*out = *out == NOT_COUNTED || count > *out ? count : *out;
	}
	return STATUS_OK;
}

static double
share_of_count(const struct searcher *searcher, uint64_t count, const struct model_level *level)
{
	const struct scorer *scorer = &searcher->scorer;

	if (count == NOT_COUNTED)
		return 0;
	return frequency_value_share(scorer->model, scorer->frequency.people, count, level);
}

static uint64_t
greater_count(uint64_t a, uint64_t b)
{
	if (a == NOT_COUNTED || b == NOT_COUNTED)
		return a == NOT_COUNTED ? b : a;
	return a > b ? a : b;
}

/* Terms are told apart by the level that they are for, which stands in for their bits. Pieces of
 * near values tell how common the pieces are, so those levels keep the model's u. */
#define NO_LEVEL (-1.0)

static enum status
share_of_address(double shares[ADDRESS_LEVEL_COUNT], struct searcher *searcher, struct arena *arena,
    const struct feature_address *address, struct err *err)
{
	const struct terms_address_bits tags = { .postcode_number = ADDRESS_POSTCODE_NUMBER,
		.postcode = ADDRESS_POSTCODE,
		.number_street = ADDRESS_NUMBER_STREET,
		.number_street_near = NO_LEVEL,
		.sector = ADDRESS_SECTOR,
		.outcode = ADDRESS_OUTCODE,
		.street_town = ADDRESS_STREET_TOWN,
		.street = ADDRESS_STREET,
		.street_near = NO_LEVEL,
		.town = ADDRESS_TOWN };
	struct terms_list list = { .arena = arena };
	uint64_t counts[ADDRESS_LEVEL_COUNT];
	enum status status = STATUS_OK;

	terms_add_address(&list, address, &tags);
	if (list.failed)
		return no_memory(err);
	for (int level = 0; status == STATUS_OK && level < ADDRESS_LEVEL_COUNT; level++)
		status = count_terms(&counts[level], searcher, &list, level, err);
	if (status != STATUS_OK)
		return status;
	/* Levels that share the terms of others. */
	counts[ADDRESS_NEIGHBOUR] =
	    greater_count(counts[ADDRESS_POSTCODE], counts[ADDRESS_STREET_TOWN]);
	counts[ADDRESS_POSTCODE_APART] = counts[ADDRESS_POSTCODE];
	counts[ADDRESS_TOWN_APART] = counts[ADDRESS_TOWN];
	for (int level = 0; level < ADDRESS_LEVEL_COUNT; level++)
		shares[level] = share_of_count(
		    searcher, counts[level], &searcher->scorer.model->address[level]);
	shares[ADDRESS_DIFFERENT] = 0;
	return status;
}

typedef void add_contacts(
    struct terms_list *list, double bits, double near_bits, const struct features *features);

static enum status
share_of_contacts(const double **out, struct searcher *searcher, struct arena *arena,
    const struct feature_contact *contacts, size_t count, bool phones, struct err *err)
{
	const struct model *model = searcher->scorer.model;
	const struct model_level *same =
	    phones ? &model->phone[CONTACT_SAME] : &model->email[CONTACT_SAME];
	double *shares = arena_alloc(arena, count, sizeof *shares);
	add_contacts *add = phones ? terms_add_phones : terms_add_emails;
	enum status status = STATUS_OK;

	if (shares == NULL)
		return no_memory(err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct features one = { .phones = &contacts[i],
			.phone_count = 1,
			.emails = &contacts[i],
			.email_count = 1 };
		struct terms_list list = { .arena = arena };
		uint64_t have;

		add(&list, CONTACT_SAME, NO_LEVEL, &one);
		if (list.failed)
			return no_memory(err);
		status = count_terms(&have, searcher, &list, CONTACT_SAME, err);
		if (status == STATUS_OK)
			shares[i] = share_of_count(searcher, have, same);
	}
	*out = shares;
	return status;
}

enum status
searcher_values(struct score_values *out, struct searcher *searcher, struct arena *arena,
    const struct features *query, struct err *err)
{
	struct score_place *addresses = arena_alloc(arena, query->address_count, sizeof *addresses);
	enum status status = STATUS_OK;

	*out = (struct score_values){ .addresses = addresses };
	if (addresses == NULL)
		return no_memory(err);
	for (size_t i = 0; status == STATUS_OK && i < query->address_count; i++)
		status = share_of_address(
		    addresses[i].share, searcher, arena, &query->addresses[i], err);
	if (status == STATUS_OK)
		status = share_of_contacts(
		    &out->phones, searcher, arena, query->phones, query->phone_count, true, err);
	if (status == STATUS_OK)
		status = share_of_contacts(
		    &out->emails, searcher, arena, query->emails, query->email_count, false, err);
	return status;
}

/* Tokens that are expanded before the plan is made; more of them, the plan expands. */
#define AHEAD_MAX 32
struct beginning {
	struct question *question;
	struct str tokens[AHEAD_MAX];
	const struct neighbour *near[AHEAD_MAX];
	size_t counts[AHEAD_MAX];
	bool done[AHEAD_MAX]; /* what is not, the plan does, and says why it cannot */
	size_t count;
	_Atomic size_t next;
	enum status status; /* of counting */
	struct err *err;
};

static void
note_token(struct beginning *beginning, struct str token)
{
	for (size_t i = 0; i < beginning->count; i++)
		if (str_eq(beginning->tokens[i], token))
			return;
	if (beginning->count < AHEAD_MAX &&
	    !expansions_has(beginning->question->searcher->expansions, token))
		beginning->tokens[beginning->count++] = token;
}

static void
list_tokens(struct beginning *beginning)
{
	const struct features *query = beginning->question->query;

	for (size_t i = 0; i < query->name_count; i++)
		for (uint8_t k = 0; k < query->names[i].count; k++)
			note_token(beginning, query->names[i].tokens[k].text);
}

/* pair_run()'s */
static void
begin_some(void *ctx, unsigned which)
{
	struct beginning *beginning = ctx;
	struct question *question = beginning->question;
	struct searcher *searcher = question->searcher;
	struct arena *arena = which == 1 ? searcher->second : searcher->hits;
	size_t i;

	if (which == 0)
		beginning->status = searcher_values(
		    &question->scorer.values, searcher, arena, question->query, beginning->err);
	while ((i = atomic_fetch_add(&beginning->next, 1)) < beginning->count)
		beginning->done[i] =
		    vocabulary_expand(&beginning->near[i], &beginning->counts[i], arena,
			searcher->snapshot->vocabulary, searcher->scorer.lexicon,
			beginning->tokens[i], NULL) == STATUS_OK;
}

/* A new question: the last one's plan and documents go. How common its values are is counted by
 * the first thread, which the reader belongs to, while the second one begins to expand its tokens.
 */
static enum status
begin(struct question *question, struct err *err)
{
	struct searcher *searcher = question->searcher;
	struct beginning beginning = { .question = question, .err = err };

	arena_reset(searcher->hits);
	question->scorer = searcher->scorer;
	question->scorer.asked = score_ask(searcher->hits, &searcher->scorer, question->query);
	if (question->scorer.asked == NULL)
		return no_memory(err);
	list_tokens(&beginning);
	if (searcher->pair != NULL)
		arena_reset(searcher->second);
	pair_run(beginning.count > 0 ? searcher->pair : NULL, begin_some, &beginning);
	for (size_t i = 0; i < beginning.count; i++)
		if (beginning.done[i])
			expansions_put(searcher->expansions, beginning.tokens[i], beginning.near[i],
			    beginning.counts[i]);
	return beginning.status;
}

/* The least bits of evidence that a document must be able to reach, free ones left out. Family
 * weight has a prior of its own. */
static double
least_evidence(const struct question *question)
{
	const struct scorer *scorer = &question->scorer;
	double floor =
	    fmin(question->floor, question->family_floor - relation_prior_gain(scorer->model));

	return floor - scorer->prior;
}

/* By how much more than before those must weigh who were not found before. A sex that was not told
 * before gives its bits to all. */
static double
least_gain(const struct question *question, const struct term_plan *plan)
{
	const struct search_known *known = question->known;
	double gain = question->floor - known->told_floor;

	if (known->told->sex == SEX_UNKNOWN)
		gain -= plan->free_bits;
	return isfinite(gain) ? fmax(0, gain) : 0;
}

/* Family weight is at least 0 for those who live together (relation.h). */
static enum status
make_plan(struct term_plan *out, struct question *question, struct err *err)
{
	struct searcher *searcher = question->searcher;
	const struct vocabulary *vocabulary = searcher->snapshot->vocabulary;
	double least = question->family_floor <= 0 ? least_evidence(question) : 0;
	enum status status;

	if (question->known == NULL)
		status = terms_of_query(out, searcher->hits, &question->scorer, vocabulary,
		    searcher->expansions, question->query, least, err);
	else
		status = terms_of_more(out, searcher->hits, &question->scorer, vocabulary,
		    searcher->expansions, question->query, question->known->told, err);
	if (status == STATUS_OK && question->known != NULL)
		out->least_gain = least_gain(question, out);
	if (status == STATUS_OK)
		reach_init(&question->reach, &question->scorer, question->query, question->floor,
		    question->family_floor, least - out->free_bits);
	return status;
}

/* What signatures are asked for. A namesake's family weight is a match weight (relation.h). */
static enum status
make_signature_query(const struct signature_query **out, const struct question *question,
    const struct term_plan *plan, struct err *err)
{
	const struct scorer *scorer = &question->scorer;
	double gain = relation_prior_gain(scorer->model);
	struct signature_floors floors = {
		.match = question->floor - scorer->prior - plan->free_bits,
		.family = question->family_floor - scorer->prior - fmax(gain, plan->free_bits),
	};

	return signature_query_make(
	    out, question->searcher->hits, plan, scorer, question->query, &floors, err);
}

/*
 * Hits come with the most bits first: those that fell to the cap had no more than the last. Where
 * that is the very least that was asked for, and living together gives it, those are people who
 * live together, and no candidates.
 */
static void
note_cap(struct search_result *out, const struct question *question, const struct index_hit *hits,
    size_t count, const struct term_plan *plan)
{
	double last = (count > 0 ? hits[count - 1].bits : 0) + plan->free_bits;
	bool family = plan->has_raised && last <= least_evidence(question) + BITS_EPSILON;

	out->family_capped = out->capped && isfinite(question->family_floor);
	out->capped =
	    out->capped && !family && last >= question->floor - question->searcher->scorer.prior;
}

static enum status
ask(struct search_result *out, struct question *question, struct err *err)
{
	struct searcher *searcher = question->searcher;
	const struct index_hit *hits = NULL;
	const struct signature_query *signature = NULL;
	struct term_plan plan = { 0 };
	size_t count = 0;
	double least;
	enum status status;

	memset(out, 0, sizeof *out);
	if (question->known == NULL) /* else the search before has just looked */
		leave_out_changed(searcher);
	status = begin(question, err);
	if (status == STATUS_OK)
		status = make_plan(&plan, question, err);
	if (status == STATUS_OK)
		status = make_signature_query(&signature, question, &plan, err);
	least = least_evidence(question);
	if (status != STATUS_OK)
		return status;
	out->terms = plan.count;
	out->best_bits = plan.best_bits;
	status = index_reader_search(searcher->reader, &hits, &count, &out->capped, searcher->hits,
	    &plan, signature, least - plan.free_bits, CANDIDATES_MAX, err);
	if (status != STATUS_OK)
		return status;
	if (count > 0)
		out->least_bound = searcher->scorer.prior + plan.free_bits + hits[count - 1].bits;
	note_cap(out, question, hits, count, &plan);
	return score_hits(out, question, hits, count, err);
}

enum status
search_person_and_family(struct search_result *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, double floor, double family_floor,
    struct err *err)
{
	struct question question = { .searcher = searcher,
		.arena = arena,
		.folder = folder,
		.query = query,
		.floor = floor,
		.family_floor = family_floor };

	return ask(out, &question, err);
}

enum status
search_person(struct search_result *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, double floor, struct err *err)
{
	return search_person_and_family(out, searcher, arena, folder, query, floor, INFINITY, err);
}

/* Adds those of `known` who reach the floor by this question. */
static enum status
add_known(struct search_result *out, const struct question *question, struct err *err)
{
	const struct search_known *known = question->known;
	struct candidate *all =
	    arena_alloc(question->arena, out->count + known->known_count, sizeof *all);
	size_t count = out->count;

	if (all == NULL)
		return no_memory(err);
	if (count > 0)
		memcpy(all, out->candidates, count * sizeof *all);
	for (size_t i = 0; i < known->known_count; i++) {
		all[count] = *known->known[i];
		score_candidate(&all[count], question);
		count += is_wanted(&all[count], question);
	}
	out->count = order_candidates(all, drop_left_out(all, count, question->searcher));
	out->candidates = all;
	return STATUS_OK;
}

enum status
search_person_more(struct search_result *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, const struct search_known *known,
    double floor, struct err *err)
{
	struct question question = { .searcher = searcher,
		.arena = arena,
		.folder = folder,
		.query = query,
		.known = known,
		.floor = floor,
		.family_floor = INFINITY };
	enum status status = ask(out, &question, err);

	return status == STATUS_OK ? add_known(out, &question, err) : status;
}

/* --- All people -------------------------------------------------------------------------------
 */
struct scan {
	const struct searcher *searcher;
	searcher_visit *visit;
	void *ctx;
};

static bool
scan_hit(void *ctx, const struct index_hit *hit)
{
	const struct scan *scan = ctx;

	return scan->visit(scan->ctx, scan->searcher->system_of[hit->shard], hit->data);
}

enum status
searcher_scan(struct searcher *searcher, searcher_visit *visit, void *ctx, struct err *err)
{
	struct scan scan = { searcher, visit, ctx };

	return index_reader_scan(searcher->reader, scan_hit, &scan, err);
}

/* --- Asking for a case record -------------------------------------------------------------- */
/* The people of a record as candidates without a score. */
static enum status
decode_all(struct candidate **out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct index_hit *hits, size_t count, struct err *err)
{
	struct candidate *list = arena_alloc(arena, count, sizeof *list);

	if (list == NULL)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		enum status status = decode(&list[i], searcher, arena, folder, &hits[i], err);

		if (status != STATUS_OK)
			return status;
		list[i].score.prior = searcher->scorer.prior;
	}
	*out = list;
	return STATUS_OK;
}

enum status
search_person_in_case(struct candidate **out, size_t *count, struct searcher *searcher,
    struct arena *arena, struct folder *folder, const struct features *query,
    const struct score_values *values, size_t system, struct str record_id, struct err *err)
{
	struct question question = { .searcher = searcher,
		.arena = arena,
		.folder = folder,
		.query = query,
		.scorer = searcher->scorer };
	const struct index_hit *hits = NULL;
	enum status status;
	uint32_t shard = 0;

	*out = NULL;
	*count = 0;
	if (!find_shard(&shard, searcher, system))
		return STATUS_OK;
	question.scorer.values = *values;
	status = index_reader_case(searcher->reader, &hits, count, arena, shard, record_id, err);
	if (status == STATUS_OK)
		status = decode_all(out, searcher, arena, folder, hits, *count, err);
	for (size_t i = 0; status == STATUS_OK && i < *count; i++)
		score_candidate(&(*out)[i], &question);
	return status;
}

enum status
search_case(const struct candidate **out, size_t *count, struct searcher *searcher,
    struct arena *arena, struct folder *folder, size_t system, struct str record_id,
    struct err *err)
{
	const struct index_hit *hits = NULL;
	struct candidate *list = NULL;
	enum status status;
	uint32_t shard = 0;

	*out = NULL;
	*count = 0;
	if (!find_shard(&shard, searcher, system))
		return STATUS_OK;
	leave_out_if_changed(searcher, shard);
	status = index_reader_case(searcher->reader, &hits, count, arena, shard, record_id, err);
	if (status == STATUS_OK)
		status = decode_all(&list, searcher, arena, folder, hits, *count, err);
	*out = list;
	return status;
}

/* --- Why a record was found or not ----------------------------------------------------------- */
static int
compare_ids(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum status
explain_all(struct search_why *out, const struct question *question, struct candidate *list,
    const struct index_hit *hits, double granted, struct err *err)
{
	double *bounds = arena_alloc(question->arena, out->count, sizeof *bounds);

	if (bounds == NULL)
		return no_memory(err);
	for (size_t i = 0; i < out->count; i++) {
		score_candidate(&list[i], question);
		bounds[i] = granted + hits[i].bits;
	}
	out->people = list;
	out->bounds = bounds;
	return STATUS_OK;
}

enum status
search_why(struct search_why *out, struct searcher *searcher, struct arena *arena,
    struct folder *folder, const struct features *query, double floor, double family_floor,
    size_t system, struct str record_id, struct err *err)
{
	struct question question = { .searcher = searcher,
		.arena = arena,
		.folder = folder,
		.query = query,
		.floor = floor,
		.family_floor = family_floor,
		.scorer = searcher->scorer };
	const struct index_hit *hits = NULL;
	struct candidate *list = NULL;
	struct term_plan plan = { 0 };
	const struct signature_query *signature = NULL;
	const struct index_shard *from;
	enum status status;
	uint32_t shard = 0;

	*out = (struct search_why){ .least = searcher->scorer.prior + least_evidence(&question) };
	if (!find_shard(&shard, searcher, system))
		return STATUS_OK;
	from = &searcher->shards[shard];
	leave_out_changed(searcher);
	out->superseded = from->superseded_count > 0 &&
			  bsearch(&record_id, from->superseded, from->superseded_count,
			      sizeof record_id, compare_ids) != NULL;
	status = begin(&question, err);
	if (status == STATUS_OK)
		status = make_plan(&plan, &question, err);
	if (status == STATUS_OK)
		status = make_signature_query(&signature, &question, &plan, err);
	if (status == STATUS_OK)
		status = index_reader_case_bits(searcher->reader, &hits, &out->count, arena, shard,
		    record_id, &plan, signature, least_evidence(&question) - plan.free_bits, err);
	if (status == STATUS_OK)
		status = decode_all(&list, searcher, arena, folder, hits, out->count, err);
	if (status != STATUS_OK)
		return status;
	return explain_all(
	    out, &question, list, hits, searcher->scorer.prior + plan.free_bits, err);
}
