#include "record/features_spelling.h"

enum particles { PARTICLES_KEEP, PARTICLES_JOIN, PARTICLES_DROP };
enum joins { JOINS_NONE, JOINS_LATER, JOINS_ALL };

struct style {
	bool join_hyphens;
	enum particles particles;
	enum joins joins;
};

static bool
is_particle(
    struct feature_maker *maker, struct str token, enum text_part part, size_t i, bool dropping)
{
	bool among_forenames = lexicon_is_forename_particle(maker->lexicon, token);
	bool anywhere = lexicon_is_particle(maker->lexicon, token);

	if (dropping && !anywhere)
		return false; /* Haile Selassie is not Selassie */
	if (part == TEXT_SURNAME)
		return anywhere || among_forenames;
	if (part == TEXT_FORENAMES)
		return among_forenames;
	return among_forenames || (anywhere && (i > 0 || !dropping));
}

static bool
joins_at(struct str *to, struct feature_maker *maker, struct str token, size_t i, enum joins joins)
{
	return (joins == JOINS_ALL || (joins == JOINS_LATER && i > 0)) &&
	       lexicon_joins(maker->lexicon, to, token);
}

/* "mcdonald" and "macdonald" are one name. */
static struct str
long_mac(struct feature_maker *maker, struct str token)
{
	if (token.n < 4 || token.p[0] != 'm' || token.p[1] != 'c')
		return token;
	return features_join(maker, STR_LIT("mac"), '\0', str_part(token, 2, token.n));
}

/* The token that begins at word *i, with all that joins to it; *i moves to its last word. */
static struct str
take_token(struct feature_maker *maker, const struct reading *reading, enum text_part part,
    struct style style, size_t *i)
{
	struct str token = STR_NONE, prefix;

	for (;; ++*i) {
		struct str text = reading->words[*i].text;
		bool last = *i + 1 == reading->count;
		bool more = !last && ((style.join_hyphens && reading->words[*i + 1].glued) ||
					 (style.particles == PARTICLES_JOIN &&
					     is_particle(maker, text, part, *i, false)));

		if (!last && joins_at(&prefix, maker, text, *i, style.joins)) {
			text = prefix;
			more = true;
		}
		token = token.n == 0 ? text : features_join(maker, token, '\0', text);
		if (!more)
			return long_mac(maker, token);
	}
}

/* A token no longer than it may be, with the mark of its script. */
static struct str
marked(struct feature_maker *maker, struct str text, char script)
{
	if (script == '\0')
		return str_part(text, 0, FEATURE_TOKEN_BYTES_MAX);
	return features_join(maker, str_part(text, 0, FEATURE_TOKEN_BYTES_MAX - 1), '\0',
	    (struct str){ &script, 1 });
}

static void
spell(struct spelling *out, struct feature_maker *maker, const struct reading *reading,
    enum text_part part, struct style style)
{
	out->count = 0;
	for (size_t i = 0; i < reading->count; i++) {
		struct str text = reading->words[i].text;

		if (style.particles == PARTICLES_DROP && i + 1 < reading->count &&
		    is_particle(maker, text, part, i, true))
			continue;
		out->glued[out->count] = out->count > 0 && reading->words[i].glued;
		text = take_token(maker, reading, part, style, &i);
		out->tokens[out->count++] = marked(maker, text, reading->words[i].script);
	}
}

static bool
same_spelling(const struct spelling *a, const struct spelling *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!str_eq(a->tokens[i], b->tokens[i]))
			return false;
	return true;
}

static void
add_spelling(struct spellings *out, struct feature_maker *maker, const struct reading *reading,
    enum text_part part, struct style style)
{
	struct spelling *made = &out->list[out->count];

	if (out->count == SPELLINGS_MAX)
		return;
	spell(made, maker, reading, part, style);
	if (made->count == 0)
		return;
	for (size_t i = 0; i < out->count; i++)
		if (same_spelling(&out->list[i], made))
			return;
	out->count++;
}

struct signs {
	bool hyphen;
	bool particle;
	bool name_too;	   /* a particle may be a name of its own: "Ben", "Haile" */
	bool first_join;   /* the first word of a full name would join */
	bool initial_join; /* a later single letter would: "O Brien", or a middle initial */
};

/* A particle kept as a word would count as evidence ("al" agrees with "al"), so it is kept only
 * where it may be a name. */
static bool
may_be_name(struct feature_maker *maker, struct str token, enum text_part part, size_t i)
{
	uint16_t classes[LEXICON_CLASSES_MAX];
	bool among_forenames = lexicon_is_forename_particle(maker->lexicon, token);

	if (!lexicon_is_particle(maker->lexicon, token))
		return true;
	if (part == TEXT_SURNAME)
		return false;
	if (lexicon_classes(maker->lexicon, classes, token) > 0)
		return i == 0 || !among_forenames;
	return part == TEXT_FULL && i == 0 && !among_forenames;
}

static struct signs
look(struct feature_maker *maker, const struct reading *reading, enum text_part part)
{
	struct signs signs = { false, false, false, false, false };
	struct str to;

	for (size_t i = 0; i < reading->count; i++) {
		struct str text = reading->words[i].text;

		signs.hyphen = signs.hyphen || reading->words[i].glued;
		if (i + 1 == reading->count)
			break;
		if (is_particle(maker, text, part, i, false)) {
			signs.particle = true;
			signs.name_too = signs.name_too || may_be_name(maker, text, part, i);
		}
		if (part == TEXT_FULL && lexicon_joins(maker->lexicon, &to, text)) {
			signs.first_join = signs.first_join || i == 0;
			signs.initial_join = signs.initial_join || (i > 0 && text.n == 1);
		}
	}
	return signs;
}

/*
 * Surnames that change with the sex of who bears them: the feminine ending and the masculine one.
 * Polish, Bulgarian, Russian, Ukrainian, Czech, Slovak, Lithuanian (daughter's and wife's), Greek.
 */
static const struct {
	const char *feminine, *masculine;
} endings[] = { { "skaya", "skiy" }, { "ska", "ski" }, { "cka", "cki" }, { "zka", "zki" },
	{ "eva", "ev" }, { "ova", "ov" }, { "kova", "k" }, { "aite", "as" }, { "yte", "is" },
	{ "ute", "us" }, { "iene", "as" }, { "opoulou", "opoulos" }, { "idou", "idis" } };
#define ENDING_STEM_MIN 3 /* letters before it: Eva is a name */

/* The first spelling with its last word as a man bears it. */
static void
add_masculine(struct spellings *out, struct feature_maker *maker)
{
	const struct spelling *first = &out->list[0];
	struct str shown = first->tokens[first->count - 1], last = feature_letters(shown);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		struct str ending = str_from(endings[i].feminine);
		struct spelling *made = &out->list[out->count];

		if (out->count == SPELLINGS_MAX || !str_ends(last, ending) ||
		    last.n < ending.n + ENDING_STEM_MIN)
			continue;
		*made = *first;
		made->tokens[made->count - 1] = marked(maker,
		    features_join(maker, str_part(last, 0, last.n - ending.n), '\0',
			str_from(endings[i].masculine)),
		    feature_script(shown));
		out->count++;
	}
}

/* Smith Jones, Smith-Jones and Smithjones meet. */
static void
add_joined(struct spellings *out, struct feature_maker *maker)
{
	const struct spelling *first = &out->list[0];
	struct spelling *joined = &out->list[out->count];

	if (out->count == SPELLINGS_MAX)
		return;
	joined->count = 1;
	joined->glued[0] = false;
	joined->tokens[0] = marked(maker,
	    features_join(
		maker, feature_letters(first->tokens[0]), '\0', feature_letters(first->tokens[1])),
	    feature_script(first->tokens[1]));
	out->count++;
}

void
features_spelling_all(struct spellings *out, struct feature_maker *maker,
    const struct reading *reading, enum text_part part)
{
	const enum joins usual = part == TEXT_SURNAME ? JOINS_ALL
				 : part == TEXT_FULL  ? JOINS_LATER
						      : JOINS_NONE;
	const enum particles join = PARTICLES_JOIN;
	struct signs signs = look(maker, reading, part);

	out->count = 0;
	add_spelling(out, maker, reading, part, (struct style){ false, join, usual });
	if (signs.hyphen)
		add_spelling(out, maker, reading, part, (struct style){ true, join, usual });
	if (signs.particle)
		add_spelling(
		    out, maker, reading, part, (struct style){ false, PARTICLES_DROP, usual });
	if (signs.name_too)
		add_spelling(
		    out, maker, reading, part, (struct style){ false, PARTICLES_KEEP, usual });
	if (signs.first_join)
		add_spelling(out, maker, reading, part, (struct style){ false, join, JOINS_ALL });
	if (signs.initial_join)
		add_spelling(out, maker, reading, part, (struct style){ false, join, JOINS_NONE });
	if (out->count > 0 && part != TEXT_FORENAMES)
		add_masculine(out, maker);
	if (part == TEXT_SURNAME && reading->count == 2 && out->list[0].count == 2 && !signs.hyphen)
		add_joined(out, maker);
}
