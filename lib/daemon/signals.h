#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H
/*
 * signals: taken by one thread that waits for them, so that no code runs inside a handler.
 *
 * Threads: signals_block() in main() before any thread starts; signals_next() in one thread.
 */
enum signal_event { SIGNAL_STOP, SIGNAL_RELOAD };

/* Blocks SIGTERM, SIGINT and SIGHUP in this thread and those it will start; ignores SIGPIPE and
 * SIGXFSZ, so that a peer gone or a file too large is an error of the write. */
void signals_block(void);
/* Waits: SIGTERM and SIGINT stop, SIGHUP reloads. */
enum signal_event signals_next(void);

#endif
