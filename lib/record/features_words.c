#include "record/features_words.h"

#include "base/scratch.h"

#define GROUPS_MAX 4	   /* brackets and announced names in one text */
#define PHRASE_WORDS_MAX 3 /* "unborn baby of" */
#define PHRASE_BYTES_MAX 64

struct words {
	struct word word[WORDS_MAX];
	size_t count;
	enum lexicon_marker marker[GROUPS_MAX + 1];
	uint8_t groups;
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

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

	/* Nearly all characters of a name are these. */
	if (is_letter(rest.p[0]) || rest.p[0] == ' ' || rest.p[0] == '-' || rest.p[0] == '\'')
		return false;
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

/* Words as fold_name_text leaves them, without their marks. *script is '\0' for a Latin word. */
static bool
next_word(struct str *out, char *script, bool *respelt, struct str *text)
{
	size_t at = 0;

	*respelt = text->n > 0 && text->p[0] == '/';
	if (*respelt)
		*text = str_part(*text, 1, text->n);
	while (text->n > 0 && text->p[0] == ' ')
		*text = str_part(*text, 1, text->n);
	while (at < text->n && text->p[at] != ' ' && text->p[at] != '/')
		at++;
	*out = str_part(*text, 0, at);
	*text = str_part(*text, at, text->n);
	*script = feature_script(*out);
	*out = feature_letters(*out);
	return out->n > 0;
}

static void
add_words(
    struct words *out, struct feature_maker *maker, struct str piece, uint8_t group, bool other)
{
	struct str rest = features_fold_name(maker, piece), text;
	char script;
	bool respelt;

	while (out->count < WORDS_MAX && next_word(&text, &script, &respelt, &rest)) {
		if (str_eq_text(text, "and") && out->count > 0 && rest.n > 0) {
			other = true; /* Mary and John */
			continue;
		}
		bool quoted = text.n > 2 && text.p[0] == '\'' && text.p[text.n - 1] == '\'';
		uint8_t of = group;

		if (quoted && group == 0 && out->groups < GROUPS_MAX)
			of = ++out->groups; /* Katherine 'Kitty' O'Brien */
		out->word[out->count++] = (struct word){ .text = text,
			.script = script,
			.group = of,
			.other = other || respelt,
			.respelt = respelt };
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
		struct word list[2 * WORDS_MAX] SCRATCH;
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
		if (words->word[end].other && !words->word[end].respelt && slash == 0)
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
	struct words words SCRATCH;
	struct word list[WORDS_MAX] SCRATCH;
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
	struct words words SCRATCH;
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

void
features_words_parse(
    struct parsed *out, struct feature_maker *maker, const struct person_name *name)
{
	out->full.count = 0;
	read_part(&out->fore, maker, name->forenames, TEXT_FORENAMES);
	read_part(&out->sur, maker, name->surname, TEXT_SURNAME);
	if (name->full.n > 0 && !read_comma(out, maker, name->full))
		read_part(&out->full, maker, name->full, TEXT_FULL);
	move_surnames(out);
}
