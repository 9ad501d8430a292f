// The etcd store against the gateway's own floor: one transaction each way, on a member of the
// bench's own on loopback that waits for its disk.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <curl/curl.h>

#include <leasehold/etcd_store.h>
#include "lib/bench/store_bench.h"
#include "lib/tests/stores/etcd_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using bench::fail;

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

  void acquire_and_release() {
    send(R"({"compare":[{"key":"Zmxvb3I=","target":"CREATE","create_revision":"0"}],"success":)"
         R"([{"request_put":{"key":"Zmxvb3I=","value":"bWU="}}],"failure":)"
         R"([{"request_range":{"key":"Zmxvb3I="}}]})");
    send(R"({"compare":[{"key":"Zmxvb3I=","target":"VALUE","value":"bWU="}],"success":)"
         R"([{"request_delete_range":{"key":"Zmxvb3I="}}],"failure":)"
         R"([{"request_range":{"key":"Zmxvb3I="}}]})");
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

}  // namespace
}  // namespace leasehold

int main(int argc, char** argv) {
  using namespace leasehold;
  if (EtcdCluster::program().empty()) {
    std::fprintf(stderr, "etcd_bench: there is no etcd here\n");
    return bench::not_run;
  }
  EtcdCluster cluster(1, {}, "http", true);
  Floor floor(cluster);
  bench::Ours ours(EtcdStore::open(cluster.url(), {.patience = 10s}));
  bench::register_against_floor("etcd", floor, ours);
  return bench::run_registered(argc, argv);
}
