#include "lib/src/stores/redis/listener.h"

#include <poll.h>

#include "lib/src/runtime/thread.h"
#include "lib/src/stores/redis/failure.h"
#include "lib/src/stores/redis/session.h"

namespace leasehold::stores::redis {
namespace {

using namespace std::chrono_literals;

// A server that says nothing for so long is asked whether it is there; as long again, and it is
// not.
constexpr std::chrono::nanoseconds longest_silence = 30s;
// The same where nobody can wake the thread.
constexpr std::chrono::nanoseconds shortest_silence = 1s;

}  // namespace

std::string channel_of(const Address& address, const std::string& key) {
  return address.prefix + "free:" + std::to_string(address.database) + ":" + key;
}

Listener::Listener(const Address& address, Length patience)
    : address_(address), patience_(patience) {}

Listener::~Listener() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    wake_.ring();
  }
  if (thread_.joinable()) thread_.join();
}

void Listener::set_sink(HintSink* sink) {
  const std::scoped_lock lock(telling_);
  sink_ = sink;
}

void Listener::watch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  ++wanted_[key];
  if (!thread_.joinable()) thread_ = start_thread([this] { run(); });
  if (is_to_be_woken_) wake_.ring();
}

void Listener::unwatch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = wanted_.find(key);
  if (found == wanted_.end() || --found->second > 0) return;
  wanted_.erase(found);
  if (is_to_be_woken_) wake_.ring();
}

void Listener::run() {
  Backoff backoff;
  while (may_connect()) {
    try {
      listen(backoff);
    } catch (const Failure&) {
      // Nobody is told: a hint may be missing, and the calls of the store tell what is wrong.
      backoff.failed();
      pause(backoff.left());
    }
  }
}

void Listener::pause(std::chrono::nanoseconds length) {
  pollfd polled{wake_.fd(), POLLIN, 0};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(length);
  poll(&polled, 1, static_cast<int>(ms.count()));
}

// False when it is over.
bool Listener::may_connect() {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return false;
  is_to_be_woken_ = false;
  wake_.hush();
  return true;
}

// What the server is still to be told; false when it is over.
bool Listener::find_change(std::set<std::string>& heard, Change& change) {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return false;
  is_to_be_woken_ = true;
  wake_.hush();
  for (auto key = heard.begin(); key != heard.end();) {
    if (wanted_.count(*key) > 0) {
      ++key;
      continue;
    }
    change.unsubscribe.push_back(channel_of(address_, *key));
    key = heard.erase(key);
  }
  for (const auto& [key, times] : wanted_) {
    if (heard.insert(key).second) change.subscribe.push_back(channel_of(address_, key));
  }
  return true;
}

void Listener::listen(Backoff& backoff) {
  const auto link = sign_in(address_, Phase::in_use, Patience(patience_), wake_.fd());
  backoff.succeeded();
  std::set<std::string> heard;
  bool was_asked = false;
  for (;;) {
    Change change;
    if (!find_change(heard, change)) return;
    if (change.unsubscribe.size() > 1) link->send(change.unsubscribe, Patience(patience_));
    if (change.subscribe.size() > 1) link->send(change.subscribe, Patience(patience_));
    const Patience patience(wake_.fd() < 0 ? shortest_silence : longest_silence);
    if (const auto reply = link->receive(patience)) {
      was_asked = false;
      handle(*reply);
    } else if (patience.over()) {
      if (was_asked) throw Failure(Errc::not_applied, "the server says nothing any more");
      link->send({"PING"}, Patience(patience_));
      was_asked = true;
    }
  }
}

void Listener::handle(const Reply& reply) {
  if (reply.kind == Reply::Kind::error) throw failure_of(reply.text, Phase::in_use);
  const std::string& kind = reply.text_at(0);
  if (kind == "message") tell(reply.text_at(2));
  // From now on it hears; what was before it did not.
  if (kind == "subscribe") tell(reply.text_at(1).substr(channel_of(address_, "").size()));
}

void Listener::tell(const std::string& key) {
  const std::scoped_lock lock(telling_);
  if (sink_ != nullptr) sink_->on_hint(key);
}

}  // namespace leasehold::stores::redis
