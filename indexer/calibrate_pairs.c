#include "indexer/calibrate_pairs.h"

#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct reading {
	struct pairs *pairs;
	const char *path;
	unsigned number; /* of the line */
	bool json, counted, priors;
	struct err *err;
};

static enum status
refuse(const struct reading *reading, const char *field, struct str value, const char *what)
{
	return err_data(reading->err, STATUS_INVALID, reading->path, reading->number,
	    "%s: '%.*s' %s", field, (int)(value.n < 40 ? value.n : 40), value.p, what);
}

/* --- CSV ------------------------------------------------------------------------------------- */
static bool
parse_number(double *out, struct str text, double most)
{
	char copy[40], *end;

	if (text.n == 0 || text.n >= sizeof copy)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	/* no "nan", "inf" or hexadecimal, which strtod would take */
	if (strspn(copy, "0123456789+-.eE") != text.n)
		return false;
	*out = strtod(copy, &end);
	return end == copy + text.n && *out >= -most && *out <= most;
}

static bool
parse_match(bool *out, struct str text)
{
	*out = str_eq_text(text, "1") || str_eq_text(text, "true");
	return *out || str_eq_text(text, "0") || str_eq_text(text, "false");
}

static enum status
read_header(struct reading *reading, struct str line)
{
	struct str rest = line, end = STR_LIT(",prior");

	reading->priors = str_ends(rest, end);
	if (reading->priors)
		rest = str_part(rest, 0, rest.n - end.n);
	reading->counted = str_eq_text(rest, "weight,match,count");
	if (reading->counted || str_eq_text(rest, "weight,match"))
		return STATUS_OK;
	return err_data(reading->err, STATUS_INVALID, reading->path, reading->number,
	    "the header must be weight,match, then perhaps count, then perhaps prior");
}

static enum status
read_csv(struct calibrate_point *out, const struct reading *reading, struct str line)
{
	struct str weight = str_trim(str_cut(&line, ',')), match = str_trim(str_cut(&line, ','));
	struct str count = reading->counted ? str_trim(str_cut(&line, ',')) : STR_NONE;
	struct str prior = reading->priors ? str_trim(str_cut(&line, ',')) : STR_NONE;
	struct str more = str_trim(line);
	uint64_t n = 1;
	bool is_match;

	if (!parse_number(&out->match_weight, weight, PAIRS_WEIGHT_MAX))
		return refuse(reading, "weight", weight, "is no number from -1000 to 1000");
	if (!parse_match(&is_match, match))
		return refuse(reading, "match", match, "is none of 1, 0, true, false");
	if (more.n > 0)
		return refuse(reading,
		    reading->priors    ? "prior"
		    : reading->counted ? "count"
				       : "match",
		    more, "follows it, but there is no such column");
	if (reading->priors && !parse_number(&out->prior, prior, CALIBRATION_PRIOR_MAX))
		return refuse(reading, "prior", prior, "is no number from -60 to 60");
	if (reading->counted && (!str_to_u64(&n, count, PAIRS_COUNT_MAX) || n == 0))
		return refuse(reading, "count", count, "is no number from 1 to 1000000000000");
	out->n = (double)n;
	out->matches = is_match ? out->n : 0;
	return STATUS_OK;
}

/* --- Lines ----------------------------------------------------------------------------------- */
static enum status
add(struct pairs *pairs, const struct calibrate_point *point, struct err *err)
{
	if (pairs->count == pairs->room) {
		size_t room = pairs->room == 0 ? 4096 : 2 * pairs->room;
		void *points = mem_resize(pairs->points, room, sizeof *pairs->points);

		if (points == NULL)
			return err_set(err, STATUS_NOMEM, "out of memory");
		pairs->points = points;
		pairs->room = room;
	}
	pairs->points[pairs->count++] = *point;
	pairs->n += point->n;
	pairs->matches += point->matches;
	return STATUS_OK;
}

static enum status
read_line(struct reading *reading, struct str line)
{
	struct calibrate_point point = { 0 };
	bool has_prior = reading->priors;
	enum status status;

	if (reading->number == 1) {
		reading->json = str_starts(line, STR_LIT("{"));
		if (!reading->json)
			return read_header(reading, line);
	}
	if (line.n == 0)
		return STATUS_OK;
	if (reading->json)
		status = pairs_read_json(
		    &point, &has_prior, line, reading->path, reading->number, reading->err);
	else
		status = read_csv(&point, reading, line);
	if (status == STATUS_OK && reading->pairs->count > 0 &&
	    has_prior != reading->pairs->has_priors)
		return err_data(reading->err, STATUS_INVALID, reading->path, reading->number,
		    "prior: %s", has_prior ? "the lines before have none" : "is missing");
	reading->pairs->has_priors = has_prior;
	return status == STATUS_OK ? add(reading->pairs, &point, reading->err) : status;
}

static enum status
read_lines(struct reading *reading, FILE *file)
{
	char line[PAIRS_LINE_BYTES_MAX + 2]; /* with its end and a NUL */

	while (fgets(line, sizeof line, file) != NULL) {
		struct str text = str_from(line);
		enum status status;

		reading->number++;
		if (!str_ends(text, STR_LIT("\n")) && !feof(file))
			return err_data(reading->err, STATUS_INVALID, reading->path,
			    reading->number, "the line is over %d bytes or holds a NUL byte",
			    PAIRS_LINE_BYTES_MAX);
		status = read_line(reading, str_trim(text));
		if (status != STATUS_OK)
			return status;
	}
	return ferror(file) ? err_sys(reading->err, reading->path, "read") : STATUS_OK;
}

static enum status
check_whole(const struct pairs *pairs, const char *path, struct err *err)
{
	const char *what = NULL;

	if (pairs->count == 0)
		what = "holds no pairs";
	else if (pairs->matches <= 0)
		what = "holds no pair that is a match";
	else if (pairs->matches >= pairs->n)
		what = "holds no pair that is not a match";
	return what == NULL ? STATUS_OK : err_data(err, STATUS_INVALID, path, 0, "%s", what);
}

enum status
pairs_read(struct pairs *out, const char *path, struct err *err)
{
	struct reading reading = { .pairs = out, .path = path, .err = err };
	struct stat st;
	enum status status;
	FILE *file;

	*out = (struct pairs){ 0 };
	file = fopen(path, "re");
	if (file == NULL && errno == ENOENT)
		return err_data(err, STATUS_NOT_FOUND, path, 0, "no such file");
	if (file == NULL)
		return err_sys(err, path, "open");
	if (fstat(fileno(file), &st) == 0 && S_ISDIR(st.st_mode))
		status = err_data(err, STATUS_INVALID, path, 0, "is a folder");
	else
		status = read_lines(&reading, file);
	fclose(file);
	return status == STATUS_OK ? check_whole(out, path, err) : status;
}

void
pairs_free(struct pairs *pairs)
{
	mem_free(pairs->points);
	*pairs = (struct pairs){ 0 };
}
