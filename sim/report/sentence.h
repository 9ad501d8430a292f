// An event in the words of the field, for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

/// Whom and what the indices in events stand for: all of a scenario that a sentence needs.
struct Cast {
  Cast() = default;
  explicit Cast(const Scenario& scenario);

  std::vector<std::string> processes;
  /// By process: the one whose clocks and fate it shares, itself if it is no part.
  std::vector<std::uint32_t> bodies;
  std::vector<std::string> keys;

  /// Of the longest name of a process: what `told` wants for a straight column.
  std::size_t widest() const;

  friend bool operator==(const Cast&, const Cast&) = default;
};

/// "560.001 ms", with as many more digits as the moment needs.
std::string at_ms(TrueTime at);
/// Whether asking the store failed.
bool is_error(core::Answer::Kind answer);

/// Who and what, without when. `who` is empty for what the store or the world does.
struct Words {
  std::string who;
  std::string what;
};
Words words_for(const Event& event, const Cast& cast);

/// What goes on all the time and tells nothing new: renewals that went well, polls that found the
/// key taken, the simulator's own book-keeping.
bool is_routine(const Event& event);

/// One line without its end: when, who (in a column of `width`), what.
std::string told(const Event& event, const Cast& cast, std::size_t width);
/// Such a line for what is counted instead.
std::string left_out(const std::string& what);

}  // namespace leasehold::sim
