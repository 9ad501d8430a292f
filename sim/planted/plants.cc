#include "sim/planted/plants.h"

namespace leasehold::sim {

const std::vector<Plant>& plants() {
  static const std::vector<Plant> all = {
      {Bug::M01, "M01", "the holder takes nothing off the lease for drift, skew or ticks"},
      {Bug::M02, "M02", "the deadline is counted from the answer, not from the send"},
      {Bug::M04, "M04", "a holder believes on after its deadline"},
      {Bug::M08, "M08", "a lease is over at its expiry, one step too early"},
      {Bug::M09, "M09", "a lease is over only one lease after its expiry"},
      {Bug::M10, "M10", "half of the guard band is taken off"},
      {Bug::M12, "M12", "a sleep of the machine is not noticed",
       "the clock that a holder counts on runs on in a sleep, so its deadline passes in time all "
       "the "
       "same; this is a second bolt on that door, and core_tenure_test sees it missing"},
      {Bug::M16, "M16", "a release frees the record whoever has it"},
      {Bug::M17, "M17", "a process that gets the key again keeps its term"},
      {Bug::M19, "M19", "a renewal does not ask whose the record is"},
      {Bug::M20, "M20", "a renewal prolongs a lease that is over"},
      {Bug::M21, "M21", "a takeover keeps the term"},
      {Bug::M22, "M22", "a renewal raises the term"},
      {Bug::M23, "M23", "a release forgets the term"},
      {Bug::M27, "M27", "two processes may draw the same owner id"},
      {Bug::M29, "M29", "the answer to a request that was given up counts"},
      {Bug::M30, "M30", "an acquire without an answer is forgotten, applied or not"},
      {Bug::M31, "M31", "a renewal without an answer counts as confirmed"},
      {Bug::M32, "M32", "that the lease is lost is not believed"},
      {Bug::M33, "M33", "after the first error nothing is renewed any more"},
      {Bug::M34, "M34", "the first error is told as a loss"},
      {Bug::M36, "M36", "an answer ends another request than its own"},
      {Bug::M39, "M39", "guards are handed out in jeopardy",
       "no oracle asks for it: such a guard is told of the jeopardy at once and is dead at the "
       "same "
       "deadline as the others, so it is useless and not unsafe; core_tenure_test sees it"},
      {Bug::M40, "M40", "the first guard that goes releases the lock"},
      {Bug::M41, "M41", "who leaves while its acquire is under way does not take it back"},
      {Bug::M42, "M42", "a renewal does not wait for the one before"},
      {Bug::M43, "M43", "that others had the key meanwhile is not told"},
      {Bug::M48, "M48", "tries are repeated without their pauses"},
      {Bug::X01, "X01", "renewals are told apart by a clock that may step back"},
      {Bug::X02, "X02", "a clone's renewals are not noticed",
       "no oracle asks when one of two clones learns of the other; clone_test counts that some do, "
       "and core_tenure_test sees it"},
      {Bug::X03, "X03", "guards learn of the end after the store does"},
      {Bug::X04, "X04", "a record is watched for a hundredth too short"},
      {Bug::X05, "X05", "an owner id is used for a second term"},
      {Bug::X06, "X06", "a renewal that comes late or twice counts again"},
      {Bug::X07, "X07", "a store does not wait for the lock delay"},
      {Bug::X08, "X08", "who observes does not wait for the lock delay"},
      {Bug::X09, "X09", "who loses a lease hands it back in spite of the lock delay"},
      {Bug::X10, "X10", "a lease that is lost within its minimum hold is handed back"},
      {Bug::X11, "X11", "the last guard that goes releases the lock within its minimum hold"},
  };
  return all;
}

}  // namespace leasehold::sim
