// What went wrong with PostgreSQL.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace leasehold::stores {

/// A connection or a statement failed.
class PostgresFailure : public std::runtime_error {
 public:
  /// How far the statement had come.
  enum class Stage {
    /// It was not sent.
    unsent,
    /// The server has answered that it failed.
    refused,
    /// It was sent, at least in part, and there is no answer.
    unanswered,
  };
  PostgresFailure(Stage stage, std::string sqlstate, const std::string& what)
      : std::runtime_error(what), stage_(stage), sqlstate_(std::move(sqlstate)) {}

  Stage stage() const { return stage_; }
  /// Five characters (Appendix A of PostgreSQL's documentation), or empty: it is not known.
  const std::string& sqlstate() const { return sqlstate_; }
  bool is(const char* sqlstate) const { return sqlstate_ == sqlstate; }
  bool of_class(const char* two) const { return sqlstate_.starts_with(two); }

 private:
  Stage stage_;
  std::string sqlstate_;
};

/// The database can't be used as it is, and trying again is of no use.
class PostgresUnusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace leasehold::stores
