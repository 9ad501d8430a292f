// What a client holds and who waits in it, for people who look for a lock that does not move.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <leasehold/call_site.h>
#include <leasehold/export.h>
#include <leasehold/fence.h>
#include <leasehold/loss.h>

namespace leasehold {

/// A client at one moment, see `Client::dump`. A plain value.
struct LEASEHOLD_API Dump {
  /// Somebody in this process who has a guard, or waits for one.
  struct Party {
    /// Where it acquired, or began to wait.
    CallSite where{};
    /// Since when.
    Length age{};
    /// Who waits: when it leaves. Absent: never by itself.
    std::optional<Length> leaves_in{};
  };
  /// This process's latest tenure of a key.
  struct Tenure {
    /// Its term and its owner (as a digest), as resources see them.
    Fence fence{};
    /// The acquire that began it.
    CallSite where{};
    /// Since the grant.
    Length age{};
    /// Until the deadline, if no renewal succeeds; zero when not held.
    Length left{};
    /// Why it is over; nullopt: it is not. (Past its deadline it is over, even if `lost` comes
    /// later.)
    std::optional<LossReason> lost{};
    /// The oldest first. Guards of a tenure that is over are there until they are dropped, or until
    /// this process has the key again.
    std::vector<Party> guards{};
    /// How many `run_while_held` calls are at work under it.
    int working = 0;
  };
  /// One key that somebody here holds or waits for.
  struct Key {
    /// Without the client's prefix.
    std::string key{};
    /// Absent: this process has no tenure of it, and no guard.
    std::optional<Tenure> tenure{};
    /// What the one who had the lock said of itself when this client last heard of one.
    std::string last_heard_of{};
    /// The oldest first.
    std::vector<Party> waiters{};
  };
  /// How the client names itself.
  std::string client{};
  /// In order; only those with a tenure that is not over, a guard, or somebody who waits.
  std::vector<Key> keys{};

  /// Several lines for people, the last one ended: ages to the millisecond.
  std::string text() const;
};

}  // namespace leasehold
