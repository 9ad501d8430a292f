#include "proptests/reality/failover.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "lib/tests/stores/fault_proxy.h"
#include "lib/tests/stores/redis_server.h"

namespace leasehold::reality {
namespace {

using namespace std::chrono_literals;

/// A primary behind a proxy that stands for the address which operators move, and a replica.
class RedisPair final : public Engine {
 public:
  explicit RedisPair(bool waits) : waits_(waits) { add_replica(); }

  std::string url() const override {
    return "redis://127.0.0.1:" + std::to_string(proxy_.port()) + (waits_ ? "?wait=50ms" : "");
  }
  bool keeps_what_it_acknowledged() const override { return false; }

  void disturb(std::minstd_rand& random) override {
    switch (random() % 4) {
      case 0:
        fail_over();
        return count("failover");
      case 1:
        // What the primary does meanwhile, the replica never hears of.
        replica_->stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % 300));
        fail_over();
        return count("failover to a replica that lags");
      case 2:
        replica_->stop();
        lags_ = true;
        return count("replica lags for a while");
      default:
        proxy_.cut();
        return count("connections cut");
    }
  }

  void calm() override {
    if (lags_) replica_->go_on();
    lags_ = false;
  }

 private:
  void fail_over() {
    primary_->kill_hard();
    replica_->go_on();
    if (replica_->text({"REPLICAOF", "NO", "ONE"}) != "OK") {
      throw std::runtime_error("the replica can't be promoted");
    }
    primary_ = std::move(replica_);
    proxy_.aim_at(primary_->port_number());
    proxy_.cut();
    add_replica();
  }

  void add_replica() {
    replica_ = std::make_unique<RedisServer>(RedisServer::Settings{
        "--replicaof", "127.0.0.1 " + primary_->port(), "--repl-diskless-sync-delay", "0"});
    while (replica_->text({"INFO", "replication"}).find("master_link_status:up") ==
           std::string::npos) {
      std::this_thread::sleep_for(1ms);
    }
  }

  const bool waits_;
  std::unique_ptr<RedisServer> primary_ =
      std::make_unique<RedisServer>(RedisServer::Settings{"--repl-diskless-sync-delay", "0"});
  std::unique_ptr<RedisServer> replica_;
  FaultProxy proxy_{primary_->port_number()};
  bool lags_ = false;
};

}  // namespace

std::unique_ptr<Engine> redis_failover(bool waits) { return std::make_unique<RedisPair>(waits); }

}  // namespace leasehold::reality
