// A run that can be kept: written by one binary, read and compared by another.
//
// The form is lines of JSON: {"leasehold_trace": 1, ...} opens a run, each event has a line with
// the fields of Event (what is absent is 0; see sim/trace/event.h), {"end": ...} closes it.
#pragma once

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <leasehold/result.h>
#include "sim/engine/hash128.h"
#include "sim/report/sentence.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"
#include "sim/world/run.h"

namespace leasehold::sim {

struct Recording {
  /// Where the scenario stood.
  std::string file;
  std::string algorithm;
  Cast cast;
  std::vector<Event> events;
  Digest hash;
};

/// Requires: `run` kept its trace.
Recording recording_of(const Scenario& scenario, const std::string& file,
                       const std::string& algorithm, Run run);

/// The fields of an event as `json_of` may write them.
const std::vector<std::string>& event_fields();
/// An event as it is written, with the names of `cast`.
nlohmann::ordered_json json_of(const Event& event, const Cast& cast);

void write_recording(std::ostream& out, const Recording& recording);

/// What every file of recordings begins with.
inline constexpr std::string_view recording_mark = "{\"leasehold_trace\":";
/// Reads every run of a file, whose first bytes `head` were read already. A line that is not as
/// `write_recording` writes it, a run without an end, and a hash that is not that of the events are
/// `misuse`, with `where` and the line.
Result<std::vector<Recording>> read_recordings(const std::string& head, std::istream& rest,
                                               const std::string& where);

}  // namespace leasehold::sim
