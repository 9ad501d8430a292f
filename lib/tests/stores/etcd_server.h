// An etcd cluster of the tests' own, on loopback.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/tests/stores/server_process.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

/// What one member says to a request; status 0: nothing.
struct EtcdSaid {
  long status = 0;
  std::string body;
};

class EtcdCluster {
 public:
  static std::string program() { return installed("etcd", {}); }
  static std::string etcdctl() { return installed("etcdctl", {}); }

  /// Starts `members` of them. `more` are options of etcd's, e.g. for TLS, which then says "https".
  /// A crash of the machine is not what tests are about, so they do not wait for the disk unless
  /// they are `durable`.
  explicit EtcdCluster(std::size_t members, std::vector<std::string> more = {},
                       std::string protocol = "http", bool durable = false)
      : more_(std::move(more)), protocol_(std::move(protocol)), members_(members) {
    if (!durable) more_.emplace_back("--unsafe-no-fsync");
    do {
      for (std::size_t i = 0; i < members; ++i) prepare(i);
      for (std::size_t i = 0; i < members; ++i) launch(i);
    } while (!comes_up());
  }

  std::size_t size() const { return members_.size(); }
  int port(std::size_t i) const { return members_[i].client_port; }
  std::string host(std::size_t i) const { return "127.0.0.1:" + std::to_string(port(i)); }
  /// Of all members, that of `first` before the others.
  std::string url(const std::string& rest = {}, std::size_t first = 0) const {
    std::string hosts;
    for (std::size_t i = 0; i < size(); ++i) {
      hosts += (hosts.empty() ? "" : ",") + host((first + i) % size());
    }
    return "etcd://" + hosts + rest;
  }

  /// That of a member that was started with --auto-tls.
  std::string certificate(std::size_t i) const {
    return dir_.file(name(i)) + "/fixtures/client/cert.pem";
  }

  void kill(std::size_t i = 0) { members_[i].process->kill(); }
  void freeze(std::size_t i = 0) { members_[i].process->freeze(); }
  void thaw(std::size_t i = 0) { members_[i].process->thaw(); }
  /// Starts a member that was killed, and waits until a write is answered.
  void start(std::size_t i = 0) {
    do {
      launch(i);
    } while (!comes_up());
  }

  /// The member that leads, by what `asked` says.
  std::size_t leader(std::size_t asked = 0) const {
    for (;;) {
      const std::string leader = text(post(asked, "/v3/maintenance/status", "{}"), "leader");
      for (std::size_t i = 0; i < size(); ++i) {
        const EtcdSaid status = post(i, "/v3/maintenance/status", "{}", 500);
        const auto read = nlohmann::json::parse(status.body, nullptr, false);
        if (status.status != 200 || !read.is_object()) continue;
        if (!leader.empty() && read["header"]["member_id"] == leader) return i;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  /// Runs etcdctl on a member, to its end; its exit code.
  int control(std::vector<std::string> words, std::size_t i = 0) const {
    words.insert(words.begin(), {etcdctl(), "--endpoints=" + protocol_ + "://" + host(i)});
    words.insert(words.begin(), {"env", "ETCDCTL_API=3"});
    return run_to_end(words, dir_.file("etcdctl.log"));
  }

  EtcdSaid post(std::size_t i, const std::string& path, const std::string& body,
                long timeout_ms = 0) const {
    EtcdSaid said;
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                     &curl_easy_cleanup);
    const std::string url = protocol_ + "://" + host(i) + path;
    CURL* const raw = handle.get();
    curl_easy_setopt(raw, CURLOPT_URL, url.c_str());
    curl_easy_setopt(raw, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(raw, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(raw, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(raw, CURLOPT_POSTFIELDS, body.c_str());
    const auto keep = +[](const char* bytes, std::size_t, std::size_t count, void* all) {
      static_cast<std::string*>(all)->append(bytes, count);
      return count;
    };
    curl_easy_setopt(raw, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(raw, CURLOPT_WRITEDATA, &said.body);
    if (curl_easy_perform(raw) == CURLE_OK) {
      curl_easy_getinfo(raw, CURLINFO_RESPONSE_CODE, &said.status);
    }
    return said;
  }

 private:
  struct Member {
    int client_port = 0;
    int peer_port = 0;
    std::optional<ServerProcess> process;
  };

  static std::string text(const EtcdSaid& said, const char* name) {
    const auto read = nlohmann::json::parse(said.body, nullptr, false);
    return read.is_object() ? read.value(name, std::string()) : std::string();
  }

  static std::string name(std::size_t i) { return "m" + std::to_string(i); }
  std::string peer(std::size_t i) const {
    return "http://127.0.0.1:" + std::to_string(members_[i].peer_port);
  }

  /// Ports, and nothing that was there before.
  void prepare(std::size_t i) {
    members_[i].process.reset();
    std::filesystem::remove_all(dir_.file(name(i)));
    members_[i].client_port = free_port();
    members_[i].peer_port = free_port();
  }

  void launch(std::size_t i) {
    std::string all;
    for (std::size_t other = 0; other < size(); ++other) {
      all += (all.empty() ? "" : ",") + name(other) + "=" + peer(other);
    }
    const std::string client = protocol_ + "://" + host(i);
    std::vector<std::string> command{program(),
                                     "--name",
                                     name(i),
                                     "--data-dir",
                                     dir_.file(name(i)),
                                     "--listen-client-urls",
                                     client,
                                     "--advertise-client-urls",
                                     client,
                                     "--listen-peer-urls",
                                     peer(i),
                                     "--initial-advertise-peer-urls",
                                     peer(i),
                                     "--initial-cluster",
                                     all,
                                     "--heartbeat-interval",
                                     size() > 1 ? "50" : "10",
                                     "--election-timeout",
                                     size() > 1 ? "500" : "100"};
    command.insert(command.end(), more_.begin(), more_.end());
    members_[i].process.emplace(command, dir_.file(name(i) + ".log"));
  }

  // However long it takes: the time limit of the test is there for a cluster that never comes.
  // False if a member ended by itself: somebody took its port before it did.
  bool comes_up() {
    for (std::size_t i = 0; i < size(); ++i) {
      // Somebody else of them may be away on purpose.
      while (!members_[i].process->is_gone() && !answers(i)) {
        if (members_[i].process->has_ended()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
    return true;
  }

  // Any answer to a write that is etcd's own will do, "permission denied" too, but that there is no
  // leader.
  bool answers(std::size_t i) const {
    const EtcdSaid said = post(i, "/v3/kv/put", R"({"key":"dGVzdHM=","value":"eA=="})", 2000);
    return said.status != 0 && said.status < 500;
  }

  const TempDir dir_;
  std::vector<std::string> more_;
  const std::string protocol_;
  std::vector<Member> members_;
};

/// The member that most tests share; null where etcd is not installed.
inline EtcdCluster* shared_etcd() {
  static const std::unique_ptr<EtcdCluster> cluster =
      EtcdCluster::program().empty() ? nullptr : std::make_unique<EtcdCluster>(1);
  return cluster.get();
}

inline constexpr const char* no_etcd =
    "there is no etcd here: install etcd-server; what these tests are about was not tried";

}  // namespace leasehold
