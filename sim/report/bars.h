// What lasts in a history, from the events that begin and end it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/report/picture.h"

namespace leasehold::sim {

/// Takes a history event by event.
class Bars {
 public:
  void see(const Event& event, std::size_t index);
  /// Everything that lasts still ends here. In the order in which it began.
  std::vector<Picture::Bar> finish(TrueTime end);

 private:
  using Bar = Picture::Bar;
  /// A bar that may be open: its kind, its process, and what tells it from others of its kind.
  struct Slot {
    Bar::Kind kind = Bar::Kind::belief;
    std::uint32_t process = nobody;
    std::uint64_t which = 0;
    friend auto operator<=>(const Slot&, const Slot&) = default;
  };
  struct Open {
    Bar bar;
    OwnerId owner{};
  };
  /// The lease of a key, as the store has it.
  struct Lease {
    Bar bar;
    /// When it may be taken, as things stand.
    TrueTime until = TrueTime::never();
    OwnerId owner{};
  };

  void see_process(const Event& event, std::size_t index);
  void see_fate(const Event& event, std::size_t index);
  void see_store(const Event& event, std::size_t index);
  void see_applied(const Event& event, std::size_t index);

  void open(const Slot& slot, const Event& event, std::size_t index);
  void close(const Slot& slot, TrueTime at);
  void close_all(std::uint32_t process, TrueTime at);
  /// Something whose end is known when it begins.
  void lasts(Bar::Kind kind, const Event& event, std::size_t index);

  void begin_lease(const Event& event, std::size_t index);
  void end_lease(std::uint32_t key, TrueTime at);
  void prolong(const Event& event);
  void add(Bar bar, TrueTime from, TrueTime to, Bar::Kind kind);
  void add_tenure(const Lease& lease, TrueTime to);
  void add_beyond(const Open& belief, TrueTime to);

  std::map<Slot, Open> open_;
  std::map<std::uint32_t, Lease> leases_;
  // Tenures that are done, with their owners.
  std::vector<Open> held_;
  std::vector<Bar> done_;
};

}  // namespace leasehold::sim
