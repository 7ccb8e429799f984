#pragma once

#include "table/row_stream.h"

#include <duckdb.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace forecart {

/// The streams that SQL may read at the moment, by ticket, and what went wrong while one was read.
/// Safe for several threads.
class StreamRegistry {
 public:
  std::int64_t add(RowStream& stream);
  void remove(std::int64_t ticket);
  /// The stream of a ticket, or null.
  RowStream* find(std::int64_t ticket);
  /// Keeps the exception of a failed read under the ticket.
  void fail(std::int64_t ticket, std::exception_ptr error);
  /// An exception kept for one of the tickets that `sql` names, or null; it is forgotten here.
  std::exception_ptr take_failure(const std::string& sql);

 private:
  std::mutex mutex_;
  std::int64_t last_ = 0;
  std::unordered_map<std::int64_t, RowStream*> streams_;
  std::unordered_map<std::int64_t, std::exception_ptr> failures_;
};

/// SQL that reads the stream of a ticket.
std::string stream_source(std::int64_t ticket);

/// Makes `stream_source` known to a connection's data base; the registry must outlive it.
void register_stream_function(duckdb_connection connection, StreamRegistry& registry);

}  // namespace forecart
