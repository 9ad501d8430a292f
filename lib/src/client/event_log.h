// Counts what happened, and tells who listens.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <leasehold/events.h>
#include "lib/src/runtime/callbacks.h"

namespace leasehold::detail {

void count(Counters& counters, const Event& event);

/// Not thread-safe: the client's mutex guards it. `callbacks` must outlive it.
class EventLog {
 public:
  EventLog(Callbacks& callbacks, EventListener listener) : callbacks_(callbacks) {
    if (listener) listener_ = std::make_shared<const EventListener>(std::move(listener));
  }

  /// Of `key`.
  void add(const std::string& key, Event&& event);
  Counters counters() const;

 private:
  Callbacks& callbacks_;
  // Shared with calls that are on their way, so that no event copies it.
  std::shared_ptr<const EventListener> listener_;
  Counters counters_;
};

}  // namespace leasehold::detail
