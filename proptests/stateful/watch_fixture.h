// Clients over one store in virtual time, where what is due happens at its very moment.
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "proptests/stateful/connection.h"
#include "proptests/stateful/virtual_runtime.h"

namespace leasehold::proptests {

inline VirtualRuntime& runtime() { return VirtualRuntime::instance(); }

struct WatchFixture : testing::Test {
  WatchFixture() {
    runtime().settle();
    runtime().start_anew();
    store = std::make_shared<MemoryStore>(SystemClock::shared(), SystemRandom::shared());
  }
  WatchFixture(const WatchFixture&) = delete;
  WatchFixture& operator=(const WatchFixture&) = delete;
  // What a client that is gone has still to tell goes to `events`.
  ~WatchFixture() override { runtime().settle(); }

  Client client(Client::Options options, const Config& config = host_preset()) {
    options.on_event = [this](const Event& event) { events.push_back(event); };
    auto made = Client::over(std::make_unique<Connection>(store, line), config, std::move(options));
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(made).value();
  }
  Guard take(const Client& client) {
    Grant grant = client.lock("k").try_acquire();
    EXPECT_TRUE(grant) << grant.refusal().text();
    return std::move(grant).guard();
  }
  /// Time passes, and everything that is due in it happens at its moment.
  static void pass(Length length) {
    const Instant<LocalClock> to = runtime().now() + on<LocalClock>(length);
    runtime().settle();
    for (auto next = runtime().next_alarm(); next && *next <= to; next = runtime().next_alarm()) {
      runtime().wind(std::max(*next, runtime().now()));
      runtime().ring();
    }
    runtime().wind(to);
    runtime().settle();
  }
  std::vector<Event> told(Event::Kind kind) const {
    runtime().settle();
    std::vector<Event> found;
    std::copy_if(events.begin(), events.end(), std::back_inserter(found),
                 [kind](const Event& event) { return event.kind == kind; });
    return found;
  }

  std::shared_ptr<MemoryStore> store;
  const std::shared_ptr<Connection::Line> line = std::make_shared<Connection::Line>();
  // Written by the runtime's thread, read when it has settled.
  std::vector<Event> events;
};

}  // namespace leasehold::proptests
