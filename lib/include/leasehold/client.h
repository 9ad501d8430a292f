// A process's door to a store of leases.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <leasehold/dump.h>
#include <leasehold/events.h>
#include <leasehold/export.h>
#include <leasehold/lock.h>
#include <leasehold/result.h>
#include <leasehold/store.h>
#include <leasehold/timing.h>

namespace leasehold {

namespace detail {
class ClientState;
}

/// Owns the connection to a store and the threads that renew leases: one timer, two lanes to the
/// store (so that a renewal never queues behind an acquire), one for callbacks.
///
/// Movable. Thread-safe but for moving and destroying. Locks and guards may outlive it: they are
/// then closed.
class LEASEHOLD_API Client {
 public:
  /// How a client shows itself and whom it tells.
  struct Options {
    /// How the client names itself to people; never identity. Default: "pid 123 on host".
    std::string info{};
    /// Hears of everything that happens to its locks.
    EventListener on_event{};
    /// Put before every key at the store, so that applications which share one don't meet:
    /// "billing/" makes "billing/deploy" of "deploy". 1 to 63 of A-Z a-z 0-9 . _ - and then one
    /// "/": of two such prefixes no key of one is a key of the other. (A client without one may
    /// name any key.) It is a part of the 512 bytes of a key. Locks, events, counters and dumps
    /// show keys without it, but not what the store says of a failure; a `Fence` has it, as
    /// resources may be shared too. To a prefix that is new all keys are new: processes with and
    /// without it do not exclude each other. Empty: none.
    std::string key_prefix{};
    /// A call that has waited so long is told of as `Event::Kind::stalled`. 0: none is.
    Length stalled_after{};
    /// A tenure is given up when nobody says `Guard::progress` or `Lock::progress` for so long: its
    /// guards are lost (`silent`), stop tokens fire, and the key is free when the last guard has
    /// gone, or after the stop budget. So a worker that is stuck does not hold a lock for hours
    /// because its lease is still renewed. A new guard counts as progress, so where guards
    /// overlap set `Timing::max_tenure` too. The time that the machine slept does not count. 0:
    /// off.
    Length max_silence{};
  };
  /// A client of `store` with the timing `config`, which must pass `checked` and be of the store's
  /// authority: else `misuse`, as for a key prefix that is none and for lengths outside [0, 7
  /// days].
  static Result<Client> over(std::unique_ptr<Store> store, const Config& config, Options options);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// As `close`.
  ~Client();

  /// A handle on the lock `key`. Asks nobody.
  Lock lock(std::string key) const;

  /// What happened so far.
  Counters counters() const;
  /// What happened so far to one key: nothing, if this client never made a lock of it. Callbacks
  /// that threw are counted for all keys together, and after `close` nothing is told of one.
  Counters counters(const std::string& key) const;

  /// Who holds what and who waits, and since when. Asks nobody, so it answers even while the store
  /// hangs. Empty in a forked child and after `close`.
  Dump dump() const;

  /// Guards are dead, waiting calls are refused (`closed`), leases are released as far as the store
  /// answers within the request timeout. One within its `Timing::min_hold` is not released: nobody
  /// renews it any more, and the key is kept until it runs out. A worker stuck in the store is left
  /// behind, so this returns even when the store hangs. May be called twice.
  void close();

 private:
  explicit Client(std::shared_ptr<detail::ClientState> state);

  std::shared_ptr<detail::ClientState> state_;
};

/// The store that `url` names. Accepted:
///   "sqlite:PATH"  the database file PATH, made if it is not there (see sqlite_store.h)
///   "memory:"      a store that lives in this process and is shared by nobody else
/// and what components of the library add, such as `add_postgres` of postgres_store.h.
/// A call waits for other writers and for an answer for `patience` at most, where the store has
/// such. Errors: `misuse` for any other url, and what opening the store says.
LEASEHOLD_API Result<std::unique_ptr<Store>> open_store(const std::string& url,
                                                        Length patience = std::chrono::seconds(1));

/// How `open` makes a client.
struct OpenOptions {
  /// How the client shows itself and whom it tells.
  Client::Options client{};
  /// Instead of the timing of the store's preset.
  std::optional<Timing> timing{};
};

/// A client of the store that `url` names (see `open_store`), with that store's preset. Errors:
/// `misuse` for a url that is not known or a timing that can't keep its promises, and what opening
/// the store says.
LEASEHOLD_API Result<Client> open(const std::string& url, OpenOptions options = {});

}  // namespace leasehold
