#include <cstdio>
#include <memory>
#include <string>

#include <leasehold/timing.h>
#include "lib/cli/exit_code.h"
#include "lib/cli/lock_row.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/src/stores/record.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

struct InspectPlan {
  std::string store;
  std::string key;
  bool as_json = false;
};

void print(const char* name, const std::string& value) {
  std::printf("%-12s %s\n", name, value.empty() ? "-" : printable(value).c_str());
}

void print_record(const LockRow& row) {
  const RecordView& record = row.record;
  print("key", row.key);
  print("state", to_string(row.state));
  print("term", std::to_string(record.term));
  print("holder", row.holder.name);
  print("host", row.holder.host);
  print("pid", row.holder.pid ? std::to_string(*row.holder.pid) : "");
  print("since", row.holder.since);
  print("left", record.left ? readable(*record.left) : "");
  print("lease", leasehold::to_string(record.lease));
  print("renewals", std::to_string(record.seq));
  print("version", std::to_string(record.version));
  print("authority", leasehold::to_string(record.authority));
  print("domain", record.domain);
  print("incarnation", leasehold::to_string(row.incarnation));
}

int inspect(const InspectPlan& plan) {
  const auto store = store_to_look_at(plan.store);
  if (!store) return complain("inspect: " + store.error().detail);
  // Where there is no store yet nobody else would say so.
  if (const auto wrong = stores::find_misuse(plan.key)) return complain(wrong->detail);
  LockRow row{.key = plan.key, .incarnation = {}, .record = {}, .holder = {}};
  if (*store) {
    Result<LockRow> seen = look_at(**store, plan.key);
    if (!seen) return complain("inspect: " + seen.error().detail);
    row = *std::move(seen);
  }
  if (plan.as_json) {
    std::printf("%s\n", json(row).c_str());
  } else {
    print_record(row);
  }
  return row.state == LockRow::State::free ? exit_no : exit_ok;
}

}  // namespace

void add_inspect(CLI::App& app, Chosen& chosen) {
  const auto plan = std::make_shared<InspectPlan>();
  CLI::App* const verb = app.add_subcommand("inspect", "All that is known of one lock");
  verb->footer(
      "Exit code: 0 if somebody has it, 1 if it is free, 125 if the store can't be asked.");
  add_store_option(*verb, plan->store);
  verb->add_option("key", plan->key, "The lock's name")->required()->type_name("KEY");
  verb->add_flag("--json", plan->as_json, "As a JSON object");
  verb->callback([plan, &chosen] { chosen = [plan] { return inspect(*plan); }; });
}

}  // namespace leasehold::cli
