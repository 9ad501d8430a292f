#include "sim/report/clock_lines.h"

#include <algorithm>
#include <map>
#include <optional>

#include "sim/world/virtual_clock.h"

namespace leasehold::sim {
namespace {

constexpr std::int64_t still = -1'000'000;

/// A clock, and what was ever to be seen of it.
struct Tracked {
  Tracked(const ClockSpec& spec, Length tick) : clock(spec, tick), rate_ppm(spec.rate_ppm) {
    differs = spec != ClockSpec{};
    note(TrueTime{});
  }

  void note(TrueTime at) {
    const LocalTime now = clock.read(at);
    const std::int64_t rate = clock.stands_still() ? still : rate_ppm;
    add(shown, {at, now.at.ns(), rate});
    add(monotonic, {at, (now.at - now.asleep).ns(), clock.asleep() ? still : rate});
  }

  VirtualClock clock;
  std::int64_t rate_ppm = 0;
  std::vector<ClockLine::Piece> shown;
  std::vector<ClockLine::Piece> monotonic;
  bool slept = false;
  /// Not true time all along.
  bool differs = false;

 private:
  // What changes at one moment is one change, but a step must show where it came from.
  static void add(std::vector<ClockLine::Piece>& pieces, ClockLine::Piece piece) {
    if (!pieces.empty() && pieces.back().at == piece.at) pieces.pop_back();
    pieces.push_back(piece);
  }
};

/// Does to the clocks what the world did, as its events tell.
class Clocks {
 public:
  explicit Clocks(const Scenario& scenario) : scenario_(scenario) {
    const Authority authority = scenario.config.authority;
    const Length tick = scenario.config.bounds.tick;
    if (authority == Authority::host_clock) shared_.emplace(scenario.host, tick);
    if (authority == Authority::store_clock) shared_.emplace(scenario.store, tick);
    for (std::size_t index = 0; index < scenario.processes.size(); ++index) {
      const auto process = static_cast<std::uint32_t>(index);
      if (body_of(scenario, process) != process) continue;
      const ProcessSpec& spec = scenario.processes[index];
      if (spec.clone_of) continue;
      if (authority != Authority::host_clock) own_.try_emplace(process, spec.clock, tick);
      walls_.try_emplace(process, spec.wall, Length(1));
    }
  }

  void see(const Event& event) {
    if (event.kind == Event::Kind::store_clock_stepped) return step(*shared_, event);
    if (event.kind == Event::Kind::store_clock_rated) return rate(*shared_, event);
    if (event.process == nobody || body_of(scenario_, event.process) != event.process) return;
    switch (event.kind) {
      case Event::Kind::clock_stepped:
        return step(clock_of(event.process), event);
      case Event::Kind::clock_rated:
        return rate(clock_of(event.process), event);
      case Event::Kind::wall_stepped:
        return step(walls_.at(event.process), event);
      case Event::Kind::paused:
        return pause(event);
      case Event::Kind::resumed:
        return resume(event);
      case Event::Kind::cloned:
        return clone(event);
      default:
        return;
    }
  }

  std::vector<ClockLine> lines() const {
    std::vector<ClockLine> all;
    const bool of_host = scenario_.config.authority == Authority::host_clock;
    if (shared_) add(all, nobody, of_host ? "host's clock" : "store's clock", *shared_);
    for (const auto& [process, wall] : walls_) {
      const auto own = own_.find(process);
      if (own != own_.end()) add(all, process, "clock", own->second);
      const bool matters = scenario_.config.authority == Authority::wall_clock || wall.differs;
      if (matters) all.push_back({process, "calendar", wall.shown});
    }
    return all;
  }

 private:
  static void add(std::vector<ClockLine>& all, std::uint32_t process, const char* name,
                  const Tracked& tracked) {
    all.push_back({process, name, tracked.shown});
    if (tracked.slept) all.push_back({process, "monotonic", tracked.monotonic});
  }

  Tracked& clock_of(std::uint32_t process) {
    const auto own = own_.find(process);
    return own == own_.end() ? *shared_ : own->second;
  }

  static void step(Tracked& tracked, const Event& event) {
    tracked.clock.step(event.at, Span<LocalClock>::ns(static_cast<std::int64_t>(event.value)));
    tracked.differs = true;
    tracked.note(event.at);
  }

  static void rate(Tracked& tracked, const Event& event) {
    tracked.rate_ppm = static_cast<std::int64_t>(event.value);
    tracked.clock.set_rate(event.at, tracked.rate_ppm);
    tracked.differs = true;
    tracked.note(event.at);
  }

  void pause(const Event& event) {
    Tracked& clock = clock_of(event.process);
    Tracked& wall = walls_.at(event.process);
    const auto how = static_cast<TimedFault::Kind>(event.detail);
    if (how == TimedFault::Kind::suspended) {
      clock.clock.sleep(event.at);
      clock.slept = true;
    }
    if (how == TimedFault::Kind::frozen) {
      clock.clock.freeze(event.at);
      wall.clock.freeze(event.at);
      wall.differs = true;
    }
    clock.note(event.at);
    wall.note(event.at);
  }

  void resume(const Event& event) {
    run_again(clock_of(event.process), walls_.at(event.process), event.at);
  }

  static void run_again(Tracked& clock, Tracked& wall, TrueTime at) {
    if (clock.clock.asleep()) clock.clock.awake(at);
    if (clock.clock.stands_still()) clock.clock.thaw(at);
    if (wall.clock.stands_still()) wall.clock.thaw(at);
    clock.note(at);
    wall.note(at);
  }

  // The copy's clocks show what its original's do, and run whatever state that one is in.
  void clone(const Event& event) {
    const auto original = static_cast<std::uint32_t>(event.value);
    Tracked wall = walls_.at(original);
    wall.shown.clear();
    wall.monotonic.clear();
    const auto own = own_.find(original);
    if (own != own_.end()) {
      Tracked clock = own->second;
      clock.shown.clear();
      clock.monotonic.clear();
      run_again(clock, wall, event.at);
      own_.try_emplace(event.process, std::move(clock));
    } else {
      wall.note(event.at);
    }
    walls_.try_emplace(event.process, std::move(wall));
  }

  const Scenario& scenario_;
  std::optional<Tracked> shared_;
  std::map<std::uint32_t, Tracked> own_;
  std::map<std::uint32_t, Tracked> walls_;
};

}  // namespace

std::vector<ClockLine> clock_lines_of(const Scenario& scenario, const std::vector<Event>& events) {
  Clocks clocks(scenario);
  for (const Event& event : events) clocks.see(event);
  return clocks.lines();
}

}  // namespace leasehold::sim
