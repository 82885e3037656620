#ifndef SEARCHD_SERVICE_H
#define SEARCHD_SERVICE_H
/*
 * service: one request in, one reply out: envelope, who asks, may they, was it asked before, the
 * method, the log. Knows the framing not at all (wire/server_nng.h calls it).
 *
 * Threads: service_handle() in one thread for each worker number; the rest in any thread.
 */
#include "ledger/ledger.h"
#include "searchd/world.h"
#include "wire/server_nng.h"

struct service;
struct call_shared;

/* Settings and ledger are borrowed; the world is taken over. */
enum status service_new(struct service **out, const struct settings *settings,
    struct ledger *ledger, struct world *world, struct err *err) MUST_USE;
void service_free(struct service *service); /* no request may be running */

/* The functions that wire_server_options asks for; ctx is the service. */
void service_handle(void *service, unsigned worker, const struct wire_peer *peer,
    struct str request, struct buf *reply);
void service_idle(void *service, unsigned worker);
void service_refuse(void *service, const struct wire_peer *peer, struct str request,
    enum wire_code code, struct buf *reply);
void service_closed(
    void *service, const struct wire_peer *peer, const char *reason, uint64_t value);

/* For `health`, and to tell idle workers of a new world; NULL, or left out: there is none. Once it
 * is back nothing uses the server of before. */
void service_watch_server(struct service *service, struct wire_server *server);

/* The world that the next request gets: a reference for the caller, or taken over from them. */
struct world *service_world(struct service *service);
void service_set_world(struct service *service, struct world *world);
/* What all calls share; borrowed. */
struct call_shared *service_shared(struct service *service);
const char *service_boot(const struct service *service); /* random, one a start */

/* Ends a backup that is being made; after the server has stopped. */
void service_stop_backup(struct service *service);

#endif
