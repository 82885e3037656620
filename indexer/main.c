#include "base/digest.h"
#include "daemon/options.h"
#include "indexer/commands.h"

#include <sys/stat.h>

int
main(int argc, char **argv)
{
	static const struct option_entry entries[] = {
		{ "load", "Load an export of one system and publish it", load_main },
		{ "status", "Show what is published, per system", status_main },
		{ "verify", "Check the files of the published generations", verify_main },
		{ "estimate", "Fit the matching model to what is published, without labels",
		    estimate_main },
		{ "calibrate", "Fit the confidences to pairs whose answer is known",
		    calibrate_main },
	};
	static const struct option_program program = {
		.name = "indexer",
		.summary = "Builds the indexes that searchd searches, from exports of case systems",
		.entries = entries,
		.entry_count = sizeof entries / sizeof *entries,
		.details =
		    "Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 no such file, "
		    "74 input or output failed,\n75 another indexer is at work (try again).\n",
	};
	struct err err = ERR_NONE;

	umask(027); /* indexes hold personal data; rejects and lists are 0600 by themselves */
	if (digest_init(&err) != STATUS_OK)
		return commands_fail("", &err);
	return options_main(&program, argc, argv);
}
