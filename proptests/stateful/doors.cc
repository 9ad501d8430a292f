// The doors of a client's runtime onto `VirtualRuntime`, in the place of the library's: every
// function of lib/src/runtime/{callbacks,lanes,system_clock,system_random,timer}.cc that a client
// uses. Were one missing, the linker would fetch the library's file and find the rest twice.
#include <condition_variable>
#include <mutex>
#include <utility>

#include "lib/src/runtime/callbacks.h"
#include "lib/src/runtime/lanes.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/runtime/timer.h"
#include "proptests/stateful/virtual_runtime.h"

namespace leasehold {
namespace {

proptests::VirtualRuntime& runtime() { return proptests::VirtualRuntime::instance(); }

// Where timers wait for their stop: they have no condition of their own.
struct Stops {
  std::mutex mutex;
  std::condition_variable changed;
};
Stops& stops() {
  static auto* const all = new Stops;
  return *all;
}

}  // namespace

const SystemClock& SystemClock::shared() {
  static const SystemClock* const clock = new SystemClock;
  return *clock;
}

LocalTime SystemClock::now() const { return {runtime().now(), {}}; }

Instant<WallClock> SystemClock::wall_now() const { return {}; }

SystemRandom& SystemRandom::shared() {
  static SystemRandom* const random = new SystemRandom;
  return *random;
}

// The dullest numbers: renewals keep their time, and tries to acquire their shortest pause.
std::uint64_t SystemRandom::below(std::uint64_t) { return 0; }

Random::Bits SystemRandom::id_bits() { return {0, runtime().next_id()}; }

Timer::Timer(const Clock& clock, std::mutex& mutex) : clock_(clock), mutex_(mutex), fd_(-1) {}

Timer::~Timer() = default;

void Timer::wake_at(Instant<LocalClock> moment, Sleeper& sleeper) {
  runtime().wake_at(moment, sleeper, [this, to = &sleeper] {
    const std::scoped_lock lock(mutex_);
    to->wake();
  });
}

void Timer::cancel(Sleeper& sleeper) { runtime().cancel(sleeper); }

// The bodies of a client's threads: nothing to do, but they last until they are told to stop.
void Timer::run() {
  std::unique_lock lock(stops().mutex);
  stops().changed.wait(lock, [this] { return stopped_; });
}

void Timer::stop() {
  const std::scoped_lock lock(stops().mutex);
  stopped_ = true;
  stops().changed.notify_all();
}

void Lanes::run(Lane lane) {
  std::unique_lock lock(queues_);
  lanes_[static_cast<std::size_t>(lane)].filled.wait(lock, [this] { return stopped_.load(); });
}

void Lanes::stop() {
  const std::scoped_lock lock(queues_);
  stopped_ = true;
  for (Queue& queue : lanes_) queue.filled.notify_all();
}

void Callbacks::run() {
  std::unique_lock lock(mutex_);
  posted_.wait(lock, [this] { return stopped_; });
}

void Callbacks::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  posted_.notify_all();
}

void Lanes::send(StoreCall&& call, ReplySink& sink) {
  runtime().post([this, call = std::move(call), to = &sink] {
    if (stopped_) return;
    const StoreReply reply = perform(store_, call);
    const std::scoped_lock lock(mutex_);
    if (!stopped_) to->on_reply(call.request, reply);
  });
}

// What was sent was posted.
void Lanes::serve() {}

void Lanes::ask(std::function<void(Store&)> question) {
  runtime().post([this, asked = std::move(question)] { asked(store_); });
}

void Callbacks::post(std::function<void()> callback) {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return;
  runtime().post([this, called = std::move(callback)] {
    try {
      called();
    } catch (...) {
      thrown_.fetch_add(1, std::memory_order_relaxed);
    }
  });
}

}  // namespace leasehold
