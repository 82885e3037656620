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

/* A snapshot whose databases really open. */
static enum status
load_snapshot(struct snapshot **out, const struct rules *rules, const char *data_folder,
    const char *const *systems, size_t count, struct err *err)
{
	struct searcher *searcher = NULL;
	enum status status = snapshot_load(out, data_folder, systems, count, err);

	if (status != STATUS_OK)
		return status;
	status = searcher_open(&searcher, *out, rules->model, rules->lexicon, err);
	searcher_close(searcher);
	if (status != STATUS_OK) {
		snapshot_free(*out);
		*out = NULL;
	}
	return status;
}

/* Finds out which systems cannot be read; the rest goes into one snapshot. */
static enum status
load_readable(struct leg *leg, const char *data_folder, struct err *err)
{
	const char *readable[SEARCH_SYSTEMS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < leg->system_count; i++) {
		struct leg_system *system = &leg->systems[i];
		struct snapshot *alone = NULL;
		struct err fault = ERR_NONE;
		enum status status =
		    load_snapshot(&alone, leg->rules, data_folder, &system->policy->key, 1, &fault);

		snapshot_free(alone);
		system->at = status == STATUS_OK ? (int)count : -1;
		if (status == STATUS_OK)
			readable[count++] = system->policy->key;
		else
			err_format(system->fault, sizeof system->fault, &fault);
	}
	return load_snapshot(&leg->snapshot, leg->rules, data_folder, readable, count, err);
}

static enum status
fill_leg(struct leg *leg, const char *data_folder, struct err *err)
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
	if (load_snapshot(&leg->snapshot, leg->rules, data_folder, keys, leg->system_count, NULL) ==
	    STATUS_OK)
		return STATUS_OK;
	return load_readable(leg, data_folder, err);
}

static enum status
load_leg(struct leg **out, struct rules *rules, const char *key, const char *data_folder,
    struct err *err)
{
	struct leg *leg = mem_zero(1, sizeof *leg);
	enum status status;

	if (leg == NULL)
		return no_memory(err);
	atomic_init(&leg->references, 1);
	leg->rules = rules_take(rules);
	leg->key = key;
	status = fill_leg(leg, data_folder, err);
	if (status == STATUS_OK)
		*out = leg;
	else
		leg_drop(leg);
	return status;
}

/* --- World -------------------------------------------------------------------------------------
 */
enum status
world_load(struct world **out, struct rules *rules, const char *data_folder, struct err *err)
{
	struct world *world = mem_zero(1, sizeof *world);
	enum status status = STATUS_OK;
	const char *key;

	if (world == NULL)
		return no_memory(err);
	atomic_init(&world->references, 1);
	world->rules = rules_take(rules);
	while (status == STATUS_OK && (key = policy_leg(rules->policy, world->leg_count)) != NULL) {
		status = load_leg(&world->legs[world->leg_count], rules, key, data_folder, err);
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

const struct leg *
world_leg(const struct world *world, struct str key)
{
	for (size_t i = 0; i < world->leg_count; i++)
		if (str_eq_text(key, world->legs[i]->key))
			return world->legs[i];
	return NULL;
}

/* The first system that `old` could read and `now` cannot. */
static const struct leg_system *
lost_system(const struct leg *old, const struct leg *now)
{
	for (size_t i = 0; i < now->system_count; i++)
		if (now->systems[i].at < 0 && old->systems[i].at >= 0)
			return &now->systems[i];
	return NULL;
}

enum status
world_renew(
    struct world **out, struct world *old, size_t i, const char *data_folder, struct err *err)
{
	const struct leg_system *lost;
	struct world *world;
	struct leg *leg = NULL;
	enum status status = load_leg(&leg, old->rules, old->legs[i]->key, data_folder, err);

	if (status != STATUS_OK)
		return status;
	lost = lost_system(old->legs[i], leg);
	if (lost != NULL) {
		status = err_data(err, STATUS_CORRUPT, lost->policy->key, 0, "%.200s", lost->fault);
		leg_drop(leg);
		return status;
	}
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
