// A user's own connection to a database.
#pragma once

#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace leasehold {

/// Anybody else who uses the file.
class SqliteUser {
 public:
  explicit SqliteUser(const std::string& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
    sqlite3_busy_timeout(db_, 5000);
  }
  SqliteUser(const SqliteUser&) = delete;
  SqliteUser& operator=(const SqliteUser&) = delete;
  ~SqliteUser() { sqlite3_close(db_); }
  void run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db_);
  }
  int count(const std::string& sql) {
    int found = -1;
    sqlite3_exec(
        db_, sql.c_str(),
        [](void* out, int, char** values, char**) {
          *static_cast<int*>(out) = std::stoi(values[0]);
          return 0;
        },
        &found, nullptr);
    return found;
  }

  sqlite3* db() { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace leasehold
