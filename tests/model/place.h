#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H
/*
 * place: where histories are played: the worlds of prepare.sh, loaded once, and a player: a child
 * process that holds a ledger and answers by searchd's own service, without a socket, so that it
 * can be killed between any two steps and begun again in a millisecond.
 *
 * Threads: one; a player is a process of its own, with the ledger's writer as second thread.
 */
#include "base/buf.h"
#include <stdint.h>
#include <sys/types.h>

#define PLACE_WORLDS 5

struct settings;
struct rules;
struct world;

struct place {
	char folder[256];
	char first[300];   /* an empty ledger */
	char history[300]; /* the ledger and keys of the history that is played */
	struct settings *settings;
	struct rules *rules;
	struct world *worlds[PLACE_WORLDS];
};

/* Loads all worlds. False, and a line on stderr, if not. */
bool place_open(struct place *out, const char *folder);
void place_close(struct place *place);
/* Room for the next history: an empty ledger that is `made`, or nothing, so that its first player
 * makes one. */
bool place_clear(struct place *place, bool made);

enum order_kind {
	ORDER_ASK,     /* one message of a user */
	ORDER_WORLD,   /* a system has a new generation: what searchd does then */
	ORDER_REBUILD, /* the projections, from the entries */
	ORDER_LOOK     /* nothing; the entries since `from_seq` */
};
enum crash {
	CRASH_NONE,
	CRASH_BEFORE,  /* the message is read, nothing is done */
	CRASH_UNHEARD, /* all is done, the reply is not sent */
	CRASH_ANYTIME  /* after some microseconds, wherever it is */
};
struct order {
	enum order_kind kind;
	enum crash crash;
	uint32_t uid;
	uint32_t world;
	int64_t now_ms;
	uint64_t from_seq; /* entries after this are told with the answer */
	size_t message_n;
};

struct player {
	pid_t pid; /* 0: none */
	int to, from;
};

bool player_start(struct player *out, struct place *place, unsigned world, int64_t now_ms);
/* `message` is an envelope. */
bool player_send(struct player *player, const struct order *order, struct str message);
/* The reply (an envelope, or "") and a JSON list of the entries since. False: it died. */
bool player_receive(struct player *player, struct buf *reply, struct buf *entries);
void player_kill(struct player *player); /* SIGKILL, and waits for its end */
/* Lets it close its ledger. False if it did not end well. */
bool player_end(struct player *player);

#endif
