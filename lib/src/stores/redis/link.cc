#include "lib/src/stores/redis/link.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <netdb.h>

#include "lib/src/stores/redis/failure.h"

namespace leasehold::stores::redis {
namespace {

constexpr const char* check_address =
    "; check that the server runs there and that this machine may reach it";

std::string words_of(int error) { return std::generic_category().message(error); }

std::string spent(const Patience& patience) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(patience.spent());
  return std::to_string(ms.count()) + " ms";
}

// poll counts in milliseconds; rounded up, so that it does not spin through the last one.
int timeout_of(const Patience& patience) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.left());
  return static_cast<int>(std::min<std::int64_t>(left.count(), 1'000'000));
}

}  // namespace

Link::Link(const Address& address, const Patience& patience, int interrupt)
    : interrupt_(interrupt) {
  try {
    if (address.path.empty()) {
      connect_to(address, patience);
    } else {
      connect_to_path(address.path, patience);
    }
  } catch (const Failure&) {
    close();
    throw;
  }
}

Link::~Link() { close(); }

void Link::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Link::connect_to(const Address& address, const Patience& patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int refusal = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
  if (refusal != 0) {
    throw Failure(Errc::not_applied, "the host " + address.host + " is not found: " +
                                         gai_strerror(refusal) + "; check the name in the url");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  int left = 0;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) ++left;
  int error = ETIMEDOUT;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next, --left) {
    fd_ = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, one->ai_protocol);
    error = errno;
    if (fd_ < 0) continue;
    const int yes = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    error = connect(fd_, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      // A share each: of several addresses one may be a hole.
      error = ETIMEDOUT;
      socklen_t size = sizeof error;
      if (wait_for(POLLOUT, Patience(patience.left() / left))) {
        getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
    if (error == 0) return;
    close();
  }
  throw Failure(Errc::not_applied, "can't connect: " + words_of(error) + check_address);
}

void Link::connect_to_path(const std::string& path, const Patience& patience) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) {
    throw Failure(Errc::misuse, "the path of the socket is longer than " +
                                    std::to_string(sizeof name.sun_path - 1) +
                                    " bytes: give the server a shorter one");
  }
  path.copy(name.sun_path, path.size());
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  while (fd_ >= 0) {
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return;
    // Its queue is full: the server is busy, or stopped.
    if (errno != EAGAIN || patience.over()) break;
    poll(nullptr, 0, 1);
  }
  throw Failure(Errc::not_applied, "can't connect: " + words_of(errno) + check_address);
}

bool Link::wait_for(short events, const Patience& patience) const {
  std::array<pollfd, 2> polled{pollfd{fd_, events, 0}, pollfd{interrupt_, POLLIN, 0}};
  for (;;) {
    const int ready = poll(polled.data(), polled.size(), timeout_of(patience));
    if (ready < 0 && errno == EINTR && !patience.over()) continue;
    return ready > 0 && polled[1].revents == 0;
  }
}

bool Link::wait_for_input(const Patience& patience) const { return wait_for(POLLIN, patience); }

bool Link::is_stale() const {
  char byte = 0;
  const ssize_t size = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Link::send(const Words& words, const Patience& patience) {
  const std::string bytes = on_the_wire(words);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    if ((error == EAGAIN || error == EWOULDBLOCK) && wait_for(POLLOUT, patience)) continue;
    const bool is_late = error == EAGAIN || error == EWOULDBLOCK;
    close();
    throw Failure(sent == 0 ? Errc::not_applied : Errc::unknown,
                  (is_late ? "the server takes nothing for " + spent(patience)
                           : "the connection broke: " + words_of(error)) +
                      check_address);
  }
}

// Whatever is there.
void Link::read_some() {
  std::array<char, 16384> bytes;
  const ssize_t size = recv(fd_, bytes.data(), bytes.size(), 0);
  if (size > 0) {
    reader_.feed({bytes.data(), static_cast<std::size_t>(size)});
    return;
  }
  const int error = errno;
  if (size < 0 && (error == EAGAIN || error == EWOULDBLOCK || error == EINTR)) return;
  close();
  throw Failure(Errc::unknown, (size == 0 ? "the server closed the connection"
                                          : "the connection broke: " + words_of(error)) +
                                   std::string(check_address));
}

std::optional<Reply> Link::receive(const Patience& patience) {
  try {
    for (;;) {
      if (auto reply = reader_.next()) return reply;
      if (!wait_for(POLLIN, patience)) return std::nullopt;
      read_some();
    }
  } catch (const Failure&) {
    close();
    throw;
  }
}

Reply Link::ask(const Words& words, const Patience& patience) {
  send(words, patience);
  if (auto reply = receive(patience)) return *std::move(reply);
  // Its answer may come later, and would be taken for another's.
  close();
  throw Failure(Errc::unknown, "no answer within " + spent(patience) + check_address);
}

}  // namespace leasehold::stores::redis
