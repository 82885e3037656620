#ifndef INDEXER_COMMANDS_H
#define INDEXER_COMMANDS_H
/*
 * commands: the mains of the indexer's commands; each returns an exit code (sysexits.h).
 * Threads: called once, from main().
 */
#include "base/err.h"

#include <stdint.h>

int load_main(int argc, char **argv);
int status_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int estimate_main(int argc, char **argv);
int calibrate_main(int argc, char **argv);

/* Prints "indexer NAME: what went wrong" to stderr; returns the status's exit code. */
int commands_fail(const char *name, const struct err *err);

/* Unix ms UTC as "2026-11-23 22:45" (as JSON: "2026-11-23T22:45:07Z"). */
#define COMMANDS_TIME_BYTES 32
const char *commands_time(char out[COMMANDS_TIME_BYTES], int64_t ms);
const char *commands_time_json(char out[COMMANDS_TIME_BYTES], int64_t ms);

#endif
