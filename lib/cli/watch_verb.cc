#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "lib/cli/exit_code.h"
#include "lib/cli/lock_row.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

struct WatchPlan {
  std::string store;
  std::string key;
  Length every = 200ms;
  bool as_json = false;
};

void print(const LockRow& row, bool as_json) {
  if (as_json) {
    std::printf("%s\n", json(row).c_str());
  } else {
    const std::string now = calendar(SystemClock::shared().wall_now());
    const bool is_free = row.state == LockRow::State::free;
    std::printf("%s  %s  term %llu  %s\n", now.c_str(), to_string(row.state),
                static_cast<unsigned long long>(row.record.term),
                is_free ? "-" : printable(row.record.info).c_str());
  }
  std::fflush(stdout);
}

// Until it is killed, or nobody reads any more.
int watch(const WatchPlan& plan) {
  LockRow last;
  for (bool is_first = true; std::ferror(stdout) == 0; std::this_thread::sleep_for(plan.every)) {
    const auto store = store_to_look_at(plan.store);
    if (!store) return complain("watch: " + store.error().detail);
    if (!*store)
      return complain(
          "watch: the store's file is not there: no lock was ever kept there; look at --store and "
          "LEASEHOLD_STORE, or take a lock first");
    for (;; std::this_thread::sleep_for(plan.every)) {
      Result<LockRow> row = look_at(**store, plan.key);
      if (!row && row.error().kind == Errc::misuse) {
        return complain("watch: " + row.error().detail);
      }
      // A store that is busy is asked again.
      if (!row) continue;
      const bool is_other_table = row->incarnation != last.incarnation && !is_first;
      if (is_first || row->state != last.state || row->record.term != last.record.term) {
        print(*row, plan.as_json);
      }
      is_first = false;
      last = *std::move(row);
      if (std::ferror(stdout) != 0) return exit_ok;
      // The file was replaced: the old one is open still.
      if (is_other_table) break;
    }
  }
  return exit_ok;
}

}  // namespace

void add_watch(CLI::App& app, Chosen& chosen) {
  const auto plan = std::make_shared<WatchPlan>();
  CLI::App* const verb =
      app.add_subcommand("watch", "A line whenever a lock is taken, released or runs out");
  add_store_option(*verb, plan->store);
  verb->add_option("key", plan->key, "The lock's name")->required()->type_name("KEY");
  add_length_option(
      *verb, "--every", [plan](Length length) { plan->every = length; }, 1ms,
      "How often the store is asked; what begins and ends between is not seen; default: 200ms");
  verb->add_flag("--json", plan->as_json, "As JSON objects, one a line");
  verb->callback([plan, &chosen] { chosen = [plan] { return watch(*plan); }; });
}

}  // namespace leasehold::cli
