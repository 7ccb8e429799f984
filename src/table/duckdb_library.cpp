#include "table/duckdb_library.h"

#include "base/beside_program.h"
#include "base/error.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

namespace forecart {

namespace {

struct CloseLibrary {
  void operator()(void* handle) const { dlclose(handle); }
};
using Handle = std::unique_ptr<void, CloseLibrary>;

Handle open_library() {
  std::string tried;
  for (const auto& path : duckdb_candidates()) {
    if (Handle handle{dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)}) return handle;
    tried += fmt::format("\n  {}", dlerror());
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("libduckdb.so cannot be loaded; run scripts/setup, lay it beside the "
                          "executable or name it in FORECART_DUCKDB. Tried:{}",
                          tried));
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  void* const address = dlsym(library, name);
  if (address == nullptr) {
    throw Error(
        ErrorCode::unavailable,
        fmt::format("libduckdb.so lacks {}; install the version that scripts/setup names", name));
  }
  function = reinterpret_cast<Function>(address);
}

void find_connection_functions(void* library, DuckdbLibrary& api) {
  find(library, "duckdb_create_config", api.create_config);
  find(library, "duckdb_set_config", api.set_config);
  find(library, "duckdb_destroy_config", api.destroy_config);
  find(library, "duckdb_open_ext", api.open_ext);
  find(library, "duckdb_close", api.close);
  find(library, "duckdb_free", api.free);
  find(library, "duckdb_connect", api.connect);
  find(library, "duckdb_disconnect", api.disconnect);
}

void find_query_functions(void* library, DuckdbLibrary& api) {
  find(library, "duckdb_prepare", api.prepare);
  find(library, "duckdb_prepare_error", api.prepare_error);
  find(library, "duckdb_destroy_prepare", api.destroy_prepare);
  find(library, "duckdb_pending_prepared_streaming", api.pending_prepared_streaming);
  find(library, "duckdb_pending_error", api.pending_error);
  find(library, "duckdb_destroy_pending", api.destroy_pending);
  find(library, "duckdb_execute_pending", api.execute_pending);
  find(library, "duckdb_query", api.query);
  find(library, "duckdb_result_error", api.result_error);
  find(library, "duckdb_result_error_type", api.result_error_type);
  find(library, "duckdb_destroy_result", api.destroy_result);
  find(library, "duckdb_column_count", api.column_count);
  find(library, "duckdb_column_name", api.column_name);
  find(library, "duckdb_column_type", api.column_type);
  find(library, "duckdb_column_logical_type", api.column_logical_type);
  find(library, "duckdb_fetch_chunk", api.fetch_chunk);
}

void find_vector_functions(void* library, DuckdbLibrary& api) {
  find(library, "duckdb_create_logical_type", api.create_logical_type);
  find(library, "duckdb_destroy_logical_type", api.destroy_logical_type);
  find(library, "duckdb_decimal_scale", api.decimal_scale);
  find(library, "duckdb_decimal_internal_type", api.decimal_internal_type);
  find(library, "duckdb_data_chunk_get_size", api.data_chunk_get_size);
  find(library, "duckdb_data_chunk_set_size", api.data_chunk_set_size);
  find(library, "duckdb_data_chunk_get_vector", api.data_chunk_get_vector);
  find(library, "duckdb_destroy_data_chunk", api.destroy_data_chunk);
  find(library, "duckdb_vector_get_data", api.vector_get_data);
  find(library, "duckdb_vector_get_validity", api.vector_get_validity);
  find(library, "duckdb_vector_ensure_validity_writable", api.vector_ensure_validity_writable);
  find(library, "duckdb_vector_assign_string_element_len", api.vector_assign_string_element_len);
  find(library, "duckdb_vector_size", api.vector_size);
  find(library, "duckdb_string_t_length", api.string_length);
  find(library, "duckdb_string_t_data", api.string_data);
}

void find_table_function_functions(void* library, DuckdbLibrary& api) {
  find(library, "duckdb_create_table_function", api.create_table_function);
  find(library, "duckdb_destroy_table_function", api.destroy_table_function);
  find(library, "duckdb_table_function_set_name", api.table_function_set_name);
  find(library, "duckdb_table_function_add_parameter", api.table_function_add_parameter);
  find(library, "duckdb_table_function_set_extra_info", api.table_function_set_extra_info);
  find(library, "duckdb_table_function_set_bind", api.table_function_set_bind);
  find(library, "duckdb_table_function_set_init", api.table_function_set_init);
  find(library, "duckdb_table_function_set_function", api.table_function_set_function);
  find(library, "duckdb_table_function_supports_projection_pushdown", api.table_function_pushdown);
  find(library, "duckdb_register_table_function", api.register_table_function);
  find(library, "duckdb_bind_get_extra_info", api.bind_get_extra_info);
  find(library, "duckdb_bind_get_parameter", api.bind_get_parameter);
  find(library, "duckdb_bind_add_result_column", api.bind_add_result_column);
  find(library, "duckdb_bind_set_bind_data", api.bind_set_bind_data);
  find(library, "duckdb_bind_set_error", api.bind_set_error);
  find(library, "duckdb_get_int64", api.get_int64);
  find(library, "duckdb_destroy_value", api.destroy_value);
  find(library, "duckdb_init_get_bind_data", api.init_get_bind_data);
  find(library, "duckdb_init_set_init_data", api.init_set_init_data);
  find(library, "duckdb_init_get_column_count", api.init_get_column_count);
  find(library, "duckdb_init_get_column_index", api.init_get_column_index);
  find(library, "duckdb_init_set_max_threads", api.init_set_max_threads);
  find(library, "duckdb_function_get_bind_data", api.function_get_bind_data);
  find(library, "duckdb_function_get_init_data", api.function_get_init_data);
  find(library, "duckdb_function_set_error", api.function_set_error);
}

DuckdbLibrary load() {
  Handle library = open_library();
  DuckdbLibrary api{};
  find_connection_functions(library.get(), api);
  find_query_functions(library.get(), api);
  find_vector_functions(library.get(), api);
  find_table_function_functions(library.get(), api);
  // DuckDB's threads may outlive main; the library stays until the process ends.
  static_cast<void>(library.release());
  return api;
}

}  // namespace

std::vector<std::filesystem::path> duckdb_candidates() {
  std::vector<std::filesystem::path> result;
  if (const char* named = std::getenv("FORECART_DUCKDB"); named != nullptr && *named != '\0') {
    result.emplace_back(named);
  }
  if (auto packaged = beside_program("libduckdb.so"); !packaged.empty()) {
    result.push_back(std::move(packaged));
  }
  result.emplace_back(FORECART_DUCKDB_LIBRARY);
  return result;
}

const DuckdbLibrary& duckdb_library() {
  static const DuckdbLibrary library = load();
  return library;
}

}  // namespace forecart
