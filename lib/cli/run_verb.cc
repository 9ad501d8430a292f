#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/cli/run_plan.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/cli/wrapper.h"
#include "lib/src/text/suggest.h"

namespace leasehold::cli {
namespace {

int run(RunPlan plan) {
  if (plan.command.empty()) {
    return complain("run: there is no command; put it last, behind \"--\": leasehold run --key " +
                    plan.key + " -- COMMAND ARGUMENT...");
  }
  const Result<std::string> store = store_url(plan.store);
  if (!store) return complain("run: " + store.error().detail);
  plan.store = *store;
  return run_command(plan);
}

std::optional<OnLost> on_lost(const std::string& word) {
  if (word == "term") return OnLost::term;
  if (word == "kill") return OnLost::kill;
  if (word == "warn") return OnLost::warn;
  return std::nullopt;
}

}  // namespace

void add_run(CLI::App& app, Chosen& chosen, const std::vector<std::string>& command) {
  const auto plan = std::make_shared<RunPlan>();
  CLI::App* const verb = app.add_subcommand("run", "Run a command while holding a lock");
  verb->footer(
      "Exit code: the command's own; 128 + n if it died of signal n; 75 lock busy; 124 lease lost\n"
      "and command stopped; 125 Leasehold failed; 126 command can't be run; 127 not found.");
  add_store_option(*verb, plan->store);
  verb->add_option("-k,--key", plan->key, "The lock's name")->required()->type_name("KEY");
  CLI::Option* const wait = add_length_option(
      *verb, "-w,--wait", [plan](Length length) { plan->wait = length; }, Length::zero(),
      "How long to wait for the lock; default: without end");
  verb->add_flag_callback(
          "-n,--no-wait", [plan] { plan->wait = Length::zero(); }, "Try once")
      ->excludes(wait);
  add_length_option(
      *verb, "--lease", [plan](Length length) { plan->lease = length; }, Length(1),
      "How long the lock outlives this process if it dies; default: 30s");
  add_length_option(
      *verb, "--min-hold", [plan](Length length) { plan->min_hold = length; }, Length::zero(),
      "Keep the lock for at least this long, though the command ends earlier: leasehold stays "
      "until "
      "then; told to go (by TERM, say), it leaves the lock until the lease runs out");
  add_length_option(
      *verb, "--lock-delay", [plan](Length length) { plan->lock_delay = length; }, Length::zero(),
      "Take over a lease that ran out only so long after its end, so that late work of its holder "
      "comes to rest; all who use the lock should give the same");
  verb->add_option_function<std::string>(
          "--on-lost", [plan](const std::string& word) { plan->on_lost = *on_lost(word); },
          "When the lease can't be kept: end the command by TERM and then KILL (term, the "
          "default), "
          "by KILL as late as can be (kill), or let it go on (warn)")
      ->check([](const std::string& found) -> std::string {
        if (on_lost(found)) return {};
        const std::vector<std::string> words{"term", "kill", "warn"};
        return "found \"" + found + "\"; accepted: " + quoted_list(words) +
               suggestion(found, words);
      })
      ->type_name("term|kill|warn");
  add_length_option(
      *verb, "--grace", [plan](Length length) { plan->grace = length; }, Length::zero(),
      "From TERM to KILL, also of what the command leaves behind; default: 5s, or a sixth of a "
      "shorter lease");
  verb->add_option("-E,--busy-code", plan->busy_code,
                   "Exit code if somebody else has the lock; default: 75")
      ->check(CLI::Validator(CLI::Range(0, 255)).description(""))
      ->type_name("N");
  verb->callback([plan, &chosen, &command] {
    plan->command = command;
    chosen = [plan] { return run(*plan); };
  });
}

}  // namespace leasehold::cli
