#ifndef WIRE_LIMITS_H
#define WIRE_LIMITS_H
/*
 * limits: every bound of the protocol in one place (docs/protocol.md repeats them; a test
 * compares the two). Reasons: shared design, protocol facts section 12.
 */
#define WIRE_REQUEST_BYTES_MAX (64u << 10)
#define WIRE_REPLY_BYTES_MAX (1u << 20)
#define WIRE_JSON_DEPTH_MAX 8
#define WIRE_PEOPLE_MAX 16     /* people in one check */
#define WIRE_CANDIDATES_MAX 50 /* shown for one person asked about; the rest is counted */
#define WIRE_CONNECTIONS_MAX 1024
#define WIRE_CONNECTIONS_PER_UID_MAX 256
#define WIRE_QUEUE_MAX 256 /* requests waiting for a worker; then `busy` */
#define WIRE_ID_HEX 32	   /* hex digits of a request id */
#define WIRE_HEADER_MS 3000
#define WIRE_BODY_MS 5000
#define WIRE_IDLE_MS 300000
/* A request of more is large: a check of one person has some 600 bytes, of a family of six some
 * 2,000; one that takes seconds has names in dozens of spellings. */
#define WIRE_LARGE_BYTES 8192
#define WIRE_SEND_MS 5000
#define WIRE_CHECK_MS 10000
#define WIRE_DRAIN_MS 5000
#define WIRE_CLIENT_MS 15000
#define WIRE_VERSION 1

#endif
