#include "sim/shrink/numbers.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "sim/scenario/names.h"
#include "sim/shrink/edits.h"

namespace leasehold::sim {
namespace {

void assign(Length& to, std::int64_t value) { to = Length(value); }
void assign(std::optional<Length>& to, std::int64_t value) { to = Length(value); }
void assign(std::int64_t& to, std::int64_t value) { to = value; }
void assign(int& to, std::int64_t value) { to = static_cast<int>(value); }
void assign(DriftBound& to, std::int64_t value) { to = DriftBound::ppm(value); }

std::int64_t read(Length value) { return value.count(); }
std::int64_t read(const std::optional<Length>& value) { return value->count(); }
std::int64_t read(std::int64_t value) { return value; }
std::int64_t read(DriftBound value) { return value.ppm(); }

constexpr std::int64_t longest = longest_length.count();
constexpr std::int64_t widest_rate = 500'000;
constexpr std::int64_t longest_run = Length(std::chrono::hours(24)).count();

bool is_rate(TimedFault::Kind kind) {
  return kind == TimedFault::Kind::clock_rate || kind == TimedFault::Kind::store_clock_rate;
}

/// Absolute values that the reader accepts, and whether 0 may become 1.
struct Limits {
  std::int64_t least = 0;
  std::int64_t most = longest;
  bool may_grow = false;
};

/// Collects them; what is not there is no number.
class Numbers {
 public:
  explicit Numbers(const Scenario& from) : from_(from) {}

  std::vector<Number> all() {
    of_timing();
    of_bounds();
    of_clocks();
    for (std::size_t index = 0; index < from_.processes.size(); ++index) of_process(index);
    for (std::size_t index = 0; index < from_.faults.size(); ++index) of_fault(index);
    for (const auto& choice : from_.choices) {
      const ChoiceKey key = choice.first;
      // That something happens is no number.
      if (kind_of(key.purpose) == ValueKind::flag) continue;
      add([key](auto& s) -> auto& { return s.choices.at(key); }, {.least = 1});
    }
    of_ends();
    return std::move(found_);
  }

 private:
  // `where` takes a Scenario, const or not.
  template <class Where>
  void add(Where where, Limits limits = {}) {
    found_.push_back({read(where(from_)), limits.least, limits.most, limits.may_grow,
                      [where](Scenario& s, std::int64_t value) { assign(where(s), value); }});
  }

  // A period is rounded up only: where it does not matter yet, a nanosecond would look as simple,
  // and the next edit could make a billion events of it.
  template <class Where>
  void add_period(Where where) {
    add(where, {.least = read(where(from_))});
  }

  void of_timing() {
    add([](auto& s) -> auto& { return s.config.timing.lease; }, {.least = 1});
    add_period([](auto& s) -> auto& { return s.config.timing.renew_every; });
    add_period([](auto& s) -> auto& { return s.config.timing.request_timeout; });
    add_period([](auto& s) -> auto& { return s.config.timing.retry_pause; });
    add_period([](auto& s) -> auto& { return s.config.timing.longest_wait; });
    add([](auto& s) -> auto& { return s.config.timing.stop_budget; });
    add([](auto& s) -> auto& { return s.config.timing.min_useful; });
    add([](auto& s) -> auto& { return s.config.timing.tolerated_failures; }, {.most = 5'000});
    add([](auto& s) -> auto& { return s.config.timing.lock_delay; });
    add([](auto& s) -> auto& { return s.config.timing.min_hold; });
  }

  void of_bounds() {
    add([](auto& s) -> auto& { return s.config.bounds.drift; }, {.most = widest_rate});
    add([](auto& s) -> auto& { return s.config.bounds.resolution; }, {.least = 1});
    add([](auto& s) -> auto& { return s.config.bounds.tick; }, {.least = 1});
    add([](auto& s) -> auto& { return s.config.bounds.skew; });
    add([](auto& s) -> auto& { return s.config.bounds.jump_forward; });
    add([](auto& s) -> auto& { return s.config.bounds.jump_backward; });
  }

  void of_clocks() {
    add([](auto& s) -> auto& { return s.host.offset; });
    add([](auto& s) -> auto& { return s.host.rate_ppm; }, {.most = widest_rate});
    add([](auto& s) -> auto& { return s.store.offset; });
    add([](auto& s) -> auto& { return s.store.rate_ppm; }, {.most = widest_rate});
    add([](auto& s) -> auto& { return s.request_way; }, {.may_grow = true});
    add([](auto& s) -> auto& { return s.answer_way; }, {.may_grow = true});
  }

  void of_process(std::size_t index) {
    const ProcessSpec& process = from_.processes[index];
    add([index](auto& s) -> auto& { return s.processes[index].clock.offset; });
    add([index](auto& s) -> auto& { return s.processes[index].clock.rate_ppm; },
        {.most = widest_rate});
    add([index](auto& s) -> auto& { return s.processes[index].wall.offset; });
    add([index](auto& s) -> auto& { return s.processes[index].wall.rate_ppm; },
        {.most = widest_rate});
    for (std::size_t line = 0; line < process.program.size(); ++line) of_step(index, line);
  }

  void of_step(std::size_t index, std::size_t line) {
    const auto in = [=](auto& s) -> auto& { return s.processes[index].program[line]; };
    const Step& step = in(from_);
    last_ = std::max(last_, step.at);
    add([in](auto& s) -> auto& { return in(s).at; },
        {.most = from_.run_for.count(), .may_grow = true});
    if (step.what == Step::Do::cycle) {
      add([in](auto& s) -> auto& { return in(s).think; }, {.may_grow = true});
    }
    add([in](auto& s) -> auto& { return in(s).after; });
    if (step.within) add([in](auto& s) -> auto& { return in(s).within; }, {.least = 1});
    if (step.hold) add([in](auto& s) -> auto& { return in(s).hold; }, {.may_grow = true});
    if (step.write_every) add_period([in](auto& s) -> auto& { return in(s).write_every; });
  }

  void of_fault(std::size_t index) {
    const TimedFault& fault = from_.faults[index];
    const Length end = from_.heal_at ? *from_.heal_at - Length(1) : from_.run_for;
    last_ = std::max(last_, fault.at);
    last_fault_ = std::max(last_fault_, fault.at);
    add([index](auto& s) -> auto& { return s.faults[index].at; }, {.most = end.count()});
    // A replica may be there at once, and who crashed may stay dead.
    const bool none =
        fault.kind == TimedFault::Kind::failover || fault.kind == TimedFault::Kind::crash;
    add([index](auto& s) -> auto& { return s.faults[index].lasts; }, {.least = none ? 0 : 1});
    add([index](auto& s) -> auto& { return s.faults[index].value; },
        {.most = is_rate(fault.kind) ? widest_rate : longest});
    add([index](auto& s) -> auto& { return s.faults[index].loses; });
  }

  // No end comes before what it ends.
  void of_ends() {
    if (from_.heal_at) {
      last_ = std::max(last_, *from_.heal_at);
      add([](auto& s) -> auto& { return s.heal_at; },
          {.least = last_fault_.count() + 1, .most = from_.run_for.count()});
    }
    add([](auto& s) -> auto& { return s.run_for; },
        {.least = std::max<std::int64_t>(last_.count(), 1), .most = longest_run});
  }

  const Scenario& from_;
  std::vector<Number> found_;
  // What happens last, and which fault.
  Length last_{};
  Length last_fault_{};
};

std::int64_t with_digits(std::int64_t value, std::size_t digits, std::int64_t& unit) {
  unit = 1;
  while (std::to_string(std::abs(value) / unit).size() > digits) unit *= 10;
  return value / unit * unit;
}

// The boldest first: the least, with fewer digits, or a little more, and half of it. What is 0 for
// want of a meaning stays so.
std::vector<std::int64_t> simpler(const Number& number) {
  const std::int64_t value = number.value;
  if (value == 0)
    return number.may_grow ? std::vector<std::int64_t>{1} : std::vector<std::int64_t>{};
  std::vector<std::int64_t> values{number.least, 1};
  std::int64_t unit = 1;
  for (const std::size_t digits : {1U, 2U, 3U, 5U}) {
    const std::int64_t down = with_digits(value, digits, unit);
    values.push_back(down);
    values.push_back(down + (value < 0 ? -unit : unit));
  }
  values.push_back(value / 2);
  values.push_back(with_digits(value / 2, 1, unit));
  std::erase_if(values, [&](std::int64_t one) {
    return one == value || std::abs(one) < number.least || std::abs(one) > number.most;
  });
  return values;
}

}  // namespace

std::vector<Number> numbers_of(const Scenario& scenario) { return Numbers(scenario).all(); }

std::uint64_t roughness(std::int64_t value) {
  if (value == 0) return 0;
  auto rest = static_cast<std::uint64_t>(std::abs(value));
  const auto size = static_cast<std::uint64_t>(std::bit_width(rest));
  while (rest % 10 == 0) rest /= 10;
  std::uint64_t digits = 0;
  for (; rest > 0; rest /= 10) ++digits;
  return 64 * digits + size;
}

Edits rounder_numbers(const Scenario& from, const Known&) {
  Edits edits;
  std::uint64_t place = 0;
  for (const Number& number : numbers_of(from)) {
    std::set<std::int64_t> tried;
    for (const std::int64_t value : simpler(number)) {
      if (!tried.insert(value).second) continue;
      edits.push_back({[set = number.set, value](Scenario& s) { set(s, value); }, place, place});
    }
    ++place;
  }
  return edits;
}

}  // namespace leasehold::sim
