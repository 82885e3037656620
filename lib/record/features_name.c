/*
 * Names, from text to variants:
 *   words     folded, with the structure that folding drops kept beside them: brackets, quotes and
 *             announced names ("nee", "aka") are groups of their own, a slash is an alternative
 *   readings  what one text may mean as a list of words: the main words, each alternative, each
 *             group; titles and words that mean "not known" are gone
 *   spellings of a reading: hyphens split or joined, particles joined or dropped
 *   variants  spellings of forenames times spellings of surnames
 * Nothing here looks at another person, so that both sides of a comparison agree.
 */
#include "record/features_parts.h"

#define WORDS_MAX 32	/* of one text; a longer one is a story, not a name */
#define GROUPS_MAX 4	/* brackets and announced names in one text */
#define READINGS_MAX 4	/* of one text */
#define SPELLINGS_MAX 6 /* of one reading */
#define VARIANTS_OF_NAME_MAX 16
#define SURNAME_TOKENS_MAX 3 /* kept when a name has more tokens than FEATURE_TOKENS_MAX */
#define PHRASE_WORDS_MAX 3   /* "unborn baby of" */
#define PHRASE_BYTES_MAX 64

struct word {
	struct str text;
	uint8_t group; /* 0: the main text */
	bool other;    /* stands after a slash or "and": an alternative to the word before */
	bool glued;    /* was hyphenated to the word before */
};

struct words {
	struct word word[WORDS_MAX];
	size_t count;
	enum lexicon_marker marker[GROUPS_MAX + 1];
	uint8_t groups;
};

struct reading {
	const struct word *words;
	size_t count;
	bool surname; /* a group of a forename text that is a former surname */
};

struct readings {
	struct reading list[READINGS_MAX];
	size_t count;
};

/* The three texts of a name; in `full` the parts are not told apart. */
struct parsed {
	struct readings fore, sur, full;
};

struct spelling {
	struct str tokens[WORDS_MAX];
	size_t count;
};

struct spellings {
	struct spelling list[SPELLINGS_MAX];
	size_t count;
};

struct variants {
	struct feature_name list[FEATURE_VARIANTS_MAX];
	size_t count;
	size_t limit; /* for the name at hand */
};

enum text_part { TEXT_FORENAMES, TEXT_SURNAME, TEXT_FULL };

/* --- Words ------------------------------------------------------------------------------------*/

/* Takes a straight or curly double quote, guillemet or bracket at *at; false for anything else. */
static bool
take_bracket(char *kind, size_t *at, struct str text)
{
	static const struct {
		const char *text;
		char kind;
	} brackets[] = { { "(", '(' }, { "[", '(' }, { "{", '(' }, { ")", ')' }, { "]", ')' },
		{ "}", ')' }, { "\"", '"' }, { "\xe2\x80\x9c", '"' }, { "\xe2\x80\x9d", '"' },
		{ "\xe2\x80\x9e", '"' }, { "\xc2\xab", '"' }, { "\xc2\xbb", '"' } };
	struct str rest = str_part(text, *at, text.n);

	for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
		struct str bracket = str_from(brackets[i].text);

		if (str_starts(rest, bracket)) {
			*at += bracket.n;
			*kind = brackets[i].kind;
			return true;
		}
	}
	return false;
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\' || c == '|' || c == '&' || c == '+';
}

static void
add_words(
    struct words *out, struct feature_maker *maker, struct str piece, uint8_t group, bool other)
{
	struct str rest = features_fold(maker, piece), text;

	while (out->count < WORDS_MAX && features_next_word(&text, &rest)) {
		if (str_eq_text(text, "and") && out->count > 0 && rest.n > 0) {
			other = true; /* Mary and John */
			continue;
		}
		bool quoted = text.n > 2 && text.p[0] == '\'' && text.p[text.n - 1] == '\'';
		uint8_t of = group;

		if (quoted && group == 0 && out->groups < GROUPS_MAX)
			of = ++out->groups; /* Katherine 'Kitty' O'Brien */
		out->word[out->count++] = (struct word){ text, of, other, false };
		other = false;
	}
}

/* A word that belongs to a group and is the first of it cannot be an alternative. */
static void
read_words(struct words *out, struct feature_maker *maker, struct str text)
{
	uint8_t group = 0;
	bool other = false, quote = false;
	size_t from = 0, at = 0;
	char kind;

	out->count = out->groups = 0;
	memset(out->marker, 0, sizeof out->marker);
	while (at < text.n) {
		size_t before = at;
		bool slash = is_slash(text.p[at]);

		if (!slash && !take_bracket(&kind, &at, text)) {
			at++;
			continue;
		}
		add_words(out, maker, str_part(text, from, before - from), group, other);
		other = slash;
		if (slash) {
			at++;
		} else {
			quote = kind == '"' && !quote;
			if (kind == '(' || quote)
				group = out->groups < GROUPS_MAX ? ++out->groups : GROUPS_MAX;
			else
				group = 0;
		}
		from = at;
	}
	add_words(out, maker, str_part(text, from, text.n - from), group, other);
}

/* The words from i on as one phrase of n words; false if they are not of one group. *initials: no
 * more than single letters that no slash parts ("J P" is no "n/k"). */
static bool
phrase_at(
    struct str *out, bool *initials, char *room, const struct words *words, size_t i, size_t n)
{
	size_t length = 0;
	bool single = n > 1, slash = false;

	for (size_t k = i; k < i + n; k++) {
		const struct word *word = &words->word[k];

		if (k >= words->count || word->group != words->word[i].group ||
		    length + word->text.n + 1 > PHRASE_BYTES_MAX)
			return false;
		if (length > 0)
			room[length++] = ' ';
		memcpy(room + length, word->text.p, word->text.n);
		length += word->text.n;
		single = single && word->text.n == 1;
		slash = slash || (k > i && word->other);
	}
	*out = (struct str){ room, length };
	*initials = single && !slash;
	return true;
}

static void
remove_words(struct words *words, size_t i, size_t n)
{
	memmove(
	    &words->word[i], &words->word[i + n], (words->count - i - n) * sizeof words->word[0]);
	words->count -= n;
	if (i < words->count)
		words->word[i].other = false;
}

/* The number of words from i on that announce another name. */
static size_t
marker_at(
    enum lexicon_marker *out, struct feature_maker *maker, const struct words *words, size_t i)
{
	char room[PHRASE_BYTES_MAX];
	struct str phrase;
	bool initials;

	for (size_t n = PHRASE_WORDS_MAX; n > 0; n--) {
		if (!phrase_at(&phrase, &initials, room, words, i, n))
			continue;
		*out = lexicon_marker(maker->lexicon, phrase);
		if (*out != LEXICON_NO_MARKER)
			return n;
	}
	return 0;
}

/* Main words after "aka", "nee" and the like become a group; within brackets they tell its kind. */
static void
find_markers(struct words *words, struct feature_maker *maker)
{
	for (size_t i = 0; i < words->count; i++) {
		uint8_t group = words->word[i].group;
		bool begins = group > 0 && (i == 0 || words->word[i - 1].group != group);
		enum lexicon_marker marker;
		size_t n;

		if (i == 0 ? group == 0 : group > 0 && !begins)
			continue;
		n = marker_at(&marker, maker, words, i);
		if (n == 0 || i + n >= words->count)
			continue;
		if (group == 0 && words->groups < GROUPS_MAX) {
			group = ++words->groups;
			for (size_t k = i; k < words->count && words->word[k].group == 0; k++)
				words->word[k].group = group;
		}
		words->marker[group] = marker;
		remove_words(words, i, n);
	}
}

static bool
ends_with_of(struct str phrase)
{
	return str_ends(phrase, STR_LIT(" of")) || str_ends(phrase, STR_LIT(" o"));
}

/* "Baby of Sarah Smith": Sarah is somebody else; Smith may well be the baby's name too. */
static void
remove_other_person(struct words *words, size_t i, enum text_part part)
{
	uint8_t group = words->word[i].group;
	size_t n = 0;

	while (i + n < words->count && words->word[i + n].group == group)
		n++;
	if (part == TEXT_FULL && n > 1)
		n--;
	remove_words(words, i, n);
}

/* The number of words from i on that mean "not known"; *phrase is what they say. */
static size_t
missing_at(struct str *phrase, char *room, struct feature_maker *maker, const struct words *words,
    size_t i)
{
	bool initials;

	for (size_t n = PHRASE_WORDS_MAX; n > 0; n--)
		if (phrase_at(phrase, &initials, room, words, i, n) && !initials &&
		    lexicon_is_missing(maker->lexicon, LEXICON_NAME_WORD, *phrase))
			return n;
	return 0;
}

static void
remove_missing(struct words *words, struct feature_maker *maker, enum text_part part)
{
	char room[PHRASE_BYTES_MAX];
	struct str phrase;
	size_t i = 0;

	while (i < words->count) {
		size_t n = missing_at(&phrase, room, maker, words, i);

		if (n == 0) {
			i++;
			continue;
		}
		remove_words(words, i, n);
		if (ends_with_of(phrase) && i < words->count)
			remove_other_person(words, i, part);
	}
}

static bool
is_honour(struct feature_maker *maker, struct str text)
{
	return lexicon_is_title(maker->lexicon, text) || lexicon_is_suffix(maker->lexicon, text);
}

static void
remove_titles(struct words *words, struct feature_maker *maker)
{
	while (words->count > 1 && words->word[1].group == words->word[0].group &&
	       lexicon_is_title(maker->lexicon, words->word[0].text))
		remove_words(words, 0, 1);
	while (words->count > 1 && is_honour(maker, words->word[words->count - 1].text))
		remove_words(words, words->count - 1, 1);
}

/* Digits within a word were letters; apostrophes join. */
static struct str
clean_token(struct feature_maker *maker, struct str text)
{
	char *p = arena_alloc(maker->arena, text.n + 1, 1);
	bool letters = false;
	size_t n = 0;

	if (p == NULL) {
		maker->nomem = true;
		return STR_NONE;
	}
	for (size_t i = 0; i < text.n; i++)
		letters = letters || (text.p[i] >= 'a' && text.p[i] <= 'z');
	for (size_t i = 0; i < text.n && letters; i++) {
		char c = text.p[i];

		if (c != '\'')
			p[n++] = (char)(c == '0' ? 'o' : c == '1' ? 'l' : c == '5' ? 's' : c);
	}
	return (struct str){ p, n };
}

static bool
needs_cleaning(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 'a' || text.p[i] > 'z')
			return true;
	return false;
}

/* Hyphened words become several, glued; words without a letter go. */
static void
split_hyphens(struct words *words, struct feature_maker *maker)
{
	struct words split = { .groups = words->groups };

	memcpy(split.marker, words->marker, sizeof split.marker);
	for (size_t i = 0; i < words->count; i++) {
		struct str rest = words->word[i].text;
		bool glued = false;

		while (rest.n > 0 && split.count < WORDS_MAX) {
			struct word word = words->word[i];

			word.text = str_cut(&rest, '-');
			if (needs_cleaning(word.text))
				word.text = clean_token(maker, word.text);
			if (word.text.n == 0)
				continue;
			word.glued = glued;
			word.other = word.other && !glued;
			glued = true;
			split.word[split.count++] = word;
		}
	}
	*words = split;
}

/* --- Readings ---------------------------------------------------------------------------------*/

static bool
all_missing(struct feature_maker *maker, const struct word *list, size_t count, enum text_part part)
{
	char room[PHRASE_BYTES_MAX];
	size_t length = 0;
	struct str text;
	bool initials = count > 1, slash = false;

	for (size_t i = 0; i < count; i++) {
		if (length + list[i].text.n + 1 > sizeof room)
			return false;
		if (length > 0)
			room[length++] = list[i].glued ? '-' : ' ';
		memcpy(room + length, list[i].text.p, list[i].text.n);
		length += list[i].text.n;
		initials = initials && list[i].text.n == 1;
		slash = slash || list[i].other;
	}
	text = (struct str){ room, length };
	if (initials && !slash)
		return false; /* N. K. Patel has initials; "n/k" has none */
	return lexicon_is_missing(maker->lexicon, LEXICON_NAME, text) ||
	       (part != TEXT_SURNAME && lexicon_is_missing(maker->lexicon, LEXICON_FORENAME, text));
}

static void
add_reading(struct readings *out, struct feature_maker *maker, const struct word *list,
    size_t count, enum text_part part, bool surname)
{
	const struct word *kept;

	if (count == 0 || out->count == READINGS_MAX || all_missing(maker, list, count, part))
		return;
	kept = features_keep(maker, list, count, sizeof *list);
	if (kept != NULL)
		out->list[out->count++] = (struct reading){ kept, count, surname };
}

/* The last word of the row that begins at main word i: words parted by slashes, each with what is
 * glued to it. */
static size_t
row_end(const struct words *words, size_t i)
{
	while (i + 1 < words->count && words->word[i + 1].group == 0 &&
	       (words->word[i + 1].other || words->word[i + 1].glued))
		i++;
	return i;
}

/* Main words with the choice-th alternative of each row, or its last. Returns their number. */
static size_t
choose(struct word *out, const struct words *words, size_t choice)
{
	size_t count = 0, last;

	for (size_t i = 0; i < words->count; i = last + 1) {
		size_t alternatives = 0, which = 0;

		last = i;
		if (words->word[i].group != 0)
			continue;
		last = row_end(words, i);
		for (size_t k = i + 1; k <= last; k++)
			alternatives += words->word[k].other;
		for (size_t k = i; k <= last; k++) {
			which += words->word[k].other && k > i;
			if (which == (choice < alternatives ? choice : alternatives))
				out[count++] = words->word[k];
		}
	}
	return count;
}

static size_t
most_alternatives(const struct words *words)
{
	size_t most = 0, row = 0;

	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->word[i];

		if (word->group != 0 || (!word->other && !word->glued))
			row = 0;
		row += word->group == 0 && word->other && i > 0;
		most = row > most ? row : most;
	}
	return most;
}

/* A group of a full name takes the surname of the main words, or gives them another. */
static size_t
complete_group(
    struct word *list, size_t count, const struct words *words, uint8_t group, size_t after)
{
	struct word main[WORDS_MAX];
	size_t main_count = choose(main, words, 0);

	if (words->marker[group] == LEXICON_FORMER && main_count > 1) {
		/* Jane Smith (nee Jones): Jane Jones. */
		memmove(list + main_count - 1, list, count * sizeof *list);
		memcpy(list, main, (main_count - 1) * sizeof *list);
		return main_count - 1 + count;
	}
	if (count > 1 || main_count < 2)
		return count;
	/* Katherine (Kitty) O'Brien, Katherine O'Brien (Kitty): Kitty O'Brien. */
	if (after == 0 || after > main_count)
		after = 1;
	memcpy(list + count, main + main_count - after, after * sizeof *list);
	return count + after;
}

static void
add_groups(struct readings *out, struct feature_maker *maker, const struct words *words,
    enum text_part part)
{
	for (uint8_t group = 1; group <= words->groups; group++) {
		struct word list[2 * WORDS_MAX];
		size_t count = 0, after = 0;
		bool former = words->marker[group] == LEXICON_FORMER;

		for (size_t i = 0; i < words->count; i++) {
			if (words->word[i].group == group) {
				list[count++] = words->word[i];
				after = 0;
			} else if (count > 0 && words->word[i].group == 0) {
				after++;
			}
		}
		if (count == 0 || all_missing(maker, list, count, part))
			continue;
		if (part == TEXT_FULL)
			count = complete_group(list, count, words, group, after);
		add_reading(out, maker, list, count < WORDS_MAX ? count : WORDS_MAX, part,
		    part == TEXT_FORENAMES && former);
	}
}

/* "Jane Smith / John Brown": two whole names, where each side has two words or more. */
static bool
add_sides(struct readings *out, struct feature_maker *maker, const struct words *words)
{
	size_t slash = 0, end = 0;

	while (end < words->count && words->word[end].group == 0) {
		if (words->word[end].other && slash == 0)
			slash = end;
		end++;
	}
	if (slash < 2 || end - slash < 2)
		return false;
	add_reading(out, maker, words->word, slash, TEXT_FULL, false);
	add_reading(out, maker, words->word + slash, end - slash, TEXT_FULL, false);
	return true;
}

static void
read_part(struct readings *out, struct feature_maker *maker, struct str text, enum text_part part)
{
	struct words words;
	struct word list[WORDS_MAX];
	size_t count, most;

	out->count = 0;
	if (text.n == 0)
		return;
	read_words(&words, maker, text);
	if (all_missing(maker, words.word, words.count, part))
		return;
	find_markers(&words, maker);
	remove_missing(&words, maker, part);
	remove_titles(&words, maker);
	split_hyphens(&words, maker);
	most = most_alternatives(&words);
	if (part != TEXT_FULL || most == 0 || !add_sides(out, maker, &words))
		for (size_t choice = 0; choice <= most; choice++) {
			count = choose(list, &words, choice);
			add_reading(out, maker, list, count, part, false);
		}
	add_groups(out, maker, &words, part);
}

/* "SURNAME, Forenames": the comma must have a name on both sides. */
static bool
read_comma(struct parsed *out, struct feature_maker *maker, struct str full)
{
	struct str rest = full, surname = str_cut(&rest, ',');
	struct words words;
	enum lexicon_marker marker;
	size_t honours;

	if (surname.n == full.n)
		return false;
	read_words(&words, maker, rest);
	if (words.count == 0 || marker_at(&marker, maker, &words, 0) > 0)
		return false;
	for (honours = 0; honours < words.count; honours++)
		if (!is_honour(maker, words.word[honours].text))
			break;
	if (honours == words.count)
		return false; /* Jane Smith, MBE */
	read_part(&out->sur, maker, surname, TEXT_SURNAME);
	read_part(&out->fore, maker, rest, TEXT_FORENAMES);
	if (out->sur.count > 0 && out->fore.count > 0)
		return true;
	out->sur.count = out->fore.count = 0;
	return false;
}

/* A former surname among the forenames ("Jane (nee Jones)") is a surname. */
static void
move_surnames(struct parsed *parsed)
{
	size_t kept = 0;

	for (size_t i = 0; i < parsed->fore.count; i++) {
		struct reading reading = parsed->fore.list[i];

		if (!reading.surname)
			parsed->fore.list[kept++] = reading;
		else if (parsed->sur.count < READINGS_MAX)
			parsed->sur.list[parsed->sur.count++] = reading;
	}
	parsed->fore.count = kept;
}

static void
parse_name(struct parsed *out, struct feature_maker *maker, const struct person_name *name)
{
	out->full.count = 0;
	read_part(&out->fore, maker, name->forenames, TEXT_FORENAMES);
	read_part(&out->sur, maker, name->surname, TEXT_SURNAME);
	if (name->full.n > 0 && !read_comma(out, maker, name->full))
		read_part(&out->full, maker, name->full, TEXT_FULL);
	move_surnames(out);
}

/* --- Spellings --------------------------------------------------------------------------------*/

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
		out->tokens[out->count++] = str_part(
		    take_token(maker, reading, part, style, &i), 0, FEATURE_TOKEN_BYTES_MAX);
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
	struct str last = first->tokens[first->count - 1];

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		struct str ending = str_from(endings[i].feminine);
		struct spelling *made = &out->list[out->count];

		if (out->count == SPELLINGS_MAX || !str_ends(last, ending) ||
		    last.n < ending.n + ENDING_STEM_MIN)
			continue;
		*made = *first;
		made->tokens[made->count - 1] =
		    str_part(features_join(maker, str_part(last, 0, last.n - ending.n), '\0',
				 str_from(endings[i].masculine)),
			0, FEATURE_TOKEN_BYTES_MAX);
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
	joined->tokens[0] = str_part(features_join(maker, first->tokens[0], '\0', first->tokens[1]),
	    0, FEATURE_TOKEN_BYTES_MAX);
	out->count++;
}

static void
spell_all(struct spellings *out, struct feature_maker *maker, const struct reading *reading,
    enum text_part part)
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

/* --- Variants ---------------------------------------------------------------------------------*/

static bool
same_variant(const struct feature_name *a, const struct feature_name *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->tokens[i].part != b->tokens[i].part ||
		    !str_eq(a->tokens[i].text, b->tokens[i].text))
			return false;
	return true;
}

static void
put_tokens(struct feature_name *out, const struct spelling *from, size_t first, enum name_part part)
{
	for (size_t i = first; i < from->count && out->count < FEATURE_TOKENS_MAX; i++)
		out->tokens[out->count++] = (struct feature_token){ from->tokens[i], part };
}

/* Either list may be NULL. When they are too long together the first forenames and the last of
 * the surnames are kept. */
static void
add_variant(struct variants *out, const struct spelling *fore, const struct spelling *sur,
    enum name_part fore_part, uint8_t source, enum name_kind kind)
{
	struct feature_name *made = &out->list[out->count];
	size_t sur_count = sur == NULL ? 0 : sur->count;
	size_t sur_first =
	    sur_count > SURNAME_TOKENS_MAX && fore != NULL ? sur_count - SURNAME_TOKENS_MAX : 0;
	size_t room =
	    FEATURE_TOKENS_MAX - (sur_count - sur_first < FEATURE_TOKENS_MAX ? sur_count - sur_first
									     : FEATURE_TOKENS_MAX);

	if (out->count >= out->limit)
		return;
	made->count = 0;
	made->source = source;
	made->kind = kind;
	if (fore != NULL) {
		struct spelling shown = *fore;

		/* A long full name keeps its last word, which is most likely the surname. */
		if (shown.count > room && fore_part == PART_UNKNOWN)
			shown.tokens[room - 1] = shown.tokens[shown.count - 1];
		if (shown.count > room)
			shown.count = room;
		put_tokens(made, &shown, 0, fore_part);
	}
	if (sur != NULL)
		put_tokens(made, sur, sur_first, PART_SURNAME);
	for (size_t i = 0; i < out->count; i++)
		if (same_variant(&out->list[i], made))
			return;
	if (made->count > 0)
		out->count++;
}

struct labels {
	uint8_t source;
	enum name_kind kind;
};

/* Every spelling of every forename reading with every one of every surname reading. */
static void
cross(struct variants *out, struct feature_maker *maker, const struct readings *fore,
    const struct readings *sur, enum text_part sur_part, struct labels labels)
{
	struct spellings fore_spelt, sur_spelt;

	for (size_t f = 0; f < fore->count; f++) {
		spell_all(&fore_spelt, maker, &fore->list[f], TEXT_FORENAMES);
		for (size_t s = 0; s < sur->count; s++) {
			spell_all(&sur_spelt, maker, &sur->list[s], sur_part);
			for (size_t i = 0; i < fore_spelt.count; i++)
				for (size_t j = 0; j < sur_spelt.count; j++)
					add_variant(out, &fore_spelt.list[i], &sur_spelt.list[j],
					    PART_FORENAME, labels.source, labels.kind);
		}
	}
}

/* Readings that stand alone, all tokens of one part. */
static void
alone(struct variants *out, struct feature_maker *maker, const struct readings *readings,
    enum text_part part, struct labels labels)
{
	static const enum name_part part_of[] = { [TEXT_FORENAMES] = PART_FORENAME,
		[TEXT_SURNAME] = PART_SURNAME,
		[TEXT_FULL] = PART_UNKNOWN };
	struct spellings spelt;

	for (size_t r = 0; r < readings->count; r++) {
		spell_all(&spelt, maker, &readings->list[r], part);
		for (size_t i = 0; i < spelt.count; i++) {
			bool is_surname = part == TEXT_SURNAME;

			add_variant(out, is_surname ? NULL : &spelt.list[i],
			    is_surname ? &spelt.list[i] : NULL, part_of[part], labels.source,
			    labels.kind);
		}
	}
}

/* A full name of a single word, which some other name of the person can complete. */
static bool
is_single(const struct readings *full)
{
	return full->count > 0 && full->list[0].count == 1;
}

/* The last word of a full name, with what it is hyphened to, is taken for the surname. */
static void
split_full(struct readings *fore, struct readings *sur, const struct readings *full)
{
	const struct reading *reading = &full->list[0];
	size_t last = reading->count - 1;

	while (last > 0 && reading->words[last].glued)
		last--;
	fore->count = sur->count = 0;
	if (last == 0)
		return;
	fore->list[fore->count++] = (struct reading){ reading->words, last, false };
	sur->list[sur->count++] =
	    (struct reading){ reading->words + last, reading->count - last, false };
}

/* What the other names of a person may borrow: the parts of the current name, else of the first
 * that is no former one. */
struct lent {
	struct readings fore, sur;
};

static void
lend(struct lent *out, const struct parsed *parsed, const struct person *person, size_t count)
{
	bool fore_current = false, sur_current = false;

	out->fore.count = out->sur.count = 0;
	for (size_t i = 0; i < count; i++) {
		bool current = person->names[i].kind == NAME_CURRENT;
		struct readings fore = parsed[i].fore, sur = parsed[i].sur;

		if (person->names[i].kind == NAME_FORMER)
			continue;
		if (parsed[i].full.count > 0)
			split_full(&fore, &sur, &parsed[i].full);
		if (fore.count > 0 && (out->fore.count == 0 || (current && !fore_current))) {
			out->fore = fore;
			fore_current = current;
		}
		if (sur.count > 0 && (out->sur.count == 0 || (current && !sur_current))) {
			out->sur = sur;
			sur_current = current;
		}
	}
}

static void
make_full(struct variants *out, struct feature_maker *maker, const struct readings *full,
    const struct lent *lent, struct labels labels)
{
	bool nickname = labels.kind == NAME_KNOWN_AS || labels.kind == NAME_ALIAS;

	if (is_single(full) && labels.kind == NAME_FORMER && lent->fore.count > 0) {
		cross(out, maker, &lent->fore, full, TEXT_SURNAME, labels);
		return;
	}
	if (is_single(full) && nickname && lent->sur.count > 0)
		cross(out, maker, full, &lent->sur, TEXT_SURNAME, labels);
	alone(out, maker, full, TEXT_FULL, labels);
}

static void
make_variants(struct variants *out, struct feature_maker *maker, const struct parsed *name,
    const struct lent *lent, struct labels labels)
{
	bool nickname = labels.kind == NAME_KNOWN_AS || labels.kind == NAME_ALIAS;

	if (name->fore.count > 0 && name->sur.count > 0) {
		cross(out, maker, &name->fore, &name->sur, TEXT_SURNAME, labels);
	} else if (name->sur.count > 0) {
		/* A former surname is worth little alone: it was used with the same forenames. */
		cross(out, maker, &lent->fore, &name->sur, TEXT_SURNAME, labels);
		if (lent->fore.count == 0)
			alone(out, maker, &name->sur, TEXT_SURNAME, labels);
	} else if (name->fore.count > 0) {
		cross(out, maker, &name->fore, &lent->sur, TEXT_SURNAME, labels);
		if (lent->sur.count == 0 || nickname)
			alone(out, maker, &name->fore, TEXT_FORENAMES, labels);
	}
	make_full(out, maker, &name->full, lent, labels);
}

void
features_names(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct parsed parsed[PERSON_NAMES_MAX];
	struct variants variants;
	struct lent lent;
	size_t count =
	    person->name_count < PERSON_NAMES_MAX ? person->name_count : PERSON_NAMES_MAX;
	size_t share;

	variants.count = 0;
	if (count == 0)
		return;
	for (size_t i = 0; i < count && !maker->nomem; i++)
		parse_name(&parsed[i], maker, &person->names[i]);
	if (maker->nomem)
		return;
	lend(&lent, parsed, person, count);
	share = FEATURE_VARIANTS_MAX / count;
	for (size_t i = 0; i < count && !maker->nomem; i++) {
		struct labels labels = { (uint8_t)i, person->names[i].kind };

		variants.limit =
		    variants.count + (share < VARIANTS_OF_NAME_MAX ? share : VARIANTS_OF_NAME_MAX);
		make_variants(&variants, maker, &parsed[i], &lent, labels);
	}
	out->names = features_keep(maker, variants.list, variants.count, sizeof variants.list[0]);
	out->name_count = variants.count;
}
