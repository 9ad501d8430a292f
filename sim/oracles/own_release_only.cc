#include "sim/oracles/own_release_only.h"

#include <string>

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

void OwnReleaseOnly::see(const Event& event) {
  if (event.kind == Event::Kind::applied) return on_applied(event);
  if (event.kind == Event::Kind::cloned) {
    copy_of_process(ceded_, event);
    return lineage_.see(event);
  }
  const bool ceded = event.kind == Event::Kind::lost &&
                     static_cast<core::Loss>(event.detail) == core::Loss::cloned;
  if (ceded) {
    exercised();
    ceded_.add({event.process, tenure_of(event)});
  }
  if (event.kind == Event::Kind::failed_over && event.value > 0) return on_forgotten(event);
  if (event.kind != Event::Kind::takeable) return;
  over_at_ = event.detail != 0 ? std::optional(event.until) : std::nullopt;
  // Some caller's clock may be anywhere: to him the lease may be over at any moment.
  if (event.detail == 2) over_at_ = TrueTime{};
}

void OwnReleaseOnly::on_applied(const Event& event) {
  switch (static_cast<Answer::Kind>(event.detail)) {
    case Answer::Kind::granted:
      return on_grant(event);
    case Answer::Kind::released:
      return on_released(event);
    case Answer::Kind::abandoned:
      return on_abandoned(event);
    case Answer::Kind::not_owner:
      return on_refused(event);
    case Answer::Kind::moved:
      // Free or over, the store says; or, once its versions repeat, that of an old sighting.
      if (holder_ && !is_over(event.at) && !versions_repeat_) found_free(event);
      return;
    default:
      return;
  }
}

void OwnReleaseOnly::on_grant(const Event& event) {
  const auto previous = static_cast<Previous>(event.other);
  if (previous == Previous::own) return;
  if (holder_ && previous != Previous::expired) found_free(event);
  holder_ = event;
  over_at_.reset();
  other_.reset();
}

bool OwnReleaseOnly::is_own(const Event& event) const {
  return holder_->owner == event.owner && holder_->term == event.term &&
         lineage_.related(holder_->process, event.process) &&
         !ceded_.contains({event.process, tenure_of(event)});
}

// What the record shows is what the replica knows, and what ended the other tenure is no release.
// A tenure that is still there may end earlier, and that is told besides.
void OwnReleaseOnly::on_forgotten(const Event& event) {
  versions_repeat_ = true;
  const bool same = holder_ && holder_->owner == event.owner && holder_->term == event.term;
  if (same) return;
  holder_ = event.owner ? std::optional(event) : std::nullopt;
  over_at_.reset();
  other_.reset();
}

void OwnReleaseOnly::on_released(const Event& event) {
  if (holder_ && !is_own(event)) {
    another_came(event);
    broken(event.at, "a release of " + name(event.process) + " for term " +
                         std::to_string(event.term) + " ended term " +
                         std::to_string(holder_->term) + " of " + name(holder_->process) + " at " +
                         moment(event.at));
  }
  holder_.reset();
}

// What an abandon did besides is not said. If it ended another's tenure, the next word of the store
// on that tenure shows it.
void OwnReleaseOnly::on_abandoned(const Event& event) {
  if (!holder_) return;
  if (holder_->owner == event.owner) return holder_.reset();
  another_came(event);
}

void OwnReleaseOnly::on_refused(const Event& event) {
  if (!holder_) return;
  const bool own = holder_->owner == event.owner && holder_->term == event.term;
  if (own && !is_over(event.at)) found_free(event);
  if (!own && event.call == Call::release) another_came(event);
}

void OwnReleaseOnly::another_came(const Event& event) {
  exercised();
  reached(Mark::ending_met_another);
  other_ = event;
}

// The tenure is gone, and its owner did not end it. If nobody else's release or abandon came
// either, it was lost in another way, which is not judged here.
void OwnReleaseOnly::found_free(const Event& event) {
  if (!other_) return;
  broken(event.at, std::string(other_->call == Call::release ? "a release" : "an abandon") +
                       " of " + name(other_->process) + " at " + moment(other_->at) +
                       " ended term " + std::to_string(holder_->term) + " of " +
                       name(holder_->process) + ", which the store does not know at " +
                       moment(event.at));
}

}  // namespace leasehold::sim
