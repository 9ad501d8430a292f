// The public API against a simple model: locks, guards and several clients in one process, in
// virtual time. RapidCheck draws commands, and of a run that went wrong leaves the fewest.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include "proptests/stateful/commands.h"

namespace leasehold::proptests {
namespace {

constexpr int runs = 1'500;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// True if every run went as the model says; else the fewest commands are printed that do not.
bool all_as_the_model_says(Reached& reached, Length min_hold) {
  rc::detail::TestParams params;
  params.seed = number_from("LEASEHOLD_SEED", 1);
  params.maxSuccess = static_cast<int>(number_from("LEASEHOLD_RUNS", runs));
  const rc::detail::TestMetadata metadata{"stateful", "the API against the model"};
  rc::detail::TestListenerAdapter silent;
  const auto result = rc::detail::checkTestable(
      [&reached, min_hold] {
        System system(reached, min_hold);
        rc::state::check(Plan{}, system, &any_command);
      },
      metadata, params, silent);
  if (result.template is<rc::detail::SuccessResult>()) return true;
  rc::detail::printResultMessage(result, std::cerr);
  std::cerr << "\n";
  return false;
}

TEST(Stateful, LocksAndGuardsDoWhatTheModelSays) {
  Reached reached;
  ASSERT_TRUE(all_as_the_model_says(reached, Length::zero()));
  for (const char* const what : {"joined",
                                 "a new tenure",
                                 "busy",
                                 "store error",
                                 "closed",
                                 "a second guard",
                                 "the key changed hands",
                                 "a drop that was not the last",
                                 "the last drop",
                                 "a dead guard was dropped",
                                 "a release",
                                 "a release of several",
                                 "unchanged",
                                 "unchanged over tenures",
                                 "a change was told",
                                 "a client was closed",
                                 "a wait was granted",
                                 "a wait timed out",
                                 "a wait was cancelled",
                                 "a call was refused",
                                 "told: jeopardy",
                                 "told: deadline",
                                 "told: released",
                                 "told: closed"}) {
    EXPECT_GE(reached[what], 20) << what;
  }
  for (const auto& [what, times] : reached) std::printf("%7d  %s\n", times, what.c_str());
}

// A little longer than a lease, so that one may be lost within it.
TEST(Stateful, TenuresAreKeptForTheirMinimumHoldAsTheModelSays) {
  Reached reached;
  ASSERT_TRUE(all_as_the_model_says(reached, std::chrono::minutes(367)));
  for (const char* const what :
       {"joined", "a new tenure", "busy", "a guard of a tenure that had none", "a release",
        "a release within the hold", "a close within the hold", "the key changed hands",
        "a wait was granted", "told: deadline", "told: released"}) {
    EXPECT_GE(reached[what], 20) << what;
  }
  for (const auto& [what, times] : reached) std::printf("%7d  %s\n", times, what.c_str());
}

}  // namespace
}  // namespace leasehold::proptests
