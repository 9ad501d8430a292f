#include "lib/src/client/client_state.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "lib/src/plant.h"
#include "lib/src/runtime/thread.h"

namespace leasehold::detail {

ClientState::ClientState(std::unique_ptr<Store> owned_store, const Config& checked_config,
                         Client::Options chosen)
    : config(checked_config),
      options(std::move(chosen)),
      store(std::move(owned_store)),
      events(callbacks, options.on_event) {}

// Threads are never joined: one may be stuck in the store, and `close` may be called on one of
// them. Each holds the state alive and counts itself out.
template <class Body>
void ClientState::run_thread(Body body) {
  ++running_;
  start_thread([self = shared_from_this(), body] {
    body(*self);
    const std::scoped_lock lock(self->mutex);
    --self->running_;
    self->changed.notify_all();
  }).detach();
}

void ClientState::start() {
  store->set_hint_sink(this);
  run_thread([](ClientState& self) { self.timer.run(); });
  run_thread([](ClientState& self) { self.lanes.run(Lanes::Lane::renewals); });
  run_thread([](ClientState& self) { self.lanes.run(Lanes::Lane::others); });
  run_thread([](ClientState& self) {
    {
      const std::scoped_lock lock(self.mutex);
      self.callback_thread_ = std::this_thread::get_id();
    }
    self.callbacks.run();
  });
}

std::shared_ptr<KeyLock> ClientState::lock(std::string key) {
  const std::scoped_lock guard(mutex);
  // After the close nothing would take it out of the map again.
  if (closed) return std::make_shared<KeyLock>(shared_from_this(), std::move(key));
  std::shared_ptr<KeyLock>& lock = locks_[key];
  if (!lock) lock = std::make_shared<KeyLock>(shared_from_this(), key);
  return lock;
}

Counters ClientState::counters(const std::string& key) const {
  const auto found = locks_.find(key);
  return found == locks_.end() ? Counters{} : found->second->counters();
}

void ClientState::on_hint(const std::string& key) {
  const std::string& prefix = options.key_prefix;
  if (!key.starts_with(prefix)) return;
  const std::scoped_lock guard(mutex);
  const auto found = locks_.find(key.substr(prefix.size()));
  if (found != locks_.end() && !closed) found->second->hint();
}

// At most ten times in R: those that have just gone need not be asked again, however many retry.
void ClientState::renew_together() {
  const LocalTime now = clock.now();
  if (closed || now.at < next_company_) return;
  next_company_ = now.at + on<LocalClock>(config.timing.renew_every / 10);
  const SystemRandom::Spree spree(random);
  if (in_order_.size() != locks_.size()) {
    in_order_.clear();
    for (const auto& [key, lock] : locks_) in_order_.push_back(lock.get());
  }
  for (std::size_t at = 0; at < in_order_.size(); ++at) {
    if (at + 4 < in_order_.size()) fetch_ahead(in_order_[at + 4], 2 * cache_line);
    if (at + 2 < in_order_.size()) in_order_[at + 2]->fetch_shell_ahead();
    in_order_[at]->renew_in_company(now);
  }
}

void ClientState::close() {
  std::unique_lock guard(mutex);
  if (std::exchange(closed, true)) return;
  for (const auto& [key, lock] : locks_) lock->close();
  wait_for_releases(guard);
  stop_threads(guard);
  for (const auto& [key, lock] : locks_) lock->destroy_shell();
  changed.notify_all();
  // Locks hold the state: this is where the circle is cut.
  const auto locks = std::exchange(locks_, {});
  guard.unlock();
  store->set_hint_sink(nullptr);
}

void ClientState::wait_for_releases(std::unique_lock<std::mutex>& guard) {
  const auto all_ended = [this] {
    return std::none_of(locks_.begin(), locks_.end(),
                        [](const auto& one) { return one.second->ending(); });
  };
  if (planted(Bug::M51)) return changed.wait(guard, all_ended);
  changed.wait_for(guard, config.timing.request_timeout, all_ended);
}

void ClientState::stop_threads(std::unique_lock<std::mutex>& guard) {
  timer.stop();
  lanes.stop();
  callbacks.stop();
  // A moment for those that are not stuck, so that a program which closes and ends leaves nobody
  // behind. The callback thread can't end while it is itself the one that closes.
  const int staying = std::this_thread::get_id() == callback_thread_ ? 1 : 0;
  changed.wait_for(guard, config.timing.request_timeout,
                   [this, staying] { return running_ <= staying; });
}

}  // namespace leasehold::detail
