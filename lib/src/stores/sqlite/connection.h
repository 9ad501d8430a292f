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
  bool release_plainly(const ReleaseRequest&, const Judge&) const { return false; }
  bool replace_lease(const std::string&, const Seen&, const Record&) const { return false; }
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
    /// One statement, see `look`.
    look,
    /// Looks at a snapshot and waits for nobody; the time is read after it was taken.
    snapshot,
    /// Writes; the time is read once no other writer can come in between.
    change,
    /// The same, and makes the file and the tables anew if they are gone.
    change_or_make,
  };
  /// Runs `body(records, now)` in one transaction. If the file or the tables are gone and are not
  /// to be made, the body runs on `NoRecords` and the answer has no incarnation. `what()` tells
  /// what is being asked, for the error's text.
  template <class What, class Body>
  auto transact(Access access, const What& what, const Body& body)
      -> Result<Answered<decltype(body(std::declval<NoRecords&>(), Instant<StoreClock>{}))>> {
    using T = decltype(body(std::declval<NoRecords&>(), Instant<StoreClock>{}));
    const auto work = [&](const Patience& patience) {
      const Instant<LocalClock> asked =
          planted(Bug::M07) ? place_.clock.now().at : Instant<LocalClock>{};
      const Turn turn(*this, access, patience);
      Transaction transaction(*this, access);
      const Incarnation incarnation = records_->incarnation();
      T answer = body(*records_, same_kernel(planted(Bug::M07) ? asked : place_.clock.now().at));
      transaction.commit();
      return Answered<T>{incarnation, std::move(answer)};
    };
    const auto nothing = [&] {
      NoRecords none;
      return Answered<T>{Incarnation{}, body(none, Instant<StoreClock>{})};
    };
    return attempt<Answered<T>>(access, what, work, nothing);
  }

  /// Looks at a record by one statement, see `Records::look`, and waits for nobody. `now` is read
  /// right after that. False if there is nothing to look at, or the file or the tables are gone.
  template <class What>
  Result<bool> look(const What& what, const std::string& key, const Judge& judge, Seen& seen,
                    Instant<StoreClock>& now) {
    const auto work = [&](const Patience& patience) {
      const Turn turn(*this, Access::look, patience);
      const bool found = records_->look(seen, key, judge);
      now = same_kernel(place_.clock.now().at);
      return found;
    };
    return attempt<bool>(Access::look, what, work, [] { return false; });
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

  // `work(patience)` on what is there, or `nothing()`; a second time if what was there went.
  template <class T, class What, class Work, class Nothing>
  Result<T> attempt(Access access, const What& what, const Work& work, const Nothing& nothing) {
    const std::scoped_lock lock(mutex_);
    const Patience patience(place_.busy_wait);
    for (bool again = false;; again = true) {
      try {
        if (!prepare(access, patience)) return nothing();
        return work(patience);
      } catch (const std::exception& failure) {
        if (again || !went(failure)) return error_of(what(), failure, patience);
        close();
      }
    }
  }

  bool prepare(Access access, const Patience& patience);
  void open(bool make, const Patience& patience);
  bool went(const std::exception& failure);
  [[noreturn]] static void fail_for_moved();
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
