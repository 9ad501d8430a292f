// The etcd store against the gateway's own floor: one transaction each way, on a member of the
// bench's own on loopback that waits for its disk.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <curl/curl.h>

#include <leasehold/etcd_store.h>
#include "lib/tests/stores/etcd_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 7;
constexpr int cycles = 500;
constexpr std::size_t many = 10'000;

double seconds_of(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "etcd_bench: %s\n", why.c_str());
  std::exit(1);
}

/// What anybody would write who wants a lock in a key: put it if it is not there, and delete it if
/// it is ours, over a connection that is kept.
class Floor {
 public:
  explicit Floor(const EtcdCluster& cluster)
      : url_("http://" + cluster.host(0) + "/v3/kv/txn"),
        headers_(curl_slist_append(nullptr, "Content-Type: application/json"),
                 &curl_slist_free_all) {
    CURL* const raw = handle_.get();
    curl_easy_setopt(raw, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers_.get());
    const auto keep = +[](const char* bytes, std::size_t, std::size_t count, void* all) {
      static_cast<std::string*>(all)->append(bytes, count);
      return count;
    };
    curl_easy_setopt(raw, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(raw, CURLOPT_WRITEDATA, &body_);
  }

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      send(R"({"compare":[{"key":"Zmxvb3I=","target":"CREATE","create_revision":"0"}],"success":)"
           R"([{"request_put":{"key":"Zmxvb3I=","value":"bWU="}}],"failure":)"
           R"([{"request_range":{"key":"Zmxvb3I="}}]})");
      send(R"({"compare":[{"key":"Zmxvb3I=","target":"VALUE","value":"bWU="}],"success":)"
           R"([{"request_delete_range":{"key":"Zmxvb3I="}}],"failure":)"
           R"([{"request_range":{"key":"Zmxvb3I="}}]})");
    }
    return cycles / seconds_of(began);
  }

 private:
  void send(const char* request) {
    body_.clear();
    curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDS, request);
    if (curl_easy_perform(handle_.get()) != CURLE_OK ||
        body_.find("\"succeeded\":true") == std::string::npos) {
      fail("the floor fails: " + body_);
    }
  }

  const std::string url_;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_{curl_easy_init(),
                                                                    &curl_easy_cleanup};
  std::string body_;
};

class Ours {
 public:
  explicit Ours(const EtcdCluster& cluster) {
    auto opened = EtcdStore::open(cluster.url(), {.patience = 10s});
    if (!opened) fail(opened.error().detail);
    store_ = *std::move(opened);
  }

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      const OwnerId owner{1, ++owners_};
      if (!take("k", owner, term_)) fail("the lock is taken");
      const auto freed = store_->release({"k", owner, ++term_});
      if (!freed) fail(freed.error().detail);
    }
    return cycles / seconds_of(began);
  }

  void take_many() {
    for (std::size_t i = 0; i < many; ++i) {
      if (!take(key(i), {2, 1}, 0)) fail("a fresh lock is taken");
    }
  }
  double renew_many_ms() {
    ++seq_;
    std::vector<RenewRequest> batch;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < many; ++i) {
      batch.push_back({key(i), {2, 1}, 1, seq_, {3, seq_}, 1h});
      if (batch.size() < largest_batch && i + 1 < many) continue;
      const auto renewed = store_->renew(batch);
      if (!renewed) fail(renewed.error().detail);
      for (const RenewAnswer& answer : renewed->answer) {
        if (!std::holds_alternative<Renewed>(answer)) fail("a lock was lost");
      }
      batch.clear();
    }
    return seconds_of(began) * 1e3;
  }

 private:
  static std::string key(std::size_t i) { return "lock " + std::to_string(i); }
  bool take(const std::string& key, const OwnerId& owner, Term expected) {
    const auto taken = store_->acquire({.key = key,
                                        .owner = owner,
                                        .expected_term = expected,
                                        .lease = 1h,
                                        .info = "bench",
                                        .unchanged = std::nullopt});
    if (!taken) fail(taken.error().detail);
    return std::holds_alternative<Granted>(taken->answer);
  }

  std::unique_ptr<EtcdStore> store_;
  std::uint64_t owners_ = 0;
  Term term_ = 0;
  Seq seq_ = 0;
};

void run() {
  EtcdCluster cluster(1, {}, "http", true);
  Floor floor(cluster);
  Ours ours(cluster);
  std::vector<double> floors;
  std::vector<double> cycles_of_ours;
  std::vector<double> ratios;
  std::vector<double> renewals;
  ours.take_many();
  // Side by side, so that a machine that is slow for a while is so for both; the first warms up.
  for (int round = 0; round <= rounds; ++round) {
    const double one = floor.cycles_a_second();
    const double other = ours.cycles_a_second();
    const double renewed = ours.renew_many_ms();
    if (round == 0) continue;
    floors.push_back(one);
    cycles_of_ours.push_back(other);
    ratios.push_back(other / one);
    renewals.push_back(renewed);
  }
  std::printf("acquire + release a second: %.0f, floor %.0f, ratio %.2f (bar 0.9)\n",
              median(cycles_of_ours), median(floors), median(ratios));
  std::printf("renewing %zu locks: %.0f ms\n", many, median(renewals));
}

}  // namespace
}  // namespace leasehold

int main() {
  if (leasehold::EtcdCluster::program().empty()) {
    std::fprintf(stderr, "etcd_bench: not run: there is no etcd here\n");
    return 77;
  }
  leasehold::run();
}
