# Everything we build on, in one place. Debian packages are named in scripts/packages.txt,
# DuckDB comes from npm with its hash in third_party/duckdb/package-lock.json.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(pugixml 1.12 REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(date REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
find_package(DuckDB REQUIRED)
find_package(XGBoost REQUIRED)
# Not by its own package file, which asks for the web server of its pull part.
find_library(PROMETHEUS_CORE_LIBRARY prometheus-cpp-core REQUIRED)
find_path(PROMETHEUS_INCLUDE_DIR prometheus/registry.h REQUIRED)
add_library(prometheus_core UNKNOWN IMPORTED)
set_target_properties(prometheus_core PROPERTIES IMPORTED_LOCATION ${PROMETHEUS_CORE_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${PROMETHEUS_INCLUDE_DIR})

if(FORECART_TESTS)
  find_package(GTest 1.12 REQUIRED)
  include(GoogleTest)
  add_library(forecart_testing INTERFACE)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  target_link_libraries(forecart_testing INTERFACE
    GTest::gtest_main GTest::gmock ${RAPIDCHECK_LIBRARY})
endif()
