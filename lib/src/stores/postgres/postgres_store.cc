#include <utility>

#include <leasehold/postgres_store.h>
#include <leasehold/store_scheme.h>
#include "lib/src/runtime/system_random.h"
#include "lib/src/stores/postgres/bells.h"
#include "lib/src/stores/postgres/facts.h"
#include "lib/src/stores/postgres/lane.h"
#include "lib/src/stores/postgres/verbs.h"
#include "lib/src/stores/record.h"

namespace leasehold {

using stores::PostgresLane;
using stores::Session;
using Missing = PostgresLane::Missing;

struct PostgresStore::Table {
  explicit Table(stores::PostgresPlace where)
      : place(std::move(where)), verbs(place.address.schema) {
    traits.authority = Authority::store_clock;
    traits.resolution = std::chrono::microseconds(1);
    traits.domain = "postgresql";
    traits.outlives_calls = true;
  }

  const stores::PostgresPlace place;
  const stores::PostgresVerbs verbs;
  Traits traits;
  PostgresLane grants{place, true};
  PostgresLane renewals{place, true};
  // What it writes, releases, may be forgotten: the lease then runs out.
  PostgresLane rest{place, false};
  stores::PostgresBells bells{place};
};

namespace {

// What a call says when the layout is gone: `gone`, from no incarnation.
template <class T>
Result<Answered<T>> answer_or(const Result<std::unique_ptr<Answered<T>>>& called, T gone) {
  if (!called) return called.error();
  if (*called) return **called;
  return Answered<T>{Incarnation{}, std::move(gone)};
}

Result<std::unique_ptr<Store>> open_url(const std::string& url, Length patience) {
  auto store = PostgresStore::open(url, {.patience = patience});
  if (!store) return store.error();
  return std::unique_ptr<Store>(*std::move(store));
}

}  // namespace

PostgresStore::PostgresStore(std::unique_ptr<Table> table) : table_(std::move(table)) {}

PostgresStore::~PostgresStore() = default;

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url,
                                                           const Options& options) {
  auto address = stores::address_of(url);
  if (!address) return address.error();
  auto table = std::make_unique<Table>(stores::PostgresPlace{.address = *std::move(address),
                                                             .patience = options.patience,
                                                             .random = SystemRandom::shared()});
  if (const auto made = table->grants.create(); !made) return made.error();
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(table)));
}

const Traits& PostgresStore::traits() const { return table_->traits; }

Result<Answered<AcquireAnswer>> PostgresStore::acquire(const AcquireRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called =
      table_->grants.call(Missing::make, "acquire \"" + request.key + "\"",
                          [&](Session& session, const auto& patience) {
                            return table_->verbs.acquire(session, request, patience);
                          });
  return answer_or<AcquireAnswer>(called, Moved{});
}

Result<Answered<std::vector<RenewAnswer>>> PostgresStore::renew(
    std::span<const RenewRequest> batch) {
  if (auto wrong = stores::find_misuse(batch)) return *std::move(wrong);
  // A wrong request fails alone: it is left out of what is sent.
  std::vector<RenewAnswer> answers;
  std::vector<RenewRequest> good;
  std::vector<std::size_t> places;
  for (const RenewRequest& request : batch) {
    if (auto wrong = stores::find_misuse(request)) {
      answers.emplace_back(*std::move(wrong));
      continue;
    }
    places.push_back(answers.size());
    good.push_back(request);
    answers.emplace_back(NotOwner{.term = 0, .why = NotOwner::Why::free, .info = {}});
  }
  auto called =
      table_->renewals.call(Missing::tell, "renew " + std::to_string(batch.size()) + " leases",
                            [&](Session& session, const auto& patience) {
                              return table_->verbs.renew(session, good, patience);
                            });
  if (!called) return called.error();
  Answered<std::vector<RenewAnswer>> answered{Incarnation{}, std::move(answers)};
  if (!*called) return answered;
  answered.incarnation = (*called)->incarnation;
  for (std::size_t i = 0; i < places.size(); ++i) {
    answered.answer[places[i]] = std::move((*called)->answer[i]);
  }
  return answered;
}

Result<Answered<ReleaseAnswer>> PostgresStore::release(const ReleaseRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called = table_->rest.call(Missing::tell, "release \"" + request.key + "\"",
                                        [&](Session& session, const auto& patience) {
                                          return table_->verbs.release(session, request, patience);
                                        });
  return answer_or<ReleaseAnswer>(called,
                                  NotOwner{.term = 0, .why = NotOwner::Why::free, .info = {}});
}

Result<Answered<Abandoned>> PostgresStore::abandon(const AbandonRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called =
      table_->grants.call(Missing::tell, "abandon \"" + request.key + "\"",
                          [&](Session& session, const auto& patience) {
                            return table_->verbs.abandon(session, request, patience);
                          });
  return answer_or<Abandoned>(called, Abandoned{.settled = true});
}

Result<Answered<std::optional<RecordView>>> PostgresStore::inspect(const std::string& key) {
  if (auto wrong = stores::find_misuse(key)) return *std::move(wrong);
  const auto called = table_->rest.call(
      Missing::tell, "inspect \"" + key + "\"", [&](Session& session, const auto& patience) {
        return table_->verbs.inspect(session, key, table_->traits, patience);
      });
  return answer_or<std::optional<RecordView>>(called, std::nullopt);
}

Result<Answered<std::vector<std::string>>> PostgresStore::list(const std::string& after,
                                                               std::size_t most) {
  const auto called =
      table_->rest.call(Missing::tell, "list keys", [&](Session& session, const auto& patience) {
        return table_->verbs.list(session, after, most, patience);
      });
  return answer_or<std::vector<std::string>>(called, {});
}

Result<std::vector<Fact>> PostgresStore::facts() {
  const auto called = table_->grants.call(
      Missing::tell, "look at the settings", [&](Session& session, const auto& patience) {
        return stores::postgres_facts(session, table_->place.address.schema, patience);
      });
  if (!called) return called.error();
  if (*called) return **called;
  return std::vector<Fact>{{"schema", table_->place.address.schema,
                            "its tables are gone: the next acquire makes them anew, and what was "
                            "held is lost"}};
}

void PostgresStore::set_hint_sink(HintSink* sink) { table_->bells.set_sink(sink); }

void PostgresStore::watch(const std::string& key) { table_->bells.watch(key); }

void PostgresStore::unwatch(const std::string& key) { table_->bells.unwatch(key); }

void add_postgres() {
  for (const char* const name : {"postgresql", "postgres"}) {
    add_store_scheme({.name = name,
                      .form = std::string(name) + "://[USER@]HOST[:PORT]/DATABASE",
                      .open = &open_url,
                      .preset = network_preset()});
  }
}

}  // namespace leasehold
