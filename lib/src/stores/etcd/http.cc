#include "lib/src/stores/etcd/http.h"

#include <array>
#include <sys/socket.h>
#include <system_error>

#include "lib/src/stores/etcd/failure.h"

namespace leasehold::stores {
namespace {

// Above what etcd answers to any request of ours: an answer of 127 records of 1 MiB.
constexpr std::size_t longest_answer = std::size_t{256} << 20U;

std::size_t keep(const char* bytes, std::size_t /*size*/, std::size_t count, void* body) {
  auto& all = *static_cast<std::string*>(body);
  if (all.size() + count > longest_answer) return 0;
  all.append(bytes, count);
  return count;
}

long bytes_sent(CURL* handle) {
  long sent = 0;
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent);
  return sent;
}

// When a kept connection breaks before a byte of the answer came, libcurl sends the request once
// more, on a new one. The server may have carried it out already: then the answer is about the
// second time, and "free" is no answer to a release that took effect. So there is no new one.
curl_socket_t open_socket(void* handle, curlsocktype /*purpose*/, curl_sockaddr* address) {
  if (bytes_sent(handle) > 0) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

CurlEasy etcd_handle(const EtcdAddress& address) {
  // Thread-safe since 7.84 as libcurl says, and before that by the rule for local statics.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlEasy handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) throw EtcdFailure(Errc::not_applied, "libcurl could not be set up");
  CURL* const raw = handle.get();
  curl_easy_setopt(raw, CURLOPT_NOSIGNAL, 1L);
  // A lock is not asked for through whatever proxy an environment names.
  curl_easy_setopt(raw, CURLOPT_PROXY, "");
  curl_easy_setopt(raw, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(raw, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(raw, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(raw, CURLOPT_TCP_KEEPIDLE, 10L);
  curl_easy_setopt(raw, CURLOPT_TCP_KEEPINTVL, 5L);
  curl_easy_setopt(raw, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(raw, CURLOPT_OPENSOCKETDATA, raw);
  if (!address.cacert.empty()) curl_easy_setopt(raw, CURLOPT_CAINFO, address.cacert.c_str());
  if (!address.cert.empty()) {
    curl_easy_setopt(raw, CURLOPT_SSLCERT, address.cert.c_str());
    curl_easy_setopt(raw, CURLOPT_SSLKEY, address.key.c_str());
  }
  return handle;
}

CurlList etcd_headers(const std::string& token) {
  // Without waiting for leave to send the body.
  CurlList headers(curl_slist_append(nullptr, "Expect:"));
  const auto add = [&](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
    if (longer != nullptr) {
      static_cast<void>(headers.release());
      headers.reset(longer);
    }
  };
  add("Content-Type: application/json");
  if (!token.empty()) add("Authorization: " + token);
  return headers;
}

HttpAnswer EtcdHttp::post(const std::string& url, const std::string& body, const std::string& token,
                          std::chrono::milliseconds timeout) {
  const CurlList headers = etcd_headers(token);
  CURL* const raw = handle_.get();
  curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(raw, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(raw, CURLOPT_POSTFIELDS, body.c_str());
  HttpAnswer answer = perform(url, timeout);
  curl_easy_setopt(raw, CURLOPT_HTTPHEADER, nullptr);
  return answer;
}

HttpAnswer EtcdHttp::get(const std::string& url, std::chrono::milliseconds timeout) {
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPGET, 1L);
  return perform(url, timeout);
}

// A connection that its server closed meanwhile is seen to be so before anything is sent on it.
HttpAnswer EtcdHttp::perform(const std::string& url, std::chrono::milliseconds timeout) {
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> words{};
  CURL* const raw = handle_.get();
  curl_easy_setopt(raw, CURLOPT_URL, url.c_str());
  curl_easy_setopt(raw, CURLOPT_ERRORBUFFER, words.data());
  curl_easy_setopt(raw, CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(raw, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(raw, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  const CURLcode code = curl_easy_perform(raw);
  curl_easy_setopt(raw, CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_OK) {
    answer.stage = HttpAnswer::Stage::answered;
    curl_easy_getinfo(raw, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
  }
  const long sent = bytes_sent(raw);
  answer.stage = sent == 0 ? HttpAnswer::Stage::unsent : HttpAnswer::Stage::unanswered;
  answer.problem = words[0] == 0 ? curl_easy_strerror(code) : words.data();
  long os_error = 0;
  curl_easy_getinfo(raw, CURLINFO_OS_ERRNO, &os_error);
  if (answer.stage == HttpAnswer::Stage::unsent && os_error != 0) {
    answer.problem += ": " + std::generic_category().message(static_cast<int>(os_error));
  }
  answer.is_hopeless =
      sent == 0 && (code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE);
  return answer;
}

}  // namespace leasehold::stores
