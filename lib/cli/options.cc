#include <string>
#include <utility>

#include <leasehold/timing.h>
#include "lib/cli/verbs.h"
#include "lib/src/text/length.h"

namespace leasehold::cli {

void add_store_option(CLI::App& verb, std::string& url) {
  verb.add_option("--store", url,
                  "Where locks are kept, as sqlite:PATH; default: locks.db in leasehold's "
                  "directory of $XDG_STATE_HOME or ~/.local/state")
      ->envname("LEASEHOLD_STORE")
      ->type_name("URL");
}

CLI::Option* add_length_option(CLI::App& verb, const std::string& names,
                               std::function<void(Length)> take, Length least,
                               const std::string& help) {
  return verb
      .add_option_function<std::string>(
          names, [take = std::move(take)](const std::string& text) { take(*parse_length(text)); },
          help)
      ->type_name("LENGTH")
      ->check([least](const std::string& found) -> std::string {
        const auto length = parse_length(found);
        if (length && *length >= least && *length <= longest_length) return {};
        return "found \"" + found + "\"; accepted: \"" + to_string(least) + "\" to \"" +
               to_string(longest_length) + "\", a whole number and ns, us, ms, s, min or h";
      });
}

}  // namespace leasehold::cli
