// How long a tenure's owner has been silent, on a clock that is moved by hand.
#include "lib/src/client/tenure_view.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/doubles.h"

namespace leasehold::detail {
namespace {

using namespace std::chrono_literals;

struct TenureSilence : testing::Test {
  Span<LocalClock> silence() const { return view.silence(clock.now()); }

  doubles::ManualClock clock{Instant<LocalClock>::at_ns(1'000)};
  ForkEpoch epoch;
  TenureView view{clock, epoch, core::Tenure{}, Fence{}, core::Run{}, false};
};

TEST_F(TenureSilence, EndsWithTheLastWord) {
  view.progress();
  clock.advance(5s);
  EXPECT_EQ(silence(), on<LocalClock>(5s));
  view.progress();
  EXPECT_EQ(silence(), on<LocalClock>(0s));
}

// Nobody works while the machine sleeps.
TEST_F(TenureSilence, DoesNotGrowWhileTheMachineSleeps) {
  view.progress();
  clock.advance(1s);
  clock.suspend(1h);
  clock.advance(1s);
  EXPECT_EQ(silence(), on<LocalClock>(2s));
}

// A thread may be late between reading its clock and saying so.
TEST_F(TenureSilence, AWordThatComesLateTakesNothingBack) {
  const LocalTime before = clock.now();
  clock.advance(5s);
  view.progress();
  view.progress(before);
  EXPECT_EQ(silence(), on<LocalClock>(0s));
}

TEST_F(TenureSilence, ManyThreadsMaySpeakAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([this] {
      for (int turn = 0; turn < 1000; ++turn) {
        clock.advance(1ns);
        view.progress();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(silence(), on<LocalClock>(0s)) << "the last to move the clock spoke after it";
}

}  // namespace
}  // namespace leasehold::detail
