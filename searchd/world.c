#include "searchd/world.h"

#include "base/mem.h"

#include <stdio.h>

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Rules -------------------------------------------------------------------------------------
 */
static enum status
check_users(const struct rules *rules, const struct settings *settings, struct err *err)
{
	for (size_t i = 0; i < settings->user_count; i++) {
		const struct settings_user *user = &settings->users[i];

		for (size_t j = 0; j < user->role_count; j++)
			if (!policy_role_exists(rules->policy, str_from(user->roles[j])))
				return err_data(err, STATUS_INVALID, settings->path, user->line,
				    "user: the policy knows no role \"%s\"", user->roles[j]);
	}
	return STATUS_OK;
}

enum status
rules_load(struct rules **out, const struct settings *settings, struct err *err)
{
	struct rules *rules = mem_zero(1, sizeof *rules);
	enum status status;

	if (rules == NULL)
		return no_memory(err);
	atomic_init(&rules->references, 1);
	status = policy_load(&rules->policy, settings->policy, err);
	if (status == STATUS_OK)
		status = check_users(rules, settings, err);
	if (status == STATUS_OK)
		status = model_load(&rules->model, settings->model, err);
	if (status == STATUS_OK)
		status = calibration_load(&rules->calibration, settings->calibration, err);
	if (status == STATUS_OK)
		status = lexicon_load(&rules->lexicon, settings->lexicon, err);
	if (status == STATUS_OK)
		*out = rules;
	else
		rules_drop(rules);
	return status;
}

struct rules *
rules_take(struct rules *rules)
{
	atomic_fetch_add(&rules->references, 1);
	return rules;
}

void
rules_drop(struct rules *rules)
{
	if (rules == NULL || atomic_fetch_sub(&rules->references, 1) != 1)
		return;
	policy_free(rules->policy);
	model_free(rules->model);
	calibration_free(rules->calibration);
	lexicon_free(rules->lexicon);
	mem_free(rules);
}

/* --- Legs --------------------------------------------------------------------------------------
 */
struct leg *
leg_take(struct leg *leg)
{
	atomic_fetch_add(&leg->references, 1);
	return leg;
}

void
leg_drop(struct leg *leg)
{
	if (leg == NULL || atomic_fetch_sub(&leg->references, 1) != 1)
		return;
	snapshot_free(leg->snapshot);
	rules_drop(leg->rules);
	mem_free(leg);
}

uint64_t
world_leg_mark(const struct leg *leg, const char *data_folder)
{
	uint64_t numbers[SEARCH_SYSTEMS_MAX] = { 0 };

	for (size_t i = 0; i < leg->system_count; i++)
		if (generation_number(
			&numbers[i], data_folder, leg->systems[i].policy->key, NULL) != STATUS_OK)
			numbers[i] = UINT64_MAX; /* no generation that can be named */
	return str_hash((struct str){ (const char *)numbers, sizeof numbers });
}

bool
world_leg_changed(const struct leg *leg)
{
	for (size_t i = 0; i < snapshot_count(leg->snapshot); i++)
		if (snapshot_changed(leg->snapshot, i))
			return true;
	return false;
}

/* The first system whose databases do not open. */
static enum status
first_fault(const struct searcher *searcher, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct err *fault = searcher_fault(searcher, i);

		if (fault != NULL && err != NULL && err->status == STATUS_OK)
			*err = *fault;
		if (fault != NULL)
			return fault->status;
	}
	return STATUS_OK;
}

/* A snapshot whose databases really open. */
static enum status
load_snapshot(struct snapshot **out, const struct rules *rules, const char *data_folder,
    const char *const *systems, const uint64_t *generations, size_t count,
    const struct snapshot *known, struct err *err)
{
	struct searcher *searcher = NULL;
	enum status status =
	    snapshot_load_at(out, data_folder, systems, generations, count, known, err);

	if (status != STATUS_OK)
		return status;
	status = searcher_open(&searcher, *out, rules->model, rules->lexicon, err);
	if (status == STATUS_OK)
		status = first_fault(searcher, count, err);
	searcher_close(searcher);
	if (status != STATUS_OK) {
		snapshot_free(*out);
		*out = NULL;
	}
	return status;
}

/* The generation of the system that the old world searches; 0: none. */
static uint64_t
old_generation(const struct world *old, const char *system)
{
	for (size_t i = 0; old != NULL && i < old->leg_count; i++)
		for (size_t j = 0; j < old->legs[i]->system_count; j++) {
			const struct leg_system *one = &old->legs[i]->systems[j];

			if (one->at >= 0 && strcmp(one->policy->key, system) == 0)
				return snapshot_system(old->legs[i]->snapshot, (size_t)one->at)
				    ->manifest.generation;
		}
	return 0;
}

/* STATUS_OK if that generation (0: the current one) of the one system can be searched, or if it
 * was never loaded. */
static enum status
try_alone(const struct leg *leg, const char *data_folder, const char *system, uint64_t generation,
    uint64_t had, struct err *err)
{
	struct snapshot *alone = NULL;
	enum status status =
	    load_snapshot(&alone, leg->rules, data_folder, &system, &generation, 1, NULL, err);

	if (status == STATUS_OK && had != 0 && !snapshot_system(alone, 0)->loaded)
		status = err_data(err, STATUS_CORRUPT, system, 0, "all its generations are gone");
	snapshot_free(alone);
	return status;
}

/* *generation: what is to be searched of the system, 0 for the current one. False: nothing can. */
static bool
choose_generation(uint64_t *generation, struct leg *leg, struct leg_system *system,
    const char *data_folder, uint64_t had)
{
	const char *key = system->policy->key;
	struct err fault = ERR_NONE;
	uint64_t newest = 0;
	bool linked = generation_check_link(&newest, data_folder, key, &fault) == STATUS_OK;

	*generation = 0;
	if (linked && try_alone(leg, data_folder, key, 0, had, &fault) == STATUS_OK)
		return true;
	*generation = had != 0 ? had : linked ? 0 : newest;
	if (*generation != 0 &&
	    try_alone(leg, data_folder, key, *generation, had, NULL) == STATUS_OK) {
		err_format(system->note, sizeof system->note, &fault);
		return true;
	}
	err_format(system->fault, sizeof system->fault, &fault);
	return false;
}

/* Finds out which systems cannot be read; the rest goes into one snapshot. */
static enum status
load_readable(struct leg *leg, const char *data_folder, const struct world *old, struct err *err)
{
	const char *readable[SEARCH_SYSTEMS_MAX];
	uint64_t generations[SEARCH_SYSTEMS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < leg->system_count; i++) {
		struct leg_system *system = &leg->systems[i];
		bool found = choose_generation(&generations[count], leg, system, data_folder,
		    old_generation(old, system->policy->key));

		system->at = found ? (int)count : -1;
		if (found)
			readable[count++] = system->policy->key;
	}
	return load_snapshot(
	    &leg->snapshot, leg->rules, data_folder, readable, generations, count, NULL, err);
}

/* Everything current and whole: the usual case, in which no file is read twice. */
static bool
load_current(struct leg *leg, const char *data_folder, const char *const *keys,
    const struct world *old, const struct snapshot *known)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < leg->system_count; i++)
		if (generation_check_link(&newest, data_folder, keys[i], NULL) != STATUS_OK)
			return false;
	if (load_snapshot(&leg->snapshot, leg->rules, data_folder, keys, NULL, leg->system_count,
		known, NULL) != STATUS_OK)
		return false;
	for (size_t i = 0; i < leg->system_count; i++)
		if (!snapshot_system(leg->snapshot, i)->loaded &&
		    old_generation(old, keys[i]) != 0) {
			snapshot_free(leg->snapshot);
			leg->snapshot = NULL;
			return false;
		}
	return true;
}

static enum status
fill_leg(struct leg *leg, const char *data_folder, const struct world *old,
    const struct snapshot *known, struct err *err)
{
	const struct policy *policy = leg->rules->policy;
	const char *keys[SEARCH_SYSTEMS_MAX];

	for (size_t i = 0; i < policy_system_count(policy); i++) {
		const struct policy_system *system = policy_system(policy, i);

		if (strcmp(system->leg, leg->key) != 0)
			continue;
		if (leg->system_count == SEARCH_SYSTEMS_MAX)
			return err_set(err, STATUS_LIMIT, "leg %s has more than %d systems",
			    leg->key, SEARCH_SYSTEMS_MAX);
		keys[leg->system_count] = system->key;
		leg->systems[leg->system_count] =
		    (struct leg_system){ .policy = system, .at = (int)leg->system_count };
		leg->system_count++;
	}
	leg->mark = world_leg_mark(leg, data_folder);
	if (load_current(leg, data_folder, keys, old, known))
		return STATUS_OK;
	return load_readable(leg, data_folder, old, err);
}

static enum status
load_leg(struct leg **out, struct rules *rules, const char *key, const char *data_folder,
    const struct world *old, const struct snapshot *known, struct err *err)
{
	struct leg *leg = mem_zero(1, sizeof *leg);
	enum status status;

	if (leg == NULL)
		return no_memory(err);
	atomic_init(&leg->references, 1);
	atomic_init(&leg->suspect, false);
	leg->rules = rules_take(rules);
	leg->key = key;
	status = fill_leg(leg, data_folder, old, known, err);
	if (status == STATUS_OK)
		*out = leg;
	else
		leg_drop(leg);
	return status;
}

/* --- World -------------------------------------------------------------------------------------
 */
enum status
world_load(struct world **out, struct rules *rules, const char *data_folder,
    const struct world *old, struct err *err)
{
	struct world *world = mem_zero(1, sizeof *world);
	enum status status = STATUS_OK;
	const char *key;

	if (world == NULL)
		return no_memory(err);
	atomic_init(&world->references, 1);
	world->rules = rules_take(rules);
	while (status == STATUS_OK && (key = policy_leg(rules->policy, world->leg_count)) != NULL) {
		status = load_leg(
		    &world->legs[world->leg_count], rules, key, data_folder, old, NULL, err);
		if (status == STATUS_OK)
			world->leg_count++;
	}
	if (status == STATUS_OK)
		*out = world;
	else
		world_drop(world);
	return status;
}

struct world *
world_take(struct world *world)
{
	atomic_fetch_add(&world->references, 1);
	return world;
}

void
world_drop(struct world *world)
{
	if (world == NULL || atomic_fetch_sub(&world->references, 1) != 1)
		return;
	for (size_t i = 0; i < world->leg_count; i++)
		leg_drop(world->legs[i]);
	rules_drop(world->rules);
	mem_free(world);
}

struct leg *
world_leg(const struct world *world, struct str key)
{
	for (size_t i = 0; i < world->leg_count; i++)
		if (str_eq_text(key, world->legs[i]->key))
			return world->legs[i];
	return NULL;
}

enum status
world_renew(
    struct world **out, struct world *old, size_t i, const char *data_folder, struct err *err)
{
	struct world *world;
	struct leg *leg = NULL;
	/* Of a leg that a search could not read every byte is looked at again. */
	bool sound = !atomic_load(&old->legs[i]->suspect) && !world_leg_changed(old->legs[i]);
	enum status status = load_leg(&leg, old->rules, old->legs[i]->key, data_folder, old,
	    sound ? old->legs[i]->snapshot : NULL, err);

	if (status != STATUS_OK)
		return status;
	world = mem_zero(1, sizeof *world);
	if (world == NULL) {
		leg_drop(leg);
		return no_memory(err);
	}
	atomic_init(&world->references, 1);
	world->rules = rules_take(old->rules);
	world->leg_count = old->leg_count;
	for (size_t j = 0; j < old->leg_count; j++)
		world->legs[j] = j == i ? leg : leg_take(old->legs[j]);
	*out = world;
	return STATUS_OK;
}
