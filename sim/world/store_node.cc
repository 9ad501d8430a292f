#include "sim/world/store_node.h"

#include <algorithm>
#include <utility>

#include <leasehold/memory_store.h>
#include "lib/src/assert.h"
#include "lib/src/plant.h"
#include "sim/world/failed_store.h"

namespace leasehold::sim {

StoreNode::StoreNode(Kernel& kernel, const VirtualClock& judge, StoreMaker make,
                     std::string algorithm)
    : kernel_(kernel),
      judge_(judge),
      clock_(kernel, judge),
      random_(kernel),
      make_(std::move(make)),
      algorithm_(std::move(algorithm)),
      own_(own_made()),
      store_(made()),
      shown_(kernel.keys.names.size()),
      replicates_(std::any_of(
          kernel.scenario.faults.begin(), kernel.scenario.faults.end(),
          [](const TimedFault& fault) { return fault.kind == TimedFault::Kind::failover; })) {
  const Config& config = kernel.scenario.config;
  LEASEHOLD_ASSERT(store_->traits().authority == config.authority);
  LEASEHOLD_ASSERT(store_->traits().resolution == config.bounds.resolution);
}

std::vector<OwnStore> StoreNode::own_made() const {
  std::vector<OwnStore> own;
  for (std::size_t key = 0; key < kernel_.keys.names.size(); ++key) {
    OwnStore one = own_store_of(algorithm_);
    if (one.apply) own.push_back(std::move(one));
  }
  return own;
}

std::unique_ptr<Store> StoreNode::made() {
  random_.begin_anew();
  if (make_) return make_(clock_, random_);
  const Config& config = kernel_.scenario.config;
  return std::make_unique<MemoryStore>(
      clock_, random_,
      MemoryStore::Options{.authority = config.authority, .skew = config.bounds.skew});
}

LocalTime StoreNode::StoreClockDoor::now() const {
  if (replayed_) return *replayed_;
  LocalTime now = judge_.read(kernel_.now);
  // As far off as the caller's calendar was when he asked.
  if (planted(Bug::M06)) now.at = now.at + Span<LocalClock>::ns(wall_.ns() - kernel_.now.ns());
  return now;
}

Span<LocalClock> StoreNode::StoreClockDoor::tick() const {
  return on<LocalClock>(kernel_.scenario.config.bounds.resolution);
}

Random::Bits StoreNode::StoreRandom::id_bits() {
  const Chooser::Bits bits = kernel_.chooser.id_bits(nobody, ++drawn_);
  return {bits.high, bits.low};
}

StoreReply StoreNode::apply(const Arrival& arrival, const StoreCall& call) {
  if (arrival.fault == StoreFault::before_effect) {
    kernel_.activations.met(FaultKind::error_before_effect);
    return refuse(arrival, call, Errc::not_applied);
  }
  StoreReply reply = perform_on(kernel_.keys.of[arrival.process], call,
                                {arrival.wall, same_kernel(clock_.now().at)});
  // What truly happened, whatever the caller hears.
  keep(arrival, call, record_applied(arrival, call, reply.answer));
  if (arrival.fault != StoreFault::after_effect) return reply;
  kernel_.activations.met(FaultKind::error_after_effect);
  return broken_off(call);
}

StoreReply StoreNode::perform_on(std::uint32_t key, const StoreCall& call,
                                 const CallClocks& clocks) {
  clock_.called_at(clocks.callers);
  return own_.empty() ? perform(*store_, call) : own_[key].apply(call, clocks);
}

StoreReply StoreNode::refuse(const Arrival& arrival, const StoreCall& call, Errc error) {
  FailedStore failed(store_->traits(), error);
  StoreReply reply = perform(failed, call);
  record_applied(arrival, call, reply.answer);
  return reply;
}

StoreReply StoreNode::broken_off(const StoreCall& call) const {
  FailedStore failed(store_->traits(), Errc::unknown);
  return perform(failed, call);
}

void StoreNode::go_down(TrueTime until, FaultKind why) {
  if (!is_down()) went_down_ = kernel_.now;
  outage_ = why;
  down_until_ = std::max(down_until_, until);
}

std::vector<StoreReply> StoreNode::renew(const std::vector<Arrival>& arrivals,
                                         const std::vector<StoreCall>& calls) {
  clock_.called_at(arrivals.front().wall);
  kernel_.record({.kind = Event::Kind::batched,
                  .process = arrivals.front().process,
                  .call = core::Request::Kind::renew,
                  .value = calls.size()});
  std::vector<StoreReply> replies = perform_renewals(*store_, calls);
  for (std::size_t call = 0; call < calls.size(); ++call) {
    keep(arrivals[call], calls[call],
         record_applied(arrivals[call], calls[call], replies[call].answer));
  }
  return replies;
}

bool StoreNode::record_applied(const Arrival& arrival, const StoreCall& call,
                               const core::Answer& answer) {
  using core::Answer;
  // A baseline's renewal may be granted another's key.
  const bool acquire =
      call.request.kind == core::Request::Kind::acquire || answer.kind == Answer::Kind::granted;
  const bool abandon = call.request.kind == core::Request::Kind::abandon;
  const std::uint64_t settled = answer.settled ? 1 : 0;
  kernel_.record({.kind = Event::Kind::applied,
                  .process = arrival.process,
                  .call = call.request.kind,
                  .detail = static_cast<std::uint8_t>(answer.kind),
                  .other = static_cast<std::uint8_t>(answer.previous),
                  .ordinal = arrival.ordinal,
                  // A baseline's calls need not name a term; its answers do.
                  .term = !own_.empty() || acquire ? answer.term : call.request.term,
                  .value = acquire   ? answer.version
                           : abandon ? settled
                                     : call.request.seq,
                  .owner = call.request.owner});
  const bool changed = watch_owner(arrival, call, answer);
  const bool lease_began =
      answer.kind == Answer::Kind::granted || answer.kind == Answer::Kind::renewed;
  if (!lease_began) return changed;
  const Term term = !own_.empty() || acquire ? answer.term : call.request.term;
  // A record's expiry never moves backwards, though one who asks with an old calendar time (a late
  // copy of his request) may be told of an earlier one.
  const std::uint32_t key = kernel_.keys.of[arrival.process];
  Shown& shown = shown_[key];
  const bool stays = term == shown.term && shown.expires_at && answer.expires_at;
  shown.expires_at = stays ? std::max(shown.expires_at, answer.expires_at) : answer.expires_at;
  shown.term = term;
  shown.began = kernel_.now;
  const bool by_its_own = kernel_.scenario.config.authority == Authority::store_clock;
  if (by_its_own && shown.expires_at) shown.earliest = earliest_over(*shown.expires_at);
  record_takeable(key);
  return changed;
}

bool StoreNode::watch_owner(const Arrival& arrival, const StoreCall& call,
                            const core::Answer& answer) {
  using core::Answer;
  Shown& shown = shown_[kernel_.keys.of[arrival.process]];
  switch (answer.kind) {
    case Answer::Kind::granted:
      shown.owner = call.request.owner;
      shown.process = arrival.process;
      return true;
    case Answer::Kind::renewed:
      return true;
    case Answer::Kind::abandoned:
      // Of a free key it raises the term, if that is the one that it names.
      if (shown.owner != call.request.owner) return !shown.owner;
      [[fallthrough]];
    case Answer::Kind::released:
      shown.owner = OwnerId{};
      shown.process = nobody;
      return true;
    default:
      return false;
  }
}

void StoreNode::keep(const Arrival& arrival, const StoreCall& call, bool changed) {
  if (!replicates_) return;
  const std::uint32_t key = kernel_.keys.of[arrival.process];
  log_.add(
      {kernel_.now, key, call, {arrival.wall, same_kernel(clock_.now().at)}, shown_[key], changed});
}

bool StoreNode::fail_over(TrueTime as_of) {
  const std::vector<Shown> before = shown_;
  const std::vector<std::size_t> forgotten = log_.forget_after(as_of, shown_.size());
  own_ = own_made();
  store_ = made();
  shown_.assign(shown_.size(), Shown{});
  for (const Log::Entry& entry : log_.entries()) {
    const Instant<LocalClock> then = same_kernel(entry.clocks.stores);
    clock_.show(LocalTime{then, {}});
    perform_on(entry.key, entry.call, entry.clocks);
    shown_[entry.key] = entry.after;
  }
  clock_.show(std::nullopt);
  record_failover(before, forgotten);
  return std::any_of(forgotten.begin(), forgotten.end(), [](std::size_t many) { return many > 0; });
}

// A lease that the replica does not know may be taken at once. One that it knows ends as it knows.
void StoreNode::record_failover(const std::vector<Shown>& before,
                                const std::vector<std::size_t>& forgotten) {
  const auto keys = static_cast<std::uint32_t>(shown_.size());
  for (std::uint32_t key = 0; key < keys; ++key) {
    const Shown& shown = shown_[key];
    kernel_.record({.kind = Event::Kind::failed_over,
                    .process = shown.process,
                    .key = key,
                    .term = shown.term,
                    .value = forgotten[key],
                    .owner = shown.owner});
    if (shown == before[key]) continue;
    if (before[key].owner && before[key].owner != shown.owner) {
      kernel_.record({.kind = Event::Kind::takeable,
                      .key = key,
                      .detail = static_cast<std::uint8_t>(before[key].expires_at ? 1 : 0),
                      .term = before[key].term,
                      .until = kernel_.now});
    }
    if (shown.owner) record_takeable(key);
  }
}

void StoreNode::clock_changed() {
  const Authority authority = kernel_.scenario.config.authority;
  const bool judges =
      own_.empty() ? authority == Authority::host_clock || authority == Authority::store_clock
                   : !own_.front().expires_by_callers;
  if (!judges) return;
  for (std::size_t key = 0; key < shown_.size(); ++key) {
    if (shown_[key].expires_at) record_takeable(static_cast<std::uint32_t>(key));
  }
}

bool StoreNode::judges_a_lease() const {
  return std::any_of(shown_.begin(), shown_.end(),
                     [](const Shown& shown) { return shown.expires_at.has_value(); });
}

// When the earliest contender within the bounds may take the key.
//
// host_clock and store_clock: when the judging clock first shows more than expires_at, and under
// store_clock that clock may yet be faster and jump (`earliest_over`). wall_clock: when a clock
// that is eps/2 ahead of true time does. observation: a contender waits L (1 + rho)/(1 - rho) on a
// clock of rate at most 1 + rho, from an answer that is not earlier than now: that is L / (1 - rho)
// at least.
void StoreNode::record_takeable(std::uint32_t key) {
  const Shown& shown = shown_[key];
  const std::optional<Instant<StoreClock>>& expires_at = shown.expires_at;
  const Config& config = kernel_.scenario.config;
  TrueTime until;
  const bool by_wall =
      own_.empty() ? config.authority == Authority::wall_clock : own_[key].expires_by_callers;
  if (expires_at && by_wall) {
    // A clock that shows E + 1 and is at most eps/2 ahead: rounded down, the earliest it can be.
    const std::int64_t ahead = (config.bounds.skew.count() + 1) / 2;
    until = std::max(kernel_.now, TrueTime::at_ns(expires_at->ns() + 1 - ahead));
  } else if (expires_at) {
    const Instant<LocalClock> over = same_kernel(*expires_at) + Span<LocalClock>::ns(1);
    until = judge_.first_at(over, kernel_.now);
  } else {
    until = std::max(kernel_.now, shown.began + Span<TrueClock>::ns(detail::scale_down(
                                                    config.timing.lease.count(), 1'000'000,
                                                    config.bounds.drift.slowest())));
  }
  kernel_.record({.kind = Event::Kind::takeable,
                  .key = key,
                  .detail = static_cast<std::uint8_t>(!expires_at ? 0
                                                      : by_wall   ? 2
                                                                  : 1),
                  .term = shown.term,
                  .until = until});
  if (const Length delay = counted_delay(config); expires_at && delay > Length::zero()) {
    const auto over = same_kernel(*expires_at) + on<LocalClock>(delay) + Span<LocalClock>::ns(1);
    kernel_.record(
        {.kind = Event::Kind::delay_over,
         .key = key,
         .term = shown.term,
         .until = by_wall ? until + on<TrueClock>(delay) : judge_.first_at(over, kernel_.now)});
  }
  if (!expires_at || by_wall || config.authority != Authority::store_clock) return;
  kernel_.record({.kind = Event::Kind::could_be_taken,
                  .key = key,
                  .term = shown.term,
                  .until = std::min(until, shown.earliest)});
}

// store_clock: the clock has E + 1 - (what it shows) to go. J of that it may jump, and for the rest
// it needs 1 / (1 + rho) of it in true time at least.
TrueTime StoreNode::earliest_over(Instant<StoreClock> expires_at) const {
  const ClockBounds& bounds = kernel_.scenario.config.bounds;
  const Span<LocalClock> to_go = same_kernel(expires_at) - clock_.now().at +
                                 Span<LocalClock>::ns(1) - on<LocalClock>(bounds.jump_forward);
  if (to_go.ns() <= 0) return kernel_.now;
  return kernel_.now +
         Span<TrueClock>::ns(detail::scale_down(to_go.ns(), 1'000'000, bounds.drift.fastest()));
}

}  // namespace leasehold::sim
