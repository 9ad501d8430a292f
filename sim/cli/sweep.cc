#include "sim/cli/sweep.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <system_error>
#include <utility>

#include "sim/cli/common.h"
#include "sim/cli/progress.h"
#include "sim/cli/status_line.h"
#include "sim/report/junit.h"
#include "sim/report/page.h"
#include "sim/report/verdict.h"
#include "sim/report/write_file.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/sweep/pool.h"
#include "sim/sweep/record.h"
#include "sim/sweep/specimen.h"
#include "sim/sweep/summary.h"
#include "sim/sweep/tape.h"
#include "sim/sweep/test_cases.h"

namespace leasehold::sim {
namespace {

// Who breaks in more ways than this has one bug that shows in all of them.
constexpr std::size_t most_specimens = 16;

/// What one run of the command does, step by step.
class SweepCommand {
 public:
  explicit SweepCommand(const SweepOptions& options)
      : options_(options), sweep_(options.sweep), plan_(options.sweep, options.shard) {}

  int run_all() {
    if (!options_.merged.empty()) {
      return read_merged() ? finish(sweep_.seeds.count() * sweep_.authorities.size())
                           : exit_bad_input;
    }
    if (plan_.size() == 0) return complain_of_shard();
    std::optional<Tape> tape;
    if (!options_.out.empty()) {
      Result<Tape> opened = Tape::open(options_.out, {sweep_, probe(sweep_)});
      if (!opened) return complain("sweep: --out: " + opened.error().detail);
      tape.emplace(std::move(opened).value());
      chunks_ = tape->held();
    }
    replay_corpus();
    if (code_ == exit_bad_input) return code_;
    if (options_.stop_on_first && code_ == 1) {
      std::cout << "stopped at the corpus; no seeds were run\n" << std::flush;
      write_cases(sum_up(sweep_, {}));
      return code_;
    }
    run_chunks(tape ? &*tape : nullptr);
    return finish(plan_.worlds());
  }

 private:
  int complain_of_shard() const {
    const std::uint64_t size = chunk_size(sweep_.seeds);
    const std::uint64_t parts = (sweep_.seeds.count() - 1) / size + 1;
    return complain("sweep: --shard: found part " + std::to_string(options_.shard.nth) +
                    "; accepted with seeds " + to_string(sweep_.seeds) + ", which are cut into " +
                    std::to_string(parts) + ": parts up to " + std::to_string(parts));
  }

  bool read_merged() {
    Record record;
    for (const std::string& file : options_.merged) {
      std::ifstream in(file, std::ios::binary);
      if (!in) {
        complain("sweep: --merge: " + file +
                 ": can't be read: " + std::generic_category().message(errno));
        return false;
      }
      Result<Record> read = read_record(in, file, std::move(record));
      if (!read) {
        complain("sweep: --merge: " + read.error().detail);
        return false;
      }
      record = std::move(read).value();
      if (!record.head) {
        complain("sweep: --merge: " + file + ": no whole line; accepted: what --out has written");
        return false;
      }
    }
    sweep_ = record.head->sweep;
    const std::string why = difference(*record.head, {sweep_, probe(sweep_)});
    if (!why.empty()) {
      complain("sweep: --merge: " + options_.merged.front() + ": " + why +
               "; accepted: files of this one");
      return false;
    }
    chunks_ = std::move(record.chunks);
    replay_corpus();
    return code_ != exit_bad_input;
  }

  void replay_corpus() {
    if (options_.corpus.empty()) return;
    std::size_t stories = 0;
    std::size_t as_expected = 0;
    const std::vector<std::filesystem::path> files = files_of(options_.corpus);
    if (files.empty()) {
      code_ = complain("sweep: --corpus: no scenario files; name files or folders of them");
    }
    for (const std::filesystem::path& file : files) {
      const Result<Scenario> story = read_scenario_file(file);
      if (!story) {
        code_ = worse(code_, complain("sweep: --corpus: " + story.error().detail));
        continue;
      }
      // A story of other algorithms says nothing of this one.
      const auto expected = story->expect.find(sweep_.algorithm);
      if (expected == story->expect.end() && !story->expect.empty()) continue;
      const Expectation wanted = expected == story->expect.end() ? Expectation{} : expected->second;
      ++stories;
      as_expected += replay_story(file, *story, wanted) ? 1 : 0;
    }
    if (code_ == exit_bad_input) return;
    std::cout << "corpus: " << as_expected << " of " << stories << " stories as expected, "
              << files.size() << " files\n";
  }

  bool replay_story(const std::filesystem::path& file, const Scenario& story,
                    const Expectation& wanted) {
    const std::vector<Compared> compared = compare(run(story, sweep_.algorithm, {}), wanted);
    const int found = exit_code(compared);
    stories_.push_back({file.string(), sweep_.algorithm, sentences(compared)});
    if (found == exit_as_expected) return true;
    code_ = worse(code_, found);
    std::cout << "DIFFERS: " << file.string() << " under " << sweep_.algorithm << "; "
              << stories_.back().failure << "\nreplay it: leasehold-sim replay --algorithm "
              << sweep_.algorithm << " " << file.string() << "\n";
    return false;
  }

  void run_chunks(Tape* tape) {
    ProgressMeter meter(plan_.worlds(), options_.minutes);
    const std::map<Chunk, ChunkRun> held = chunks_;
    Pool pool;
    pool.jobs = options_.jobs;
    pool.run = [&](const Chunk& chunk) { return meter.timed(sweep_, chunk); };
    pool.out_of_time = [&meter] { return meter.out_of_time(); };
    pool.take = [&](const ChunkRun& run, bool was_held) {
      meter.count(run, was_held);
      if (!was_held) {
        const std::optional<Error> error = tape == nullptr ? std::nullopt : tape->append(run);
        if (error) {
          code_ = worse(code_, complain("sweep: --out: " + error->detail));
          return false;
        }
        chunks_.emplace(run.chunk, run);
      }
      return !(options_.stop_on_first && !run.failures.empty());
    };
    run_plan(plan_, held, pool);
    meter.finish(sweep_, options_.jobs);
  }

  int finish(std::uint64_t planned) {
    const Summary summary = sum_up(sweep_, chunks_);
    write_table(std::cout, summary, planned);
    if (!summary.kinds.empty()) {
      code_ = worse(code_, 1);
      std::cout << "kinds of failure: " << summary.kinds.size() << "\n" << std::flush;
      write_specimens(summary);
    }
    for (const std::string& vacuity : vacuities(summary)) {
      code_ = worse(code_, 2);
      std::cout << "vacuous: " << vacuity << "\n";
    }
    std::cout.flush();
    write_cases(summary);
    return code_;
  }

  // The stories of the corpus first, as they were run.
  void write_cases(const Summary& summary) {
    if (options_.junit.empty()) return;
    std::vector<TestCase> cases = stories_;
    for (TestCase& one : test_cases(summary)) cases.push_back(std::move(one));
    const std::optional<Error> error = write_file(options_.junit, [&cases](std::ostream& out) {
      write_junit(out, "leasehold-sim sweep", cases);
    });
    if (error) code_ = worse(code_, complain("sweep: --junit: " + error->detail));
  }

  std::filesystem::path failures_folder() const {
    if (!options_.failures.empty()) return options_.failures;
    if (options_.out.empty()) return "failures";
    return std::filesystem::path(options_.out).replace_extension(".failures");
  }

  void write_specimens(const Summary& summary) {
    const std::size_t count = std::min(summary.kinds.size(), most_specimens);
    std::vector<Scenario> specimens(count);
    StatusLine status;
    std::atomic<std::size_t> done{0};
    in_parallel(options_.jobs, count, [&](std::uint64_t index) {
      specimens[index] = specimen_of(sweep_, summary.kinds[index]);
      status.show(++done, count, "failures shrunk");
    });
    status.clear();
    const std::filesystem::path folder = failures_folder();
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    for (std::size_t index = 0; index < summary.kinds.size(); ++index) {
      const FailureKind& kind = summary.kinds[index];
      std::cout << told(kind) << "\n  seed " << kind.seed << " of " << to_string(kind.authority)
                << ": " << kind.sentence << "\n";
      if (index < count) {
        write_specimen(folder / file_name_of(sweep_, kind), specimens[index]);
      } else {
        std::cout << "  run it: leasehold-sim sweep --profile " << sweep_.profile << " --algorithm "
                  << sweep_.algorithm << " --authority " << to_string(kind.authority) << " --seeds "
                  << to_string(Seeds{kind.seed, kind.seed}) << "\n";
      }
    }
  }

  void write_specimen(const std::filesystem::path& file, const Scenario& specimen) {
    std::ofstream out(file, std::ios::binary);
    out << write_scenario(specimen) << std::flush;
    if (!out) {
      code_ = worse(code_, complain("sweep: " + file.string() + ": can't be written: " +
                                    std::generic_category().message(errno)));
      return;
    }
    std::cout << "  shrunk, processes: " << specimen.processes.size()
              << ", choices: " << specimen.choices.size()
              << ", timed faults: " << specimen.faults.size()
              << "\n  replay it: leasehold-sim replay --algorithm " << sweep_.algorithm << " "
              << file.string() << "\n";
    write_picture(file, specimen);
  }

  void write_picture(const std::filesystem::path& file, const Scenario& specimen) {
    Page page = page_of(specimen, file.filename().string());
    page.runs.push_back(page_run(specimen, sweep_.algorithm));
    const std::filesystem::path picture = std::filesystem::path(file).replace_extension(".html");
    const std::optional<Error> error = write_page_file(picture, page);
    if (error) {
      code_ = worse(code_, complain("sweep: " + error->detail));
      return;
    }
    std::cout << "  look at it: " << picture.string() << "\n";
  }

  const SweepOptions& options_;
  Sweep sweep_;
  const Plan plan_;
  std::map<Chunk, ChunkRun> chunks_;
  std::vector<TestCase> stories_;
  int code_ = exit_as_expected;
};

}  // namespace

int sweep(const SweepOptions& options) {
  if (options.each != SweepOptions::Each::none) return print_each_world(options);
  return SweepCommand(options).run_all();
}

}  // namespace leasehold::sim
