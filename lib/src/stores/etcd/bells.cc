#include "lib/src/stores/etcd/bells.h"

#include <algorithm>
#include <utility>

#include "lib/src/runtime/thread.h"
#include "lib/src/stores/etcd/failure.h"
#include "lib/src/stores/etcd/json.h"

namespace leasehold::stores {
namespace {

// A listener that nobody wakes looks around by itself.
constexpr int longest_sleep_ms = 60'000;
// A line of what is heard is one record at most.
constexpr std::size_t longest_line = std::size_t{16} << 20U;

// True if `event` may have made its key free. What can't be read is better heard than not.
bool frees(const Json& event) {
  if (text_of(event, "type") == "DELETE") return true;
  try {
    return !etcd_record_of(from_base64(text_of(member(event, "kv"), "value"))).owner;
  } catch (const EtcdFailure&) {
    return true;
  }
}

}  // namespace

EtcdBells::EtcdBells(const EtcdAddress& address, const EtcdRecords& records, Length patience)
    : address_(address),
      records_(records),
      patience_(patience),
      multi_(curl_multi_init()),
      session_(address) {}

EtcdBells::~EtcdBells() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  wished_.notify_all();
  curl_multi_wakeup(multi_.get());
  if (listener_.joinable()) listener_.join();
}

void EtcdBells::set_sink(HintSink* sink) {
  const std::scoped_lock lock(telling_);
  sink_ = sink;
}

void EtcdBells::watch(const std::string& key) {
  {
    const std::scoped_lock lock(mutex_);
    ++wanted_[key];
    if (!listener_.joinable() && multi_) listener_ = start_thread([this] { listen(); });
  }
  wished_.notify_all();
  curl_multi_wakeup(multi_.get());
}

// What is still heard of the key is in vain; the connection is not made anew for that.
void EtcdBells::unwatch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = wanted_.find(key);
  if (found != wanted_.end() && --found->second <= 0) wanted_.erase(found);
}

void EtcdBells::listen() {
  while (await_wishes()) {
    try {
      follow();
    } catch (const EtcdFailure&) {
      next_revision_.clear();
      backoff_.failed();
      // A token may have run out: the next attempt asks for another.
      session_.forget_token();
      session_.next_endpoint();
    }
  }
}

// False: there is nothing to do any more.
bool EtcdBells::await_wishes() {
  std::unique_lock lock(mutex_);
  wished_.wait_for(lock, backoff_.left(), [&] { return stopped_; });
  wished_.wait(lock, [&] { return stopped_ || !wanted_.empty(); });
  keys_.clear();
  for (const auto& [key, times] : wanted_) keys_.push_back(key);
  return !stopped_;
}

// `keys_` are in order.
bool EtcdBells::has_new_wishes() {
  const std::scoped_lock lock(mutex_);
  return stopped_ || std::any_of(wanted_.begin(), wanted_.end(), [&](const auto& one) {
           return !std::binary_search(keys_.begin(), keys_.end(), one.first);
         });
}

// One message for each key, and then no more: the answer goes on for as long as somebody listens.
std::string EtcdBells::request() const {
  std::string all;
  for (const std::string& key : keys_) {
    Json one{{"key", base64(records_.path_of(key))}};
    const auto known = next_revision_.find(key);
    if (known != next_revision_.end()) one["start_revision"] = std::to_string(known->second);
    all += Json{{"create_request", std::move(one)}}.dump() + "\n";
  }
  return all;
}

void EtcdBells::set_up(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &EtcdBells::hear);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(
      handle, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(patience_).count()));
}

// Listens to `keys_` until others are wanted too.
void EtcdBells::follow() {
  const CurlEasy handle = etcd_handle(address_);
  CURL* const raw = handle.get();
  const Patience patience(patience_);
  const CurlList headers = etcd_headers(session_.token(patience));
  const std::string body = request();
  const std::string url = session_.endpoint() + "/v3/watch";
  set_up(raw);
  curl_easy_setopt(raw, CURLOPT_URL, url.c_str());
  curl_easy_setopt(raw, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(raw, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(raw, CURLOPT_POSTFIELDS, body.c_str());
  half_line_.clear();
  begun_ = 0;
  is_broken_ = false;
  curl_multi_add_handle(multi_.get(), raw);
  int running = 1;
  while (!is_broken_ && !has_new_wishes()) {
    const bool is_well = curl_multi_perform(multi_.get(), &running) == CURLM_OK && running > 0;
    // Who does not begin in time is of no use.
    const bool has_begun = begun_ == keys_.size();
    if (has_begun) backoff_.succeeded();
    is_broken_ = is_broken_ || !is_well || (!has_begun && patience.over());
    if (is_broken_) break;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.left()).count();
    curl_multi_poll(multi_.get(), nullptr, 0, has_begun ? longest_sleep_ms : static_cast<int>(left),
                    nullptr);
  }
  curl_multi_remove_handle(multi_.get(), raw);
  if (is_broken_) throw EtcdFailure(Errc::unknown, "nothing is heard any more");
}

std::size_t EtcdBells::hear(const char* bytes, std::size_t /*size*/, std::size_t count,
                            void* self) {
  auto& bells = *static_cast<EtcdBells*>(self);
  bells.half_line_.append(bytes, count);
  std::size_t from = 0;
  for (std::size_t end = bells.half_line_.find('\n'); end != std::string::npos;
       end = bells.half_line_.find('\n', from)) {
    bells.take(std::string_view(bells.half_line_).substr(from, end - from));
    from = end + 1;
  }
  bells.half_line_.erase(0, from);
  return bells.half_line_.size() > longest_line ? 0 : count;
}

void EtcdBells::take(std::string_view line) {
  if (line.empty()) return;
  const Json message = Json::parse(line, nullptr, false);
  const Json& result = member(message, "result");
  // An error, or a watch that the server has ended: what it would begin with is forgotten there.
  if (!result.is_object() || member(result, "canceled") == true) {
    is_broken_ = true;
    return;
  }
  if (member(result, "created") == true)
    begin_next(number_of(member(result, "header"), "revision"));
  const Json& events = member(result, "events");
  if (!events.is_array()) return;
  const std::size_t prefix = records_.path_of("").size();
  for (const Json& event : events) {
    try {
      const Json& kv = member(event, "kv");
      const std::string path = from_base64(text_of(kv, "key"));
      if (path.size() <= prefix) continue;
      const std::string key = path.substr(prefix);
      next_revision_[key] = number_of(kv, "mod_revision") + 1;
      if (frees(event)) tell(key);
    } catch (const EtcdFailure&) {
      is_broken_ = true;
    }
  }
}

// Watches begin in the order in which they were asked for.
void EtcdBells::begin_next(std::uint64_t revision) {
  if (begun_ >= keys_.size()) return;
  const std::string& key = keys_[begun_++];
  if (next_revision_.contains(key)) return;
  next_revision_[key] = revision + 1;
  // Before it was listened to, anything may have happened.
  tell(key);
}

// Of keys that nobody watches any more something may be heard still.
void EtcdBells::tell(const std::string& key) {
  {
    const std::scoped_lock lock(mutex_);
    if (!wanted_.contains(key)) return;
  }
  const std::scoped_lock lock(telling_);
  if (sink_ != nullptr) sink_->on_hint(key);
}

}  // namespace leasehold::stores
