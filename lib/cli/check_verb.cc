#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <leasehold/client.h>
#include <leasehold/store_scheme.h>
#include <leasehold/timing.h>
#include "lib/cli/alarm.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/holder.h"
#include "lib/cli/lock_row.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/text/json_text.h"
#include "lib/src/text/printable.h"
#include "lib/src/text/url.h"

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

constexpr const char* probe_key = "leasehold check";
constexpr int rounds = 20;

struct CheckPlan {
  std::string store;
  bool as_json = false;
};

using Report = std::vector<Fact>;

struct RoundTrip {
  std::vector<Length> grants;
  std::vector<Length> reads;
};

Length median(std::vector<Length> lengths) {
  std::sort(lengths.begin(), lengths.end());
  return lengths[lengths.size() / 2];
}

// A tenure that begins and ends, again and again, on a key that nobody but other checks uses: then
// it stops early.
Result<RoundTrip> measure(Store& store) {
  RoundTrip trip;
  Term term = 0;
  for (int round = 0; round < rounds;) {
    const OwnerId owner = SystemRandom::shared().id<OwnerId>();
    const std::int64_t asked = boot_now();
    const auto granted = store.acquire({.key = probe_key,
                                        .owner = owner,
                                        .expected_term = term,
                                        .lease = 1s,
                                        .info = info_of(this_process("leasehold check")),
                                        .unchanged = std::nullopt});
    if (!granted) return granted.error();
    if (const auto* const moved = std::get_if<Moved>(&granted->answer)) {
      term = moved->term;
      continue;
    }
    if (std::holds_alternative<Busy>(granted->answer)) return trip;
    trip.grants.emplace_back(boot_now() - asked);
    term = std::get<Granted>(granted->answer).term;
    const std::int64_t looked = boot_now();
    if (const auto seen = store.inspect(probe_key); !seen) return seen.error();
    trip.reads.emplace_back(boot_now() - looked);
    const auto released = store.release({.key = probe_key, .owner = owner, .term = term});
    if (!released) return released.error();
    ++round;
  }
  return trip;
}

std::string in_us(Length length) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(length).count()) +
         "us";
}

Report look_at_store(Store& store, const RoundTrip& trip, Length patience) {
  const Traits& traits = store.traits();
  const Length slowest = *std::max_element(trip.grants.begin(), trip.grants.end());
  Fact grant{"grant_longest", in_us(slowest)};
  if (slowest > patience) {
    grant.wrong = "longer than the request timeout of " + leasehold::to_string(patience) +
                  ": leases would be lost; find a faster disk, or lengthen --lease";
  }
  return {{"authority", leasehold::to_string(traits.authority)},
          {"domain", traits.domain},
          {"resolution", leasehold::to_string(traits.resolution)},
          {"grant_median", in_us(median(trip.grants))},
          grant,
          {"read_median", in_us(median(trip.reads))}};
}

int tell(const Report& report, bool as_json) {
  bool is_sane = true;
  JsonObject object;
  int width = 0;
  for (const Fact& one : report) width = std::max(width, static_cast<int>(one.name.size()));
  for (const Fact& one : report) {
    is_sane = is_sane && one.wrong.empty();
    object.add(one.name.c_str(), one.value);
    if (!as_json) std::printf("%-*s %s\n", width, one.name.c_str(), printable(one.value).c_str());
    if (!one.wrong.empty()) say("check: " + one.name + " " + one.value + ": " + one.wrong);
  }
  object.add("sane", is_sane);
  if (as_json) {
    std::printf("%s\n", object.text().c_str());
  } else {
    std::printf("%-*s %s\n", width, "sane", is_sane ? "yes" : "no");
  }
  return is_sane ? exit_ok : exit_no;
}

int check(const CheckPlan& plan) {
  const Result<std::string> url = store_url(plan.store);
  if (!url) return complain("check: " + url.error().detail);
  const Result<Config> preset = preset_of(*url);
  if (!preset) return complain("check: " + preset.error().detail);
  const Length patience = preset->timing.request_timeout;
  const auto store = open_store(*url, patience);
  if (!store) return complain("check: " + store.error().detail);
  const Result<RoundTrip> trip = measure(**store);
  if (!trip) return complain("check: " + trip.error().detail);
  if (trip->reads.size() < rounds) {
    say("check: another one is under way; try again in a second");
    return exit_busy;
  }
  const auto facts = (*store)->facts();
  if (!facts) return complain("check: " + facts.error().detail);
  Report report{{"store", without_password(*url)}};
  report.insert(report.end(), facts->begin(), facts->end());
  for (const Fact& one : look_at_store(**store, *trip, patience)) report.push_back(one);
  return tell(report, plan.as_json);
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
  const auto plan = std::make_shared<CheckPlan>();
  CLI::App* const verb = app.add_subcommand("check", "Whether a store is fit to keep locks in");
  verb->footer(std::string("Takes and releases the lock \"") + probe_key +
               "\" a few times, in a store that is made if it is not there.\n"
               "Exit code: 0 fit, 1 not fit, 125 the store can't be asked.");
  add_store_option(*verb, plan->store);
  verb->add_flag("--json", plan->as_json, "As a JSON object");
  verb->callback([plan, &chosen] { chosen = [plan] { return check(*plan); }; });
}

}  // namespace leasehold::cli
