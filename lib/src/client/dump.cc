#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include <leasehold/dump.h>
#include <leasehold/timing.h>
#include "lib/src/client/client_state.h"
#include "lib/src/client/key_lock.h"
#include "lib/src/text/printable.h"

namespace leasehold {
namespace {

Length between(Instant<LocalClock> earlier, Instant<LocalClock> later) {
  return Length((later - earlier).ns());
}

std::string shown(Length length) {
  return to_string(Length(std::chrono::floor<std::chrono::milliseconds>(length)));
}

std::string shown(const Dump::Party& party) {
  return "since " + shown(party.age) + " at " + party.where.text();
}

std::string shown(const Dump::Tenure& tenure) {
  std::array<char, 17> owner{};
  std::snprintf(owner.data(), owner.size(), "%016llx",
                static_cast<unsigned long long>(tenure.fence.owner_digest));
  const std::string state = tenure.lost                     ? to_string(*tenure.lost)
                            : tenure.left == Length::zero() ? "past its deadline"
                                                            : shown(tenure.left) + " left";
  std::string text = "term " + std::to_string(tenure.fence.term) + " of owner " + owner.data() +
                     ", " + state + ", since " + shown(tenure.age) + " at " + tenure.where.text();
  if (tenure.working > 0) text += ", " + std::to_string(tenure.working) + " at work";
  return text;
}

std::string shown(const Dump::Key& key) {
  std::string text = printable(key.key) + ": ";
  if (key.tenure) {
    text += shown(*key.tenure) + "\n";
    for (const Dump::Party& guard : key.tenure->guards) text += "  guard " + shown(guard) + "\n";
  } else {
    text += "not held here\n";
  }
  if (!key.waiters.empty() && !key.last_heard_of.empty()) {
    text += "  another holder that was heard of: " + printable(key.last_heard_of) + "\n";
  }
  for (const Dump::Party& waiter : key.waiters) {
    text += "  waits " + shown(waiter);
    if (waiter.leaves_in) text += ", leaves in " + shown(*waiter.leaves_in);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string CallSite::text() const {
  return line == 0 ? "?" : std::string(file) + ":" + std::to_string(line);
}

std::string Dump::text() const {
  std::string text = printable(client) + ": " + std::to_string(keys.size()) + " keys\n";
  for (const Key& key : keys) text += shown(key);
  return text;
}

namespace detail {

Dump::Tenure KeyLock::dump_tenure(Instant<LocalClock> now) const {
  const TenureNotes& notes = tenure_->notes;
  Dump::Tenure tenure{.fence = tenure_->fence,
                      .where = notes.first.value_or(CallSite{}),
                      .age = between(notes.began, now),
                      .left = tenure_->remaining(),
                      .lost = tenure_->lost(),
                      .working = notes.users};
  for (const Asker& one : notes.guards.all()) {
    tenure.guards.push_back({.where = one.where, .age = between(one.since, now)});
  }
  return tenure;
}

std::optional<Dump::Key> KeyLock::dump() const {
  const Instant<LocalClock> now = client_->clock.now().at;
  Dump::Key key{.key = key_, .last_heard_of = shell_->last_who()};
  if (tenure_ && (!tenure_->lost() || !tenure_->notes.guards.empty())) {
    key.tenure = dump_tenure(now);
  }
  // Calls are numbered as they came.
  for (const auto& [call, pending] : pending_) {
    if (pending->grant) continue;
    Dump::Party waiter{.where = pending->asker.where, .age = between(pending->asker.since, now)};
    if (pending->within) {
      waiter.leaves_in = std::max(Length::zero(), *pending->within - waiter.age);
    }
    key.waiters.push_back(waiter);
  }
  if (!key.tenure && key.waiters.empty()) return std::nullopt;
  return key;
}

Dump ClientState::dump() const {
  Dump all{.client = options.info};
  for (const auto& [key, lock] : locks_) {
    if (auto one = lock->dump()) all.keys.push_back(*std::move(one));
  }
  return all;
}

}  // namespace detail
}  // namespace leasehold
