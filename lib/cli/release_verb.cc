#include <memory>
#include <string>
#include <variant>

#include "lib/cli/exit_code.h"
#include "lib/cli/lock_row.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

struct ReleasePlan {
  std::string store;
  std::string key;
  Term term = 0;
  bool force = false;
};

int no(const ReleasePlan& plan, const std::string& why) {
  say("\"" + printable(plan.key) + "\": " + why + "; nothing was changed");
  return exit_no;
}

int release(const ReleasePlan& plan) {
  if (!plan.force) {
    return complain(
        "release: taking a lock away from a live holder lets two work at once until it notices; if "
        "that is meant, say --force");
  }
  const auto store = store_to_look_at(plan.store);
  if (!store) return complain("release: " + store.error().detail);
  if (!*store)
    return no(plan, "the store's file is not there: look at --store and LEASEHOLD_STORE");
  const Result<LockRow> row = look_at(**store, plan.key);
  if (!row) return complain("release: " + row.error().detail);
  if (!row->record.owner) return no(plan, "nobody has it");
  if (row->record.term != plan.term) {
    return no(plan, "its term is " + std::to_string(row->record.term) + ", not " +
                        std::to_string(plan.term) + ": look at leasehold status");
  }
  // Conditional on the owner that was just seen: a holder that comes between is left alone.
  const auto released =
      (*store)->release({.key = plan.key, .owner = row->record.owner, .term = plan.term});
  if (!released) return complain("release: " + released.error().detail);
  if (!std::holds_alternative<Released>(released->answer)) {
    return no(plan, "it changed hands meanwhile: look at leasehold status");
  }
  say("\"" + printable(plan.key) + "\": term " + std::to_string(plan.term) +
      " was released; its holder (" + printable(row->record.info) +
      ") learns of it at its next renewal");
  return exit_ok;
}

}  // namespace

void add_release(CLI::App& app, Chosen& chosen) {
  const auto plan = std::make_shared<ReleasePlan>();
  CLI::App* const verb = app.add_subcommand("release", "Take a lock away from its holder");
  verb->footer("Exit code: 0 released, 1 it was not that tenure's, 125 the store can't be asked.");
  add_store_option(*verb, plan->store);
  verb->add_option("key", plan->key, "The lock's name")->required()->type_name("KEY");
  verb->add_option("--term", plan->term, "The tenure to end, as status shows it")
      ->required()
      ->type_name("N");
  verb->add_flag("--force", plan->force, "Really");
  verb->callback([plan, &chosen] { chosen = [plan] { return release(*plan); }; });
}

}  // namespace leasehold::cli
