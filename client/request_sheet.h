#ifndef CLIENT_REQUEST_SHEET_H
#define CLIENT_REQUEST_SHEET_H
/*
 * request_sheet: how a request stands, and what is due, printed for people (request_sheet_json.c).
 *
 * Threads: main only.
 */
#include "client/procedure.h"

procedure_print request_sheet_show; /* of request.get */
procedure_print request_sheet_list; /* of request.list */
procedure_print request_sheet_due;  /* of due: a table, first due first */

#endif
