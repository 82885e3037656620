#ifndef TESTS_SUPPORT_LEDGER_PLACE_H
#define TESTS_SUPPORT_LEDGER_PLACE_H
/*
 * ledger_place: a ledger in a folder of its own, for tests; a failure ends the test.
 */
#include "ledger/ledger.h"

struct ledger_place {
	char folder[64];
	char path[96];
	struct ledger *ledger;
	struct arena *arena;
};

/* cmocka's set-up and tear-down; *state is the place, its ledger open and empty. */
int ledger_place_set_up(void **state);
int ledger_place_tear_down(void **state);
void ledger_place_close(struct ledger_place *place);
void ledger_place_open(struct ledger_place *place);

/* An entry by amina, qa_officer, at LEDGER_PLACE_MS. */
#define LEDGER_PLACE_MS INT64_C(1790000000000)
struct ledger_entry ledger_place_entry(const char *kind, const char *check, const char *body);
/* Appends a "check" entry and gives its number. */
uint64_t ledger_place_append(struct ledger_place *place, const char *check, const char *body);
/* Appends a "request" entry of that id. */
uint64_t ledger_place_append_request(
    struct ledger_place *place, const char *request, const char *body);
/* Eight entries: checks 1, 4, 6, 7, 8; entry 1 secured two records, entry 4 one; ids for 1 and 4.
 */
void ledger_place_fill(struct ledger_place *place);
/* Verifies, also against the head in memory. */
void ledger_place_expect(struct ledger_place *place, uint64_t entries, uint64_t secured);

#endif
