#pragma once

#include "table/row_stream.h"
#include "table/table.h"

#include <memory>
#include <string>
#include <string_view>

namespace forecart {

struct DatabaseOptions {
  unsigned threads = 0;        ///< 0: all cores
  std::string memory_limit{};  ///< as DuckDB writes it, e.g. "2GB"; "" is its own default
};

/// A DuckDB data base in memory: SQL over csv and parquet files and over row streams. Opening costs
/// some milliseconds, the first one in a process some 20 more (the library is loaded).
/// Extensions are never fetched from the net; what is spilled goes to the system's folder for
/// temporary files. Each call uses a connection of its own, so threads may share a data base.
class Database {
 public:
  /// Throws Error unavailable when the library is missing, invalid_value for a bad option.
  explicit Database(const DatabaseOptions& options = {});
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  /// Runs one statement and drops what it answers. Throws Error: no_space for a full disk,
  /// not_found and unreadable for files, invalid_value for bad SQL, bad_data for bad values.
  void execute(const std::string& sql) const;

  /// Runs one statement; the columns of the answer as typed values. Dates and times become ISO
  /// text, decimals numbers. Types without a counterpart are refused: cast them to VARCHAR.
  [[nodiscard]] Table query(const std::string& sql) const;

  /// The answer of one statement, block by block, so that it need not fit in memory. The data base
  /// must outlive the cursor.
  class Cursor {
   public:
    Cursor(const Database& database, std::string sql);
    ~Cursor();
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) = delete;
    /// The next rows, at most some thousand, in order; false at the end.
    bool next(Table& block);

   private:
    friend class Database;
    struct Rows;
    std::unique_ptr<Rows> rows_;
  };
  [[nodiscard]] Cursor cursor(std::string sql) const { return Cursor(*this, std::move(sql)); }

  /// A stream made readable in SQL under the text `source()` as long as this object lives.
  class Offer {
   public:
    Offer(const Database& database, RowStream& stream);
    ~Offer();
    Offer(const Offer&) = delete;
    Offer& operator=(const Offer&) = delete;
    /// A table function call to stand behind FROM.
    std::string source() const;

   private:
    const Database& database_;
    std::int64_t ticket_;
  };
  [[nodiscard]] Offer offer(RowStream& stream) const { return Offer(*this, stream); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One data base per process, opened at first use with default options, for work that needs no
/// limits of its own.
const Database& shared_database();

/// 'it''s': a string as SQL writes it.
std::string sql_literal(std::string_view text);

/// "order ""id""": a name as SQL writes it.
std::string sql_identifier(std::string_view name);

}  // namespace forecart
