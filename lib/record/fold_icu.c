#include "record/fold.h"

#include "base/mem.h"
#include "record/fold_scripts.h"

#include <unicode/ucnv.h>
#include <unicode/utrans.h>

/*
 * Any-Latin alone follows ISO 9 and its like (Sergej, Hrusev), which nobody in Britain writes; the
 * romanisations of the British and US names boards (BGN) are what passports and case files hold
 * (Sergey, Khrushchev), and for Ethiopic the standard ES 3842 (Tesfai, Gebre). What they leave goes
 * through Any-Latin. Marks, the modifier letters for ayin and alef and BGN's raised dot leave
 * nothing behind.
 */
static const char rules_any[] = "NFC; [[:Ethiopic:]] Ethiopic-Latin/ES3842; [[:Cyrillic:]] "
				"Russian-Latin/BGN; NFKD; Any-Latin; Latin-ASCII; NFD;"
				"[[:Mn:][:Me:][:Lm:]\\u00b7] Remove; Lower";
static const char rules_ukrainian[] = "NFC; [[:Ethiopic:]] Ethiopic-Latin/ES3842; [[:Cyrillic:]] "
				      "Ukrainian-Latin/BGN; NFKD; Any-Latin; Latin-ASCII; NFD;"
				      "[[:Mn:][:Me:][:Lm:]\\u00b7] Remove; Lower";

/* Stream-safe text (UAX 15) allows 30; no orthography writes more than a few, and a flood of
 * them costs the transliterators quadratic time. */
#define MARKS_MAX 8
/* U+FDFA, the worst, becomes 18 units by NFKD and each of them at most a few letters. */
#define UNITS_MAX 65536

struct folder {
	UTransliterator *any;
	UTransliterator *ukrainian;
	bool marking;	   /* of the text at hand: names, see fold_name_text */
	bool in_ukrainian; /* likewise */
	UChar units[UNITS_MAX];
	char text[UNITS_MAX]; /* folded so far */
};

static enum status
icu_open(UTransliterator **out, const char *rules, struct err *err)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar id[256];
	int32_t n = 0;

	for (; rules[n] != '\0'; n++)
		id[n] = (UChar)rules[n];
	*out = utrans_openU(id, n, UTRANS_FORWARD, NULL, 0, NULL, &code);
	if (U_SUCCESS(code))
		return STATUS_OK;
	if (code == U_MEMORY_ALLOCATION_ERROR)
		return err_set(err, STATUS_NOMEM, "out of memory");
	return err_set(
	    err, STATUS_UNAVAILABLE, "ICU lacks a transliterator: %s", u_errorName(code));
}

enum status
folder_new(struct folder **out, struct err *err)
{
	struct folder *folder = mem_zero(1, sizeof *folder);
	enum status status;

	if (folder == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	status = icu_open(&folder->any, rules_any, err);
	if (status == STATUS_OK)
		status = icu_open(&folder->ukrainian, rules_ukrainian, err);
	if (status != STATUS_OK) {
		folder_free(folder);
		return status;
	}
	*out = folder;
	return STATUS_OK;
}

void
folder_free(struct folder *folder)
{
	if (folder == NULL)
		return;
	if (folder->any != NULL)
		utrans_close(folder->any);
	if (folder->ukrainian != NULL)
		utrans_close(folder->ukrainian);
	mem_free(folder);
}

/* The folded form of an ASCII character; blank for what has none. A grave accent stands
 * for an apostrophe. */
static char
fold_char(uint32_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '\'')
		return (char)c;
	if (c == 0x1dd || c == 0x259) /* schwa, which Latin-ASCII leaves */
		return 'e';
	return c == '`' ? '\'' : ' ';
}

/* Appends without doubling blanks or beginning with one. */
static size_t
append(char *to, size_t n, char c)
{
	if (c == ' ' && (n == 0 || to[n - 1] == ' '))
		return n;
	to[n] = c;
	return n + 1;
}

static struct str
trimmed(char *to, size_t n)
{
	if (n > 0 && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
	return (struct str){ to, n };
}

/* Spacing accents and primes that people type for an apostrophe; NFKD would make blanks of some. */
static bool
is_apostrophe(uint32_t code)
{
	return code == 0xb4 || code == '`' || code == 0x2018 || code == 0x2019 || code == 0x201b ||
	       code == 0x2032 || code == 0x2bc || code == 0xff07;
}

/* Ayin is written with an a in Latin, the bound t and the bent alef at a word's end are an a too.
 */
static uint32_t
plain_letter(uint32_t code)
{
	if (code == 0x639 || code == 0x649 || code == 0x629)
		return 0x627;
	if (code == 0x6cc) /* the Persian letter for the same sound */
		return 0x64a;
	if (code == 0x636) /* Ridha in Arabic, Raza in Urdu: written as dhal is, which is both */
		return 0x630;
	if (code == 0xa70 || code == 0xa02) /* Gurmukhi: ICU makes a mark of the n in Singh */
		return 'n';
	return is_apostrophe(code) ? '\'' : code;
}

/* Letters that Ukrainian has and Russian has not. */
static bool
is_ukrainian(uint32_t code)
{
	return code == 0x404 || code == 0x406 || code == 0x407 || code == 0x454 || code == 0x456 ||
	       code == 0x457 || code == 0x490 || code == 0x491;
}

static int32_t
put_unit(UChar *units, int32_t n, uint32_t code)
{
	if (code < 0x10000) {
		units[n] = (UChar)code;
		return n + 1;
	}
	units[n] = (UChar)(0xd7c0 + (code >> 10));
	units[n + 1] = (UChar)(0xdc00 + (code & 0x3ff));
	return n + 2;
}

/* UTF-8 to UTF-16: at most one unit a byte. Bad bytes become blanks; format characters (joiners,
 * marks of direction) leave nothing. */
static int32_t
to_units(UChar *units, struct str text)
{
	int32_t n = 0;
	unsigned marks = 0;

	for (size_t at = 0; at < text.n;) {
		uint32_t code = str_utf8_next(text, &at);
		uint32_t category = U_MASK(u_charType((UChar32)code));

		marks = (category & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0 ? marks + 1 : 0;
		if (marks > MARKS_MAX || (category & U_GC_CF_MASK) != 0)
			continue;
		if (code == 0xfffd || code == 0)
			code = ' ';
		else
			code = plain_letter(code);
		/* The Cyrillic pair for the sound of "j" is no "dzh" in any passport. */
		if ((code | 0x20) == 0x436 && n > 0 && (units[n - 1] | 0x20) == 0x434) {
			units[n - 1] = 'j';
			continue;
		}
		n = put_unit(units, n, code);
	}
	return n;
}

/* Runs ICU over as much of the text as its output has room for. */
static int32_t
transliterate(struct folder *folder, struct str text)
{
	for (; text.n > 0; text.n /= 2) {
		UErrorCode code = U_ZERO_ERROR;
		int32_t n = to_units(folder->units, text), limit = n;

		utrans_transUChars(folder->in_ukrainian ? folder->ukrainian : folder->any,
		    folder->units, &n, UNITS_MAX, 0, &limit, &code);
		if (U_SUCCESS(code) && n <= UNITS_MAX)
			return n;
	}
	return 0;
}

/* Folds into the folder's own text from n on, leaving room for a blank; returns the new end. */
static size_t
fold_plain(struct folder *folder, size_t n, struct str text)
{
	size_t length = (size_t)transliterate(folder, text);

	for (size_t i = 0; i < length && n + 1 < sizeof folder->text; i++)
		n = append(folder->text, n, fold_char(folder->units[i]));
	return n;
}

/* The script that all letters of a word but ASCII ones share, and how many they are. */
static enum fold_script
script_of_word(size_t *letters, struct str word)
{
	enum fold_script script = FOLD_SCRIPT_PLAIN;

	*letters = 0;
	for (size_t at = 0; at < word.n;) {
		uint32_t code = str_utf8_next(word, &at);
		enum fold_script of = fold_scripts_of(code);

		if (code < 0x80)
			continue;
		if (++*letters > 1 && of != script)
			return FOLD_SCRIPT_PLAIN;
		script = of;
	}
	return script;
}

/* Folds a word whose syllables ICU parts; Latin spelling does not. */
static size_t
fold_joined(struct folder *folder, size_t n, struct str word)
{
	size_t from = n;

	n = fold_plain(folder, n, word);
	for (size_t i = from, end = n; i < end; i++) {
		if (i == from)
			n = from;
		if (folder->text[i] != ' ')
			folder->text[n++] = folder->text[i];
	}
	return n;
}

/* The family name that a Chinese or Korean word may begin with; *rest is where it ends, or 0. */
static size_t
fold_family(struct folder *folder, size_t n, size_t *rest, struct str word, enum fold_script script,
    size_t letters)
{
	size_t at = 0;
	uint32_t first = str_utf8_next(word, &at);
	const char *korean = fold_scripts_family(first);
	bool chinese = script == FOLD_SCRIPT_HAN && (letters == 2 || letters == 3) &&
		       fold_scripts_is_family(first);

	*rest = at;
	if (chinese)
		return fold_plain(folder, n, str_part(word, 0, at));
	if (script == FOLD_SCRIPT_HANGUL && korean != NULL && (letters == 1 || letters == 3))
		for (; *korean != '\0' && n + 2 < sizeof folder->text; korean++)
			folder->text[n++] = *korean;
	else
		*rest = 0;
	return n;
}

/* Family name and given name of one Chinese or Korean word; each becomes a word of its own. */
static size_t
fold_eastern(
    struct folder *folder, size_t n, struct str word, enum fold_script script, size_t letters)
{
	size_t rest;

	n = fold_family(folder, n, &rest, word, script, letters);
	if (rest == word.n)
		return n;
	if (rest > 0 && n + 1 < sizeof folder->text)
		n = append(folder->text, n, folder->marking ? '-' : ' ');
	n = fold_joined(folder, n, str_part(word, rest, word.n));
	if (rest == 0 || !folder->marking || script != FOLD_SCRIPT_HANGUL ||
	    n + 4 > sizeof folder->text)
		return n;
	folder->text[n++] = FOLD_HANGUL;
	folder->text[n++] = '/';
	return fold_joined(folder, n, word);
}

static size_t
fold_vowels(struct folder *folder, size_t n, struct str word, enum fold_script script)
{
	char bare[FOLD_INPUT_BYTES_MAX];
	size_t length = 0;

	if (script == FOLD_SCRIPT_HEBREW) {
		length = fold_scripts_hebrew(bare, sizeof bare, word);
	} else { /* ICU has the Arabic letters, and those of Persian and Urdu */
		size_t end = fold_plain(folder, n, word);

		for (size_t i = n; i < end && length < sizeof bare; i++)
			if (folder->text[i] != '\'')
				length = append(bare, length, folder->text[i]);
	}
	return n + fold_scripts_vowels(
		       folder->text + n, sizeof folder->text - n - 1, (struct str){ bare, length });
}

static bool
has_script(struct str text, bool any)
{
	for (size_t at = 0; at < text.n;) {
		enum fold_script script = fold_scripts_of(str_utf8_next(text, &at));

		if (script != FOLD_SCRIPT_PLAIN &&
		    (any || (script != FOLD_SCRIPT_CYRILLIC && script != FOLD_SCRIPT_OTHER)))
			return true;
	}
	return false;
}

static size_t
fold_word(struct folder *folder, size_t n, struct str word)
{
	static const char marks[] = { [FOLD_SCRIPT_ARABIC] = FOLD_ARABIC,
		[FOLD_SCRIPT_HEBREW] = FOLD_HEBREW,
		[FOLD_SCRIPT_HAN] = FOLD_HAN,
		[FOLD_SCRIPT_HANGUL] = FOLD_HANGUL,
		[FOLD_SCRIPT_CYRILLIC] = FOLD_CYRILLIC,
		[FOLD_SCRIPT_OTHER] = FOLD_OTHER };
	size_t letters, from = n;
	enum fold_script script = script_of_word(&letters, word);

	if (script == FOLD_SCRIPT_ARABIC || script == FOLD_SCRIPT_HEBREW)
		n = fold_vowels(folder, n, word, script);
	else if (script == FOLD_SCRIPT_HAN || script == FOLD_SCRIPT_HANGUL)
		n = fold_eastern(folder, n, word, script, letters);
	else
		n = fold_plain(folder, n, word);
	if (!folder->marking || script == FOLD_SCRIPT_PLAIN)
		return n;
	while (n > from && folder->text[n - 1] == ' ')
		n--;
	if (n > from && n + 1 < sizeof folder->text && folder->text[n - 1] >= 'a' &&
	    folder->text[n - 1] <= 'z')
		folder->text[n++] = marks[script];
	return n;
}

static size_t
fold_words(struct folder *folder, struct str text)
{
	size_t n = 0;

	while (text.n > 0 && n + 8 < sizeof folder->text) {
		struct str word = str_cut(&text, ' ');

		n = append(folder->text, n, ' ');
		if (word.n > 0)
			n = fold_word(folder, n, word);
	}
	return n;
}

static size_t
fold_ascii(struct folder *folder, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n = append(folder->text, n, fold_char((unsigned char)text.p[i]));
	return n;
}

/* Any letter of the text tells how the Cyrillic of all its words is read. */
static bool
any_ukrainian(struct str text)
{
	for (size_t at = 0; at < text.n;)
		if (is_ukrainian(str_utf8_next(text, &at)))
			return true;
	return false;
}

static enum status
fold(struct str *out, struct folder *folder, struct arena *arena, struct str text, bool marking)
{
	size_t n;

	text = str_part(text, 0, FOLD_INPUT_BYTES_MAX);
	folder->marking = marking;
	if (str_is_ascii(text)) {
		n = fold_ascii(folder, text);
	} else if (has_script(text, marking)) {
		folder->in_ukrainian = any_ukrainian(text);
		n = fold_words(folder, text);
	} else {
		folder->in_ukrainian = any_ukrainian(text);
		n = fold_plain(folder, 0, text);
	}
	return arena_copy(out, arena, trimmed(folder->text, n)) ? STATUS_OK : STATUS_NOMEM;
}

enum status
fold_text(struct str *out, struct folder *folder, struct arena *arena, struct str text)
{
	return fold(out, folder, arena, text, false);
}

enum status
fold_name_text(struct str *out, struct folder *folder, struct arena *arena, struct str text)
{
	return fold(out, folder, arena, text, true);
}

/* --- Encodings --------------------------------------------------------------------------------*/

/* Bytes 80 to 9f; 0: not defined. Elsewhere windows-1252 is ISO 8859-1. */
static const uint16_t windows_1252[32] = { 0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178 };

static size_t
put_utf8(char *to, size_t n, uint32_t code)
{
	if (code < 0x80) {
		to[n++] = (char)code;
	} else if (code < 0x800) {
		to[n++] = (char)(0xc0 | code >> 6);
		to[n++] = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		to[n++] = (char)(0xe0 | code >> 12);
		to[n++] = (char)(0x80 | (code >> 6 & 0x3f));
		to[n++] = (char)(0x80 | (code & 0x3f));
	} else {
		to[n++] = (char)(0xf0 | code >> 18);
		to[n++] = (char)(0x80 | (code >> 12 & 0x3f));
		to[n++] = (char)(0x80 | (code >> 6 & 0x3f));
		to[n++] = (char)(0x80 | (code & 0x3f));
	}
	return n;
}

static enum status
from_windows_1252(struct str *out, size_t *bad_at, struct arena *arena, struct str bytes)
{
	char *to = arena_alloc(arena, bytes.n * 3 + 1, 1); /* the euro sign takes three */
	size_t n = 0;

	if (to == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < bytes.n; i++) {
		uint32_t code = (unsigned char)bytes.p[i];

		if (code >= 0x80 && code < 0xa0)
			code = windows_1252[code - 0x80];
		if (code == 0 && bytes.p[i] != '\0') {
			*bad_at = i;
			return STATUS_INVALID;
		}
		n = put_utf8(to, n, code);
	}
	*out = (struct str){ to, n };
	return STATUS_OK;
}

static enum status
from_utf8(struct str *out, size_t *bad_at, struct arena *arena, struct str bytes)
{
	size_t valid = str_utf8_valid(bytes);

	if (valid < bytes.n) {
		*bad_at = valid;
		return STATUS_INVALID;
	}
	return arena_copy(out, arena, bytes) ? STATUS_OK : STATUS_NOMEM;
}

static enum status
from_icu(
    struct str *out, size_t *bad_at, struct arena *arena, UConverter *converter, struct str bytes)
{
	const char *from = bytes.p, *end = bytes.p + bytes.n;
	/* One byte may stand for two code points of four bytes each (ISO-2022 variants and the
	 * like); no converter of ICU gives more. */
	char *to = arena_alloc(arena, bytes.n * 8 + 1, 1);
	size_t n = 0;

	if (to == NULL)
		return STATUS_NOMEM;
	while (from < end) {
		UErrorCode code = U_ZERO_ERROR;
		const char *before = from;
		UChar32 c = ucnv_getNextUChar(converter, &from, end, &code);

		if (code == U_INDEX_OUTOFBOUNDS_ERROR)
			break; /* a shift or a byte order mark at the end */
		if (code == U_MEMORY_ALLOCATION_ERROR)
			return STATUS_NOMEM;
		if (U_FAILURE(code) || n + 4 > bytes.n * 8) {
			*bad_at = (size_t)(before - bytes.p);
			return STATUS_INVALID;
		}
		n = put_utf8(to, n, (uint32_t)c);
	}
	*out = (struct str){ to, n };
	return STATUS_OK;
}

enum status
fold_to_utf8(
    struct str *out, size_t *bad_at, struct arena *arena, const char *encoding, struct str bytes)
{
	UErrorCode code = U_ZERO_ERROR;
	UConverter *converter;
	enum status status;

	if (str_eq_nocase(str_from(encoding), STR_LIT("utf-8")))
		return from_utf8(out, bad_at, arena, bytes);
	if (str_eq_nocase(str_from(encoding), STR_LIT("windows-1252")))
		return from_windows_1252(out, bad_at, arena, bytes);
	converter = ucnv_open(encoding, &code);
	if (U_FAILURE(code))
		return STATUS_NOT_FOUND;
	ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
	status = from_icu(out, bad_at, arena, converter, bytes);
	ucnv_close(converter);
	return status;
}
