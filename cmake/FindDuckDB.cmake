# Finds libduckdb.so and duckdb.h. The library is loaded at first use (src/table/), so nothing links
# it: the imported target carries the header, DuckDB_LIBRARY the file that is laid beside the program.
# A system DuckDB is taken with -DDuckDB_ROOT=/usr.
find_library(DuckDB_LIBRARY duckdb
  HINTS ${PROJECT_SOURCE_DIR}/third_party/duckdb/node_modules/@duckdb/node-bindings-linux-x64)
find_path(DuckDB_INCLUDE_DIR duckdb.h
  HINTS ${PROJECT_SOURCE_DIR}/third_party/duckdb/node_modules/duckdb/src/duckdb/src/include)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB
  REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup")
if(DuckDB_FOUND AND NOT TARGET DuckDB::header)
  add_library(DuckDB::header INTERFACE IMPORTED)
  set_target_properties(DuckDB::header PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
