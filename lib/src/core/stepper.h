// One step of the machine in the making. Private to the core.
#pragma once

#include "lib/src/core/machine.h"

namespace leasehold::core {

/// True if the machine slept since `anchor`. While it is `host_clock` that judges this is of no
/// interest: the authority itself counted the sleep.
bool slept_since(const Config& config, LocalTime anchor, LocalTime now);

/// True if nobody may join any more, so that guards which overlap can't hold for ever.
bool too_old(const Config& config, const Tenure& tenure, LocalTime now);

class Stepper {
 public:
  Stepper(const Config& config, State& state, LocalTime now, Random& random, Effects& effects)
      : config_(config), state_(state), now_(now), random_(random), effects_(effects) {}

  void run(const Event& event);

 private:
  // Waiters and guards (machine.cc).
  void on(const Join& event);
  void on(const Cancel& event);
  void on(const Leave& event);
  void on(const Release& event);
  void on(const Stop& event);
  void on(const Reply& event);
  void on(const Hint& event);
  void on(const Company& event);
  void on(const Alarm& event);
  bool wanted() const;
  bool may_join() const;
  void admit_waiters();

  // Tenure (tenure.cc).
  void expire_tenure();
  void drive_tenure();
  void begin_tenure(const Reply& reply);
  void note_run(const Reply& reply);
  void end_tenure();
  void tell_stopped();
  void lose(Loss reason);
  bool runs_out(const Tenure& lost) const;
  bool was_forgotten(const Answer& not_owner) const;
  void on_renewed(const Reply& reply);
  void on_renew_answer(const Reply& reply);
  void on_stale(const Reply& reply);
  void renewal_failed();
  void send_renewal();
  Instant<LocalClock> deadline_of(const Reply& reply) const;
  Instant<LocalClock> renewal_after(Instant<LocalClock> sent);
  Span<LocalClock> latest_renewal() const;

  // Campaign (campaign.cc).
  void drive_campaign();
  void start_campaign();
  void drop_campaign();
  void on_acquire_answer(const Reply& reply);
  void on_granted(const Reply& reply);
  void on_busy(const Reply& reply);
  void adopt_term(Term term);
  void refuse(std::uint64_t ordinal, Refusal why);
  void refuse_tries_held_back();
  void sleep_before_next_try();
  void hurry();
  void send_acquire();
  void note_sighting(const Answer& answer);

  // Endings (ending.cc).
  void expire_endings();
  void send_endings();
  void begin_ending(Request::Kind kind, OwnerId owner, Term term);
  bool an_ending_is_awaited() const;
  bool endings_allow_a_campaign() const;
  void forget_endings_before(Term term);
  void on_end_answer(const Reply& reply);
  void send_ending(Ending& ending);

  bool timed_out(const std::optional<InFlight>& in_flight) const;
  Request next_request(Request::Kind kind, OwnerId owner, Term term);
  void tell(Tell tell) { effects_.push_back(tell); }

  Instant<LocalClock> after(Length pause) const { return now_.at + on_local(pause); }
  static Span<LocalClock> on_local(Length length) { return leasehold::on<LocalClock>(length); }

  const Config& config_;
  State& state_;
  const LocalTime now_;
  Random& random_;
  Effects& effects_;
};

}  // namespace leasehold::core
