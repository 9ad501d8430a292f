#include "lib/cli/leash.h"

#include <cerrno>
#include <new>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>
#include <type_traits>

namespace leasehold::cli {

Leash::Leash() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  wrappers_ = Descriptor(ends[0]);
  guardians_ = Descriptor(ends[1]);
  static_assert(std::atomic<std::int64_t>::is_always_lock_free, "shared between processes");
  void* const page =
      mmap(nullptr, sizeof(*deadline_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  deadline_ = new (page) std::atomic<std::int64_t>(0);
}

Leash::~Leash() { munmap(deadline_, sizeof(*deadline_)); }

template <class Message>
void send_message(const Descriptor& to, const Message& message) {
  static_assert(std::is_trivially_copyable_v<Message>, "sent as bytes");
  while (send(to.get(), &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
         errno == EINTR) {
  }
}

template <class Message>
Heard<Message> receive(const Descriptor& from) {
  Heard<Message> heard;
  Message message;
  ssize_t size = recv(from.get(), &message, sizeof message, MSG_DONTWAIT);
  // A peer that went without having read everything is told of once, before what it said last.
  if (size < 0 && errno == ECONNRESET) {
    size = recv(from.get(), &message, sizeof message, MSG_DONTWAIT);
  }
  if (size == static_cast<ssize_t>(sizeof message)) heard.message = message;
  heard.gone = size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
  return heard;
}

template void send_message(const Descriptor&, const Order&);
template void send_message(const Descriptor&, const Report&);
template Heard<Order> receive(const Descriptor&);
template Heard<Report> receive(const Descriptor&);

}  // namespace leasehold::cli
