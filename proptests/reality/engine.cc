#include "proptests/reality/engine.h"

#include <chrono>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "lib/tests/stores/fault_proxy.h"
#include "proptests/reality/setting.h"
#ifdef LEASEHOLD_WITH_REDIS
#include "proptests/reality/failover.h"
#endif
#ifdef LEASEHOLD_WITH_ETCD
#include "lib/tests/stores/etcd_server.h"
#endif
#ifdef LEASEHOLD_WITH_POSTGRES
#include "lib/tests/stores/postgres_server.h"
#endif
#ifdef LEASEHOLD_WITH_REDIS
#include "lib/tests/stores/redis_server.h"
#endif

namespace leasehold::reality {
namespace {

/// One server behind a proxy.
template <class Server>
class SingleServer final : public Engine {
 public:
  explicit SingleServer(std::string (*url_of)(int port)) : url_of_(url_of) {
    if constexpr (Server::has_clock) {
      steps_clock_ = server_.clock().switch_on();
      if (!steps_clock_) {
        count("no libfaketime here: the server's clock is let alone");
        return;
      }
      server_.kill();
      server_.start();
    }
  }

  std::string url() const override { return url_of_(proxy_.port()); }

  void disturb(std::minstd_rand& random) override {
    switch (random() % 8) {
      case 0:
        server_.kill();
        server_.start();
        return count("server killed and started again");
      case 1:
        server_.freeze();
        frozen_ = true;
        return count("server stopped for a while");
      case 2:
        proxy_.blackhole(true);
        return count("network swallows everything");
      case 3:
        proxy_.delay(std::chrono::milliseconds(1 + random() % 60));
        return count("network delays");
      case 4:
        proxy_.cut();
        return count("connections cut");
      case 5:
        proxy_.half_open();
        return count("connections half open");
      default:
        return step_clock(random);
    }
  }

  void calm() override {
    if (frozen_) server_.thaw();
    frozen_ = false;
    proxy_.blackhole(false);
    proxy_.delay(std::chrono::milliseconds(0));
  }

 private:
  // Within what clients were told to expect.
  void step_clock(std::minstd_rand& random) {
    if constexpr (Server::has_clock) {
      const auto now = std::chrono::steady_clock::now();
      if (!steps_clock_) return;
      if (random() % 3 == 0) {
        server_.clock().step(-std::chrono::milliseconds(1 + random() % 200));
        return count("server's clock set back");
      }
      if (now - stepped_ < between_jumps) return;
      stepped_ = now;
      server_.clock().step(std::chrono::milliseconds(1 + random() % forward_jump.count()));
      count("server's clock set forward");
    }
  }

  std::string (*const url_of_)(int port);
  bool steps_clock_ = false;
  std::chrono::steady_clock::time_point stepped_{};
  Server server_{};
  FaultProxy proxy_{server_.port()};
  bool frozen_ = false;
};

#ifdef LEASEHOLD_WITH_REDIS
/// One that keeps all that it acknowledged. Its clock is let alone: libfaketime and the malloc that
/// Debian's Redis is linked with wait for each other in some starts. Tests of the scripts move
/// time.
class DurableRedis {
 public:
  static constexpr bool has_clock = false;
  int port() const { return server_.port_number(); }
  void start() { server_.start(); }
  void kill() { server_.kill_hard(); }
  void freeze() const { server_.stop(); }
  void thaw() const { server_.go_on(); }

 private:
  RedisServer server_{RedisServer::durable()};
};
#endif

#ifdef LEASEHOLD_WITH_ETCD
/// Three members, each behind a proxy. At most one is away for long: a majority goes on.
class ThreeMembers final : public Engine {
 public:
  std::string url() const override {
    // Not everybody asks the same member first.
    std::size_t first = 0;
    for (const auto& [what, times] : done()) first += static_cast<std::size_t>(times);
    std::string hosts;
    for (std::size_t i = 0; i < std::size(proxies_); ++i) {
      const FaultProxy& proxy = proxies_[(first + i) % std::size(proxies_)];
      hosts += (hosts.empty() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(proxy.port());
    }
    return "etcd://" + hosts;
  }

  void disturb(std::minstd_rand& random) override {
    const std::size_t one = random() % cluster_.size();
    switch (random() % 8) {
      case 0:
        cluster_.kill(one);
        cluster_.start(one);
        return count("member killed and started again");
      case 1:
        cluster_.kill(one);
        cluster_.kill((one + 1) % cluster_.size());
        cluster_.start(one);
        cluster_.start((one + 1) % cluster_.size());
        return count("majority killed and started again");
      case 2:
        frozen_ = cluster_.leader();
        cluster_.freeze(*frozen_);
        return count("leader stopped for a while");
      case 3:
        frozen_ = one;
        cluster_.freeze(one);
        return count("member stopped for a while");
      case 4:
        proxies_[one].blackhole(true);
        return count("network swallows everything");
      case 5:
        for (FaultProxy& proxy : proxies_)
          proxy.delay(std::chrono::milliseconds(1 + random() % 40));
        return count("network delays");
      case 6:
        for (FaultProxy& proxy : proxies_) proxy.cut();
        return count("connections cut");
      default:
        proxies_[one].half_open();
        return count("connections half open");
    }
  }

  void calm() override {
    if (frozen_) cluster_.thaw(*frozen_);
    frozen_.reset();
    for (FaultProxy& proxy : proxies_) {
      proxy.blackhole(false);
      proxy.delay(std::chrono::milliseconds(0));
    }
  }

 private:
  EtcdCluster cluster_{3};
  FaultProxy proxies_[3]{FaultProxy(cluster_.port(0)), FaultProxy(cluster_.port(1)),
                         FaultProxy(cluster_.port(2))};
  std::optional<std::size_t> frozen_;
};
#endif

}  // namespace

std::unique_ptr<Engine> engine_named(const std::string& name) {
#ifdef LEASEHOLD_WITH_ETCD
  if (name == "etcd") {
    if (EtcdCluster::program().empty()) return nullptr;
    return std::make_unique<ThreeMembers>();
  }
#endif
#ifdef LEASEHOLD_WITH_POSTGRES
  if (name == "postgres") {
    if (PostgresServer::programs().empty()) return nullptr;
    return std::make_unique<SingleServer<PostgresServer>>([](int port) {
      return "postgresql://postgres@127.0.0.1:" + std::to_string(port) + "/postgres";
    });
  }
#endif
#ifdef LEASEHOLD_WITH_REDIS
  if (name == "redis-failover" || name == "redis-failover-wait") {
    if (!RedisServer::is_installed()) return nullptr;
    return redis_failover(name == "redis-failover-wait");
  }
  if (name == "redis") {
    if (!RedisServer::is_installed()) return nullptr;
    return std::make_unique<SingleServer<DurableRedis>>(
        [](int port) { return "redis://127.0.0.1:" + std::to_string(port); });
  }
#endif
  throw std::runtime_error("--engine: found \"" + name +
                           "\"; accepted: the stores of servers that "
                           "this program was built with, as in \"postgres\"");
}

}  // namespace leasehold::reality
