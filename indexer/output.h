#ifndef INDEXER_OUTPUT_H
#define INDEXER_OUTPUT_H
/*
 * output: the generation that a load writes, full or delta.
 *
 * A full load writes a new base. A delta takes the base over by hard link, copies the delta of the
 * generation before, and changes it record by record; every id it touches goes to delta.keys.
 * Memory: some hundred people (feed.h), the distinct name tokens, and for a delta the ids of all
 * records in it (some 50 bytes each): a delta of many millions of records should be a full load.
 * Nothing is served before output_publish; a kill before that leaves a folder that the next load
 * removes.
 * Threads: an output belongs to one thread; a full load has a second one behind it (feed.h).
 */
#include "base/err.h"
#include "index/generation.h"
#include "record/fold.h"
#include "record/lexicon.h"
#include "record/person.h"

struct output;

enum output_mode { OUTPUT_FULL, OUTPUT_DELTA };

/* Takes the system's lock (STATUS_BUSY). A delta needs a generation made with the same lexicon:
 * STATUS_NOT_FOUND, STATUS_CONFLICT. Lexicon and folder are borrowed until the end. */
enum status output_begin(struct output **out, const char *data_folder, const char *system,
    enum output_mode mode, const struct lexicon *lexicon, struct folder *folder,
    struct err *err) MUST_USE;

/* The folder being built, for what else belongs to the generation. */
const char *output_folder(const struct output *output);
/* The folder of the system, for what outlives a failed load. */
const char *output_system_folder(const struct output *output);
/* Records of the generation before; 0 if there is none. */
uint64_t output_records_before(const struct output *output);

/* Adds the people of a record. In a delta, output_replace must come first for its id. */
enum status output_add(
    struct output *output, const struct case_record *record, struct err *err) MUST_USE;
/* Delta: what is on file of the record no longer counts. */
enum status output_replace(struct output *output, struct str record_id, struct err *err) MUST_USE;

/* Delta: takes the record away. *was_there false: it was not on file, and nothing changed. */
enum status output_remove(
    bool *was_there, struct output *output, struct str record_id, struct err *err) MUST_USE;

/* Full load: the number of distinct records in it, for the manifest. */
void output_set_records(struct output *output, uint64_t records);

/*
 * Closes the databases, completes the manifest (the caller's fields are kept; generation, counts
 * and files are set here), writes it, and publishes. The output is gone whatever is returned.
 */
enum status output_publish(
    struct manifest *manifest, struct output *output, struct err *err) MUST_USE;
/* Removes what was built; the generation before stays. NULL is fine. */
void output_abandon(struct output *output);

#endif
