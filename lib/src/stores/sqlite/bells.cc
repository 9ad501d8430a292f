#include "lib/src/stores/sqlite/bells.h"

#include "lib/src/runtime/thread.h"

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

// A listener that nobody wakes looks around by itself: whether it is still wanted.
constexpr std::chrono::nanoseconds longest_listen = 60s;

}  // namespace

Bells::~Bells() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  for (std::size_t index = 0; index < Sidecar::bells; ++index) {
    Bell& bell = bells_.at(index);
    if (!bell.listener.joinable()) continue;
    bell.wanted.notify_all();
    // Wakes the listeners of other processes too, in vain; they lie down again.
    sidecar_->bell_at(index).fetch_add(1);
    wake_all(sidecar_->bell_at(index));
    bell.listener.join();
  }
}

void Bells::ring(const std::string& key) {
  Word& word = sidecar_->bell(key);
  word.fetch_add(1);
  wake_one(word);
}

void Bells::set_sink(HintSink* sink) {
  const std::scoped_lock lock(telling_);
  sink_ = sink;
}

void Bells::watch(const std::string& key) {
  const std::size_t index = Sidecar::bell_of(key);
  const std::scoped_lock lock(mutex_);
  Bell& bell = bells_.at(index);
  // Now, and not when the thread gets to run: the caller goes on to ask the store.
  if (bell.keys.empty()) bell.heard = sidecar_->bell_at(index).load();
  ++bell.keys[key];
  if (!bell.listener.joinable()) {
    bell.listener = start_thread([this, index] { listen(index); });
  }
  bell.wanted.notify_all();
}

void Bells::unwatch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  Bell& bell = bells_.at(Sidecar::bell_of(key));
  const auto found = bell.keys.find(key);
  if (found != bell.keys.end() && --found->second == 0) bell.keys.erase(found);
}

void Bells::listen(std::size_t index) {
  Bell& bell = bells_.at(index);
  Word& word = sidecar_->bell_at(index);
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (bell.keys.empty()) {
      bell.wanted.wait(lock);
      continue;
    }
    const std::uint32_t heard = bell.heard;
    lock.unlock();
    wait_on(word, heard, longest_listen);
    const std::uint32_t rung = word.load();
    lock.lock();
    if (rung == heard) continue;
    bell.heard = rung;
    std::vector<std::string> keys;
    for (const auto& [key, times] : bell.keys) keys.push_back(key);
    lock.unlock();
    // One that came here in vain passes it on to the next.
    if (keys.empty()) wake_one(word);
    tell(keys);
    lock.lock();
  }
}

void Bells::tell(const std::vector<std::string>& keys) {
  const std::scoped_lock lock(telling_);
  if (sink_ == nullptr) return;
  for (const std::string& key : keys) sink_->on_hint(key);
}

}  // namespace leasehold::stores
