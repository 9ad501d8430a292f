// A history as one HTML page that needs nothing else: no network, no other file.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/result.h>
#include "sim/report/clock_lines.h"
#include "sim/report/picture.h"
#include "sim/report/recording.h"
#include "sim/report/sentence.h"
#include "sim/report/verdict.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// One run of a world, or one history that was recorded.
struct PageRun {
  std::string algorithm;
  Cast cast;
  /// By process.
  std::vector<std::uint32_t> keys;
  std::vector<Event> events;
  /// Empty: nobody judged it.
  std::vector<Compared> compared;
  std::vector<ClockLine> clocks;
  Picture picture;
};

struct Page {
  std::string title;
  std::string about;
  /// What the world assumes: {"lease", "15s"}.
  std::vector<std::pair<std::string, std::string>> facts;
  /// The first is the one that it is about; others are shown beside it.
  std::vector<PageRun> runs;
};

/// The page of a scenario, before any run of it is added. `file`: where it stands.
Page page_of(const Scenario& scenario, const std::string& file);
/// Runs `scenario` under `algorithm`.
PageRun page_run(const Scenario& scenario, const std::string& algorithm);
/// A run that was done already. Requires: it kept its trace.
PageRun page_run(const Scenario& scenario, const std::string& algorithm, Run run);

/// The page of histories that were recorded, by this program or from real processes. They are not
/// judged anew, and nothing is known of their clocks. Requires: at least one.
Page page_of(std::vector<Recording> recordings, const std::string& file);

/// The same page, to the byte, for the same world.
void write_page(std::ostream& out, const Page& page);
/// To a file, whatever was there. What went wrong, in words: "FILE: can't be written: ...".
std::optional<Error> write_page_file(const std::filesystem::path& file, const Page& page);

}  // namespace leasehold::sim
