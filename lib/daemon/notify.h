#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H
/*
 * notify: tells systemd how the service is doing (Type=notify), without libsystemd.
 *
 * Threads: any number at once.
 */

/* One datagram such as "READY=1" to $NOTIFY_SOCKET; does nothing where that is not set. */
void notify_manager(const char *state);

#endif
