#include "ingest/toml_edit.h"

#include "base/error.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstddef>

namespace forecart {

namespace {

/// Byte of a place in a text; toml++ counts lines, and characters of UTF-8, from 1.
std::size_t byte_at(std::string_view text, const toml::source_position& place) {
  std::size_t at = 0;
  for (toml::source_index line = 1; line < place.line; ++line) at = text.find('\n', at) + 1;
  const auto inside = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
  };
  for (toml::source_index column = 1; column < place.column && at < text.size(); ++column) {
    ++at;
    while (inside(at)) ++at;
  }
  return at;
}

std::string line_of(const TomlEdit& edit) {
  return fmt::format("{} = {}\n", edit.key, edit.value);
}

/// A line below the head of a table, or one in front of everything for none.
std::string inserted(std::string text, const toml::table& table, const TomlEdit& edit) {
  if (edit.table.empty()) return line_of(edit) + text;
  if (table.is_inline()) return text;  // the check behind it says that this cannot be done
  const std::size_t head = byte_at(text, table.source().begin);
  const std::size_t end = text.find('\n', head);
  if (end == std::string::npos) return text + '\n' + line_of(edit);
  return text.insert(end + 1, line_of(edit));
}

std::string changed(std::string text, const TomlEdit& edit) {
  const toml::table root = toml::parse(text);
  const toml::node* const place = edit.table.empty() ? &root : root.get(edit.table);
  if (place == nullptr) return fmt::format("{}\n[{}]\n{}", text, edit.table, line_of(edit));
  const toml::table* const table = place->as_table();
  if (table == nullptr) return text;
  const toml::node* const node = table->get(edit.key);
  if (node == nullptr) return inserted(std::move(text), *table, edit);
  const std::size_t begin = byte_at(text, node->source().begin);
  const std::size_t end = byte_at(text, node->source().end);
  return text.replace(begin, end - begin, edit.value);
}

/// As TOML writes what stands there now; "" for nothing.
std::string written(const std::string& text, const TomlEdit& edit) {
  const toml::table root = toml::parse(text);
  const auto place = edit.table.empty() ? root[edit.key] : root[edit.table][edit.key];
  if (place.node() == nullptr) return "";
  const std::size_t begin = byte_at(text, place.node()->source().begin);
  return text.substr(begin, byte_at(text, place.node()->source().end) - begin);
}

std::string checked(std::string text, const TomlEdit& edit) {
  try {
    if (written(text, edit) == edit.value) return text;
  } catch (const toml::parse_error&) {  // said below
  }
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("'{}' is written in a form that cannot be changed here; write it as "
                  "{}{} = ... on a line of its own",
                  edit.key, edit.table.empty() ? "" : fmt::format("[{}] ", edit.table), edit.key));
}

}  // namespace

std::string edited_toml(std::string_view text, const std::vector<TomlEdit>& edits) {
  std::string result(text);
  try {
    for (const TomlEdit& edit : edits) result = checked(changed(std::move(result), edit), edit);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
  return result;
}

}  // namespace forecart
