// A proxy before a server on loopback that loses what goes through it when it is told to, or makes
// the server say something else.
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <list>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace leasehold {

/// One thread for all connections. Thread-safe.
class LossyProxy {
 public:
  enum class Fault {
    none,
    /// What the client says does not come to the server, and nobody is told.
    requests_vanish,
    /// What the server says does not come to the client, and nobody is told.
    answers_vanish,
    /// The connection breaks in the place of the server's next answer.
    cut_before_answer,
  };

  /// In what the server says, `from` becomes `to`, which is as long.
  struct Rewriting {
    std::string from;
    std::string to;
  };
  explicit LossyProxy(int server_port, Rewriting rewriting = {})
      : server_port_(server_port), rewriting_(std::move(rewriting)), thread_([this] { run(); }) {}
  LossyProxy(const LossyProxy&) = delete;
  LossyProxy& operator=(const LossyProxy&) = delete;
  ~LossyProxy() {
    stopped_ = true;
    eventfd_write(wake_, 1);
    thread_.join();
    for (const Pair& pair : pairs_) close_both(pair);
    close(listening_);
    close(wake_);
  }

  void set(Fault fault) { fault_ = fault; }
  int port() const { return port_; }

 private:
  struct Pair {
    int client = -1;
    int server = -1;
  };

  static sockaddr_in loopback(int port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(port));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
  }
  static int socket_of_ours() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
  static void close_both(const Pair& pair) {
    close(pair.client);
    close(pair.server);
  }

  int listen_somewhere() {
    const int fd = socket_of_ours();
    sockaddr_in name = loopback(0);
    socklen_t size = sizeof name;
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(listen(fd, 64), 0);
    getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
    port_ = ntohs(name.sin_port);
    return fd;
  }

  void accept_one() {
    Pair pair{accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC), socket_of_ours()};
    const sockaddr_in name = loopback(server_port_);
    if (connect(pair.server, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) {
      pairs_.push_back(pair);
    } else {
      close_both(pair);
    }
  }

  // False if the pair is of no use any more.
  bool pass_on(const Pair& pair, bool from_client) const {
    std::array<char, 65536> bytes{};
    const ssize_t size =
        recv(from_client ? pair.client : pair.server, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    const Fault fault = fault_;
    if (!from_client && fault == Fault::cut_before_answer) return false;
    if (fault == (from_client ? Fault::requests_vanish : Fault::answers_vanish)) return true;
    if (!from_client) rewrite(bytes.data(), bytes.data() + size);
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t some = send(from_client ? pair.server : pair.client, bytes.data() + sent,
                                static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (some < 0) return false;
      sent += some;
    }
    return true;
  }

  void rewrite(char* at, char* end) const {
    const std::string& from = rewriting_.from;
    if (from.empty()) return;
    while ((at = std::search(at, end, from.begin(), from.end())) != end) {
      at = std::copy(rewriting_.to.begin(), rewriting_.to.end(), at);
    }
  }

  void run() {
    while (!stopped_) {
      std::vector<pollfd> polled{{wake_, POLLIN, 0}, {listening_, POLLIN, 0}};
      for (const Pair& pair : pairs_) {
        polled.push_back({pair.client, POLLIN, 0});
        polled.push_back({pair.server, POLLIN, 0});
      }
      poll(polled.data(), polled.size(), -1);
      std::size_t at = 2;
      for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
        const bool lives = (polled[at].revents == 0 || pass_on(*pair, true)) &&
                           (polled[at + 1].revents == 0 || pass_on(*pair, false));
        if (!lives) close_both(*pair);
        pair = lives ? std::next(pair) : pairs_.erase(pair);
      }
      if (polled[1].revents != 0) accept_one();
    }
  }

  const int server_port_;
  const Rewriting rewriting_;
  int port_ = 0;
  const int listening_ = listen_somewhere();
  const int wake_ = eventfd(0, EFD_CLOEXEC);
  std::atomic<bool> stopped_{false};
  std::atomic<Fault> fault_{Fault::none};
  std::list<Pair> pairs_;
  std::thread thread_;
};

}  // namespace leasehold
