// Runs something in a process of its own: a planted bug may bring the program down, or never end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace leasehold::sim {

struct ChildEnd {
  /// What `work` returned; empty unless `ended_well`.
  std::string said;
  bool ended_well = false;
  /// An assertion of the program stopped it.
  bool asserted = false;
  /// Why it ended neither way, for people.
  std::string how;
};

/// A number that a child may set and its parent reads, however the child ends. It begins at 0.
class SharedNumber {
 public:
  SharedNumber();
  SharedNumber(const SharedNumber&) = delete;
  SharedNumber& operator=(const SharedNumber&) = delete;
  ~SharedNumber();

  void set(std::uint64_t value) { number_->store(value); }
  std::uint64_t value() const { return number_->load(); }

 private:
  std::atomic<std::uint64_t>* number_;
};

/// Forks, and waits for the child. It gets `cpu_seconds` of processor time. Requires: no threads.
ChildEnd in_a_child(const std::function<std::string()>& work, unsigned cpu_seconds);

}  // namespace leasehold::sim
