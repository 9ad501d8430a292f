// A TCP proxy on loopback that delays, swallows and cuts what passes through it.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace leasehold {

/// Listens on a port of its own and passes everything on to `target` and back, on a thread of its
/// own. Thread-safe.
class FaultProxy {
 public:
  explicit FaultProxy(int target) : target_(target), listener_(listening()) {
    thread_ = std::thread([this] { run(); });
  }
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;
  ~FaultProxy() {
    stopped_ = true;
    thread_.join();
    for (Pair& pair : pairs_) close_pair(pair);
    close(listener_);
  }

  int port() const { return port_; }
  /// From now on every piece is late by `length` each way. 0: none is.
  void delay(std::chrono::milliseconds length) { delay_ms_ = length.count(); }
  /// Takes everything and passes nothing on: both ends see an open connection. What was swallowed
  /// is lost for its connection, which is cut when this ends.
  void blackhole(bool on) {
    swallows_ = on;
    if (!on) cut_swallowed_ = true;
  }
  /// Ends every connection at both ends (reset).
  void cut() { cut_ = true; }
  /// New connections go there from now on.
  void aim_at(int target) { target_ = target; }
  /// Ends every connection at the server's end alone: the client's is half open, and silent.
  void half_open() { half_open_ = true; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Piece {
    Clock::time_point due;
    std::string bytes;
  };
  struct Way {
    int from = -1;
    int to = -1;
    std::deque<Piece> pieces;
    bool ended = false;
  };
  struct Pair {
    Way up;
    Way down;
    bool swallowed = false;
    bool half_open = false;
  };

  int listening() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): what the socket interface asks for
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
    listen(fd, 64);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    port_ = ntohs(address.sin_port);
    return fd;
  }
  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }

  void run() {
    while (!stopped_) {
      obey();
      std::vector<pollfd> sources{{listener_, POLLIN, 0}};
      for (const Pair& pair : pairs_) {
        sources.push_back({pair.up.ended ? -1 : pair.up.from, POLLIN, 0});
        sources.push_back({pair.down.ended ? -1 : pair.down.from, POLLIN, 0});
      }
      poll(sources.data(), sources.size(), 2);
      if ((sources.front().revents & POLLIN) != 0) accept_one();
      std::size_t at = 1;
      for (Pair& pair : pairs_) {
        // Those that were just accepted have no source yet.
        if (at + 1 >= sources.size()) break;
        if (sources[at].revents != 0) take(pair, pair.up);
        if (sources[at + 1].revents != 0) take(pair, pair.down);
        at += 2;
      }
      for (Pair& pair : pairs_) pass(pair);
      pairs_.remove_if([](Pair& pair) {
        const bool done = !pair.half_open && (over(pair.up) || over(pair.down));
        if (done) close_pair(pair);
        return done;
      });
    }
  }

  void obey() {
    if (half_open_.exchange(false)) {
      for (Pair& pair : pairs_) {
        if (pair.half_open) continue;
        reset(pair.up.to);
        pair.up.to = pair.down.from = -1;
        pair.up.ended = pair.down.ended = pair.half_open = true;
        pair.up.pieces.clear();
        pair.down.pieces.clear();
      }
    }
    const bool all = cut_.exchange(false);
    const bool swallowed = cut_swallowed_.exchange(false);
    pairs_.remove_if([&](Pair& pair) {
      const bool goes = all || (swallowed && pair.swallowed);
      if (goes) close_pair(pair);
      return goes;
    });
  }

  void accept_one() {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(target_);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the socket interface asks
    // for
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      close(server);
      reset(client);
      return;
    }
    fcntl(server, F_SETFL, O_NONBLOCK);
    for (const int one : {client, server}) {
      const int on = 1;
      setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    pairs_.push_back({.up = {.from = client, .to = server, .pieces = {}},
                      .down = {.from = server, .to = client, .pieces = {}}});
  }

  void take(Pair& pair, Way& way) {
    std::array<char, 65536> bytes{};
    const ssize_t size = recv(way.from, bytes.data(), bytes.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
      way.ended = true;
    } else if (swallows_) {
      pair.swallowed = true;
    } else {
      way.pieces.push_back({Clock::now() + std::chrono::milliseconds(delay_ms_),
                            std::string(bytes.data(), static_cast<std::size_t>(size))});
    }
  }

  static void pass(Pair& pair) {
    for (Way* const way : {&pair.up, &pair.down}) {
      while (!way->pieces.empty() && way->pieces.front().due <= Clock::now()) {
        std::string& bytes = way->pieces.front().bytes;
        const ssize_t sent = send(way->to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) way->ended = true;
        if (sent < 0) break;
        bytes.erase(0, static_cast<std::size_t>(sent));
        if (bytes.empty()) way->pieces.pop_front();
      }
    }
  }

  static bool over(const Way& way) { return way.ended && way.pieces.empty(); }
  static void reset(int fd) {
    if (fd < 0) return;
    const linger now{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
  }
  static void close_pair(Pair& pair) {
    reset(pair.up.from);
    reset(pair.up.to);
  }

  std::atomic<int> target_;
  int port_ = 0;
  const int listener_;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::int64_t> delay_ms_ = 0;
  std::atomic<bool> swallows_ = false;
  std::atomic<bool> cut_swallowed_ = false;
  std::atomic<bool> cut_ = false;
  std::atomic<bool> half_open_ = false;
  std::list<Pair> pairs_;
  std::thread thread_;
};

}  // namespace leasehold
