// The least that a world of three processes and one lease can cost: what a hand would write for
// this one question, with nothing that could be asked otherwise.
//
// The same kind of world as ours beside it: the same timing, ways, losses and pauses between tries,
// and one question: do two ever believe at once. No library, no store, no trace, no hash.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <queue>
#include <vector>

namespace leasehold::sim {

class FloorWorld {
 public:
  explicit FloorWorld(std::uint64_t seed) : random_(seed) {}

  /// How many requests were sent; 0 if two believed at once.
  std::uint64_t run(std::int64_t until) {
    for (std::size_t who = 0; who < processes; ++who) ask(who);
    while (!queue_.empty() && queue_.top().at <= until) {
      const Event event = queue_.top();
      queue_.pop();
      now_ = event.at;
      happen(event);
    }
    return overlapped_ ? 0 : sent_;
  }

 private:
  static constexpr std::size_t processes = 3;
  static constexpr std::size_t nobody = processes;
  static constexpr std::int64_t ms = 1'000'000;
  static constexpr std::int64_t lease = 500 * ms;
  static constexpr std::int64_t way = 1 * ms;
  static constexpr std::int64_t timeout = 40 * ms;
  static constexpr std::int64_t pause = 10 * ms;

  enum class What : std::uint8_t { request, answer, alarm, hold_over, think_over };
  enum class Call : std::uint8_t { acquire, renew, release };
  struct Event {
    std::int64_t at = 0;
    std::uint64_t order = 0;
    What what = What::alarm;
    Call call = Call::acquire;
    bool yes = false;
    std::size_t who = 0;
    std::uint64_t number = 0;
    std::int64_t asked_at = 0;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  struct Process {
    bool wants = false;
    bool holds = false;
    std::int64_t deadline = 0;
    std::int64_t backoff = pause;
    std::uint64_t asked = 0;
    std::uint64_t alarm = 0;
  };

  void plan(Event event) {
    event.order = ++planned_;
    queue_.push(event);
  }
  std::uint64_t below(std::uint64_t bound) {
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;
    return (random_ >> 33) % bound;
  }
  bool is_lost() { return below(100) == 0; }
  void set_alarm(std::size_t who, std::int64_t at) {
    plan({.at = at, .what = What::alarm, .who = who, .number = ++processes_[who].alarm});
  }

  void ask(std::size_t who) {
    processes_[who].wants = true;
    processes_[who].backoff = pause;
    send(who, Call::acquire);
  }
  void send(std::size_t who, Call call) {
    Process& process = processes_[who];
    process.asked = ++sent_;
    if (!is_lost()) {
      plan({.at = now_ + way,
            .what = What::request,
            .call = call,
            .who = who,
            .number = process.asked,
            .asked_at = now_});
    }
    set_alarm(who, now_ + timeout);
  }

  void happen(const Event& event) {
    Process& process = processes_[event.who];
    switch (event.what) {
      case What::request:
        return decide(event);
      case What::answer:
        if (event.number == process.asked) hear(event, process);
        return;
      case What::alarm:
        if (event.number == process.alarm) wake(event.who, process);
        return;
      case What::hold_over:
        process.holds = false;
        process.wants = false;
        send(event.who, Call::release);
        return plan({.at = now_ + 100 * ms, .what = What::think_over, .who = event.who});
      case What::think_over:
        return ask(event.who);
    }
  }
  // The store.
  void decide(Event event) {
    const bool mine = owner_ == event.who && now_ <= expires_at_;
    const bool is_free = owner_ == nobody || now_ > expires_at_;
    event.yes = mine || (event.call == Call::acquire && is_free);
    if (event.yes) {
      owner_ = event.call == Call::release ? nobody : event.who;
      expires_at_ = now_ + lease;
    }
    if (is_lost()) return;
    event.what = What::answer;
    event.at = now_ + way;
    plan(event);
  }
  void hear(const Event& event, Process& process) {
    if (event.call == Call::release) {
      if (!process.holds && !process.wants) ++process.alarm;
      return;
    }
    if (event.call == Call::acquire && !event.yes) return try_later(event, process);
    if (!event.yes) {
      process.holds = false;
      return;
    }
    process.deadline = event.asked_at + lease;
    if (event.call == Call::acquire) begin(event.who, process);
    set_alarm(event.who, event.asked_at + 50 * ms - static_cast<std::int64_t>(below(5 * ms)));
  }
  void begin(std::size_t who, Process& process) {
    for (const Process& other : processes_) {
      overlapped_ = overlapped_ || (other.holds && other.deadline > now_);
    }
    process.holds = true;
    plan({.at = now_ + 300 * ms, .what = What::hold_over, .who = who});
  }
  void try_later(const Event& event, Process& process) {
    process.backoff = std::min(
        1'000 * ms, pause + static_cast<std::int64_t>(
                                below(static_cast<std::uint64_t>(3 * process.backoff - pause))));
    set_alarm(event.who, std::max(event.asked_at + process.backoff, now_ + pause));
  }
  void wake(std::size_t who, Process& process) {
    if (process.holds && now_ >= process.deadline) process.holds = false;
    if (process.holds) return send(who, Call::renew);
    send(who, process.wants ? Call::acquire : Call::release);
  }

  std::priority_queue<Event> queue_;
  std::array<Process, processes> processes_{};
  std::int64_t now_ = 0;
  std::size_t owner_ = nobody;
  std::int64_t expires_at_ = 0;
  bool overlapped_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t planned_ = 0;
  std::uint64_t random_;
};

}  // namespace leasehold::sim
