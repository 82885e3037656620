#include "daemon/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum status
process_no_dumps(struct err *err)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return err_sys(err, "process", "cannot forbid core dumps");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_sys(err, "process", "cannot make the process undumpable");
	return STATUS_OK;
}

/* Linux keeps a nice value for each thread (setpriority(2), notes). */
void
process_be_nice(void)
{
	(void)setpriority(PRIO_PROCESS, 0, 10);
}
