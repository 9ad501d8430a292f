#include "sim/report/verdict.h"

#include <algorithm>
#include <array>

#include "lib/src/plant.h"

namespace leasehold::sim {
namespace {

bool among(const std::vector<Invariant>& invariants, Invariant invariant) {
  return std::find(invariants.begin(), invariants.end(), invariant) != invariants.end();
}

Difference difference_of(const Compared& compared) {
  const Verdict verdict = compared.judgement.verdict;
  if (verdict == Verdict::broken) {
    return compared.expected_to_break ? Difference::none : Difference::broken;
  }
  if (compared.expected_to_break) return Difference::not_broken;
  const bool vacuous =
      compared.expected_to_hold && verdict == Verdict::never_exercised && !planted(Bug::H07);
  return vacuous ? Difference::never_exercised : Difference::none;
}

}  // namespace

std::vector<Compared> compare(const Run& run, const Expectation& expectation) {
  std::vector<Compared> all;
  for (const Judgement& judgement : run.judgements) {
    Compared compared{judgement};
    compared.expected_to_hold = among(expectation.holds, judgement.invariant);
    compared.expected_to_break = among(expectation.violates, judgement.invariant);
    compared.difference = difference_of(compared);
    all.push_back(std::move(compared));
  }
  return all;
}

std::string sentence(const Compared& compared) {
  const std::string name = to_string(compared.judgement.invariant);
  switch (compared.difference) {
    case Difference::none:
      return {};
    case Difference::broken:
      return name + " is broken and was " +
             (compared.expected_to_hold ? "expected to hold" : "not expected to be");
    case Difference::not_broken:
      return name + " was expected to be broken and is not";
    case Difference::never_exercised:
      return name + " was expected to hold and nothing put it to the test";
  }
  return {};
}

std::string sentences(const std::vector<Compared>& all) {
  std::string text;
  for (const Compared& one : all) {
    if (one.difference == Difference::none) continue;
    text += (text.empty() ? "" : "; ") + sentence(one);
  }
  return text;
}

int exit_code(const std::vector<Compared>& all) {
  int code = 0;
  for (const Compared& one : all) {
    if (one.difference == Difference::none) continue;
    code = worse(code, one.difference == Difference::broken ? 1 : 2);
  }
  return code;
}

int worse(int a, int b) {
  static constexpr std::array<int, 5> from_best{0, 2, 1, 3, 4};
  const auto rank = [](int code) {
    return std::find(from_best.begin(), from_best.end(), code) - from_best.begin();
  };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace leasehold::sim
