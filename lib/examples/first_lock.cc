// The fifteen lines of README: take a lock, work while it is held, let it go.
#include <chrono>
#include <cstdio>

#include <leasehold/client.h>

using namespace std::chrono_literals;

int main() {
  auto client = leasehold::open("sqlite:locks.db");
  if (!client) return std::puts(client.error().detail.c_str()), 1;
  leasehold::Lock lock = client->lock("deploy");
  leasehold::Grant grant = lock.acquire({.within = 30s});
  if (!grant) return std::puts(grant.refusal().text().c_str()), 1;
  leasehold::Guard guard = std::move(grant).guard();
  for (int step = 1; step <= 3 && guard.is_held(); ++step) {
    std::printf("step %d under term %llu\n", step,
                static_cast<unsigned long long>(guard.fence().term));
  }
}
