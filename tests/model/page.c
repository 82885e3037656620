#include "tests/model/page.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Copies up to the first byte of `ends`; returns what follows that byte, or NULL if it did not fit
 * or is not there. */
static const char *
take_word(char out[PAGE_WORD], const char *from, const char *ends)
{
	size_t n = strcspn(from, ends);

	if (n == 0 || n >= PAGE_WORD || from[n] == '\0')
		return NULL;
	memcpy(out, from, n);
	out[n] = '\0';
	return from + n + 1;
}

int
page_role(const struct page *page, const char *role)
{
	for (size_t i = 0; i < page->role_count; i++)
		if (strcmp(page->roles[i], role) == 0)
			return (int)i;
	return -1;
}

/* "qa_officer: Safeguarding QA officer [2.4], legs qa, childline" */
static bool
read_role(struct page *page, const char *line)
{
	char(*legs)[PAGE_WORD] = page->role_legs[page->role_count];
	const char *rest = strstr(line, "], legs ");

	if (page->role_count == PAGE_ROLES_MAX ||
	    take_word(page->roles[page->role_count], line, ":") == NULL)
		return false;
	if (rest != NULL) {
		rest = take_word(legs[0], rest + strlen("], legs "), ",\n");
		if (rest != NULL && rest[0] == ' ')
			(void)take_word(legs[1], rest + 1, ",\n");
	}
	page->role_count++;
	return true;
}

/* "check               x x . ." */
static bool
read_method(struct page *page, const char *line)
{
	const char *cell = strchr(line, ' ');
	size_t role = 0;

	if (line[0] == ' ')
		return true; /* the heads of the columns */
	if (cell == NULL || page->method_count == PAGE_METHODS_MAX ||
	    take_word(page->methods[page->method_count], line, " ") == NULL)
		return false;
	for (; *cell != '\0' && *cell != '\n'; cell++) {
		if (*cell == 'x')
			page->may[page->method_count] |= 1u << role;
		if (*cell == 'i')
			break; /* "internal" */
		role += *cell == 'x' || *cell == '.';
	}
	page->method_count++;
	return role == page->role_count;
}

/* "[2.6] match_confirmed -> head_of_helpline, systems helpline, ack within 24 hours" */
static bool
read_notice(struct page *page, const char *line)
{
	struct page_notice *notice = &page->notices[page->notice_count];
	const char *at = strstr(line, "] "), *systems = strstr(line, ", systems ");
	char role[PAGE_WORD];
	int to;

	if (line[0] != '[')
		return true; /* its text */
	if (at == NULL || page->notice_count == PAGE_NOTICES_MAX ||
	    take_word(notice->on, at + 2, " ") == NULL || (at = strstr(line, "-> ")) == NULL ||
	    take_word(role, at + 3, ",\n") == NULL || (to = page_role(page, role)) < 0)
		return false;
	notice->to = (unsigned)to;
	notice->wants_ack = strstr(line, "ack within") != NULL;
	if (systems != NULL) {
		systems += strlen(", systems ");
		for (size_t i = 0; i < 4 && systems != NULL; i++) {
			if (strncmp(systems, "ack within", 10) == 0)
				break;
			systems = take_word(notice->systems[i], systems, ",\n");
			systems = systems != NULL && systems[0] == ' ' ? systems + 1 : NULL;
		}
	}
	page->notice_count++;
	return true;
}

bool
page_read(struct page *out, const char *path)
{
	enum { OTHER, ROLES, METHODS, NOTICES } part = OTHER;
	FILE *file = fopen(path, "re");
	char line[512];
	bool good = file != NULL;

	memset(out, 0, sizeof *out);
	while (good && fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, "== ", 3) == 0)
			part = strcmp(line, "== roles ==\n") == 0		? ROLES
			       : strcmp(line, "== who may call what ==\n") == 0 ? METHODS
			       : strcmp(line, "== notices ==\n") == 0		? NOTICES
										: OTHER;
		else if (line[0] != '\n' && part == ROLES)
			good = read_role(out, line);
		else if (line[0] != '\n' && part == METHODS)
			good = read_method(out, line);
		else if (line[0] != '\n' && part == NOTICES)
			good = read_notice(out, line);
		if (!good)
			fprintf(stderr, "%s: cannot read: %s", path, line);
	}
	if (file == NULL)
		fprintf(stderr, "%s: cannot open\n", path);
	else
		fclose(file);
	return good && out->role_count > 0 && out->method_count > 0 && out->notice_count > 0;
}

bool
page_may(const struct page *page, const char *role, const char *method)
{
	int at = page_role(page, role);

	for (size_t i = 0; i < page->method_count && at >= 0; i++)
		if (strcmp(page->methods[i], method) == 0)
			return (page->may[i] >> at & 1) != 0;
	return false;
}

bool
page_has_leg(const struct page *page, const char *role, const char *leg)
{
	int at = page_role(page, role);

	return at >= 0 && (strcmp(page->role_legs[at][0], leg) == 0 ||
			      strcmp(page->role_legs[at][1], leg) == 0);
}

static bool
concerns(const struct page_notice *notice, const char *const *systems, size_t count)
{
	if (notice->systems[0][0] == '\0')
		return true;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < 4; j++)
			if (strcmp(notice->systems[j], systems[i]) == 0)
				return true;
	return false;
}

uint32_t
page_told(const struct page *page, const char *event, const char *const *systems, size_t count)
{
	uint32_t told = 0;

	for (size_t i = 0; i < page->notice_count; i++)
		if (strcmp(page->notices[i].on, event) == 0 &&
		    concerns(&page->notices[i], systems, count))
			told |= 1u << page->notices[i].to;
	return told;
}
