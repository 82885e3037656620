#ifndef MODEL_DRIVE_H
#define MODEL_DRIVE_H
/*
 * drive: one act at a time is sent to searchd's service and to the model, and everything that can
 * be seen is held against what the model says: the reply's code and content, the entries of the
 * ledger, who is told.
 *
 * Threads: one.
 */
#include "tests/model/model.h"
#include "tests/model/place.h"

#define DRIVE_REFERENCES 4
/* 2026-03-02T09:00:00Z; the exports are of three hours before, and fresh for a week. */
#define DRIVE_BEGIN_MS INT64_C(1772442000000)
#define DRIVE_FRESH_UNTIL_MS (DRIVE_BEGIN_MS + INT64_C(165) * 3600 * 1000)

struct drive {
	struct place *place;
	struct player player;
	struct model model;
	uint64_t messages; /* makes their ids */
	uint64_t noise;	   /* when a crash at any time comes */
	size_t asked, crashes;
	size_t tally[ACT_COUNT][4]; /* by what came of them */
	struct buf reply, entries;
	char difference[2048]; /* "": none so far */
};

void drive_init(struct drive *out, struct place *place);
void drive_free(struct drive *drive);
/* Asks everything of an empty ledger once: what there is to find. False, with the difference, if it
 * cannot be measured. */
bool drive_measure(struct model_findings *out, struct drive *drive, const struct page *page);

/* Begins with an empty ledger. */
bool drive_begin(struct drive *drive, const struct page *page,
    const struct model_findings *findings, unsigned world, uint64_t noise);
/* False if something differs: `difference` then says what. */
bool drive_act(struct drive *drive, const struct act *act, enum crash crash);
bool drive_restart(struct drive *drive, bool kill);
bool drive_world(struct drive *drive, unsigned world, enum crash crash);
bool drive_rebuild(struct drive *drive);
/* Asks for everything that stands. */
bool drive_compare(struct drive *drive);
/* Ends the player and verifies the ledger, its projections among it. */
bool drive_end(struct drive *drive);

#endif
