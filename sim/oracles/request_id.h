// Names a request of a process among all requests of a history.
#pragma once

#include <cstdint>

#include "sim/engine/hash128.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

struct RequestId {
  std::uint32_t process = nobody;
  core::Request::Kind call = core::Request::Kind::acquire;
  /// Of this kind of call.
  std::uint64_t ordinal = 0;

  friend bool operator==(const RequestId&, const RequestId&) = default;
};

/// The request that an event is about.
inline RequestId request_id_of(const Event& event) {
  return {event.process, event.call, event.ordinal};
}

constexpr std::uint64_t hash_of(const RequestId& id) {
  return mix(id.ordinal << 20 ^ static_cast<std::uint64_t>(id.process) << 4 ^
             static_cast<std::uint64_t>(id.call));
}

}  // namespace leasehold::sim
