#ifndef INDEXER_LOAD_H
#define INDEXER_LOAD_H
/*
 * load: an export, from its rows to a published generation.
 *
 *   rows = loaded + rejected + skipped
 * A row is loaded when its people are in the index (with or without field faults), rejected when
 * it cannot be used, skipped when it names nobody or takes away a record that is not there.
 * Threads: one load at a time.
 */
#include "index/generation.h"
#include "indexer/output.h"

#define LOAD_NO_LIMIT UINT64_MAX

struct load_request {
	const char *system, *mapping_path, *export_path, *data_folder;
	const char *lexicon_folder; /* NULL: "lexicon" beside the folder of the mapping */
	int64_t as_of_ms;	    /* 0: the export's file time */
	enum output_mode mode;
	uint64_t max_rejects; /* LOAD_NO_LIMIT: any number of rejected rows */
	uint64_t max_faults;  /* LOAD_NO_LIMIT: any number of field faults */
	bool allow_empty;     /* publish a full load in which no record was loaded */
	bool progress;
};

#define LOAD_UNUSED_MAX 16
struct load_result {
	struct manifest manifest;
	uint64_t field_faults;
	uint64_t repeated; /* ids that came again later in a grouped export or a delta */
	uint64_t removals; /* delta: rows that took a record away */
	uint64_t records_before;
	int64_t elapsed_ms;
	char rejects_path[PATH_MAX]; /* "" if there are none */
	/* Mapped columns or paths without a value in any row: a renamed one looks like this. */
	char unused[LOAD_UNUSED_MAX][64];
	size_t unused_count;
};

/*
 * STATUS_INVALID when rejects or faults are over their limit, or nothing was loaded: the
 * generation before stays, and result->rejects_path names the kept rejects. STATUS_UNAVAILABLE
 * after a signal.
 */
enum status load_run(
    struct load_result *result, const struct load_request *request, struct err *err) MUST_USE;
/* Asks a running load to stop; safe in a signal handler. */
void load_stop(int signal_number);

#endif
