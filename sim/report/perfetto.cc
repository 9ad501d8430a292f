#include "sim/report/perfetto.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "sim/report/page_text.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

// Below a lane: one thread for each kind of bar, and these.
constexpr int requests_thread = 100;
constexpr int events_thread = 101;

/// Writes one run; its lanes are processes of the viewer, from `first` on: violations, the store,
/// and then the processes.
class Perfetto {
 public:
  Perfetto(std::ostream& out, const PageRun& run, int first, bool& is_first)
      : out_(out), run_(run), first_(first), is_first_(is_first) {}

  int write() {
    name_lanes();
    for (const Picture::Band& band : run_.picture.bands) {
      slice(first_, 0,
            to_string(band.invariant) + " " + meaning(band.invariant) + ": " + band.sentence,
            band.from, band.to);
    }
    for (const Picture::Bar& bar : run_.picture.bars) write_bar(bar);
    for (const Picture::Message& message : run_.picture.messages) write_message(message);
    for (const Event& event : run_.events) {
      if (!is_routine(event)) write_instant(event);
    }
    return first_ + 2 + static_cast<int>(run_.cast.processes.size());
  }

 private:
  int store() const { return first_ + 1; }
  int lane_of(std::uint32_t process) const { return first_ + 2 + static_cast<int>(process); }

  // Microseconds with three digits, which are nanoseconds; JSON of our own, as rounding is none.
  static std::string microseconds(std::int64_t ns) {
    return std::to_string(ns / 1000) + "." + std::to_string(1000 + ns % 1000).substr(1);
  }

  void line(const Json& what, const std::string& times) {
    std::string text = what.dump();
    text.pop_back();
    out_ << (is_first_ ? "\n" : ",\n") << text << times << "}";
    is_first_ = false;
  }

  void name_lane(int lane, const std::string& name) {
    line({{"ph", "M"},
          {"name", "process_name"},
          {"pid", lane},
          {"tid", 0},
          {"args", {{"name", visible(run_.algorithm) + ": " + visible(name)}}}},
         "");
    line({{"ph", "M"},
          {"name", "process_sort_index"},
          {"pid", lane},
          {"tid", 0},
          {"args", {{"sort_index", lane}}}},
         "");
  }

  void name_thread(int lane, int thread, const std::string& name) {
    line({{"ph", "M"},
          {"name", "thread_name"},
          {"pid", lane},
          {"tid", thread},
          {"args", {{"name", name}}}},
         "");
  }

  void name_lanes() {
    name_lane(first_, "violations");
    name_lane(store(), "store");
    for (std::size_t process = 0; process < run_.cast.processes.size(); ++process) {
      const int lane = lane_of(static_cast<std::uint32_t>(process));
      name_lane(lane, run_.cast.processes[process]);
      name_thread(lane, requests_thread, "requests");
      name_thread(lane, events_thread, "events");
    }
    name_thread(store(), events_thread, "events");
  }

  void slice(int lane, int thread, const std::string& name, TrueTime from, TrueTime to) {
    line({{"ph", "X"}, {"name", visible(name)}, {"pid", lane}, {"tid", thread}},
         ",\"ts\":" + microseconds(from.ns()) + ",\"dur\":" + microseconds((to - from).ns()));
  }

  void write_bar(const Picture::Bar& bar) {
    const bool of_store = bar.kind >= Picture::Bar::Kind::tenure;
    const int lane = of_store ? store() : lane_of(bar.process);
    const int thread = static_cast<int>(bar.kind) + (of_store ? 20 * static_cast<int>(bar.key) : 0);
    std::string name = to_string(bar.kind);
    if (of_store && bar.process != nobody) name += " of " + run_.cast.processes.at(bar.process);
    if (bar.term > 0) name += ", term " + std::to_string(bar.term);
    name_thread(lane, thread, to_string(bar.kind));
    slice(lane, thread, name, bar.from, bar.to);
  }

  void write_message(const Picture::Message& message) {
    TrueTime to = message.sent.at;
    for (const Picture::Message::Stop& stop : message.arrivals) to = std::max(to, stop.at);
    if (message.answered) to = std::max(to, message.answered->at);
    const Event& sent = run_.events.at(message.sent.event);
    std::string name = words_for(sent, run_.cast).what;
    if (message.request_lost || message.answer_lost) name += ", lost";
    if (message.doubled) name += ", doubled";
    if (message.late_request || message.late_answer) name += ", late";
    slice(lane_of(message.process), requests_thread, name, message.sent.at, to);
  }

  void write_instant(const Event& event) {
    const Words words = words_for(event, run_.cast);
    const int lane = words.who.empty() ? store() : lane_of(event.process);
    line({{"ph", "i"},
          {"s", "p"},
          {"name", visible(words.what)},
          {"pid", lane},
          {"tid", events_thread}},
         ",\"ts\":" + microseconds(event.at.ns()));
  }

  std::ostream& out_;
  const PageRun& run_;
  const int first_;
  bool& is_first_;
};

}  // namespace

void write_perfetto(std::ostream& out, const Page& page) {
  out << R"({"displayTimeUnit":"ns","traceEvents":[)";
  int first = 1;
  bool is_first = true;
  for (const PageRun& run : page.runs) first = Perfetto(out, run, first, is_first).write();
  out << "\n]}\n";
}

}  // namespace leasehold::sim
