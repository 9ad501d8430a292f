// One machine beside a trivial model of who waits and who has a guard, checked after every step.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "lib/src/core/machine.h"

namespace leasehold::core {

/// SplitMix64: every walk is named by its seed, on every platform.
class SplitMix final : public Random {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) override { return next() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 protected:
  Bits id_bits() override { return {next(), next() | 1U}; }

 private:
  std::uint64_t state_;
};

/// A machine under test. Keeps the first broken promise that it saw.
class Modelled {
 public:
  explicit Modelled(const Config& config) : config_(config) {}

  /// Feeds `event` and checks all that must be true afterwards. Returns what is to be sent.
  const std::vector<Request>& feed(LocalTime now, const Event& event, Random& random) {
    effects_.clear();
    sent_.clear();
    before(event);
    const bool out_of_time = state_.tenure && now.at >= state_.tenure->deadline;
    const OwnerId owner = state_.tenure ? state_.tenure->owner : OwnerId{};
    step(config_, state_, now, event, random, effects_);
    require(!out_of_time || !state_.tenure || state_.tenure->owner != owner,
            "whatever comes after the deadline finds the tenure dead");
    for (const Effect& effect : effects_) {
      if (const auto* request = std::get_if<Request>(&effect)) {
        on_sent(now, *request);
      } else {
        on_told(now, std::get<Tell>(effect));
      }
    }
    check(now);
    return sent_;
  }

  const State& state() const { return state_; }
  const std::vector<Waiter>& waiters() const { return waiters_; }
  /// Guards that were not dropped yet, dead ones included.
  const std::map<TenureId, std::uint32_t>& guards() const { return guards_; }
  const std::string& broken() const { return broken_; }
  /// Whether the tenure of that owner was ended on purpose.
  bool let_go(const OwnerId& owner) const { return let_go_.count(owner) != 0; }
  /// How many tenures were released after they had been kept without a guard.
  int kept_unheld() const { return kept_unheld_; }
  /// How many tenures were stopped and only later released.
  int stops_waited_for() const { return stops_waited_for_; }
  /// How often each kind of tell was seen, by its number.
  const std::map<Tell::Kind, int>& told() const { return told_; }
  bool believes(LocalTime now) const {
    return state_.tenure && is_held(config_, state_, state_.tenure->id(), now);
  }
  Instant<LocalClock> wake() const { return next_wake(config_, state_); }
  void require(bool condition, const char* promise) {
    if (!condition && broken_.empty()) broken_ = promise;
  }

 private:
  void before(const Event& event) {
    const auto* const leaving = std::get_if<Leave>(&event);
    left_before_ = leaving != nullptr ? leaving->tenure : TenureId{};
    if (const auto* join = std::get_if<Join>(&event)) {
      waiters_.push_back({join->once, state_.requests});
    } else if (const auto* cancel = std::get_if<Cancel>(&event)) {
      const auto found =
          std::find_if(waiters_.begin(), waiters_.end(), [cancel](const Waiter& one) {
            return one.once == cancel->waiter.once && one.since == cancel->waiter.since;
          });
      waiters_.erase(found);
    } else if (const auto* leave = std::get_if<Leave>(&event)) {
      if (--guards_[leave->tenure] == 0) guards_.erase(leave->tenure);
      if (guards_.count(leave->tenure) == 0) unheld_.insert(leave->tenure);
    } else if (const auto* stop = std::get_if<Stop>(&event)) {
      if (state_.tenure && state_.tenure->id() == stop->tenure) stopping_.insert(stop->tenure);
    } else if (const auto* reply = std::get_if<Reply>(&event)) {
      if (renewal_ && renewal_->ordinal == reply->request.ordinal) renewal_.reset();
    }
  }

  void on_sent(LocalTime now, const Request& request) {
    sent_.push_back(request);
    require(request.sent == now, "a request is anchored at the moment that made it");
    require(request.ordinal > last_ordinal_, "requests are counted");
    last_ordinal_ = request.ordinal;
    if (request.kind == Request::Kind::renew) {
      const bool slept_through = renewal_ && now.asleep != renewal_->sent.asleep;
      const bool timed_out =
          renewal_ && now.at >= renewal_->sent.at + on<LocalClock>(config_.timing.request_timeout);
      const bool other = renewal_ && renewal_->owner != request.owner;
      require(!renewal_ || other || slept_through || timed_out, "one renewal in flight at a time");
      renewal_ = request;
    } else if (request.kind != Request::Kind::acquire) {
      const TenureId ended{request.owner, request.term};
      const bool told = granted_.count(ended) == 0 || dead_.count(ended) != 0;
      require(request.kind != Request::Kind::release || told, "guards are told before a release");
      const auto began = began_.find(ended);
      require(began == began_.end() || now.at >= began->second + counted_hold(config_),
              "nothing is released within its minimum hold");
      if (began_.erase(ended) != 0 && unheld_.count(ended) != 0 && left_before_ != ended) {
        ++kept_unheld_;
      }
      if (stopping_.erase(ended) != 0) ++stops_waited_for_;
      begun_.insert({request.kind, request.owner, request.term});
    }
  }

  void on_told(LocalTime now, const Tell& tell) {
    ++told_[tell.kind];
    switch (tell.kind) {
      case Tell::Kind::granted:
        require(
            !waiters_.empty() && dead_.count(tell.tenure) == 0 && jeopardy_.count(tell.tenure) == 0,
            "nobody joins a tenure that is dead or in jeopardy, and nobody joins unasked");
        require(is_held(config_, state_, tell.tenure, now), "a new guard is held");
        began_.emplace(tell.tenure, now.at);
        unheld_.erase(tell.tenure);
        require(now.at < state_.tenure->began + on<LocalClock>(config_.timing.max_tenure),
                "nobody joins a tenure that is too old");
        guards_[tell.tenure] += static_cast<std::uint32_t>(waiters_.size());
        granted_.insert(tell.tenure);
        waiters_.clear();
        return;
      case Tell::Kind::refused: {
        const auto answered = [&tell](const Waiter& one) {
          return one.once && one.since < tell.ordinal;
        };
        require(std::erase_if(waiters_, answered) > 0, "a refusal is for somebody");
        return;
      }
      case Tell::Kind::failed:
        waiters_.clear();
        return;
      case Tell::Kind::jeopardy:
        require(jeopardy_.insert(tell.tenure).second, "jeopardy is told once");
        return;
      case Tell::Kind::stopped:
        let_go_.insert(tell.tenure.owner);
        [[fallthrough]];
      case Tell::Kind::lost:
        require(dead_.insert(tell.tenure).second, "a tenure ends once");
        return;
      case Tell::Kind::ended:
        // Lost while it was stopping, or left to run out: then no release was begun.
        if (tell.outcome != EndOutcome::released && dead_.count(tell.tenure) != 0) {
          begun_.insert({Request::Kind::release, tell.tenure.owner, tell.tenure.term});
        }
        ++ended_;
        return;
      case Tell::Kind::renewed:
      case Tell::Kind::renew_failed:
        return;
    }
  }

  void check(LocalTime now) {
    const auto tries = static_cast<std::uint32_t>(std::count_if(
        waiters_.begin(), waiters_.end(), [](const Waiter& one) { return one.once; }));
    require(state_.patient + tries == waiters_.size(), "patient waiters are counted");
    require(state_.trying_now + state_.trying_next == tries, "tries are counted");
    const bool asking = state_.campaign && state_.campaign->acquire;
    require(state_.trying_now == 0 || asking, "a try that waits for an answer has asked");
    require(!state_.tenure || !state_.campaign, "who has the key does not ask for it");
    if (state_.tenure) {
      const auto found = guards_.find(state_.tenure->id());
      const std::uint32_t guards = found == guards_.end() ? 0 : found->second;
      require(
          guards == state_.tenure->guards && (guards > 0 || now.at < kept_until(config_, state_)),
          "a tenure has exactly the guards that were not dropped");
      require(state_.tenure->release_at ||
                  state_.tenure->jeopardy == (jeopardy_.count(state_.tenure->id()) != 0),
              "jeopardy is told and is final");
    }
    std::size_t endings = 0;
    for (const auto& ending : state_.endings) endings += ending ? 1U : 0U;
    require(begun_.size() == ended_ + endings, "every ending is told, once");
    require(waiters_.empty() || state_.tenure || state_.campaign || endings > 0,
            "nobody who waits is forgotten");
    require(wake() > now.at, "nothing is left to do at this moment");
    const bool idle = !state_.tenure && !state_.campaign && endings == 0;
    require(!idle || wake() == Instant<LocalClock>::never(), "after the end nothing stays armed");
    for (const TenureId& tenure : dead_) {
      require(!is_held(config_, state_, tenure, now), "dead stays dead");
    }
  }

  const Config config_;
  State state_;
  Effects effects_;
  std::vector<Request> sent_;
  std::vector<Waiter> waiters_;
  std::map<TenureId, std::uint32_t> guards_;
  std::set<TenureId> granted_;
  std::set<TenureId> dead_;
  std::set<TenureId> jeopardy_;
  std::set<TenureId> stopping_;
  std::set<OwnerId> let_go_;
  std::map<TenureId, Instant<LocalClock>> began_;
  std::set<TenureId> unheld_;
  /// Whose guard the present event drops.
  TenureId left_before_{};
  int kept_unheld_ = 0;
  int stops_waited_for_ = 0;
  std::optional<Request> renewal_;
  std::set<std::tuple<Request::Kind, OwnerId, Term>> begun_;
  std::size_t ended_ = 0;
  std::uint64_t last_ordinal_ = 0;
  std::map<Tell::Kind, int> told_;
  std::string broken_;
};

}  // namespace leasehold::core
