#ifndef CLIENT_VERB_H
#define CLIENT_VERB_H
/*
 * verb: the subcommands. Each reads its command line, does its work and returns the exit code
 * (docs/client.md): 0 whether or not anything was found, else by sysexits.h.
 */
int verb_check(int argc, char **argv);
int verb_batch(int argc, char **argv);
int verb_why(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_status(int argc, char **argv);
int verb_record(int argc, char **argv);
int verb_request_log(int argc, char **argv);
int verb_request_show(int argc, char **argv);
int verb_request_list(int argc, char **argv);
int verb_request_note(int argc, char **argv);
int verb_request_decline(int argc, char **argv);
int verb_request_withdraw(int argc, char **argv);
int verb_request_close(int argc, char **argv);
int verb_due(int argc, char **argv);
int verb_media(int argc, char **argv);
int verb_secure(int argc, char **argv);
int verb_release(int argc, char **argv);
int verb_retain(int argc, char **argv);
int verb_register(int argc, char **argv);
int verb_review_queue(int argc, char **argv);
int verb_review_decide(int argc, char **argv);
int verb_review_second(int argc, char **argv);
int verb_review_ask(int argc, char **argv);
int verb_review_answer(int argc, char **argv);
int verb_review_pairs(int argc, char **argv);
int verb_absence(int argc, char **argv);
int verb_share_open(int argc, char **argv);
int verb_share_agree(int argc, char **argv);
int verb_share_consult(int argc, char **argv);
int verb_share_decide(int argc, char **argv);
int verb_share_show(int argc, char **argv);
int verb_notices(int argc, char **argv);
int verb_events(int argc, char **argv);
int verb_ack(int argc, char **argv);
int verb_notify(int argc, char **argv);
int verb_retention_due(int argc, char **argv);
int verb_retention_destroy(int argc, char **argv);
int verb_review_export(int argc, char **argv);
int verb_review_verify(int argc, char **argv);
int verb_ledger_verify(int argc, char **argv);
int verb_ledger_head(int argc, char **argv);
int verb_ledger_checkpoint(int argc, char **argv);
int verb_ledger_tail(int argc, char **argv);
int verb_ledger_search(int argc, char **argv);
int verb_ledger_backup(int argc, char **argv);
int verb_ledger_restore(int argc, char **argv);
int verb_ledger_rebuild(int argc, char **argv);

#endif
