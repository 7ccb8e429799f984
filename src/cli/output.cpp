#include "cli/output.h"

#include "base/error.h"
#include "pipeline/forecast_table.h"
#include "table/table_file.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace forecart {

using nlohmann::json;

void print_text(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    if (errno == EPIPE) return;  // the reader has seen enough
    throw Error(errno == ENOSPC ? ErrorCode::no_space : ErrorCode::unreadable,
                fmt::format("cannot write to standard output: {}", std::strerror(errno)));
  }
}

void print_json(const json& value) {
  print_text(
      value.dump(isatty(STDOUT_FILENO) == 1 ? 2 : -1, ' ', false, json::error_handler_t::replace) +
      "\n");
}

void print_note(const std::string& message) {
  fmt::print(stderr, "forecart: {}\n", message);
}

void print_notes(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) print_note(message);
}

namespace {

/// "a", "a or b", "a, b or c".
std::string either(const std::vector<std::string>& words) {
  const std::string first = fmt::format("{}", fmt::join(words.begin(), words.end() - 1, ", "));
  return words.size() > 1 ? first + " or " + words.back() : words.back();
}

}  // namespace

void check_output(const std::string& path, const std::vector<std::string>& endings) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code unclear;  // then the write itself says what is wrong
  if (!folder.empty() && !std::filesystem::exists(folder, unclear) && !unclear) {
    throw Error(ErrorCode::not_found,
                fmt::format("output '{}' cannot be written: there is no folder '{}'; make it first",
                            path, folder.string()));
  }
  const std::string ending = std::filesystem::path(path).extension();
  if (ending.empty() || std::find(endings.begin(), endings.end(), ending) != endings.end()) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("output '{}' ends with {}; use {}", path, ending, either(endings)));
}

void emit_table(const Table& table, const std::string& path) {
  if (path.empty() || path == "-") {
    print_text(to_csv(table));
  } else if (path.ends_with(".json")) {
    write_file(path, to_json_text(table) + "\n");
  } else {
    write_table(table, path);
  }
}

}  // namespace forecart
