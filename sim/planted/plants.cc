#include "sim/planted/plants.h"

namespace leasehold::sim {
namespace {

constexpr const char* library = "leasehold_tests";
const Suite core{library, "*-*Sqlite*:*Conformance*:*Lifetime*:*Closing*"};
const Suite sqlite{library, "*Sqlite*:*Conformance*"};

Suite of_simulator(const char* filter) { return {"leasehold_sim_tests", filter}; }

}  // namespace

const std::vector<Plant>& plants() {
  static const std::vector<Plant> all = {
      {Bug::M01, "the holder takes nothing off the lease for drift, skew or ticks"},
      {Bug::M02, "the deadline is counted from the answer, not from the send"},
      {Bug::M04, "a holder believes on after its deadline"},
      {Bug::M05, "the deadline is kept on the calendar clock"},
      {Bug::M06, "the store judges by the calendar of whoever calls"},
      {.bug = Bug::M07,
       .what = "SQLite: the time is read before the write lock is waited for",
       .in_tests_only = true,
       .suite = sqlite},
      {Bug::M08, "a lease is over at its expiry, one step too early"},
      {Bug::M09, "a lease is over only one lease after its expiry"},
      {Bug::M10, "half of the guard band is taken off"},
      // The clock that a holder counts on runs on in a sleep, so its deadline passes in time all
      // the same: this is a second bolt on that door.
      {.bug = Bug::M12, .what = "a sleep of the machine is not noticed", .suite = core},
      {Bug::M14, "an alarm that was not taken back renews a tenure that ended"},
      {Bug::M15, "a process has one owner id for good, and a release asks for nothing else"},
      {Bug::M16, "a release frees the record whoever has it"},
      {Bug::M17, "a process that gets the key again keeps its term"},
      {Bug::M19, "a renewal does not ask whose the record is"},
      {Bug::M20, "a renewal prolongs a lease that is over"},
      {Bug::M21, "a takeover keeps the term"},
      {Bug::M22, "a renewal raises the term"},
      {Bug::M23, "a release forgets the term"},
      {Bug::M25, "the resource remembers the term that it saw last, not the highest"},
      {Bug::M26, "whoever comes under the name of the holder gets the row as it is"},
      {Bug::M27, "two processes may draw the same owner id"},
      {Bug::M29, "the answer to a request that was given up counts"},
      {Bug::M30, "an acquire without an answer is forgotten, applied or not"},
      {Bug::M31, "a renewal without an answer counts as confirmed"},
      {Bug::M32, "that the lease is lost is not believed"},
      {Bug::M33, "after the first error nothing is renewed any more"},
      {Bug::M34, "the first error is told as a loss"},
      {Bug::M36, "an answer ends another request than its own"},
      // Such a guard is told of the jeopardy at once and dies with the others: it is useless and
      // not unsafe, and no oracle asks for it.
      {.bug = Bug::M39, .what = "guards are handed out in jeopardy", .suite = core},
      {Bug::M40, "the first guard that goes releases the lock"},
      {Bug::M41, "who leaves while its acquire is under way does not take it back"},
      {Bug::M42, "a renewal does not wait for the one before"},
      {Bug::M43, "that others had the key meanwhile is not told"},
      {.bug = Bug::M45,
       .what = "a configuration that can't renew in time is accepted",
       .in_tests_only = true,
       .suite = {library, "Timing.*"}},
      {Bug::M46, "after one wait that ended in vain every later one does"},
      {.bug = Bug::M47, .what = "neither tries nor renewals have any jitter", .suite = core},
      {Bug::M48, "tries are repeated without their pauses"},
      {.bug = Bug::M51,
       .what = "close waits for a release without bound",
       .in_tests_only = true,
       .suite = {library, "*Lifetime*:*Closing*", 120}},
      {.bug = Bug::M53,
       .what = "SQLite: a record is read and written in two steps",
       .in_tests_only = true,
       .suite = sqlite},
      {.bug = Bug::M55,
       .what = "SQLite: a file that stays busy is told as a lock that is held",
       .in_tests_only = true,
       .suite = sqlite},
      {.bug = Bug::M56,
       .what = "SQLite: a grant is answered before it is on the disk",
       .in_tests_only = true,
       .suite = sqlite},
      {.bug = Bug::M58,
       .what = "SQLite: a release looks whose the record is, and then frees it",
       .in_tests_only = true,
       .suite = sqlite},
      {Bug::X01, "renewals are told apart by a clock that may step back"},
      // No oracle asks when one of two clones learns of the other.
      {.bug = Bug::X02, .what = "a clone's renewals are not noticed", .suite = core},
      {Bug::X03, "guards learn of the end after the store does"},
      {Bug::X04, "a record is watched for a hundredth too short"},
      {Bug::X05, "an owner id is used for a second term"},
      {Bug::X06, "a renewal that comes late or twice counts again"},
      {Bug::X07, "a store does not wait for the lock delay"},
      {Bug::X08, "who observes does not wait for the lock delay"},
      {Bug::X09, "who loses a lease hands it back in spite of the lock delay"},
      {Bug::X10, "a lease that is lost within its minimum hold is handed back"},
      {Bug::X11, "the last guard that goes releases the lock within its minimum hold"},
      {.bug = Bug::H01,
       .what = "simulator: a local time is taken for a true one",
       .in_tests_only = true,
       .suite = of_simulator("Heal.*:ScenarioFiles.*")},
      {.bug = Bug::H02,
       .what = "simulator: no request is ever lost",
       .in_tests_only = true,
       .suite = of_simulator("Activation.*:Explore.*")},
      {.bug = Bug::H04,
       .what = "simulator: any broken invariant will do for a shrunk world",
       .in_tests_only = true,
       .suite = of_simulator("Specimen.*")},
      {.bug = Bug::H05,
       .what = "simulator: a heal leaves delays on",
       .in_tests_only = true,
       .suite = of_simulator("Heal.*")},
      {.bug = Bug::H06,
       .what = "simulator: the trace hash leaves a field out",
       .in_tests_only = true,
       .suite = of_simulator("TraceHash.*")},
      {.bug = Bug::H07,
       .what = "simulator: what was never put to the test passes",
       .in_tests_only = true,
       .suite = of_simulator("Verdict.*")},
  };
  return all;
}

}  // namespace leasehold::sim
