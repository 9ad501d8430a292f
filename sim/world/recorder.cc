#include "sim/world/recorder.h"

#include <utility>

#include "sim/trace/hash.h"

namespace leasehold::sim {

Recorder::Recorder(const Names& names, bool keep_trace)
    : oracles_(make_oracles(names)), keep_trace_(keep_trace) {}

void Recorder::record(const Event& event) {
  feed(hash_, event);
  count(event);
  for (const auto& oracle : oracles_) oracle->see(event);
  if (keep_trace_) trace_.push_back(event);
}

void Recorder::count(const Event& event) {
  ++tally_.events;
  using core::Answer;
  if (event.kind == Event::Kind::lost) ++tally_.losses;
  if (event.kind != Event::Kind::applied || event.call != core::Request::Kind::acquire) return;
  const auto answer = static_cast<Answer::Kind>(event.detail);
  if (answer == Answer::Kind::busy) ++tally_.contended;
  if (answer != Answer::Kind::granted || static_cast<Previous>(event.other) == Previous::own) {
    return;
  }
  ++tally_.tenures;
  if (last_holder_ != nobody && last_holder_ != event.process) ++tally_.hand_overs;
  last_holder_ = event.process;
}

void Recorder::finish(Run& run) {
  for (const auto& oracle : oracles_) {
    run.judgements.push_back({oracle->invariant(), oracle->verdict(), oracle->finding()});
    run.marks.add(oracle->marks());
  }
  run.hash = hash_.digest();
  run.tally = tally_;
  run.trace = std::move(trace_);
}

}  // namespace leasehold::sim
