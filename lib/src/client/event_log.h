// Counts what happened, and tells who listens.
#pragma once

#include <utility>

#include <leasehold/events.h>
#include "lib/src/runtime/callbacks.h"

namespace leasehold::detail {

void count(Counters& counters, const Event& event);

/// Not thread-safe: the client's mutex guards it. `callbacks` must outlive it.
class EventLog {
 public:
  EventLog(Callbacks& callbacks, EventListener listener)
      : callbacks_(callbacks), listener_(std::move(listener)) {}

  void add(Event event);
  Counters counters() const;

 private:
  Callbacks& callbacks_;
  const EventListener listener_;
  Counters counters_;
};

}  // namespace leasehold::detail
