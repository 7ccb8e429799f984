#include "table/stream_function.h"

#include "base/error.h"
#include "base/interruption.h"
#include "table/duckdb_library.h"

#include <fmt/format.h>

#include <vector>

namespace forecart {

namespace {

constexpr const char* kFunctionName = "forecart_rows";

duckdb_type duckdb_type_of(StreamType type) {
  switch (type) {
    case StreamType::number:
      return DUCKDB_TYPE_DOUBLE;
    case StreamType::integer:
      return DUCKDB_TYPE_BIGINT;
    case StreamType::hash:
      return DUCKDB_TYPE_UBIGINT;
    case StreamType::flag:
      return DUCKDB_TYPE_BOOLEAN;
    case StreamType::text:
      return DUCKDB_TYPE_VARCHAR;
    case StreamType::timestamp:
      return DUCKDB_TYPE_TIMESTAMP;
  }
  return DUCKDB_TYPE_INVALID;
}

struct BoundStream {
  StreamRegistry* registry;
  std::int64_t ticket;
  RowStream* stream;
};

/// Which column of the chunk holds a column of the stream; kUnwanted for none.
struct Projection {
  static constexpr std::size_t kUnwanted = SIZE_MAX;
  std::vector<std::size_t> slots;
};

class DuckdbChunk final : public ChunkWriter {
 public:
  DuckdbChunk(duckdb_data_chunk chunk, const Projection& projection)
      : api_(duckdb_library()), capacity_(api_.vector_size()) {
    for (const std::size_t slot : projection.slots) {
      if (slot == Projection::kUnwanted) {
        columns_.push_back({nullptr, nullptr});
      } else {
        const duckdb_vector vector = api_.data_chunk_get_vector(chunk, slot);
        columns_.push_back({vector, api_.vector_get_data(vector)});
      }
    }
  }

  std::size_t capacity() const override { return capacity_; }
  bool wants(std::size_t column) const override { return columns_[column].data != nullptr; }
  void number(std::size_t column, std::size_t row, double value) override {
    set(column, row, value);
  }
  void integer(std::size_t column, std::size_t row, std::int64_t value) override {
    set(column, row, value);
  }
  void hash(std::size_t column, std::size_t row, std::uint64_t value) override {
    set(column, row, value);
  }
  void flag(std::size_t column, std::size_t row, bool value) override { set(column, row, value); }
  void timestamp(std::size_t column, std::size_t row, std::chrono::microseconds value) override {
    set(column, row, static_cast<std::int64_t>(value.count()));
  }
  void text(std::size_t column, std::size_t row, std::string_view value) override {
    if (!wants(column)) return;
    api_.vector_assign_string_element_len(columns_[column].vector, row, value.data(), value.size());
  }
  void missing(std::size_t column, std::size_t row) override {
    if (!wants(column)) return;
    api_.vector_ensure_validity_writable(columns_[column].vector);
    std::uint64_t* const valid = api_.vector_get_validity(columns_[column].vector);
    valid[row / 64] &= ~(std::uint64_t{1} << (row % 64));
  }

 private:
  struct Target {
    duckdb_vector vector;
    void* data;
  };

  template <typename Value>
  void set(std::size_t column, std::size_t row, Value value) {
    if (wants(column)) static_cast<Value*>(columns_[column].data)[row] = value;
  }

  const DuckdbLibrary& api_;
  std::size_t capacity_;
  std::vector<Target> columns_;
};

void bind(duckdb_bind_info info) {
  const DuckdbLibrary& api = duckdb_library();
  auto* const registry = static_cast<StreamRegistry*>(api.bind_get_extra_info(info));
  duckdb_value parameter = api.bind_get_parameter(info, 0);
  const std::int64_t ticket = api.get_int64(parameter);
  api.destroy_value(&parameter);
  RowStream* const stream = registry->find(ticket);
  if (stream == nullptr) {
    api.bind_set_error(info, "no such stream");
    return;
  }
  for (const StreamColumn& column : stream->columns()) {
    duckdb_logical_type type = api.create_logical_type(duckdb_type_of(column.type));
    api.bind_add_result_column(info, column.name.c_str(), type);
    api.destroy_logical_type(&type);
  }
  api.bind_set_bind_data(info, new BoundStream{registry, ticket, stream},
                         [](void* bound) { delete static_cast<BoundStream*>(bound); });
}

void init(duckdb_init_info info) {
  const DuckdbLibrary& api = duckdb_library();
  const auto* const bound = static_cast<BoundStream*>(api.init_get_bind_data(info));
  auto* const projection = new Projection;
  projection->slots.assign(bound->stream->columns().size(), Projection::kUnwanted);
  for (idx_t slot = 0; slot < api.init_get_column_count(info); ++slot) {
    const idx_t column = api.init_get_column_index(info, slot);
    if (column < projection->slots.size()) projection->slots[column] = slot;
  }
  api.init_set_init_data(info, projection,
                         [](void* owned) { delete static_cast<Projection*>(owned); });
  api.init_set_max_threads(info, 1);
}

void produce(duckdb_function_info info, duckdb_data_chunk output) {
  const DuckdbLibrary& api = duckdb_library();
  const auto* const bound = static_cast<BoundStream*>(api.function_get_bind_data(info));
  const auto* const projection = static_cast<Projection*>(api.function_get_init_data(info));
  try {
    DuckdbChunk chunk(output, *projection);
    api.data_chunk_set_size(output, bound->stream->fill(chunk));
  } catch (const std::exception& error) {
    bound->registry->fail(bound->ticket, std::current_exception());
    api.function_set_error(info, error.what());
  } catch (const Interrupted&) {
    bound->registry->fail(bound->ticket, std::current_exception());
    api.function_set_error(info, "interrupted");
  }
}

}  // namespace

std::int64_t StreamRegistry::add(RowStream& stream) {
  const std::lock_guard lock(mutex_);
  streams_.emplace(++last_, &stream);
  return last_;
}

void StreamRegistry::remove(std::int64_t ticket) {
  const std::lock_guard lock(mutex_);
  streams_.erase(ticket);
  failures_.erase(ticket);
}

RowStream* StreamRegistry::find(std::int64_t ticket) {
  const std::lock_guard lock(mutex_);
  const auto at = streams_.find(ticket);
  return at == streams_.end() ? nullptr : at->second;
}

void StreamRegistry::fail(std::int64_t ticket, std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  failures_[ticket] = std::move(error);
}

std::exception_ptr StreamRegistry::take_failure(const std::string& sql) {
  const std::lock_guard lock(mutex_);
  for (const auto& [ticket, error] : failures_) {
    if (sql.find(stream_source(ticket)) == std::string::npos) continue;
    std::exception_ptr result = error;
    failures_.erase(ticket);
    return result;
  }
  return nullptr;
}

std::string stream_source(std::int64_t ticket) {
  return fmt::format("{}({})", kFunctionName, ticket);
}

void register_stream_function(duckdb_connection connection, StreamRegistry& registry) {
  const DuckdbLibrary& api = duckdb_library();
  duckdb_table_function function = api.create_table_function();
  duckdb_logical_type ticket = api.create_logical_type(DUCKDB_TYPE_BIGINT);
  api.table_function_set_name(function, kFunctionName);
  api.table_function_add_parameter(function, ticket);
  api.table_function_set_extra_info(function, &registry, nullptr);
  api.table_function_set_bind(function, bind);
  api.table_function_set_init(function, init);
  api.table_function_set_function(function, produce);
  api.table_function_pushdown(function, true);
  const duckdb_state state = api.register_table_function(connection, function);
  api.destroy_logical_type(&ticket);
  api.destroy_table_function(&function);
  if (state != DuckDBSuccess) {
    throw Error(ErrorCode::unavailable, "this libduckdb.so takes no table functions");
  }
}

}  // namespace forecart
