#pragma once

#include <duckdb.h>

#include <filesystem>
#include <vector>

namespace forecart {

/// The functions of libduckdb.so that we call, found by name when the library is loaded.
/// Each member has the type of the C function it stands for and is documented in duckdb.h.
struct DuckdbLibrary {
  decltype(&::duckdb_create_config) create_config;
  decltype(&::duckdb_set_config) set_config;
  decltype(&::duckdb_destroy_config) destroy_config;
  decltype(&::duckdb_open_ext) open_ext;
  decltype(&::duckdb_close) close;
  decltype(&::duckdb_free) free;
  decltype(&::duckdb_connect) connect;
  decltype(&::duckdb_disconnect) disconnect;

  decltype(&::duckdb_prepare) prepare;
  decltype(&::duckdb_prepare_error) prepare_error;
  decltype(&::duckdb_destroy_prepare) destroy_prepare;
  decltype(&::duckdb_pending_prepared_streaming) pending_prepared_streaming;
  decltype(&::duckdb_pending_error) pending_error;
  decltype(&::duckdb_destroy_pending) destroy_pending;
  decltype(&::duckdb_execute_pending) execute_pending;
  decltype(&::duckdb_query) query;
  decltype(&::duckdb_result_error) result_error;
  decltype(&::duckdb_result_error_type) result_error_type;
  decltype(&::duckdb_destroy_result) destroy_result;
  decltype(&::duckdb_column_count) column_count;
  decltype(&::duckdb_column_name) column_name;
  decltype(&::duckdb_column_type) column_type;
  decltype(&::duckdb_column_logical_type) column_logical_type;
  decltype(&::duckdb_fetch_chunk) fetch_chunk;

  decltype(&::duckdb_create_logical_type) create_logical_type;
  decltype(&::duckdb_destroy_logical_type) destroy_logical_type;
  decltype(&::duckdb_decimal_scale) decimal_scale;
  decltype(&::duckdb_decimal_internal_type) decimal_internal_type;
  decltype(&::duckdb_data_chunk_get_size) data_chunk_get_size;
  decltype(&::duckdb_data_chunk_set_size) data_chunk_set_size;
  decltype(&::duckdb_data_chunk_get_vector) data_chunk_get_vector;
  decltype(&::duckdb_destroy_data_chunk) destroy_data_chunk;
  decltype(&::duckdb_vector_get_data) vector_get_data;
  decltype(&::duckdb_vector_get_validity) vector_get_validity;
  decltype(&::duckdb_vector_ensure_validity_writable) vector_ensure_validity_writable;
  decltype(&::duckdb_vector_assign_string_element_len) vector_assign_string_element_len;
  decltype(&::duckdb_vector_size) vector_size;
  decltype(&::duckdb_string_t_length) string_length;
  decltype(&::duckdb_string_t_data) string_data;

  decltype(&::duckdb_create_table_function) create_table_function;
  decltype(&::duckdb_destroy_table_function) destroy_table_function;
  decltype(&::duckdb_table_function_set_name) table_function_set_name;
  decltype(&::duckdb_table_function_add_parameter) table_function_add_parameter;
  decltype(&::duckdb_table_function_set_extra_info) table_function_set_extra_info;
  decltype(&::duckdb_table_function_set_bind) table_function_set_bind;
  decltype(&::duckdb_table_function_set_init) table_function_set_init;
  decltype(&::duckdb_table_function_set_function) table_function_set_function;
  decltype(&::duckdb_table_function_supports_projection_pushdown) table_function_pushdown;
  decltype(&::duckdb_register_table_function) register_table_function;
  decltype(&::duckdb_bind_get_extra_info) bind_get_extra_info;
  decltype(&::duckdb_bind_get_parameter) bind_get_parameter;
  decltype(&::duckdb_bind_add_result_column) bind_add_result_column;
  decltype(&::duckdb_bind_set_bind_data) bind_set_bind_data;
  decltype(&::duckdb_bind_set_error) bind_set_error;
  decltype(&::duckdb_get_int64) get_int64;
  decltype(&::duckdb_destroy_value) destroy_value;
  decltype(&::duckdb_init_get_bind_data) init_get_bind_data;
  decltype(&::duckdb_init_set_init_data) init_set_init_data;
  decltype(&::duckdb_init_get_column_count) init_get_column_count;
  decltype(&::duckdb_init_get_column_index) init_get_column_index;
  decltype(&::duckdb_init_set_max_threads) init_set_max_threads;
  decltype(&::duckdb_function_get_bind_data) function_get_bind_data;
  decltype(&::duckdb_function_get_init_data) function_get_init_data;
  decltype(&::duckdb_function_set_error) function_set_error;
};

/// The library, loaded at the first call (20 ms) and kept to the end of the process; any thread may
/// call. Throws Error unavailable, with the places looked at, when it cannot be loaded.
const DuckdbLibrary& duckdb_library();

/// Where the library is looked for, in this order: $FORECART_DUCKDB, beside the executable, the
/// path that the build found.
std::vector<std::filesystem::path> duckdb_candidates();

}  // namespace forecart
