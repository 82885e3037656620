#include "linkage/metaphone.h"

#include "base/scratch.h"
#include "linkage/distance.h"

/*
 * One function a letter: it adds what the letter sounds like, in the first and in the second
 * reading, and returns how many letters it has dealt with. `at` is the letter's place; places
 * before the word never match and places behind it read as blanks (that is how a rule asks for
 * the end of the word).
 */
#define PAD 6

struct coder {
	char word[DISTANCE_BYTES_MAX + PAD];
	int n;
	int at;
	bool slavic; /* Slavic or Germanic by its letters */
	char *code[2];
	size_t used[2];
	size_t room;
};

static char
letter(const struct coder *c, int offset)
{
	int place = c->at + offset;

	return place < 0 || place >= c->n + PAD ? '\0' : c->word[place];
}

/* True if the word goes on at `place` with one of the alternatives, which '|' separates. */
static bool
word_has(const struct coder *c, int place, const char *alternatives)
{
	if (place < 0 || place >= c->n + PAD)
		return false;
	for (const char *p = alternatives; *p != '\0';) {
		int i = 0;

		while (
		    *p != '\0' && *p != '|' && place + i < c->n + PAD && c->word[place + i] == *p) {
			i++;
			p++;
		}
		if (*p == '\0' || *p == '|')
			return true;
		while (*p != '\0' && *p != '|')
			p++;
		if (*p == '|')
			p++;
	}
	return false;
}

static bool
has(const struct coder *c, int offset, const char *alternatives)
{
	return word_has(c, c->at + offset, alternatives);
}

static bool
is_vowel(char c)
{
	return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U' || c == 'Y';
}

static bool
vowel(const struct coder *c, int offset)
{
	return is_vowel(letter(c, offset));
}

static bool
at_end(const struct coder *c)
{
	return c->at == c->n - 1;
}

static bool
germanic(const struct coder *c)
{
	return word_has(c, 0, "VAN |VON |SCH");
}

static void
add_to(struct coder *c, int which, const char *sounds)
{
	for (; *sounds != '\0' && c->used[which] < c->room; sounds++)
		c->code[which][c->used[which]++] = *sounds;
}

static void
add2(struct coder *c, const char *first, const char *second)
{
	add_to(c, 0, first);
	add_to(c, 1, second);
}

static void
add(struct coder *c, const char *sounds)
{
	add2(c, sounds, sounds);
}

/* Adds the sound; a doubled letter is dealt with at once. */
static int
add_doubled(struct coder *c, const char *sounds)
{
	add(c, sounds);
	return letter(c, 1) == letter(c, 0) ? 2 : 1;
}

static bool
ch_is_hard(const struct coder *c)
{
	if (germanic(c) || has(c, -2, "ORCHES|ARCHIT|ORCHID") || has(c, 2, "T|S"))
		return true;
	if (c->at != 0 && !has(c, -1, "A|O|U|E"))
		return false;
	return has(c, 2, "L|R|N|M|B|H|F|V|W| ");
}

static int
code_ch(struct coder *c)
{
	if (c->at > 0 && has(c, 0, "CHAE"))
		add2(c, "K", "X");
	else if (c->at == 0 && has(c, 1, "HARAC|HARIS|HOR|HYM|HIA|HEM") && !word_has(c, 0, "CHORE"))
		add(c, "K");
	else if (ch_is_hard(c))
		add(c, "K");
	else if (c->at == 0)
		add(c, "X");
	else if (word_has(c, 0, "MC"))
		add(c, "K");
	else
		add2(c, "X", "K");
	return 2;
}

static int
code_cc(struct coder *c)
{
	if (!has(c, 2, "I|E|H") || has(c, 2, "HU")) {
		add(c, "K");
		return 2;
	}
	if ((c->at == 1 && letter(c, -1) == 'A') || has(c, -1, "UCCEE|UCCES"))
		add(c, "KS");
	else
		add(c, "X");
	return 3;
}

static int
code_c_plain(struct coder *c)
{
	if (has(c, 0, "CK|CG|CQ")) {
		add(c, "K");
		return 2;
	}
	if (has(c, 0, "CI|CE|CY")) {
		add2(c, "S", has(c, 0, "CIO|CIE|CIA") ? "X" : "S");
		return 2;
	}
	add(c, "K");
	if (has(c, 1, " C| Q| G"))
		return 3;
	return has(c, 1, "C|K|Q") && !has(c, 1, "CE|CI") ? 2 : 1;
}

static int
code_c(struct coder *c)
{
	if (c->at > 1 && !vowel(c, -2) && has(c, -1, "ACH") && letter(c, 2) != 'I' &&
	    (letter(c, 2) != 'E' || has(c, -2, "BACHER|MACHER"))) {
		add(c, "K");
		return 2;
	}
	if (c->at == 0 && has(c, 0, "CAESAR")) {
		add(c, "S");
		return 2;
	}
	if (has(c, 0, "CHIA")) {
		add(c, "K");
		return 2;
	}
	if (has(c, 0, "CH"))
		return code_ch(c);
	if (has(c, 0, "CZ") && !has(c, -2, "WICZ")) {
		add2(c, "S", "X");
		return 2;
	}
	if (has(c, 1, "CIA")) {
		add(c, "X");
		return 3;
	}
	if (has(c, 0, "CC") && !(c->at == 1 && c->word[0] == 'M'))
		return code_cc(c);
	return code_c_plain(c);
}

static int
code_d(struct coder *c)
{
	if (has(c, 0, "DG")) {
		bool soft = has(c, 2, "I|E|Y");

		add(c, soft ? "J" : "TK");
		return soft ? 3 : 2;
	}
	add(c, "T");
	return has(c, 0, "DT|DD") ? 2 : 1;
}

static int
code_gh(struct coder *c)
{
	if (c->at > 0 && !vowel(c, -1))
		add(c, "K");
	else if (c->at == 0)
		add(c, letter(c, 2) == 'I' ? "J" : "K");
	else if (has(c, -2, "B|H|D") || has(c, -3, "B|H|D") || has(c, -4, "B|H"))
		return 2; /* silent, as in Hugh */
	else if (letter(c, -1) == 'U' && has(c, -3, "C|G|L|R|T"))
		add(c, "F");
	else if (letter(c, -1) != 'I')
		add(c, "K");
	return 2;
}

static int
code_gn(struct coder *c)
{
	if (c->at == 1 && is_vowel(c->word[0]) && !c->slavic)
		add2(c, "KN", "N");
	else if (!has(c, 2, "EY") && !c->slavic)
		add2(c, "N", "KN");
	else
		add(c, "KN");
	return 2;
}

static int
code_g(struct coder *c)
{
	if (letter(c, 1) == 'H')
		return code_gh(c);
	if (letter(c, 1) == 'N')
		return code_gn(c);
	if (has(c, 1, "LI") && !c->slavic) {
		add2(c, "KL", "L");
		return 2;
	}
	if (c->at == 0 && has(c, 1, "Y|ES|EP|EB|EL|EY|IB|IL|IN|IE|EI|ER")) {
		add2(c, "K", "J");
		return 2;
	}
	if (has(c, 1, "ER|Y") && !word_has(c, 0, "DANGER|RANGER|MANGER") && !has(c, -1, "E|I") &&
	    !has(c, -1, "RGY|OGY")) {
		add2(c, "K", "J");
		return 2;
	}
	if (has(c, 1, "E|I|Y") || has(c, -1, "AGGI|OGGI")) {
		if (germanic(c) || has(c, 1, "ET"))
			add(c, "K");
		else
			add2(c, "J", has(c, 1, "IER ") ? "J" : "K");
		return 2;
	}
	return add_doubled(c, "K");
}

static int
code_h(struct coder *c)
{
	if ((c->at != 0 && !vowel(c, -1)) || !vowel(c, 1))
		return 1;
	add(c, "H");
	return 2;
}

static int
code_j(struct coder *c)
{
	bool san = word_has(c, 0, "SAN ");

	if (has(c, 0, "JOSE") || san) {
		add2(c, (c->at == 0 && letter(c, 4) == ' ') || san ? "H" : "J", "H");
		return 1;
	}
	if (c->at == 0)
		add2(c, "J", "A");
	else if (vowel(c, -1) && !c->slavic && (letter(c, 1) == 'A' || letter(c, 1) == 'O'))
		add2(c, "J", "H");
	else if (at_end(c))
		add2(c, "J", "");
	else if (!has(c, 1, "L|T|K|S|N|M|B|Z") && !has(c, -1, "S|K|L"))
		add(c, "J");
	return letter(c, 1) == 'J' ? 2 : 1;
}

static bool
l_is_spanish(const struct coder *c)
{
	if (c->at == c->n - 3 && has(c, -1, "ILLO|ILLA|ALLE"))
		return true;
	return (word_has(c, c->n - 2, "AS|OS") || word_has(c, c->n - 1, "A|O")) &&
	       has(c, -1, "ALLE");
}

static int
code_l(struct coder *c)
{
	if (letter(c, 1) == 'L' && l_is_spanish(c)) {
		add2(c, "L", "");
		return 2;
	}
	return add_doubled(c, "L");
}

static int
code_m(struct coder *c)
{
	bool silent_b = has(c, -1, "UMB") && (c->at + 1 == c->n - 1 || has(c, 2, "ER"));

	add(c, "M");
	return silent_b || letter(c, 1) == 'M' ? 2 : 1;
}

static int
code_p(struct coder *c)
{
	if (letter(c, 1) == 'H') {
		add(c, "F");
		return 2;
	}
	add(c, "P");
	return has(c, 1, "P|B") ? 2 : 1;
}

static int
code_r(struct coder *c)
{
	if (at_end(c) && !c->slavic && has(c, -2, "IE") && !has(c, -4, "ME|MA"))
		add2(c, "", "R");
	else
		add(c, "R");
	return letter(c, 1) == 'R' ? 2 : 1;
}

static int
code_sc(struct coder *c)
{
	if (letter(c, 2) != 'H') {
		add(c, has(c, 2, "I|E|Y") ? "S" : "SK");
		return 3;
	}
	if (has(c, 3, "ER|EN"))
		add2(c, "X", "SK");
	else if (has(c, 3, "OO|UY|ED|EM"))
		add(c, "SK");
	else if (c->at == 0 && !is_vowel(c->word[3]) && c->word[3] != 'W')
		add2(c, "X", "S");
	else
		add(c, "X");
	return 3;
}

static int
code_s(struct coder *c)
{
	if (has(c, -1, "ISL|YSL"))
		return 1; /* silent, as in Isle */
	if (c->at == 0 && has(c, 0, "SUGAR")) {
		add2(c, "X", "S");
		return 1;
	}
	if (has(c, 0, "SH")) {
		add(c, has(c, 1, "HEIM|HOEK|HOLM|HOLZ") ? "S" : "X");
		return 2;
	}
	if (has(c, 0, "SIO|SIA")) {
		add2(c, "S", c->slavic ? "S" : "X");
		return 3;
	}
	if ((c->at == 0 && has(c, 1, "M|N|L|W")) || has(c, 1, "Z")) {
		add2(c, "S", "X");
		return has(c, 1, "Z") ? 2 : 1;
	}
	if (has(c, 0, "SC"))
		return code_sc(c);
	add2(c, at_end(c) && has(c, -2, "AI|OI") ? "" : "S", "S");
	return has(c, 1, "S|Z") ? 2 : 1;
}

static int
code_t(struct coder *c)
{
	if (has(c, 0, "TION|TIA|TCH")) {
		add(c, "X");
		return 3;
	}
	if (has(c, 0, "TH|TTH")) {
		if (has(c, 2, "OM|AM") || germanic(c))
			add(c, "T");
		else
			add2(c, "0", "T");
		return 2;
	}
	add(c, "T");
	return has(c, 1, "T|D") ? 2 : 1;
}

static int
code_w(struct coder *c)
{
	if (has(c, 0, "WR")) {
		add(c, "R");
		return 2;
	}
	if (c->at == 0 && vowel(c, 1))
		add2(c, "A", "F");
	else if (c->at == 0 && has(c, 0, "WH"))
		add(c, "A");
	if ((at_end(c) && vowel(c, -1)) || has(c, -1, "EWSKI|EWSKY|OWSKI|OWSKY") ||
	    word_has(c, 0, "SCH")) {
		add2(c, "", "F");
		return 1;
	}
	if (has(c, 0, "WICZ|WITZ")) {
		add2(c, "TS", "FX");
		return 4;
	}
	return 1;
}

static int
code_x(struct coder *c)
{
	if (!at_end(c) || !(has(c, -3, "IAU|EAU") || has(c, -2, "AU|OU")))
		add(c, "KS");
	return has(c, 1, "C|X") ? 2 : 1;
}

static int
code_z(struct coder *c)
{
	if (letter(c, 1) == 'H') {
		add(c, "J");
		return 2;
	}
	if (has(c, 1, "ZO|ZI|ZA") || (c->slavic && c->at > 0 && letter(c, -1) != 'T'))
		add2(c, "S", "TS");
	else
		add(c, "S");
	return letter(c, 1) == 'Z' ? 2 : 1;
}

static int
code_simple(struct coder *c)
{
	switch (letter(c, 0)) {
	case 'B':
		return add_doubled(c, "P");
	case 'F':
	case 'V':
		return add_doubled(c, "F");
	case 'K':
	case 'Q':
		return add_doubled(c, "K");
	case 'N':
		return add_doubled(c, "N");
	default:
		if (c->at == 0 && vowel(c, 0))
			add(c, "A");
		return 1;
	}
}

typedef int code_letter(struct coder *c);

static code_letter *const letters[26] = { ['C' - 'A'] = code_c,
	['D' - 'A'] = code_d,
	['G' - 'A'] = code_g,
	['H' - 'A'] = code_h,
	['J' - 'A'] = code_j,
	['L' - 'A'] = code_l,
	['M' - 'A'] = code_m,
	['P' - 'A'] = code_p,
	['R' - 'A'] = code_r,
	['S' - 'A'] = code_s,
	['T' - 'A'] = code_t,
	['W' - 'A'] = code_w,
	['X' - 'A'] = code_x,
	['Z' - 'A'] = code_z };

static int
code_next(struct coder *c)
{
	char now = letter(c, 0);

	if (now >= 'A' && now <= 'Z' && letters[now - 'A'] != NULL)
		return letters[now - 'A'](c);
	return code_simple(c);
}

static void
coder_init(struct coder *c, struct str word)
{
	c->n = word.n > DISTANCE_BYTES_MAX ? DISTANCE_BYTES_MAX : (int)word.n;
	c->at = 0;
	c->slavic = false;
	c->used[0] = c->used[1] = 0;
	for (int i = 0; i < c->n; i++) {
		char b = word.p[i];

		c->word[i] = (char)(b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b);
	}
	memset(c->word + c->n, ' ', PAD);
	for (int i = 0; i < c->n; i++)
		c->slavic |= c->word[i] == 'W' || c->word[i] == 'K' ||
			     (c->word[i] == 'C' && c->word[i + 1] == 'Z');
}

void
metaphone_codes(char *primary, char *alternate, size_t room, struct str word)
{
	struct coder c SCRATCH;

	coder_init(&c, word);
	c.code[0] = primary;
	c.code[1] = alternate;
	c.room = room;
	if (word_has(&c, 0, "GN|KN|PN|WR|PS"))
		c.at++;
	if (c.word[0] == 'X') {
		add(&c, "S");
		c.at++;
	}
	while (c.at < c.n && (c.used[0] < room || c.used[1] < room))
		c.at += code_next(&c);
	primary[c.used[0]] = '\0';
	alternate[c.used[1]] = '\0';
}

/* --- First sounds ------------------------------------------------------------------------------
 */
#define ANY UINT32_MAX
#define S(letter) ((uint32_t)1 << ((letter)-64)) /* as metaphone_sound() has it */
#define THETA ((uint32_t)1)

/* Of a word that begins with the letter, unless the second one says otherwise below. */
static const uint32_t first_sounds[26] = { S('A'), S('P'), S('K') | S('S') | S('X'),
	S('J') | S('T'), S('A'), S('F'), S('J') | S('K') | S('L'), ANY, S('A'),
	S('A') | S('H') | S('J'), S('K'), S('L'), S('M'), S('N'), S('A'), S('P'), S('K'), S('R'),
	S('S') | S('X'), THETA | S('T') | S('X'), S('A'), S('F'), ANY, S('S'), S('A'),
	S('J') | S('S') | S('T') };

static char
upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

uint32_t
metaphone_first_sounds(struct str word)
{
	char first = word.n > 0 ? upper(word.p[0]) : '\0';
	char second = word.n > 1 ? upper(word.p[1]) : '\0';

	switch (first) {
	case 'G':
	case 'K':
		return second == 'N' ? S('N') : first_sounds[first - 'A'];
	case 'H':
		return is_vowel(second) ? S('H') : ANY;
	case 'P':
		return second == 'H'   ? S('F')
		       : second == 'N' ? S('N')
		       : second == 'S' ? S('S') | S('X')
				       : S('P');
	case 'W':
		return second == 'R' ? S('R') : is_vowel(second) ? S('A') | S('F') : ANY;
	default:
		return first >= 'A' && first <= 'Z' ? first_sounds[first - 'A'] : ANY;
	}
}
