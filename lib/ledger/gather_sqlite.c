#include "ledger/gather.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* The most that SQLite's own files write in one call: os_unix.c, seekAndWriteFd(), looks at 17 bits
 * of the length. 31 frames of 4,120 bytes: what is more is written in several pieces. */
#define ROOM 0x1ffff

struct gathered {
	sqlite3_file base; /* first, so that one pointer is both */
	char *bytes;	   /* ROOM of them */
	int n;
	sqlite3_int64 at;	/* where bytes[0] belongs */
	sqlite3_int64 system[]; /* the system's own file; SQLite gives 8-byte alignment */
};

static struct gathered *
of(sqlite3_file *file)
{
	return (struct gathered *)(void *)file;
}

static sqlite3_file *
system_file(sqlite3_file *file)
{
	return (sqlite3_file *)(void *)of(file)->system;
}

/* Whether it fails or not, nothing is held back any more. */
static int
put(sqlite3_file *file)
{
	struct gathered *log = of(file);
	sqlite3_file *to = system_file(file);
	int n = log->n;

	log->n = 0;
	return n == 0 ? SQLITE_OK : to->pMethods->xWrite(to, log->bytes, n, log->at);
}

static int
gather_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct gathered *log = of(file);
	int code = SQLITE_OK;

	if (at != log->at + log->n || n > ROOM - log->n)
		code = put(file);
	if (code != SQLITE_OK)
		return code;
	if (n > ROOM)
		return system_file(file)->pMethods->xWrite(system_file(file), bytes, n, at);
	if (log->n == 0)
		log->at = at;
	memcpy(log->bytes + log->n, bytes, (size_t)n);
	log->n += n;
	return SQLITE_OK;
}

static int
gather_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
	int code = put(file);

	return code == SQLITE_OK
		   ? system_file(file)->pMethods->xRead(system_file(file), bytes, n, at)
		   : code;
}

static int
gather_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = put(file);

	return code == SQLITE_OK ? system_file(file)->pMethods->xTruncate(system_file(file), size)
				 : code;
}

static int
gather_sync(sqlite3_file *file, int flags)
{
	int code = put(file);

	return code == SQLITE_OK ? system_file(file)->pMethods->xSync(system_file(file), flags)
				 : code;
}

static int
gather_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = put(file);

	return code == SQLITE_OK ? system_file(file)->pMethods->xFileSize(system_file(file), size)
				 : code;
}

static int
gather_close(sqlite3_file *file)
{
	int code = put(file), closed = system_file(file)->pMethods->xClose(system_file(file));

	sqlite3_free(of(file)->bytes);
	return code == SQLITE_OK ? closed : code;
}

static int
gather_lock(sqlite3_file *file, int level)
{
	return system_file(file)->pMethods->xLock(system_file(file), level);
}

static int
gather_unlock(sqlite3_file *file, int level)
{
	return system_file(file)->pMethods->xUnlock(system_file(file), level);
}

static int
gather_reserved(sqlite3_file *file, int *out)
{
	return system_file(file)->pMethods->xCheckReservedLock(system_file(file), out);
}

static int
gather_control(sqlite3_file *file, int op, void *arg)
{
	return system_file(file)->pMethods->xFileControl(system_file(file), op, arg);
}

static int
gather_sector(sqlite3_file *file)
{
	return system_file(file)->pMethods->xSectorSize(system_file(file));
}

static int
gather_device(sqlite3_file *file)
{
	return system_file(file)->pMethods->xDeviceCharacteristics(system_file(file));
}

/* Of version 1: a log is neither shared nor mapped. */
static const sqlite3_io_methods methods = { .iVersion = 1,
	.xClose = gather_close,
	.xRead = gather_read,
	.xWrite = gather_write,
	.xTruncate = gather_truncate,
	.xSync = gather_sync,
	.xFileSize = gather_size,
	.xLock = gather_lock,
	.xUnlock = gather_unlock,
	.xCheckReservedLock = gather_reserved,
	.xFileControl = gather_control,
	.xSectorSize = gather_sector,
	.xDeviceCharacteristics = gather_device };

static sqlite3_vfs *below; /* set once, before the name is given out */
static sqlite3_vfs gathering;

static int
gather_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
	struct gathered *log = of(file);
	int code;

	(void)vfs;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return below->xOpen(below, path, file, flags, out_flags);
	log->base.pMethods = NULL;
	log->n = 0;
	log->at = 0;
	log->bytes = sqlite3_malloc(ROOM);
	if (log->bytes == NULL)
		return SQLITE_NOMEM;
	code = below->xOpen(below, path, system_file(file), flags, out_flags);
	if (code == SQLITE_OK)
		log->base.pMethods = &methods;
	else
		sqlite3_free(log->bytes);
	return code;
}

static void
begin(void)
{
	below = sqlite3_vfs_find(NULL);
	if (below == NULL)
		return;
	gathering = *below;
	gathering.pNext = NULL;
	gathering.zName = "record-check-gather";
	gathering.szOsFile += (int)sizeof(struct gathered);
	gathering.xOpen = gather_open;
	if (sqlite3_vfs_register(&gathering, 0) != SQLITE_OK)
		gathering.zName = NULL;
}

const char *
gather_name(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, begin);
	return gathering.zName;
}
