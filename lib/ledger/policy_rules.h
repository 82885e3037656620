#ifndef LEDGER_POLICY_RULES_H
#define LEDGER_POLICY_RULES_H
/*
 * policy_rules: what the policy (ledger/policy.h) wants done: referral, securing and release,
 * notices, sharing, the media gate, deadlines, retention, standing checks. docs/policy.md says
 * what each means.
 * The words that code decides on (grades, verdicts, outcomes, events) are fixed here; loading
 * refuses others.
 * Threads: pure functions of a policy that is not changed after loading.
 */
#include "ledger/policy.h"

/* "unlikely", "possible", "probable", "certain": worst first. */
const struct policy_keys *policy_grades(void);
/* What a reviewer says of a candidate: "this_person", "not_this_person", "cannot_tell". */
const struct policy_keys *policy_verdicts(void);
/* How a request stands or ended: "no_trace" nothing to refer was found; "not_confirmed" all that
 * was referred is not the person; "match" at least one is; "insufficient_evidence" it could not be
 * told; "declined", "withdrawn"; "in_review" a referred candidate is undecided: alone not an end.
 */
const struct policy_keys *policy_outcomes(void);
/* What happens, besides milestones: "request_received", "match_confirmed"... (docs/policy.md). */
const struct policy_keys *policy_events(void);

/* --- Referral (section 2.5) ------------------------------------------------------------------ */
struct policy_second_reader {
	const char *verdict, *section;
	struct policy_keys grades, roles; /* one of the roles, and another person */
};

struct policy_referral {
	const char *section, *source;
	const char *from;	       /* a grade: candidates of it and better are referred */
	const char *reviewer, *deputy; /* roles; the deputy decides while the reviewer is absent */
	bool not_by_searcher; /* who ran a check of the request neither decides nor reads second */
	unsigned answer_due_days; /* from a question to whoever asked until it should be answered */
	const struct policy_second_reader *second_readers;
	size_t second_reader_count;
};

const struct policy_referral *policy_referral(const struct policy *policy);
bool policy_is_referred(const struct policy *policy, struct str grade);
/* NULL: the verdict on a candidate of this grade stands without a second reader. */
const struct policy_second_reader *policy_second_reader(
    const struct policy *policy, struct str verdict, struct str grade);

/* --- Secured records (sections 2.7, 4.17) ---------------------------------------------------- */
struct policy_secured {
	const char *section;
	struct policy_keys visible_to; /* roles that are shown details, within their legs */
	const char *contact;	       /* the role whom the others are told to ask */
	struct policy_keys by_hand;    /* roles that may secure without a check */
	const char *release_section;
	struct policy_keys release_needs;  /* each of these roles, each by a different person */
	const struct policy_item *grounds; /* to retain; none of them may hold at a release */
	size_t ground_count;
};

const struct policy_secured *policy_secured(const struct policy *policy);
const struct policy_item *policy_ground_find(const struct policy *policy, struct str ground);

/* --- Notices (sections 1.8, 1.9, 2.6...) ----------------------------------------------------- */
struct policy_notice {
	const char *on; /* an event or a milestone */
	const char *to; /* a role */
	const char *section;
	const char *text; /* what is to be done; no personal data */
	struct policy_keys
	    systems; /* only if a record of one of them is concerned; empty: always */
	struct policy_keys nations; /* only if the request is of one of these jurisdictions */
	struct policy_keys kinds;   /* only if the request is of one of these kinds */
	unsigned ack_within_hours;  /* 0: needs no acknowledgement */
};

/* What happened. An unknown jurisdiction or kind leaves no notice out: better one too many. */
struct policy_happening {
	struct str on, jurisdiction, kind;
	const struct str *systems; /* of the records concerned */
	size_t system_count;
};

const struct policy_notice *policy_notice(const struct policy *policy, size_t i);
bool policy_notice_applies(
    const struct policy_notice *notice, const struct policy_happening *happening);

/* --- Sharing of a leg's information (section 2.8) -------------------------------------------- */
struct policy_sharing {
	const char *section;
	const char *leg;		      /* what may not leave it without this decision */
	struct policy_keys agree;	      /* roles that must all agree */
	struct policy_keys consult;	      /* roles that are asked first */
	const char *decides;		      /* the role that decides where they do not agree */
	const struct policy_item *statements; /* what must be said of the request, yes or no */
	size_t statement_count;
};

const struct policy_sharing *policy_sharing(const struct policy *policy);

/* --- Media gate (section 5.3) ---------------------------------------------------------------- */
struct policy_media {
	const char *section;
	struct policy_keys roles;	/* learn clear or hold, and no more */
	struct policy_keys clear, hold; /* outcomes; each is in one of the two */
};

const struct policy_media *policy_media(const struct policy *policy);

/* --- Deadlines (sections 1.9, 4.13, 9, 14...) ------------------------------------------------ */
enum policy_unit {
	POLICY_HOURS,
	POLICY_DAYS,
	POLICY_WEEKS,
	POLICY_MONTHS,	    /* of the calendar */
	POLICY_SAME_DAY,    /* the end of the day; count is 0 */
	POLICY_WEEKS_BEFORE /* before another deadline */
};

struct policy_deadline {
	const char *key, *title, *section;
	const char *source; /* where a figure is from that the procedure does not give; or "" */
	const char *from;   /* an event or a milestone; "" for POLICY_WEEKS_BEFORE */
	const char *met_by; /* an event or a milestone */
	const char *before; /* key of another deadline, or "" */
	enum policy_unit unit;
	unsigned count;
	struct policy_keys jurisdictions;
	struct policy_keys kinds, review_types; /* empty: all */
};

/* Key, title and section of what can be noted of a request, besides events. */
const struct policy_item *policy_milestone(const struct policy *policy, size_t i);
const struct policy_item *policy_milestone_find(const struct policy *policy, struct str key);
/* A deadline stands after the one it is before. */
const struct policy_deadline *policy_deadline(const struct policy *policy, size_t i);
const struct policy_deadline *policy_deadline_find(const struct policy *policy, struct str key);
/* Of a request whose jurisdiction is not known, only deadlines of every jurisdiction apply; of one
 * without a review type, those that name none. */
bool policy_deadline_applies(const struct policy *policy, const struct policy_deadline *deadline,
    struct str jurisdiction, struct str kind, struct str review_type);

/* --- Retention (section 6.2) ----------------------------------------------------------------- */
struct policy_retention {
	const char *key, *title, *section;
	const unsigned
	    *keep_days; /* from the end; by position in policy_outcomes(), but for the last */
};

/* Who is to set the figures. */
const char *policy_retention_source(const struct policy *policy);
const struct policy_retention *policy_retention(const struct policy *policy, size_t i);
/* 0: there is no such kind, or it is not how a request ends. */
unsigned policy_keep_days(const struct policy *policy, struct str kind, struct str outcome);

/* --- Standing checks ------------------------------------------------------------------------- */
struct policy_standing {
	const char *section;
	bool while_open;	  /* an open request's checks are run again on every load */
	struct policy_keys kinds; /* of these kinds only; empty: of all */
};

const struct policy_standing *policy_standing(const struct policy *policy);
bool policy_stands(const struct policy *policy, struct str kind);

#endif
