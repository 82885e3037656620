#define _DEFAULT_SOURCE 1 /* madvise */
#include "index/signature.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sums of the same doubles in another order differ in the last places (record_index_xapian.cc). */
#define BITS_EPSILON 1e-6
#define SPAN_BITS 12u
#define SPAN_MAX ((1 << SPAN_BITS) - 1)
#define FIRST_MAX ((1 << (32 - SPAN_BITS)) - 1) /* less than this: all bits set is no birth */
#define NAME_GROUPS TERM_GROUP_BIRTH
#define KEYS 65536u
/* Births kept: of 20,000 looked at in a question among ten million people half come again. */
#define BIRTHS_KEPT 4096u

_Static_assert(sizeof(struct signature) == 32, "no bytes in it are left to chance");
_Static_assert(SEX_COUNT <= 4, "a sex is two bits");

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

/* --- Of a record --------------------------------------------------------------------------- */
/* FNV-1a, folded to 16 bits. */
uint16_t
signature_key(char prefix, struct str text)
{
	uint32_t hash = (2166136261u ^ (unsigned char)prefix) * 16777619u;
	uint16_t key;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			hash = (hash ^ (unsigned char)text.p[i]) * 16777619u;
	key = (uint16_t)(hash >> 16 ^ hash);
	return key == 0 ? 1 : key;
}

/* False if there is no room. */
static bool
add_key(uint16_t *keys, size_t room, uint16_t key)
{
	for (size_t i = 0; i < room; i++) {
		if (keys[i] == 0)
			keys[i] = key;
		if (keys[i] == key)
			return true;
	}
	return false;
}

static void
add_names(struct signature *out, const struct features *features)
{
	for (size_t i = 0; i < features->name_count; i++)
		for (uint8_t k = 0; k < features->names[i].count; k++)
			if (!add_key(out->tokens, SIGNATURE_TOKENS,
				signature_key(TERM_TOKEN, features->names[i].tokens[k].text)))
				out->flags |= SIGNATURE_NAMES_MORE;
}

static void
add_place(struct signature *out, char prefix, struct str text)
{
	if (text.n > 0 && !add_key(out->places, SIGNATURE_PLACES, signature_key(prefix, text)))
		out->flags |= SIGNATURE_PLACES_MORE;
}

static bool
is_parted(const struct feature_name *name)
{
	bool has[PART_UNKNOWN + 1] = { false };

	for (uint8_t i = 0; i < name->count; i++)
		has[name->tokens[i].part] = true;
	return has[PART_FORENAME] && has[PART_SURNAME];
}

static bool
are_parted(const struct features *features)
{
	for (size_t i = 0; i < features->name_count; i++)
		if (!is_parted(&features->names[i]))
			return false;
	return features->name_count > 0;
}

static bool
are_whole(const struct features *features)
{
	for (size_t i = 0; i < features->address_count; i++)
		if (features->addresses[i].outcode.n == 0 || features->addresses[i].town.n == 0)
			return false;
	return features->address_count > 0;
}

static void
add_birth(struct signature *out, const struct features *features)
{
	day_number since = day_from_civil((struct civil){ BIRTH_YEAR_MIN, 1, 1 });
	const struct birth *birth;

	if (features->birth_count == 0)
		return;
	birth = &features->births[0].birth;
	if (features->birth_count > 1 || birth->first < since ||
	    birth->first - since >= FIRST_MAX || birth->last - birth->first > SPAN_MAX) {
		out->flags |= SIGNATURE_BIRTH_MORE;
		return;
	}
	out->flags |= SIGNATURE_BIRTH;
	out->birth =
	    (uint32_t)(birth->first - since) << SPAN_BITS | (uint32_t)(birth->last - birth->first);
}

void
signature_make(struct signature *out, const struct features *features)
{
	*out = (struct signature){ .flags = 0 };
	add_names(out, features);
	add_birth(out, features);
	for (size_t i = 0; i < features->address_count; i++) {
		add_place(out, 'O', features->addresses[i].outcode);
		add_place(out, 'T', features->addresses[i].street);
		add_place(out, 'U', features->addresses[i].town);
	}
	out->flags |= (uint16_t)((features->address_count > 0 ? SIGNATURE_ADDRESS : 0) |
				 (features->phone_count > 0 ? SIGNATURE_PHONE : 0) |
				 (features->email_count > 0 ? SIGNATURE_EMAIL : 0) |
				 (features->identifier_count > 0 ? SIGNATURE_IDENTIFIER : 0) |
				 (are_parted(features) ? SIGNATURE_PARTED : 0) |
				 (are_whole(features) ? SIGNATURE_WHOLE : 0) |
				 (unsigned)features->sex << SIGNATURE_SEX_SHIFT);
}

static bool
has_place(const struct signature *of, uint16_t key)
{
	for (size_t i = 0; i < SIGNATURE_PLACES; i++)
		if (of->places[i] == key)
			return true;
	return false;
}

bool
signature_may_be_at(const struct signature *of, const struct term_place *place)
{
	if ((of->flags & SIGNATURE_PLACES_MORE) != 0)
		return true;
	if (place->key != 0 && !has_place(of, place->key))
		return false;
	return place->town[0] == 0 || (of->flags & SIGNATURE_WHOLE) == 0 ||
	       has_place(of, place->town[0]) || has_place(of, place->town[1]);
}

/* --- A question ---------------------------------------------------------------------------- */
struct token_bits { /* what a token gives in a group; key 0: a free slot */
	uint16_t key;
	uint8_t group;
	double bits;
};

#define DAYS (1u << 17) /* from BIRTH_YEAR_MIN on: 358 years */

struct signature_query {
	const struct features *features;
	const struct scorer *scorer;
	struct signature_floors floors;
	uint64_t known[KEYS / 64];  /* bit per key: it is in the table */
	uint64_t places[KEYS / 64]; /* bit per key of the question's places */
	struct token_bits *table;   /* open addressing by key; equal keys one after another */
	size_t mask;
	double letters[NAME_GROUPS]; /* what any name may give by its first letter */
	size_t groups;		     /* of names: those below */
	/* What names give at the most of which two, one or no place agrees, where each spelling of
	 * both sides has a forename and a surname. */
	double disagree[2];
	bool parted;	  /* each spelling of the question has */
	double elsewhere; /* what an address gives that has nothing in common with the question's */
	double sex[SEX_COUNT]; /* of the record, beside the free bits */
	double exact_birth;
	double best_birth; /* of any record */
	double different_birth;
	/* A birth that lies BIRTH_NEAR_DAYS or more beside all of these days is another one, but
	 * for those of `same_month_day`. Never true if a claim of the query is too wide to be
	 * compared. */
	int32_t near_from, near_to; /* days since BIRTH_YEAR_MIN */
	uint64_t *same_month_day;   /* bit per day; NULL: the query has no day */
};

/* What a birth gives to a match, and to a family weight. */
struct birth_bits {
	double match, family;
};

struct signature_births {
	uint32_t of[BIRTHS_KEPT];
	struct birth_bits bits[BIRTHS_KEPT];
};

enum status
signature_births_new(struct signature_births **out, struct err *err)
{
	*out = mem_zero(1, sizeof **out);
	if (*out == NULL)
		return no_memory(err);
	signature_births_clear(*out);
	return STATUS_OK;
}

void
signature_births_free(struct signature_births *births)
{
	mem_free(births);
}

void
signature_births_clear(struct signature_births *births)
{
	memset(births->of, 0xff, sizeof births->of);
}

static void
set_bit(uint64_t *bits, size_t at)
{
	bits[at / 64] |= UINT64_C(1) << at % 64;
}

static bool
has_bit(const uint64_t *bits, size_t at)
{
	return (bits[at / 64] & UINT64_C(1) << at % 64) != 0;
}

static void
put_token(struct signature_query *query, const struct term_weight *term)
{
	size_t at = term->place.key & query->mask;

	set_bit(query->known, term->place.key);
	while (query->table[at].key != 0)
		at = (at + 1) & query->mask;
	query->table[at] = (struct token_bits){ term->place.key, (uint8_t)term->group, term->bits };
}

static void
take_terms(struct signature_query *query, const struct term_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct term_weight *term = &plan->terms[i];

		if (term->group >= NAME_GROUPS)
			continue;
		if (term->place.key != 0)
			put_token(query, term);
		else
			query->letters[term->group] = fmax(query->letters[term->group], term->bits);
		query->groups = term->group + 1; /* terms come by group */
	}
}

/*
 * Where both names have a forename and a surname, two pairs are expected at the least. With none,
 * both parts contradict; with one, one of them does (score_names.c, left_over_bits: a part of which
 * no token is paired weighs its `none`, and if one pair is formed that is so of one part).
 */
static void
take_parts(struct signature_query *query)
{
	const struct model *model = query->scorer->model;
	double forename = fmin(0, model->token[PART_FORENAME][TOKEN_NONE].bits);
	double surname = fmin(0, model->token[PART_SURNAME][TOKEN_NONE].bits);

	query->parted = are_parted(query->features);
	query->disagree[0] = forename + surname;
	query->disagree[1] = fmax(forename, surname);
}

/* A place of the question's that adds nothing, however it agrees, has no term: so addresses are
 * apart only where not even a key agrees, and where what is nearly the same adds something. */
static void
take_places(struct signature_query *query)
{
	const struct features *features = query->features;

	query->elsewhere = score_level_bits(query->scorer, COMPARISON_ADDRESS, ADDRESS_DIFFERENT);
	for (size_t i = 0; i < features->address_count; i++) {
		const struct feature_address *at = &features->addresses[i];
		const uint16_t keys[] = { signature_key('O', at->outcode),
			signature_key('T', at->street), signature_key('U', at->town) };

		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
			set_bit(query->places, keys[k]);
		if ((at->outcode.n == 0 && at->town.n == 0) ||
		    score_value_bits(
			query->scorer, COMPARISON_ADDRESS, ADDRESS_NUMBER_STREET_NEAR, i) <= 0 ||
		    score_value_bits(query->scorer, COMPARISON_ADDRESS, ADDRESS_STREET_NEAR, i) <=
			0)
			query->elsewhere = 0;
	}
	query->elsewhere = features->address_count > 0 ? fmin(0, query->elsewhere) : 0;
}

static void
take_sex(struct signature_query *query, double free_bits)
{
	const struct model_level *levels = query->scorer->model->sex;
	enum sex own = query->features->sex;

	for (int sex = 0; sex < SEX_COUNT; sex++) {
		double bits = 0; /* as score_sex() has it */

		if (own != SEX_UNKNOWN && sex != SEX_UNKNOWN &&
		    ((enum sex)sex == own || (own != SEX_OTHER && sex != SEX_OTHER)))
			bits = levels[(enum sex)sex == own ? AGREE_SAME : AGREE_DIFFERENT].bits;
		query->sex[sex] = bits - free_bits;
	}
}

static day_number
first_day(void)
{
	return day_from_civil((struct civil){ BIRTH_YEAR_MIN, 1, 1 });
}

/* The same day of all years. */
static enum status
note_month_day(
    struct signature_query *query, struct arena *arena, struct civil day, struct err *err)
{
	day_number since = first_day();

	if (query->same_month_day == NULL) {
		query->same_month_day =
		    arena_alloc(arena, DAYS / 64, sizeof *query->same_month_day);
		if (query->same_month_day == NULL)
			return no_memory(err);
		memset(query->same_month_day, 0, DAYS / 8);
	}
	for (day.year = BIRTH_YEAR_MIN; day.year <= BIRTH_YEAR_MAX; day.year++) {
		uint32_t at = (uint32_t)(day_from_civil(day) - since);

		if (civil_valid(day) && at < DAYS)
			set_bit(query->same_month_day, at);
	}
	return STATUS_OK;
}

static enum status
take_births(struct signature_query *query, struct arena *arena, struct err *err)
{
	const struct model_level *levels = query->scorer->model->birth;
	enum status status = STATUS_OK;
	bool wide = false;

	if (query->features->birth_count == 0)
		return STATUS_OK;
	query->exact_birth = fmax(0, levels[BIRTH_LEVEL_EXACT].bits);
	query->different_birth = levels[BIRTH_LEVEL_DIFFERENT].bits;
	for (int level = 0; level < BIRTH_LEVEL_COUNT; level++)
		query->best_birth = fmax(query->best_birth, levels[level].bits);
	query->near_from = INT32_MAX;
	for (size_t i = 0; status == STATUS_OK && i < query->features->birth_count; i++) {
		const struct birth *birth = &query->features->births[i].birth;
		int32_t from = birth->first - first_day() - BIRTH_NEAR_DAYS;
		int32_t to = birth->last - first_day() + BIRTH_NEAR_DAYS;

		wide = wide || compare_births(birth, birth) == LEVEL_NULL;
		query->near_from = from < query->near_from ? from : query->near_from;
		query->near_to = to > query->near_to ? to : query->near_to;
		if (birth->first == birth->last)
			status = note_month_day(query, arena, day_to_civil(birth->first), err);
	}
	if (wide) {
		query->near_from = INT32_MIN;
		query->near_to = INT32_MAX;
	}
	return status;
}

/* So narrow that it is surely compared: of no more than BIRTH_SPAN_YEARS_MAX calendar years. */
#define SPAN_COMPARED ((BIRTH_SPAN_YEARS_MAX - 2) * 365)

/* Whether the birth is certainly another one than the query's. */
static bool
is_far(const struct signature_query *query, uint32_t told)
{
	uint32_t first = told >> SPAN_BITS, span = told & SPAN_MAX;

	if ((int32_t)(first + span) > query->near_from && (int32_t)first < query->near_to)
		return false;
	return span <= SPAN_COMPARED &&
	       (query->same_month_day == NULL || span > 0 ||
		   (first < DAYS && !has_bit(query->same_month_day, first)));
}

enum status
signature_query_make(const struct signature_query **out, struct arena *arena,
    const struct term_plan *plan, const struct scorer *scorer, const struct features *features,
    const struct signature_floors *floors, struct err *err)
{
	struct signature_query *query = arena_alloc(arena, 1, sizeof *query);
	size_t size = 64;

	while (size < 2 * plan->count)
		size *= 2;
	if (query == NULL)
		return no_memory(err);
	memset(query, 0, sizeof *query);
	query->table = arena_alloc(arena, size, sizeof *query->table);
	if (query->table == NULL)
		return no_memory(err);
	memset(query->table, 0, size * sizeof *query->table);
	query->mask = size - 1;
	query->features = features;
	query->scorer = scorer;
	query->floors = *floors;
	take_terms(query, plan);
	take_parts(query);
	take_places(query);
	take_sex(query, plan->free_bits);
	*out = query;
	return take_births(query, arena, err);
}

/* --- Whether a person can reach a floor ---------------------------------------------------- */
static void
look_up(double best[NAME_GROUPS], const struct signature_query *query, uint16_t key)
{
	for (size_t at = key & query->mask; query->table[at].key != 0;
	     at = (at + 1) & query->mask) {
		const struct token_bits *one = &query->table[at];

		if (one->key == key && one->bits > best[one->group])
			best[one->group] = one->bits;
	}
}

/* The most that names give: to a family weight, and to a match, which they may contradict. */
struct names_bits {
	double family, match;
};

static struct names_bits
told_names(const struct signature_query *query, const struct signature *of)
{
	double best[NAME_GROUPS], sum = 0, against = 0;
	unsigned agree = 0;

	for (size_t g = 0; g < query->groups; g++)
		best[g] = query->letters[g];
	for (size_t i = 0; i < SIGNATURE_TOKENS; i++) {
		uint16_t key = of->tokens[i];

		if (has_bit(query->known, key))
			look_up(best, query, key);
	}
	for (size_t g = 0; g < query->groups; g++) {
		sum += best[g];
		agree += best[g] > 0;
	}
	if (query->parted && (of->flags & SIGNATURE_PARTED) != 0 && agree < 2)
		against = query->disagree[agree];
	return (struct names_bits){ sum, sum + against };
}

/* Whether all addresses of both are places of their own. */
static bool
is_elsewhere(const struct signature_query *query, const struct signature *of)
{
	const uint16_t flags = SIGNATURE_ADDRESS | SIGNATURE_WHOLE;

	if ((of->flags & (flags | SIGNATURE_PLACES_MORE)) != flags)
		return false;
	for (size_t i = 0; i < SIGNATURE_PLACES; i++) {
		uint16_t key = of->places[i];

		if (key != 0 && has_bit(query->places, key))
			return false;
	}
	return true;
}

/* As score_births() has it. */
static struct birth_bits
compare_birth(const struct signature_query *query, uint32_t told)
{
	day_number first = first_day() + (day_number)(told >> SPAN_BITS);
	const struct birth birth = { .first = first,
		.last = first + (day_number)(told & SPAN_MAX) };
	struct birth_bits out = { -INFINITY, 0 };

	for (size_t i = 0; i < query->features->birth_count; i++) {
		int level = compare_births(&query->features->births[i].birth, &birth);

		out.match =
		    fmax(out.match, score_level_bits(query->scorer, COMPARISON_BIRTH, level));
		if (level == BIRTH_LEVEL_EXACT)
			out.family = query->exact_birth;
	}
	return out;
}

static struct birth_bits
told_birth(const struct signature_query *query, struct signature_births *births, uint32_t told)
{
	size_t at = (told * 2654435761u) >> 20; /* Knuth's multiplicative hash: 12 bits */

	if (is_far(query, told))
		return (struct birth_bits){ query->different_birth, 0 };
	if (births->of[at] != told) {
		births->bits[at] = compare_birth(query, told);
		births->of[at] = told;
	}
	return births->bits[at];
}

static bool
reaches(double *bits, const struct signature_query *query, double match, double family)
{
	*bits = match > family ? match : family;
	return match >= query->floors.match - BITS_EPSILON ||
	       family >= query->floors.family - BITS_EPSILON;
}

#define CLASS_SHIFT 3 /* of the flags: what is less makes no class */
_Static_assert(
    SIGNATURE_BIRTH == 1 << CLASS_SHIFT && SIGNATURE_WHOLE < SIGNATURE_CLASSES << CLASS_SHIFT,
    "a class is the flags from SIGNATURE_BIRTH on");

bool
signature_class(
    unsigned *out, const struct signature_query *query, const struct signature *of, uint16_t key)
{
	unsigned others = 0;

	if ((of->flags & (SIGNATURE_NAMES_MORE | SIGNATURE_BIRTH_MORE)) != 0)
		return false;
	for (size_t i = 0; i < SIGNATURE_TOKENS; i++)
		others += has_bit(query->known, of->tokens[i]) && of->tokens[i] != key;
	if (others > 0)
		return false;
	if ((of->flags & SIGNATURE_BIRTH) != 0 && query->features->birth_count > 0 &&
	    !is_far(query, of->birth))
		return false;
	*out = of->flags >> CLASS_SHIFT & (SIGNATURE_CLASSES - 1);
	return true;
}

bool
signature_weigh(struct signature_weight *out, const struct signature_query *query,
    struct signature_births *births, const struct signature *of,
    const struct signature_known *known)
{
	struct names_bits names = { known->names, known->names };
	struct birth_bits birth = { 0, 0 };
	double bits;

	if ((of->flags & SIGNATURE_NAMES_MORE) == 0)
		names = told_names(query, of);
	out->family = names.family;
	out->match = names.match + query->sex[of->flags >> SIGNATURE_SEX_SHIFT & 3];
	if ((of->flags & SIGNATURE_BIRTH_MORE) != 0)
		birth = (struct birth_bits){ known->birth, known->birth };
	else if (query->features->birth_count > 0 && (of->flags & SIGNATURE_BIRTH) != 0) {
		birth = (struct birth_bits){ query->best_birth, query->exact_birth };
		if (reaches(&bits, query, known->fixed + out->match + birth.match,
			known->fixed + out->family + birth.family))
			birth = told_birth(query, births, of->birth);
	}
	/* Relatives have a surname, a home or a contact in common. */
	if (known->fixed + names.family <= 0)
		out->family = -HUGE_VAL;
	out->match += birth.match;
	out->family += birth.family;
	out->granted = names.family + fmax(0, fmax(birth.match, birth.family));
	return reaches(&bits, query, known->fixed + out->match, known->fixed + out->family);
}

bool
signature_can_reach(double *bits, const struct signature_query *query, const struct signature *of,
    const struct signature_weight *weight, double fixed, bool address)
{
	if (!reaches(bits, query, fixed + weight->match, fixed + weight->family))
		return false;
	if (address || query->elsewhere >= 0 || !is_elsewhere(query, of))
		return true;
	fixed += query->elsewhere;
	return reaches(bits, query, fixed + weight->match, fixed + weight->family);
}

/* --- The file ------------------------------------------------------------------------------ */
#define MAGIC "signat1\n"
#define ORDER UINT32_C(0x01020304)
#define FILE_MODE 0640

struct head {
	char magic[8];
	uint32_t order, count;
};

struct signature_writer {
	FILE *file;
	char *path;
	uint32_t count;
};

struct shared_signatures {
	struct signatures told; /* first, so that one is the other */
	_Atomic unsigned holders;
	unsigned char room[]; /* where they begin on a line of the cache, so that each is in one */
};
#define LINE_BYTES 64u

static enum status
cannot_write(const struct signature_writer *writer, struct err *err)
{
	return err_sys(err, writer->path, "cannot write");
}

static bool
put_head(const struct signature_writer *writer)
{
	struct head head = { MAGIC, ORDER, writer->count };

	_Static_assert(sizeof head.magic == sizeof MAGIC - 1, "without the zero");
	return fwrite(&head, sizeof head, 1, writer->file) == 1;
}

enum status
signature_writer_new(struct signature_writer **out, const char *path, struct err *err)
{
	struct signature_writer *writer = mem_zero(1, sizeof *writer);
	int fd;

	if (writer == NULL)
		return no_memory(err);
	writer->path = mem_copy_text(path);
	if (writer->path == NULL) {
		signature_writer_abandon(writer);
		return no_memory(err);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	writer->file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (writer->file == NULL || !put_head(writer)) {
		enum status status = cannot_write(writer, err);

		if (writer->file == NULL && fd >= 0)
			close(fd);
		signature_writer_abandon(writer);
		return status;
	}
	*out = writer;
	return STATUS_OK;
}

enum status
signature_writer_add(
    struct signature_writer *writer, const struct features *features, struct err *err)
{
	struct signature signature;

	signature_make(&signature, features);
	if (fwrite(&signature, sizeof signature, 1, writer->file) != 1)
		return cannot_write(writer, err);
	writer->count++;
	return STATUS_OK;
}

enum status
signature_writer_finish(struct signature_writer *writer, struct err *err)
{
	enum status status = STATUS_OK;
	bool closed;

	if (fseek(writer->file, 0, SEEK_SET) != 0 || !put_head(writer) ||
	    fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0)
		status = cannot_write(writer, err);
	closed = fclose(writer->file) == 0;
	writer->file = NULL;
	if (status == STATUS_OK && !closed)
		status = cannot_write(writer, err);
	signature_writer_abandon(writer);
	return status;
}

void
signature_writer_abandon(struct signature_writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->file != NULL)
		(void)fclose(writer->file);
	mem_free(writer->path);
	mem_free(writer);
}

static enum status
read_bytes(int fd, void *to, size_t n, const char *path, struct err *err)
{
	char *bytes = to;

	while (n > 0) {
		ssize_t got = read(fd, bytes, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, path, "cannot read");
		if (got == 0)
			return err_data(err, STATUS_CORRUPT, path, 0, "the file is cut off");
		bytes += got;
		n -= (size_t)got;
	}
	return STATUS_OK;
}

static enum status
read_head(struct head *head, int fd, const char *path, struct err *err)
{
	enum status status = read_bytes(fd, head, sizeof *head, path, err);
	struct stat st;

	if (status != STATUS_OK)
		return status;
	if (memcmp(head->magic, MAGIC, sizeof head->magic) != 0 || head->order != ORDER)
		return err_data(
		    err, STATUS_VERSION, path, 0, "was made by another version or machine");
	if (fstat(fd, &st) != 0)
		return err_sys(err, path, "cannot look at");
	if ((uint64_t)st.st_size != sizeof *head + (uint64_t)head->count * sizeof(struct signature))
		return err_data(err, STATUS_CORRUPT, path, 0, "has %llu bytes for %lu people",
		    (unsigned long long)st.st_size, (unsigned long)head->count);
	return STATUS_OK;
}

/* They are looked at all over the place: fewer and larger pages are found faster. */
static void
ask_for_large_pages(void *from, size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)from;
	uintptr_t first = (at + page - 1) / page * page, end = (at + bytes) / page * page;

	if (end > first)
		(void)madvise((char *)from + (first - at), end - first, MADV_HUGEPAGE);
}

static enum status
read_all(const struct signatures **out, int fd, const char *path, struct err *err)
{
	struct shared_signatures *shared;
	struct head head;
	enum status status = read_head(&head, fd, path, err);
	unsigned char *of;
	size_t bytes;

	if (status != STATUS_OK)
		return status;
	bytes = (size_t)head.count * sizeof(struct signature);
	shared = mem_alloc(sizeof *shared + LINE_BYTES + bytes);
	if (shared == NULL)
		return no_memory(err);
	of = shared->room + LINE_BYTES - (uintptr_t)shared->room % LINE_BYTES;
	ask_for_large_pages(of, bytes);
	shared->told = (struct signatures){ (const struct signature *)(void *)of, head.count };
	atomic_init(&shared->holders, 1);
	status = read_bytes(fd, of, bytes, path, err);
	if (status == STATUS_OK)
		*out = &shared->told;
	else
		mem_free(shared);
	return status;
}

enum status
signatures_read(const struct signatures **out, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status status;

	*out = NULL;
	if (fd < 0 && errno == ENOENT)
		return err_data(err, STATUS_NOT_FOUND, path, 0, "file is missing");
	if (fd < 0)
		return err_sys(err, path, "cannot open");
	status = read_all(out, fd, path, err);
	close(fd);
	return status;
}

/* Only what read_all() made comes here. */
static struct shared_signatures *
shared_of(const struct signatures *signatures)
{
	return (struct shared_signatures *)(uintptr_t)signatures;
}

const struct signatures *
signatures_hold(const struct signatures *signatures)
{
	(void)atomic_fetch_add(&shared_of(signatures)->holders, 1);
	return signatures;
}

void
signatures_drop(const struct signatures *signatures)
{
	if (signatures != NULL && atomic_fetch_sub(&shared_of(signatures)->holders, 1) == 1)
		mem_free(shared_of(signatures));
}
