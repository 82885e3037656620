#include "indexer/estimate_fit.h"

#include "daemon/progress.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>

/* Pairs' worth of belief in the model started from. Enough that a level seen once or twice does not
 * run away with its weight; little beside the hundreds of matches that make a fit worth having. */
#define M_PRIOR 20
/* Random pairs hold no household, so an address or phone never seen among them is not that rare
 * among the people who are taken for one another: the figures before count for as many pairs. */
#define U_PRIOR 10000
#define SHARE_PRIOR 0.1	   /* where EM starts; it ends where it ends from .01 or .5 too */
#define EXPECTED_MIN 0.001 /* of the model's form */
#define EXPECTED_MAX 1000

static volatile sig_atomic_t stop_asked;

void
fit_stop(int signal_number)
{
	(void)signal_number;
	stop_asked = 1;
}

/* All that is open during a fit. */
struct fitting {
	const struct fit_request *request;
	struct lexicon *lexicon;
	struct model *model;
	struct folder *folder;
	struct snapshot *snapshot;
	struct searcher *searcher;
	struct sample *sample;
	struct progress progress;
};

/* --- Opening --------------------------------------------------------------------------------- */
static enum status
list_systems(struct fit *fit, const struct fitting *fitting, struct err *err)
{
	const struct digest *lexicon = lexicon_hash(fitting->lexicon);

	for (size_t i = 0; i < snapshot_count(fitting->snapshot); i++) {
		const struct snapshot_system *from = snapshot_system(fitting->snapshot, i);
		struct fit_system *to = &fit->systems[fit->system_count];

		if (!from->loaded)
			continue;
		if (memcmp(lexicon, &from->manifest.lexicon_hash, sizeof *lexicon) != 0)
			return err_data(err, STATUS_CONFLICT, fitting->request->lexicon_folder, 0,
			    "is not the lexicon that %s was loaded with", from->system);
		snprintf(to->system, sizeof to->system, "%s", from->system);
		to->generation = from->manifest.generation;
		to->people = from->manifest.people;
		fit->system_count++;
	}
	fit->people = snapshot_people(fitting->snapshot);
	if (fit->system_count == 0)
		return err_data(
		    err, STATUS_NOT_FOUND, fitting->request->data_folder, 0, "nothing is loaded");
	if (fit->people < FIT_PEOPLE_MIN)
		return err_data(err, STATUS_INVALID, fitting->request->data_folder, 0,
		    "holds %llu people; at least %d are needed to estimate from",
		    (unsigned long long)fit->people, FIT_PEOPLE_MIN);
	return STATUS_OK;
}

static enum status
open_snapshot(struct fitting *fitting, struct err *err)
{
	const struct fit_request *request = fitting->request;
	char keys[GENERATION_SYSTEMS_MAX][SYSTEM_BYTES_MAX + 1];
	const char *systems[GENERATION_SYSTEMS_MAX];
	size_t count = 1;
	enum status status = STATUS_OK;

	systems[0] = request->system;
	if (request->system == NULL)
		status = generation_systems(keys, &count, request->data_folder, err);
	for (size_t i = 0; request->system == NULL && i < count; i++)
		systems[i] = keys[i];
	if (status == STATUS_OK && count > SEARCH_SYSTEMS_MAX)
		status = err_data(err, STATUS_LIMIT, request->data_folder, 0,
		    "holds more than %d systems", SEARCH_SYSTEMS_MAX);
	if (status == STATUS_OK)
		status =
		    snapshot_load(&fitting->snapshot, request->data_folder, systems, count, err);
	return status;
}

static enum status
open_all(struct fit *fit, struct fitting *fitting, struct err *err)
{
	enum status status = model_load(&fitting->model, fitting->request->from, err);

	if (status == STATUS_OK)
		status = lexicon_load(&fitting->lexicon, fitting->request->lexicon_folder, err);
	if (status == STATUS_OK)
		status = folder_new(&fitting->folder, err);
	if (status == STATUS_OK)
		status = open_snapshot(fitting, err);
	if (status == STATUS_OK)
		status = list_systems(fit, fitting, err);
	if (status == STATUS_OK)
		status = searcher_open(
		    &fitting->searcher, fitting->snapshot, fitting->model, fitting->lexicon, err);
	return status;
}

static void
close_all(struct fitting *fitting)
{
	sample_free(fitting->sample);
	searcher_close(fitting->searcher);
	snapshot_free(fitting->snapshot);
	folder_free(fitting->folder);
	lexicon_free(fitting->lexicon);
	model_free(fitting->model);
}

/* --- Between a model and what is estimated -----------------------------------------------------
 */
static void
start_from(struct estimate *out, struct model *model)
{
	memset(out, 0, sizeof *out);
	out->comparisons = VECTOR_COUNT;
	for (int c = 0; c < VECTOR_COUNT; c++) {
		const struct model_level *levels = vector_model(model, (enum vector_field)c);

		out->levels[c] = (uint8_t)vector_levels((enum vector_field)c);
		for (size_t l = 0; l < out->levels[c]; l++)
			out->level[c][l] =
			    (struct estimate_level){ .m = levels[l].m, .u = levels[l].u };
	}
}

static void
put_into(struct model *model, const struct estimate *estimate)
{
	for (int c = 0; c < VECTOR_COUNT; c++) {
		struct model_level *levels = vector_model(model, (enum vector_field)c);

		for (size_t l = 0; l < estimate->levels[c]; l++) {
			levels[l].m = estimate->level[c][l].m;
			levels[l].u = estimate->level[c][l].u;
		}
	}
	model_settle(model);
}

/* What a model's reader refuses (linkage/model.h). */
static void
obey(struct estimate *estimate)
{
	struct estimate_rule rules[VECTOR_COUNT + 2] = {
		{ VECTOR_BIRTH, BIRTH_LEVEL_SAME_YEAR, BIRTH_LEVEL_YEAR },
		{ VECTOR_BIRTH, BIRTH_LEVEL_NEAR, ESTIMATE_ZERO },
	};

	for (int c = 0; c < VECTOR_COUNT; c++)
		rules[2 + c] = (struct estimate_rule){ (uint8_t)c,
			(uint8_t)(estimate->levels[c] - 1), ESTIMATE_ZERO };
	estimate_obey(estimate, rules, sizeof rules / sizeof *rules);
}

/* --- How many records of one person are on file ------------------------------------------------
 */
static double
pairs_in(const struct estimate_block *block)
{
	double pairs = 0;

	for (size_t i = 0; i < block->count; i++)
		pairs += (double)block->patterns[i].count;
	return pairs;
}

/* Of the matches found by name, those that have the same day of birth: the share of all matches
 * that the search by date sees. */
static double
share_by_date(const struct estimate *estimate, const struct estimate_block *by_name, double matched)
{
	double pairs = pairs_in(by_name), both = 0, all = 0;

	for (size_t i = 0; i < by_name->count; i++) {
		const struct estimate_pattern *pattern = &by_name->patterns[i];
		double g =
		    (double)pattern->count * estimate_match(estimate, pattern, by_name->without,
						 (matched + 0.5) / (pairs + 1));

		all += g;
		if (pattern->level[VECTOR_BIRTH] == BIRTH_LEVEL_EXACT)
			both += g;
	}
	return all > 0 ? both / all : 0;
}

/* Two searches that do not depend on each other tell how much either misses (Petersen 1896). */
static void
count_matches(struct fit *fit, const struct estimate_block *blocks)
{
	const struct fit_kind *name = &fit->kinds[SAMPLE_NAME], *date = &fit->kinds[SAMPLE_DATE];

	fit->found_by_date = share_by_date(&fit->estimate, &blocks[SAMPLE_NAME], name->matched);
	fit->matches = name->matched / name->count.share;
	if (fit->found_by_date > 0.05) /* else too few dates for it: what names found stands */
		fit->matches =
		    fmax(fit->matches, date->matched / date->count.share / fit->found_by_date);
	fit->expected_matches = 1 + 2 * fit->matches / (double)fit->people;
	fit->expected_matches = fmin(fmax(fit->expected_matches, EXPECTED_MIN), EXPECTED_MAX);
}

/* Living together is what makes most relatives; those who moved out are not counted. Where no
 * addresses are held, a phone in common says the same. */
static void
count_relatives(struct fit *fit)
{
	const struct estimate_level *address = fit->estimate.level[VECTOR_ADDRESS];
	double share = address[ADDRESS_POSTCODE_NUMBER].u + address[ADDRESS_NUMBER_STREET].u;

	bool homes = fit->estimate.u_pairs[VECTOR_ADDRESS] > 0;

	if (!homes)
		share = fit->estimate.level[VECTOR_PHONE][CONTACT_SAME].u;
	fit->relatives = fit->before.relatives.expected;
	if (homes || fit->estimate.u_pairs[VECTOR_PHONE] > 0)
		fit->relatives =
		    fmin(fmax(share * (double)fit->people, EXPECTED_MIN), EXPECTED_MAX / 2);
}

/* --- How far the table of names is to be believed ----------------------------------------------
 */
static enum status
fit_strength(struct fit *fit, struct fitting *fitting, const struct scorer *scorer, struct err *err)
{
	const struct frequency_seen *seen;
	size_t count;
	enum status status = sample_names(&seen, &count, fitting->sample, scorer, err);

	fit->strength = fit->before.frequency_strength;
	/* Never more than before: misspelt names, each on file once, speak for any table. */
	if (status == STATUS_OK && count > 0)
		fit->strength = fmin(fit->strength, frequency_fit_strength(seen, count, fit->people,
							fmax(1, fit->expected_matches)));
	return status;
}

/* --- Fitting --------------------------------------------------------------------------------- */
static enum status
one_pass(struct fit *fit, struct fitting *fitting, struct model *model, struct err *err)
{
	const struct estimate_options options = { M_PRIOR, U_PRIOR, SHARE_PRIOR };
	struct scorer scorer = *searcher_scorer(fitting->searcher);
	struct estimate_block blocks[SAMPLE_KINDS];
	double matched[SAMPLE_KINDS] = { 0 };
	enum status status = STATUS_OK;

	scorer.model = model;
	for (int kind = 0; status == STATUS_OK && kind < SAMPLE_KINDS; kind++)
		status = sample_compare(
		    &blocks[kind], fitting->sample, (enum sample_kind)kind, &scorer, err);
	if (status != STATUS_OK)
		return status;
	start_from(&fit->estimate, &fit->before);
	estimate_fit(&fit->estimate, &matched[SAMPLE_NAME], &matched[SAMPLE_RANDOM],
	    &blocks[SAMPLE_RANDOM], &blocks[SAMPLE_NAME], SAMPLE_KINDS - 1, &options);
	for (int kind = 0; kind < SAMPLE_KINDS; kind++)
		fit->kinds[kind] =
		    (struct fit_kind){ *sample_count(fitting->sample, (enum sample_kind)kind),
			    pairs_in(&blocks[kind]), matched[kind], blocks[kind].count };
	count_matches(fit, blocks);
	count_relatives(fit);
	obey(&fit->estimate);
	put_into(model, &fit->estimate);
	status = fit_strength(fit, fitting, &scorer, err);
	model->frequency_strength = fit->strength;
	return status;
}

static bool
show(void *ctx, uint64_t people)
{
	progress_update(ctx, people, people);
	return !stop_asked;
}

static enum status
take_and_fit(struct fit *fit, struct fitting *fitting, struct err *err)
{
	const struct fit_request *request = fitting->request;
	struct sample_options options = { .seed = request->seed,
		.pairs = { request->pairs, request->pairs, request->pairs },
		.progress = show,
		.ctx = &fitting->progress };
	struct model model = *fitting->model;
	enum status status;

	fit->before = model;
	fit->before.names = NULL;
	progress_begin(&fitting->progress, "reading twice", "people", 2 * fit->people,
	    request->progress ? PROGRESS_AUTO : PROGRESS_OFF);
	status = sample_take(&fitting->sample, fitting->searcher, fitting->folder, &options, err);
	progress_end(&fitting->progress);
	for (int pass = 0; status == STATUS_OK && pass < FIT_PASSES; pass++)
		status = one_pass(fit, fitting, &model, err);
	return status;
}

enum status
fit_run(struct fit *out, const struct fit_request *request, struct err *err)
{
	struct fitting fitting = { .request = request };
	enum status status;

	memset(out, 0, sizeof *out);
	stop_asked = 0;
	status = open_all(out, &fitting, err);
	if (status == STATUS_OK)
		status = take_and_fit(out, &fitting, err);
	close_all(&fitting);
	return status;
}
