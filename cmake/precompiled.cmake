# What most sources include of the standard library and of others, compiled once for the libraries and
# once for the tests, which takes a quarter off a build from nothing. Not beside ccache, which knows
# sources that did not change by what they include; nor in release builds, by which each source is seen
# to include what it uses.
option(FORECART_PRECOMPILED "Compile common headers once, where there is no ccache" OFF)

# forecart_precompiled(TARGET HOST): TARGET takes the headers of forecart_headers or forecart_test_headers.
function(forecart_precompiled target host)
  if(TARGET ${host})
    target_precompile_headers(${target} REUSE_FROM ${host})
  endif()
endfunction()

if(NOT FORECART_PRECOMPILED OR FORECART_CCACHE)
  return()
endif()
set(headers
  <algorithm> <array> <charconv> <chrono> <cmath> <cstdint> <filesystem> <fstream> <functional> <limits>
  <map> <memory> <mutex> <numeric> <optional> <set> <sstream> <string> <string_view> <tuple>
  <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp> <Eigen/Core>)
# GCC takes headers for sources with the same macros: those of all folders, in whatever they use.
set(libraries forecart_options fmt::fmt spdlog::spdlog date::date Threads::Threads
  nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus Eigen3::Eigen)
target_link_libraries(forecart_options INTERFACE tomlplusplus::tomlplusplus)

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/headers/library.cpp CONTENT "")
add_library(forecart_headers STATIC ${PROJECT_BINARY_DIR}/headers/library.cpp)
target_link_libraries(forecart_headers PRIVATE ${libraries})
target_precompile_headers(forecart_headers PRIVATE ${headers})

if(FORECART_TESTS)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/headers/tests.cpp CONTENT "int main() {}\n")
  add_executable(forecart_test_headers ${PROJECT_BINARY_DIR}/headers/tests.cpp)
  target_link_libraries(forecart_test_headers PRIVATE ${libraries} GTest::gtest GTest::gmock)
  target_precompile_headers(forecart_test_headers PRIVATE ${headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()
