#include "base/digest.h"
#include "base/doc_json.h"
#include "base/file.h"
#include "indexer/estimate_model.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define DEPTH_MAX 8	   /* of a model file: model_json.c */
#define LINE_MEMBERS_MAX 6 /* an object of so few figures stands on one line */
#define NAME_DIGITS 8

struct writing {
	struct buf *out;
	const struct fit *fit;
	const char *name;
	unsigned depth;
};

bool
estimate_model_fitted(const struct fit *fit, enum vector_field field)
{
	return fit->estimate.m_pairs[field] + fit->estimate.u_pairs[field] > 0;
}

/* --- Plain JSON ------------------------------------------------------------------------------ */
static void
add_real(struct buf *out, double value)
{
	char text[40];

	/* as short as reads back the same */
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (fabs(strtod(text, NULL) - value) <= 0)
			break;
	}
	buf_add_text(out, text);
}

/* A probability: six digits tell all that counts of it and keep it off 1. */
static void
add_probability(struct buf *out, double p)
{
	buf_addf(out, p > 0.999 ? "%.12g" : "%.6g", p);
}

static void
new_line(const struct writing *w)
{
	buf_add_char(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		buf_add_char(w->out, '\t');
}

static bool
is_short(const json_t *object)
{
	json_t *open = (json_t *)(uintptr_t)object; /* jansson's iterator takes no const */
	const char *key;
	json_t *value;

	json_object_foreach (open, key, value) {
		if (json_is_object(value))
			return false;
	}
	return json_object_size(object) <= LINE_MEMBERS_MAX;
}

static void
add_text(const struct writing *w, const char *key, const char *text)
{
	buf_addf(w->out, "\"%s\": ", key);
	buf_add_json(w->out, str_from(text));
}

static void
add_plain(struct writing *w, const json_t *value)
{
	json_t *open = (json_t *)(uintptr_t)value, *member;
	bool one_line = json_is_object(value) && is_short(value);
	const char *key, *between = "";

	if (json_is_string(value))
		buf_add_json(
		    w->out, (struct str){ json_string_value(value), json_string_length(value) });
	else if (json_is_integer(value))
		buf_addf(w->out, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		add_real(w->out, json_real_value(value));
	if (!json_is_object(value))
		return; /* the reader of models lets nothing else pass */
	buf_add_char(w->out, '{');
	w->depth++;
	json_object_foreach (open, key, member) {
		buf_add_text(w->out, between);
		if (one_line)
			buf_add_char(w->out, ' ');
		else
			new_line(w);
		buf_add_json(w->out, str_from(key));
		buf_add_text(w->out, ": ");
		add_plain(w, member);
		between = ",";
	}
	w->depth--;
	if (one_line)
		buf_add_char(w->out, ' ');
	else
		new_line(w);
	buf_add_char(w->out, '}');
}

/* --- Fitted parts ---------------------------------------------------------------------------- */
static void
add_level(const struct writing *w, enum vector_field field, size_t level, const json_t *before)
{
	const struct estimate *estimate = &w->fit->estimate;
	const struct estimate_level *fitted = &estimate->level[field][level];
	const json_t *rarity = json_object_get(before, "rarity");
	double m = json_number_value(json_object_get(before, "m"));
	double u = json_number_value(json_object_get(before, "u"));
	char source[160];

	buf_add_text(w->out, "{ \"m\": ");
	add_probability(w->out, fitted->m);
	buf_add_text(w->out, ", \"u\": ");
	add_probability(w->out, fitted->u);
	if (rarity != NULL) {
		buf_add_text(w->out, ", \"rarity\": ");
		add_real(w->out, json_number_value(rarity));
	}
	snprintf(source, sizeof source,
	    "%+.1f bits, %+.1f before; %.1f of %.1f matches, %.0f of %.0f others",
	    log2(fitted->m / fitted->u), log2(m / u), fitted->m_n, estimate->m_pairs[field],
	    fitted->u_n, estimate->u_pairs[field]);
	buf_add_text(w->out, ", ");
	add_text(w, "source", source);
	buf_add_text(w->out, " }");
}

static void
add_comparison(struct writing *w, enum vector_field field, const json_t *before)
{
	const json_t *levels = json_object_get(before, "levels");

	buf_add_text(w->out, "{");
	w->depth++;
	new_line(w);
	add_text(w, "source", "fitted; see the source of the model");
	buf_add_char(w->out, ',');
	new_line(w);
	buf_add_text(w->out, "\"levels\": {");
	w->depth++;
	for (size_t i = 0; i < vector_levels(field); i++) {
		const char *name = vector_level_name(field, (int)i);

		buf_add_text(w->out, i == 0 ? "" : ",");
		new_line(w);
		buf_addf(w->out, "\"%s\": ", name);
		add_level(w, field, i, json_object_get(levels, name));
	}
	w->depth--;
	new_line(w);
	buf_add_char(w->out, '}');
	w->depth--;
	new_line(w);
	buf_add_char(w->out, '}');
}

static void
add_source(const struct writing *w)
{
	const struct fit *fit = w->fit;
	char text[512];

	snprintf(text, sizeof text,
	    "Fitted without labels to %llu people by `indexer estimate`, from the model %s. u: "
	    "%.0f "
	    "random pairs; m: EM over %.0f pairs found by name and %.0f by date of birth, of which "
	    "about %.0f and %.0f are matches. Comparisons without a pair, alignment and the names "
	    "are as they were.",
	    (unsigned long long)fit->people, fit->before.name, fit->kinds[SAMPLE_RANDOM].compared,
	    fit->kinds[SAMPLE_NAME].compared, fit->kinds[SAMPLE_DATE].compared,
	    fit->kinds[SAMPLE_NAME].matched, fit->kinds[SAMPLE_DATE].matched);
	buf_add_json(w->out, str_from(text));
}

/* An object as it was but for one figure. */
static void
add_changed(struct writing *w, const json_t *before, const char *changed, double value)
{
	json_t *open = (json_t *)(uintptr_t)before, *member;
	const char *key, *between = "";

	buf_add_char(w->out, '{');
	w->depth++;
	json_object_foreach (open, key, member) {
		buf_add_text(w->out, between);
		new_line(w);
		buf_addf(w->out, "\"%s\": ", key);
		if (strcmp(key, changed) == 0)
			buf_addf(w->out, "%.4g", value);
		else
			add_plain(w, member);
		between = ",";
	}
	w->depth--;
	new_line(w);
	buf_add_char(w->out, '}');
}

static void
add_member(struct writing *w, const char *key, const json_t *before)
{
	for (int field = 0; field < VECTOR_COUNT; field++) {
		if (strcmp(key, vector_name((enum vector_field)field)) != 0 ||
		    !estimate_model_fitted(w->fit, (enum vector_field)field))
			continue;
		add_comparison(w, (enum vector_field)field, before);
		return;
	}
	if (strcmp(key, "name") == 0)
		buf_add_json(w->out, str_from(w->name));
	else if (strcmp(key, "source") == 0)
		add_source(w);
	else if (strcmp(key, "expected_matches") == 0)
		buf_addf(w->out, "%.4g", w->fit->expected_matches);
	else if (strcmp(key, "relatives") == 0)
		add_changed(w, before, "expected", w->fit->relatives);
	else if (strcmp(key, "frequency") == 0)
		add_changed(w, before, "strength", w->fit->strength);
	else
		add_plain(w, before);
}

static void
add_model(struct buf *out, const json_t *doc, const struct fit *fit, const char *name)
{
	struct writing w = { out, fit, name, 1 };
	json_t *open = (json_t *)(uintptr_t)doc, *member;
	const char *key, *between = "";

	buf_add_char(out, '{');
	json_object_foreach (open, key, member) {
		buf_add_text(out, between);
		new_line(&w);
		buf_add_json(out, str_from(key));
		buf_add_text(out, ": ");
		add_member(&w, key, member);
		between = ",";
	}
	buf_add_text(out, "\n}\n");
}

enum status
estimate_model_write(struct buf *out, char used[MODEL_NAME_BYTES_MAX + 1], const char *from,
    const char *name, const struct fit *fit, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json_t *doc = NULL;
	struct digest hash;
	char hex[DIGEST_HEX + 1];
	enum status status = file_read(&text, from, MODEL_FILE_BYTES_MAX, err);

	if (status == STATUS_OK)
		status = doc_parse(&doc, buf_str(&text), from, DEPTH_MAX, err);
	if (status == STATUS_OK) {
		add_model(out, doc, fit, name != NULL ? name : "fitted");
		digest_of(&hash, buf_str(out));
		digest_hex(hex, &hash);
		snprintf(used, MODEL_NAME_BYTES_MAX + 1, "%s", name != NULL ? name : "fitted-");
		if (name == NULL) {
			memcpy(used + strlen(used), hex, NAME_DIGITS);
			used[strlen("fitted-") + NAME_DIGITS] = '\0';
			buf_clear(out);
			add_model(out, doc, fit, used);
		}
		if (buf_failed(out))
			status = err_set(err, STATUS_NOMEM, "out of memory");
	}
	doc_free(doc);
	buf_free(&text);
	return status;
}
