// What a holder says of itself, written and read.
#pragma once

#include <optional>
#include <string>

#include <leasehold/time.h>

namespace leasehold::cli {

/// The parts of a record's info. It is for people: nothing may rest on it.
struct Holder {
  /// What it runs, or all of the info if it is not of our form.
  std::string name{};
  std::string host{};
  std::optional<int> pid{};
  /// As "2026-11-25T13:00:00Z", by the holder's calendar.
  std::string since{};
};

/// "pid 123 on host since 2026-11-25T13:00:00Z: name".
std::string info_of(const Holder& holder);
/// Reads what `info_of` writes, and the library's own "pid 123 on host".
Holder holder_of(const std::string& info);
/// This process, running `name`.
Holder this_process(std::string name);
/// A moment of the calendar as "2026-11-25T13:00:00Z".
std::string calendar(Instant<WallClock> moment);

}  // namespace leasehold::cli
