#include "base/zone_files.h"

#include "base/beside_program.h"
#include "base/error.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>

namespace forecart {

namespace {

std::filesystem::path folder_of_zones() {
  if (const char* named = std::getenv("TZDIR"); named != nullptr && *named != '\0') return named;
  if (auto packaged = beside_program("zoneinfo"); !packaged.empty()) return packaged;
  return "/usr/share/zoneinfo";
}

/// Names that lead nowhere but below the folder, and to no table beside those of the zones.
bool is_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("+-_/").find(c) != std::string_view::npos;
  };
  return std::all_of(name.begin(), name.end(), fits) && name.front() != '/' &&
         !name.starts_with("right/") && !name.starts_with("posix");
}

std::optional<ZoneTable> read_zone(const std::string& name) {
  const auto folder = folder_of_zones();
  if (!std::filesystem::is_directory(folder)) {
    throw Error(ErrorCode::unavailable,
                "there is no data base of time zones in " + folder.string() +
                    "; install the package tzdata, or name its folder in TZDIR");
  }
  const auto path = folder / name;
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!bytes.starts_with("TZif")) return std::nullopt;
  return ZoneTable::parse(bytes);
}

}  // namespace

const NamedZone* find_zone(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, NamedZone> known;
  if (name.empty() || !is_name(name)) return nullptr;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return &found->second;
  auto table = read_zone(name);
  if (!table) return nullptr;
  return &known.emplace(name, NamedZone{name, std::move(*table)}).first->second;
}

}  // namespace forecart
