#include "aws/sagemaker_place.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace forecart {

namespace fs = std::filesystem;

namespace {

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with('_');
}

void collect(const fs::path& folder, std::vector<fs::path>& files) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (is_hidden(entry.path())) continue;
    if (entry.is_directory()) {
      collect(entry.path(), files);
    } else if (entry.is_regular_file()) {
      files.push_back(entry.path());
    } else {
      throw Error(ErrorCode::unreadable,
                  fmt::format("'{}' is no file; give the channel the input mode File or FastFile",
                              entry.path().string()));
    }
  }
}

}  // namespace

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::is_directory(folder)) collect(folder, files);
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_small_file(const fs::path& path) {
  constexpr std::size_t kMost = 1 << 20;
  if (!fs::exists(path)) {
    throw Error(ErrorCode::not_found,
                fmt::format("'{}' is missing; SageMaker writes it before it starts the container, "
                            "and --root says where to look",
                            path.string()));
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kMost + 1, '\0');
  file.read(bytes.data(), std::ssize(bytes));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > kMost) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' has more than {} bytes; settings are small",
                                                 path.string(), kMost));
  }
  if (!bytes.empty() || (file.eof() && !file.bad())) return bytes;
  throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read", path.string()));
}

std::string cut_text(std::string text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (most_bytes > 0 && continues(text[most_bytes])) --most_bytes;
  text.resize(most_bytes);
  return text;
}

void leave_message(const fs::path& file, const std::string& message) {
  constexpr std::size_t kShown = 1024;
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  std::ofstream(file, std::ios::binary) << cut_text(message, kShown);
}

}  // namespace forecart
