#include "tests/support/corpus_question.h"

enum { STREAM_CHOICE = 1000, STREAM_HOUSEHOLD };

#define NOBODY CORPUS_MEMBERS_MAX
#define TRIES 10000 /* a handful of families may have nobody of the kind */

static const char *const kind_names[CORPUS_KIND_COUNT] = { "present", "nowhere", "relative",
	"namesake", "common" };

const char *
corpus_question_kind(enum corpus_kind kind)
{
	return kind_names[kind];
}

void
corpus_question_init(struct corpus_asker *out, struct arena *arena,
    const struct corpus_source *source, uint64_t families)
{
	memset(out, 0, sizeof *out);
	out->arena = arena;
	out->source = *source;
	out->shares =
	    corpus_shares_under(&corpus_shares_typical, (enum corpus_profile)source->profile);
	out->families = families;
}

/* --- Families ------------------------------------------------------------------------------ */

static void
look_at(struct corpus_asker *asker, uint64_t number)
{
	uint64_t first;
	unsigned count = corpus_records_of(&first, number);

	asker->on_file = 0;
	for (unsigned r = 0; r < count; r++) {
		struct corpus_case made;

		arena_reset(asker->arena);
		if (corpus_make(&made, asker->arena, &asker->source, first + r) != STATUS_OK) {
			asker->failed = true;
			return;
		}
		for (size_t k = 0; k < made.record.people_count; k++)
			asker->on_file |= 1u << made.member[k];
	}
	arena_reset(asker->arena);
	corpus_family_make(&asker->family, &asker->source, number);
}

static void
look_anywhere(struct corpus_asker *asker)
{
	look_at(asker, corpus_rng_next(&asker->rng) % asker->families);
}

static unsigned
bits(uint32_t mask)
{
	unsigned out = 0;

	for (; mask != 0; mask &= mask - 1)
		out++;
	return out;
}

static bool
is_on_file(const struct corpus_asker *asker, unsigned member)
{
	return (asker->on_file >> member & 1) != 0;
}

/* Half of the questions are about the child of the case, who is always on file. */
static unsigned
pick_present(struct corpus_asker *asker)
{
	unsigned member;

	if (asker->failed || corpus_rng_chance(&asker->rng, 500))
		return 0;
	do
		member = corpus_rng_below(&asker->rng, (uint32_t)asker->family.member_count);
	while (!is_on_file(asker, member));
	return member;
}

/* How likely one is to be asked about while the rest of the family is on file: the more alike to
 * somebody who is, the more. */
static unsigned
relative_weight(const struct corpus_asker *asker, unsigned k)
{
	static const uint8_t weights[] = { 4, 4, 2, 3, 1, 1, 1, 0 };
	const struct corpus_member *member = &asker->family.members[k];
	unsigned weight = weights[member->relation];

	if (is_on_file(asker, k) || member->born > CORPUS_LAST_DAY)
		return 0;
	for (unsigned i = 0; i < asker->family.member_count; i++) {
		const struct corpus_member *other = &asker->family.members[i];

		if (i != k &&
		    (other->born == member->born || strcmp(other->forename, member->forename) == 0))
			return 3 * weight;
	}
	return weight;
}

/* Somebody not on file of a family that is; the family is looked for. NOBODY if none is found. */
static unsigned
pick_relative(struct corpus_asker *asker)
{
	for (unsigned tries = 0; tries < TRIES; tries++) {
		unsigned total = 0, member = 0;

		look_anywhere(asker);
		for (unsigned k = 0; k < asker->family.member_count; k++) {
			unsigned weight = relative_weight(asker, k);

			total += weight;
			if (weight > 0 && corpus_rng_below(&asker->rng, total) < weight)
				member = k;
		}
		if (total > 0)
			return member;
	}
	return NOBODY;
}

static void
ask(struct corpus_question *out, struct corpus_asker *asker, unsigned member)
{
	out->origin = asker->family.members[member].origin;
	out->on_file = asker->family.number < asker->families && is_on_file(asker, member);
	if (corpus_ask(&out->query, asker->arena, &asker->source, &asker->family, member, asker->n,
		&asker->shares) != STATUS_OK)
		asker->failed = true;
}

static void
look_at_absent(struct corpus_asker *asker, uint64_t n)
{
	arena_reset(asker->arena);
	corpus_family_make(&asker->family, &asker->source, corpus_family_absent(n));
	asker->on_file = 0;
}

/* Of about the age of the other, but never of the same day. */
static day_number
near_birthday(struct corpus_asker *asker, day_number born)
{
	day_number out = born - 1500 + (day_number)corpus_rng_below(&asker->rng, 3000);

	if (out == born || out > CORPUS_LAST_DAY - 30)
		out = born - 200;
	return out;
}

/* Somebody who is nowhere, with the name of somebody who is on file. */
static void
ask_about_namesake(struct corpus_question *out, struct corpus_asker *asker)
{
	struct corpus_member *member, known;
	struct corpus_home home;
	uint32_t way = corpus_rng_below(&asker->rng, 20);
	unsigned k = 0;

	look_anywhere(asker);
	known = asker->family.members[pick_present(asker)];
	home = asker->family.homes[asker->family.home_count - 1];
	look_at_absent(asker, asker->n);
	if (known.relation > CORPUS_SIBLING)
		while (k + 1 < asker->family.member_count &&
		       asker->family.members[k].relation != CORPUS_MOTHER)
			k++;
	member = &asker->family.members[k];
	corpus_family_take_name(member, &known);
	if (way < 19)
		member->born = corpus_rng_chance(&asker->rng, 600)
				   ? near_birthday(asker, known.born)
				   : member->born - (member->born == known.born);
	else
		member->born = known.born;
	if (way < 5) {
		corpus_family_next_door(
		    &asker->family.homes[asker->family.home_count - 1], &home, &asker->rng);
		member->apart = -1;
	}
	ask(out, asker, k);
}

/* All that is said is a common name, and perhaps an age or a town. */
static void
ask_about_common(struct corpus_question *out, struct corpus_asker *asker, bool present)
{
	struct corpus_shares usual = asker->shares;
	struct person_address *town = NULL;
	unsigned member = 0;
	uint32_t what = corpus_rng_below(&asker->rng, 4);

	for (uint64_t tries = 0; tries < TRIES; tries++) {
		if (present)
			look_anywhere(asker);
		else
			look_at_absent(asker, asker->n + (tries << 32));
		member = present ? pick_present(asker) : 0;
		if (asker->family.members[member].common &&
		    asker->family.members[member].surname[0] != '\0')
			break;
	}
	asker->shares = corpus_shares_none;
	asker->shares.per_mille[CORPUS_NO_MIDDLE] = 1000;
	asker->shares.per_mille[what & 1 ? CORPUS_DATE_AGE : CORPUS_NO_DATE] = 1000;
	asker->shares.per_mille[CORPUS_NO_PHONE] = 1000;
	asker->shares.per_mille[CORPUS_NO_IDENTIFIER] = 1000;
	asker->shares.per_mille[what & 2 ? CORPUS_NO_POSTCODE : CORPUS_NO_ADDRESS] = 1000;
	ask(out, asker, member);
	asker->shares = usual;
	out->query.person.name_count = 1;
	if (out->query.person.address_count == 0)
		return;
	town = arena_alloc(asker->arena, 1, sizeof *town);
	if (town == NULL) {
		asker->failed = true;
		return;
	}
	*town = (struct person_address){
		.town = out->query.person.addresses[0].town, .from = DAY_NONE, .to = DAY_NONE
	};
	out->query.person.addresses = town;
	out->query.person.address_count = 1;
	out->query.damage &= ~CORPUS_BIT(CORPUS_NO_POSTCODE);
	out->query.damage |= CORPUS_BIT(CORPUS_ADDRESS_PARTIAL);
}

/* Somebody of a family that has others on file, or somebody who is nowhere if there is no such. */
static void
ask_about_relative(struct corpus_question *out, struct corpus_asker *asker)
{
	unsigned member = pick_relative(asker);

	out->kind = CORPUS_RELATIVE;
	if (member == NOBODY) {
		out->kind = CORPUS_NOWHERE;
		look_at_absent(asker, asker->n);
		member = 0;
	}
	ask(out, asker, member);
}

static void
begin(struct corpus_asker *asker, uint64_t stream, uint64_t n)
{
	asker->n = n;
	asker->failed = false;
	asker->rng = corpus_rng_of(asker->source.seed, stream, n);
}

enum status
corpus_question_make(struct corpus_question *out, struct corpus_asker *asker, uint64_t n)
{
	/* Common is C on file, c not. The absent are the child of the case, or an adult (N). */
	static const char kinds[25] = "ppNprpmpCppnprppmppprppc";
	char kind = kinds[n % 24];

	begin(asker, STREAM_CHOICE, n);
	switch (kind) {
	case 'r':
		ask_about_relative(out, asker);
		break;
	case 'm':
		out->kind = CORPUS_NAMESAKE;
		ask_about_namesake(out, asker);
		break;
	case 'C':
	case 'c':
		out->kind = CORPUS_COMMON;
		ask_about_common(out, asker, kind == 'C');
		break;
	case 'N':
	case 'n':
		out->kind = CORPUS_NOWHERE;
		look_at_absent(asker, n);
		ask(out, asker, kind == 'n' ? 0 : (unsigned)asker->family.member_count - 1);
		break;
	default:
		out->kind = CORPUS_PRESENT;
		look_anywhere(asker);
		ask(out, asker, pick_present(asker));
	}
	return asker->failed ? STATUS_NOMEM : STATUS_OK;
}

/* --- Households ---------------------------------------------------------------------------- */

/* Four members of a family of which at least two are on file: the child of the case and three
 * others in the order of the family, from a place that is drawn. */
static bool
pick_household(unsigned members[CORPUS_HOUSEHOLD], struct corpus_asker *asker)
{
	unsigned others, from, tries = 0;

	do
		look_anywhere(asker);
	while ((asker->family.member_count < CORPUS_HOUSEHOLD || bits(asker->on_file) < 2) &&
	       ++tries < TRIES);
	if (tries == TRIES)
		return false;
	others = (unsigned)asker->family.member_count - 1;
	from = corpus_rng_below(&asker->rng, others);
	members[0] = 0;
	for (unsigned i = 1; i < CORPUS_HOUSEHOLD; i++)
		members[i] = 1 + (from + i) % others;
	return true;
}

enum status
corpus_question_household(struct corpus_question out[CORPUS_HOUSEHOLD], bool *found,
    struct corpus_asker *asker, uint64_t n)
{
	unsigned members[CORPUS_HOUSEHOLD];

	begin(asker, STREAM_HOUSEHOLD, n);
	*found = pick_household(members, asker);
	for (unsigned i = 0; i < CORPUS_HOUSEHOLD && *found; i++) {
		out[i].kind = CORPUS_PRESENT;
		ask(&out[i], asker, members[i]);
		if (!out[i].on_file)
			out[i].kind = CORPUS_RELATIVE;
	}
	return asker->failed ? STATUS_NOMEM : STATUS_OK;
}
