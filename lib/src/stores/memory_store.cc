#include <map>
#include <mutex>
#include <utility>

#include <leasehold/memory_store.h>
#include "lib/src/plant.h"
#include "lib/src/stores/record.h"

namespace leasehold {

struct MemoryStore::Table {
  Table(const Clock& used_clock, Random& random, Options options)
      : clock(used_clock), skew(options.skew), incarnation(random.id<Incarnation>()) {
    traits.authority = options.authority;
    traits.resolution = Length(clock.tick().ns());
    traits.domain = "memory:" + to_string(incarnation);
    traits.outlives_calls = false;
  }

  // Requires: `mutex` is held, so that the time is that of the step.
  stores::Judge judge() const {
    return stores::Judge{.authority = traits.authority,
                         .domain = traits.domain,
                         .resolution = traits.resolution,
                         .now = now(),
                         .skew = skew};
  }

  Instant<StoreClock> now() const {
    if (traits.authority != Authority::wall_clock) return same_kernel(clock.now().at);
    return Instant<StoreClock>::at_ns(clock.wall_now().ns());
  }

  // Carries out `step` on the record of `key`. A key of which nothing was ever applied gets no
  // record, whatever was asked about it. Requires: `mutex` is held.
  template <class Step>
  auto on_record(const std::string& key, Step step) {
    const auto found = records.find(key);
    if (found != records.end()) return step(found->second);
    stores::Record blank;
    auto answer = step(blank);
    if (blank.version != 0) records.emplace(key, std::move(blank));
    return answer;
  }

  const Clock& clock;
  const Length skew;
  const Incarnation incarnation;
  Traits traits;
  std::mutex mutex;
  std::map<std::string, stores::Record> records;
};

MemoryStore::MemoryStore(const Clock& clock, Random& random)
    : MemoryStore(clock, random, Options{}) {}

MemoryStore::MemoryStore(const Clock& clock, Random& random, Options options)
    : table_(std::make_unique<Table>(clock, random, options)) {}

MemoryStore::~MemoryStore() = default;

const Traits& MemoryStore::traits() const { return table_->traits; }

Result<Answered<AcquireAnswer>> MemoryStore::acquire(const AcquireRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const std::lock_guard lock(table_->mutex);
  const stores::Judge judge = table_->judge();
  return Answered<AcquireAnswer>{table_->incarnation,
                                 table_->on_record(request.key, [&](stores::Record& record) {
                                   return stores::acquire(record, judge, request);
                                 })};
}

Result<Answered<std::vector<RenewAnswer>>> MemoryStore::renew(std::span<const RenewRequest> batch) {
  if (auto wrong = stores::find_misuse(batch)) return *std::move(wrong);
  Answered<std::vector<RenewAnswer>> answered{table_->incarnation, {}};
  answered.answer.reserve(batch.size());
  const std::lock_guard lock(table_->mutex);
  const stores::Judge judge = table_->judge();
  for (const RenewRequest& request : batch) {
    if (auto wrong = stores::find_misuse(request)) {
      answered.answer.emplace_back(*std::move(wrong));
      continue;
    }
    answered.answer.push_back(table_->on_record(request.key, [&](stores::Record& record) {
      return stores::renew(record, judge, request);
    }));
    if (planted(Bug::X17) && !std::holds_alternative<Renewed>(answered.answer.back())) break;
  }
  return answered;
}

Result<Answered<ReleaseAnswer>> MemoryStore::release(const ReleaseRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const std::lock_guard lock(table_->mutex);
  return Answered<ReleaseAnswer>{table_->incarnation,
                                 table_->on_record(request.key, [&](stores::Record& record) {
                                   return stores::release(record, request);
                                 })};
}

Result<Answered<Abandoned>> MemoryStore::abandon(const AbandonRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  const std::lock_guard lock(table_->mutex);
  return Answered<Abandoned>{table_->incarnation,
                             table_->on_record(request.key, [&](stores::Record& record) {
                               return stores::abandon(record, request);
                             })};
}

Result<Answered<std::optional<RecordView>>> MemoryStore::inspect(const std::string& key) {
  if (auto wrong = stores::find_misuse(key)) return *std::move(wrong);
  Answered<std::optional<RecordView>> answered{table_->incarnation, std::nullopt};
  const std::lock_guard lock(table_->mutex);
  const auto found = table_->records.find(key);
  if (found != table_->records.end()) answered.answer = view(found->second, table_->judge());
  return answered;
}

Result<Answered<std::vector<std::string>>> MemoryStore::list(const std::string& after,
                                                             std::size_t most) {
  Answered<std::vector<std::string>> answered{table_->incarnation, {}};
  const std::lock_guard lock(table_->mutex);
  for (auto next = table_->records.upper_bound(after);
       next != table_->records.end() && answered.answer.size() < most; ++next) {
    answered.answer.push_back(next->first);
  }
  return answered;
}

}  // namespace leasehold
