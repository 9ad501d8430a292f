// The store that real processes fight for, and what can be done to it.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>

namespace leasehold::reality {

/// A store with its servers on this machine, and a network that can be disturbed between it and the
/// processes.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// What processes open.
  virtual std::string url() const = 0;
  /// Does one thing to the servers or the network; some last until `calm`. Counted by name.
  virtual void disturb(std::minstd_rand& random) = 0;
  /// Ends what lasts.
  virtual void calm() = 0;
  /// False: it may forget what it acknowledged, and then two may hold the lock. That is counted and
  /// not judged; only I14 holds whatever a store forgets.
  virtual bool keeps_what_it_acknowledged() const { return true; }

  /// What was done so far.
  const std::map<std::string, int>& done() const { return done_; }

 protected:
  void count(const std::string& what) { ++done_[what]; }

 private:
  std::map<std::string, int> done_;
};

/// "postgres": a primary alone; "redis": one that syncs every write; "redis-failover": a primary
/// and a replica that is promoted, again and again; "redis-failover-wait": the same, and each grant
/// waits for the replica; "etcd": three members. Null if its server is not installed here. Throws
/// for a name that is none.
std::unique_ptr<Engine> engine_named(const std::string& name);

}  // namespace leasehold::reality
