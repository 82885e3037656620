-- The ledger file, layout version 2 (SQLite, WAL, synchronous = FULL). Documentation: the program
-- makes the tables itself (lib/ledger/store_sqlite.c), and a test holds this file against it.
-- What is hashed, and what must hold after every commit: the head of lib/ledger/ledger_sqlite.c.
-- application_id "RCL1", user_version 2.
PRAGMA application_id = 1380142129;
PRAGMA user_version = 2;

-- The log. Numbered 1, 2, 3... without gaps; times are Unix ms UTC; body is JSON text
-- without personal data; sealed is what is personal, compressed and encrypted under the data key key_no (0: none).
CREATE TABLE entry (
	seq INTEGER PRIMARY KEY CHECK (seq >= 1),
	at_ms INTEGER NOT NULL,
	kind TEXT NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	request_id TEXT NOT NULL,
	check_id TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	key_no INTEGER NOT NULL CHECK (key_no >= 0),
	body TEXT NOT NULL,
	sealed BLOB NOT NULL
) STRICT;
CREATE INDEX entry_request ON entry (request_id) WHERE request_id <> '';
CREATE INDEX entry_check ON entry (check_id) WHERE check_id <> '';
CREATE INDEX entry_key ON entry (key_no) WHERE key_no > 0;
CREATE INDEX entry_destroyed ON entry (seq) WHERE kind = 'destroyed';
CREATE INDEX entry_secure ON entry (seq) WHERE kind IN ('secure', 'release');
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'entries are numbered without gaps'); END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;

-- Ids of requests, for ever: (user, id) -> hash of what was asked, first entry made for it, hash of the
-- reply, and a seal over all of these and the entry's hash.
CREATE TABLE idem (
	principal TEXT NOT NULL,
	id TEXT NOT NULL,
	request BLOB NOT NULL CHECK (length(request) = 32),
	seq INTEGER NOT NULL REFERENCES entry (seq),
	answer BLOB NOT NULL CHECK (length(answer) = 32),
	seal BLOB NOT NULL CHECK (length(seal) = 32),
	PRIMARY KEY (principal, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER idem_no_update BEFORE UPDATE ON idem
BEGIN SELECT RAISE(ABORT, 'ids are never changed'); END;
CREATE TRIGGER idem_no_delete BEFORE DELETE ON idem
BEGIN SELECT RAISE(ABORT, 'ids are never removed'); END;

-- Replies of those ids (seq is the same entry), for a day of hours that passed (kept_ms:
-- lib/ledger/clock.h), sealed under the data key key_no.
CREATE TABLE reply (
	seq INTEGER PRIMARY KEY REFERENCES entry (seq),
	kept_ms INTEGER NOT NULL,
	key_no INTEGER NOT NULL,
	reply BLOB NOT NULL
) STRICT;
CREATE INDEX reply_kept ON reply (kept_ms);

-- Which ledger this is, and its id sealed under data key 1: the keys of another do not open it.
CREATE TABLE ledger (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id BLOB NOT NULL CHECK (length(id) = 16),
	proof BLOB NOT NULL
) STRICT;

-- Projection: the records secured now, each with its "secure" entry.
CREATE TABLE secured (
	system TEXT NOT NULL,
	record_id TEXT NOT NULL,
	seq INTEGER NOT NULL REFERENCES entry (seq),
	PRIMARY KEY (system, record_id)
) STRICT, WITHOUT ROWID;

-- The entry that the projections belong to: the last one; and the clock as it stands there
-- (lib/ledger/clock.h).
CREATE TABLE projected (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	wall_ms INTEGER NOT NULL,
	kept_ms INTEGER NOT NULL
) STRICT;

-- Projections made by folds (lib/ledger/fold_*_sqlite.c): dropped and made anew where they differ.
CREATE TABLE state_request (
	id TEXT NOT NULL UNIQUE,
	seq INTEGER NOT NULL PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	user TEXT NOT NULL,
	reference TEXT NOT NULL,
	kind TEXT NOT NULL,
	channel TEXT NOT NULL,
	received_at TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	review_type TEXT NOT NULL,
	same_day INTEGER NOT NULL,
	asked TEXT NOT NULL,
	state TEXT NOT NULL,
	state_seq INTEGER NOT NULL,
	people_seq INTEGER NOT NULL,
	state_ms INTEGER NOT NULL,
	outcome TEXT NOT NULL
) STRICT;
CREATE INDEX state_request_reference ON state_request (reference);
CREATE INDEX state_request_state ON state_request (state);
CREATE INDEX state_request_ended ON state_request (state_ms, id) WHERE state <> 'open';
CREATE TABLE state_check (
	seq INTEGER NOT NULL PRIMARY KEY,
	check_id TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	request_id TEXT NOT NULL,
	leg TEXT NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	of_check TEXT NOT NULL,
	rerun_of TEXT NOT NULL,
	policy TEXT NOT NULL,
	complete INTEGER NOT NULL,
	capped INTEGER NOT NULL,
	standing INTEGER NOT NULL,
	people_seq INTEGER NOT NULL,
	people INTEGER NOT NULL,
	insufficient INTEGER NOT NULL,
	searched TEXT NOT NULL
) STRICT;
CREATE TABLE state_candidate (
	request_id TEXT NOT NULL,
	person INTEGER NOT NULL,
	system TEXT NOT NULL,
	record_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	check_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	leg TEXT NOT NULL,
	grade TEXT NOT NULL,
	match_weight REAL NOT NULL,
	first_seq INTEGER NOT NULL,
	PRIMARY KEY (request_id, person, system, record_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_candidate_record ON state_candidate (system, record_id, first_seq);
CREATE TABLE state_register (
	system TEXT NOT NULL,
	record_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	since_ms INTEGER NOT NULL,
	by_entry INTEGER NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	request_id TEXT NOT NULL,
	check_id TEXT NOT NULL,
	changed_seq INTEGER NOT NULL,
	missing_seq INTEGER NOT NULL,
	missing_ms INTEGER NOT NULL,
	proposed_seq INTEGER NOT NULL,
	proposed_ms INTEGER NOT NULL,
	proposed_user TEXT NOT NULL,
	proposed_role TEXT NOT NULL,
	retained_seq INTEGER NOT NULL,
	retained_ms INTEGER NOT NULL,
	ground TEXT NOT NULL,
	released_seq INTEGER NOT NULL,
	released_ms INTEGER NOT NULL,
	PRIMARY KEY (system, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_register_request ON state_register (request_id);
CREATE TABLE state_register_content (
	system TEXT NOT NULL,
	record_id TEXT NOT NULL,
	generation INTEGER NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (system, record_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE state_register_look (
	system TEXT NOT NULL PRIMARY KEY,
	generation INTEGER NOT NULL,
	seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who was told of what, from the entries "notice", "notice_sent" and "notice_acked".
CREATE TABLE state_notice (
	seq INTEGER NOT NULL,
	to_role TEXT NOT NULL,
	event TEXT NOT NULL,
	request_id TEXT NOT NULL,
	check_id TEXT NOT NULL,
	text TEXT NOT NULL,
	systems TEXT NOT NULL,
	queued_ms INTEGER NOT NULL,
	sent_ms INTEGER NOT NULL,
	acked_ms INTEGER NOT NULL,
	acked_by TEXT NOT NULL,
	ack_by_ms INTEGER NOT NULL,
	PRIMARY KEY (seq, to_role)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_notice_to ON state_notice (to_role, seq);
CREATE INDEX state_notice_queued ON state_notice (seq) WHERE sent_ms = 0 AND acked_ms = 0;
CREATE TABLE state_milestone (
	request_id TEXT NOT NULL,
	milestone TEXT NOT NULL,
	on_day TEXT NOT NULL,
	user TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (request_id, milestone)
) STRICT, WITHOUT ROWID;
CREATE TABLE state_overdue (
	request_id TEXT NOT NULL,
	deadline TEXT NOT NULL,
	due_on TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (request_id, deadline, due_on)
) STRICT, WITHOUT ROWID;

-- What was decided of candidates, asked of whoever asked, and who is absent.
CREATE TABLE state_decision (
	request_id TEXT NOT NULL,
	person INTEGER NOT NULL,
	system TEXT NOT NULL,
	record_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	verdict TEXT NOT NULL,
	seen_seq INTEGER NOT NULL,
	grade TEXT NOT NULL,
	match_weight REAL NOT NULL,
	state TEXT NOT NULL,
	second_seq INTEGER NOT NULL,
	second_user TEXT NOT NULL,
	PRIMARY KEY (request_id, person, system, record_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX state_decision_seq ON state_decision (seq);
CREATE TABLE state_question (
	seq INTEGER NOT NULL PRIMARY KEY,
	request_id TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	due TEXT NOT NULL,
	due_ms INTEGER NOT NULL,
	answered_seq INTEGER NOT NULL,
	answered_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX state_question_request ON state_question (request_id);
CREATE TABLE state_absence (
	role TEXT NOT NULL PRIMARY KEY,
	seq INTEGER NOT NULL,
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether what a leg found may leave it, and who said what of it.
CREATE TABLE state_sharing (
	seq INTEGER NOT NULL PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	request_id TEXT NOT NULL,
	user TEXT NOT NULL,
	role TEXT NOT NULL,
	leg TEXT NOT NULL,
	state TEXT NOT NULL,
	state_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX state_sharing_request ON state_sharing (request_id, leg);
CREATE TABLE state_voice (
	sharing INTEGER NOT NULL,
	kind TEXT NOT NULL,
	role TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	user TEXT NOT NULL,
	agrees INTEGER NOT NULL,
	PRIMARY KEY (sharing, kind, role)
) STRICT, WITHOUT ROWID;
CREATE TABLE state_standing (
	system TEXT NOT NULL PRIMARY KEY,
	generation INTEGER NOT NULL,
	up_to INTEGER NOT NULL,
	seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
