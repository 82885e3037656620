#ifndef SEARCHD_WATCH_H
#define SEARCHD_WATCH_H
/*
 * watch: looks five times a second whether a system has a new generation, and gives the service a
 * world with it. One that cannot be read is logged once and the old one is kept. It also looks
 * whether files in use were changed, or a search could not read one: then every byte is checked
 * again, and a damaged system is left out until it has a good generation.
 *
 * Threads: one of its own.
 */
#include "searchd/service.h"

struct watch;

enum status watch_start(struct watch **out, struct service *service,
    const struct settings *settings, struct err *err) MUST_USE;
void watch_stop(struct watch *watch); /* NULL is fine */

/* Reads rules and generations anew (SIGHUP), in the caller's thread; those running are kept if
 * the new ones are not good. STATUS_OK when they are in force. */
enum status watch_reload(struct watch *watch, struct err *err) MUST_USE;

#endif
