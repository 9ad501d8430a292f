// What the lock is by its documentation: who holds, how many guards there are, until when.
//
// The rule to know: the model knows no state machine. A tenure is held until a lease after its
// last confirmed request, or until somebody ends it, and with a minimum hold no shorter than that;
// who may have the key next, the record says.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <leasehold/lock.h>
#include "proptests/stateful/connection.h"

namespace leasehold::proptests {

/// The library did what its documentation rules out.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Leases of five hours on one clock that judges to the nanosecond: long enough that a client
/// which blocks never comes to the end of its own, real, patience.
Config stateful_config(Length min_hold = {});

/// One life of one client, from its making to its close.
struct Party {
  std::string name;
  std::shared_ptr<Connection::Line> line = std::make_shared<Connection::Line>();
  bool closed = false;
  /// Since when the store answers it.
  Instant<LocalClock> healthy_since;
};

struct Tenure {
  std::shared_ptr<Party> party;
  Fence fence;
  Instant<LocalClock> began;
  int guards = 0;
  bool jeopardy = false;
  std::optional<LossReason> ended{};
  Instant<LocalClock> ended_at{};
  /// It was released, and its client keeps the key until its minimum hold is over.
  bool kept = false;
  /// It was lost within its minimum hold, or closed: nobody releases it.
  bool runs_out = false;
  /// When its hold was over the store failed, or its client was woken too late to release it in
  /// time: how that ended depends on who came first.
  bool unsure = false;

  bool is_of(const Party& one, const std::string& key) const {
    return party.get() == &one && fence.key == key;
  }
};

/// What came of asking for a guard.
enum class Outcome { joined, taken, busy, store_error, closed };
const char* to_string(Outcome outcome);

class Model {
 public:
  Model(std::shared_ptr<Store> store, Length min_hold)
      : store_(std::move(store)), min_hold_(min_hold) {}

  static Instant<LocalClock> now();
  /// D of a tenure: a resolution before the lease ends that was last confirmed.
  static Instant<LocalClock> deadline(const Tenure& tenure);
  static Instant<LocalClock> soft_deadline(const Tenure& tenure);
  static bool is_held(const Tenure& tenure);
  /// Whether who asks for a guard of the same client gets one of this tenure.
  static bool may_join(const Tenure& tenure);

  /// The tenure that the party holds; null if it holds none.
  std::shared_ptr<Tenure> held_by(const Party& party, const std::string& key) const;
  Instant<LocalClock> kept_until(const Tenure& tenure) const {
    return tenure.began + on<LocalClock>(min_hold_);
  }
  /// Whether the party keeps the key for a tenure that it released.
  bool keeps(const Party& party, const std::string& key) const;
  /// What one try must come to now, and what a guard that has come must belong to. Throws `Wrong`
  /// if the guard can't be.
  Outcome try_now(const Party& party, const std::string& key) const;
  std::shared_ptr<Tenure> granted(const std::shared_ptr<Party>& party, const std::string& key,
                                  const Fence& fence);
  /// Whether the record is somebody's whose lease is not over.
  bool is_taken(const std::string& key) const;
  std::optional<RecordView> record(const std::string& key) const;

  void drop(Tenure& tenure);
  void end(Tenure& tenure, LossReason reason) const;
  /// Time has moved: deadlines have passed, before anybody was woken.
  void time_passed();

  /// Of a cache of the tenure's party that was loaded as of `valid_at`: whether somebody else had
  /// the key since, and whether every tenure since was the party's own.
  bool others_had_it(const Tenure& tenure, Term valid_at) const;
  static bool all_were_own(const Tenure& tenure, Term valid_at);

  /// What must be so at every moment at which all is quiet.
  void check() const;

  const std::vector<std::shared_ptr<Tenure>>& tenures() const { return tenures_; }
  void add(const std::shared_ptr<Party>& party) { parties_.push_back(party); }

 private:
  void check_record_of(const Tenure& tenure) const;
  static void check_renewals_of(const Tenure& tenure);

  const std::shared_ptr<Store> store_;
  const Length min_hold_;
  std::vector<std::shared_ptr<Party>> parties_;
  std::vector<std::shared_ptr<Tenure>> tenures_;
};

}  // namespace leasehold::proptests
