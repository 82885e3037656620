#include "tests/support/corpus_edit.h"

#include "base/str.h"

#include <stdio.h>

/* --- Letters ------------------------------------------------------------------------------- */

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static char
lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char
cased(char c, char like)
{
	return is_upper(like) ? upper(c) : c;
}

/* An ASCII letter of the text after its first letter, SIZE_MAX if there is none; `pair`: one
 * that another and different ASCII letter follows. */
static size_t
pick_letter(const char *text, struct corpus_rng *rng, bool pair)
{
	size_t found = SIZE_MAX;
	uint32_t seen = 0;

	if (text[0] == '\0')
		return found;
	for (size_t i = 1; text[i] != '\0'; i++) {
		if (!is_letter(text[i]))
			continue;
		if (pair && (!is_letter(text[i + 1]) || lower(text[i]) == lower(text[i + 1])))
			continue;
		if (corpus_rng_below(rng, ++seen) == 0)
			found = i;
	}
	return found;
}

/* --- Slips --------------------------------------------------------------------------------- */

static const char keyboard[3][11] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };

/* A key beside c, or above or below it; '\0' for what is no letter. */
static char
neighbour_key(char c, struct corpus_rng *rng)
{
	char found = '\0';
	uint32_t seen = 0;

	for (int row = 0; row < 3; row++) {
		const char *at = c == '\0' ? NULL : strchr(keyboard[row], lower(c));
		int column;

		if (at == NULL)
			continue;
		column = (int)(at - keyboard[row]);
		for (int r = row - 1; r <= row + 1; r++)
			for (int k = column - 1; k <= column + 1; k++) {
				/* Rows stand to the right of the row above. */
				bool near = r == row  ? k != column
					    : r < row ? k >= column
						      : k <= column;

				if (r < 0 || r > 2 || k < 0 || k >= (int)strlen(keyboard[r]) ||
				    !near)
					continue;
				if (corpus_rng_below(rng, ++seen) == 0)
					found = keyboard[r][k];
			}
	}
	return found;
}

bool
corpus_edit_keyboard(char *text, struct corpus_rng *rng)
{
	size_t at = pick_letter(text, rng, false);

	if (at == SIZE_MAX)
		return false;
	text[at] = cased(neighbour_key(text[at], rng), text[at]);
	return true;
}

bool
corpus_edit_drop(char *text, struct corpus_rng *rng)
{
	size_t at = pick_letter(text, rng, false);

	if (at == SIZE_MAX || strlen(text) < 3)
		return false;
	memmove(text + at, text + at + 1, strlen(text + at));
	return true;
}

bool
corpus_edit_double(char *text, struct corpus_rng *rng)
{
	size_t at = pick_letter(text, rng, false);

	if (at == SIZE_MAX || strlen(text) + 2 > CORPUS_EDIT_BYTES)
		return false;
	memmove(text + at + 1, text + at, strlen(text + at) + 1);
	text[at + 1] = lower(text[at + 1]);
	return true;
}

bool
corpus_edit_transpose(char *text, struct corpus_rng *rng)
{
	size_t at = pick_letter(text, rng, true);
	char first;

	if (at == SIZE_MAX)
		return false;
	first = text[at];
	text[at] = cased(lower(text[at + 1]), first);
	text[at + 1] = lower(first);
	return true;
}

bool
corpus_edit_first_letter(char *text, struct corpus_rng *rng)
{
	size_t n = strlen(text);
	static const char alike[] = "ckjgyjszvwfpbpdteiiyqkhaou";
	const char *pair;
	char made = '\0';
	uint32_t way = corpus_rng_below(rng, 3);

	if (n < 3 || !is_letter(text[0]))
		return false;
	if (way == 0 && is_letter(text[1]) && lower(text[1]) != lower(text[0])) {
		memmove(text, text + 1, n);
		text[0] = upper(text[0]);
		return true;
	}
	/* Pairs of letters that sound alike stand together in `alike`. */
	pair = way == 1 ? strchr(alike, lower(text[0])) : NULL;
	if (pair != NULL)
		made = alike[(size_t)(pair - alike) ^ 1];
	if (made == '\0' || made == lower(text[0]))
		made = neighbour_key(text[0], rng);
	text[0] = cased(made, text[0]);
	return true;
}

bool
corpus_edit_initial(char *text, struct corpus_rng *rng)
{
	size_t n = 0;
	bool stop = corpus_rng_chance(rng, 300);

	if (text[0] == '\0' || strlen(text) < 3)
		return false;
	str_utf8_next(str_from(text), &n);
	text[n] = stop ? '.' : '\0';
	text[n + 1] = '\0';
	return true;
}

/* --- Letter rules -------------------------------------------------------------------------- */

enum { ANYWHERE, NOT_FIRST, AT_START, AT_END, BETWEEN_VOWELS };
struct rule {
	const char *from, *to; /* in lower case; from "" is the end itself */
	unsigned scripts;
	unsigned where;
};

static bool
is_vowel(char c)
{
	return c != '\0' && strchr("aeiouy", lower(c)) != NULL;
}

static bool
matches(const char *text, size_t at, size_t n, const struct rule *rule)
{
	size_t k = 0;

	if ((rule->where == NOT_FIRST && at == 0) || (rule->where == AT_START && at != 0))
		return false;
	for (; rule->from[k] != '\0'; k++)
		if (lower(text[at + k]) != rule->from[k])
			return false;
	if (rule->where == AT_END && at + k != n)
		return false;
	if (rule->where == BETWEEN_VOWELS &&
	    (at == 0 || !is_vowel(text[at - 1]) || !is_vowel(text[at + k])))
		return false;
	/* A rule for a single letter leaves a doubled one alone. */
	return k != 1 || (lower(text[at + 1]) != rule->from[0] &&
			     (at == 0 || lower(text[at - 1]) != rule->from[0]));
}

static void
replace(char *text, size_t at, size_t from_n, const char *to)
{
	bool capital = is_upper(text[at]);
	size_t n = strlen(text), to_n = strlen(to);

	memmove(text + at + to_n, text + at + from_n, n - at - from_n + 1);
	memcpy(text + at, to, to_n);
	if (capital)
		text[at] = upper(text[at]);
}

/* One of all places where a rule of the scripts fits, all alike. */
static bool
apply_rule(
    char *text, const struct rule *rules, size_t count, unsigned scripts, struct corpus_rng *rng)
{
	const struct rule *found = NULL;
	size_t n = strlen(text), place = 0;
	uint32_t seen = 0;

	if (n < 2 || n + 8 > CORPUS_EDIT_BYTES)
		return false;
	for (size_t r = 0; r < count; r++) {
		if ((rules[r].scripts & scripts) == 0)
			continue;
		for (size_t at = rules[r].from[0] == '\0' ? n : 0; at <= n; at++)
			if (matches(text, at, n, &rules[r]) && corpus_rng_below(rng, ++seen) == 0) {
				found = &rules[r];
				place = at;
			}
	}
	if (found == NULL || n + strlen(found->to) <= strlen(found->from) + 1)
		return false;
	replace(text, place, strlen(found->from), found->to);
	return true;
}

#define BOTH(a, b, scripts, where)   \
	{ a, b, scripts, where },    \
	{                            \
		b, a, scripts, where \
	}

static const struct rule ocr_rules[] = {
	BOTH("rn", "m", 1, ANYWHERE),
	BOTH("cl", "d", 1, NOT_FIRST),
	BOTH("vv", "w", 1, ANYWHERE),
	BOTH("nn", "m", 1, NOT_FIRST),
	BOTH("l", "i", 1, NOT_FIRST),
	BOTH("h", "b", 1, ANYWHERE),
	BOTH("e", "c", 1, NOT_FIRST),
	BOTH("u", "v", 1, NOT_FIRST),
	BOTH("g", "q", 1, NOT_FIRST),
	BOTH("t", "f", 1, NOT_FIRST),
	BOTH("a", "o", 1, NOT_FIRST),
	BOTH("i", "j", 1, NOT_FIRST),
	BOTH("r", "n", 1, NOT_FIRST),
	{ "o", "0", 1, NOT_FIRST },
	{ "l", "1", 1, NOT_FIRST },
	{ "s", "5", 1, NOT_FIRST },
};

static const struct rule phonetic_rules[] = {
	BOTH("ph", "f", 1, ANYWHERE),
	BOTH("ie", "y", 1, AT_END),
	BOTH("ey", "y", 1, AT_END),
	BOTH("i", "y", 1, NOT_FIRST),
	BOTH("ck", "k", 1, NOT_FIRST),
	{ "c", "k", 1, NOT_FIRST },
	{ "k", "c", 1, NOT_FIRST },
	BOTH("s", "z", 1, NOT_FIRST),
	BOTH("ea", "ee", 1, ANYWHERE),
	BOTH("ai", "ay", 1, ANYWHERE),
	BOTH("ei", "ie", 1, ANYWHERE),
	BOTH("th", "t", 1, NOT_FIRST),
	BOTH("x", "ks", 1, NOT_FIRST),
	BOTH("oo", "u", 1, ANYWHERE),
	BOTH("ll", "l", 1, NOT_FIRST),
	BOTH("tt", "t", 1, NOT_FIRST),
	BOTH("nn", "n", 1, NOT_FIRST),
	BOTH("mm", "m", 1, NOT_FIRST),
	BOTH("ss", "s", 1, NOT_FIRST),
	BOTH("rr", "r", 1, NOT_FIRST),
	BOTH("er", "ar", 1, NOT_FIRST),
	BOTH("en", "an", 1, NOT_FIRST),
	BOTH("on", "en", 1, AT_END),
	BOTH("au", "aw", 1, ANYWHERE),
	BOTH("ah", "a", 1, AT_END),
	{ "ge", "je", 1, ANYWHERE },
	{ "gi", "ji", 1, ANYWHERE },
	{ "kn", "n", 1, AT_START },
	{ "wr", "r", 1, AT_START },
	{ "wh", "w", 1, ANYWHERE },
	{ "gh", "", 1, NOT_FIRST },
	{ "qu", "kw", 1, NOT_FIRST },
	{ "e", "", 1, AT_END },
	{ "n", "ne", 1, AT_END },
	{ "t", "tt", 1, AT_END },
	{ "tion", "shun", 1, AT_END },
	{ "sch", "sh", 1, ANYWHERE },
};

enum {
	AR = CORPUS_SCRIPT_ARABIC,
	IN = CORPUS_SCRIPT_INDIAN,
	PL = CORPUS_SCRIPT_POLISH,
	CY = CORPUS_SCRIPT_CYRILLIC,
	ZH = CORPUS_SCRIPT_CHINESE,
	VI = CORPUS_SCRIPT_VIETNAMESE,
	SQ = CORPUS_SCRIPT_ALBANIAN,
	TI = CORPUS_SCRIPT_ETHIOPIC,
	RO = CORPUS_SCRIPT_ROMANIAN,
	AF = CORPUS_SCRIPT_AFRICAN,
};

static const struct rule translit_rules[] = {
	/* Vowels that the script does not write, or writes one way only. */
	BOTH("u", "o", AR, NOT_FIRST),
	BOTH("ee", "i", AR | IN, NOT_FIRST),
	BOTH("oo", "u", AR | IN, NOT_FIRST),
	BOTH("ou", "u", AR, NOT_FIRST),
	BOTH("ou", "oo", AR, NOT_FIRST),
	{ "aa", "a", AR | IN, NOT_FIRST },
	BOTH("e", "a", AR, NOT_FIRST),
	BOTH("ai", "ei", AR, NOT_FIRST),
	BOTH("ay", "ai", AR | TI, NOT_FIRST),
	BOTH("ia", "iya", AR | IN | CY | TI, NOT_FIRST),
	BOTH("ah", "a", AR, AT_END),
	{ "eh", "a", AR, AT_END },
	BOTH("y", "i", AR | IN | CY | TI, AT_END),
	BOTH("aw", "au", AR | AF, NOT_FIRST),
	BOTH("een", "in", AR, AT_END),
	/* Consonants. */
	{ "q", "k", AR, ANYWHERE },
	BOTH("iq", "ik", AR, AT_END),
	{ "gh", "g", AR, ANYWHERE },
	BOTH("gh", "g", TI, ANYWHERE),
	{ "kh", "h", AR, ANYWHERE },
	{ "dh", "d", AR, ANYWHERE },
	BOTH("dh", "d", IN, ANYWHERE),
	{ "th", "t", AR, ANYWHERE },
	BOTH("th", "t", IN | TI, ANYWHERE),
	{ "z", "dh", AR, NOT_FIRST },
	BOTH("j", "g", AR, ANYWHERE),
	BOTH("w", "v", AR | IN | PL | CY, ANYWHERE),
	BOTH("w", "ou", AR, AT_START),
	BOTH("sh", "s", IN, ANYWHERE),
	BOTH("sh", "ch", AR, AT_START),
	BOTH("mm", "m", AR, BETWEEN_VOWELS),
	BOTH("ss", "s", AR, BETWEEN_VOWELS),
	{ "ll", "l", AR | SQ, NOT_FIRST },
	{ "dd", "d", AR, NOT_FIRST },
	{ "nn", "n", AR, NOT_FIRST },
	BOTH("ch", "c", IN, ANYWHERE),
	BOTH("ks", "x", IN | CY, NOT_FIRST),
	BOTH("ksh", "x", IN, NOT_FIRST),
	BOTH("f", "ph", IN | VI, ANYWHERE),
	BOTH("kh", "k", IN, ANYWHERE),
	BOTH("bh", "b", IN, ANYWHERE),
	BOTH("oo", "o", IN, NOT_FIRST),
	BOTH("al", "el", AR, AT_START),
	BOTH("ee", "ie", AR, NOT_FIRST),
	/* Polish as an English ear writes it. */
	BOTH("sz", "sh", PL, ANYWHERE),
	BOTH("cz", "ch", PL, ANYWHERE),
	{ "rz", "z", PL, NOT_FIRST },
	{ "j", "y", PL, ANYWHERE },
	{ "ch", "h", PL, ANYWHERE },
	BOTH("cki", "tski", PL, AT_END),
	{ "ski", "sky", PL | CY, AT_END },
	{ "ska", "ski", PL, AT_END },
	{ "ł", "w", PL, ANYWHERE },
	{ "ł", "l", PL, ANYWHERE },
	{ "ś", "sh", PL, ANYWHERE },
	{ "ż", "zh", PL, ANYWHERE },
	{ "ó", "u", PL, ANYWHERE },
	{ "ń", "n", PL, ANYWHERE },
	{ "ę", "en", PL, ANYWHERE },
	{ "ą", "on", PL, ANYWHERE },
	{ "wo", "vo", PL, ANYWHERE },
	/* Cyrillic: by the passport of one year or another. */
	BOTH("kh", "h", CY, ANYWHERE),
	BOTH("zh", "j", CY, ANYWHERE),
	BOTH("ya", "ia", CY, ANYWHERE),
	BOTH("yu", "iu", CY, ANYWHERE),
	BOTH("ts", "c", CY, ANYWHERE),
	BOTH("iy", "y", CY, AT_END),
	BOTH("ii", "y", CY, AT_END),
	BOTH("y", "iy", CY, AT_END),
	BOTH("ye", "e", CY, ANYWHERE),
	{ "yo", "e", CY, NOT_FIRST },
	BOTH("v", "w", CY, ANYWHERE),
	BOTH("v", "ff", CY, AT_END),
	BOTH("h", "g", CY, ANYWHERE),
	BOTH("o", "a", CY, NOT_FIRST),
	BOTH("y", "i", CY, NOT_FIRST),
	BOTH("shch", "sch", CY, ANYWHERE),
	/* Chinese: pinyin, Wade-Giles, and the south. */
	BOTH("zh", "ch", ZH, ANYWHERE),
	BOTH("x", "hs", ZH, AT_START),
	BOTH("x", "s", ZH, ANYWHERE),
	BOTH("q", "ch", ZH, ANYWHERE),
	BOTH("z", "ts", ZH, ANYWHERE),
	BOTH("c", "ts", ZH, AT_START),
	BOTH("j", "ch", ZH, ANYWHERE),
	BOTH("g", "k", ZH, AT_START),
	BOTH("d", "t", ZH, AT_START),
	BOTH("b", "p", ZH, AT_START),
	BOTH("ong", "ung", ZH, NOT_FIRST),
	BOTH("ian", "ien", ZH, NOT_FIRST),
	BOTH("ui", "wei", ZH, NOT_FIRST),
	{ "uo", "o", ZH, NOT_FIRST },
	BOTH("yan", "yen", ZH, ANYWHERE),
	BOTH("eung", "iong", ZH, NOT_FIRST),
	BOTH("eu", "oe", ZH, NOT_FIRST),
	BOTH("wong", "wang", ZH, ANYWHERE),
	BOTH("ee", "i", ZH, NOT_FIRST),
	BOTH(" ", "-", ZH | VI, NOT_FIRST),
	{ " ", "", ZH | VI, NOT_FIRST },
	/* Vietnamese as heard; its marks are lost as diacritics are. */
	BOTH("y", "i", VI, AT_END),
	BOTH("c", "k", VI, AT_START),
	BOTH("qu", "kw", VI, ANYWHERE),
	{ "nh", "n", VI, AT_END },
	{ "ng", "n", VI, AT_END },
	BOTH("d", "z", VI, AT_START),
	BOTH("x", "s", VI, ANYWHERE),
	BOTH("tr", "ch", VI, AT_START),
	BOTH("gi", "z", VI, AT_START),
	{ "th", "t", VI, ANYWHERE },
	{ "nguy", "ngu", VI, AT_START },
	{ "ng", "n", VI, AT_START },
	/* Albanian */
	BOTH("xh", "j", SQ, ANYWHERE),
	BOTH("q", "ch", SQ, ANYWHERE),
	BOTH("gj", "g", SQ, ANYWHERE),
	BOTH("gj", "gi", SQ, ANYWHERE),
	BOTH("dh", "th", SQ, ANYWHERE),
	{ "ë", "e", SQ, ANYWHERE },
	{ "ç", "ch", SQ, ANYWHERE },
	{ "j", "y", SQ, ANYWHERE },
	{ "y", "u", SQ, NOT_FIRST },
	{ "rr", "r", SQ, NOT_FIRST },
	{ "c", "ts", SQ, AT_START },
	{ "nj", "ny", SQ, ANYWHERE },
	/* Tigrinya, Amharic */
	BOTH("gebre", "ghebre", TI, ANYWHERE),
	BOTH("ge", "ghe", TI, ANYWHERE),
	BOTH("ay", "aye", TI, AT_END),
	BOTH("e", "i", TI, NOT_FIRST),
	BOTH("e", "a", TI, NOT_FIRST),
	BOTH("q", "k", TI, ANYWHERE),
	BOTH("ts", "s", TI, ANYWHERE),
	BOTH("ts", "tz", TI, ANYWHERE),
	{ "w", "u", TI, NOT_FIRST },
	{ "ll", "l", TI, NOT_FIRST },
	BOTH("s", "ss", TI, BETWEEN_VOWELS),
	/* Romanian, Lithuanian, Slovak */
	{ "ș", "sh", RO, ANYWHERE },
	{ "ț", "tz", RO, ANYWHERE },
	{ "š", "sh", RO, ANYWHERE },
	{ "č", "ch", RO, ANYWHERE },
	{ "ž", "zh", RO, ANYWHERE },
	{ "ă", "a", RO, ANYWHERE },
	{ "î", "i", RO, ANYWHERE },
	BOTH("escu", "esku", RO, AT_END),
	BOTH("ghe", "ge", RO, ANYWHERE),
	BOTH("j", "y", RO, ANYWHERE),
	{ "ch", "k", RO, ANYWHERE },
	BOTH("v", "w", RO, ANYWHERE),
	BOTH("x", "ks", RO, NOT_FIRST),
	BOTH("iu", "u", RO, AT_END),
	{ "as", "", RO, AT_END },
	/* West Africa */
	BOTH("oluw", "olu", AF, AT_START),
	BOTH("kw", "qu", AF, ANYWHERE),
	BOTH("ky", "ch", AF, ANYWHERE),
	BOTH("dj", "j", AF, ANYWHERE),
	BOTH("ei", "ey", AF, NOT_FIRST),
	BOTH("e", "eh", AF, AT_END),
	BOTH("o", "oh", AF, AT_END),
	BOTH("u", "oo", AF, NOT_FIRST),
	BOTH("c", "k", AF, ANYWHERE),
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

bool
corpus_edit_ocr(char *text, struct corpus_rng *rng)
{
	return apply_rule(text, ocr_rules, COUNT(ocr_rules), 1, rng);
}

bool
corpus_edit_phonetic(char *text, struct corpus_rng *rng)
{
	return apply_rule(text, phonetic_rules, COUNT(phonetic_rules), 1, rng);
}

bool
corpus_edit_translit(char *text, unsigned scripts, struct corpus_rng *rng)
{
	char before[CORPUS_EDIT_BYTES];
	bool twice = corpus_rng_chance(rng, 200);

	snprintf(before, sizeof before, "%s", text);
	if (!apply_rule(text, translit_rules, COUNT(translit_rules), scripts, rng))
		return false;
	if (twice)
		apply_rule(text, translit_rules, COUNT(translit_rules), scripts, rng);
	/* A rule may undo the other. */
	return strcmp(before, text) != 0;
}

/* --- Surnames of several parts ------------------------------------------------------------- */

/* As they stand before the rest of the name; with the blank, hyphen or apostrophe. */
static const char *const particles[] = { "O'", "Mac ", "ap ", "ab ", "ferch ", "de la ", "de ",
	"Le ", "Du ", "La ", "Les ", "van ", "von ", "da ", "dos ", "do ", "dal ", "al-", "Al-",
	"El-", "el-", "Al ", "El ", "bin ", "Bin ", "ibn ", "Abu ", "D'", "St " };

static size_t
particle_length(const char *text)
{
	for (size_t i = 0; i < COUNT(particles); i++) {
		size_t n = strlen(particles[i]);

		if (strncmp(text, particles[i], n) == 0 && strlen(text) > n + 1)
			return n;
	}
	if (strncmp(text, "Mc", 2) == 0 && strlen(text) > 4)
		return 2;
	return strncmp(text, "Mac", 3) == 0 && is_upper(text[3]) ? 3 : 0;
}

bool
corpus_edit_has_particle(const char *text)
{
	return particle_length(text) > 0;
}

static void
set(char *text, const char *head, const char *rest)
{
	char made[2 * CORPUS_EDIT_BYTES];

	snprintf(made, sizeof made, "%s%s", head, rest);
	if (strlen(made) < CORPUS_EDIT_BYTES)
		memcpy(text, made, strlen(made) + 1);
}

bool
corpus_edit_particle(char *text, struct corpus_rng *rng)
{
	static const char *const mc[] = { "Mac", "Mac ", "Mc ", "M'" };
	static const char *const mac[] = { "Mc", "Mc ", "Mac ", "M'" };
	static const char *const o[] = { "O", "O ", "", "O’" };
	size_t n = particle_length(text);
	char rest[CORPUS_EDIT_BYTES], head[16];
	uint32_t way = corpus_rng_below(rng, 4);

	if (n == 0)
		return false;
	snprintf(rest, sizeof rest, "%s", text + n);
	rest[0] = upper(rest[0]);
	if (strncmp(text, "Mc", 2) == 0) {
		set(text, mc[way], rest);
	} else if (strncmp(text, "Mac", 3) == 0 && n == 3) {
		set(text, mac[way], rest);
	} else if (strncmp(text, "O'", 2) == 0) {
		set(text, o[way], rest);
	} else if (way <= 1) {
		set(text, "", rest);
	} else {
		/* Joined to the rest, or with the other joint. */
		snprintf(head, sizeof head, "%.*s", (int)n, text);
		head[0] = upper(head[0]);
		if (way == 2) {
			head[n - 1] = '\0';
			rest[0] = lower(rest[0]);
		} else {
			head[n - 1] = head[n - 1] == ' ' ? '-' : ' ';
		}
		set(text, head, rest);
	}
	return true;
}

/* The joint of a double surname, 0 if it is none. */
static size_t
joint(const char *text)
{
	size_t n = strlen(text), from = particle_length(text);
	const char *at = strchr(text + from, '-');

	if (at == NULL)
		at = strchr(text + from, ' ');
	if (at == NULL || at < text + 3 || at + 3 > text + n)
		return 0;
	return (size_t)(at - text);
}

bool
corpus_edit_is_double(const char *text)
{
	return joint(text) > 0;
}

bool
corpus_edit_split_double(char *text, struct corpus_rng *rng)
{
	size_t at = joint(text);
	bool second = corpus_rng_chance(rng, 500);

	if (at == 0)
		return false;
	if (second)
		memmove(text, text + at + 1, strlen(text + at));
	else
		text[at] = '\0';
	return true;
}

bool
corpus_edit_join_double(char *text, struct corpus_rng *rng)
{
	size_t at = joint(text);

	if (at == 0)
		return false;
	if (corpus_rng_chance(rng, 250)) {
		memmove(text + at, text + at + 1, strlen(text + at));
		text[at] = lower(text[at]);
	} else {
		text[at] = text[at] == '-' ? ' ' : '-';
	}
	return true;
}

/* --- Marks --------------------------------------------------------------------------------- */

/* U+00C0..U+017F without marks; '?' where that takes two letters, or the letter is none. */
static const char plain[] = "AAAAAA?CEEEEIIIIDNOOOOO?OUUUUY??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y"
			    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlLlLl"
			    "NnNnNnnNnOoOoOo??RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* U+1EA0..U+1EF9 in runs, capital and small by turns. */
static char
plain_vietnamese(uint32_t c)
{
	static const struct {
		uint32_t last;
		char letter;
	} runs[] = { { 0x1eb7, 'a' }, { 0x1ec7, 'e' }, { 0x1ecb, 'i' }, { 0x1ee3, 'o' },
		{ 0x1ef1, 'u' }, { 0x1ef9, 'y' } };

	for (size_t i = 0; i < COUNT(runs); i++)
		if (c <= runs[i].last)
			return c % 2 == 0 ? upper(runs[i].letter) : runs[i].letter;
	return '?';
}

/* Writes at most 4 bytes. */
static size_t
fold_letter(char *out, uint32_t c)
{
	static const struct {
		uint32_t c;
		const char *to;
	} others[] = { { 0xc6, "Ae" }, { 0xe6, "ae" }, { 0xdf, "ss" }, { 0xde, "Th" },
		{ 0xfe, "th" }, { 0x152, "Oe" }, { 0x153, "oe" }, { 0x1a0, "O" }, { 0x1a1, "o" },
		{ 0x1af, "U" }, { 0x1b0, "u" }, { 0x218, "S" }, { 0x219, "s" }, { 0x21a, "T" },
		{ 0x21b, "t" }, { 0x2019, "'" } };

	for (size_t i = 0; i < COUNT(others); i++)
		if (others[i].c == c) {
			size_t n = strlen(others[i].to);

			memcpy(out, others[i].to, n);
			return n;
		}
	if (c >= 0xc0 && c < 0xc0 + sizeof plain - 1)
		out[0] = plain[c - 0xc0];
	else if (c >= 0x1ea0 && c <= 0x1ef9)
		out[0] = plain_vietnamese(c);
	else if (c >= 0x300 && c < 0x370)
		return 0; /* a mark by itself */
	else
		out[0] = '?';
	return 1;
}

bool
corpus_edit_fold(char *text)
{
	struct str all = str_from(text);
	char made[2 * CORPUS_EDIT_BYTES];
	size_t n = 0, at = 0;
	bool changed = false;

	if (all.n >= CORPUS_EDIT_BYTES)
		return false;
	while (at < all.n) {
		uint32_t c = str_utf8_next(all, &at);

		if (c < 0x80) {
			made[n++] = (char)c;
			continue;
		}
		changed = true;
		n += fold_letter(made + n, c);
	}
	made[n] = '\0';
	if (changed)
		memcpy(text, made, n + 1);
	return changed;
}

bool
corpus_edit_is_wide(const char *text)
{
	/* In UTF-8 the first byte of U+0100 is 0xC4. */
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0xc4)
			return true;
	return false;
}

/* --- Postcodes ----------------------------------------------------------------------------- */

static bool
is_code(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static char
other_character(char c, struct corpus_rng *rng)
{
	if (c >= '0' && c <= '9') {
		uint32_t way = corpus_rng_below(rng, 4);

		if (way == 0 && (c == '0' || c == '1' || c == '5'))
			return c == '0' ? 'O' : c == '1' ? 'I' : 'S';
		return c == '9' ? '8' : c == '0' ? '9' : (char)(way < 2 ? c + 1 : c - 1);
	}
	return upper(neighbour_key(c, rng));
}

bool
corpus_edit_postcode(char *text, struct corpus_rng *rng)
{
	size_t n = strlen(text), at;

	if (n < 5)
		return false;
	at = 1 + corpus_rng_below(rng, (uint32_t)n - 1);
	if (text[at] == ' ')
		at++;
	if (!is_code(text[at]))
		return false;
	if (corpus_rng_chance(rng, 300) && is_code(text[at + 1]) && text[at] != text[at + 1]) {
		char c = text[at];

		text[at] = text[at + 1];
		text[at + 1] = c;
		return true;
	}
	text[at] = other_character(text[at], rng);
	return true;
}
