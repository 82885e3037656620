/*
 * Layout. A shard is one generation of one system: base.glass (one file without term lists, which
 * bulk.c writes) and, where there was a delta load, delta/ (an ordinary database).
 *
 *   document   one person of one case record
 *   terms      those of terms.c, all with frequency 0 in the document; and the record's key term
 *   data       length of the record id (1 byte), record id, the codec's bytes; where these have the
 *              record id in them, the length plus 128, and where it stands in them (1 byte); all
 *              this squeezed (squeeze.h)
 *
 * Retrieval. A document's bits are the sum over the plan's groups of the best term that it
 * carries. Of each group some terms may be left aside, the cut being the most bits among them: as
 * long as the cuts of all groups add up to less than the floor, a document that carries none of
 * the other, essential terms cannot reach it. So the lists of the essential terms are read whole,
 * and those left aside, the long ones, only at the documents found so (Turtle and Flood's
 * MaxScore, 1995, with groups). Databases are asked one after the other.
 *
 * Why not Xapian's own ranking, an OR of scaled terms under CoordWeight with a cut-off: in 1.4.22
 * it loses documents when it turns an OR into an AND on the way (docs/matching.md, "Retrieval",
 * has the case), and it can only sum where a group wants the best.
 *
 * A base that bulk.h wrote is read by glass_reader.h, any other and every delta by Xapian.
 *
 * Base documents of a record in delta.keys are passed over when read.
 *
 * Files that change under us. Xapian reads lazily and trusts what it reads. So every list is held
 * to what any list must be: its documents rise, are no more than it says and none beyond the last
 * of the database, as it was when opened (class Postings). Whatever goes wrong in one shard leaves
 * that shard out of this search and of those that follow (index_reader_fault); the others answer.
 * Between steps the caller's `stop` is asked, so that no search outlives its deadline.
 * No exception leaves this file: see guard().
 */
#include <xapian.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* file_lock is a struct and a function: fine in C */
extern "C" {
#include "base/mem.h"
#include "base/pair.h"
#include "index/bulk.h"
#include "index/glass_reader.h"
#include "index/record_index.h"
#include "index/squeeze.h"
#include "index/token_lists.h"
#include "record/person.h"
}
#pragma GCC diagnostic pop

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

/* Xapian's own check deletes one of its objects as another type: harmless, but AddressSanitizer
 * would stop there. Only that complaint is turned off. */
#if defined(__SANITIZE_ADDRESS__)
extern "C" __attribute__((visibility("default"))) const char *
__asan_default_options()
{
	return "new_delete_type_mismatch=0";
}
#endif

namespace {

/* Of a delta. Twice as fast as 200,000 (docs/matching.md). Also Xapian's default, which the
 * environment can change: so the commits are ours. */
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

struct Stopped { /* thrown where the caller's stop says so */
};

struct Unreadable { /* what a function of C returned, thrown on */
	struct err why;
};

template <typename Body>
enum status
guard(struct err *err, const char *source, Body body) noexcept
{
	try {
		return body();
	} catch (const Stopped &) {
		return err_set(err, STATUS_TIMEOUT, "the search took too long");
	} catch (const Unreadable &fault) {
		if (err != nullptr && err->status == STATUS_OK)
			*err = fault.why;
		return fault.why.status;
	} catch (const Xapian::DatabaseModifiedError &error) {
		return fault(err, STATUS_STALE, source, error);
	} catch (const Xapian::DatabaseLockError &error) {
		return fault(err, STATUS_BUSY, source, error);
	} catch (const Xapian::DatabaseCorruptError &error) {
		return fault(err, STATUS_CORRUPT, source, error);
	} catch (const Xapian::DatabaseVersionError &error) {
		return fault(err, STATUS_VERSION, source, error);
	} catch (const Xapian::DatabaseNotFoundError &error) {
		return fault(err, STATUS_CORRUPT, source, error); /* the folder is there */
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
constexpr unsigned char ID_WITHIN = 0x80;

/* Where in `data` the record id stands, if that can be told in a byte. */
std::string::size_type
find_id(std::string_view data, std::string_view record_id)
{
	return data.substr(0, 256 + RECORD_ID_BYTES_MAX).find(record_id);
}

struct SqueezeFree {
	void
	operator()(struct squeeze *squeeze) const noexcept
	{
		squeeze_free(squeeze);
	}
};
using Squeeze = std::unique_ptr<struct squeeze, SqueezeFree>;

enum status
make_squeeze(Squeeze &out, struct err *err)
{
	struct squeeze *squeeze = nullptr;
	enum status status = squeeze_new(&squeeze, err);

	out.reset(squeeze);
	return status;
}

std::string
pack(const Squeeze &squeeze, struct str record_id, struct str data)
{
	auto at = find_id({ data.p, data.n }, { record_id.p, record_id.n });
	std::string packed;

	packed.reserve(2 + record_id.n + data.n);
	if (at < 256) {
		packed += static_cast<char>(ID_WITHIN | record_id.n);
		packed += static_cast<char>(at);
	} else {
		packed += static_cast<char>(record_id.n);
		packed.append(record_id.p, record_id.n);
	}
	packed.append(data.p, data.n);

	std::string squeezed(SQUEEZE_PACKED_MOST(packed.size()), '\0');

	squeezed.resize(
	    squeeze_pack(squeeze.get(), squeezed.data(), { packed.data(), packed.size() }));
	return squeezed;
}

/* What pack() put together, for unpack(); empty if it did not. */
std::string
unsqueeze(const Squeeze &squeeze, const std::string &squeezed)
{
	std::string packed(SQUEEZE_UNPACKED_MOST(squeezed.size()), '\0');
	size_t n;

	if (!squeeze_unpack(squeeze.get(), packed.data(), &n, { squeezed.data(), squeezed.size() }))
		n = 0;
	packed.resize(n);
	return packed;
}

bool
unpack(struct str *record_id, struct str *data, const std::string &packed)
{
	unsigned char first = packed.empty() ? 0 : static_cast<unsigned char>(packed[0]);
	size_t n = first % ID_WITHIN, from = (first & ID_WITHIN) != 0 ? 2 : 1 + n;
	size_t id = (first & ID_WITHIN) != 0 && packed.size() > 1
			? 2 + static_cast<unsigned char>(packed[1])
			: 1;

	if (packed.size() < from || packed.size() < id + n)
		return false;
	*record_id = { packed.data() + id, n };
	*data = { packed.data() + from, packed.size() - from };
	return true;
}

} // namespace

/* --- Writing ------------------------------------------------------------------------------- */
namespace {

struct BulkFree {
	void
	operator()(struct bulk *bulk) const noexcept
	{
		bulk_abandon(bulk);
	}
};

} // namespace

/* A base is written by bulk.h, whose file is a database of Xapian's; a delta by Xapian itself. */
struct index_writer {
	std::string folder;
	std::unique_ptr<struct bulk, BulkFree> bulk; /* of a base */
	std::vector<struct str> terms;		     /* of the document at hand */
	unsigned pending = 0; /* documents of a delta since the last commit */
	Squeeze squeeze;
	ScratchArena scratch;
	Xapian::WritableDatabase db; /* of a delta */
};

namespace {

enum status
base_open(index_writer &writer, struct err *err)
{
	struct bulk *bulk = nullptr;
	enum status status = bulk_new(&bulk, writer.folder.c_str(), err);

	writer.bulk.reset(bulk);
	return status;
}

enum status
writer_open(struct index_writer **out, const char *folder, bool base, struct err *err) noexcept
{
	return guard(
	    err, folder, [&]() -> enum status {
		    auto writer = std::make_unique<index_writer>();
		    enum status status = make_squeeze(writer->squeeze, err);

		    writer->folder = folder;
		    writer->scratch.reset(arena_new(0));
		    if (status != STATUS_OK || !writer->scratch)
			    return no_memory(err);
		    if (base)
			    status = base_open(*writer, err);
		    else
			    writer->db = Xapian::WritableDatabase(writer->folder + "/delta",
				Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
		    if (status == STATUS_OK)
			    *out = writer.release();
		    return status;
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

/* The terms and the key term. */
enum status
base_add(index_writer &writer, const std::string &key, const std::string &packed,
    const struct str *terms, size_t term_count, struct err *err)
{
	writer.terms.assign(terms, terms + term_count);
	writer.terms.push_back({ key.data(), key.size() });
	return bulk_add(writer.bulk.get(), { packed.data(), packed.size() }, writer.terms.data(),
	    writer.terms.size(), err);
}

void
delta_add(index_writer &writer, const std::string &key, const std::string &packed,
    const struct str *terms, size_t term_count)
{
	Xapian::Document document;

	document.add_boolean_term(key);
	for (size_t i = 0; i < term_count; i++)
		document.add_boolean_term(text(terms[i]));
	document.set_data(packed);
	writer.db.add_document(document);
	if (++writer.pending == DOCUMENTS_PER_FLUSH) {
		writer.pending = 0;
		writer.db.commit();
	}
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
		    std::string key;

		    if (status == STATUS_OK)
			    status = key_term(key, writer->scratch.get(), record_id, err);
		    if (status != STATUS_OK)
			    return status;
		    if (writer->bulk)
			    return base_add(*writer, key, pack(writer->squeeze, record_id, data),
				terms, term_count, err);
		    delta_add(
			*writer, key, pack(writer->squeeze, record_id, data), terms, term_count);
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
		    if (writer->bulk)
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
	    err, writer->folder.c_str(), [&]() -> enum status {
		    if (writer->bulk)
			    return bulk_finish(writer->bulk.release(), err);
		    writer->db.commit();
		    writer->db.close();
		    return STATUS_OK;
	    });
}

extern "C" void
index_writer_abandon(struct index_writer *writer)
{
	if (writer == nullptr)
		return;
	/* A destructor would commit; a closed database has nothing to commit. */
	if (!writer->bulk)
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

struct GlassClose {
	void
	operator()(struct glass_reader *reader) const noexcept
	{
		glass_reader_close(reader);
	}
};
using Glass = std::unique_ptr<struct glass_reader, GlassClose>;

/* How many documents of a base carry a term, of those asked for lately: how common the question's
 * values are is asked before they are looked for, and again where the best record is asked about.
 */
class Counts {
      public:
	/* False if it is not known. */
	bool
	get(uint32_t *count, std::string_view term) const
	{
		const Kept &one = kept[place_of(term)];

		if (one.n != term.size() || std::memcmp(one.text, term.data(), term.size()) != 0)
			return false;
		*count = one.count;
		return true;
	}

	void
	put(std::string_view term, uint32_t count)
	{
		Kept &one = kept[place_of(term)];

		if (term.empty() || term.size() > sizeof one.text)
			return;
		one.n = static_cast<unsigned char>(term.size());
		std::memcpy(one.text, term.data(), term.size());
		one.count = count;
	}

      private:
	/* Of 700 questions none had more than 65 terms that are no names, the second ones included.
	 */
	static constexpr size_t KEPT = 256;
	struct Kept { /* n = 0: none */
		unsigned char n = 0;
		char text[11] = {}; /* longer ones, of names above all, are not kept */
		uint32_t count = 0;
	};

	static size_t
	place_of(std::string_view term)
	{
		return static_cast<size_t>(str_hash({ term.data(), term.size() })) % KEPT;
	}

	Kept kept[KEPT];
};

struct Part { /* one database of the whole */
	uint32_t shard;
	bool delta;
	uint64_t files; /* of the vocabulary, its shard's; 0: not told */
	Glass glass;	/* if bulk.h wrote it; else */
	Xapian::Database db;
	/* As they were when it was opened, when its bytes were known to be good. */
	Xapian::doccount documents;
	Xapian::docid last;
	const struct signature *signatures; /* by document, less one; nullptr: there are none */
	const struct token_lists *lists;    /* nullptr: they are not in memory */
	double share = 1;		    /* of all documents of the reader */
	std::unique_ptr<Counts> counts;	    /* of a base that bulk.h wrote */
};

void
must(enum status status, const struct err &why)
{
	if (status != STATUS_OK)
		throw Unreadable{ why };
}

Xapian::doccount
term_documents(const Part &part, std::string_view term)
{
	struct err why = {};
	uint32_t count = 0;

	if (!part.glass)
		return part.db.get_termfreq(std::string(term));
	if (part.counts->get(&count, term))
		return count;
	must(glass_reader_count(&count, part.glass.get(), { term.data(), term.size() }, &why), why);
	part.counts->put(term, count);
	return count;
}

std::string
document_data(const Part &part, Xapian::docid id)
{
	struct err why = {};
	struct buf data = { nullptr, 0, 0, false };
	std::string out;

	if (!part.glass)
		return part.db.get_document(id, Xapian::DOC_ASSUME_VALID).get_data();

	enum status status = glass_reader_data(&data, part.glass.get(), id, &why);

	try {
		out.assign(data.p == nullptr ? "" : data.p, data.n);
	} catch (...) {
		buf_free(&data);
		throw;
	}
	buf_free(&data);
	must(status, why);
	return out;
}

/* The caller's word that time is up. */
struct Stop {
	index_stop *asked = nullptr;
	void *ctx = nullptr;

	void
	look() const
	{
		if (asked != nullptr && asked(ctx))
			throw Stopped();
	}
};

struct Bits { /* of a document: struct index_hit has them */
	double bits, granted;
};

struct Found {
	size_t part;
	Xapian::docid id;
	Bits bits;
};

struct Entry { /* a term of the plan in one database; its text is the plan's */
	std::string_view term;
	double bits;
	double gain; /* struct term_weight has it */
	unsigned group;
	Xapian::doccount documents; /* that carry it: as many are expected */
	Xapian::doccount most;	    /* at the most */
	bool essential;
	struct term_place place;
	const uint32_t *kept; /* where its list is in memory: all `documents` of it */
};

/* What is known so far of the documents touched, by document: open addressing, 0 is free. */
class Tally {
      public:
	struct Slot {
		Xapian::docid id;
		uint32_t groups; /* bit per group that has counted */
		double bits;
		double names, birth; /* of these bits */
	};

	/* Empties it; no more than `documents` may be touched. There is room for them, or, if few
	 * of them are expected, as they come. */
	void
	reset(size_t documents, bool few = false)
	{
		size_t size = FEW;

		room = documents;
		for (shift = 64 - FEW_SHIFT; !few && size < 2 * documents; size *= 2)
			shift--;
		slots.assign(size, Slot{ 0, 0, 0, 0, 0 });
		touched.clear();
	}

	/* The document's slot, new if need be. */
	Slot &
	touch(Xapian::docid id)
	{
		size_t at = find(id);

		if (slots[at].id != 0)
			return slots[at];
		/* A full table would have no free slot to end a search at. */
		if (touched.size() >= room)
			throw Xapian::DatabaseCorruptError("more documents than there are");
		if (2 * (touched.size() + 1) > slots.size()) {
			grow();
			at = find(id);
		}
		slots[at].id = id;
		touched.push_back(static_cast<uint32_t>(at));
		return slots[at];
	}

	Slot *
	get(Xapian::docid id)
	{
		Slot &slot = slots[find(id)];

		return slot.id == 0 ? nullptr : &slot;
	}

	Slot &
	at(uint32_t number)
	{
		return slots[number];
	}

	std::vector<uint32_t> touched; /* numbers of slots in use */

      private:
	static constexpr size_t FEW = 1024;
	static constexpr unsigned FEW_SHIFT = 10; /* bits of a slot's number */

	void
	grow()
	{
		std::vector<Slot> old(2 * slots.size(), Slot{ 0, 0, 0, 0, 0 });

		old.swap(slots);
		shift--;
		for (uint32_t &number : touched) {
			size_t at = find(old[number].id);

			slots[at] = old[number];
			number = static_cast<uint32_t>(at);
		}
	}

	size_t
	find(Xapian::docid id) const
	{
		/* Knuth's multiplicative hash: the high bits are well mixed. */
		size_t mask = slots.size() - 1;
		size_t n = static_cast<size_t>((id * 0x9e3779b97f4a7c15u) >> shift);

		while (slots[n].id != 0 && slots[n].id != id)
			n = (n + 1) & mask;
		return n;
	}

	std::vector<Slot> slots;
	unsigned shift = 64 - FEW_SHIFT;
	size_t room = 0;
};

struct BirthsFree {
	void
	operator()(struct signature_births *births) const noexcept
	{
		signature_births_free(births);
	}
};
using Births = std::unique_ptr<struct signature_births, BirthsFree>;

/* What each of the two threads of a search has for itself. */
struct Lane {
	Tally tally;
	Births births;
};

/* The documents of one list, held to what any list must be; all documents if the term is empty. */
class Postings {
      public:
	/* `most`: how many documents the list may have. */
	Postings(const Part &from, std::string_view term, size_t most, const Stop &until)
	    : part(from), left(most), stop(until)
	{
		struct err why = {};

		if (!part.glass) {
			it = part.db.postlist_begin(std::string(term));
			end = part.db.postlist_end(std::string(term));
		} else if (!term.empty()) {
			list.reset(new struct glass_list); /* not cleared: 4 KiB */
			must(glass_reader_list(
				 list.get(), part.glass.get(), { term.data(), term.size() }, &why),
			    why);
			take_chunk();
		}
	}

	Postings(const Part &from, const Entry &entry, const Stop &until)
	    : Postings(
		  from, entry.kept != nullptr ? std::string_view() : entry.term, entry.most, until)
	{
		if (entry.kept == nullptr)
			return;
		chunk = entry.kept;
		chunk_count = entry.documents;
	}

	/* Goes to the next document; false at the end. */
	bool
	next()
	{
		if (chunk != nullptr)
			return next_of_chunk();
		if (part.glass)
			return id < part.last && arrive(id + 1);
		if (id != 0)
			++it;
		return it != end && arrive(*it);
	}

	/* Goes to the first document at `to` or after; false at the end. */
	bool
	skip_to(Xapian::docid to)
	{
		if (id >= to && id != 0)
			return true;
		if (chunk != nullptr)
			return seek_in_chunk(to);
		if (part.glass)
			return to <= part.last && arrive(to);
		it.skip_to(to);
		return it != end && arrive(*it);
	}

	/* Fetches what is on file of the documents that come next: of the next `steps` where the
	 * list has just gone on to them, else of the last of these. */
	void
	fetch_ahead(const struct signature *of, size_t steps) const
	{
		if (chunk == nullptr)
			return;
		for (size_t i = within == 0 ? 0 : within + steps;
		     i <= within + steps && i < chunk_count; i++)
			if (chunk[i] <= part.last)
				mem_fetch(&of[chunk[i] - 1]);
	}

	Xapian::docid id = 0; /* where it is; 0: before the first */

      private:
	/* Looking at the clock costs some 25 ns, a step some 10. */
	static constexpr size_t STEPS_BETWEEN_LOOKS = 1024;

	bool
	arrive(Xapian::docid at)
	{
		if (at <= id || at > part.last || left-- == 0)
			throw Xapian::DatabaseCorruptError("a list is not in order");
		id = at;
		if (left % STEPS_BETWEEN_LOOKS == 0)
			stop.look();
		return true;
	}

	void
	take_chunk()
	{
		chunk = list->documents;
		chunk_count = list->count;
		within = 0;
	}

	bool
	next_of_chunk()
	{
		if (id != 0 && ++within >= chunk_count) {
			struct err why = {}; /* not in every step: it has 400 bytes to clear */

			if (!list)
				return false;
			must(glass_reader_next(list.get(), &why), why);
			take_chunk();
		}
		return chunk_count > 0 && arrive(chunk[within]);
	}

	/* Doubling its steps, as what is looked for is mostly near. */
	bool
	seek_in_chunk(Xapian::docid to)
	{
		if (list && chunk_count > 0 && chunk[chunk_count - 1] < to) {
			struct err why = {};

			must(glass_reader_seek(list.get(), to, &why), why);
			take_chunk();
		}

		size_t reach = 1;

		while (within + reach < chunk_count && chunk[within + reach] < to)
			reach *= 2;

		const uint32_t *behind = chunk + std::min(within + reach + 1, chunk_count);
		const uint32_t *found =
		    std::lower_bound(chunk + std::min(within + reach / 2, chunk_count), behind, to);

		within = static_cast<size_t>(found - chunk);
		return within < chunk_count && arrive(*found);
	}

	const Part &part;
	Xapian::PostingIterator it, end;	 /* of Xapian's */
	std::unique_ptr<struct glass_list> list; /* in a file of ours, but for the list of all */
	/* Of a list of ours what is at hand: a chunk, or all of one that is in memory. */
	const uint32_t *chunk = nullptr;
	size_t chunk_count = 0, within = 0;
	size_t left;
	const Stop &stop;
};

} // namespace

struct index_reader {
	std::vector<index_shard> shards;
	std::vector<struct err> faults; /* of each shard; STATUS_OK: it is read */
	std::vector<Part> parts;
	Stop stop;
	Lane lanes[2];
	struct pair *pair = nullptr;
	std::vector<uint32_t> order; /* shards, those with most documents first */
	Squeeze squeeze;
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

/* Without naming the back end, a file that is no database would pass for a stub, a text file that
 * lists databases: an empty one for a search in nothing. A single file is taken by its handle,
 * which Xapian then owns. */
Xapian::Database
glass(const std::string &path)
{
	struct stat st;
	int fd;

	if (stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode))
		return Xapian::Database(path, Xapian::DB_BACKEND_GLASS);
	fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		throw Xapian::DatabaseOpeningError("cannot open " + path, errno);
	return Xapian::Database(fd);
}

Part
open_part(uint32_t shard, bool delta, uint64_t files, const std::string &path)
{
	struct glass_reader *reader = nullptr;
	struct err why = {};

	if (!delta) {
		enum status status = glass_reader_open(&reader, path.c_str(), &why);

		if (status == STATUS_OK) {
			uint32_t count = glass_reader_documents(reader);

			return { shard, delta, files, Glass(reader), Xapian::Database(), count,
				count, nullptr, nullptr, 1, std::make_unique<Counts>() };
		}
		if (status != STATUS_VERSION)
			throw Unreadable{ why };
	}

	Xapian::Database db = glass(path);
	Xapian::doccount documents = db.get_doccount();
	Xapian::docid last = db.get_lastdocid();

	return { shard, delta, files, Glass(), std::move(db), documents, last, nullptr, nullptr, 1,
		nullptr };
}

/* False if they are not of this base. A base of Xapian's own has none. */
bool
take_signatures(Part &part, const struct signatures *signatures)
{
	if (signatures == nullptr || !part.glass)
		return true;
	part.signatures = signatures->of;
	return signatures->count == part.documents;
}

/* Lists are held to the documents of their base where they are read. */
void
take_lists(Part &part, const struct token_lists *lists)
{
	if (part.glass)
		part.lists = lists;
}

enum status
open_shard(index_reader &reader, uint32_t shard, struct err *err)
{
	std::string folder = reader.shards[shard].folder;
	std::string base = folder + "/base.glass", delta = folder + "/delta";
	uint64_t files = reader.shards[shard].files;

	if (!exists(folder))
		return err_data(err, STATUS_STALE, folder.c_str(), 0,
		    "the generation was replaced and removed");
	if (!exists(base))
		return err_data(err, STATUS_CORRUPT, base.c_str(), 0, "file is missing");
	return guard(
	    err, folder.c_str(), [&]() -> enum status {
		    std::vector<Part> opened;

		    opened.push_back(open_part(shard, false, files, base));
		    if (!take_signatures(opened.back(), reader.shards[shard].signatures))
			    return err_data(err, STATUS_CORRUPT, folder.c_str(), 0,
				"has signatures of another number of people");
		    take_lists(opened.back(), reader.shards[shard].lists);
		    if (exists(delta))
			    opened.push_back(open_part(shard, true, files, delta));
		    std::move(opened.begin(), opened.end(), std::back_inserter(reader.parts));
		    return STATUS_OK;
	    });
}

/* A shard of which one database cannot be read is left out whole: half of it would pass for all. */
void
leave_out(index_reader &reader, uint32_t shard, const struct err &why)
{
	if (reader.faults[shard].status == STATUS_OK)
		reader.faults[shard] = why;
}

bool
is_out(const index_reader &reader, uint32_t shard)
{
	return reader.faults[shard].status != STATUS_OK;
}

enum status
again(struct err *err, const struct err &fault)
{
	if (err != nullptr && err->status == STATUS_OK)
		*err = fault;
	return fault.status;
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

/* --- Retrieval ------------------------------------------------------------------------------ */
/* How many documents of the database carry the term: most = 0 if none does. Each look costs
 * reading blocks; of name tokens the vocabulary knows in which systems they are, and how many have
 * them in all of these together, if their lists are not at hand. */
void
count_documents(Entry &entry, const Part &part, const struct neighbour *token)
{
	bool told = token != nullptr && part.files != 0;

	if (told && (token->files & part.files) == 0)
		return;
	if (part.lists != nullptr && entry.term.front() == TERM_TOKEN) {
		struct token_list list =
		    token_lists_get(part.lists, { entry.term.data(), entry.term.size() });

		entry.kept = list.documents;
		entry.documents = entry.most = list.count;
	} else if (!told || token->people == 0) {
		entry.documents = entry.most = term_documents(part, entry.term);
	} else {
		entry.most = std::min(token->people, part.documents);
		entry.documents = static_cast<Xapian::doccount>(
		    std::ceil(part.share * static_cast<double>(entry.most)));
	}
}

/* The plan's terms that the database may have, by group, those with most bits first. */
std::vector<Entry>
list_entries(const Part &part, const struct term_plan &plan)
{
	std::vector<Entry> entries;

	entries.reserve(plan.count);
	for (size_t i = 0; i < plan.count; i++) {
		const struct term_weight &weight = plan.terms[i];
		Entry entry = { { weight.term.p, weight.term.n }, weight.bits, weight.gain,
			weight.group, 0, 0, true, weight.place, nullptr };

		count_documents(entry, part, weight.token);
		if (entry.most > 0)
			entries.push_back(entry);
	}
	std::stable_sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
		return a.group < b.group || (a.group == b.group && a.bits > b.bits);
	});
	return entries;
}

/* Steps of a list for one skip, which goes down the tree anew, and for opening a list, which reads
 * two blocks or three, or is one look where it is in memory: chosen, not measured. */
constexpr size_t SKIP_COST = 16;
constexpr size_t OPEN_COST = 64;
constexpr size_t OPEN_KEPT_COST = 4;

double
open_cost(const Entry &entry)
{
	return static_cast<double>(entry.kept != nullptr ? OPEN_KEPT_COST : OPEN_COST);
}

struct Cut { /* leaving aside entries [from, to) of one group, down to where it was cut before */
	size_t from, to;
	double cost; /* by how many bits the group's cut rises */
	double gain; /* list entries not read, for each bit */
};

/* The best further cut of the group that ends at `to`, at most `budget` bits; gain 0: none. */
Cut
best_cut(const std::vector<Entry> &entries, size_t to, double cut, double budget, bool told)
{
	Cut best = { to, to, 0, 0 };
	double saved = 0;

	for (size_t i = to; i-- > 0 && entries[i].group == entries[to - 1].group;) {
		double cost = entries[i].bits - cut;

		saved += static_cast<double>(entries[i].documents) +
			 (told && entries[i].group <= TERM_GROUP_BIRTH ? open_cost(entries[i]) : 0);
		/* Of entries with equal bits all go, or none. */
		if (i > 0 && entries[i - 1].group == entries[i].group &&
		    entries[i - 1].bits <= entries[i].bits)
			continue;
		if (cost < budget && saved / std::max(cost, BITS_EPSILON) > best.gain)
			best = { i, to, cost, saved / std::max(cost, BITS_EPSILON) };
	}
	return best;
}

/* Decides what is essential; cuts[g] becomes the most bits left aside in group g. Greedy: what
 * saves most reading for its bits goes first. `told`: signatures tell names and births, so that
 * lists of these that are left aside are not opened. */
void
choose_essential(
    std::vector<Entry> &entries, double cuts[TERM_GROUPS_MAX], double floor_bits, bool told)
{
	size_t ends[TERM_GROUPS_MAX] = { 0 }; /* of what is still essential */
	double budget = floor_bits - BITS_EPSILON;

	std::fill_n(cuts, TERM_GROUPS_MAX, 0.0);
	for (size_t i = 0; i < entries.size(); i++)
		ends[entries[i].group] = i + 1;
	for (;;) {
		Cut best = { 0, 0, 0, 0 };

		for (unsigned g = 0; g < TERM_GROUPS_MAX; g++) {
			if (ends[g] == 0 || entries[ends[g] - 1].group != g)
				continue;
			Cut cut = best_cut(entries, ends[g], cuts[g], budget, told);

			if (cut.gain > best.gain)
				best = cut;
		}
		if (best.gain <= 0)
			return;
		for (size_t i = best.from; i < best.to; i++)
			entries[i].essential = false;
		budget -= best.cost;
		cuts[entries[best.from].group] = entries[best.from].bits;
		ends[entries[best.from].group] = best.from;
	}
}

bool
has_counted(const Tally::Slot &slot, unsigned group)
{
	return (slot.groups & uint32_t{ 1 } << group) != 0;
}

/* A group counts once for a document: as its terms come best first, with its best. */
void
count(Tally::Slot &slot, const Entry &entry)
{
	if (has_counted(slot, entry.group))
		return;
	slot.groups |= uint32_t{ 1 } << entry.group;
	slot.bits += entry.bits;
	if (entry.group < TERM_GROUP_BIRTH)
		slot.names += entry.bits;
	else if (entry.group == TERM_GROUP_BIRTH)
		slot.birth += entry.bits;
}

void
read_essential(Tally &tally, const Part &part, const std::vector<Entry> &entries, const Stop &stop)
{
	size_t total = 0;

	for (const Entry &entry : entries)
		total += entry.essential ? entry.most : 0;
	tally.reset(std::min<size_t>(total, part.documents));
	for (const Entry &entry : entries) {
		if (!entry.essential)
			continue;
		Postings list(part, entry, stop);

		while (list.next())
			count(tally.touch(list.id), entry);
	}
}

/* Keeps of `slots` what may still reach the floor, given what the groups have yet to add. */
void
keep_hopeful(std::vector<uint32_t> &slots, Tally &tally, const double left[TERM_GROUPS_MAX],
    double floor_bits)
{
	unsigned open[TERM_GROUPS_MAX]; /* groups that have anything to add */
	size_t count = 0;

	for (unsigned g = 0; g < TERM_GROUPS_MAX; g++)
		if (left[g] > 0)
			open[count++] = g;
	auto hopeless = [&](uint32_t number) {
		const Tally::Slot &slot = tally.at(number);
		double most = slot.bits;

		for (size_t i = 0; i < count; i++)
			if (!has_counted(slot, open[i]))
				most += left[open[i]];
		return most < floor_bits - BITS_EPSILON;
	};

	slots.erase(std::remove_if(slots.begin(), slots.end(), hopeless), slots.end());
}

/* One list that was left aside, at the documents that matter: `slots`, by document. A list that
 * is not much longer than they are many is read whole, which is faster than looking each up. */
void
read_aside(Tally &tally, const std::vector<uint32_t> &slots, const Part &part, const Entry &entry,
    const Stop &stop)
{
	Postings list(part, entry, stop);

	if (entry.documents < SKIP_COST * slots.size()) {
		while (list.next()) {
			Tally::Slot *slot = tally.get(list.id);

			if (slot != nullptr)
				count(*slot, entry);
		}
		return;
	}
	for (uint32_t number : slots) {
		Tally::Slot &slot = tally.at(number);

		if (!list.skip_to(slot.id))
			return;
		if (list.id == slot.id)
			count(slot, entry);
	}
}

/* Numbers are sorted with what they stand for in front, so that no slot is looked at twice. */
void
sort_by_document(std::vector<uint32_t> &slots, Tally &tally)
{
	std::vector<uint64_t> keys;

	keys.reserve(slots.size());
	for (uint32_t slot : slots)
		keys.push_back(uint64_t{ tally.at(slot).id } << 32 | slot);
	std::sort(keys.begin(), keys.end());
	for (size_t i = 0; i < keys.size(); i++)
		slots[i] = static_cast<uint32_t>(keys[i]);
}

struct Aside { /* entries [from, to): what was left aside of one group */
	size_t from, to;
	double steps; /* to read them */
};

/* Of all groups, for so many documents; those first that decide most bits in few steps, so that
 * others need not be read at all. */
std::vector<Aside>
list_aside(const std::vector<Entry> &entries, const double cuts[TERM_GROUPS_MAX], size_t documents)
{
	std::vector<Aside> all;

	for (size_t i = 0; i < entries.size(); i++) {
		if (entries[i].essential)
			continue;
		if (all.empty() || all.back().to != i ||
		    entries[all.back().from].group != entries[i].group)
			all.push_back({ i, i, 0 });
		all.back().to = i + 1;
		all.back().steps += static_cast<double>(
		    OPEN_COST + std::min<size_t>(entries[i].documents, SKIP_COST * documents));
	}
	std::stable_sort(all.begin(), all.end(), [&](const Aside &a, const Aside &b) {
		return cuts[entries[a.from].group] / a.steps >
		       cuts[entries[b.from].group] / b.steps;
	});
	return all;
}

/* Reads what was left aside of one group at the documents of `slots`, and drops those that have
 * become hopeless: as the lists come best first, each lowers what the group can still add. */
void
read_group(std::vector<uint32_t> &slots, Tally &tally, const Part &part,
    const std::vector<Entry> &entries, const Aside &aside, double cuts[TERM_GROUPS_MAX],
    double floor_bits, const Stop &stop)
{
	/* So many are gone through after each list, more at the end of the group: chosen. */
	constexpr size_t FEW = 64;
	unsigned group = entries[aside.from].group;
	auto lacks_group = [&](uint32_t number) { return !has_counted(tally.at(number), group); };

	for (size_t i = aside.from; i < aside.to; i++) {
		bool last = i + 1 == aside.to;

		if (std::none_of(slots.begin(), slots.end(), lacks_group))
			break;
		read_aside(tally, slots, part, entries[i], stop);
		if (last || slots.size() > FEW || entries[i + 1].bits >= entries[i].bits)
			continue;
		cuts[group] = entries[i + 1].bits;
		keep_hopeful(slots, tally, cuts, floor_bits);
	}
	cuts[group] = 0;
	keep_hopeful(slots, tally, cuts, floor_bits);
}

/* What is found in all databases. Kept are as many of the best as can be wanted, so that a
 * question that everyone answers does not take memory for everyone. */
class Harvest {
      public:
	explicit Harvest(size_t most) : wanted(most)
	{
	}

	void
	add(const Found &found)
	{
		all.push_back(found);
		if (all.size() >= 2 * wanted + 1024)
			prune();
	}

	std::vector<Found> all;

      private:
	void prune();

	size_t wanted;
};

/* Every document of one database that reaches the floor. */
void
retrieve(Harvest &harvest, Tally &tally, const Part &part, size_t number,
    const struct term_plan &plan, double floor_bits, const Stop &stop)
{
	std::vector<Entry> entries = list_entries(part, plan);
	double cuts[TERM_GROUPS_MAX];

	choose_essential(entries, cuts, floor_bits, false);
	read_essential(tally, part, entries, stop);
	std::vector<uint32_t> slots = tally.touched;

	keep_hopeful(slots, tally, cuts, floor_bits);
	sort_by_document(slots, tally);
	for (const Aside &aside : list_aside(entries, cuts, slots.size()))
		if (!slots.empty())
			read_group(slots, tally, part, entries, aside, cuts, floor_bits, stop);
	for (uint32_t slot : slots)
		harvest.add(
		    { number, tally.at(slot).id, { tally.at(slot).bits, tally.at(slot).bits } });
}

/* --- Retrieval with signatures -------------------------------------------------------------- */
/*
 * Lists of essential terms are read in the order of ORDER: those of phones, e-mails and
 * identifiers, which are short, whole; then those of addresses, best first; then those of names and
 * births, of which signatures tell. So of a document that is met for the first time everything is
 * known but what was left aside, and it is kept only if the signature says that it may reach a
 * floor with that. At the end what was left aside is read at the documents that may reach a floor
 * by it.
 */
struct Signed {
	const Part &part;
	const struct signature_query *query;
	struct signature_births *births;
	const std::vector<Entry> &entries;
	double *cuts; /* of what has not been read, by group */
	double floor_bits;
	std::vector<Entry> address; /* what was left aside of it, best first, without terms */
	/* The most that groups which are not told give to a document on none of the lists read, by
	 * the flags that tell which of them it has. */
	static constexpr unsigned REST_SHIFT = 4;
	double fixed_cut[16];

	Signed(const Part &of, const struct signature_query *asked, struct signature_births *kept,
	    const std::vector<Entry> &all, double cut[TERM_GROUPS_MAX], double floor)
	    : part(of), query(asked), births(kept), entries(all), cuts(cut), floor_bits(floor),
	      fixed_cut()
	{
		static_assert(SIGNATURE_ADDRESS == 1 << REST_SHIFT &&
			      SIGNATURE_IDENTIFIER == 8 << REST_SHIFT);
		for (unsigned flags = 0; flags < std::size(fixed_cut); flags++)
			for (unsigned i = 0; i < 4; i++)
				if ((flags & 1u << i) != 0)
					fixed_cut[flags] += cuts[TERM_GROUP_ADDRESS + i];
		for (const Entry &entry : entries)
			if (!entry.essential && entry.group == TERM_GROUP_ADDRESS)
				address.push_back({ {}, entry.bits, 0, entry.group, 0, 0, false,
				    entry.place, nullptr });
	}

	static constexpr struct {
		unsigned group;
		uint16_t flag;
	} flags_of_rest[] = { { TERM_GROUP_PHONE, SIGNATURE_PHONE },
		{ TERM_GROUP_EMAIL, SIGNATURE_EMAIL },
		{ TERM_GROUP_IDENTIFIER, SIGNATURE_IDENTIFIER } };

	/* The most that the address gives to a document that carries none of its essential terms.
	 */
	double
	address_bits(const struct signature &of) const
	{
		if ((of.flags & SIGNATURE_ADDRESS) == 0)
			return 0;
		for (const Entry &entry : address)
			if (signature_may_be_at(&of, &entry.place))
				return entry.bits;
		return 0;
	}

	/* What the groups that signatures do not tell give, counted or not, but for what was left
	 * aside of the address. */
	double
	fixed_bits(const struct signature &of, const Tally::Slot &slot) const
	{
		double bits = counted_fixed(slot);
		for (const auto &one : flags_of_rest)
			if ((of.flags & one.flag) != 0 && !has_counted(slot, one.group))
				bits += cuts[one.group];
		return bits;
	}

	double
	names_bits(const Tally::Slot &slot) const
	{
		double bits = slot.names;

		for (unsigned g = 0; g < TERM_GROUP_BIRTH; g++)
			if (!has_counted(slot, g))
				bits += cuts[g];
		return bits;
	}

	static double
	counted_fixed(const Tally::Slot &slot)
	{
		return slot.bits - slot.names - slot.birth;
	}

	/* Whether the document may reach a floor, all lists of essential terms that the signature
	 * does not tell having been read. `bits`: at the most. */
	bool
	can_reach(Bits &out, const Tally::Slot &slot, const struct signature &of) const
	{
		bool counted = has_counted(slot, TERM_GROUP_ADDRESS);
		double open = counted ? 0 : address_bits(of);
		double fixed = fixed_bits(of, slot) + open;
		struct signature_known known = { fixed, 0, 0 };
		struct signature_weight weight;

		/* What lists say of names and births is asked only where the signature does not
		 * tell. */
		if ((of.flags & SIGNATURE_NAMES_MORE) != 0)
			known.names = names_bits(slot);
		if ((of.flags & SIGNATURE_BIRTH_MORE) != 0)
			known.birth = has_counted(slot, TERM_GROUP_BIRTH) ? slot.birth
									  : cuts[TERM_GROUP_BIRTH];

		bool weighed = signature_weigh(&weight, query, births, &of, &known);
		bool reached = signature_can_reach(
				   &out.bits, query, &of, &weight, fixed, counted || open > 0) &&
			       weighed;

		out.granted = fixed + weight.granted;
		/* Who lives together is wanted whatever they weigh (terms.h, together_bits), those
		 * first who agree in most. */
		if (!reached && counted_fixed(slot) >= floor_bits - BITS_EPSILON) {
			out.bits = std::max(out.granted, floor_bits);
			return true;
		}
		if (reached)
			out.bits = std::max(out.bits, floor_bits);
		out.granted = std::max(out.granted, out.bits);
		return reached;
	}

	/* Whether what carries the term may be at its level. */
	static bool
	may_be_at(const struct signature &of, const Entry &entry)
	{
		return entry.group != TERM_GROUP_ADDRESS || signature_may_be_at(&of, &entry.place);
	}

	/* Of the documents of one list: the classes of which one was found not to matter. */
	struct Classes {
		bool hopeless[SIGNATURE_CLASSES] = {};
	};

	/* The same of a document that is on no list read so far but this one. *hopeless_class,
	 * unless nullptr, becomes true if that goes for all of its signature's class. */
	bool
	may_matter(const struct signature &of, const Entry &entry, bool *hopeless_class) const
	{
		bool by_address = entry.group == TERM_GROUP_ADDRESS;
		double rest = fixed_cut[of.flags >> REST_SHIFT & (std::size(fixed_cut) - 1)];
		double open = by_address ? entry.bits : 0, bits;
		struct signature_known known = { rest, 0, 0 };
		struct signature_weight weight;

		if ((of.flags & (SIGNATURE_NAMES_MORE | SIGNATURE_BIRTH_MORE)) != 0)
			return true;
		if (by_address)
			known.fixed += entry.bits - cuts[TERM_GROUP_ADDRESS];
		if (by_address && known.fixed >= floor_bits - BITS_EPSILON)
			return true; /* lives together: see can_reach() */
		if (!signature_weigh(&weight, query, births, &of, &known)) {
			if (hopeless_class != nullptr)
				*hopeless_class = true;
			return false;
		}
		if (!by_address && (of.flags & SIGNATURE_ADDRESS) != 0) {
			open = address_bits(of);
			known.fixed += open - cuts[TERM_GROUP_ADDRESS];
		}
		return signature_can_reach(&bits, query, &of, &weight, known.fixed, open > 0);
	}

	static constexpr size_t FETCH_AHEAD = 16; /* signatures: chosen */

	void
	read_list(Tally &tally, const Entry &entry, const Stop &stop) const
	{
		bool all = entry.group > TERM_GROUP_ADDRESS;
		bool by_name = entry.group < TERM_GROUP_BIRTH;
		uint16_t key = by_name ? entry.place.key : 0;
		Classes classes;
		Postings list(part, entry, stop);

		while (list.next()) {
			list.fetch_ahead(part.signatures, FETCH_AHEAD);

			const struct signature &of = part.signatures[list.id - 1];

			/* It carries the term, but is not at the level. */
			if (!may_be_at(of, entry))
				continue;

			unsigned its_class;
			bool *hopeless = nullptr; /* of its class, if it has one */

			if (!all && signature_class(&its_class, query, &of, key))
				hopeless = &classes.hopeless[its_class];

			bool is_hopeless = hopeless != nullptr && *hopeless;

			/* What it gives is told by the signature anyway. */
			if (by_name && is_hopeless)
				continue;

			Tally::Slot *slot = tally.get(list.id);

			if (slot != nullptr)
				count(*slot, entry);
			else if (all || (!is_hopeless && may_matter(of, entry, hopeless)))
				count(tally.touch(list.id), entry);
		}
	}

	void
	read(Tally &tally, const Stop &stop) const
	{
		static constexpr struct {
			unsigned from, to; /* groups */
		} ORDER[] = { { TERM_GROUP_PHONE, TERM_GROUP_COUNT },
			{ TERM_GROUP_ADDRESS, TERM_GROUP_PHONE }, { 0, TERM_GROUP_ADDRESS } };
		size_t total = 0;

		for (const Entry &entry : entries)
			total += entry.essential ? entry.most : 0;
		tally.reset(std::min<size_t>(total, part.documents), true);
		for (const auto &groups : ORDER)
			for (const Entry &entry : entries)
				if (entry.essential && entry.group >= groups.from &&
				    entry.group < groups.to)
					read_list(tally, entry, stop);
	}

	/* The documents on the lists of `from` that may reach a floor, nothing being read of them
	 * yet but that they are there. */
	void
	touch(Tally &tally, const std::vector<const Entry *> &from, const Stop &stop) const
	{
		size_t total = 0;

		for (const Entry *entry : from)
			total += entry->most;
		tally.reset(std::min<size_t>(total, part.documents), true);
		for (const Entry *entry : from) {
			Postings list(part, *entry, stop);

			while (list.next()) {
				list.fetch_ahead(part.signatures, FETCH_AHEAD);

				const struct signature &of = part.signatures[list.id - 1];
				Bits bits;

				if (may_be_at(of, *entry) && tally.get(list.id) == nullptr &&
				    can_reach(bits, { list.id, 0, 0, 0, 0 }, of))
					tally.touch(list.id);
			}
		}
	}

	/* Whether what was left aside of the group may add to what is known of the document. */
	bool
	is_open(const Tally::Slot &slot, unsigned group) const
	{
		const struct signature &of = part.signatures[slot.id - 1];

		if (has_counted(slot, group))
			return false;
		if (group < TERM_GROUP_BIRTH)
			return (of.flags & SIGNATURE_NAMES_MORE) != 0;
		if (group == TERM_GROUP_BIRTH)
			return (of.flags & SIGNATURE_BIRTH_MORE) != 0;
		if (group == TERM_GROUP_ADDRESS)
			return address_bits(of) > 0;
		for (const auto &one : flags_of_rest)
			if (one.group == group)
				return (of.flags & one.flag) != 0;
		return true;
	}

	void
	keep_those_that_can(std::vector<uint32_t> &slots, Tally &tally) const
	{
		auto cannot = [&](uint32_t number) {
			const Tally::Slot &slot = tally.at(number);
			Bits bits;

			return !can_reach(bits, slot, part.signatures[slot.id - 1]);
		};

		slots.erase(std::remove_if(slots.begin(), slots.end(), cannot), slots.end());
	}

	/* One list that was left aside, at those of `slots`, by document, to which it may matter.
	 */
	void
	read_aside(Tally &tally, const std::vector<uint32_t> &slots, const Entry &entry,
	    const Stop &stop) const
	{
		Postings list(part, entry, stop);

		for (uint32_t number : slots) {
			Tally::Slot &slot = tally.at(number);

			if (has_counted(slot, entry.group))
				continue;
			if (!list.skip_to(slot.id))
				return;
			if (list.id == slot.id && may_be_at(part.signatures[slot.id - 1], entry))
				count(slot, entry);
		}
	}

	/* Reads what was left aside of a group and drops who cannot reach a floor without more. */
	void
	read_group(std::vector<uint32_t> &slots, Tally &tally, const Aside &aside, const Stop &stop)
	{
		/* To score a document costs as much as to look it up in so many lists: measured. */
		constexpr size_t LISTS_A_SCORE = 4;
		unsigned group = entries[aside.from].group;
		std::vector<uint32_t> open;

		for (uint32_t number : slots)
			if (is_open(tally.at(number), group))
				open.push_back(number);
		if (aside.to - aside.from > LISTS_A_SCORE * open.size())
			return;
		for (size_t i = aside.from; i < aside.to; i++)
			read_aside(tally, open, entries[i], stop);
		cuts[group] = 0;
		if (group == TERM_GROUP_ADDRESS)
			address.clear();
		if (!open.empty())
			keep_those_that_can(slots, tally);
	}
};

std::vector<const Entry *>
essential(const std::vector<Entry> &entries)
{
	std::vector<const Entry *> out;

	for (const Entry &entry : entries)
		if (entry.essential)
			out.push_back(&entry);
	return out;
}

/* Of the entries as few, and as short ones, as are on the way to every document that gains so much:
 * MaxScore as for a floor, with gains for bits. */
std::vector<const Entry *>
choose_gaining(const std::vector<Entry> &entries, double least_gain)
{
	std::vector<const Entry *> from, out;
	std::vector<Entry> gains;
	double cuts[TERM_GROUPS_MAX];

	for (const Entry &entry : entries)
		if (entry.gain > BITS_EPSILON)
			from.push_back(&entry);
	std::stable_sort(from.begin(), from.end(), [](const Entry *a, const Entry *b) {
		return a->group < b->group || (a->group == b->group && a->gain > b->gain);
	});
	for (const Entry *entry : from)
		gains.push_back({ {}, entry->gain, 0, entry->group, entry->documents, 0, true, {},
		    entry->kept });
	choose_essential(gains, cuts, least_gain, true);
	for (size_t i = 0; i < gains.size(); i++)
		if (gains[i].essential)
			out.push_back(from[i]);
	return out;
}

double
reading_cost(const std::vector<const Entry *> &entries)
{
	double cost = 0;

	for (const Entry *entry : entries)
		cost += static_cast<double>(entry->documents) + open_cost(*entry);
	return cost;
}

void
leave_all_aside(std::vector<Entry> &entries, double cuts[TERM_GROUPS_MAX])
{
	std::fill_n(cuts, TERM_GROUPS_MAX, 0.0);
	for (Entry &entry : entries) {
		entry.essential = false;
		cuts[entry.group] = std::max(cuts[entry.group], entry.bits);
	}
}

/* Every document of a base with signatures that may reach a floor; where only what gains so much is
 * wanted (terms.h, least_gain), by the lists that cost less to read. */
void
retrieve_signed(Harvest &harvest, Lane &lane, const Part &part, size_t number,
    const struct term_plan &plan, const struct signature_query *query, double floor_bits,
    const Stop &stop)
{
	std::vector<Entry> entries = list_entries(part, plan);
	double cuts[TERM_GROUPS_MAX];

	choose_essential(entries, cuts, floor_bits, true);

	std::vector<const Entry *> gaining;
	bool by_gain = false;

	if (plan.least_gain > 0) {
		gaining = choose_gaining(entries, plan.least_gain);
		by_gain = reading_cost(gaining) < reading_cost(essential(entries));
	}
	if (by_gain)
		leave_all_aside(entries, cuts);
	Signed one(part, query, lane.births.get(), entries, cuts, floor_bits);
	Tally &tally = lane.tally;

	if (by_gain)
		one.touch(tally, gaining, stop);
	else
		one.read(tally, stop);
	std::vector<uint32_t> slots = tally.touched;

	one.keep_those_that_can(slots, tally);
	sort_by_document(slots, tally);
	for (const Aside &aside : list_aside(entries, cuts, slots.size()))
		if (!slots.empty())
			one.read_group(slots, tally, aside, stop);
	for (uint32_t slot : slots) {
		const Tally::Slot &at = tally.at(slot);
		Bits bits;

		if (one.can_reach(bits, at, part.signatures[at.id - 1]))
			harvest.add({ number, at.id, bits });
	}
}

bool
better(const Found &a, const Found &b)
{
	if (a.bits.bits > b.bits.bits || a.bits.bits < b.bits.bits)
		return a.bits.bits > b.bits.bits;
	return a.part < b.part || (a.part == b.part && a.id < b.id);
}

void
Harvest::prune()
{
	auto middle = all.begin() + static_cast<std::ptrdiff_t>(wanted);

	std::nth_element(all.begin(), middle, all.end(), better);
	all.erase(middle, all.end());
}

/* Runs `body` on one shard. If Xapian says that the database moved on, it is reopened and `body`
 * run once more; any other fault leaves the shard out and is no fault of the search. */
template <typename Body>
enum status
guard_shard(index_reader &reader, uint32_t shard, struct err *err, Body body) noexcept
{
	struct err why = {};
	const char *folder = reader.shards[shard].folder;
	auto run = [&]() -> enum status { return body(&why); };
	enum status status = guard(&why, folder, run);

	if (status == STATUS_STALE) {
		err_clear(&why);
		status = guard(
		    &why, folder, [&]() -> enum status {
			    for (Part &part : reader.parts)
				    if (part.shard == shard && !part.glass)
					    part.db.reopen();
			    return run();
		    });
	}
	if (status == STATUS_OK)
		return STATUS_OK;
	(void)err_set(&why, status, "cannot be read"); /* where nothing else was said */
	if (status == STATUS_TIMEOUT || status == STATUS_NOMEM)
		return again(err, why);
	leave_out(reader, shard, why);
	return STATUS_OK;
}

/* Appends the document's hit if it is live. If it cannot be read, what its shard gave so far goes.
 */
enum status
take_one(std::vector<index_hit> &hits, index_reader &reader, const Found &one, struct arena *arena,
    struct err *err)
{
	const Part &part = reader.parts[one.part];
	index_hit hit = { part.shard, part.delta, one.bits.bits, one.bits.granted, { "", 0 } };
	struct str record_id, data;
	std::string packed;
	enum status status = guard_shard(
	    reader, part.shard, err, [&](struct err * why) -> enum status {
		    reader.stop.look();
		    packed = unsqueeze(reader.squeeze, document_data(part, one.id));
		    return unpack(&record_id, &data, packed) ? STATUS_OK
							     : bad_data(reader, part, why);
	    });

	if (status != STATUS_OK)
		return status;
	if (is_out(reader, part.shard)) {
		auto of_shard = [&](const index_hit &old) { return old.shard == part.shard; };

		hits.erase(std::remove_if(hits.begin(), hits.end(), of_shard), hits.end());
		return STATUS_OK;
	}
	if (is_superseded(reader, part, record_id))
		return STATUS_OK;
	if (!arena_copy(&hit.data, arena, data))
		return no_memory(err);
	hits.push_back(hit);
	return STATUS_OK;
}

/* Appends the live ones of the best, up to one more than `max`, which tells that there are more. */
enum status
take_live(std::vector<index_hit> &hits, std::vector<Found> &found, index_reader &reader, size_t max,
    struct arena *arena, struct err *err)
{
	auto worse = [](const Found &a, const Found &b) { return better(b, a); };
	enum status status = STATUS_OK;

	std::make_heap(found.begin(), found.end(), worse);
	while (status == STATUS_OK && !found.empty() && hits.size() <= max) {
		std::pop_heap(found.begin(), found.end(), worse);
		const Found one = found.back();

		found.pop_back();
		if (!is_out(reader, reader.parts[one.part].shard))
			status = take_one(hits, reader, one, arena, err);
	}
	return status;
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

namespace {

/* So that the two of a pair end at about the same time; and what share of all each database has. */
void
order_shards(index_reader &reader)
{
	std::vector<uint64_t> documents(reader.shards.size());
	double all = 0;

	for (const Part &part : reader.parts) {
		documents[part.shard] += part.documents;
		all += part.documents;
	}
	for (Part &part : reader.parts)
		part.share = part.documents / std::max(1.0, all);
	for (uint32_t i = 0; i < reader.shards.size(); i++)
		reader.order.push_back(i);
	std::stable_sort(reader.order.begin(), reader.order.end(),
	    [&](uint32_t a, uint32_t b) { return documents[a] > documents[b]; });
}

} // namespace

namespace {

enum status
make_births(index_reader &reader, struct err *err)
{
	enum status status = STATUS_OK;

	for (Lane &lane : reader.lanes) {
		struct signature_births *births = nullptr;

		if (status == STATUS_OK)
			status = signature_births_new(&births, err);
		lane.births.reset(births);
	}
	return status;
}

} // namespace

extern "C" enum status
index_reader_open_any(
    struct index_reader **out, const struct index_shard *shards, size_t count, struct err *err)
{
	return guard(
	    err, count > 0 ? shards[0].folder : "", [&]() -> enum status {
		    auto reader = std::make_unique<index_reader>();

		    reader->shards.assign(shards, shards + count);
		    reader->faults.resize(count);
		    reader->name = count > 0 ? shards[0].folder : "";
		    reader->scratch.reset(arena_new(0));
		    if (make_squeeze(reader->squeeze, err) != STATUS_OK || !reader->scratch ||
			make_births(*reader, err) != STATUS_OK)
			    return no_memory(err);
		    for (uint32_t i = 0; i < count; i++) {
			    struct err why = {};

			    enum status status = open_shard(*reader, i, &why);

			    if (status == STATUS_NOMEM)
				    return again(err, why);
			    if (status != STATUS_OK)
				    leave_out(*reader, i, why);
		    }
		    order_shards(*reader);
		    *out = reader.release();
		    return STATUS_OK;
	    });
}

extern "C" enum status
index_reader_open(
    struct index_reader **out, const struct index_shard *shards, size_t count, struct err *err)
{
	struct index_reader *reader = nullptr;
	enum status status = index_reader_open_any(&reader, shards, count, err);

	for (uint32_t i = 0; status == STATUS_OK && i < count; i++)
		if (is_out(*reader, i))
			status = again(err, reader->faults[i]);
	if (status == STATUS_OK)
		*out = reader;
	else
		index_reader_close(reader);
	return status;
}

extern "C" const struct err *
index_reader_fault(const struct index_reader *reader, uint32_t shard)
{
	return is_out(*reader, shard) ? &reader->faults[shard] : nullptr;
}

extern "C" void
index_reader_leave_out(struct index_reader *reader, uint32_t shard, const struct err *why)
{
	leave_out(*reader, shard, *why);
}

extern "C" void
index_reader_set_stop(struct index_reader *reader, index_stop *stop, void *ctx)
{
	reader->stop = { stop, ctx };
}

extern "C" void
index_reader_set_pair(struct index_reader *reader, struct pair *pair)
{
	reader->pair = reader->order.size() > 1 ? pair : nullptr;
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
			    for (Part &part : reader.parts)
				    if (!part.glass)
					    part.db.reopen();
			    return body();
		    });
	if (status != STATUS_OK && err != nullptr && err->status == STATUS_OK)
		*err = first;
	return status;
}

/* What a search gathers before it reads documents. */
struct Gathered {
	Harvest harvest;
	/* At a floor of nothing: of each part the documents that carry a term, in order. */
	std::vector<std::vector<Xapian::docid>> touched;
};

/* At a floor of nothing every document reaches it; those that carry a term come first. */
void
retrieve_touched(Harvest &harvest, std::vector<Xapian::docid> &ids, Tally &tally,
    const index_reader &reader, size_t number, const struct term_plan &plan)
{
	const Part &part = reader.parts[number];

	ids.clear();
	read_essential(tally, part, list_entries(part, plan), reader.stop);
	for (uint32_t slot : tally.touched) {
		const Tally::Slot &one = tally.at(slot);

		harvest.add({ number, one.id, { one.bits, one.bits } });
		ids.push_back(one.id);
	}
	std::sort(ids.begin(), ids.end());
}

/* Work on shards, of which each is one thread's at a time. */
struct Shared {
	index_reader &reader;
	std::atomic<size_t> next{ 0 };
	std::atomic<bool> failed{ false };
	enum status status[2] = { STATUS_OK, STATUS_OK };
	struct err errs[2] = {};

	explicit Shared(index_reader &of) : reader(of)
	{
	}

	/* The next shard of the reader's order; false if there is none, or it is of no use. */
	bool
	take(uint32_t &shard)
	{
		size_t i = next.fetch_add(1);

		if (i >= reader.order.size() || failed)
			return false;
		shard = reader.order[i];
		return true;
	}

	void
	fail(unsigned which, enum status with)
	{
		status[which] = with;
		failed = true;
	}

	/* What went wrong in either. */
	enum status
	outcome(struct err *err) const
	{
		for (unsigned which = 0; which < 2; which++)
			if (status[which] != STATUS_OK)
				return again(err, errs[which]);
		return STATUS_OK;
	}
};

struct Gathering : Shared {
	const struct term_plan &plan;
	const struct signature_query *query;
	double floor_bits;
	std::vector<std::vector<Xapian::docid>> &touched;
	Harvest harvests[2];

	Gathering(index_reader &of, const struct term_plan &by, const struct signature_query *asked,
	    double floor, size_t wanted, std::vector<std::vector<Xapian::docid>> &ids)
	    : Shared(of), plan(by), query(asked), floor_bits(floor),
	      touched(ids), harvests{ Harvest(wanted), Harvest(wanted) }
	{
	}
};

void
gather_part(Gathering &out, unsigned which, size_t number)
{
	index_reader &reader = out.reader;
	const Part &part = reader.parts[number];
	Harvest &harvest = out.harvests[which];
	Lane &lane = reader.lanes[which];

	if (out.floor_bits <= BITS_EPSILON)
		retrieve_touched(
		    harvest, out.touched[number], lane.tally, reader, number, out.plan);
	else if (part.signatures != nullptr && out.query != nullptr)
		retrieve_signed(
		    harvest, lane, part, number, out.plan, out.query, out.floor_bits, reader.stop);
	else
		retrieve(harvest, lane.tally, part, number, out.plan, out.floor_bits, reader.stop);
}

enum status
gather_shard(Gathering &out, unsigned which, uint32_t shard, struct err *err)
{
	index_reader &reader = out.reader;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < reader.parts.size(); i++)
		if (reader.parts[i].shard == shard && !is_out(reader, shard))
			status = guard_shard(
			    reader, shard, err, [&](struct err *) -> enum status {
				    gather_part(out, which, i);
				    return STATUS_OK;
			    });
	return status;
}

/* pair_run()'s */
void
gather_some(void *ctx, unsigned which)
{
	auto &out = *static_cast<Gathering *>(ctx);
	uint32_t shard;

	while (out.status[which] == STATUS_OK && out.take(shard)) {
		enum status status = gather_shard(out, which, shard, &out.errs[which]);

		if (status != STATUS_OK)
			out.fail(which, status);
	}
}

enum status
gather(Gathered &out, index_reader &reader, const struct term_plan &plan,
    const struct signature_query *query, double floor_bits, size_t wanted, struct err *err)
{
	Gathering both(reader, plan, query, floor_bits, wanted, out.touched);

	for (Lane &lane : reader.lanes)
		signature_births_clear(lane.births.get());
	pair_run(reader.pair, gather_some, &both);
	for (const Harvest &harvest : both.harvests)
		for (const Found &found : harvest.all)
			out.harvest.add(found);
	return both.outcome(err);
}

/* Documents that are all wanted, read and unpacked where they are. */
struct Reading : Shared {
	const std::vector<Found> &found;
	std::vector<std::string> packed; /* of each */

	Reading(index_reader &of, const std::vector<Found> &all)
	    : Shared(of), found(all), packed(all.size())
	{
	}
};

enum status
read_shard(Reading &out, uint32_t shard, struct err *err)
{
	index_reader &reader = out.reader;

	return guard_shard(
	    reader, shard, err, [&](struct err *) -> enum status {
		    for (size_t i = 0; i < out.found.size(); i++) {
			    const Part &part = reader.parts[out.found[i].part];

			    if (part.shard != shard || is_out(reader, shard))
				    continue;
			    reader.stop.look();
			    out.packed[i] =
				unsqueeze(reader.squeeze, document_data(part, out.found[i].id));
		    }
		    return STATUS_OK;
	    });
}

/* pair_run()'s */
void
read_some(void *ctx, unsigned which)
{
	auto &out = *static_cast<Reading *>(ctx);
	uint32_t shard;

	while (out.status[which] == STATUS_OK && out.take(shard)) {
		enum status status = read_shard(out, shard, &out.errs[which]);

		if (status != STATUS_OK)
			out.fail(which, status);
	}
}

/* The hit of a document that was read, if it is live. */
enum status
keep_one(std::vector<index_hit> &hits, index_reader &reader, const Found &one,
    const std::string &packed, struct arena *arena, struct err *err)
{
	const Part &part = reader.parts[one.part];
	index_hit hit = { part.shard, part.delta, one.bits.bits, one.bits.granted, { "", 0 } };
	struct str record_id, data;

	if (!unpack(&record_id, &data, packed)) {
		struct err why = {};

		(void)bad_data(reader, part, &why);
		leave_out(reader, part.shard, why);
		return STATUS_OK;
	}
	if (is_superseded(reader, part, record_id))
		return STATUS_OK;
	if (!arena_copy(&hit.data, arena, data))
		return no_memory(err);
	hits.push_back(hit);
	return STATUS_OK;
}

/* Where there are no more than are wanted, each is read, by both threads; best first. */
enum status
take_all(std::vector<index_hit> &hits, std::vector<Found> &found, index_reader &reader,
    struct arena *arena, struct err *err)
{
	std::sort(found.begin(), found.end(), better);

	/* Reading a document takes some 4 us, waking a thread some 20. */
	constexpr size_t PAIR_FROM = 10;
	Reading both(reader, found);

	pair_run(found.size() >= PAIR_FROM ? reader.pair : nullptr, read_some, &both);

	enum status status = both.outcome(err);

	for (size_t i = 0; status == STATUS_OK && i < found.size(); i++)
		if (!is_out(reader, reader.parts[found[i].part].shard))
			status = keep_one(hits, reader, found[i], both.packed[i], arena, err);
	hits.erase(std::remove_if(hits.begin(), hits.end(),
		       [&](const index_hit &hit) { return is_out(reader, hit.shard); }),
	    hits.end());
	return status;
}

/* At a floor of nothing: the documents of one part that carry no term, until there are enough. */
enum status
take_untouched(std::vector<index_hit> &hits, index_reader &reader, size_t number,
    const std::vector<Xapian::docid> &touched, size_t max, struct arena *arena, struct err *err)
{
	const Part &part = reader.parts[number];
	enum status status = STATUS_OK, taken = STATUS_OK;

	status = guard_shard(
	    reader, part.shard, err, [&](struct err *) -> enum status {
		    Postings list(part, "", part.documents, reader.stop);

		    while (taken == STATUS_OK && hits.size() <= max &&
			   !is_out(reader, part.shard) && list.next())
			    if (!std::binary_search(touched.begin(), touched.end(), list.id))
				    taken = take_one(
					hits, reader, { number, list.id, { 0, 0 } }, arena, err);
		    return STATUS_OK;
	    });
	return status == STATUS_OK ? taken : status;
}

enum status
search(std::vector<index_hit> &hits, index_reader &reader, struct arena *arena,
    const struct term_plan &plan, const struct signature_query *query, double floor_bits,
    size_t max, struct err *err)
{
	size_t passed_over = 0;

	for (const index_shard &shard : reader.shards)
		passed_over += CASE_PEOPLE_MAX * shard.superseded_count;
	Gathered gathered = { Harvest(max + 1 + passed_over), {} };

	gathered.touched.resize(reader.parts.size());
	enum status status =
	    gather(gathered, reader, plan, query, floor_bits, max + 1 + passed_over, err);

	if (status == STATUS_OK && gathered.harvest.all.size() <= max)
		status = take_all(hits, gathered.harvest.all, reader, arena, err);
	else if (status == STATUS_OK)
		status = take_live(hits, gathered.harvest.all, reader, max, arena, err);
	for (size_t i = 0; floor_bits <= BITS_EPSILON && i < reader.parts.size(); i++)
		if (status == STATUS_OK && !is_out(reader, reader.parts[i].shard))
			status =
			    take_untouched(hits, reader, i, gathered.touched[i], max, arena, err);
	return status;
}

} // namespace

extern "C" enum status
index_reader_search(struct index_reader *reader, const struct index_hit **hits, size_t *count,
    bool *capped, struct arena *arena, const struct term_plan *plan,
    const struct signature_query *query, double floor_bits, size_t max, struct err *err)
{
	return guard(
	    err, reader->name.c_str(), [&]() -> enum status {
		    std::vector<index_hit> found;
		    enum status status =
			search(found, *reader, arena, *plan, query, floor_bits, max, err);

		    if (status != STATUS_OK)
			    return status;
		    *capped = found.size() > max;
		    return hand_over(hits, count, found, max, arena, err);
	    });
}

namespace {

/* What is asked of the documents of a case: no plan, no bits. */
struct Asked {
	const struct term_plan *plan;
	const struct signature_query *query;
	double floor_bits;
};

/* What one document gets of the plan, all its terms known. */
Tally::Slot
document_bits(const Part &part, Xapian::docid id, const struct term_plan &plan)
{
	static const Stop never;
	Tally::Slot slot = { id, 0, 0, 0, 0 };

	for (const Entry &entry : list_entries(part, plan)) {
		if (has_counted(slot, entry.group))
			continue;

		Postings list(part, entry, never);

		if (list.skip_to(id) && list.id == id &&
		    (part.signatures == nullptr ||
			Signed::may_be_at(part.signatures[id - 1], entry)))
			count(slot, entry);
	}
	return slot;
}

/* The same as retrieval counts it where there are signatures. */
double
asked_bits(const index_reader &reader, const Part &part, Xapian::docid id, const Asked &asked)
{
	static const std::vector<Entry> all_read;
	Tally::Slot slot = document_bits(part, id, *asked.plan);
	double none[TERM_GROUPS_MAX] = { 0 };
	Bits bits;

	if (part.signatures == nullptr || asked.query == nullptr)
		return slot.bits;
	signature_births_clear(reader.lanes[0].births.get());

	const Signed one(
	    part, asked.query, reader.lanes[0].births.get(), all_read, none, asked.floor_bits);

	if (!one.can_reach(bits, slot, part.signatures[id - 1]))
		bits.bits = std::min(bits.bits, asked.floor_bits - 10 * BITS_EPSILON);
	return std::min(bits.bits, slot.bits);
}

/* Appends the live documents of one database that carry `key`; with their bits if there is a plan.
 */
enum status
case_in_part(std::vector<index_hit> &found, const index_reader &reader, const Part &part,
    const std::string &key, const Asked &asked, struct arena *arena, struct err *err)
{
	Postings list(part, key, part.documents, reader.stop);

	while (list.next()) {
		std::string packed = unsqueeze(reader.squeeze, document_data(part, list.id));
		index_hit hit = { part.shard, part.delta, 0.0, 0.0, { "", 0 } };
		struct str record_id, data;

		if (!unpack(&record_id, &data, packed))
			return bad_data(reader, part, err);
		if (!arena_copy(&hit.data, arena, data))
			return no_memory(err);
		if (asked.plan != nullptr)
			hit.bits = asked_bits(reader, part, list.id, asked);
		found.push_back(hit);
	}
	return STATUS_OK;
}

enum status
read_case(struct index_reader &reader, const struct index_hit **hits, size_t *count,
    struct arena *arena, uint32_t shard, struct str record_id, const Asked &asked, struct err *err)
{
	return guard_reading(
	    err, reader, [&]() -> enum status {
		    std::vector<index_hit> found;
		    std::string key;
		    enum status status = key_term(key, reader.scratch.get(), record_id, err);

		    if (status == STATUS_OK && is_out(reader, shard))
			    return again(err, reader.faults[shard]);
		    for (const Part &part : reader.parts)
			    if (status == STATUS_OK && part.shard == shard &&
				!is_superseded(reader, part, record_id))
				    status =
					case_in_part(found, reader, part, key, asked, arena, err);
		    if (status != STATUS_OK)
			    return status;
		    return hand_over(hits, count, found, found.size(), arena, err);
	    });
}

} // namespace

extern "C" enum status
index_reader_case(struct index_reader *reader, const struct index_hit **hits, size_t *count,
    struct arena *arena, uint32_t shard, struct str record_id, struct err *err)
{
	return read_case(
	    *reader, hits, count, arena, shard, record_id, { nullptr, nullptr, 0 }, err);
}

extern "C" enum status
index_reader_case_bits(struct index_reader *reader, const struct index_hit **hits, size_t *count,
    struct arena *arena, uint32_t shard, struct str record_id, const struct term_plan *plan,
    const struct signature_query *query, double floor_bits, struct err *err)
{
	return read_case(
	    *reader, hits, count, arena, shard, record_id, { plan, query, floor_bits }, err);
}

extern "C" enum status
index_reader_frequency(
    struct index_reader *reader, uint64_t *count, struct str term, struct err *err)
{
	enum status status = STATUS_OK;

	*count = 0;
	for (size_t i = 0; status == STATUS_OK && i < reader->parts.size(); i++) {
		const Part &part = reader->parts[i];

		if (!is_out(*reader, part.shard))
			status = guard_shard(
			    *reader, part.shard, err, [&](struct err *) -> enum status {
				    *count += term_documents(part, text(term));
				    return STATUS_OK;
			    });
	}
	return status;
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
			    sum += part.glass ? part.documents : part.db.get_doccount();
			    for (size_t i = 0; !part.delta && i < from.superseded_count; i++) {
				    std::string key;
				    enum status status = key_term(
					key, reader->scratch.get(), from.superseded[i], err);

				    if (status != STATUS_OK)
					    return status;
				    sum -= term_documents(part, key);
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
	Postings list(part, "", part.documents, reader.stop);

	while (*more && list.next()) {
		std::string packed = unsqueeze(reader.squeeze, document_data(part, list.id));
		index_hit hit = { part.shard, part.delta, 0.0, 0.0, { "", 0 } };
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
		    size_t faults;

		    (void)glass(path); /* so that it is no stub */
		    faults = Xapian::Database::check(path);

		    if (faults == 0)
			    return STATUS_OK;
		    return err_data(err, STATUS_CORRUPT, path, 0,
			"the database's own check finds %zu faults", faults);
	    });
}
