// What goes to PostgreSQL as parameters and what comes back as rows: all as text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include <leasehold/ids.h>

namespace leasehold::stores {

/// The values of $1, $2, ... in order. Ids that are null, and numbers that are not there, are NULL.
class Parameters {
 public:
  Parameters& add(std::int64_t value);
  Parameters& add(const std::optional<std::int64_t>& value);
  Parameters& add_text(std::string value);
  Parameters& add_bytes(std::string_view bytes);
  template <class AnyId>
  Parameters& add_id(const AnyId& id) {
    return id ? add_text(to_string(id)) : add_null();
  }
  Parameters& add_null();

  int size() const { return static_cast<int>(values_.size()); }
  /// As libpq wants them; good until the next `add`.
  std::vector<const char*> pointers() const;

 private:
  std::vector<std::optional<std::string>> values_;
};

/// An array as text, element by element.
class ArrayText {
 public:
  void add(std::int64_t value);
  void add_bytes(std::string_view bytes);
  template <class AnyId>
  void add_id(const AnyId& id) {
    next() += id ? to_string(id) : "NULL";
  }
  std::string text() const { return text_ + "}"; }

 private:
  std::string& next();

  std::string text_ = "{";
};

/// The rows of an answer. Columns count from 0. A value that is not what it should be throws
/// `PostgresFailure`, as does a NULL that is not asked for as optional.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result) {}

  ExecStatusType status() const { return PQresultStatus(result_.get()); }
  int size() const { return PQntuples(result_.get()); }
  bool is_null(int row, int column) const;
  std::string text(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  std::optional<std::int64_t> optional_integer(int row, int column) const;
  bool boolean(int row, int column) const { return text(row, column) == "t"; }
  /// A bytea.
  std::string bytes(int row, int column) const;
  /// NULL: nobody.
  template <class AnyId>
  AnyId id(int row, int column) const {
    const Bits bits = bits_at(row, column);
    return AnyId{bits.high, bits.low};
  }

 private:
  struct Bits {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  Bits bits_at(int row, int column) const;

  std::unique_ptr<PGresult, Clear> result_;
};

}  // namespace leasehold::stores
