// HTTP to one endpoint after the other, over connections that are kept.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "lib/src/stores/etcd/address.h"

namespace leasehold::stores {

struct CurlEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEnd>;
using CurlList = std::unique_ptr<curl_slist, CurlEnd>;

/// What a request came to.
struct HttpAnswer {
  enum class Stage {
    answered,
    /// Nothing of it was sent.
    unsent,
    /// It was sent, at least in part, and there is no whole answer.
    unanswered,
  };
  Stage stage = Stage::unsent;
  long status = 0;
  std::string body;
  /// Without an answer: why.
  std::string problem;
  /// Trying again is of no use: a file is missing, or is no certificate.
  bool is_hopeless = false;
};

/// A handle that is set up for the store at `address`: TLS, no signals, no proxy, descriptors that
/// are closed on exec. Throws `EtcdFailure` if libcurl has none to give.
CurlEasy etcd_handle(const EtcdAddress& address);
/// The headers of a JSON request by whoever `token` names; empty: by nobody.
CurlList etcd_headers(const std::string& token);

/// Not thread-safe.
class EtcdHttp {
 public:
  explicit EtcdHttp(const EtcdAddress& address) : handle_(etcd_handle(address)) {}

  HttpAnswer post(const std::string& url, const std::string& body, const std::string& token,
                  std::chrono::milliseconds timeout);
  HttpAnswer get(const std::string& url, std::chrono::milliseconds timeout);

 private:
  HttpAnswer perform(const std::string& url, std::chrono::milliseconds timeout);

  CurlEasy handle_;
};

}  // namespace leasehold::stores
