// A history as a picture has to know it: what lasts, what travels, and where an invariant breaks.
//
// The rule to know: it is made of events alone, so that a run and a recorded history look alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/event.h"
#include "sim/world/run.h"

namespace leasehold::sim {

struct Picture {
  /// Something that lasts.
  struct Bar {
    enum class Kind : std::uint8_t {
      // Of a process.
      belief,    // its guards would say that they are held
      beyond,    // a part of a belief in which the store has no such lease (any more)
      jeopardy,  // told to stop, and still holding
      waiting,   // wants the lock
      paused,    // how: TimedFault::Kind
      starved,
      overslept,  // the wake-up that it waits for is late
      dead,       // crashed, and not started again
      absent,     // a clone before it is made
      cut_off,    // how: TimedFault::Kind
      // Of the store; process: whose tenure.
      tenure,  // nobody else may take the key
      lapsed,  // the lease is over, and nobody has taken the key yet
      stalled,
      down,
    };
    Kind kind = Kind::belief;
    std::uint32_t process = nobody;
    std::uint32_t key = 0;
    TrueTime from{};
    TrueTime to{};
    /// It had not ended when the history did.
    bool open = false;
    Term term = 0;
    std::uint8_t how = 0;
    /// The event that it begins with.
    std::size_t event = 0;
  };

  /// A request with its answer. Events are indices into the history.
  struct Message {
    struct Stop {
      std::size_t event = 0;
      TrueTime at{};
    };
    std::uint32_t process = nobody;
    std::uint32_t key = 0;
    /// The request leaves; it takes effect, or is refused by a store that is down (twice, if it was
    /// doubled); its answer is heard.
    Stop sent;
    std::vector<Stop> arrivals{};
    std::optional<Stop> answered{};
    /// Where it, or its answer, was lost or kept out.
    std::optional<Stop> request_lost{};
    std::optional<Stop> answer_lost{};
    bool doubled = false;
    /// On its way, or on its way back, for more than three times as long as the fastest.
    bool late_request = false;
    bool late_answer = false;
    /// A write to what the lock protects; these have no answer.
    bool is_write = false;
    /// The fence kept it out.
    bool refused = false;
    /// The store could not carry it out, or could not tell.
    bool failed = false;
    /// Neither it nor what came of it is worth a line of its own.
    bool routine = true;
  };

  /// Where an invariant is broken.
  struct Band {
    Invariant invariant = Invariant::I1;
    TrueTime from{};
    /// `from`, if it is a moment.
    TrueTime to{};
    std::size_t event = 0;
    std::string sentence;
  };

  /// The history ends here.
  TrueTime end{};
  std::vector<Bar> bars;
  std::vector<Message> messages;
  std::vector<Band> bands;
};

/// "belief" ...
const char* to_string(Picture::Bar::Kind kind);

/// `judgements` may be empty: then there are no bands. `end`: no event is later.
Picture picture_of(const std::vector<Event>& events, const std::vector<Judgement>& judgements,
                   TrueTime end);

}  // namespace leasehold::sim
