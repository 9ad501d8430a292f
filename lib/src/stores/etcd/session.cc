#include "lib/src/stores/etcd/session.h"

#include <algorithm>

#include "lib/src/stores/etcd/json.h"
#include "lib/src/stores/etcd/refusal.h"

namespace leasehold::stores {
namespace {

using Stage = HttpAnswer::Stage;

constexpr long good = 200;
constexpr const char* kv_txn = "/v3/kv/txn";

// Requests are put together as they are: all that is in them is base64, digits and names.
std::string range(const std::string& key) {
  return R"({"request_range":{"key":")" + base64(key) + R"("}})";
}

std::string comparison(const std::string& key, const std::optional<std::string>& value) {
  const std::string start = R"({"key":")" + base64(key) + R"(","target":")";
  if (value) return start + R"(VALUE","value":")" + base64(*value) + R"("})";
  return start + R"(CREATE","create_revision":"0"})";
}

std::string put(const std::string& key, const std::string& value) {
  return R"({"request_put":{"key":")" + base64(key) + R"(","value":")" + base64(value) + R"("}})";
}

template <class Range, class Text>
std::string list(const Range& range, Text text) {
  std::string all = "[";
  for (const auto& one : range) {
    if (all.size() > 1) all += ',';
    all += text(one);
  }
  return all + "]";
}

std::optional<std::string> value_in(const Json& response) {
  const Json& found = member(member(response, "response_range"), "kvs");
  if (!found.is_array() || found.empty()) return std::nullopt;
  return from_base64(text_of(found.front(), "value"));
}

std::vector<std::optional<std::string>> values_in(const Json& answer, std::size_t wanted) {
  const Json& responses = member(answer, "responses");
  if (!responses.is_array() || responses.size() != wanted) {
    throw EtcdFailure(Errc::unknown, "the server's answer can't be read: it lacks what was asked");
  }
  std::vector<std::optional<std::string>> values;
  for (const Json& response : responses) values.push_back(value_in(response));
  return values;
}

}  // namespace

EtcdTxnAnswer EtcdSession::run(const EtcdTxn& txn, const Patience& patience) {
  std::string writes = list(txn.puts, [](const auto& one) { return put(one.first, one.second); });
  if (!txn.wiped_prefix.empty()) {
    std::string end = txn.wiped_prefix;
    ++end.back();
    writes.back() = txn.puts.empty() ? ' ' : ',';
    writes += R"({"request_delete_range":{"key":")" + base64(txn.wiped_prefix) +
              R"(","range_end":")" + base64(end) + R"("}}])";
  }
  const std::string compares =
      list(txn.compares, [](const auto& one) { return comparison(one.first, one.second); });
  const Json answer =
      parsed_object(call(kv_txn,
                         R"({"compare":)" + compares + R"(,"success":)" + writes +
                             R"(,"failure":)" + list(txn.otherwise_read, range) + "}",
                         patience));
  const Json& succeeded = member(answer, "succeeded");
  if (succeeded.is_boolean() && succeeded.get<bool>()) return {.applied = true, .values = {}};
  return {.applied = false, .values = values_in(answer, txn.otherwise_read.size())};
}

std::vector<std::optional<std::string>> EtcdSession::read(const std::vector<std::string>& keys,
                                                          const Patience& patience) {
  const std::string answer = call(kv_txn, R"({"success":)" + list(keys, range) + "}", patience);
  return values_in(parsed_object(answer), keys.size());
}

std::pair<std::optional<std::string>, std::vector<std::string>> EtcdSession::keys(
    const std::string& key, const std::string& from, const std::string& end, std::uint64_t most,
    const Patience& patience) {
  const std::string many = R"({"request_range":{"key":")" + base64(from) + R"(","range_end":")" +
                           base64(end) + R"(","limit":")" + std::to_string(most) +
                           R"(","keys_only":true}})";
  const Json answer =
      parsed_object(call(kv_txn, R"({"success":[)" + range(key) + "," + many + "]}", patience));
  const std::optional<std::string> value = values_in(answer, 2).front();
  std::vector<std::string> found;
  for (const Json& one :
       member(member(member(answer, "responses").at(1), "response_range"), "kvs")) {
    found.push_back(from_base64(text_of(one, "key")));
  }
  return {value, std::move(found)};
}

std::string EtcdSession::check_version(const Patience& patience) {
  HttpAnswer answer;
  for (std::size_t tried = 0; tried < address_.endpoints.size(); ++tried) {
    answer = http_.get(endpoint() + "/version", timeout(patience));
    if (answer.stage == Stage::answered) break;
    next_endpoint();
  }
  if (answer.stage != Stage::answered) {
    throw EtcdFailure(
        answer.is_hopeless ? Errc::misuse : Errc::not_applied,
        endpoint() + ": " + answer.problem +
            "; see that etcd runs and is reached as the url says, and whether it wants tls=on");
  }
  const Json told = Json::parse(answer.body, nullptr, false);
  std::string version = text_of(told, "etcdserver");
  if (answer.status != good || version.empty()) {
    throw EtcdFailure(Errc::misuse, endpoint() + ": " + etcd_refusal(answer).words);
  }
  constexpr int oldest_minor = 4;
  const std::size_t dot = std::min(version.find('.'), version.size() - 1);
  const int major = std::atoi(version.c_str());
  const int minor = std::atoi(version.c_str() + dot + 1);
  if (major < 3 || (major == 3 && minor < oldest_minor)) {
    throw EtcdFailure(Errc::misuse, "etcd " + version + " is too old: 3.4 or later is needed");
  }
  return version;
}

// Where there are several members, one of them does not get all the time.
std::chrono::milliseconds EtcdSession::timeout(const Patience& patience) const {
  const auto share = address_.endpoints.size() > 1 ? patience.left() / 2 : patience.left();
  return std::max(std::chrono::milliseconds(1),
                  std::chrono::floor<std::chrono::milliseconds>(share));
}

HttpAnswer EtcdSession::attempt(const std::string& path, const std::string& body,
                                const Patience& patience) {
  return http_.post(endpoint() + path, body, token(patience), timeout(patience));
}

const std::string& EtcdSession::token(const Patience& patience) {
  if (!address_.user.empty() && token_.empty()) authenticate(patience);
  return token_;
}

void EtcdSession::authenticate(const Patience& patience) {
  const Json request{{"name", address_.user}, {"password", address_.password}};
  // Neither is ours: what is no UTF-8 is nobody's name.
  const std::string body = request.dump(-1, ' ', false, Json::error_handler_t::replace);
  const HttpAnswer answer =
      http_.post(endpoint() + "/v3/auth/authenticate", body, "", timeout(patience));
  if (answer.stage != Stage::answered) {
    throw EtcdFailure(Errc::not_applied, answer.problem);
  }
  if (answer.status != good) {
    const EtcdRefusal refusal = etcd_refusal(answer);
    // Only asking who one is has failed: whatever came of that, nothing was applied.
    throw EtcdFailure(refusal.kind == Errc::misuse ? Errc::misuse : Errc::not_applied,
                      refusal.words);
  }
  token_ = text_of(parsed_object(answer.body), "token");
}

Error EtcdSession::error_of(const EtcdFailure& failure, const std::string& what) const {
  return Error{may_have_applied_ ? Errc::unknown : failure.kind(),
               "etcd: " + what + " in " + address_.shown + ": " + failure.what()};
}

// Repeated at another member only what is safe to repeat: a comparison fails once it was applied.
std::string EtcdSession::call(const std::string& path, const std::string& body,
                              const Patience& patience) {
  if (backoff_.is_pausing()) {
    throw EtcdFailure(Errc::not_applied, "no member could be reached a moment ago");
  }
  const std::size_t members = address_.endpoints.size();
  std::string trouble;
  bool was_reached = false;
  bool had_fresh_token = false;
  for (std::size_t tried = 0; tried < members && !(tried > 0 && patience.over());) {
    HttpAnswer answer;
    try {
      answer = attempt(path, body, patience);
    } catch (const EtcdFailure& failure) {
      if (failure.kind() == Errc::misuse) throw;
      answer.problem = failure.what();
    }
    if (answer.stage == Stage::answered && answer.status == good) {
      backoff_.succeeded();
      return std::move(answer.body);
    }
    if (answer.is_hopeless) throw EtcdFailure(Errc::misuse, endpoint() + ": " + answer.problem);
    was_reached = was_reached || answer.stage != Stage::unsent;
    trouble = endpoint() + ": " + answer.problem;
    if (answer.stage == Stage::unanswered) may_have_applied_ = true;
    if (answer.stage == Stage::answered) {
      const EtcdRefusal refusal = etcd_refusal(answer);
      if (refusal.is_of_token && !had_fresh_token && !address_.user.empty()) {
        forget_token();
        had_fresh_token = true;
        continue;
      }
      trouble = endpoint() + ": " + refusal.words;
      if (!refusal.is_unavailable) throw EtcdFailure(refusal.kind, trouble);
      may_have_applied_ = true;
    }
    next_endpoint();
    ++tried;
  }
  if (was_reached) throw EtcdFailure(Errc::unknown, trouble);
  backoff_.failed();
  throw EtcdFailure(Errc::not_applied,
                    trouble + "; see that etcd runs and is reached as the url says");
}

}  // namespace leasehold::stores
