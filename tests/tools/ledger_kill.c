/* ledger_kill [ROUNDS [SEED]]: see tests/support/ledger_crash.h. Ends with 1 if anything is lost.
 */
#include "base/digest.h"
#include "base/file.h"
#include "base/str.h"
#include "tests/support/ledger_crash.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 50
#define ROUNDS_MAX 1000000

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/ledger-kill-XXXXXX", path[64], text[512];
	uint64_t rounds = ROUNDS, seed = 1;
	struct ledger_crash result;
	struct err err = ERR_NONE;

	if ((argc > 1 && !str_to_u64(&rounds, str_from(argv[1]), ROUNDS_MAX)) ||
	    (argc > 2 && !str_to_u64(&seed, str_from(argv[2]), UINT64_MAX)) || argc > 3) {
		fprintf(stderr, "usage: ledger_kill [ROUNDS [SEED]]\n");
		return 64;
	}
	if (digest_init(&err) != STATUS_OK || mkdtemp(folder) == NULL)
		return 70;
	snprintf(path, sizeof path, "%s/ledger.db", folder);
	if (ledger_crash_rounds(&result, path, (unsigned)rounds, seed, &err) != STATUS_OK) {
		printf("FAILED: %s (the ledger is left in %s)\n",
		    err_format(text, sizeof text, &err), folder);
		return 1;
	}
	printf("killed %llu times: %llu acknowledged, none lost; %llu entries verify;"
	       " %u times there was more on disk than had been heard\n",
	    (unsigned long long)rounds, (unsigned long long)result.acknowledged,
	    (unsigned long long)result.entries, result.unheard);
	return file_remove_tree(folder, &err) == STATUS_OK ? 0 : 1;
}
