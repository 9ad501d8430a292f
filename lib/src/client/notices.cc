// What a key tells those who listen: guards, and the client's events.
#include <utility>

#include "lib/src/client/client_state.h"
#include "lib/src/client/key_lock.h"

namespace leasehold::detail {

void KeyLock::note(Event&& event) {
  count(counters_, event);
  client_->events.add(key_, std::move(event));
}

void KeyLock::listen(TenureView& tenure, const std::shared_ptr<LossListener>& listener) {
  if (forked()) return;
  const std::scoped_lock lock(client_->mutex);
  if (!tenure.notes.told) return tenure.notes.listeners.push_back(listener);
  client_->callbacks.post([listener, reason = *tenure.notes.told] { listener->call(reason); });
}

// Once: what jeopardy was told of need not hear of the loss.
void KeyLock::tell_listeners(const std::shared_ptr<TenureView>& tenure, LossReason reason) {
  if (!tenure->stop_quietly()) client_->callbacks.post([tenure] { tenure->request_stop(); });
  if (tenure->notes.told) return;
  tenure->notes.told = reason;
  for (const auto& listener : std::exchange(tenure->notes.listeners, {})) {
    client_->callbacks.post([listener, reason] { listener->call(reason); });
  }
}

}  // namespace leasehold::detail
