#ifndef BASE_DOC_JSON_H
#define BASE_DOC_JSON_H
/*
 * doc_json: JSON documents from outside, read strictly.
 *
 * One place for what every reader of JSON needs: bounded depth, no duplicate keys, no NUL, no
 * unknown fields, and messages that name the field by its path ("people[0].births[1]: expected
 * a string"). The types are jansson's; only *_json.c files include jansson.h itself.
 * A "path" argument is the path of `object`, "" for the document.
 * Getters: an absent or null field gives STATUS_OK and the untouched default when `required`
 * is false, STATUS_INVALID when it is true. Strings are borrowed from the document.
 * Threads: a document belongs to one thread at a time.
 */
#include "base/err.h"
#include "base/str.h"

struct json_t;

/* *out is owned by the caller: doc_free(). `source` names the text in messages. */
enum status doc_parse(struct json_t **out, struct str text, const char *source, unsigned depth_max,
    struct err *err) MUST_USE;
/* Reads and parses a file of at most limit_bytes, depth at most 32. */
enum status doc_load(
    struct json_t **out, const char *path, size_t limit_bytes, struct err *err) MUST_USE;
void doc_free(struct json_t *doc);

/* Refuses a non-object and any key not in the NULL-terminated list. */
enum status doc_fields(const struct json_t *object, const char *source, const char *path,
    const char *const *known, struct err *err) MUST_USE;

enum doc_need { DOC_OPTIONAL, DOC_REQUIRED };

enum status doc_str(struct str *out, const struct json_t *object, const char *source,
    const char *path, const char *key, enum doc_need need, size_t bytes_max,
    struct err *err) MUST_USE;
enum status doc_int(int64_t *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, int64_t min, int64_t max, struct err *err) MUST_USE;
/* Integers are accepted where a number is asked for. Both bounds are inclusive. */
enum status doc_num(double *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, double min, double max, struct err *err) MUST_USE;
enum status doc_bool(bool *out, const struct json_t *object, const char *source, const char *path,
    const char *key, enum doc_need need, struct err *err) MUST_USE;
/* Absent optional: *out NULL and *count 0. */
enum status doc_array(const struct json_t **out, size_t *count, const struct json_t *object,
    const char *source, const char *path, const char *key, enum doc_need need, size_t count_max,
    struct err *err) MUST_USE;
enum status doc_object(const struct json_t **out, const struct json_t *object, const char *source,
    const char *path, const char *key, enum doc_need need, struct err *err) MUST_USE;

#endif
