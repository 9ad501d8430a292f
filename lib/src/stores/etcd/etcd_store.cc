#include <utility>

#include <leasehold/etcd_store.h>
#include <leasehold/store_scheme.h>
#include "lib/src/runtime/system_random.h"
#include "lib/src/stores/etcd/bells.h"
#include "lib/src/stores/etcd/facts.h"
#include "lib/src/stores/etcd/lane.h"
#include "lib/src/stores/etcd/records.h"
#include "lib/src/stores/record.h"

namespace leasehold {

using stores::EtcdLane;
using stores::EtcdRecords;
using stores::EtcdSession;
using stores::Patience;
using stores::Record;
using Missing = EtcdRecords::Missing;

struct EtcdStore::Table {
  Table(stores::EtcdAddress where, Length patience)
      : address(std::move(where)),
        records(address.prefix, SystemRandom::shared()),
        grants(address, patience),
        renewals(address, patience),
        rest(address, patience),
        bells(address, records, patience) {
    traits.authority = Authority::observation;
    traits.resolution = Length(1);
    traits.domain = stores::etcd_domain;
    traits.outlives_calls = true;
  }

  const stores::EtcdAddress address;
  Traits traits;
  EtcdRecords records;
  EtcdLane grants;
  EtcdLane renewals;
  EtcdLane rest;
  stores::EtcdBells bells;
};

namespace {

// What a call says when there is no incarnation: `gone`, from none.
template <class T>
Result<Answered<T>> answer_or(const Result<std::optional<Answered<T>>>& called, T gone) {
  if (!called) return called.error();
  if (*called) return **called;
  return Answered<T>{Incarnation{}, std::move(gone)};
}

Result<std::unique_ptr<Store>> open_url(const std::string& url, Length patience) {
  auto store = EtcdStore::open(url, {.patience = patience});
  if (!store) return store.error();
  return std::unique_ptr<Store>(*std::move(store));
}

constexpr NotOwner nobody_there() { return {.term = 0, .why = NotOwner::Why::free, .info = {}}; }

}  // namespace

EtcdStore::EtcdStore(std::unique_ptr<Table> table) : table_(std::move(table)) {}

EtcdStore::~EtcdStore() = default;

Result<std::unique_ptr<EtcdStore>> EtcdStore::open(const std::string& url, const Options& options) {
  auto address = stores::etcd_address_of(url);
  if (!address) return address.error();
  auto table = std::make_unique<Table>(*std::move(address), options.patience);
  const auto made = table->grants.call("open", [&](EtcdSession& session, const Patience& patience) {
    session.check_version(patience);
    table->records.create(session, patience);
    return true;
  });
  if (!made) return made.error();
  return std::unique_ptr<EtcdStore>(new EtcdStore(std::move(table)));
}

const Traits& EtcdStore::traits() const { return table_->traits; }

Result<Answered<AcquireAnswer>> EtcdStore::acquire(const AcquireRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called = table_->grants.call(
      "acquire \"" + request.key + "\"", [&](EtcdSession& session, const Patience& patience) {
        return table_->records.change(
            session, request.key, Missing::make, patience,
            [&](Record& record) { return stores::acquire(record, EtcdRecords::judge(), request); });
      });
  return answer_or<AcquireAnswer>(called, Moved{});
}

Result<Answered<std::vector<RenewAnswer>>> EtcdStore::renew(std::span<const RenewRequest> batch) {
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
    answers.emplace_back(nobody_there());
  }
  auto called = table_->renewals.call("renew " + std::to_string(batch.size()) + " leases",
                                      [&](EtcdSession& session, const Patience& patience) {
                                        return table_->records.renew(session, good, patience);
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

Result<Answered<ReleaseAnswer>> EtcdStore::release(const ReleaseRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called = table_->rest.call(
      "release \"" + request.key + "\"", [&](EtcdSession& session, const Patience& patience) {
        return table_->records.change(
            session, request.key, Missing::tell, patience,
            [&](Record& record) { return stores::release(record, request); });
      });
  return answer_or<ReleaseAnswer>(called, nobody_there());
}

Result<Answered<Abandoned>> EtcdStore::abandon(const AbandonRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const auto called = table_->grants.call(
      "abandon \"" + request.key + "\"", [&](EtcdSession& session, const Patience& patience) {
        return table_->records.change(
            session, request.key, Missing::tell, patience,
            [&](Record& record) { return stores::abandon(record, request); });
      });
  return answer_or<Abandoned>(called, Abandoned{.settled = true});
}

Result<Answered<std::optional<RecordView>>> EtcdStore::inspect(const std::string& key) {
  if (auto wrong = stores::find_misuse(key)) return *std::move(wrong);
  const auto called = table_->rest.call("inspect \"" + key + "\"",
                                        [&](EtcdSession& session, const Patience& patience) {
                                          return table_->records.inspect(session, key, patience);
                                        });
  return answer_or<std::optional<RecordView>>(called, std::nullopt);
}

Result<Answered<std::vector<std::string>>> EtcdStore::list(const std::string& after,
                                                           std::size_t most) {
  const auto called =
      table_->rest.call("list keys", [&](EtcdSession& session, const Patience& patience) {
        return table_->records.list(session, after, most, patience);
      });
  return answer_or<std::vector<std::string>>(called, {});
}

Result<std::vector<Fact>> EtcdStore::facts() {
  return table_->rest.call("look at the cluster",
                           [&](EtcdSession& session, const Patience& patience) {
                             return stores::etcd_facts(session, table_->address, patience);
                           });
}

void EtcdStore::set_hint_sink(HintSink* sink) { table_->bells.set_sink(sink); }

void EtcdStore::watch(const std::string& key) { table_->bells.watch(key); }

void EtcdStore::unwatch(const std::string& key) { table_->bells.unwatch(key); }

Config etcd_preset() {
  Config config = network_preset();
  config.authority = Authority::observation;
  // No clock of the store's is believed, so there is none to make allowances for.
  config.bounds.jump_forward = Length::zero();
  return config;
}

void add_etcd() {
  add_store_scheme({.name = "etcd",
                    .form = "etcd://HOST[:PORT][,HOST[:PORT]...][/PREFIX]",
                    .open = &open_url,
                    .preset = etcd_preset()});
}

}  // namespace leasehold
