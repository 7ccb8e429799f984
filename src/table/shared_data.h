#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace forecart {

/// For tests: a path below the folder with the real data, named by FORECART_SHARED (ctest sets it).
/// Empty when the data are not there; such a test is skipped and says so.
inline std::filesystem::path shared_data(const std::string& name) {
  const char* const root = std::getenv("FORECART_SHARED");
  const std::filesystem::path path =
      std::filesystem::path(root == nullptr ? "../shared" : root) / "data" / name;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

}  // namespace forecart
