#include "tests/model/drive.h"

#include "ledger/verify.h"
#include "tests/model/ask.h"
#include "tests/model/see.h"
#include "tests/model/sets.h"
#include "wire/envelope_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static bool differs(struct drive *drive, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool
differs(struct drive *drive, const char *format, ...)
{
	va_list args;

	if (drive->difference[0] != '\0')
		return false;
	va_start(args, format);
	vsnprintf(drive->difference, sizeof drive->difference, format, args);
	va_end(args);
	return false;
}

void
drive_init(struct drive *out, struct place *place)
{
	memset(out, 0, sizeof *out);
	out->place = place;
	out->reply = BUF_INIT;
	out->entries = BUF_INIT;
}

void
drive_free(struct drive *drive)
{
	player_kill(&drive->player);
	buf_free(&drive->reply);
	buf_free(&drive->entries);
}

/* --- Messages ----------------------------------------------------------------------------------
 */
static void
write_message(struct buf *out, const struct drive *drive, const struct act *act)
{
	struct buf body = BUF_INIT;
	char id[33];

	snprintf(id, sizeof id, "%032llx", (unsigned long long)drive->messages);
	ask_write(&body, &drive->model, act);
	wire_request_write(out, &(struct wire_request){ .op = str_from(act_ops[act->op]),
				    .id = str_from(id),
				    .role = str_from(act->role),
				    .body = buf_str(&body),
				    .ts_ms = drive->model.now_ms });
	buf_free(&body);
}

static struct order
order_of(const struct drive *drive, enum order_kind kind)
{
	return (struct order){ .kind = kind,
		.now_ms = drive->model.now_ms,
		.from_seq = drive->model.seq,
		.world = drive->model.world };
}

static bool
start(struct drive *drive)
{
	return player_start(
		   &drive->player, drive->place, drive->model.world, drive->model.now_ms) ||
	       differs(drive, "the player does not start");
}

static void
wait_some_time(struct drive *drive)
{
	struct timespec time = { 0, 0 };

	drive->noise = drive->noise * 6364136223846793005u + 1442695040888963407u;
	time.tv_nsec = (long)(drive->noise >> 33) % 900 * 1000;
	nanosleep(&time, NULL);
}

/* Sends the order to a player that is killed while it obeys. */
static bool
send_and_crash(struct drive *drive, struct order order, struct str message, enum crash crash)
{
	order.crash = crash;
	drive->crashes++;
	if (!player_send(&drive->player, &order, message))
		return differs(drive, "the player is gone");
	if (crash == CRASH_ANYTIME)
		wait_some_time(drive);
	else if (player_receive(&drive->player, &drive->reply, &drive->entries))
		return differs(drive, "the player should have died");
	player_kill(&drive->player);
	return start(drive);
}

static bool
send_and_receive(struct drive *drive, const struct order *order, struct str message)
{
	return (player_send(&drive->player, order, message) &&
		   player_receive(&drive->player, &drive->reply, &drive->entries)) ||
	       differs(drive, "the player died");
}

/* --- Acts --------------------------------------------------------------------------------------
 */

/* How often what was asked was done: what is kept by its id once, whatever came between; else each
 * time that it was asked and heard. */
static bool
count_times(unsigned *times, struct drive *drive, const struct expect *expect, enum crash crash)
{
	size_t entries = see_count(buf_str(&drive->entries));

	*times = 1;
	if (expect->keeps || expect->once || expect->count == 0)
		return true;
	if (crash == CRASH_UNHEARD || (crash == CRASH_ANYTIME && entries == 2 * expect->count))
		*times = 2;
	return true;
}

static void
see_envelope(struct drive *drive, const struct act *act, const struct expect *expect,
    const struct wire_reply *reply, enum crash crash)
{
	const char *code = reply->ok ? "ok" : wire_code_name(reply->code);

	if (strcmp(code, expect_code_names[expect->code]) != 0)
		differs(drive, "the reply is %s (%.*s), should be %s (%s)", code,
		    STR_ARG(reply->msg), expect_code_names[expect->code], expect->why);
	if (!reply->ok)
		return;
	if (crash != CRASH_ANYTIME && reply->replayed != (expect->keeps && crash == CRASH_UNHEARD))
		differs(drive, "the reply is %s", reply->replayed ? "replayed" : "not replayed");
	see_reply(drive->difference, &drive->model, act, expect, reply->body);
}

static void
see_all(struct drive *drive, const struct act *act, const struct expect *expect, enum crash crash,
    uint64_t before)
{
	struct arena *arena = arena_new(0);
	struct wire_reply reply;
	struct err err = ERR_NONE;
	struct expect again;
	unsigned times;

	if (wire_reply_read(&reply, arena, buf_str(&drive->reply), &err) != STATUS_OK) {
		differs(drive, "no reply: %s", err.text);
	} else if (count_times(&times, drive, expect, crash)) {
		if (times == 2)
			model_act(&again, &drive->model, act);
		see_envelope(drive, act, expect, &reply, crash);
		see_entries(drive->difference, &drive->model, expect, times, before,
		    buf_str(&drive->entries));
	}
	arena_free(arena);
}

bool
drive_act(struct drive *drive, const struct act *act, enum crash crash)
{
	struct buf message = BUF_INIT;
	struct order order = order_of(drive, ORDER_ASK);
	uint64_t before = drive->model.seq;
	struct expect expect;
	bool good = true;

	drive->messages++;
	drive->asked++;
	write_message(&message, drive, act);
	order.uid = model_users[act->user].uid;
	if (crash != CRASH_NONE)
		good = send_and_crash(drive, order, buf_str(&message), crash);
	good = good && send_and_receive(drive, &order, buf_str(&message));
	buf_free(&message);
	if (!good)
		return false;
	model_act(&expect, &drive->model, act);
	drive->tally[act->op][expect.code]++;
	see_all(drive, act, &expect, crash, before);
	return drive->difference[0] == '\0';
}

/* --- What is no act ----------------------------------------------------------------------------
 */
static bool
give_order(struct drive *drive, enum order_kind kind)
{
	struct order order = order_of(drive, kind);
	const struct expect nothing = { .code = EXPECT_OK };

	if (!send_and_receive(drive, &order, STR_NONE))
		return false;
	see_entries(drive->difference, &drive->model, &nothing, 1, drive->model.seq,
	    buf_str(&drive->entries));
	return drive->difference[0] == '\0';
}

bool
drive_restart(struct drive *drive, bool kill)
{
	if (kill)
		player_kill(&drive->player);
	else if (!player_end(&drive->player))
		return differs(drive, "the player did not end well");
	return start(drive) && give_order(drive, ORDER_LOOK);
}

bool
drive_world(struct drive *drive, unsigned world, enum crash crash)
{
	struct order order;
	bool good = true;

	drive->model.world = world;
	order = order_of(drive, ORDER_WORLD);
	if (crash != CRASH_NONE)
		good = send_and_crash(drive, order, STR_NONE, crash);
	if (!good || !send_and_receive(drive, &order, STR_NONE))
		return false;
	see_world(drive->difference, &drive->model, crash != CRASH_NONE, buf_str(&drive->entries));
	return drive->difference[0] == '\0';
}

bool
drive_rebuild(struct drive *drive)
{
	return give_order(drive, ORDER_REBUILD);
}

static struct act
act_as(enum act_op op, unsigned user, const char *role)
{
	struct act act = { .op = op,
		.user = user,
		.request = -1,
		.check = -1,
		.record = 0,
		.candidate = -1,
		.question = -1,
		.notice = -1,
		.set = -1,
		.leg = MODEL_LEGS,
		.nation = -1,
		.type = -1,
		.reason = true };

	snprintf(act.role, sizeof act.role, "%s", role);
	return act;
}

static unsigned
user_of(const char *name)
{
	for (unsigned i = 0; i < model_user_count; i++)
		if (strcmp(model_users[i].name, name) == 0)
			return i;
	return 0;
}

static bool
compare_requests(struct drive *drive)
{
	struct act act = act_as(ACT_LIST, user_of("amina"), "qa_officer");
	bool good = drive_act(drive, &act, CRASH_NONE);

	act.op = ACT_GET;
	for (size_t i = 0; i < drive->model.request_count && good; i++) {
		act.request = (int)i;
		act.details = drive->model.requests[i].destroyed;
		good = drive_act(drive, &act, CRASH_NONE);
	}
	act = act_as(ACT_KEPT, user_of("ray"), "records_manager");
	good = good && drive_act(drive, &act, CRASH_NONE);
	act = act_as(ACT_MEDIA, user_of("mo"), "media");
	for (unsigned i = 0; i < DRIVE_REFERENCES && good; i++) {
		act.reference = i;
		good = drive_act(drive, &act, CRASH_NONE);
	}
	return good;
}

static bool
compare_register(struct drive *drive)
{
	struct act act = act_as(ACT_REGISTER, user_of("cleo"), "consultant");
	bool good = drive_act(drive, &act, CRASH_NONE);

	act.all = true;
	good = good && drive_act(drive, &act, CRASH_NONE);
	act.op = ACT_STATUS;
	for (size_t i = 0; i < drive->model.findings->record_count && good; i++)
		if (drive->model.secured[i].ever) {
			act.record = (int)i;
			good = drive_act(drive, &act, CRASH_NONE);
		}
	return good;
}

static bool
compare_review(struct drive *drive)
{
	bool absent = model_is_absent(&drive->model);
	struct act act = act_as(ACT_QUEUE, user_of(absent ? "hal" : "cleo"),
	    absent ? "head_of_inspection" : "consultant");
	bool good;

	act.all = true;
	good = drive_act(drive, &act, CRASH_NONE);
	act = act_as(ACT_PAIRS, user_of("cleo"), "consultant");
	good = good && drive_act(drive, &act, CRASH_NONE);
	act.op = ACT_SHARE_GET;
	for (size_t i = 0; i < drive->model.request_count && good; i++)
		if (drive->model.requests[i].sharing != SHARING_NONE) {
			act.request = (int)i;
			good = drive_act(drive, &act, CRASH_NONE);
		}
	act = act_as(ACT_NOTICES, user_of("nora"), "notifier");
	return good && drive_act(drive, &act, CRASH_NONE);
}

bool
drive_compare(struct drive *drive)
{
	return compare_requests(drive) && compare_register(drive) && compare_review(drive);
}

bool
drive_end(struct drive *drive)
{
	struct ledger_report report;
	struct err err = ERR_NONE;
	char path[400];

	if (!player_end(&drive->player))
		return differs(drive, "the player did not end well");
	snprintf(path, sizeof path, "%s/ledger.db", drive->place->history);
	if (ledger_verify(&report, path, NULL, NULL, NULL, &err) != STATUS_OK)
		return differs(drive, "the ledger does not verify: %s", err.text);
	if (report.entries != drive->model.seq || report.checks != drive->model.check_count)
		return differs(drive,
		    "the ledger has %llu entries, %llu of checks; should be %llu, %zu",
		    (unsigned long long)report.entries, (unsigned long long)report.checks,
		    (unsigned long long)drive->model.seq, drive->model.check_count);
	return true;
}

bool
drive_begin(struct drive *drive, const struct page *page, const struct model_findings *findings,
    unsigned world, uint64_t noise)
{
	player_kill(&drive->player);
	drive->difference[0] = '\0';
	drive->messages = 0;
	drive->noise = noise;
	model_init(&drive->model, page, findings, DRIVE_BEGIN_MS);
	drive->model.world = world;
	return (place_clear(drive->place, noise % 8 != 0) ||
		   differs(drive, "no room for a ledger")) &&
	       start(drive);
}

/* --- What there is to find ---------------------------------------------------------------------
 */

/* Asks without the model. */
static bool
ask_freely(
    struct drive *drive, struct wire_reply *reply, struct arena *arena, const struct act *act)
{
	struct buf message = BUF_INIT;
	struct order order = order_of(drive, ORDER_ASK);
	struct err err = ERR_NONE;
	bool good;

	drive->messages++;
	write_message(&message, drive, act);
	order.uid = model_users[act->user].uid;
	good = send_and_receive(drive, &order, buf_str(&message)) &&
	       (wire_reply_read(reply, arena, buf_str(&drive->reply), &err) == STATUS_OK ||
		   differs(drive, "no reply: %s", err.text));
	buf_free(&message);
	return good;
}

static bool
measure_set(struct model_findings *out, struct drive *drive, unsigned world, unsigned set)
{
	struct arena *arena = arena_new(0);
	struct wire_reply reply;
	bool good = true;

	for (unsigned leg = 0; leg < MODEL_LEGS && good; leg++) {
		struct act act = act_as(ACT_TOLD, user_of(leg == 0 ? "amina" : "nia"),
		    leg == 0 ? "qa_officer" : "nsit_officer");

		act.kind = 1;
		act.set = (int)set;
		good = ask_freely(drive, &reply, arena, &act) &&
		       (reply.ok || differs(drive, "set %u: %.*s", set, STR_ARG(reply.msg))) &&
		       (see_finding(&out->of[world][set][leg], out, reply.body) ||
			   differs(drive, "set %u: cannot read its answer", set));
		out->set_people[set] = out->of[world][set][leg].people;
		if (good && world > 0 && !out->of[world][set][leg].covered)
			good =
			    differs(drive, "world %u is not searched whole: make it anew", world);
	}
	arena_free(arena);
	return good;
}

static bool
measure_record(struct model_findings *out, struct drive *drive, unsigned world, unsigned record)
{
	struct arena *arena = arena_new(0);
	struct act act = act_as(ACT_STATUS, user_of("cleo"), "consultant");
	struct wire_reply reply;
	bool good;

	act.record = (int)record;
	good = ask_freely(drive, &reply, arena, &act) &&
	       (reply.ok || differs(drive, "record.status: %.*s", STR_ARG(reply.msg)));
	if (good)
		out->records[record].on_file[world] = see_flag(reply.body, "on_file");
	arena_free(arena);
	return good;
}

bool
drive_measure(struct model_findings *out, struct drive *drive, const struct page *page)
{
	static const struct model_record more[] = { { 1, "H-NOWHERE", { false } },
		{ 3, "PA-00102", { false } }, { 4, "CL-2014-00131", { false } } };
	bool good = true;

	memset(out, 0, sizeof *out);
	out->fresh_until_ms = DRIVE_FRESH_UNTIL_MS;
	for (unsigned world = 0; world < MODEL_WORLDS && good; world++)
		for (unsigned set = 0; set < MODEL_SETS && good; set++)
			good = drive_begin(drive, page, out, world, 0) &&
			       measure_set(out, drive, world, set);
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		out->records[out->record_count++] = more[i];
	for (unsigned world = 0; world < MODEL_WORLDS && good; world++)
		for (unsigned i = 0; i < out->record_count && good; i++)
			good = drive_begin(drive, page, out, world, 0) &&
			       measure_record(out, drive, world, i);
	return good;
}
