// `leasehold-sim schema`: what editors and other tools check scenario files with.
#include "sim/cli/schema.h"

#include <iostream>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"

namespace leasehold::sim {

void add_schema(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  verb->footer("The reader is stricter still. Exit codes: 0 printed, 3 bad usage.");
  verb->callback([&chosen] {
    chosen = [] {
      std::cout << schema_text() << std::flush;
      return exit_as_expected;
    };
  });
}

}  // namespace leasehold::sim
