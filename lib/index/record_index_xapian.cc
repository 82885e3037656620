/*
 * Layout. A shard is one generation of one system: base.glass (compacted, no term lists) and,
 * where there was a delta load, delta/ (an ordinary database). All shards' databases are searched
 * as one: document d of the whole is document (d - 1) / n + 1 of database (d - 1) % n, in the
 * order in which they were added.
 *
 *   document   one person of one case record
 *   terms      those of terms.c, all with frequency 0 in the document; and the record's key term
 *   data       length of the record id (1 byte), record id, the codec's bytes
 *
 * A query is an OR of terms, each scaled to its bits, under CoordWeight: a document's weight is
 * the sum of the bits of the terms that it carries. Xapian skips what cannot reach the cut-off.
 * (OP_MAX would bound more tightly, but crashes in Xapian 1.4.22: docs/matching.md.)
 *
 * Base documents of a record in delta.keys are dropped when read, and more are fetched in their
 * place. No exception leaves this file: see guard().
 */
#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* file_lock is a struct and a function: fine in C */
extern "C" {
#include "base/file.h"
#include "index/record_index.h"
#include "record/person.h"
}
#pragma GCC diagnostic pop

#include <cerrno>
#include <sys/stat.h>

namespace {

/* Twice as fast as 200,000 (docs/matching.md). Also Xapian's default, which the environment can
 * change: so the commits are ours. */
constexpr unsigned DOCUMENTS_PER_FLUSH = 10000;

/* Sums of the same doubles in another order differ in the last places. */
constexpr double BITS_EPSILON = 1e-6;

/* --- Exceptions to statuses ---------------------------------------------------------------- */
enum status
fault(struct err *err, enum status status, const char *source, const Xapian::Error &error)
{
	return err_data(err, status, source, 0, "%s", error.get_description().c_str());
}

/* A file that is there but cannot be opened as a database is damaged; one that the system would
 * not open (out of handles, no permission) is not. */
enum status
opening_fault(struct err *err, const char *source, const Xapian::Error &error)
{
	bool system_failed = error.get_error_string() != nullptr;

	return fault(err, system_failed ? STATUS_IO : STATUS_CORRUPT, source, error);
}

template <typename Body>
enum status
guard(struct err *err, const char *source, Body body) noexcept
{
	try {
		return body();
	} catch (const Xapian::DatabaseModifiedError &error) {
		return fault(err, STATUS_STALE, source, error);
	} catch (const Xapian::DatabaseLockError &error) {
		return fault(err, STATUS_BUSY, source, error);
	} catch (const Xapian::DatabaseCorruptError &error) {
		return fault(err, STATUS_CORRUPT, source, error);
	} catch (const Xapian::DatabaseVersionError &error) {
		return fault(err, STATUS_VERSION, source, error);
	} catch (const Xapian::DatabaseOpeningError &error) {
		return opening_fault(err, source, error);
	} catch (const Xapian::DatabaseError &error) {
		return opening_fault(err, source, error);
	} catch (const Xapian::Error &error) {
		/* Only its type: the text might hold a term, that is, personal data. */
		return err_data(err, STATUS_CORRUPT, source, 0, "%s", error.get_type());
	} catch (const std::bad_alloc &) {
		return err_set(err, STATUS_NOMEM, "out of memory");
	} catch (const std::exception &) {
		return err_data(err, STATUS_IO, source, 0, "unexpected failure of the database");
	} catch (...) {
		return err_data(err, STATUS_IO, source, 0, "unexpected failure of the database");
	}
}

enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NOMEM, "out of memory");
}

std::string
text(struct str s)
{
	return std::string(s.p, s.n);
}

struct ArenaFree {
	void
	operator()(struct arena *arena) const noexcept
	{
		arena_free(arena);
	}
};
using ScratchArena = std::unique_ptr<struct arena, ArenaFree>;

/* The key term of a record, through terms.c, which owns the layout of terms. */
enum status
key_term(std::string &out, struct arena *scratch, struct str record_id, struct err *err)
{
	struct str term = { "", 0 };
	enum status status;

	arena_reset(scratch);
	status = terms_record_key(&term, scratch, record_id, err);
	if (status == STATUS_OK)
		out = text(term);
	return status;
}

/* --- Document data ------------------------------------------------------------------------- */
std::string
pack(struct str record_id, struct str data)
{
	std::string packed;

	packed.reserve(1 + record_id.n + data.n);
	packed += static_cast<char>(static_cast<unsigned char>(record_id.n));
	packed.append(record_id.p, record_id.n);
	packed.append(data.p, data.n);
	return packed;
}

bool
unpack(struct str *record_id, struct str *data, const std::string &packed)
{
	size_t n = packed.empty() ? 0 : static_cast<unsigned char>(packed[0]);

	if (packed.empty() || packed.size() < 1 + n)
		return false;
	*record_id = { packed.data() + 1, n };
	*data = { packed.data() + 1 + n, packed.size() - 1 - n };
	return true;
}

} // namespace

/* --- Writing ------------------------------------------------------------------------------- */
struct index_writer {
	std::string folder;
	std::string path; /* of the database being written */
	bool base = false;
	unsigned pending = 0; /* documents since the last commit */
	ScratchArena scratch;
	Xapian::WritableDatabase db;
};

namespace {

enum status
writer_open(struct index_writer **out, const char *folder, bool base, struct err *err) noexcept
{
	return guard(
	    err, folder, [&]() -> enum status {
		    auto writer = std::make_unique<index_writer>();

		    writer->folder = folder;
		    writer->base = base;
		    writer->path = writer->folder + (base ? "/base.building" : "/delta");
		    writer->scratch.reset(arena_new(0));
		    if (!writer->scratch)
			    return no_memory(err);
		    /* The base is thrown away if anything goes wrong, and flushed when compacted.
		     */
		    writer->db = Xapian::WritableDatabase(writer->path,
			base
			    ? Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS |
				  Xapian::DB_NO_TERMLIST | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS
			    : Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
		    *out = writer.release();
		    return STATUS_OK;
	    });
}

enum status
check_document(struct str record_id, const struct str *terms, size_t term_count, struct err *err)
{
	if (record_id.n == 0 || record_id.n > RECORD_ID_BYTES_MAX)
		return err_set(
		    err, STATUS_LIMIT, "a record id must have 1 to %d bytes", RECORD_ID_BYTES_MAX);
	for (size_t i = 0; i < term_count; i++)
		if (terms[i].n == 0 || terms[i].n > TERM_BYTES_MAX)
			return err_set(err, STATUS_LIMIT, "an index term must have 1 to %d bytes",
			    TERM_BYTES_MAX);
	return STATUS_OK;
}

enum status
writer_finish(index_writer &writer, struct err *err)
{
	std::string base = writer.folder + "/base.glass";
	enum status status;

	writer.db.commit();
	if (!writer.base) {
		writer.db.close();
		return STATUS_OK;
	}
	writer.db.compact(base, Xapian::DBCOMPACT_SINGLE_FILE);
	writer.db.close();
	status = file_sync(base.c_str(), err);
	if (status == STATUS_OK)
		status = file_remove_tree(writer.path.c_str(), err);
	return status;
}

} // namespace

extern "C" enum status
index_writer_base(struct index_writer **out, const char *folder, struct err *err)
{
	return writer_open(out, folder, true, err);
}

extern "C" enum status
index_writer_delta(struct index_writer **out, const char *folder, struct err *err)
{
	return writer_open(out, folder, false, err);
}

extern "C" enum status
index_writer_add(struct index_writer *writer, struct str record_id, struct str data,
    const struct str *terms, size_t term_count, struct err *err)
{
	return guard(
	    err, writer->folder.c_str(), [&]() -> enum status {
		    enum status status = check_document(record_id, terms, term_count, err);
		    Xapian::Document document;
		    std::string key;

		    if (status == STATUS_OK)
			    status = key_term(key, writer->scratch.get(), record_id, err);
		    if (status != STATUS_OK)
			    return status;
		    document.add_boolean_term(key);
		    for (size_t i = 0; i < term_count; i++)
			    document.add_boolean_term(text(terms[i]));
		    document.set_data(pack(record_id, data));
		    writer->db.add_document(document);
		    if (++writer->pending == DOCUMENTS_PER_FLUSH) {
			    writer->pending = 0;
			    writer->db.commit();
		    }
		    return STATUS_OK;
	    });
}

extern "C" enum status
index_writer_remove(
    struct index_writer *writer, uint64_t *removed, struct str record_id, struct err *err)
{
	return guard(
	    err, writer->folder.c_str(), [&]() -> enum status {
		    std::string key;
		    enum status status = key_term(key, writer->scratch.get(), record_id, err);

		    *removed = 0;
		    if (status != STATUS_OK)
			    return status;
		    if (writer->base)
			    return err_set(err, STATUS_USAGE, "a base can only be added to");
		    *removed = writer->db.get_termfreq(key);
		    if (*removed > 0)
			    writer->db.delete_document(key);
		    return STATUS_OK;
	    });
}

extern "C" enum status
index_writer_finish(struct index_writer *writer, struct err *err)
{
	std::unique_ptr<index_writer> owned(writer);

	return guard(
	    err,
	    writer->folder.c_str(), [&]() -> enum status { return writer_finish(*writer, err); });
}

extern "C" void
index_writer_abandon(struct index_writer *writer)
{
	if (writer == nullptr)
		return;
	/* A destructor would commit; a closed database has nothing to commit. */
	(void)!guard(
	    nullptr, "", [&]() -> enum status {
		    writer->db.begin_transaction(false);
		    writer->db.cancel_transaction();
		    writer->db.close();
		    return STATUS_OK;
	    });
	delete writer;
}

/* --- Reading ------------------------------------------------------------------------------- */
namespace {

struct Part { /* one database of the whole */
	uint32_t shard;
	bool delta;
	Xapian::Database db;
};

struct Found {
	Xapian::docid id; /* in the whole */
	double bits;
};

} // namespace

struct index_reader {
	std::vector<index_shard> shards;
	std::vector<Part> parts;
	Xapian::Database all;
	ScratchArena scratch;
	std::string name; /* for messages: folder of the shard, or of the first one */
};

namespace {

bool
exists(const std::string &path)
{
	struct stat st;

	return stat(path.c_str(), &st) == 0;
}

enum status
open_shard(index_reader &reader, uint32_t shard, struct err *err)
{
	std::string folder = reader.shards[shard].folder;
	std::string base = folder + "/base.glass", delta = folder + "/delta";

	if (!exists(folder))
		return err_data(err, STATUS_STALE, folder.c_str(), 0,
		    "the generation was replaced and removed");
	if (!exists(base))
		return err_data(err, STATUS_CORRUPT, base.c_str(), 0, "file is missing");
	return guard(
	    err, folder.c_str(), [&]() -> enum status {
		    reader.parts.push_back({ shard, false, Xapian::Database(base) });
		    if (exists(delta))
			    reader.parts.push_back({ shard, true, Xapian::Database(delta) });
		    return STATUS_OK;
	    });
}

const Part &
part_of(const index_reader &reader, Xapian::docid id)
{
	return reader.parts[(id - 1) % reader.parts.size()];
}

/* A base document of a record that the delta holds anew or took away. */
bool
is_superseded(const index_reader &reader, const Part &part, struct str record_id)
{
	const index_shard &shard = reader.shards[part.shard];

	if (part.delta || shard.superseded_count == 0)
		return false;
	return std::binary_search(shard.superseded, shard.superseded + shard.superseded_count,
	    record_id, [](const struct str &a, const struct str &b) { return str_cmp(a, b) < 0; });
}

enum status
bad_data(const index_reader &reader, const Part &part, struct err *err)
{
	return err_data(err, STATUS_CORRUPT, reader.shards[part.shard].folder, 0,
	    "a document has no record id");
}

/* With MatchAll when nothing need be carried: then every document reaches the floor. */
Xapian::Query
make_query(const struct term_plan &plan, double floor_bits)
{
	std::vector<Xapian::Query> terms;

	terms.reserve(plan.count + 1);
	for (size_t i = 0; i < plan.count; i++)
		terms.emplace_back(plan.terms[i].bits, Xapian::Query(text(plan.terms[i].term)));
	if (floor_bits <= 0)
		terms.emplace_back(0.0, Xapian::Query::MatchAll);
	return Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end());
}

/* Appends the live ones among the best `want` documents; *more: there were at least so many. */
enum status
fetch(std::vector<index_hit> &out, bool *more, index_reader &reader, Xapian::Enquire &enquire,
    Xapian::doccount want, struct arena *arena, struct err *err)
{
	Xapian::MSet set = enquire.get_mset(0, want);
	std::vector<Found> found;

	*more = set.size() == want;
	for (auto it = set.begin(); it != set.end(); ++it)
		found.push_back({ *it, it.get_weight() });
	std::sort(found.begin(), found.end(), [](const Found &a, const Found &b) {
		return a.bits > b.bits || (!(a.bits < b.bits) && a.id < b.id);
	});
	for (const Found &one : found) {
		const Part &part = part_of(reader, one.id);
		std::string packed =
		    reader.all.get_document(one.id, Xapian::DOC_ASSUME_VALID).get_data();
		struct str record_id, data;
		index_hit hit = { part.shard, part.delta, one.bits, { "", 0 } };

		if (!unpack(&record_id, &data, packed))
			return bad_data(reader, part, err);
		if (is_superseded(reader, part, record_id))
			continue;
		if (!arena_copy(&hit.data, arena, data))
			return no_memory(err);
		out.push_back(hit);
	}
	return STATUS_OK;
}

enum status
hand_over(const struct index_hit **hits, size_t *count, const std::vector<index_hit> &found,
    size_t max, struct arena *arena, struct err *err)
{
	size_t n = std::min(found.size(), max);
	auto *copy = static_cast<index_hit *>(arena_alloc(arena, n, sizeof(index_hit)));

	if (copy == nullptr)
		return no_memory(err);
	std::copy_n(found.begin(), n, copy);
	*hits = copy;
	*count = n;
	return STATUS_OK;
}

} // namespace

extern "C" enum status
index_reader_open(
    struct index_reader **out, const struct index_shard *shards, size_t count, struct err *err)
{
	return guard(
	    err, count > 0 ? shards[0].folder : "", [&]() -> enum status {
		    auto reader = std::make_unique<index_reader>();
		    enum status status = STATUS_OK;

		    reader->shards.assign(shards, shards + count);
		    reader->name = count > 0 ? shards[0].folder : "";
		    reader->scratch.reset(arena_new(0));
		    if (!reader->scratch)
			    return no_memory(err);
		    for (uint32_t i = 0; status == STATUS_OK && i < count; i++)
			    status = open_shard(*reader, i, err);
		    if (status != STATUS_OK)
			    return status;
		    for (const Part &part : reader->parts)
			    reader->all.add_database(part.db);
		    *out = reader.release();
		    return STATUS_OK;
	    });
}

extern "C" void
index_reader_close(struct index_reader *reader)
{
	delete reader;
}

namespace {

/* Runs `body`; if Xapian says that the database moved on, reopens and runs it once more. */
template <typename Body>
enum status
guard_reading(struct err *err, index_reader &reader, Body body) noexcept
{
	struct err first = { STATUS_OK, 0, {}, 0, {} };
	enum status status = guard(&first, reader.name.c_str(), body);

	if (status == STATUS_STALE)
		return guard(
		    err, reader.name.c_str(), [&]() -> enum status {
			    reader.all.reopen();
			    for (Part &part : reader.parts)
				    part.db.reopen();
			    return body();
		    });
	if (status != STATUS_OK && err != nullptr && err->status == STATUS_OK)
		*err = first;
	return status;
}

enum status
search(std::vector<index_hit> &found, index_reader &reader, struct arena *arena,
    const struct term_plan &plan, double floor_bits, size_t max, struct err *err)
{
	Xapian::Enquire enquire(reader.all);
	size_t total = reader.all.get_doccount();
	bool more = true;

	enquire.set_query(make_query(plan, floor_bits));
	enquire.set_weighting_scheme(Xapian::CoordWeight());
	enquire.set_docid_order(Xapian::Enquire::DONT_CARE);
	if (floor_bits > 0)
		enquire.set_cutoff(0, std::max(floor_bits - BITS_EPSILON, 0.0));
	/* One over `max` tells whether there were more; superseded ones may take places. */
	for (size_t want = max + 1; more && found.size() <= max; want *= 4) {
		enum status status;

		found.clear();
		want = std::min(want, total + 1);
		status = fetch(
		    found, &more, reader, enquire, static_cast<Xapian::doccount>(want), arena, err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

} // namespace

extern "C" enum status
index_reader_search(struct index_reader *reader, const struct index_hit **hits, size_t *count,
    bool *capped, struct arena *arena, const struct term_plan *plan, double floor_bits, size_t max,
    struct err *err)
{
	return guard_reading(
	    err, *reader, [&]() -> enum status {
		    std::vector<index_hit> found;
		    enum status status = STATUS_OK;

		    if (!reader->parts.empty())
			    status = search(found, *reader, arena, *plan, floor_bits, max, err);
		    if (status != STATUS_OK)
			    return status;
		    *capped = found.size() > max;
		    return hand_over(hits, count, found, max, arena, err);
	    });
}

namespace {

/* Appends the live documents of one database that carry `key`. */
enum status
case_in_part(std::vector<index_hit> &found, const index_reader &reader, const Part &part,
    const std::string &key, struct arena *arena, struct err *err)
{
	for (auto it = part.db.postlist_begin(key); it != part.db.postlist_end(key); ++it) {
		std::string packed = part.db.get_document(*it).get_data();
		index_hit hit = { part.shard, part.delta, 0.0, { "", 0 } };
		struct str record_id, data;

		if (!unpack(&record_id, &data, packed))
			return bad_data(reader, part, err);
		if (!arena_copy(&hit.data, arena, data))
			return no_memory(err);
		found.push_back(hit);
	}
	return STATUS_OK;
}

} // namespace

extern "C" enum status
index_reader_case(struct index_reader *reader, const struct index_hit **hits, size_t *count,
    struct arena *arena, uint32_t shard, struct str record_id, struct err *err)
{
	return guard_reading(
	    err, *reader, [&]() -> enum status {
		    std::vector<index_hit> found;
		    std::string key;
		    enum status status = key_term(key, reader->scratch.get(), record_id, err);

		    for (const Part &part : reader->parts)
			    if (status == STATUS_OK && part.shard == shard &&
				!is_superseded(*reader, part, record_id))
				    status = case_in_part(found, *reader, part, key, arena, err);
		    if (status != STATUS_OK)
			    return status;
		    return hand_over(hits, count, found, found.size(), arena, err);
	    });
}

extern "C" enum status
index_reader_count(struct index_reader *reader, uint64_t *people, uint32_t shard, struct err *err)
{
	return guard_reading(
	    err, *reader, [&]() -> enum status {
		    const index_shard &from = reader->shards.at(shard);
		    uint64_t sum = 0;

		    for (const Part &part : reader->parts) {
			    if (part.shard != shard)
				    continue;
			    sum += part.db.get_doccount();
			    for (size_t i = 0; !part.delta && i < from.superseded_count; i++) {
				    std::string key;
				    enum status status = key_term(
					key, reader->scratch.get(), from.superseded[i], err);

				    if (status != STATUS_OK)
					    return status;
				    sum -= part.db.get_termfreq(key);
			    }
		    }
		    *people = sum;
		    return STATUS_OK;
	    });
}

namespace {

/* *more becomes false when `visit` has had enough. */
enum status
scan_part(bool *more, const index_reader &reader, const Part &part, index_visit *visit, void *ctx,
    struct err *err)
{
	for (auto it = part.db.postlist_begin(""); *more && it != part.db.postlist_end(""); ++it) {
		std::string packed = part.db.get_document(*it).get_data();
		index_hit hit = { part.shard, part.delta, 0.0, { "", 0 } };
		struct str record_id;

		if (!unpack(&record_id, &hit.data, packed))
			return bad_data(reader, part, err);
		if (!is_superseded(reader, part, record_id))
			*more = visit(ctx, &hit);
	}
	return STATUS_OK;
}

} // namespace

/* Not run again on STALE: the visitor has seen documents already. */
extern "C" enum status
index_reader_scan(struct index_reader *reader, index_visit *visit, void *ctx, struct err *err)
{
	return guard(
	    err, reader->name.c_str(), [&]() -> enum status {
		    enum status status = STATUS_OK;
		    bool more = true;

		    for (const Part &part : reader->parts)
			    if (status == STATUS_OK && more)
				    status = scan_part(&more, *reader, part, visit, ctx, err);
		    return status;
	    });
}

extern "C" enum status
index_check(const char *path, struct err *err)
{
	return guard(
	    err, path, [&]() -> enum status {
		    size_t faults = Xapian::Database::check(path);

		    if (faults == 0)
			    return STATUS_OK;
		    return err_data(err, STATUS_CORRUPT, path, 0,
			"the database's own check finds %zu faults", faults);
	    });
}
