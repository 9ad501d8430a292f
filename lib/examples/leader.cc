// Leader election: whoever holds the lock leads, the others wait for their turn. Run it in several
// terminals: leader NAME [TURNS]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <leasehold/client.h>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "somebody";
  const int turns = argc > 2 ? std::atoi(argv[2]) : 3;
  auto client = leasehold::open("sqlite:leader.db", {.client = {.info = name}});
  if (!client) return std::puts(client.error().detail.c_str()), 1;
  const leasehold::Lock lock = client->lock("leader");
  for (int turn = 1; turn <= turns; ++turn) {
    // The work asks its token between two steps, and each step is much shorter than the stop
    // budget: so the lead never passes on while a step is under way.
    const leasehold::Held held = lock.run_while_held([&](const std::stop_token& stop) {
      for (int step = 1; step <= 5 && !stop.stop_requested(); ++step) {
        std::printf("%s leads, turn %d step %d\n", name.c_str(), turn, step);
        std::fflush(stdout);
        std::this_thread::sleep_for(10ms);
      }
    });
    if (held.refusal) return std::puts(held.refusal->text().c_str()), 1;
    if (held.lost) std::printf("%s lost the lead: %s\n", name.c_str(), to_string(*held.lost));
  }
}
