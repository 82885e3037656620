#include "daemon/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static void
fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

void
signals_block(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	fill(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
}

enum signal_event
signals_next(void)
{
	sigset_t set;
	int number;

	fill(&set);
	while (sigwait(&set, &number) != 0)
		;
	return number == SIGHUP ? SIGNAL_RELOAD : SIGNAL_STOP;
}
