// One connection to the lock tables: opens them, runs transactions, and says what went wrong.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include "lib/src/plant.h"
#include "lib/src/stores/sqlite/records.h"
#include "lib/src/stores/sqlite/sidecar.h"

namespace leasehold::stores {

/// What all connections of a store have in common.
struct Place {
  /// Absolute, links resolved.
  std::string file;
  Length busy_wait{};
  const Clock& clock;
  Random& random;
  /// What is taken off the clock's readings before they are stored: that of the time namespace.
  Span<StoreClock> offset{};
  std::shared_ptr<Sidecar> sidecar;
};

/// Stands for the tables of a file that is not there any more: nothing was ever in it.
struct NoRecords {
  std::optional<Renewed> renew_plainly(const RenewRequest&, const Judge&) const { return {}; }
  Record read(const std::string&) const { return {}; }
  std::vector<std::string> keys(const std::string&, std::size_t) const { return {}; }
  Settings settings() const { return {}; }
  void write(const std::string&, const Record&) const {}
};

/// Thread-safe: calls wait for one another.
class Connection {
 public:
  /// `durable`: what was committed is on the disk before the call returns.
  Connection(const Place& place, bool durable)
      : place_(place), durable_(durable), gate_(place.sidecar) {}

  /// Makes the file and the tables if they are not there.
  std::optional<Error> create(const Patience& patience);

  enum class Access {
    /// Looks at a snapshot and waits for nobody; the time is read after it was taken.
    snapshot,
    /// Writes; the time is read once no other writer can come in between.
    change,
    /// The same, and makes the file and the tables anew if they are gone.
    change_or_make,
  };
  /// Runs `body(records, now)` in one transaction. If the file or the tables are gone and are not
  /// to be made, the body runs on `NoRecords` and the answer has no incarnation. `what` is being
  /// asked, for the error's text.
  template <class Body>
  auto transact(Access access, const std::string& what, Body body)
      -> Result<Answered<decltype(body(std::declval<NoRecords&>(), Instant<StoreClock>{}))>> {
    using T = decltype(body(std::declval<NoRecords&>(), Instant<StoreClock>{}));
    const std::scoped_lock lock(mutex_);
    const Patience patience(place_.busy_wait);
    const Instant<LocalClock> asked =
        planted(Bug::M07) ? place_.clock.now().at : Instant<LocalClock>{};
    for (bool again = false;; again = true) {
      try {
        if (!prepare(access, patience)) {
          NoRecords nothing;
          return Answered<T>{Incarnation{}, body(nothing, Instant<StoreClock>{})};
        }
        const Turn turn(*this, access, patience);
        Transaction transaction(*this, access);
        const Incarnation incarnation = records_->incarnation();
        T answer = body(*records_, same_kernel(planted(Bug::M07) ? asked : place_.clock.now().at));
        transaction.commit();
        return Answered<T>{incarnation, std::move(answer)};
      } catch (const std::exception& failure) {
        if (again || !tables_went(failure)) return error_of(what, failure, patience);
        close();
      }
    }
  }

 private:
  /// How statements wait for other writers, and who of them is next.
  class Turn {
   public:
    Turn(Connection& connection, Access access, const Patience& patience);
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

   private:
    Connection& connection_;
    bool entered_ = false;
  };
  /// Rolled back unless it was committed.
  class Transaction {
   public:
    Transaction(Connection& connection, Access access);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    Connection& connection_;
  };

  bool prepare(Access access, const Patience& patience);
  void open(bool make, const Patience& patience);
  bool tables_went(const std::exception& failure);
  void close();
  Error error_of(const std::string& what, const std::exception& failure, const Patience& patience);

  const Place& place_;
  const bool durable_;
  std::mutex mutex_;
  Gate gate_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Records> records_;
  bool committing_ = false;
};

}  // namespace leasehold::stores
