#ifndef RECORD_PERSON_JSON_H
#define RECORD_PERSON_JSON_H
/*
 * person_json: people as JSON, the same form in requests, answers and review files:
 *
 *   {"id":"P1","role":"child","sex":"female","age_disputed":false,"note":"",
 *    "names":[{"kind":"current","forenames":"Katherine Anne","surname":"O'Brien"},
 *             {"kind":"known_as","full":"Kitty"}],
 *    "births":["2009-03-04","age about 7 at 2016-01-31"],
 *    "addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS1 4AB",
 *                  "from":"2012-01-01","to":"2014-06-30"}],
 *    "phones":["0113 496 0000"],"emails":[],"identifiers":[{"kind":"nhs","value":"943 476 5919"}]}
 *
 * Every field is optional; unknown fields, wrong types and values over the limits of person.h
 * are refused with the path of the field.
 * Threads: pure apart from the arena.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/person.h"

struct json_t;

/* Fills *out from `object`; everything is copied into the arena. `path` such as "people[0]". */
enum status person_from_json(struct person *out, struct arena *arena, const struct json_t *object,
    const char *source, const char *path, struct err *err) MUST_USE;

/* Appends the JSON object, fields in the order shown above, empty fields left out. */
void person_to_json(struct buf *out, const struct person *person);

#endif
