#ifndef MODEL_PAGE_H
#define MODEL_PAGE_H
/*
 * page: who may call what, and who is told of what, as tests/unit/ledger/policy_rules.txt says: the
 * page that was checked against the procedure, and not the policy file that searchd reads.
 *
 * Threads: plain data, not changed after reading.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_ROLES_MAX 32
#define PAGE_METHODS_MAX 96
#define PAGE_NOTICES_MAX 96
#define PAGE_WORD 48

struct page_notice {
	char on[PAGE_WORD];
	unsigned to;		    /* a role */
	char systems[4][PAGE_WORD]; /* only if one of these is concerned; the first "": always */
	bool wants_ack;
};

struct page {
	char roles[PAGE_ROLES_MAX][PAGE_WORD];
	char role_legs[PAGE_ROLES_MAX][2][PAGE_WORD]; /* legs whose checks it runs or reads */
	size_t role_count;
	char methods[PAGE_METHODS_MAX][PAGE_WORD];
	uint32_t may[PAGE_METHODS_MAX]; /* bit i: role i */
	size_t method_count;
	struct page_notice notices[PAGE_NOTICES_MAX];
	size_t notice_count;
};

/* False, and a line on stderr, if the file cannot be read or is not of that form. */
bool page_read(struct page *out, const char *path);
int page_role(const struct page *page, const char *role); /* -1: there is none */
bool page_may(const struct page *page, const char *role, const char *method);
bool page_has_leg(const struct page *page, const char *role, const char *leg);
/* Bit i: role i is told of the event, which concerns records of `systems`. */
uint32_t page_told(
    const struct page *page, const char *event, const char *const *systems, size_t count);

#endif
