#ifndef SEARCHD_SHARING_H
#define SEARCHD_SHARING_H
/*
 * sharing: whether what a leg found may leave it (procedure, section 2.8).
 *
 * Threads: as the call.
 */
#include "searchd/call.h"

/* *may is false for the leg that the policy protects, until those who must agree do, or whoever
 * decides in their place has granted it. True for every other leg, and for a role that works in the
 * leg. */
enum wire_code sharing_allows(bool *may, struct call *call, struct str request, struct str leg);
/* *released: it is that leg, and they agreed, or it was granted. */
enum wire_code sharing_released(
    bool *released, struct call *call, struct str request, struct str leg);

#endif
