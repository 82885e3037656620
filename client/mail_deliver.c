/* Handing a mail over: to the local mail program, or into a maildir. */
#include "base/digest.h"
#include "base/file.h"
#include "client/console.h"
#include "client/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 20

/* --- The mail program --------------------------------------------------------------------------
 */
static enum status
spawn(pid_t *out, const char *path, int input, struct err *err)
{
	/* The recipients stand in the message (-t); a line with a lone dot is text (-oi). */
	char program[] = "sendmail", recipients[] = "-t", dots[] = "-oi";
	char place[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const argv[] = { program, recipients, dots, NULL };
	char *const environment[] = { place, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	int fault;

	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE); /* ignored by us, and ignoring is inherited */
	if (posix_spawn_file_actions_init(&actions) != 0)
		return err_set(err, STATUS_NOMEM, "out of memory");
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return err_set(err, STATUS_NOMEM, "out of memory");
	}
	fault = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (fault == 0)
		fault = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (fault == 0)
		fault = posix_spawnattr_setsigdefault(&attributes, &usual);
	if (fault == 0)
		fault = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	if (fault == 0)
		fault = posix_spawn(out, path, &actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	errno = fault;
	return fault == 0 ? STATUS_OK : err_sys(err, path, "cannot run");
}

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One that does not end in time is killed: it has not taken the mail. */
static enum status
wait_for(pid_t child, const char *path, struct err *err)
{
	const struct timespec pause = { 0, POLL_MS * 1000000L };
	int64_t until = monotonic_ms() + MAIL_SECONDS_MAX * 1000;
	int state = 0;
	pid_t ended;

	while ((ended = waitpid(child, &state, WNOHANG)) == 0 && monotonic_ms() < until)
		(void)nanosleep(&pause, NULL);
	if (ended == 0) {
		(void)kill(child, SIGKILL);
		(void)waitpid(child, &state, 0);
		return err_data(
		    err, STATUS_TIMEOUT, path, 0, "did not end within %d s", MAIL_SECONDS_MAX);
	}
	if (ended < 0)
		return err_sys(err, path, "cannot wait for");
	if (WIFSIGNALED(state))
		return err_data(err, STATUS_IO, path, 0, "was ended by signal %d", WTERMSIG(state));
	if (WEXITSTATUS(state) != 0)
		return err_data(err, STATUS_IO, path, 0, "ended with code %d", WEXITSTATUS(state));
	return STATUS_OK;
}

/* The end is non-blocking: a program that does not read is not waited for beyond its time. */
static enum status
write_all(int fd, struct str message, const char *path, struct err *err)
{
	const struct timespec pause = { 0, POLL_MS * 1000000L };
	int64_t until = monotonic_ms() + MAIL_SECONDS_MAX * 1000;

	while (message.n > 0) {
		ssize_t n = write(fd, message.p, message.n);

		if (n < 0 && errno == EAGAIN && monotonic_ms() < until)
			(void)nanosleep(&pause, NULL);
		else if (n < 0 && errno != EINTR)
			return err_sys(err, path, "cannot write to");
		else if (n > 0)
			message = str_part(message, (size_t)n, message.n);
	}
	return STATUS_OK;
}

static enum status
run_program(const char *path, struct str message, struct err *err)
{
	enum status status, written;
	pid_t child = -1;
	int ends[2];

	if (pipe(ends) != 0)
		return err_sys(err, path, "cannot make a pipe for");
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
	status = spawn(&child, path, ends[0], err);
	(void)close(ends[0]);
	written = status == STATUS_OK ? write_all(ends[1], message, path, err) : status;
	(void)close(ends[1]);
	if (status == STATUS_OK)
		status = wait_for(child, path, written == STATUS_OK ? err : NULL);
	return status == STATUS_OK ? written : status;
}

/* --- Maildir -----------------------------------------------------------------------------------
 */
static enum status
make_folders(const char *maildir, struct err *err)
{
	static const char *const parts[] = { "", "/tmp", "/new", "/cur" };
	char path[1024];

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		snprintf(path, sizeof path, "%s%s", maildir, parts[i]);
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return err_sys(err, path, "cannot make");
	}
	return STATUS_OK;
}

static enum status
put_into(const char *maildir, struct str message, struct err *err)
{
	char name[128], tmp[1024], new[1024], random[17];
	enum status status = make_folders(maildir, err);

	digest_random_hex(random, 8);
	/* Unique: time, process, and 64 random bits. No host name: whoever reads it needs none. */
	snprintf(name, sizeof name, "%lld.P%ldR%s.record-check",
	    (long long)(console_now_ms() / 1000), (long)getpid(), random);
	snprintf(tmp, sizeof tmp, "%s/tmp/%s", maildir, name);
	snprintf(new, sizeof new, "%s/new/%s", maildir, name);
	if (status == STATUS_OK)
		status = file_write(tmp, message, 0600, err); /* flushed */
	if (status == STATUS_OK && rename(tmp, new) != 0)
		status = err_sys(err, new, "cannot rename into");
	*strrchr(new, '/') = '\0';
	return status == STATUS_OK ? file_sync(new, err) : status;
}

enum status
mail_deliver(const struct mail_config *config, struct str message, struct err *err)
{
	if (config->maildir.n > 900)
		return err_set(err, STATUS_LIMIT, "the maildir's path is longer than 900 bytes");
	return config->maildir.n > 0 ? put_into(config->maildir.p, message, err)
				     : run_program(config->sendmail.p, message, err);
}
