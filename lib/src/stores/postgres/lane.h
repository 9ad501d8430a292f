// A connection that is made anew when it was lost, and what failures on it mean to a lease holder.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <leasehold/random.h>
#include <leasehold/result.h>
#include <leasehold/time.h>
#include "lib/src/stores/net/backoff.h"
#include "lib/src/stores/postgres/failure.h"
#include "lib/src/stores/postgres/layout.h"
#include "lib/src/stores/postgres/session.h"

namespace leasehold::stores {

/// What all connections of a store have in common.
struct PostgresPlace {
  Address address;
  /// How long a call may take.
  Length patience{};
  Random& random;
};

/// Thread-safe: calls wait for one another.
class PostgresLane {
 public:
  PostgresLane(const PostgresPlace& place, bool durable) : place_(place), durable_(durable) {}

  /// Connects, and makes the layout if it is not there.
  Result<bool> create();

  /// What is done if the layout is gone.
  enum class Missing {
    /// It is made anew, and the call carried out on that.
    make,
    /// The failure is told.
    tell,
  };
  /// Runs `body(session, patience)`, which sends at most one statement that changes anything. With
  /// `Missing::tell`, a layout that is gone is an answer: null. `what` is asked, for the error.
  template <class Body>
  auto call(Missing missing, const std::string& what, Body body) -> Result<
      std::unique_ptr<decltype(body(std::declval<Session&>(), std::declval<Patience>()))>> {
    using T = decltype(body(std::declval<Session&>(), std::declval<Patience>()));
    const std::scoped_lock lock(mutex_);
    const Patience patience(place_.patience);
    for (bool again = false;; again = true) {
      try {
        prepare(patience);
        return std::make_unique<T>(body(*session_, patience));
      } catch (const std::exception& failure) {
        const Layout layout = again ? Layout::no_matter : layout_after(failure, patience);
        if (layout == Layout::no_matter) return error_of(what, failure);
        if (layout == Layout::there) continue;
        if (missing == Missing::tell) return std::unique_ptr<T>();
        if (!make_layout(patience)) return error_of(what, failure);
      }
    }
  }

 private:
  void prepare(const Patience& patience);
  /// What a failure has to do with the layout: nothing; it is gone; it is there, and another one
  /// than the statement was prepared for.
  enum class Layout { no_matter, gone, there };
  Layout layout_after(const std::exception& failure, const Patience& patience);
  bool make_layout(const Patience& patience);
  Error error_of(const std::string& what, const std::exception& failure);

  const PostgresPlace& place_;
  const bool durable_;
  std::mutex mutex_;
  Backoff backoff_;
  std::unique_ptr<Session> session_;
};

}  // namespace leasehold::stores
