#include "lib/src/stores/sqlite/database.h"

#include <algorithm>
#include <ctime>

namespace leasehold::stores {

Database::Database(const std::string& path, Mode mode) {
  const int create = mode == Mode::create ? SQLITE_OPEN_CREATE : 0;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | create;
  const int code = sqlite3_open_v2(path.c_str(), &db_, flags, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_busy_handler(db_, &Database::on_busy, this);
    return;
  }
  const std::string what = db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  sqlite3_close_v2(db_);
  throw SqliteFailure(code, what);
}

// _v2, because a statement may be closed after its connection.
Database::~Database() {
  if (!borrowed_) sqlite3_close_v2(db_);
}

void Database::fail(int code) const { throw SqliteFailure(code, std::string(sqlite3_errmsg(db_))); }

void Database::run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::string Database::text_of(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

void Database::wait_with(const Patience* patience) { patience_ = patience; }

// SQLite asks how often it is to try again. Naps grow from 0.1 to 1 ms, which with few writers
// costs little and finds the lock free soon.
int Database::on_busy(void* database, int times) {
  const Patience* const patience = static_cast<Database*>(database)->patience_;
  if (patience == nullptr || patience->over()) return 0;
  const long nap = 100'000L * std::min(times + 1, 10);
  const timespec length{0, nap};
  nanosleep(&length, nullptr);
  return 1;
}

bool Database::moved() {
  int moved = 0;
  const int code = sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

std::string Database::file() const {
  const char* const name = sqlite3_db_filename(db_, "main");
  return name != nullptr ? name : "";
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(database.db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  statement_.reset(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_.fail(code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

Statement& Statement::bind_bits(int parameter, std::uint64_t high, std::uint64_t low) {
  if (high == 0 && low == 0) return bind_null(parameter);
  std::array<unsigned char, 16>& bytes = ids_.at(static_cast<std::size_t>(parameter - 1));
  for (std::size_t index = 0; index < 8; ++index) {
    bytes[index] = static_cast<unsigned char>(high >> (56 - 8 * index));
    bytes[index + 8] = static_cast<unsigned char>(low >> (56 - 8 * index));
  }
  check(sqlite3_bind_blob(statement_.get(), parameter, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(statement_.get());
  database_.fail(code);
}

void Statement::run() {
  const Use use(*this);
  while (step()) continue;
}

void Statement::done() { sqlite3_reset(statement_.get()); }

int Statement::recompiled() const {
  return sqlite3_stmt_status(statement_.get(), SQLITE_STMTSTATUS_REPREPARE, 0);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  // First the text, which may convert what is stored, and then how long that is.
  const void* const text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (text == nullptr || size <= 0) return {};
  return std::string(static_cast<const char*>(text), static_cast<std::size_t>(size));
}

Statement::Bits Statement::bits_at(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return {};
  const auto* const bytes =
      static_cast<const unsigned char*>(sqlite3_column_blob(statement_.get(), column));
  // Not for null, which would make a held lock free.
  if (sqlite3_column_bytes(statement_.get(), column) != 16) {
    throw SqliteFailure(SQLITE_CORRUPT, "an id in its tables has not 16 bytes");
  }
  const auto half = [bytes](int from) {
    std::uint64_t value = 0;
    for (int index = from; index < from + 8; ++index) value = value << 8U | bytes[index];
    return value;
  };
  return {half(0), half(8)};
}

}  // namespace leasehold::stores
