#ifndef INDEX_SIGNATURE_H
#define INDEX_SIGNATURE_H
/*
 * signature: 32 bytes of each person of a base, by which a search passes over those who cannot
 * reach its floors without reading more of them.
 *
 * The lists of an index say who carries a term; what else somebody carries takes further lists.
 * A signature holds what most of these would tell: the date of birth, the sex, and hashes of the
 * name tokens, towns, streets and outcodes. From it follows the most that a person can weigh, which
 * is never less than what they do weigh: a hash that two tokens share, or something that found no
 * room, only makes it more. So it may be asked instead of lists, and no one is missed (property
 * test: test_signature.c; make oracle).
 *
 * What a signature tells of a field:
 *   names      every token of every spelling, if SIGNATURE_NAMES_MORE is not set; whether every
 *              spelling has a forename and a surname (SIGNATURE_PARTED)
 *   birth      the one claim, if it is told; none at all; or SIGNATURE_BIRTH_MORE
 *   sex        as it is
 *   places     outcode, street and town of every address, if SIGNATURE_PLACES_MORE is not set: what
 *              an index term of an address asks for at least (struct term_place); whether every
 *              address has an outcode and a town (SIGNATURE_WHOLE)
 *   the rest   whether there is any
 *
 * The file, base.signatures: a head (magic, order of bytes, count), then the signatures by number
 * of document, in the order of bytes of the machine that wrote them.
 *
 * Threads: a writer, and what is kept of births, belongs to one thread; signatures and queries are
 * not changed after they are made.
 */
#include "base/arena.h"
#include "base/err.h"
#include "index/terms.h"
#include "record/features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a million generated people one in eighty has more than five name tokens, and of those who have
 * moved few more than these places: then more is read. */
#define SIGNATURE_TOKENS 5
#define SIGNATURE_PLACES 8

enum signature_flag {
	SIGNATURE_NAMES_MORE = 1 << 0,
	SIGNATURE_PLACES_MORE = 1 << 1,
	SIGNATURE_BIRTH_MORE = 1 << 2,
	SIGNATURE_BIRTH = 1 << 3, /* one claim, told */
	SIGNATURE_ADDRESS = 1 << 4,
	SIGNATURE_PHONE = 1 << 5,
	SIGNATURE_EMAIL = 1 << 6,
	SIGNATURE_IDENTIFIER = 1 << 7
};
#define SIGNATURE_SEX_SHIFT 8 /* enum sex, in two bits */
#define SIGNATURE_PARTED (1 << 10)
#define SIGNATURE_WHOLE (1 << 11)

struct signature {
	uint32_t birth; /* first day since BIRTH_YEAR_MIN, 20 bits; days from it to the last, 12 */
	uint16_t flags;
	uint16_t tokens[SIGNATURE_TOKENS]; /* keys; 0: none */
	uint16_t places[SIGNATURE_PLACES];
};

/* What a term and a record have in common at the least: never 0. `prefix` as the index term's.
 * Blanks do not count, as in terms. */
uint16_t signature_key(char prefix, struct str text);

void signature_make(struct signature *out, const struct features *features);

/* Whether the person may be at the level that the term of an address stands for. */
bool signature_may_be_at(const struct signature *of, const struct term_place *place);

/* --- A question ---------------------------------------------------------------------------- */
/* Weight that is wanted, in bits of the plan: what groups add, prior and free bits left out. */
struct signature_floors {
	double match;  /* of the match weight */
	double family; /* of the family weight (relation.h); INFINITY: relatives are not wanted */
};

struct signature_query;
/* Births that were compared, kept for those that come again. To be cleared for each question. */
struct signature_births;
enum status signature_births_new(struct signature_births **out, struct err *err) MUST_USE;
void signature_births_free(struct signature_births *births); /* NULL is fine */
void signature_births_clear(struct signature_births *births);

/* In the arena; plan, scorer and features are borrowed. */
enum status signature_query_make(const struct signature_query **out, struct arena *arena,
    const struct term_plan *plan, const struct scorer *scorer, const struct features *query,
    const struct signature_floors *floors, struct err *err) MUST_USE;

/* What the lists read so far tell of a document, or leave open. */
struct signature_known {
	double fixed; /* the most that address, phone, e-mail and identifier add */
	double names; /* the most that names add; asked only with SIGNATURE_NAMES_MORE */
	double birth; /* likewise with SIGNATURE_BIRTH_MORE */
};

/* What names, birth and sex add at the most: to a match weight, and to a family weight, what speaks
 * against them taken off; and what names and birth add, nothing taken off. */
struct signature_weight {
	double match, family, granted;
};

/*
 * True if of the question's tokens the person has `key` alone (0: none), all their names are told,
 * and their birth is none, or surely another than the question's. All such people of one class
 * (*out < SIGNATURE_CLASSES) are weighed alike by signature_weigh(), and have the same flags from
 * SIGNATURE_BIRTH on. Of those met on the list of a name nine in ten are.
 */
#define SIGNATURE_CLASSES 512
bool signature_class(
    unsigned *out, const struct signature_query *query, const struct signature *of, uint16_t key);

/* False if the person cannot reach a floor, whatever is found out about `fixed`. */
bool signature_weigh(struct signature_weight *out, const struct signature_query *query,
    struct signature_births *births, const struct signature *of,
    const struct signature_known *known);

/*
 * Whether a person so weighed can reach a floor with `fixed` bits; `address`: whether the address
 * may be among them. *bits: the most that groups add, with what speaks against a match taken off,
 * by the floor that allows more: an upper bound of the match weight and of the family weight less
 * relation_prior_gain(), prior and free bits left out.
 */
bool signature_can_reach(double *bits, const struct signature_query *query,
    const struct signature *of, const struct signature_weight *weight, double fixed, bool address);

/* --- The file ------------------------------------------------------------------------------ */
struct signature_writer;
enum status signature_writer_new(
    struct signature_writer **out, const char *path, struct err *err) MUST_USE;
/* The next document's. */
enum status signature_writer_add(
    struct signature_writer *writer, const struct features *features, struct err *err) MUST_USE;
/* Completes the file on the disk. Frees. */
enum status signature_writer_finish(struct signature_writer *writer, struct err *err) MUST_USE;
void signature_writer_abandon(struct signature_writer *writer); /* NULL is fine */

/* The signatures of one base, shared by all that hold them. */
struct signatures {
	const struct signature *of; /* by number of document, less one */
	uint32_t count;
};
/* STATUS_CORRUPT if it is not as it was written, STATUS_VERSION if it is of another machine.
 * STATUS_NOT_FOUND if there is none. One more holder of what is known already is `hold`. */
enum status signatures_read(
    const struct signatures **out, const char *path, struct err *err) MUST_USE;
const struct signatures *signatures_hold(const struct signatures *signatures);
void signatures_drop(const struct signatures *signatures); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif
