#include "table/database.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "base/interruption.h"
#include "table/duckdb_library.h"
#include "table/result_reader.h"
#include "table/stream_function.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <optional>

namespace forecart {

namespace {

ErrorCode error_code(duckdb_error_type type, std::string_view message) {
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  if (says("No space left") || says("Disk quota") || says("temp_directory_size")) {
    return ErrorCode::no_space;
  }
  if (says("No files found") || says("No such file")) return ErrorCode::not_found;
  switch (type) {
    case DUCKDB_ERROR_IO:
      return ErrorCode::unreadable;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return ErrorCode::unavailable;
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_BINDER:
      return ErrorCode::invalid_value;
    default:
      return ErrorCode::bad_data;
  }
}

[[noreturn]] void refuse(duckdb_error_type type, const char* message) {
  const std::string text = message == nullptr ? "DuckDB gives no reason" : message;
  throw Error(error_code(type, text), text);
}

struct Connection {
  explicit Connection(duckdb_database database) {
    if (api.connect(database, &handle) != DuckDBSuccess) {
      throw Error(ErrorCode::unavailable, "DuckDB refuses a connection");
    }
  }
  ~Connection() { api.disconnect(&handle); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const DuckdbLibrary& api = duckdb_library();
  duckdb_connection handle = nullptr;
};

/// A statement on its way from text to chunks; frees whatever stage it reached.
struct Statement {
  Statement() = default;
  ~Statement() {
    api.destroy_result(&result);
    api.destroy_pending(&pending);
    api.destroy_prepare(&prepared);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void run(duckdb_connection connection, const std::string& sql) {
    if (api.prepare(connection, sql.c_str(), &prepared) != DuckDBSuccess) {
      refuse(DUCKDB_ERROR_PARSER, api.prepare_error(prepared));
    }
    if (api.pending_prepared_streaming(prepared, &pending) != DuckDBSuccess) {
      refuse(DUCKDB_ERROR_INVALID, api.pending_error(pending));
    }
    if (api.execute_pending(pending, &result) != DuckDBSuccess) fail();
  }

  /// The next chunk, or null at the end.
  duckdb_data_chunk next() {
    check_interruption();
    const duckdb_data_chunk chunk = api.fetch_chunk(result);
    if (chunk == nullptr && api.result_error(&result) != nullptr) fail();
    return chunk;
  }

  [[noreturn]] void fail() { refuse(api.result_error_type(&result), api.result_error(&result)); }

  const DuckdbLibrary& api = duckdb_library();
  duckdb_prepared_statement prepared = nullptr;
  duckdb_pending_result pending = nullptr;
  duckdb_result result{};
};

struct OwnedChunk {
  explicit OwnedChunk(duckdb_data_chunk chunk) : handle(chunk) {}
  ~OwnedChunk() { duckdb_library().destroy_data_chunk(&handle); }
  OwnedChunk(const OwnedChunk&) = delete;
  OwnedChunk& operator=(const OwnedChunk&) = delete;
  duckdb_data_chunk handle;
};

class Config {
 public:
  Config() { api_.create_config(&handle_); }
  ~Config() { api_.destroy_config(&handle_); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  void set(const char* name, const std::string& value) {
    if (api_.set_config(handle_, name, value.c_str()) != DuckDBSuccess) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("DuckDB does not take '{}' for {}", value, name));
    }
  }
  duckdb_config handle() const { return handle_; }

 private:
  const DuckdbLibrary& api_ = duckdb_library();
  duckdb_config handle_ = nullptr;
};

#if defined(__SANITIZE_THREAD__)
// DuckDB is not built with the thread sanitizer, which does not see how its threads wait for each
// other and reports races inside it; so it works in the caller's thread there.
constexpr unsigned kDefaultThreads = 1;
#else
constexpr unsigned kDefaultThreads = 0;
#endif

std::string spill_folder() {
  return (std::filesystem::temp_directory_path() / fmt::format("forecart-{}.spill", process_name()))
      .string();
}

}  // namespace

struct Database::State {
  ~State() {
    if (handle != nullptr) duckdb_library().close(&handle);
  }

  duckdb_database handle = nullptr;
  StreamRegistry streams;
};

Database::Database(const DatabaseOptions& options) : state_(std::make_unique<State>()) {
  const DuckdbLibrary& api = duckdb_library();
  Config config;
  config.set("autoinstall_known_extensions", "false");
  config.set("autoload_known_extensions", "false");
  config.set("temp_directory", spill_folder());
  const unsigned threads = options.threads > 0 ? options.threads : kDefaultThreads;
  if (threads > 0) config.set("threads", std::to_string(threads));
  if (!options.memory_limit.empty()) config.set("memory_limit", options.memory_limit);
  char* message = nullptr;
  if (api.open_ext(nullptr, &state_->handle, config.handle(), &message) != DuckDBSuccess) {
    const std::string text = message == nullptr ? "DuckDB does not open" : message;
    api.free(message);
    throw Error(ErrorCode::invalid_value, text);
  }
  const Connection connection(state_->handle);
  register_stream_function(connection.handle, state_->streams);
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

struct Database::Cursor::Rows {
  Rows(State& state, std::string text)
      : streams(state.streams), sql(std::move(text)), connection(state.handle) {
    guard([this] { statement.run(connection.handle, sql); });
  }

  /// What a stream threw says more than DuckDB's report of it.
  void guard(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error&) {
      if (const auto cause = streams.take_failure(sql)) std::rethrow_exception(cause);
      throw;
    }
  }

  duckdb_data_chunk next() {
    duckdb_data_chunk chunk = nullptr;
    guard([&] { chunk = statement.next(); });
    return chunk;
  }

  StreamRegistry& streams;
  std::string sql;
  Connection connection;
  Statement statement;
  std::optional<ResultReader> reader;
  bool at_end = false;
};

Database::Cursor::Cursor(const Database& database, std::string sql)
    : rows_(std::make_unique<Rows>(*database.state_, std::move(sql))) {}

Database::Cursor::~Cursor() = default;
Database::Cursor::Cursor(Cursor&&) noexcept = default;

bool Database::Cursor::next(Table& block) {
  if (rows_->at_end) return false;  // DuckDB takes asking again for an error
  if (!rows_->reader) rows_->reader.emplace(rows_->statement.result);
  const duckdb_data_chunk chunk = rows_->next();
  rows_->at_end = chunk == nullptr;
  if (rows_->at_end) return false;
  rows_->reader->append(OwnedChunk(chunk).handle);
  block = rows_->reader->take();
  return true;
}

void Database::execute(const std::string& sql) const {
  Cursor::Rows rows(*state_, sql);
  while (const duckdb_data_chunk chunk = rows.next()) const OwnedChunk owned(chunk);
}

Table Database::query(const std::string& sql) const {
  Cursor::Rows rows(*state_, sql);
  ResultReader reader(rows.statement.result);
  while (const duckdb_data_chunk chunk = rows.next()) reader.append(OwnedChunk(chunk).handle);
  return reader.take();
}

Database::Offer::Offer(const Database& database, RowStream& stream)
    : database_(database), ticket_(database.state_->streams.add(stream)) {}

Database::Offer::~Offer() {
  database_.state_->streams.remove(ticket_);
}

std::string Database::Offer::source() const {
  return stream_source(ticket_);
}

/// Never closed: when static objects go, what DuckDB keeps for the main thread is gone already.
/// What closing would do beside is done here.
const Database& shared_database() {
  struct SpillRemover {
    ~SpillRemover() {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
    std::string folder = spill_folder();
  };
  static const Database* const database = new Database;
  static const SpillRemover remover;
  return *database;
}

std::string sql_literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

std::string sql_identifier(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace forecart
