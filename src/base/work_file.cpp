#include "base/work_file.h"

#include "base/durable_file.h"

#include <fmt/format.h>

#include <atomic>

namespace forecart {

namespace {

std::string next_name(std::string_view ending) {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}-work-{}{}", process_name(), counter++, ending);
}

}  // namespace

WorkFile::WorkFile(const std::filesystem::path& folder, std::string_view ending)
    : path_(folder / next_name(ending)) {}

WorkFile::~WorkFile() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace forecart
