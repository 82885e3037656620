#include "base/digest.h"
#include "client/verb.h"
#include "daemon/options.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

static const struct option_entry entries[] = {
	{ "check", "Ask whether people are known, and log and secure what is found", verb_check },
	{ "batch", "Check every row of a CSV file", verb_batch },
	{ "why", "Why a record was found for a person, or at which step it fell", verb_why },
	{ "show", "The history of one check", verb_show },
	{ "status", "What searchd searches, and how fresh it is", verb_status },
	{ "request log", "Log what arrived, before anything is searched", verb_request_log },
	{ "request show", "How a request stands: legs, matches, what is due", verb_request_show },
	{ "request list", "Requests, newest first", verb_request_list },
	{ "request note", "Note what happened of a request's review", verb_request_note },
	{ "request decline", "End a request: it is not ours to answer", verb_request_decline },
	{ "request withdraw", "End a request: it was taken back", verb_request_withdraw },
	{ "request close", "End a request that was searched and decided", verb_request_close },
	{ "due", "What is due of open requests, and overdue", verb_due },
	{ "media", "Whether media may act on a reference", verb_media },
	{ "record", "Whether a record is on file and secured", verb_record },
	{ "register", "The register of secured records", verb_register },
	{ "secure", "Secure a record by hand", verb_secure },
	{ "release", "Propose to end a record's secure status, or agree to it", verb_release },
	{ "retain", "Keep a record secured, on one of the policy's grounds", verb_retain },
	{ "review queue", "Candidates that wait for a decision", verb_review_queue },
	{ "review decide", "Decide whether a candidate is the person asked about",
	    verb_review_decide },
	{ "review second", "Read a decision second, as another person", verb_review_second },
	{ "review ask", "Record that more was asked of whoever asked", verb_review_ask },
	{ "review answer", "Record the answer to a question", verb_review_answer },
	{ "review pairs", "Decisions as labelled pairs, for indexer calibrate", verb_review_pairs },
	{ "absence", "Mark the reviewer absent, or back", verb_absence },
	{ "share open", "Ask for a decision to share Childline information", verb_share_open },
	{ "share agree", "Agree to share, or not", verb_share_agree },
	{ "share consult", "Say what is to be considered", verb_share_consult },
	{ "share decide", "Decide where those who must agree do not", verb_share_decide },
	{ "share show", "How a decision to share stands", verb_share_show },
	{ "notices", "What your role was told, and what is to be done", verb_notices },
	{ "events", "The same, in order, for programs", verb_events },
	{ "ack", "Acknowledge a notice", verb_ack },
	{ "notify", "Deliver what is queued, by mail", verb_notify },
	{ "retention due", "Requests that were kept as long as the policy says",
	    verb_retention_due },
	{ "retention destroy", "Destroy what is personal of a request", verb_retention_destroy },
	{ "review export", "Everything of a request as a folder, to read, print and prove",
	    verb_review_export },
	{ "review verify", "Prove such a folder, offline", verb_review_verify },
	{ "ledger verify", "Prove a ledger file, offline", verb_ledger_verify },
	{ "ledger head", "The ledger's last entry, to prove by later", verb_ledger_head },
	{ "ledger checkpoint", "Have the ledger's head signed, and print it",
	    verb_ledger_checkpoint },
	{ "ledger tail", "The newest entries", verb_ledger_tail },
	{ "ledger search", "Entries by whom, when and about what", verb_ledger_search },
	{ "ledger backup", "Copy the ledger while it is in use", verb_ledger_backup },
	{ "ledger restore", "Put a backup back, offline", verb_ledger_restore },
	{ "ledger rebuild", "Make what follows from the entries again, offline",
	    verb_ledger_rebuild },
};

int
main(int argc, char **argv)
{
	static const struct option_program program = { "client", "Ask the record-check service",
		entries, sizeof entries / sizeof entries[0],
		"Exit codes: 0 asked and answered, whether or not anything was found; 64 wrong "
		"usage;\n"
		"65 bad input, or a ledger that does not verify; 66 no such file or check; 69 "
		"searchd\n"
		"cannot be reached; 74 input or output failed; 75 try again later; 77 refused.\n" };
	struct rlimit none = { 0, 0 };
	struct err err = ERR_NONE;

	/* What is asked is personal data: it may not be left behind in a core file. */
	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGPIPE, SIG_IGN);
	if (digest_init(&err) != STATUS_OK) {
		fprintf(stderr, "client: %s\n", err.text);
		return status_exit_code(err.status);
	}
	return options_main(&program, argc, argv);
}
