#include <array>
#include <ostream>

#include "lib/src/conformance/bench.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold::conformance {

Random& Subject::random() { return SystemRandom::shared(); }

std::span<const Case> cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> some;
    for (const auto& group :
         {acquire_cases(), expiry_cases(), renew_cases(), ending_cases(), store_cases()}) {
      some.insert(some.end(), group.begin(), group.end());
    }
    return some;
  }();
  return all;
}

bool run_all(Subject& subject, std::ostream& out) {
  using Kind = Findings::Kind;
  constexpr std::array kinds{std::pair{Kind::wrong, "WRONG"},
                             std::pair{Kind::inconclusive, "inconclusive"},
                             std::pair{Kind::not_applicable, "not applicable"}};
  bool nothing_wrong = true;
  for (const Case& each : cases()) {
    Findings findings;
    each.run(subject, findings);
    for (const auto& [kind, name] : kinds) {
      for (const std::string& sentence : findings.of(kind)) {
        out << each.name << ": " << name << ": " << sentence << '\n';
      }
    }
    nothing_wrong = nothing_wrong && findings.of(Kind::wrong).empty();
  }
  return nothing_wrong;
}

}  // namespace leasehold::conformance
