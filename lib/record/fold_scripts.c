#include "record/fold_scripts.h"

enum fold_script
fold_scripts_of(uint32_t code)
{
	static const struct {
		uint32_t first, last;
		enum fold_script script;
	} blocks[] = { { 0x0370, 0x03ff, FOLD_SCRIPT_OTHER }, /* Greek */
		{ 0x0400, 0x052f, FOLD_SCRIPT_CYRILLIC },
		{ 0x0530, 0x058f, FOLD_SCRIPT_OTHER }, /* Armenian */
		{ 0x0590, 0x05ff, FOLD_SCRIPT_HEBREW }, { 0x0600, 0x06ff, FOLD_SCRIPT_ARABIC },
		{ 0x0750, 0x077f, FOLD_SCRIPT_ARABIC }, { 0x08a0, 0x08ff, FOLD_SCRIPT_ARABIC },
		{ 0x0900, 0x13ff, FOLD_SCRIPT_OTHER }, /* India to Ethiopia and Georgia */
		{ 0x1780, 0x18af, FOLD_SCRIPT_OTHER }, /* Khmer, Mongolian */
		{ 0x1f00, 0x1fff, FOLD_SCRIPT_OTHER }, /* Greek with accents */
		{ 0x3040, 0x30ff, FOLD_SCRIPT_OTHER }, /* Japanese syllables */
		{ 0x3400, 0x4dbf, FOLD_SCRIPT_HAN }, { 0x4e00, 0x9fff, FOLD_SCRIPT_HAN },
		{ 0xac00, 0xd7a3, FOLD_SCRIPT_HANGUL }, { 0xfb1d, 0xfb4f, FOLD_SCRIPT_HEBREW },
		{ 0xfb50, 0xfdff, FOLD_SCRIPT_ARABIC }, { 0xfe70, 0xfeff, FOLD_SCRIPT_ARABIC } };

	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		if (code >= blocks[i].first && code <= blocks[i].last)
			return blocks[i].script;
	return FOLD_SCRIPT_PLAIN;
}

/* About nine in ten people of Chinese family name bear one of these, in either way of writing. */
static const uint16_t families[] = {
	0x4e01,
	0x4e07,
	0x4e25,
	0x4e8e,
	0x4ed8,
	0x4efb,
	0x4f55,
	0x4f59,
	0x4faf,
	0x4fde,
	0x51af,
	0x5218,
	0x5289,
	0x5362,
	0x53f2,
	0x53f6,
	0x5411,
	0x5415,
	0x5433,
	0x5434,
	0x5442,
	0x5468,
	0x5510,
	0x56b4,
	0x590f,
	0x59da,
	0x59dc,
	0x5b54,
	0x5b59,
	0x5b5f,
	0x5b6b,
	0x5b8b,
	0x5c39,
	0x5d14,
	0x5ed6,
	0x5f20,
	0x5f35,
	0x5f6d,
	0x5f90,
	0x6234,
	0x65b9,
	0x65bd,
	0x66f9,
	0x66fe,
	0x6731,
	0x674e,
	0x675c,
	0x6768,
	0x6797,
	0x67ef,
	0x6881,
	0x694a,
	0x6b66,
	0x6bb5,
	0x6bdb,
	0x6c5f,
	0x6c64,
	0x6c6a,
	0x6c88,
	0x6d2a,
	0x6e29,
	0x6e6f,
	0x6eab,
	0x6f58,
	0x718a,
	0x738b,
	0x7530,
	0x767d,
	0x76e7,
	0x77f3,
	0x79e6,
	0x7a0b,
	0x7f57,
	0x7f85,
	0x7fc1,
	0x8096,
	0x80e1,
	0x82cf,
	0x8303,
	0x83ab,
	0x8427,
	0x842c,
	0x8449,
	0x8463,
	0x848b,
	0x8521,
	0x8523,
	0x856d,
	0x859b,
	0x8607,
	0x8881,
	0x8983,
	0x8a31,
	0x8b1d,
	0x8b5a,
	0x8bb8,
	0x8c22,
	0x8c2d,
	0x8cc0,
	0x8cc8,
	0x8d3a,
	0x8d3e,
	0x8d75,
	0x8d99,
	0x9093,
	0x90b1,
	0x90b5,
	0x90b9,
	0x90d1,
	0x90dd,
	0x90ed,
	0x9112,
	0x9127,
	0x912d,
	0x9322,
	0x937e,
	0x949f,
	0x94b1,
	0x95eb,
	0x9646,
	0x9648,
	0x9673,
	0x9676,
	0x9678,
	0x96f7,
	0x97cb,
	0x97d3,
	0x97e6,
	0x97e9,
	0x9867,
	0x987e,
	0x99ac,
	0x99ae,
	0x9a6c,
	0x9ad8,
	0x9b4f,
	0x9ec3,
	0x9ec4,
	0x9ece,
	0x9f8d,
	0x9f94,
	0x9f99,
	0x9f9a,
};

bool
fold_scripts_is_family(uint32_t han)
{
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
		if (families[i] == han)
			return true;
	return false;
}

const char *
fold_scripts_family(uint32_t hangul)
{
	static const uint16_t syllables[] = { 0xae40, 0xc774, 0xbc15, 0xcd5c, 0xc815, 0xac15,
		0xc870, 0xc724, 0xc7a5, 0xc784, 0xd55c, 0xc624, 0xc11c, 0xc2e0, 0xad8c, 0xd669,
		0xc548, 0xc1a1, 0xb958, 0xc720, 0xd64d, 0xc804, 0xace0, 0xbb38, 0xc591, 0xc190,
		0xbc30, 0xbc31, 0xd5c8, 0xb178, 0xb0a8, 0xc2ec, 0xd558, 0xacfd, 0xc131, 0xcc28,
		0xc8fc, 0xc6b0, 0xad6c, 0xbbfc, 0xb098, 0xc9c4, 0xc9c0, 0xc5c4, 0xc6d0, 0xcc9c,
		0xbc29, 0xacf5, 0xd604, 0xbcc0, 0xc5fc, 0xc5ec, 0xcd94, 0xb3c4, 0xc18c, 0xc11d,
		0xc120, 0xc124, 0xb9c8, 0xae38, 0xc5f0, 0xc704, 0xd45c, 0xba85, 0xae30, 0xbc18,
		0xc655, 0xae08, 0xc625, 0xc721, 0xc778, 0xb9f9, 0xc81c, 0xbaa8, 0xd0c1, 0xad6d };
	static const char *const spellings[] = { "kim", "lee", "park", "choi", "jung", "kang",
		"cho", "yoon", "jang", "lim", "han", "oh", "seo", "shin", "kwon", "hwang", "ahn",
		"song", "ryu", "yoo", "hong", "jeon", "ko", "moon", "yang", "son", "bae", "baek",
		"heo", "noh", "nam", "shim", "ha", "kwak", "sung", "cha", "joo", "woo", "koo",
		"min", "na", "jin", "ji", "eom", "won", "chun", "bang", "kong", "hyun", "byun",
		"yeom", "yeo", "choo", "do", "so", "seok", "sun", "seol", "ma", "gil", "yeon", "wi",
		"pyo", "myung", "ki", "ban", "wang", "keum", "ok", "yook", "in", "maeng", "je",
		"mo", "tak", "kook" };

	_Static_assert(
	    sizeof syllables / sizeof syllables[0] == sizeof spellings / sizeof spellings[0],
	    "a spelling for each");
	for (size_t i = 0; i < sizeof syllables / sizeof syllables[0]; i++)
		if (syllables[i] == hangul)
			return spellings[i];
	return NULL;
}

#define HEBREW_FIRST 0x5d0u
#define HEBREW_LAST 0x5eau
#define HEBREW_HE 0x5d4u
#define HEBREW_VAV 0x5d5u
#define HEBREW_YOD 0x5d9u

static bool
is_hebrew(uint32_t code)
{
	return code >= HEBREW_FIRST && code <= HEBREW_LAST;
}

/* The next letter at *at, points passed over; 0 at the end. */
static uint32_t
next_hebrew(bool *geresh, struct str word, size_t *at)
{
	uint32_t letter = 0;
	size_t after;

	while (*at < word.n && !is_hebrew(letter))
		letter = str_utf8_next(word, at);
	after = *at;
	while (after < word.n) {
		uint32_t code = str_utf8_next(word, &after);

		*geresh = code == '\'' || code == 0x5f3 || code == 0x2019;
		if (*geresh || is_hebrew(code))
			break;
	}
	return is_hebrew(letter) ? letter : 0;
}

static const char *
hebrew_letter(uint32_t code, bool first, bool geresh)
{
	/* alef bet gimel dalet he vav zayin het tet yod kaf-final kaf lamed mem-final mem nun-final
	 * nun samekh ayin pe-final pe tsade-final tsade qof resh shin tav */
	static const char *const letters[] = { "a", "v", "g", "d", "h", "w", "z", "h", "t", "y",
		"kh", "k", "l", "m", "m", "n", "n", "s", "a", "f", "f", "z", "z", "k", "r", "sh",
		"t" };

	if (first && code == 0x5d1)
		return "b";
	if (first && code == 0x5e4)
		return "p";
	if (first && code == HEBREW_VAV)
		return "v";
	if (geresh && (code == 0x5d2 || code == 0x5d6))
		return "j";
	if (geresh && (code == 0x5e5 || code == 0x5e6))
		return "ch";
	return letters[code - HEBREW_FIRST];
}

size_t
fold_scripts_hebrew(char *out, size_t room, struct str word)
{
	bool geresh = false, geresh_next = false;
	size_t at = 0, n = 0;
	uint32_t letter = next_hebrew(&geresh, word, &at), next;

	for (bool first = true; letter != 0 && n + 2 <= room; first = false) {
		const char *latin = hebrew_letter(letter, first, geresh);

		next = next_hebrew(&geresh_next, word, &at);
		if (letter == next && (letter == HEBREW_VAV || letter == HEBREW_YOD)) {
			latin = letter == HEBREW_VAV ? "v" : "y"; /* doubled: no mere vowel */
			next = next_hebrew(&geresh_next, word, &at);
		} else if (letter == HEBREW_HE && next == 0 && n > 0 && out[n - 1] == 'y') {
			out[n - 1] = 'i'; /* Sophia */
			latin = "a";
		} else if (letter == 0x5e4 && next == 0 && !first) {
			latin = "p"; /* a pe that is not written as a final one is a p */
		}
		for (; *latin != '\0'; latin++)
			out[n++] = *latin;
		letter = next;
		geresh = geresh_next;
	}
	return n;
}

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* Letters of the consonant at i: "sh" is one. */
static size_t
consonant_length(struct str letters, size_t i)
{
	bool breath = i + 1 < letters.n && letters.p[i + 1] == 'h';

	return breath && strchr("kstdgc", letters.p[i]) != NULL ? 2 : 1;
}

/* y and w are vowels unless they begin a word or a vowel follows. */
static char
sounded(struct str letters, size_t i)
{
	char c = letters.p[i];
	bool after = i + 1 < letters.n && is_vowel(letters.p[i + 1]);

	if ((c != 'y' && c != 'w') || i == 0 || after)
		return c;
	return c == 'y' ? 'i' : 'u';
}

/* True if the consonant that begins at i closes the word or comes before another consonant. */
static bool
no_vowel_after(struct str letters, size_t i, size_t length)
{
	return i + length >= letters.n || !is_vowel(sounded(letters, i + length));
}

size_t
fold_scripts_vowels(char *out, size_t room, struct str letters)
{
	bool open = true; /* no consonant since the last vowel, or since the beginning */
	size_t n = 0;

	for (size_t i = 0; i < letters.n && n + 3 <= room;) {
		size_t length = consonant_length(letters, i);
		char c = sounded(letters, i);
		bool begins = i == 0;

		if (is_vowel(c) || c < 'a' || c > 'z') {
			out[n++] = c;
			open = true;
			i++;
			continue;
		}
		/* The second of two consonants begins a syllable, which wants its vowel. */
		if (!begins && !open && i + length >= letters.n)
			out[n++] = 'a';
		memcpy(out + n, letters.p + i, length);
		if (length == 1)
			out[n] = c;
		n += length;
		if ((begins || !open) && no_vowel_after(letters, i, length) &&
		    i + length < letters.n && n < room) {
			out[n++] = 'a';
			open = true;
		} else {
			open = false;
		}
		i += length;
	}
	return n;
}
