// Whether what a process keeps of the protected data is still as it was.
//
// The rule to know: a holder whose cache is unchanged need not load it anew. "Unchanged" is said
// only if all tenures since the cache was loaded were this process's own; "changed" may be said
// without need, and is said until it is acknowledged.
#pragma once

#include <memory>

#include <leasehold/export.h>
#include <leasehold/ids.h>
#include <leasehold/store.h>

namespace leasehold {

/// A moment in a key's history: after its tenures up to `term` had ended, before the next.
struct Stamp {
  /// The table's.
  Incarnation incarnation;
  /// 0: nobody ever had the key.
  Term term = 0;

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

namespace detail {
class CacheState;
class TenureView;
}  // namespace detail

/// One thing that was loaded under a lock, for `Guard::changed`. New, it counts as changed. Cheap
/// to copy; copies are the same cache. Thread-safe; the last word counts.
class LEASEHOLD_API Cache {
 public:
  Cache();
  /// It was loaded without the lock, after `Lock::term` had said `as_of`.
  void loaded(const Stamp& as_of);
  /// It holds nothing any more: changed.
  void forget();

 private:
  friend class Guard;
  std::shared_ptr<detail::CacheState> state_;
};

/// Says that a cache is out of date, see `Guard::changed`.
class LEASEHOLD_API Change {
 public:
  /// The cache was loaded anew, after this change was told: it is up to date as of the guard's
  /// tenure. Without it the change is told again.
  void acknowledge();

 private:
  friend class Guard;
  Change(std::shared_ptr<detail::CacheState> cache, const Stamp& now)
      : cache_(std::move(cache)), now_(now) {}

  std::shared_ptr<detail::CacheState> cache_;
  Stamp now_;
};

}  // namespace leasehold
