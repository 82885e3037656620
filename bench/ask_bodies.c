/*
 * ask_bodies: checks with several people, answered in the form of `client batch`.
 *
 *   ask_bodies URL LEG=ROLE,LEG=ROLE... BODIES.jsonl [apart]
 *
 * Each line of BODIES.jsonl is the body of a check without a leg (docs/protocol.md). It is asked in
 * every leg, each in its role; with "apart" each of its people in a check of their own. Prints a
 * line for each person asked about, ref REFERENCE/PERSON: outcome (of the first leg), results and
 * related of all legs, with the keys that evaluators read.
 */
#include "base/digest.h"
#include "wire/client_nng.h"
#include "wire/limits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define LEGS_MAX 8

static struct wire_client *client;
static struct arena *arena;
static struct {
	char leg[64], role[64];
} legs[LEGS_MAX];
static size_t leg_count;

static _Noreturn void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "ask_bodies: %s %s\n", what, detail);
	exit(70);
}

static void
read_legs(const char *text)
{
	struct str rest = str_from(text);

	while (rest.n > 0 && leg_count < LEGS_MAX) {
		struct str role = str_cut(&rest, ','), leg = str_cut(&role, '=');

		snprintf(legs[leg_count].leg, sizeof legs[0].leg, "%.*s", STR_ARG(leg));
		snprintf(legs[leg_count].role, sizeof legs[0].role, "%.*s", STR_ARG(role));
		leg_count++;
	}
}

/* The answer's people; a new reference. */
static json_t *
ask_leg(json_t *body, size_t leg)
{
	char id[WIRE_ID_HEX + 1], *text;
	struct wire_reply reply = { 0 };
	struct wire_request request = { STR_LIT("check"), { id, WIRE_ID_HEX },
		str_from(legs[leg].role), STR_NONE, 0 };
	struct err err = ERR_NONE;
	json_t *answer, *people;

	json_object_set_new(body, "leg", json_string(legs[leg].leg));
	text = json_dumps(body, JSON_COMPACT);
	request.body = str_from(text);
	digest_random_hex(id, WIRE_ID_HEX / 2);
	if (wire_client_ask(&reply, client, arena, &request, WIRE_CLIENT_MS, &err) != STATUS_OK)
		fail("no reply:", err.text);
	if (!reply.ok) {
		fprintf(stderr, "ask_bodies: %.*s\n", STR_ARG(reply.msg));
		exit(70);
	}
	answer = json_loadb(reply.body.p, reply.body.n, 0, NULL);
	people = json_incref(json_object_get(answer, "people"));
	json_decref(answer);
	free(text);
	arena_reset(arena);
	return people;
}

static void
add_all(json_t *to, const json_t *from)
{
	static const char *const keys[] = { "system", "record_id", "person_id", "match_weight",
		"confidence", "grade", "relation" };

	for (size_t i = 0; i < json_array_size(from); i++) {
		json_t *one = json_object(), *whole = json_array_get(from, i);

		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
			if (json_object_get(whole, keys[k]) != NULL)
				json_object_set(one, keys[k], json_object_get(whole, keys[k]));
		json_array_append_new(to, one);
	}
}

static void
ask(json_t *body)
{
	const char *reference =
	    json_string_value(json_object_get(json_object_get(body, "request"), "reference"));
	json_t *answers[LEGS_MAX];

	for (size_t l = 0; l < leg_count; l++)
		answers[l] = ask_leg(body, l);
	for (size_t p = 0; p < json_array_size(answers[0]); p++) {
		const json_t *first = json_array_get(answers[0], p);
		json_t *results = json_array(), *related = json_array(), *line;

		for (size_t l = 0; l < leg_count; l++) {
			const json_t *person = json_array_get(answers[l], p);

			add_all(results, json_object_get(person, "candidates"));
			add_all(related, json_object_get(person, "related"));
		}
		line = json_pack("{s:s++,s:O,s:o,s:o}", "ref", reference, "/",
		    json_string_value(json_object_get(first, "ref")), "outcome",
		    json_object_get(first, "outcome"), "results", results, "related", related);
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(line);
	}
	for (size_t l = 0; l < leg_count; l++)
		json_decref(answers[l]);
}

static void
ask_apart(json_t *body)
{
	json_t *people = json_incref(json_object_get(body, "people"));

	for (size_t p = 0; p < json_array_size(people); p++) {
		json_t *one = json_array();

		json_array_append(one, json_array_get(people, p));
		json_object_set_new(body, "people", one);
		ask(body);
	}
	json_decref(people);
}

int
main(int argc, char **argv)
{
	FILE *bodies;
	json_t *body;
	json_error_t error;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: ask_bodies URL LEG=ROLE,... BODIES.jsonl [apart]\n");
		return 64;
	}
	read_legs(argv[2]);
	bodies = fopen(argv[3], "r");
	arena = arena_new(0);
	if (bodies == NULL || arena == NULL || leg_count == 0 || digest_init(NULL) != STATUS_OK ||
	    wire_client_new(&client, argv[1], NULL) != STATUS_OK)
		fail("cannot begin with", argv[3]);
	while ((body = json_loadf(bodies, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
		if (argc > 4)
			ask_apart(body);
		else
			ask(body);
		json_decref(body);
	}
	if (!feof(bodies))
		fail(error.text, argv[3]);
	fclose(bodies);
	wire_client_free(client);
	arena_free(arena);
	return fflush(stdout) == 0 ? 0 : 74;
}
