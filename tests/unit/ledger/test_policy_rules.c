/*
 * Pins every rule of the shipped policy to policy_rules.txt, as it is read through the functions
 * that searchd uses: one test a part. The last test changes the policy in every place and shows
 * that each change is refused or fails one of the others.
 */
#include "ledger/policy_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above first */
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define SHIPPED "schemas/policy/default.json"
#define RULES "tests/unit/ledger/policy_rules.txt"

/* --- What the policy says, part by part -----------------------------------------------------
 */
static void
put_keys(struct buf *out, const char *before, const struct policy_keys *keys)
{
	if (keys->count > 0)
		buf_add_text(out, before);
	for (size_t i = 0; i < keys->count; i++)
		buf_addf(out, "%s%s", i == 0 ? "" : ", ", keys->items[i]);
}

static void
put_item(struct buf *out, const struct policy_item *item)
{
	buf_addf(out, "%s: %s [%s]", item->key, item->title, item->section);
}

static void
put_items(struct buf *out, const char *before, const struct policy_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_add_text(out, before);
		put_item(out, &items[i]);
		buf_add_char(out, '\n');
	}
}

static void
say_head(struct buf *out, const struct policy *policy)
{
	buf_addf(out, "%s\n%s\n", policy_name(policy), policy_source(policy));
}

static void
say_coverage(struct buf *out, const struct policy *policy)
{
	const struct policy_item *leg;

	for (size_t i = 0; (leg = policy_leg_item(policy, i)) != NULL; i++)
		put_items(out, "leg ", leg, 1);
	buf_addf(out, "legs within %u hours\n", policy_legs_within_hours(policy));
	for (size_t i = 0; i < policy_system_count(policy); i++) {
		const struct policy_system *system = policy_system(policy, i);
		const struct policy_thresholds *t = &system->thresholds;

		buf_addf(out,
		    "system %s: %s [%s], leg %s, stale after %u hours\n"
		    "  list %g, possible %g, probable %g, certain %g, secure %g, related %g\n",
		    system->key, system->title, system->section, system->leg,
		    system->stale_after_hours, t->list, t->possible, t->probable, t->certain,
		    t->secure, t->related);
	}
}

static void
say_roles(struct buf *out, const struct policy *policy)
{
	const struct policy_role *role;

	for (size_t i = 0; (role = policy_role(policy, i)) != NULL; i++) {
		buf_addf(out, "%s: %s [%s]", role->key, role->title, role->section);
		put_keys(out, ", legs ", &role->legs);
		buf_add_char(out, '\n');
	}
}

#define METHOD_COLUMNS 19

/* The names of the roles run downwards, each over its column. */
static void
say_matrix(struct buf *out, const struct policy *policy)
{
	const struct policy_keys *methods = policy_methods();
	const struct policy_role *role;
	size_t deepest = 0;

	for (size_t i = 0; (role = policy_role(policy, i)) != NULL; i++)
		deepest = strlen(role->key) > deepest ? strlen(role->key) : deepest;
	for (size_t row = 0; row < deepest; row++) {
		buf_addf(out, "%*s", METHOD_COLUMNS, "");
		for (size_t i = 0; (role = policy_role(policy, i)) != NULL; i++) {
			size_t gap = deepest - strlen(role->key);

			buf_addf(out, " %c", row < gap ? '.' : role->key[row - gap]);
		}
		buf_add_char(out, '\n');
	}
	for (size_t m = 0; m < methods->count; m++) {
		struct str method = str_from(methods->items[m]);

		buf_addf(out, "%-*s", METHOD_COLUMNS, methods->items[m]);
		for (size_t i = 0; (role = policy_role(policy, i)) != NULL; i++)
			buf_add_text(out,
			    policy_may_call(policy, str_from(role->key), method) ? " x" : " .");
		buf_add_text(out, policy_keys_have(policy_internal_methods(policy), method)
				      ? " internal\n"
				      : "\n");
	}
}

static void
say_referral(struct buf *out, const struct policy *policy)
{
	const struct policy_referral *referral = policy_referral(policy);

	buf_addf(out,
	    "[%s] from %s to %s, in their absence %s%s; an answer is due in %u days\n%s\n",
	    referral->section, referral->from, referral->reviewer, referral->deputy,
	    referral->not_by_searcher ? ", neither having searched" : "", referral->answer_due_days,
	    referral->source);
	for (size_t i = 0; i < referral->second_reader_count; i++) {
		const struct policy_second_reader *rule = &referral->second_readers[i];

		buf_addf(out, "[%s] %s of ", rule->section, rule->verdict);
		put_keys(out, "", &rule->grades);
		put_keys(out, " needs another of ", &rule->roles);
		buf_add_char(out, '\n');
	}
}

static void
say_secured(struct buf *out, const struct policy *policy)
{
	const struct policy_secured *secured = policy_secured(policy);

	buf_addf(out, "[%s] visible to ", secured->section);
	put_keys(out, "", &secured->visible_to);
	buf_addf(
	    out, "; the others ask %s (%s)\n", secured->contact, policy_secured_contact(policy));
	put_keys(out, "by hand: ", &secured->by_hand);
	buf_addf(out, "\n[%s] release needs ", secured->release_section);
	put_keys(out, "", &secured->release_needs);
	buf_add_text(out, ", and none of\n");
	put_items(out, "  ", secured->grounds, secured->ground_count);
}

static void
say_kinds(struct buf *out, const struct policy *policy)
{
	const struct policy_kind *kind;

	for (size_t i = 0; (kind = policy_kind(policy, i)) != NULL; i++)
		buf_addf(out, "%s: %s [%s]\n  kept as %s%s%s%s\n", kind->key, kind->title,
		    kind->section, kind->retention, kind->same_day ? ", same day" : "",
		    kind->people_required ? ", people" : "", kind->media ? ", media gate" : "");
}

static void
say_channels(struct buf *out, const struct policy *policy)
{
	const struct policy_item *item;

	for (size_t i = 0; (item = policy_channel(policy, i)) != NULL; i++)
		put_items(out, "", item, 1);
}

static void
say_jurisdictions(struct buf *out, const struct policy *policy)
{
	const struct policy_jurisdiction *nation;
	const struct policy_item *item;

	for (size_t i = 0; (item = policy_review_type(policy, i)) != NULL; i++)
		put_items(out, "everywhere ", item, 1);
	for (size_t i = 0; (nation = policy_jurisdiction(policy, i)) != NULL; i++) {
		buf_addf(out,
		    "%s: %s [%s]\n  board: %s\n  management review: %s\n  publication: %s\n",
		    nation->key, nation->title, nation->section, nation->board,
		    nation->management_review, nation->publication);
		put_items(out, "  ", nation->review_types, nation->review_type_count);
	}
}

static void
say_sharing(struct buf *out, const struct policy *policy)
{
	const struct policy_sharing *sharing = policy_sharing(policy);

	buf_addf(out, "[%s] of leg %s: ", sharing->section, sharing->leg);
	put_keys(out, "", &sharing->agree);
	put_keys(out, " agree, after asking ", &sharing->consult);
	buf_addf(out, "; else %s decides\n", sharing->decides);
	put_items(out, "  ", sharing->statements, sharing->statement_count);
}

static void
say_media(struct buf *out, const struct policy *policy)
{
	const struct policy_media *media = policy_media(policy);

	buf_addf(out, "[%s] ", media->section);
	put_keys(out, "", &media->roles);
	put_keys(out, "\nclear: ", &media->clear);
	put_keys(out, "\nhold: ", &media->hold);
	buf_add_char(out, '\n');
}

static void
say_milestones(struct buf *out, const struct policy *policy)
{
	const struct policy_item *item;

	for (size_t i = 0; (item = policy_milestone(policy, i)) != NULL; i++)
		put_items(out, "", item, 1);
}

static void
say_notices(struct buf *out, const struct policy *policy)
{
	const struct policy_notice *notice;

	for (size_t i = 0; (notice = policy_notice(policy, i)) != NULL; i++) {
		buf_addf(out, "[%s] %s -> %s", notice->section, notice->on, notice->to);
		put_keys(out, ", systems ", &notice->systems);
		put_keys(out, ", nations ", &notice->nations);
		put_keys(out, ", kinds ", &notice->kinds);
		if (notice->ack_within_hours > 0)
			buf_addf(out, ", ack within %u hours", notice->ack_within_hours);
		buf_addf(out, "\n  %s\n", notice->text);
	}
}

static void
say_deadlines(struct buf *out, const struct policy *policy)
{
	static const char *const units[] = { [POLICY_HOURS] = "hours",
		[POLICY_DAYS] = "days",
		[POLICY_WEEKS] = "weeks",
		[POLICY_MONTHS] = "months",
		[POLICY_SAME_DAY] = "(same day)",
		[POLICY_WEEKS_BEFORE] = "weeks before" };
	const struct policy_deadline *deadline;

	for (size_t i = 0; (deadline = policy_deadline(policy, i)) != NULL; i++) {
		buf_addf(out, "%s: %s [%s]\n  %u %s %s%s, met by %s\n", deadline->key,
		    deadline->title, deadline->section, deadline->count, units[deadline->unit],
		    deadline->unit == POLICY_WEEKS_BEFORE ? "" : "from ",
		    deadline->unit == POLICY_WEEKS_BEFORE ? deadline->before : deadline->from,
		    deadline->met_by);
		put_keys(out, "  in ", &deadline->jurisdictions);
		put_keys(out, ", kinds ", &deadline->kinds);
		put_keys(out, ", review types ", &deadline->review_types);
		buf_addf(
		    out, "%s%s\n", deadline->source[0] == '\0' ? "" : "\n  ", deadline->source);
	}
}

static void
say_retention(struct buf *out, const struct policy *policy)
{
	const struct policy_keys *outcomes = policy_outcomes();
	const struct policy_retention *class;

	buf_addf(out, "%s\n", policy_retention_source(policy));
	for (size_t i = 0; (class = policy_retention(policy, i)) != NULL; i++) {
		buf_addf(out, "%s: %s [%s]\n ", class->key, class->title, class->section);
		for (size_t j = 0; j + 1 < outcomes->count; j++)
			buf_addf(out, " %s %u", outcomes->items[j], class->keep_days[j]);
		buf_add_text(out, " days\n");
	}
}

static void
say_standing(struct buf *out, const struct policy *policy)
{
	const struct policy_standing *standing = policy_standing(policy);

	buf_addf(out, "[%s] %s", standing->section,
	    standing->while_open ? "while a request is open" : "never");
	put_keys(out, ", kinds ", &standing->kinds);
	buf_add_char(out, '\n');
}

enum part {
	HEAD,
	COVERAGE,
	ROLES,
	MATRIX,
	REFERRAL,
	SECURED,
	KINDS,
	CHANNELS,
	JURISDICTIONS,
	SHARING,
	MEDIA,
	MILESTONES,
	NOTICES,
	DEADLINES,
	RETENTION,
	STANDING,
	PARTS
};

static const struct {
	const char *name;
	void (*say)(struct buf *out, const struct policy *policy);
} parts[PARTS] = { [HEAD] = { "head", say_head },
	[COVERAGE] = { "coverage", say_coverage },
	[ROLES] = { "roles", say_roles },
	[MATRIX] = { "who may call what", say_matrix },
	[REFERRAL] = { "referral", say_referral },
	[SECURED] = { "secured", say_secured },
	[KINDS] = { "kinds", say_kinds },
	[CHANNELS] = { "channels", say_channels },
	[JURISDICTIONS] = { "jurisdictions", say_jurisdictions },
	[SHARING] = { "sharing", say_sharing },
	[MEDIA] = { "media", say_media },
	[MILESTONES] = { "milestones", say_milestones },
	[NOTICES] = { "notices", say_notices },
	[DEADLINES] = { "deadlines", say_deadlines },
	[RETENTION] = { "retention", say_retention },
	[STANDING] = { "standing", say_standing } };

/* --- The page ----------------------------------------------------------------------------------
 */
static struct buf page;

/* What the page says of a part: from its heading to the next one. */
static struct str
expected(enum part part)
{
	char heading[64];
	const char *from, *to;

	snprintf(heading, sizeof heading, "\n== %s ==\n", parts[part].name);
	from = strstr(page.p, heading);
	if (from == NULL)
		fail_msg("%s: no part \"%s\"", RULES, parts[part].name);
	from += strlen(heading);
	to = strstr(from, "\n== ");
	return (struct str){ from, to == NULL ? strlen(from) : (size_t)(to - from) };
}

static bool
holds(enum part part, const struct policy *policy, struct buf *out)
{
	buf_clear(out);
	parts[part].say(out, policy);
	return str_eq(buf_str(out), expected(part));
}

static struct policy *
load(const char *path)
{
	struct policy *policy = NULL;
	struct err err = ERR_NONE;

	if (policy_load(&policy, path, &err) != STATUS_OK)
		fail_msg("%s: %s", err.source, err.text);
	return policy;
}

/* Names the first line that differs. */
static void
fail_at_line(enum part part, struct str said)
{
	struct str wanted = expected(part);

	while (said.n > 0 || wanted.n > 0) {
		struct str a = str_cut(&said, '\n'), b = str_cut(&wanted, '\n');

		if (!str_eq(a, b))
			fail_msg("%s, \"%s\":\n  the page  %.*s\n  the policy %.*s", RULES,
			    parts[part].name, STR_ARG(b), STR_ARG(a));
	}
}

static void
check_part(enum part part)
{
	struct policy *policy = load(SHIPPED);
	struct buf said = BUF_INIT;

	if (!holds(part, policy, &said))
		fail_at_line(part, buf_str(&said));
	buf_free(&said);
	policy_free(policy);
}

#define PART(name, part)                      \
	static void test_##name(void **state) \
	{                                     \
		(void)state;                  \
		check_part(part);             \
	}
PART(name_and_source, HEAD)
PART(what_a_check_covers_2_3, COVERAGE)
PART(roles_and_their_legs, ROLES)
PART(who_may_call_what, MATRIX)
PART(referral_2_5, REFERRAL)
PART(secured_records_2_7_and_release_4_17, SECURED)
PART(kinds_of_request_2_1, KINDS)
PART(channels_2_2, CHANNELS)
PART(jurisdictions_14, JURISDICTIONS)
PART(sharing_2_8, SHARING)
PART(media_gate_5_3, MEDIA)
PART(milestones, MILESTONES)
PART(notices_2_6, NOTICES)
PART(deadlines_4_13_and_9, DEADLINES)
PART(retention_6_2, RETENTION)
PART(standing_checks, STANDING)

/* --- What follows from the rules ---------------------------------------------------------------
 */
static void
test_candidates_are_referred_from_possible_on(void **state)
{
	struct policy *policy = load(SHIPPED);

	(void)state;
	assert_false(policy_is_referred(policy, STR_LIT("unlikely")));
	assert_true(policy_is_referred(policy, STR_LIT("possible")));
	assert_true(policy_is_referred(policy, STR_LIT("probable")));
	assert_true(policy_is_referred(policy, STR_LIT("certain")));
	assert_false(policy_is_referred(policy, STR_LIT("related")));
	assert_false(policy_is_referred(policy, STR_NONE));
	policy_free(policy);
}

static void
test_only_a_rejected_certain_one_needs_a_second_reader(void **state)
{
	const struct policy_keys *verdicts = policy_verdicts(), *grades = policy_grades();
	struct policy *policy = load(SHIPPED);

	(void)state;
	for (size_t v = 0; v < verdicts->count; v++)
		for (size_t g = 0; g < grades->count; g++)
			assert_int_equal(policy_second_reader(policy, str_from(verdicts->items[v]),
					     str_from(grades->items[g])) != NULL,
			    strcmp(verdicts->items[v], "not_this_person") == 0 &&
				strcmp(grades->items[g], "certain") == 0);
	policy_free(policy);
}

/* The roles told, in the policy's order, as "a, b". */
static void
told(struct buf *out, const struct policy *policy, const char *on, const char *system)
{
	struct str systems[] = { str_from(system) };
	struct policy_happening happening = {
		.on = str_from(on), .systems = systems, .system_count = systems[0].n > 0
	};
	const struct policy_notice *notice;

	buf_clear(out);
	for (size_t i = 0; (notice = policy_notice(policy, i)) != NULL; i++)
		if (policy_notice_applies(notice, &happening))
			buf_addf(out, "%s%s", out->n == 0 ? "" : ", ", notice->to);
}

static void
test_who_is_told_depends_on_the_systems_that_matched(void **state)
{
	static const struct {
		const char *on, *system, *told;
	} cases[] = {
		{ "match_confirmed", "childrens_services",
		    "head_of_inspection, chief_executive, head_of_childrens_services, "
		    "service_manager, head_of_media" },
		{ "match_confirmed", "helpline",
		    "head_of_inspection, chief_executive, head_of_helpline, head_of_media" },
		{ "match_confirmed", "childline",
		    "head_of_inspection, chief_executive, head_of_childline, head_of_media" },
		{ "match_confirmed", "ctac", "head_of_inspection, chief_executive, head_of_media" },
		{ "match_confirmed", "", "head_of_inspection, chief_executive, head_of_media" },
		{ "same_day_request", "", "chief_executive, safeguarding_unit" },
		{ "breach", "", "safeguarding_unit" },
		{ "imr_commissioned", "", "head_of_media" },
		{ "standing_change", "childline", "consultant, nsit_officer" },
		{ "request_received", "", "" },
	};
	struct policy *policy = load(SHIPPED);
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		told(&out, policy, cases[i].on, cases[i].system);
		if (!str_eq_text(buf_str(&out), cases[i].told))
			fail_msg(
			    "%s, %s: %.*s", cases[i].on, cases[i].system, STR_ARG(buf_str(&out)));
	}
	buf_free(&out);
	policy_free(policy);
}

static void
test_a_notice_for_nations_and_kinds_goes_out_where_they_are_not_known(void **state)
{
	static const char *const nations[] = { "wales" }, *const kinds[] = { "publication" };
	const struct policy_notice notice = {
		.on = "breach", .nations = { nations, 1 }, .kinds = { kinds, 1 }
	};
	static const struct {
		const char *nation, *kind;
		bool applies;
	} cases[] = { { "wales", "publication", true }, { "", "", true }, { "wales", "", true },
		{ "", "publication", true }, { "england", "publication", false },
		{ "wales", "spokesperson", false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy_happening happening = { .on = STR_LIT("breach"),
			.jurisdiction = str_from(cases[i].nation),
			.kind = str_from(cases[i].kind) };

		assert_int_equal(policy_notice_applies(&notice, &happening), cases[i].applies);
		happening.on = STR_LIT("match_confirmed");
		assert_false(policy_notice_applies(&notice, &happening));
	}
}

static void
test_deadlines_apply_by_jurisdiction_and_review_type(void **state)
{
	static const struct {
		const char *deadline, *nation, *type;
		bool applies;
	} cases[] = { { "imr", "jersey", "scr", true }, { "imr", "", "", true },
		{ "wales_review", "wales", "cpr_extended", true },
		{ "wales_review", "wales", "dhr", false }, { "wales_review", "wales", "", false },
		{ "wales_review", "england", "cpr_extended", false },
		{ "wales_review", "", "cpr_extended", false },
		{ "england_publication", "england", "cspr", true },
		{ "england_publication", "northern_ireland", "cmr", false },
		{ "secured_review", "scotland", "", true }, { "imr", "france", "", false } };
	struct policy *policy = load(SHIPPED);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (policy_deadline_applies(policy,
			policy_deadline_find(policy, str_from(cases[i].deadline)),
			str_from(cases[i].nation), STR_LIT("external_record_check"),
			str_from(cases[i].type)) != cases[i].applies)
			fail_msg(
			    "%s in %s of %s", cases[i].deadline, cases[i].nation, cases[i].type);
	assert_null(policy_deadline_find(policy, STR_LIT("lunch")));
	policy_free(policy);
}

static void
test_what_is_kept_depends_on_kind_and_outcome(void **state)
{
	struct policy *policy = load(SHIPPED);
	const struct policy_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = policy_kind(policy, i)) != NULL; i++) {
		struct str key = str_from(kind->key);

		assert_int_equal(policy_keep_days(policy, key, STR_LIT("match")), 9131);
		assert_int_equal(policy_keep_days(policy, key, STR_LIT("withdrawn")),
		    strcmp(kind->retention, "enquiry") == 0 ? 365 : 730);
		assert_int_equal(policy_keep_days(policy, key, STR_LIT("in_review")), 0);
	}
	assert_int_equal(policy_keep_days(policy, STR_LIT("gossip"), STR_LIT("match")), 0);
	policy_free(policy);
}

static void
test_others_are_found_by_key(void **state)
{
	struct policy *policy = load(SHIPPED);

	(void)state;
	assert_string_equal(policy_ground_find(policy, STR_LIT("public_enquiry"))->section, "4.17");
	assert_null(policy_ground_find(policy, STR_LIT("convenience")));
	assert_string_equal(policy_channel_find(policy, STR_LIT("telephone"))->title, "Telephone");
	assert_null(policy_channel_find(policy, STR_LIT("fax")));
	assert_string_equal(policy_channel_list(policy), "email, telephone, out_of_hours");
	assert_string_equal(policy_milestone_find(policy, STR_LIT("published"))->key, "published");
	assert_null(policy_milestone_find(policy, STR_LIT("breach")));
	assert_true(policy_keys_have(policy_events(), STR_LIT("breach")));
	assert_true(policy_stands(policy, STR_LIT("serious_incident")));
	assert_null(policy_kind_find(policy, STR_LIT("gossip")));
	policy_free(policy);
}

/* --- Every change is noticed -------------------------------------------------------------------
 */
#define SWAPS_MAX 3 /* other names tried in one place */

struct changes {
	json_t *doc, *pools; /* pools: path without indices -> its different strings */
	char *file;
	struct buf text, unnoticed;
	unsigned refused, noticed;
};

/* "notices[].to" */
static void
collect(struct changes *changes, const json_t *value, const char *path)
{
	json_t *open = (json_t *)(uintptr_t)value; /* jansson's iterator takes no const */
	json_t *pool, *inner;
	const char *key;
	char longer[128];
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach (open, key, inner) {
			snprintf(longer, sizeof longer, "%s.%s", path, key);
			collect(changes, inner, longer);
		}
	} else if (json_is_array(value)) {
		snprintf(longer, sizeof longer, "%s[]", path);
		json_array_foreach (value, i, inner)
			collect(changes, inner, longer);
	} else if (json_is_string(value)) {
		pool = json_object_get(changes->pools, path);
		if (pool == NULL)
			json_object_set_new(changes->pools, path, pool = json_array());
		json_array_foreach (pool, i, inner)
			if (json_equal(inner, value))
				return;
		json_array_append(pool, open);
	}
}

static bool
is_noticed(struct changes *changes)
{
	struct policy *policy;
	bool same = true;

	if (json_dump_file(changes->doc, changes->file, 0) != 0)
		fail_msg("cannot write %s", changes->file);
	if (policy_load(&policy, changes->file, NULL) != STATUS_OK) {
		changes->refused++;
		return true;
	}
	for (enum part part = HEAD; part < PARTS && same; part++)
		same = holds(part, policy, &changes->text);
	policy_free(policy);
	changes->noticed += !same;
	return !same;
}

static void
try_it(struct changes *changes, const char *path, const char *what)
{
	if (!is_noticed(changes))
		buf_addf(&changes->unnoticed, "%s: %s\n", path, what);
}

/* In another form, and other names in its place; `twins`: the list that it is in, or NULL. */
static void
change_string(struct changes *changes, json_t *value, const char *path, const char *pool_path,
    const json_t *twins)
{
	const json_t *pool = json_object_get(changes->pools, pool_path);
	char *before = strdup(json_string_value(value)), longer[512];
	size_t n = json_array_size(pool), at = 0, tried = 0;

	while (at < n && strcmp(json_string_value(json_array_get(pool, at)), before) != 0)
		at++;
	snprintf(longer, sizeof longer, "%sx", before);
	json_string_set(value, longer);
	try_it(changes, path, "another text");
	json_string_set(value, before);
	for (size_t i = 1; i < n && tried < SWAPS_MAX; i++) {
		const char *other = json_string_value(json_array_get(pool, (at + i) % n));
		bool twice = false;

		for (size_t t = 0; t < json_array_size(twins); t++)
			twice |= json_is_string(json_array_get(twins, t)) &&
				 strcmp(json_string_value(json_array_get(twins, t)), other) == 0;
		if (twice)
			continue;
		json_string_set(value, other);
		try_it(changes, path, other);
		json_string_set(value, before);
		tried++;
	}
	free(before);
}

static void
change_number(struct changes *changes, json_t *value, const char *path)
{
	if (json_is_integer(value)) {
		json_int_t before = json_integer_value(value);

		json_integer_set(value, before + 1);
		try_it(changes, path, "one more");
		json_integer_set(value, before - 1);
		try_it(changes, path, "one less");
		json_integer_set(value, before);
	} else {
		double before = json_real_value(value);

		json_real_set(value, before + 0.5);
		try_it(changes, path, "half a bit more");
		json_real_set(value, before);
	}
}

static void change_value(struct changes *changes, json_t *value, const char *path,
    const char *pool_path, const json_t *twins);

static void
change_object(struct changes *changes, json_t *object, const char *path, const char *pool_path)
{
	json_t *keys = json_array(), *key;
	size_t i;

	for (void *at = json_object_iter(object); at != NULL;
	     at = json_object_iter_next(object, at))
		json_array_append_new(keys, json_string(json_object_iter_key(at)));
	json_array_foreach (keys, i, key) {
		const char *name = json_string_value(key);
		json_t *value = json_incref(json_object_get(object, name));
		char full[128], pool[128];

		snprintf(full, sizeof full, "%s.%s", path, name);
		snprintf(pool, sizeof pool, "%s.%s", pool_path, name);
		json_object_del(object, name);
		try_it(changes, full, "left out");
		json_object_set(object, name, value);
		if (json_is_boolean(value)) {
			json_object_set_new(object, name, json_boolean(json_is_false(value)));
			try_it(changes, full, "the opposite");
			json_object_set(object, name, value);
		} else {
			change_value(changes, value, full, pool, NULL);
		}
		json_decref(value);
	}
	json_decref(keys);
}

static void
change_list(struct changes *changes, json_t *list, const char *path, const char *pool_path)
{
	char full[128], pool[128];

	snprintf(pool, sizeof pool, "%s[]", pool_path);
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *value = json_incref(json_array_get(list, i));

		snprintf(full, sizeof full, "%s[%zu]", path, i);
		json_array_remove(list, i);
		try_it(changes, full, "left out");
		json_array_insert(list, i, value);
		change_value(changes, value, full, pool, list);
		json_decref(value);
	}
}

static void
change_value(struct changes *changes, json_t *value, const char *path, const char *pool_path,
    const json_t *twins)
{
	if (json_is_object(value))
		change_object(changes, value, path, pool_path);
	else if (json_is_array(value))
		change_list(changes, value, path, pool_path);
	else if (json_is_string(value))
		change_string(changes, value, path, pool_path, twins);
	else if (json_is_number(value))
		change_number(changes, value, path);
	else
		fail_msg("%s: neither text nor number", path);
}

/* --- Every rule can be added to ------------------------------------------------------------- */
static void
add_role_to_each_method(struct changes *changes)
{
	const struct policy_keys *methods = policy_methods();
	json_t *role;
	size_t i;

	json_array_foreach (json_object_get(changes->doc, "roles"), i, role) {
		json_t *list = json_object_get(role, "methods");

		for (size_t m = 0; m < methods->count; m++) {
			char what[128];

			snprintf(what, sizeof what, "%s and %s",
			    json_string_value(json_object_get(role, "key")), methods->items[m]);
			json_array_append_new(list, json_string(methods->items[m]));
			try_it(changes, "roles", what);
			json_array_remove(list, json_array_size(list) - 1);
		}
	}
}

static void
test_every_change_is_refused_or_fails_one_of_these(void **state)
{
	char folder[] = "/tmp/policy-rules-XXXXXX", file[64];
	struct changes changes = { .file = file, .text = BUF_INIT, .unnoticed = BUF_INIT };
	json_error_t error;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/policy.json", folder);
	changes.doc = json_load_file(SHIPPED, 0, &error);
	changes.pools = json_object();
	assert_non_null(changes.doc);
	collect(&changes, changes.doc, "");
	assert_false(is_noticed(&changes)); /* unchanged */
	change_object(&changes, changes.doc, "", "");
	add_role_to_each_method(&changes);
	assert_false(is_noticed(&changes)); /* all was put back */
	print_message(
	    "# %u changes refused, %u found by a test\n", changes.refused, changes.noticed);
	assert_int_equal(file_remove_tree(folder, NULL), STATUS_OK);
	if (changes.unnoticed.n > 0)
		fail_msg("not noticed:\n%.*s", STR_ARG(buf_str(&changes.unnoticed)));
	assert_true(changes.refused > 1000 && changes.noticed > 1000);
	json_decref(changes.doc);
	json_decref(changes.pools);
	buf_free(&changes.text);
	buf_free(&changes.unnoticed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_and_source),
		cmocka_unit_test(test_what_a_check_covers_2_3),
		cmocka_unit_test(test_roles_and_their_legs),
		cmocka_unit_test(test_who_may_call_what),
		cmocka_unit_test(test_referral_2_5),
		cmocka_unit_test(test_secured_records_2_7_and_release_4_17),
		cmocka_unit_test(test_kinds_of_request_2_1),
		cmocka_unit_test(test_channels_2_2),
		cmocka_unit_test(test_jurisdictions_14),
		cmocka_unit_test(test_sharing_2_8),
		cmocka_unit_test(test_media_gate_5_3),
		cmocka_unit_test(test_milestones),
		cmocka_unit_test(test_notices_2_6),
		cmocka_unit_test(test_deadlines_4_13_and_9),
		cmocka_unit_test(test_retention_6_2),
		cmocka_unit_test(test_standing_checks),
		cmocka_unit_test(test_candidates_are_referred_from_possible_on),
		cmocka_unit_test(test_only_a_rejected_certain_one_needs_a_second_reader),
		cmocka_unit_test(test_who_is_told_depends_on_the_systems_that_matched),
		cmocka_unit_test(
		    test_a_notice_for_nations_and_kinds_goes_out_where_they_are_not_known),
		cmocka_unit_test(test_deadlines_apply_by_jurisdiction_and_review_type),
		cmocka_unit_test(test_what_is_kept_depends_on_kind_and_outcome),
		cmocka_unit_test(test_others_are_found_by_key),
		cmocka_unit_test(test_every_change_is_refused_or_fails_one_of_these),
	};
	int failed;

	if (digest_init(NULL) != STATUS_OK || file_read(&page, RULES, 1u << 20, NULL) != STATUS_OK)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_free(&page);
	return failed;
}
