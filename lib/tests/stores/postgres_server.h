// A PostgreSQL server of the tests' own, on loopback.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "lib/tests/stores/faked_clock.h"
#include "lib/tests/stores/server_process.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

class PostgresServer {
 public:
  /// Where its programs are: the newest version that is installed. Empty: there is none.
  static std::string programs() {
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto& one : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
      if (installed("initdb", {one.path() / "bin"}) == (one.path() / "bin/initdb").string()) {
        found.push_back(one.path() / "bin");
      }
    }
    if (!found.empty()) return *std::max_element(found.begin(), found.end());
    const std::string initdb = installed("initdb", {});
    return initdb.substr(0, initdb.rfind('/'));
  }

  /// Makes a cluster and starts its server. A crash of the machine is not what tests are about, so
  /// it does not wait for the disk unless it is `durable`.
  explicit PostgresServer(bool durable = false) : durable_(durable) {
    prepare_directory();
    EXPECT_EQ(
        run_to_end(as_user("postgres", {programs() + "/initdb", "-D", data(), "-A", "trust", "-U",
                                        "postgres", "--no-sync", "-E", "UTF8", "--locale=C"}),
                   log()),
        0)
        << text_of_log();
    std::ofstream(data() + "/pg_hba.conf")
        << "host all guarded 127.0.0.1/32 scram-sha-256\nhostssl all encrypted 127.0.0.1/32 trust\n"
        << "host all encrypted 127.0.0.1/32 reject\n"
        << "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n";
    start();
  }
  /// A standby of `primary`, which is another server on this machine.
  static std::unique_ptr<PostgresServer> standby_of(const PostgresServer& primary) {
    auto standby = std::unique_ptr<PostgresServer>(new PostgresServer(Nothing{}));
    EXPECT_EQ(
        run_to_end(as_user("postgres", {programs() + "/pg_basebackup", "-D", standby->data(), "-h",
                                        "127.0.0.1", "-p", std::to_string(primary.port()), "-U",
                                        "postgres", "-R", "-c", "fast", "--no-sync"}),
                   standby->log()),
        0)
        << standby->text_of_log();
    standby->start();
    return standby;
  }

  int port() const { return port_; }
  /// Of the database postgres, for `user`; `parameters` begin with "?" or are empty.
  std::string url(const std::string& parameters = {}, const std::string& user = "postgres") const {
    return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/postgres" +
           parameters;
  }

  void start() {
    std::vector<std::string> command = clock_.words();
    const std::vector<std::string> server{programs() + "/postgres", "-D", data(), "-p",
                                          std::to_string(port_)};
    command.insert(command.end(), server.begin(), server.end());
    for (const char* const setting :
         {"listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=32MB",
          "max_connections=200", "max_wal_senders=4", durable_ ? "fsync=on" : "fsync=off"}) {
      command.insert(command.end(), {"-c", setting});
    }
    do {
      process_.emplace(as_user("postgres", command), log());
    } while (!comes_up());
  }
  static constexpr bool has_clock = true;
  /// The clock by which the server judges.
  FakedClock& clock() { return clock_; }
  void kill() { process_->kill(); }
  /// A shutdown that ends sessions (PostgreSQL's fast one).
  void stop() { process_->end(SIGINT); }
  void freeze() { process_->freeze(); }
  void thaw() { process_->thaw(); }
  /// Makes a standby the primary.
  void promote() { EXPECT_EQ(sql("SELECT pg_promote(true, 600)"), "t"); }

  /// Runs statements as the superuser; the first value of the last.
  std::string sql(const std::string& statements) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url().c_str()),
                                                                  &PQfinish);
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), statements.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        << statements << ": " << PQerrorMessage(connection.get());
    if (status != PGRES_TUPLES_OK || PQntuples(result.get()) == 0) return {};
    return PQgetvalue(result.get(), 0, 0);
  }

  std::string text_of_log() const {
    std::ifstream file(log());
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  struct Nothing {};
  explicit PostgresServer(Nothing /*unused*/) { prepare_directory(); }

  void prepare_directory() const {
    std::filesystem::create_directory(data());
    if (!is_root()) return;
    EXPECT_EQ(run_to_end({"chown", "-R", "postgres:postgres", dir_.path().string()}, "/dev/null"),
              0);
    std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(data(), std::filesystem::perms(0700));
  }
  std::string data() const { return dir_.file("data"); }
  std::string log() const { return dir_.file("log"); }

  // However long it takes: the time limit of the test is there for a server that never comes.
  // False: it hangs for a reason that is not its own.
  bool comes_up() {
    const auto began = std::chrono::steady_clock::now();
    while (PQping((url() + "?connect_timeout=10").c_str()) != PQPING_OK) {
      if (process_->has_ended()) throw std::runtime_error("postgres ended: " + text_of_log());
      if (clock_.is_stuck_since(began)) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  const bool durable_ = false;
  const TempDir dir_;
  FakedClock clock_{dir_.file("offset")};
  const int port_ = free_port();
  std::optional<ServerProcess> process_;
};

/// The server that most tests share; null where PostgreSQL is not installed.
inline PostgresServer* shared_postgres() {
  static const std::unique_ptr<PostgresServer> server =
      PostgresServer::programs().empty() ? nullptr : std::make_unique<PostgresServer>();
  return server.get();
}

inline constexpr const char* no_postgres =
    "there is no PostgreSQL server here: install postgresql; what these tests are about was not "
    "tried";

}  // namespace leasehold
