#include "proptests/hunt.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include "sim/report/page.h"
#include "sim/scenario/write.h"
#include "sim/shrink/shrink.h"

namespace leasehold::sim {

void showValue(const Scenario& scenario, std::ostream& out) { out << write_scenario(scenario); }

}  // namespace leasehold::sim

namespace leasehold::proptests {
namespace {

using sim::Scenario;

const char* environment(const char* variable) {
  return std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody writes it meanwhile
}

rc::Shrinkable<Scenario> shrinkable(const sim::Search& search);

/// The simpler worlds of one, made one at a time; each goes on where the search for it was.
class Simpler {
 public:
  explicit Simpler(sim::Search search) : search_(std::move(search)) {}

  rc::Maybe<rc::Shrinkable<Scenario>> operator()() {
    while (const std::optional<Scenario> simpler = search_.next()) {
      sim::Search from_there = search_;
      if (from_there.take(shown_in(*simpler, search_.algorithm()))) {
        return shrinkable(from_there);
      }
    }
    return rc::Nothing;
  }

  // RapidCheck keeps a world only if it fails, so what else it shows is all that is asked for.
  static sim::Shown shown_in(const Scenario& world, const std::string& algorithm) {
    return {.events = sim::run(world, algorithm, {}).tally.events};
  }

 private:
  sim::Search search_;
};

rc::Shrinkable<Scenario> shrinkable(const sim::Search& search) {
  return rc::shrinkable::lambda([search] { return search.smallest(); },
                                [search] { return rc::makeSeq<Simpler>(search); });
}

rc::Shrinkable<Scenario> noise_written_out(const Scenario& world, const std::string& algorithm) {
  Scenario plain = sim::without_noise(world, algorithm);
  const sim::Shown shown = Simpler::shown_in(plain, algorithm);
  return shrinkable(sim::Search(std::move(plain), shown, algorithm));
}

rc::Gen<Scenario> worlds(const Hunt& what) {
  return [what](const rc::Random& random, int) {
    rc::Random own = random;
    Scenario world = what.make(own.next());
    // Its noise is written out first: that is the whole of its one shrink.
    return rc::shrinkable::lambda([world] { return world; },
                                  [world, algorithm = what.algorithm] {
                                    return rc::seq::just(noise_written_out(world, algorithm));
                                  });
  };
}

/// Judges worlds for RapidCheck, and keeps to the failure that it met first.
class Judge {
 public:
  explicit Judge(const Property& property) : property_(property) {}

  void operator()(const Scenario& world) {
    // Out of budget: nothing smaller is looked at, but the last run, of the smallest, must fail.
    if (caught_ && ++shrink_runs_ > sim::most_shrink_runs && world != caught_->smallest) return;
    const std::optional<Wrong> wrong = property_(world);
    if (!wrong) {
      passed_ += caught_ ? 0 : 1;
      return;
    }
    if (caught_ && caught_->wrong.signature != wrong->signature) return;
    caught_ = Caught{*wrong, world, passed_};
    RC_FAIL(wrong->sentence);
  }

  const std::optional<Caught>& caught() const { return caught_; }

 private:
  const Property& property_;
  std::optional<Caught> caught_;
  int passed_ = 0;
  int shrink_runs_ = 0;
};

// Beside the scenario.
std::filesystem::path picture_of(std::filesystem::path file) {
  return file.replace_extension(".html");
}

std::filesystem::path write_down(const Hunt& what, const Caught& caught) {
  const char* const asked = environment("LEASEHOLD_FAILURES");
  std::filesystem::path folder = asked == nullptr ? "failures" : asked;
  if (!what.failures.empty()) folder = what.failures;
  const std::filesystem::path file = folder / (what.name + ".json");
  std::filesystem::create_directories(file.parent_path());
  Scenario scenario = caught.smallest;
  scenario.name = what.name;
  scenario.about = "Found and shrunk by the property suite. " + caught.wrong.sentence;
  if (caught.wrong.invariant) {
    scenario.expect[what.algorithm].holds = {*caught.wrong.invariant};
  }
  std::ofstream(file) << sim::write_scenario(scenario);
  sim::Page page = sim::page_of(scenario, file.filename().string());
  page.runs.push_back(sim::page_run(scenario, what.algorithm));
  const auto error = sim::write_page_file(picture_of(file), page);
  if (error) std::cerr << error->detail << "\n";
  return std::filesystem::absolute(file);
}

}  // namespace

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = environment(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::optional<Caught> hunt(const Hunt& what, const Property& property) {
  rc::detail::TestParams params;
  params.seed = number_from("LEASEHOLD_SEED", 1);
  params.maxSuccess = what.exactly
                          ? what.worlds
                          : static_cast<int>(number_from("LEASEHOLD_WORLDS",
                                                         static_cast<std::uint64_t>(what.worlds)));
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = what.name;
  Judge judge(property);
  const rc::Gen<Scenario> gen = worlds(what);
  // A listener that does nothing: RapidCheck's own would tell of catches that are hoped for.
  rc::detail::TestListenerAdapter silent;
  const auto result = rc::detail::checkTestable([&] { judge(*gen); }, metadata, params, silent);
  // RapidCheck's word and ours must be the same: a case that failed for another reason (an
  // exception, say) is an error of the harness.
  if (result.template is<rc::detail::SuccessResult>() == judge.caught().has_value()) {
    rc::detail::printResultMessage(result, std::cerr);
    std::abort();
  }
  return judge.caught();
}

bool holds(const Hunt& what, const Property& property) {
  const std::optional<Caught> caught = hunt(what, property);
  if (!caught) return true;
  const std::filesystem::path file = write_down(what, *caught);
  std::cerr << what.name << ": " << caught->wrong.signature << " broken after " << caught->after
            << " worlds: " << caught->wrong.sentence << "\n"
            << "replay it: leasehold-sim replay --algorithm " << what.algorithm << " "
            << file.string() << "\n"
            << "look at it: " << picture_of(file).string() << "\n";
  return false;
}

std::optional<Wrong> broken_in(const sim::Run& run, std::initializer_list<sim::Invariant> judged) {
  for (const sim::Invariant invariant : judged) {
    const sim::Judgement& judgement = run.of(invariant);
    if (judgement.verdict != sim::Verdict::broken) continue;
    return Wrong{to_string(invariant), judgement.finding->sentence, invariant};
  }
  return std::nullopt;
}

std::optional<Wrong> broken_in(const sim::Run& run) {
  const std::optional<sim::Invariant> first = run.first_broken();
  return first ? broken_in(run, {*first}) : std::nullopt;
}

}  // namespace leasehold::proptests
