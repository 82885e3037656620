#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H
/*
 * scratch: a mark for large locals on hot paths. Release builds clear every local when it comes
 * into being (-ftrivial-auto-var-init=zero); one marked SCRATCH is left as it is, so all of it
 * that is read must have been written before.
 *
 * Threads: nothing here runs.
 */
#define SCRATCH __attribute__((uninitialized))

#endif
