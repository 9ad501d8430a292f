#include "sim/report/picture.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "sim/report/bars.h"
#include "sim/report/sentence.h"

namespace leasehold::sim {
namespace {

using Message = Picture::Message;
using Band = Picture::Band;

constexpr std::array bar_words{"belief",  "beyond",    "jeopardy", "waiting", "paused",
                               "starved", "overslept", "dead",     "absent",  "cut_off",
                               "tenure",  "lapsed",    "stalled",  "down"};
static_assert(bar_words.size() == static_cast<std::size_t>(Picture::Bar::Kind::down) + 1);

/// Puts together what became of each request.
class Messages {
 public:
  void see(const Event& event, std::size_t index) {
    const bool is_write =
        event.kind == Event::Kind::write_sent || event.kind == Event::Kind::write_lost ||
        event.kind == Event::Kind::write_doubled || event.kind == Event::Kind::write_came;
    const Name name{event.process, is_write, is_write ? core::Request::Kind::acquire : event.call,
                    event.ordinal};
    if (event.kind == Event::Kind::sent || event.kind == Event::Kind::write_sent) {
      Message message{event.process, event.key, {index, event.at}};
      message.is_write = is_write;
      latest_[name] = all_.size();
      return all_.push_back(message);
    }
    const auto found = latest_.find(name);
    if (event.ordinal != 0 && found != latest_.end()) add(all_[found->second], event, index);
  }

  std::vector<Message> finish() {
    mark_late();
    return std::move(all_);
  }

 private:
  // Calls and writes are counted apart, and calls by their kind.
  using Name = std::tuple<std::uint32_t, bool, core::Request::Kind, std::uint64_t>;

  static void add(Message& message, const Event& event, std::size_t index) {
    const Message::Stop stop{index, event.at};
    switch (event.kind) {
      case Event::Kind::applied:
      case Event::Kind::write_came:
        message.arrivals.push_back(stop);
        message.refused |= message.is_write && event.detail == 0;
        message.failed |=
            !message.is_write && is_error(static_cast<core::Answer::Kind>(event.detail));
        break;
      case Event::Kind::answered:
        if (!message.answered) message.answered = stop;
        break;
      case Event::Kind::request_lost:
      case Event::Kind::request_cut:
      case Event::Kind::write_lost:
        message.request_lost = stop;
        break;
      case Event::Kind::answer_lost:
      case Event::Kind::answer_cut:
        message.answer_lost = stop;
        break;
      case Event::Kind::duplicated:
      case Event::Kind::write_doubled:
        message.doubled = true;
        break;
      default:
        return;
    }
    message.routine = message.routine && is_routine(event);
  }

  void mark_late() {
    TrueTime never = TrueTime::never();
    Span<TrueClock> request = never - TrueTime{};
    Span<TrueClock> answer = request;
    for (const Message& message : all_) {
      if (message.is_write || message.arrivals.empty()) continue;
      request = std::min(request, message.arrivals.front().at - message.sent.at);
      if (message.answered && message.answered->at >= message.arrivals.front().at) {
        answer = std::min(answer, message.answered->at - message.arrivals.front().at);
      }
    }
    for (Message& message : all_) {
      if (message.is_write || message.arrivals.empty()) continue;
      const auto late = [](Span<TrueClock> way, Span<TrueClock> least) {
        return way.ns() / 3 > least.ns();
      };
      message.late_request = late(message.arrivals.back().at - message.sent.at, request);
      message.late_answer =
          message.answered && late(message.answered->at - message.arrivals.front().at, answer);
      message.routine = message.routine && !message.late_request && !message.late_answer;
    }
  }

  std::vector<Message> all_;
  std::map<Name, std::size_t> latest_;
};

std::size_t first_event_at(const std::vector<Event>& events, TrueTime at) {
  const auto found =
      std::lower_bound(events.begin(), events.end(), at,
                       [](const Event& event, TrueTime moment) { return event.at < moment; });
  const auto index = static_cast<std::size_t>(found - events.begin());
  return events.empty() ? 0 : std::min(index, events.size() - 1);
}

// From the second belief on until no two are left.
void stretch_overlap(Band& band, const std::vector<Picture::Bar>& bars) {
  std::vector<TrueTime> ends;
  for (const Picture::Bar& one : bars) {
    if (one.kind != Picture::Bar::Kind::belief) continue;
    const bool of_two = std::any_of(bars.begin(), bars.end(), [&](const Picture::Bar& other) {
      return other.kind == one.kind && other.key == one.key && other.process != one.process &&
             other.from <= band.from && other.to > band.from;
    });
    if (of_two && one.from <= band.from && one.to > band.from) {
      ends.push_back(one.to);
      if (one.from == band.from) band.event = one.event;
    }
  }
  std::sort(ends.begin(), ends.end());
  if (ends.size() >= 2) band.to = ends[ends.size() - 2];
}

// From when another may take the key until the belief would end.
void stretch_excess(Band& band, const std::vector<Event>& events) {
  std::map<std::pair<std::uint32_t, Term>, TrueTime> takeable;
  for (std::size_t index = 0; index < events.size() && events[index].at <= band.from; ++index) {
    const Event& event = events[index];
    const std::pair<std::uint32_t, Term> lease{event.key, event.term};
    if (event.kind == Event::Kind::takeable || event.kind == Event::Kind::could_be_taken) {
      takeable[lease] = event.until;
    }
    const auto found = takeable.find(lease);
    const bool exceeds = event.kind == Event::Kind::belief_until && event.at == band.from &&
                         found != takeable.end() && event.until > found->second;
    if (!exceeds) continue;
    band.event = index;
    band.from = std::max(band.from, found->second);
    band.to = event.until;
    return;
  }
}

std::vector<Band> bands_of(const std::vector<Event>& events,
                           const std::vector<Judgement>& judgements,
                           const std::vector<Picture::Bar>& bars, TrueTime end) {
  std::vector<Band> bands;
  for (const Judgement& judgement : judgements) {
    if (!judgement.finding) continue;
    const TrueTime at = judgement.finding->at;
    Band band{judgement.invariant, at, at, first_event_at(events, at), judgement.finding->sentence};
    if (judgement.invariant == Invariant::I1) stretch_overlap(band, bars);
    if (judgement.invariant == Invariant::I13) stretch_excess(band, events);
    band.from = std::min(band.from, end);
    band.to = std::min(band.to, end);
    bands.push_back(std::move(band));
  }
  return bands;
}

}  // namespace

const char* to_string(Picture::Bar::Kind kind) {
  return bar_words.at(static_cast<std::size_t>(kind));
}

Picture picture_of(const std::vector<Event>& events, const std::vector<Judgement>& judgements,
                   TrueTime end) {
  Bars bars;
  Messages messages;
  for (std::size_t index = 0; index < events.size(); ++index) {
    bars.see(events[index], index);
    messages.see(events[index], index);
  }
  Picture picture;
  picture.end = end;
  picture.bars = bars.finish(end);
  picture.messages = messages.finish();
  picture.bands = bands_of(events, judgements, picture.bars, end);
  return picture;
}

}  // namespace leasehold::sim
