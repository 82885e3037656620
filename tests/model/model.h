#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H
/*
 * model: the written procedure in plain structs and linear scans: requests, legs, candidates,
 * decisions, secured records, sharing, notices. It says of each act what must come of it: the code
 * of the reply, the entries of the ledger in their order, and how everything stands afterwards.
 *
 * Written from the procedure (sections 1.8, 1.9, 2, 4.17, 5.3, 6.2), docs/policy.md,
 * docs/protocol.md and policy_rules.txt; it shares no code with searchd. It does not know how
 * people are compared: what a search of each set of people finds in each world is told to it
 * (`findings`), as measured with an empty ledger.
 *
 * Threads: plain data of one thread.
 */
#include "tests/model/page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_WORLDS 5
#define MODEL_SETS 7	/* sets of people who are asked about */
#define MODEL_LEGS 2	/* 0 qa, 1 childline */
#define MODEL_SYSTEMS 5 /* of which the last is Childline */
#define MODEL_RECORDS_MAX 64
#define MODEL_FOUND_MAX 48
#define MODEL_REQUESTS_MAX 40
#define MODEL_CHECKS_MAX 96
#define MODEL_CANDIDATES_MAX 400
#define MODEL_NOTICES_MAX 600
#define MODEL_QUESTIONS_MAX 40
#define MODEL_MILESTONES_MAX 80
#define MODEL_EXPECT_MAX 32

enum model_grade { GRADE_POSSIBLE, GRADE_PROBABLE, GRADE_CERTAIN };
enum model_verdict { VERDICT_NONE, VERDICT_THIS, VERDICT_NOT_THIS, VERDICT_CANNOT_TELL };
enum model_state { STATE_OPEN, STATE_DECLINED, STATE_WITHDRAWN, STATE_CLOSED };
enum model_outcome {
	OUTCOME_NO_TRACE,
	OUTCOME_NOT_CONFIRMED,
	OUTCOME_MATCH,
	OUTCOME_INSUFFICIENT,
	OUTCOME_DECLINED,
	OUTCOME_WITHDRAWN,
	OUTCOME_IN_REVIEW
};
enum model_media { MEDIA_NOT_YET, MEDIA_CLEAR, MEDIA_HOLD };
enum model_sharing {
	SHARING_NONE,
	SHARING_OPEN,
	SHARING_DISPUTED,
	SHARING_AGREED,
	SHARING_GRANTED,
	SHARING_REFUSED
};
extern const char *const model_systems[MODEL_SYSTEMS];
extern const char *const model_legs[MODEL_LEGS];
extern const char *const model_grade_names[];
extern const char *const model_verdict_names[];
extern const char *const model_state_names[];
extern const char *const model_outcome_names[];
extern const char *const model_media_names[];
extern const char *const model_sharing_names[];

/* --- What searches find ---------------------------------------------------------------------- */
struct model_record {
	unsigned system;
	char id[64];
	bool on_file[MODEL_WORLDS];
};
struct model_found {
	unsigned person, record;
	char person_id[32];
	enum model_grade grade;
};
struct model_finding {
	struct model_found list[MODEL_FOUND_MAX];
	size_t count;
	unsigned secures[MODEL_FOUND_MAX]; /* records, in the answer's order */
	size_t secure_count;
	size_t people, insufficient;
	bool covered; /* every system of the leg was there and fresh */
};
struct model_findings {
	struct model_record records[MODEL_RECORDS_MAX];
	size_t record_count;
	size_t set_people[MODEL_SETS];
	int64_t fresh_until_ms; /* then the exports are too old */
	struct model_finding of[MODEL_WORLDS][MODEL_SETS][MODEL_LEGS];
};

/* --- State ----------------------------------------------------------------------------------- */
struct model_request {
	char id[20];
	uint64_t seq;
	int64_t at_ms, state_ms;
	unsigned user, kind, channel, reference;
	int nation, type; /* -1: not told */
	enum model_state state;
	enum model_outcome ended_as;
	int set;	      /* -1: nobody */
	unsigned people_of;   /* counts the tellings of people; checks say which they asked */
	unsigned next_people; /* the number of the next telling */
	bool destroyed;
	enum model_sharing sharing;
	uint64_t sharing_seq;
	int said_user[2]; /* head_of_childline, consultant; -1 */
	bool said_agrees[2];
	bool consulted[2]; /* legal, data_protection_manager */
	uint32_t told;	   /* of a match: roles, whatever the system */
	uint32_t told_of[MODEL_SYSTEMS];
};
struct model_check {
	char id[20];
	unsigned request, leg, user, world;
	int set;
	uint64_t seq;
	int64_t at_ms;
	bool covered, standing;
	unsigned people_of;
};
struct model_candidate {
	unsigned request, leg, person, record;
	char person_id[32];
	enum model_grade grade;
	uint64_t seq, first_seq;
	bool current;
	enum model_verdict verdict;
	uint64_t decision_seq;
	unsigned decided_by;
	enum model_grade seen_grade;
	bool needs_second, read, agreed;
};
struct model_secured {
	bool ever, secured;
	int check; /* -1: by hand */
	unsigned request, user;
	uint64_t seq; /* of the entry "secure" */
	int64_t at_ms;
	uint64_t proposed_seq; /* 0: none */
	unsigned proposed_user;
	char proposed_role[PAGE_WORD];
	uint64_t retained_seq, released_seq;
	unsigned generation; /* it was on file in; 0: in none that is known */
	bool missing;	     /* gone from a later one, and the alarm was raised */
	int ground;	     /* -1: none */
};
struct model_notice {
	uint64_t seq;
	unsigned to;
	int request, check; /* -1: none */
	char event[PAGE_WORD];
	bool sent, acked;
};
struct model_question {
	unsigned request;
	uint64_t seq;
	bool answered;
};
struct model_milestone {
	unsigned request, milestone;
	int64_t day; /* since 1970-01-01 */
};

struct model {
	const struct page *page;
	const struct model_findings *findings;
	int64_t now_ms;
	uint64_t seq; /* of the last entry */
	unsigned world;
	struct model_request requests[MODEL_REQUESTS_MAX];
	size_t request_count;
	struct model_check checks[MODEL_CHECKS_MAX];
	size_t check_count;
	struct model_candidate candidates[MODEL_CANDIDATES_MAX];
	size_t candidate_count;
	struct model_secured secured[MODEL_RECORDS_MAX]; /* by record */
	struct model_notice notices[MODEL_NOTICES_MAX];
	size_t notice_count;
	struct model_question questions[MODEL_QUESTIONS_MAX];
	size_t question_count;
	struct model_milestone milestones[MODEL_MILESTONES_MAX];
	size_t milestone_count;
	/* By system: the generation that open requests were searched again of, up to which entry.
	 */
	unsigned swept[MODEL_SYSTEMS];
	uint64_t swept_to[MODEL_SYSTEMS];
	bool absent;			      /* the Consultant */
	int64_t absent_from_ms, absent_to_ms; /* to 0: without end */
};

/* --- Acts ------------------------------------------------------------------------------------ */
enum act_op {
	ACT_LOG,
	ACT_TOLD, /* a check that tells its request */
	ACT_CHECK,
	ACT_CHECK_OF,
	ACT_CHECK_GET,
	ACT_GET,
	ACT_LIST,
	ACT_DECLINE,
	ACT_WITHDRAW,
	ACT_CLOSE,
	ACT_NOTE,
	ACT_MEDIA,
	ACT_DUE,
	ACT_SECURE,
	ACT_RELEASE,
	ACT_RETAIN,
	ACT_STATUS,
	ACT_REGISTER,
	ACT_QUEUE,
	ACT_DECIDE,
	ACT_SECOND,
	ACT_ASK,
	ACT_ANSWER,
	ACT_PAIRS,
	ACT_ABSENCE,
	ACT_SHARE_OPEN,
	ACT_SHARE_AGREE,
	ACT_SHARE_CONSULT,
	ACT_SHARE_DECIDE,
	ACT_SHARE_GET,
	ACT_NOTICES,
	ACT_ACK,
	ACT_SENT,
	ACT_KEPT, /* what is to be destroyed */
	ACT_DESTROY,
	ACT_COUNT
};
extern const char *const act_ops[ACT_COUNT]; /* the method of each */

enum act_answer { ANSWER_NO, ANSWER_YES, ANSWER_MISSING, ANSWER_NONSENSE };

/* An act as it is sent; what it is about are places in the model, or -1 for what is not there. */
struct act {
	enum act_op op;
	unsigned user;
	char role[PAGE_WORD]; /* "": none is named */
	int request, check, record, candidate, question, notice, set;
	unsigned leg; /* MODEL_LEGS: not named */
	unsigned kind, channel, reference, milestone, ground, verdict;
	int nation, type;
	unsigned world_system; /* of a record that is not there */
	enum act_answer grounds[4];
	int days_ago; /* of a milestone; below 0: in the future */
	bool reason;  /* is given */
	bool details, retract, absent, withdraw, agrees, all;
	uint64_t number; /* of the proposal, showing or decision that is named; 0: not named */
};

struct model_user {
	const char *name;
	uint32_t uid;
	const char *roles[3];
};
extern const struct model_user model_users[];
extern const size_t model_user_count; /* the last is nobody whom searchd.conf knows */
extern const unsigned model_searchd;  /* past these: searchd itself */

enum expect_code { EXPECT_OK, EXPECT_BAD_REQUEST, EXPECT_FORBIDDEN, EXPECT_NOT_FOUND };
extern const char *const expect_code_names[];

/* An entry about a check that was named and is not there. */
#define EXPECT_NO_SUCH_CHECK (-2)

struct expect_entry {
	const char *kind;
	char event[PAGE_WORD]; /* of a notice */
	uint32_t to;	       /* bit i: role i */
	unsigned user;
	char role[PAGE_WORD];
	int request, check; /* -1: none */
	int record;	    /* of a secure or release; -1 */
};
struct expect {
	enum expect_code code;
	const char *why; /* for the report */
	struct expect_entry entries[MODEL_EXPECT_MAX];
	size_t count;
	char role[PAGE_WORD]; /* in which the user acts */
	int request, check;   /* that the act makes: their ids are to be learnt from the reply */
	bool keeps;	      /* a repeated message is answered from what was kept */
	bool once;	      /* repeated it changes nothing more, though the reply was not kept */
};

void model_init(struct model *out, const struct page *page, const struct model_findings *findings,
    int64_t now_ms);
/* What must come of the act; the model is afterwards as it then is. */
void model_act(struct expect *out, struct model *model, const struct act *act);

/* What searchd does by itself in another world, step by step; `model->seq` is that of the entry
 * before the step, and is moved on by those of the step. */
extern const unsigned model_generations[MODEL_WORLDS][MODEL_SYSTEMS];
void model_look_for(struct expect *out, struct model *model, unsigned system, bool *looked);
/* Checks that are asked again, in their order: the number of them in `checks`. */
size_t model_behind(unsigned checks[MODEL_CHECKS_MAX], const struct model *model, unsigned leg);
void model_search_again(struct expect *out, struct model *model, unsigned check);

/* --- How it stands --------------------------------------------------------------------------- */
struct model_standing {
	bool complete, leg_complete[MODEL_LEGS];
	int newest[MODEL_LEGS]; /* checks; -1 */
	size_t referred, undecided, confirmed;
	enum model_outcome outcome;
};
void model_stand(struct model_standing *out, const struct model *model, unsigned request);
/* What is personal of it may be destroyed now (6.2). */
bool model_is_due(const struct model *model, unsigned request);
enum model_media model_media(const struct model *model, unsigned reference);
/* "undecided", "awaiting_second_reading"... */
const char *model_candidate_state(const struct model_candidate *candidate);
/* Waits for a reader. */
bool model_candidate_waits(const struct model_candidate *candidate);
bool model_is_absent(const struct model *model);

struct model_kind {
	const char *key;
	bool same_day, needs_people;
};
extern const struct model_kind model_kinds[];
extern const size_t model_kind_count;
extern const char *const model_channels[];
extern const size_t model_channel_count;
extern const char *const model_nations[];
extern const size_t model_nation_count;
extern const char *const model_types[];
extern const size_t model_type_count;
extern const char *const model_milestone_names[];
extern const size_t model_milestone_name_count; /* the last is no milestone */
extern const char *const model_grounds[];
extern const size_t model_ground_count; /* four, and one that is none */
bool model_type_valid(int nation, int type);

#endif
