/*
 * measure: what one command cost.
 *
 *   measure COMMAND [ARGUMENT...]
 *
 * Runs the command with its own stdin, stdout and stderr; then one line of JSON on stderr: wall
 * and processor seconds, and the most memory it held (ru_maxrss). Exits as the command did.
 */
#define _DEFAULT_SOURCE /* wait4 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct rusage used;
	double from = now();
	int status;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: measure COMMAND [ARGUMENT...]\n");
		return 64;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
		perror("measure");
		return 71;
	}
	fprintf(stderr,
	    "{\"wall_s\":%.3f,\"cpu_s\":%.3f,\"peak_kib\":%ld,\"read_blocks\":%ld,"
	    "\"written_blocks\":%ld}\n",
	    now() - from, seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss,
	    used.ru_inblock, used.ru_oublock);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
