#include "pipeline/tried_settings.h"

#include "base/error.h"
#include "ingest/toml_text.h"
#include "table/database.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

using nlohmann::json;

/// A key of dataset.toml by the name that it has alone.
struct Known {
  std::string_view name;
  std::string_view table;
  std::string_view key;
};

constexpr std::array<Known, 14> kKnown{{{"time", "columns", "time"},
                                        {"order_id", "columns", "order_id"},
                                        {"product", "columns", "product"},
                                        {"quantity", "columns", "quantity"},
                                        {"unit_price", "columns", "unit_price"},
                                        {"revenue", "columns", "revenue"},
                                        {"customer", "columns", "customer"},
                                        {"place", "columns", "place"},
                                        {"time_zone", "", "time_zone"},
                                        {"date_order", "", "date_order"},
                                        {"delimiter", "csv", "delimiter"},
                                        {"decimal", "csv", "decimal"},
                                        {"header", "csv", "header"},
                                        {"returns", "returns", "policy"}}};

/// A plain name for a column, which TOML takes as it is: "Ship Country" becomes ship_country.
std::string plain_name(std::string_view column) {
  std::string name;
  for (const char c : column) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (plain) name += lower;
    if (!plain && !name.empty() && name.back() != '_') name += '_';
  }
  if (name.ends_with('_')) name.pop_back();
  return name.empty() ? "dimension" : name;
}

/// Of a JSON array of columns.
void add_dimensions(const std::string& value, std::vector<TomlEdit>& edits) {
  const json columns = json::parse(value, nullptr, false);
  const bool is_list = columns.is_array() && std::ranges::all_of(columns, &json::is_string);
  if (!is_list) {
    throw Error(ErrorCode::invalid_value,
                "'dimensions' is no list of columns; give a JSON array of their names, such as "
                "[\"Country\"]");
  }
  for (const json& column : columns) {
    const auto name = column.get<std::string>();
    edits.push_back({"dimensions", plain_name(name), toml_text(sql_identifier(name))});
  }
}

/// As TOML writes it; a truth is no text.
std::string toml_value(std::string_view name, const std::string& value) {
  const bool truth = name == "header" && (value == "true" || value == "false");
  return truth ? value : toml_text(value);
}

}  // namespace

std::vector<std::string_view> tried_setting_names() {
  std::vector<std::string_view> names;
  for (const Known& known : kKnown) names.push_back(known.name);
  return names;
}

std::vector<TomlEdit> settings_to_try(
    const std::vector<std::pair<std::string, std::string>>& named) {
  std::vector<TomlEdit> edits;
  for (const auto& [name, value] : named) {
    if (name == "dimensions") add_dimensions(value, edits);
    const auto* const known = std::ranges::find(kKnown, name, &Known::name);
    if (known == kKnown.end()) continue;
    edits.push_back({std::string(known->table), std::string(known->key), toml_value(name, value)});
  }
  return edits;
}

}  // namespace forecart
