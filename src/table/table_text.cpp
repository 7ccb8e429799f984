#include "table/table_text.h"

#include "table/csv_record.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace forecart {

namespace {

using nlohmann::json;

std::string json_text(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void append_json(std::string& text, const std::string& value) {
  if (!std::all_of(value.begin(), value.end(), is_plain)) {
    text += json_text(value);
    return;
  }
  text += '"';
  text += value;
  text += '"';
}

/// With a point or an exponent, so that readers see that it is no whole number.
void append_json(std::string& text, double value) {
  if (!std::isfinite(value)) {
    text += "null";
    return;
  }
  const std::size_t before = text.size();
  fmt::format_to(std::back_inserter(text), "{}", value);
  if (text.find_first_of(".e", before) == std::string::npos) text += ".0";
}

void append_json(std::string& text, std::int64_t value) {
  fmt::format_to(std::back_inserter(text), "{}", value);
}

void append_json(std::string& text, bool value) {
  text += value ? "true" : "false";
}

void append_json_cell(std::string& text, const Column& column, std::size_t row) {
  std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        const Value& value = values[row];
        append_json(text, value);
      },
      column.values);
}

/// A column and how its member begins: `"name":`.
struct Member {
  std::string start;
  const Column* column;
};

std::vector<Member> members_of(const Table& table) {
  std::vector<const Column*> columns;
  for (const Column& column : table.columns()) columns.push_back(&column);
  std::ranges::sort(columns, {}, &Column::name);
  std::vector<Member> members;
  for (const Column* const column : columns) {
    members.push_back({(members.empty() ? "" : ",") + json_text(column->name) + ":", column});
  }
  return members;
}

}  // namespace

void append_csv_header(std::string& text, const Table& table) {
  for (const Column& column : table.columns()) {
    append_csv_cell(text, column.name);
    text += ',';
  }
  if (!table.columns().empty()) text.back() = '\n';
}

void append_csv_rows(std::string& text, const Table& table) {
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    for (const Column& column : table.columns()) {
      append_csv_cell(text, cell_text(column, row));
      text += ',';
    }
    text.back() = '\n';
  }
}

void append_json_rows(std::string& text, const Table& table) {
  const std::vector<Member> members = members_of(table);
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    text += row == 0 ? "{" : ",{";
    for (const Member& member : members) {
      text += member.start;
      append_json_cell(text, *member.column, row);
    }
    text += '}';
  }
}

std::string to_csv(const Table& table) {
  std::string text;
  append_csv_header(text, table);
  append_csv_rows(text, table);
  return text;
}

std::string to_json_text(const Table& table) {
  std::string text = "[";
  append_json_rows(text, table);
  text += ']';
  return text;
}

json rows_json(const Table& table) {
  return json::parse(to_json_text(table));
}

}  // namespace forecart
