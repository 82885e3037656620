#ifndef LEDGER_GATHER_H
#define LEDGER_GATHER_H
/*
 * gather: a write-ahead log written in one piece a commit; inside the room only.
 *
 * SQLite writes each page of its log in two calls, the head of the frame and the page. A check's
 * commits have some 40 pages. Here bytes that follow each other are held back, and written
 * together before anything else is done with the log: before it is flushed, read, measured or cut.
 *
 * What is held back is of a transaction that nobody has been told of. With synchronous = FULL
 * SQLite flushes the log at each commit before it enters its pages in the log's index, and no
 * reader of any process looks for what is not in there; a crash before that loses an unfinished
 * transaction, as it always does. So a connection that does not flush each commit must not use
 * this. A write that fails is told by the call that was to come after it (xSync as a rule), with
 * the code that it would have had itself, and the transaction fails.
 *
 * Threads: as SQLite's own files, one at a time.
 */

/* The name to open a database by, in sqlite3_open_v2(); NULL, SQLite's own way of writing, if it
 * cannot be had. */
const char *gather_name(void);

#endif
