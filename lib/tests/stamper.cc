// A command to run under a lock: for as long as it runs it writes the time into a file, so that
// others can tell when it did. Usage: stamper FILE [ignore-term|fork|leave] [MILLISECONDS]
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <unistd.h>

#include "lib/tests/stamps.h"

namespace {

std::int64_t boot_now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string manner = argc > 2 ? argv[2] : "";
  const std::int64_t lasts = argc > 3 ? std::atoll(argv[3]) * 1'000'000 : INT64_MAX;
  if (manner == "ignore-term") std::signal(SIGTERM, SIG_IGN);
  // The one that was started ends; the one that stamps is left behind, in its group or out of it.
  if (manner == "fork" || manner == "leave") {
    if (fork() != 0) {
      // Not before the other stamps: whoever reads that says so.
      char byte = 0;
      return read(STDIN_FILENO, &byte, 1) < 0 ? 1 : 9;
    }
    if (manner == "leave") setsid();
  }
  leasehold::Stamps* const stamps = leasehold::map_stamps(argv[1]);
  if (stamps == nullptr) return 1;
  const std::int64_t began = boot_now();
  stamps->first = began;
  stamps->last = began;
  std::printf("runs %d\n", getpid());
  std::fflush(stdout);
  while (boot_now() - began < lasts) {
    stamps->last = boot_now();
    const timespec pause{.tv_sec = 0, .tv_nsec = 200'000};
    nanosleep(&pause, nullptr);
  }
  return 0;
}
