// Drives the lock's state machine by hand: events in, requests and tells out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/core/machine.h"

namespace leasehold::core {

using namespace std::chrono_literals;

/// L 1 s, R 100 ms, Q 50 ms, b 10 ms, P 100 ms, S 100 ms, min_useful 150 ms.
inline Config config_of(Authority authority, std::int64_t drift_ppm = 0) {
  Config config;
  config.authority = authority;
  config.timing = {.lease = 1s,
                   .renew_every = 100ms,
                   .request_timeout = 50ms,
                   .retry_pause = 10ms,
                   .longest_wait = 100ms,
                   .stop_budget = 100ms,
                   .min_useful = 150ms,
                   .tolerated_failures = 3};
  config.bounds = {.drift = DriftBound::ppm(drift_ppm), .resolution = 1ns};
  EXPECT_TRUE(checked(config));
  return config;
}

/// Copyable, so that a test can go on from one state in two ways.
class Driver {
 public:
  explicit Driver(Authority authority, std::int64_t drift_ppm = 0)
      : config(config_of(authority, drift_ppm)) {}

  Driver& at(Length since_start) {
    now.at = Instant<LocalClock>::at_ns(since_start.count());
    return *this;
  }
  /// The machine slept: the boot clock is ahead of the monotonic one by so much more.
  Driver& slept_for(Length length) {
    now.asleep = now.asleep + on<LocalClock>(length);
    return *this;
  }
  Driver& feed(const Event& event) {
    Effects effects;
    OwnIds random(ids);
    step(config, state, now, event, random, effects);
    sent.clear();
    told.clear();
    for (const Effect& effect : effects) {
      if (const auto* request = std::get_if<Request>(&effect)) {
        sent.push_back(*request);
      } else {
        const Tell& tell = told.emplace_back(std::get<Tell>(effect));
        if (tell.kind == Tell::Kind::granted) ids_of[tell.tenure.term] = tell.tenure;
      }
    }
    return *this;
  }
  Driver& alarm() { return feed(Alarm{}); }
  Driver& reply(const Request& request, Answer answer) { return feed(Reply{request, answer}); }

  /// The one request that the last event caused.
  Request only(Request::Kind kind) const {
    EXPECT_EQ(sent.size(), 1U);
    if (sent.empty()) return {};
    EXPECT_EQ(sent.front().kind, kind);
    return sent.front();
  }
  bool was_told(Tell::Kind kind) const { return find(kind) != nullptr; }
  const Tell* find(Tell::Kind kind) const {
    for (const Tell& tell : told) {
      if (tell.kind == kind) return &tell;
    }
    return nullptr;
  }
  bool held(Term term) const { return is_held(config, state, id(term), now); }
  /// The tenure that was last granted as `term`; one of nobody if there was none.
  TenureId id(Term term) const {
    const auto found = ids_of.find(term);
    return found == ids_of.end() ? TenureId{{}, term} : found->second;
  }
  Driver& leave(Term term) { return feed(Leave{id(term)}); }
  Driver& release(Term term) { return feed(Release{id(term)}); }

  /// Joins at the present moment and is granted `term` with an answer that takes no time.
  Driver& hold(Term term) {
    feed(Join{});
    return reply(only(Request::Kind::acquire), granted(term));
  }
  /// What the store would say at this moment.
  Answer granted(Term term) const {
    return {.kind = Answer::Kind::granted, .term = term, .expires_at = expiry()};
  }
  Answer renewed() const { return {.kind = Answer::Kind::renewed, .expires_at = expiry()}; }
  Answer busy(Term term, Version version) const {
    return {.kind = Answer::Kind::busy,
            .term = term,
            .version = version,
            .lease = 1s,
            .expires_at = expiry()};
  }

  Config config;
  State state;
  LocalTime now;
  std::uint64_t ids = 0;
  std::vector<Request> sent;
  std::vector<Tell> told;
  std::map<Term, TenureId> ids_of;

 private:
  // Identifiers 1, 2, 3, ... and the dullest of all other numbers.
  class OwnIds final : public Random {
   public:
    explicit OwnIds(std::uint64_t& drawn) : drawn_(drawn) {}
    std::uint64_t below(std::uint64_t) override { return 0; }

   protected:
    Bits id_bits() override { return {0, ++drawn_}; }

   private:
    std::uint64_t& drawn_;
  };

  std::optional<Instant<StoreClock>> expiry() const {
    if (config.authority == Authority::observation) return std::nullopt;
    return same_kernel(now.at + on<LocalClock>(1s));
  }
};

}  // namespace leasehold::core
