#include "record/features.h"

#include "record/features_parts.h"

typedef enum status folding(
    struct str *out, struct folder *folder, struct arena *arena, struct str text);

static struct str
fold_by(struct feature_maker *maker, struct str text, folding *fold)
{
	struct str out = STR_NONE;

	if (maker->nomem || text.n == 0)
		return STR_NONE;
	if (fold(&out, maker->folder, maker->arena, text) != STATUS_OK) {
		maker->nomem = true;
		return STR_NONE;
	}
	return out;
}

struct str
features_fold(struct feature_maker *maker, struct str text)
{
	return fold_by(maker, text, fold_text);
}

struct str
features_fold_name(struct feature_maker *maker, struct str text)
{
	return fold_by(maker, text, fold_name_text);
}

struct str
features_join(struct feature_maker *maker, struct str a, char between, struct str b)
{
	size_t n = a.n + (between != '\0') + b.n;
	char *p = arena_alloc(maker->arena, n + 1, 1);

	if (p == NULL) {
		maker->nomem = true;
		return STR_NONE;
	}
	memcpy(p, a.p, a.n);
	if (between != '\0')
		p[a.n] = between;
	memcpy(p + n - b.n, b.p, b.n);
	return (struct str){ p, n };
}

const void *
features_keep(struct feature_maker *maker, const void *list, size_t count, size_t size)
{
	void *copy;

	if (count == 0 || maker->nomem)
		return NULL;
	copy = arena_alloc(maker->arena, count, size);
	if (copy == NULL)
		maker->nomem = true;
	else
		memcpy(copy, list, count * size);
	return copy;
}

bool
features_next_word(struct str *out, struct str *text)
{
	do {
		if (text->n == 0)
			return false;
		*out = str_cut(text, ' ');
	} while (out->n == 0);
	return true;
}

static void
copy_births(struct features *out, struct feature_maker *maker, const struct person *person)
{
	struct feature_birth births[PERSON_BIRTHS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < person->birth_count && count < PERSON_BIRTHS_MAX; i++)
		births[count++] = (struct feature_birth){ person->births[i], (uint8_t)i };
	out->births = features_keep(maker, births, count, sizeof births[0]);
	out->birth_count = count;
}

void
features_begin(struct features *out, const struct person *person)
{
	*out = (struct features){ .sex = person->sex, .role = person->role };
}

enum status
features_add(struct features *out, struct arena *arena, struct folder *folder,
    const struct lexicon *lexicon, const struct person *person, unsigned parts, struct err *err)
{
	struct feature_maker maker = { arena, folder, lexicon, false };

	if ((parts & FEATURES_NAMES) != 0)
		features_names(out, &maker, person);
	if ((parts & FEATURES_ADDRESSES) != 0)
		features_addresses(out, &maker, person);
	if ((parts & FEATURES_REST) != 0) {
		copy_births(out, &maker, person);
		features_contacts(out, &maker, person);
	}
	return maker.nomem ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}

enum status
features_make(struct features *out, struct arena *arena, struct folder *folder,
    const struct lexicon *lexicon, const struct person *person, struct err *err)
{
	struct features features;
	enum status status;

	features_begin(&features, person);
	status = features_add(&features, arena, folder, lexicon, person,
	    FEATURES_NAMES | FEATURES_ADDRESSES | FEATURES_REST, err);
	if (status == STATUS_OK)
		*out = features;
	return status;
}

/* One list behind the other, in the arena; NULL: no memory. */
static const void *
joined(
    struct arena *arena, const void *a, size_t a_count, const void *b, size_t b_count, size_t size)
{
	char *list = arena_alloc(arena, a_count + b_count + 1, size);

	if (list == NULL)
		return NULL;
	if (a_count > 0)
		memcpy(list, a, a_count * size);
	if (b_count > 0)
		memcpy(list + a_count * size, b, b_count * size);
	return list;
}

enum status
features_unite(struct features *out, struct arena *arena, const struct features *a,
    const struct features *b, struct err *err)
{
	*out = (struct features){
		.births = joined(arena, a->births, a->birth_count, b->births, b->birth_count,
		    sizeof *out->births),
		.birth_count = a->birth_count + b->birth_count,
		.addresses = joined(arena, a->addresses, a->address_count, b->addresses,
		    b->address_count, sizeof *out->addresses),
		.address_count = a->address_count + b->address_count,
		.phones = joined(arena, a->phones, a->phone_count, b->phones, b->phone_count,
		    sizeof *out->phones),
		.phone_count = a->phone_count + b->phone_count,
		.emails = joined(arena, a->emails, a->email_count, b->emails, b->email_count,
		    sizeof *out->emails),
		.email_count = a->email_count + b->email_count,
		.identifiers = joined(arena, a->identifiers, a->identifier_count, b->identifiers,
		    b->identifier_count, sizeof *out->identifiers),
		.identifier_count = a->identifier_count + b->identifier_count,
		.names = joined(
		    arena, a->names, a->name_count, b->names, b->name_count, sizeof *out->names),
		.name_count = a->name_count + b->name_count,
		.sex = a->sex != SEX_UNKNOWN ? a->sex : b->sex,
		.role = a->role,
	};
	if (out->births == NULL || out->addresses == NULL || out->phones == NULL ||
	    out->emails == NULL || out->identifiers == NULL || out->names == NULL)
		return err_set(err, STATUS_NOMEM, "out of memory");
	/* The time that names take is bounded for so many. */
	if (out->name_count > FEATURE_VARIANTS_MAX) {
		out->names = b->names;
		out->name_count = b->name_count;
	}
	return STATUS_OK;
}

bool
features_empty(const struct features *features)
{
	return features->name_count == 0 && features->birth_count == 0 &&
	       features->address_count == 0 && features->phone_count == 0 &&
	       features->email_count == 0 && features->identifier_count == 0;
}
