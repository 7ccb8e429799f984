#include "base/beside_program.h"

namespace forecart {

std::filesystem::path beside_program(std::string_view name) {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  if (ignored) return {};
  auto path = program.parent_path() / name;
  return std::filesystem::exists(path, ignored) ? path : std::filesystem::path();
}

}  // namespace forecart
