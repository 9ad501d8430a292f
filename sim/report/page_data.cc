#include "sim/report/page_data.h"

#include <nlohmann/json.hpp>

#include "sim/report/page_text.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

// -1 for nobody.
int who(std::uint32_t process) { return process == nobody ? -1 : static_cast<int>(process); }

Json processes_of(const PageRun& run) {
  Json all = Json::array();
  for (std::size_t process = 0; process < run.cast.processes.size(); ++process) {
    all.push_back({{"name", visible(run.cast.processes[process])},
                   {"body", run.cast.bodies.at(process)},
                   {"key", run.keys.at(process)}});
  }
  return all;
}

// By column: a row for each would be twice as long.
Json events_of(const PageRun& run) {
  Json at = Json::array();
  Json kind = Json::array();
  Json process = Json::array();
  std::string quiet;
  std::int64_t before = 0;
  for (const Event& event : run.events) {
    at.push_back(event.at.ns() - before);
    before = event.at.ns();
    kind.push_back(static_cast<int>(event.kind));
    process.push_back(who(event.process));
    quiet += is_routine(event) ? '1' : '0';
  }
  return {{"since", at}, {"kind", kind}, {"who", process}, {"quiet", quiet}};
}

Json bars_of(const Picture& picture) {
  Json all = Json::array();
  for (const Picture::Bar& bar : picture.bars) {
    all.push_back({static_cast<int>(bar.kind), who(bar.process), bar.key, bar.from.ns(),
                   bar.to.ns(), bar.open ? 1 : 0, bar.term, bar.event});
  }
  return all;
}

Json messages_of(const Picture& picture) {
  const auto event = [](const std::optional<Picture::Message::Stop>& stop) {
    return stop ? Json(stop->event) : Json(-1);
  };
  Json all = Json::array();
  for (const Picture::Message& message : picture.messages) {
    Json arrivals = Json::array();
    for (const Picture::Message::Stop& stop : message.arrivals) arrivals.push_back(stop.event);
    const int flags = (message.doubled ? 1 : 0) | (message.late_request ? 2 : 0) |
                      (message.late_answer ? 4 : 0) | (message.is_write ? 8 : 0) |
                      (message.refused ? 16 : 0) | (message.routine ? 32 : 0) |
                      (message.failed ? 64 : 0);
    all.push_back({message.process, message.key, message.sent.event, arrivals,
                   event(message.answered), event(message.request_lost), event(message.answer_lost),
                   flags});
  }
  return all;
}

Json bands_of(const Picture& picture) {
  Json all = Json::array();
  for (const Picture::Band& band : picture.bands) {
    all.push_back({{"name", to_string(band.invariant)},
                   {"meaning", meaning(band.invariant)},
                   {"from", band.from.ns()},
                   {"to", band.to.ns()},
                   {"event", band.event}});
  }
  return all;
}

Json clocks_of(const PageRun& run) {
  Json all = Json::array();
  for (const ClockLine& line : run.clocks) {
    Json pieces = Json::array();
    for (const ClockLine::Piece& piece : line.pieces) {
      pieces.push_back({piece.at.ns(), piece.shows_ns, piece.rate_ppm});
    }
    all.push_back({{"who", who(line.process)}, {"name", line.name}, {"pieces", pieces}});
  }
  return all;
}

Json names_of_keys(const PageRun& run) {
  Json all = Json::array();
  for (const std::string& key : run.cast.keys) all.push_back(visible(key));
  return all;
}

Json bar_words() {
  Json all = Json::array();
  for (int kind = 0; kind <= static_cast<int>(Picture::Bar::Kind::down); ++kind) {
    all.push_back(to_string(static_cast<Picture::Bar::Kind>(kind)));
  }
  return all;
}

}  // namespace

std::string page_data(const Page& page) {
  Json runs = Json::array();
  for (const PageRun& run : page.runs) {
    runs.push_back({{"algorithm", visible(run.algorithm)},
                    {"end", run.picture.end.ns()},
                    {"processes", processes_of(run)},
                    {"keys", names_of_keys(run)},
                    {"events", events_of(run)},
                    {"bars", bars_of(run.picture)},
                    {"messages", messages_of(run.picture)},
                    {"bands", bands_of(run.picture)},
                    {"clocks", clocks_of(run)}});
  }
  const Json data{{"kinds", event_words()}, {"barKinds", bar_words()}, {"runs", runs}};
  return script_json(data.dump());
}

}  // namespace leasehold::sim
