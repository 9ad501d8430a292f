#include <algorithm>
#include <climits>
#include <cstdlib>
#include <sys/stat.h>
#include <utility>

#include <leasehold/sqlite_store.h>
#include "lib/src/plant.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/stores/sqlite/bells.h"
#include "lib/src/stores/sqlite/connection.h"
#include "lib/src/stores/sqlite/file_facts.h"
#include "lib/src/stores/sqlite/filesystem.h"
#include "lib/src/stores/sqlite/fork_apart.h"
#include "lib/src/stores/sqlite/host_domain.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using Access = stores::Connection::Access;

// Many processes that open a fresh file at once wait for one another: 50 of them for about 1 s. Who
// is more patient than that everywhere is so here too.
constexpr Length longest_open = 10s;

using stores::directory_of;

Error refused(const std::string& path, const std::string& why) {
  return Error{Errc::misuse, "sqlite: open " + path + ": " + why};
}

std::optional<std::string> resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

// The absolute path that every process agrees on, however it names the file.
Result<std::string> file_at(const std::string& path) {
  if (path.empty()) return refused("\"\"", "the path is empty: name the database file");
  if (path == ":memory:") return refused(path, "use the store \"memory:\" for that");
  struct stat about {};
  if (stat(path.c_str(), &about) == 0) {
    if (!S_ISREG(about.st_mode))
      return refused(path, "it is no regular file: name a database file");
    if (auto file = resolved(path)) return *std::move(file);
  }
  const auto directory = resolved(directory_of(path));
  if (!directory) {
    return refused(path, "the directory " + directory_of(path) +
                             " can't be reached: create it, or let this user into it");
  }
  return *directory + "/" + path.substr(path.rfind('/') + 1);
}

}  // namespace

struct SqliteStore::Table {
  Table(stores::Place where, std::string domain, Length resolution) : place(std::move(where)) {
    traits.authority = Authority::host_clock;
    traits.resolution = resolution;
    traits.domain = std::move(domain);
    traits.outlives_calls = false;
  }

  stores::Judge judge(Instant<StoreClock> now) const {
    return stores::Judge{.authority = traits.authority,
                         .domain = traits.domain,
                         .resolution = traits.resolution,
                         .now = now};
  }

  // What is answered without a write; nullopt if that can't be.
  template <class What>
  std::optional<Answered<AcquireAnswer>> snapshot(const What& what, const AcquireRequest& request) {
    auto seen = rest.transact(Access::snapshot, what, [&](auto& records, Instant<StoreClock> now) {
      stores::Record copy = records.read(request.key);
      return stores::acquire(copy, judge(now), request);
    });
    const bool answers =
        seen && seen->incarnation && !std::holds_alternative<Granted>(seen->answer);
    if (!answers) return std::nullopt;
    return *std::move(seen);
  }

  // Carries out `step` on the record of `key`, and writes it back if it changed.
  template <class Records, class Step>
  static auto on_record(Records& records, const std::string& key, Step step) {
    stores::Record record = records.read(key);
    const Version before = record.version;
    auto answer = step(record);
    if (record.version != before) records.write(key, record);
    return answer;
  }

  const stores::Place place;
  Traits traits;
  stores::Connection grants{place, true};
  stores::Connection renewals{place, false};
  stores::Connection rest{place, false};
  stores::Bells bells{place.sidecar};
};

SqliteStore::SqliteStore(std::unique_ptr<Table> table) : table_(std::move(table)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path,
                                                       const Options& options) {
  const Result<stores::HostDomain> domain = stores::host_domain();
  if (!domain) return domain.error();
  return open(path, options, SystemClock::shared(), SystemRandom::shared(), domain->name,
              domain->offset);
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path,
                                                       const Options& options, const Clock& clock,
                                                       Random& random, std::string domain,
                                                       Span<LocalClock> offset) {
  Result<std::string> file = file_at(path);
  if (!file) return file.error();
  const Length tick(clock.tick().ns());
  if (options.resolution < tick) {
    return refused(*file, "resolution " + std::to_string(options.resolution.count()) +
                              " ns is below the clock's tick of " + std::to_string(tick.count()) +
                              " ns: set resolution to the tick or more");
  }
  const auto shared = stores::shared_filesystem_of(directory_of(*file));
  if (shared && !options.any_filesystem) {
    return refused(*file, "it is on " + *shared +
                              ", which other machines may mount too, and two machines have two "
                              "clocks: put it on a local disk, or use a store that is a server");
  }
  if (!stores::keep_children_apart() && stores::in_a_child()) {
    return refused(*file,
                   "this process was forked from one that uses SQLite, and this build of SQLite "
                   "can't tell their locks apart: exec a program, or fork before the first open");
  }
  auto sidecar = stores::Sidecar::open(*file);
  if (!sidecar) return sidecar.error();
  auto table = std::make_unique<Table>(stores::Place{.file = *std::move(file),
                                                     .busy_wait = options.busy_wait,
                                                     .clock = clock,
                                                     .random = random,
                                                     .offset = Span<StoreClock>::ns(offset.ns()),
                                                     .sidecar = *std::move(sidecar)},
                                       std::move(domain), options.resolution);
  const stores::Patience patience(std::max(longest_open, options.busy_wait));
  if (auto error = table->grants.create(patience)) return *std::move(error);
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(table)));
}

const Traits& SqliteStore::traits() const { return table_->traits; }

// Most tries of those that wait are answered by a look or a snapshot, which disturb no writer.
// Either is an atomic step too: the record was so at a moment between the question and the answer.
Result<Answered<AcquireAnswer>> SqliteStore::acquire(const AcquireRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto what = [&] { return "acquire \"" + request.key + "\""; };
  stores::Seen seen;
  Instant<StoreClock> now{};
  std::optional<stores::Seen> free;
  const auto found = table_->rest.look(what, request.key, table_->judge({}), seen, now);
  if (found && *found) {
    if (!seen.record.owner) free = seen;
    AcquireAnswer answer = stores::acquire(seen.record, table_->judge(now), request);
    if (!std::holds_alternative<Granted>(answer))
      return Answered<AcquireAnswer>{seen.incarnation, std::move(answer)};
  } else if (auto shown = table_->snapshot(what, request)) {
    return *std::move(shown);
  }
  auto answered = table_->grants.transact(
      Access::change_or_make, what, [&](auto& records, Instant<StoreClock> then) -> AcquireAnswer {
        // No more need be read if the record is as it looked; the time is that of this step.
        if (free && !planted(Bug::M53)) {
          stores::Record record = free->record;
          AcquireAnswer answer = stores::acquire(record, table_->judge(then), request);
          if (records.replace_lease(request.key, *free, record)) return answer;
        }
        return Table::on_record(records, request.key, [&](stores::Record& record) {
          return stores::acquire(record, table_->judge(then), request);
        });
      });
  const bool untold = planted(Bug::M55) && !answered && answered.error().kind == Errc::not_applied;
  if (untold) return Answered<AcquireAnswer>{free ? free->incarnation : Incarnation{}, Busy{}};
  return answered;
}

Result<Answered<std::vector<RenewAnswer>>> SqliteStore::renew(std::span<const RenewRequest> batch) {
  if (auto wrong = stores::find_misuse(batch)) return *std::move(wrong);
  const auto what = [&] { return "renew " + std::to_string(batch.size()) + " leases"; };
  return table_->renewals.transact(
      Access::change, what, [&](auto& records, Instant<StoreClock> now) {
        std::vector<RenewAnswer> answers;
        answers.reserve(batch.size());
        for (const RenewRequest& request : batch) {
          if (auto wrong = stores::find_misuse(request)) {
            answers.emplace_back(*std::move(wrong));
            continue;
          }
          const stores::Judge judge = table_->judge(now);
          if (const auto renewed = records.renew_plainly(request, judge)) {
            answers.emplace_back(*renewed);
            continue;
          }
          answers.push_back(Table::on_record(records, request.key, [&](stores::Record& record) {
            return stores::renew(record, judge, request);
          }));
        }
        return answers;
      });
}

Result<Answered<ReleaseAnswer>> SqliteStore::release(const ReleaseRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto what = [&] { return "release \"" + request.key + "\""; };
  bool looked = false;
  if (planted(Bug::M58)) {
    const auto seen = inspect(request.key);
    looked = seen && seen->answer && seen->answer->owner == request.owner;
  }
  auto answered = table_->rest.transact(
      Access::change, what, [&](auto& records, Instant<StoreClock> now) -> ReleaseAnswer {
        const bool reads = planted(Bug::M53) || planted(Bug::M58);
        if (!reads && records.release_plainly(request, table_->judge(now))) return Released{};
        return Table::on_record(records, request.key, [&](stores::Record& record) {
          if (!looked) return stores::release(record, request);
          return stores::release(record, {request.key, record.owner, record.term});
        });
      });
  if (answered && std::holds_alternative<Released>(answered->answer))
    table_->bells.ring(request.key);
  return answered;
}

Result<Answered<Abandoned>> SqliteStore::abandon(const AbandonRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto what = [&] { return "abandon \"" + request.key + "\""; };
  auto answered =
      table_->grants.transact(Access::change, what, [&](auto& records, Instant<StoreClock>) {
        return Table::on_record(records, request.key, [&](stores::Record& record) {
          return stores::abandon(record, request);
        });
      });
  if (answered) table_->bells.ring(request.key);
  return answered;
}

void SqliteStore::set_hint_sink(HintSink* sink) { table_->bells.set_sink(sink); }

void SqliteStore::watch(const std::string& key) { table_->bells.watch(key); }

void SqliteStore::unwatch(const std::string& key) { table_->bells.unwatch(key); }

Result<Answered<std::optional<RecordView>>> SqliteStore::inspect(const std::string& key) {
  if (auto wrong = stores::find_misuse(key)) return *std::move(wrong);
  return table_->rest.transact(
      Access::snapshot, [&] { return "inspect \"" + key + "\""; },
      [&](auto& records, Instant<StoreClock> now) -> std::optional<RecordView> {
        const stores::Record record = records.read(key);
        if (record.version == 0) return std::nullopt;
        return stores::view(record, table_->judge(now));
      });
}

Result<Answered<std::vector<std::string>>> SqliteStore::list(const std::string& after,
                                                             std::size_t most) {
  return table_->rest.transact(
      Access::snapshot, [] { return std::string("list keys"); },
      [&](auto& records, Instant<StoreClock>) { return records.keys(after, most); });
}

Result<std::vector<Fact>> SqliteStore::facts() {
  const auto look = [](auto& records, Instant<StoreClock>) { return records.settings(); };
  const auto what = [] { return std::string("look at the settings"); };
  // Each connection by itself: they are set differently on purpose.
  const auto grants = table_->grants.transact(Access::snapshot, what, look);
  if (!grants) return grants.error();
  const auto renewals = table_->renewals.transact(Access::snapshot, what, look);
  if (!renewals) return renewals.error();
  std::vector<Fact> facts = stores::facts_of_file(table_->place.file);
  facts.push_back({"sqlite_version", sqlite3_libversion()});
  if (!grants->incarnation || !renewals->incarnation) {
    facts.push_back({"schema", "none",
                     "the file or its tables are gone: the next acquire makes them anew, and what "
                     "was held is lost"});
    return facts;
  }
  facts.push_back({"journal_mode", grants->answer.journal_mode});
  facts.push_back({"synchronous_grants", grants->answer.synchronous});
  facts.push_back({"synchronous_renewals", renewals->answer.synchronous});
  facts.push_back({"schema", std::to_string(grants->answer.schema)});
  facts.push_back({"record_format", std::to_string(stores::record_format)});
  facts.push_back({"incarnation", to_string(grants->incarnation)});
  return facts;
}

}  // namespace leasehold
