#include "lib/src/shell/shell.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/plant.h"

namespace leasehold {

using core::Tell;

Shell::Shell(Doors doors, const Config& config, std::string_view key, std::string_view info)
    : clock_(doors.clock),
      scheduler_(doors.scheduler),
      random_(doors.random),
      store_(doors.store),
      listener_(doors.listener),
      scratch_(doors.scratch),
      config_(config),
      key_(key),
      info_(info) {}

Shell::Shell(Doors doors, const Shell& original)
    : Shell(doors, original.config_, original.key_, original.info_) {
  LEASEHOLD_ASSERT(!original.draining_);
  state_ = original.state_;
  waiting_ = original.waiting_;
  last_who_ = original.last_who_;
  last_detail_ = original.last_detail_;
  campaigning_ = original.campaigning_;
  set_alarm();
}

Shell::~Shell() { scheduler_.cancel(*this); }

void Shell::acquire(CallId call, std::optional<Length> within, LocalTime now) {
  const bool once = within && *within <= Length::zero();
  const Instant<LocalClock> deadline =
      within && !once ? now.at + on<LocalClock>(*within) : Instant<LocalClock>::never();
  waiting_.push_back({call, {once, state_.requests}, deadline});
  feed(core::Join{once}, now);
}

void Shell::cancel(CallId call) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [call](const Waiting& one) { return one.call == call; });
  if (found == waiting_.end()) return;
  const core::Waiter waiter = found->waiter;
  waiting_.erase(found);
  feed(core::Cancel{waiter});
}

std::optional<core::TenureId> Shell::join(LocalTime now) {
  if (!core::join_at_once(config_, state_, now)) return std::nullopt;
  return state_.tenure->id();
}

void Shell::drop(const core::TenureId& tenure) {
  if (!core::leave_at_once(state_, tenure)) feed(core::Leave{tenure});
}

void Shell::release(const core::TenureId& tenure) { feed(core::Release{tenure}); }

void Shell::stop(const core::TenureId& tenure) { feed(core::Stop{tenure}); }

void Shell::hint() { feed(core::Hint{}); }

void Shell::renew_in_company(LocalTime now) {
  if (state_.tenure) feed(core::Company{}, now);
}

bool Shell::is_held(const core::TenureId& tenure) const {
  if (planted(Bug::X15) && state_.tenure && state_.tenure->id() == tenure) {
    if (state_.tenure->confirmed == 0) return clock_.now().at < state_.tenure->deadline;
  }
  return core::is_held(config_, state_, tenure, clock_.now());
}

void Shell::wake() {
  alarm_ = Instant<LocalClock>::never();
  leave_at_deadline();
  feed(core::Alarm{});
}

void Shell::on_reply(const core::Request& request, const StoreReply& reply) {
  if (!reply.who.empty()) last_who_ = reply.who;
  last_detail_ = reply.detail;  // none: the store answered
  feed(core::Reply{request, reply.answer});
}

// The machine and the list of those who wait change together, at once. Sending and telling is done
// afterwards and in order, so that an event which a listener causes finds both in step with each
// other, and what follows from it does not overtake what was decided before.
void Shell::feed(const core::Event& event, LocalTime now) {
  fed_at_ = now;
  core::Effects own;
  core::Effects& effects = scratch_ != nullptr ? scratch_->effects_ : own;
  effects.clear();
  core::step(config_, state_, now, event, random_, effects);
  std::size_t place = outbox_.size();
  for (const core::Effect& effect : effects) {
    if (const auto* tell = std::get_if<Tell>(&effect)) decide(*tell, place);
    ++place;
  }
  if (outbox_.empty()) {
    outbox_.swap(effects);
  } else {
    outbox_.insert(outbox_.end(), effects.begin(), effects.end());
  }
  // Before anything is sent: a hint that comes after the question must not be missed.
  if (state_.campaign.has_value() != campaigning_) {
    campaigning_ = !campaigning_;
    listener_.on_campaign(campaigning_);
  }
  drain();
  if (outbox_.empty()) give_memory_back();
}

// That of ten thousand shells which idle is cold when it is needed next: it goes on to the next
// that has something to say.
void Shell::give_memory_back() {
  if (scratch_ != nullptr && scratch_->effects_.capacity() == 0) {
    outbox_.swap(scratch_->effects_);
  } else {
    core::Effects().swap(outbox_);
  }
}

void Shell::drain() {
  if (draining_) return;
  draining_ = true;
  while (drained_ < outbox_.size()) {
    const std::size_t place = drained_++;
    const core::Effect next = outbox_[place];
    if (const auto* request = std::get_if<core::Request>(&next)) {
      send(*request);
    } else {
      deliver(std::get<Tell>(next), place);
    }
  }
  outbox_.clear();
  drained_ = 0;
  decided_.clear();
  told_ = 0;
  draining_ = false;
  set_alarm();
}

void Shell::send(const core::Request& request) {
  const bool renewal = request.kind == core::Request::Kind::renew;
  const bool acquire = request.kind == core::Request::Kind::acquire;
  StoreCall call{std::string(key_), config_.timing.lease,
                 std::string(acquire ? info_ : std::string_view()), request};
  if (acquire) call.lock_delay = counted_delay(config_);
  if (renewal && state_.tenure) call.deadline = state_.tenure->deadline;
  store_.send(std::move(call), *this);
  if (renewal) listener_.on_renewal();
}

// Takes the calls that `tell` is the answer to out of the waiting.
void Shell::decide(const Tell& tell, std::size_t place) {
  const auto meant = [&tell](const Waiting& one) {
    switch (tell.kind) {
      case Tell::Kind::granted:
      case Tell::Kind::failed:
        return true;
      case Tell::Kind::refused:
        return one.waiter.once && one.waiter.since < tell.ordinal;
      default:
        return false;
    }
  };
  const std::size_t before = decided_.size();
  for (const Waiting& one : waiting_) {
    if (meant(one)) decided_.push_back({place, one.call});
  }
  if (decided_.size() > before) std::erase_if(waiting_, meant);
}

void Shell::deliver(const Tell& tell, std::size_t place) {
  listener_.on_tell(tell);
  const core::Refusal why = tell.refusal;
  const bool busy = why == core::Refusal::busy || why == core::Refusal::too_late;
  while (told_ < decided_.size() && decided_[told_].place == place) {
    const CallId call = decided_[told_++].call;
    if (tell.kind == Tell::Kind::granted) {
      listener_.on_granted(call, tell.tenure);
    } else {
      listener_.on_refused(
          call, busy ? ShellListener::Ending::busy : ShellListener::Ending::store_error, why);
    }
  }
}

void Shell::leave_at_deadline() {
  const Instant<LocalClock> now = clock_.now().at;
  const auto is_late = [now](const Waiting& one) { return one.deadline <= now; };
  // Looked for anew each time: a listener that hears of one may cancel another.
  for (;;) {
    const auto late = std::find_if(waiting_.begin(), waiting_.end(), is_late);
    if (late == waiting_.end()) return;
    const CallId call = late->call;
    cancel(call);
    listener_.on_refused(call, ShellListener::Ending::timed_out, core::Refusal::busy);
  }
}

void Shell::set_alarm() {
  Instant<LocalClock> next = core::next_wake(config_, state_);
  const bool asks = state_.campaign && state_.campaign->acquire;
  if (!asks || !planted(Bug::X14)) {
    for (const Waiting& one : waiting_) next = std::min(next, one.deadline);
  }
  if (next == alarm_) return;
  alarm_ = next;
  if (next == Instant<LocalClock>::never()) {
    if (!planted(Bug::X16)) scheduler_.cancel(*this);
  } else {
    scheduler_.wake_at(next, *this);
  }
}

}  // namespace leasehold
