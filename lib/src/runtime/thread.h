// Threads of ours: they take no signals, which belong to the program that uses the library.
#pragma once

#include <signal.h>
#include <thread>
#include <utility>

namespace leasehold {

template <class Body>
std::thread start_thread(Body body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace leasehold
