#include "base/error.h"
#include "ingest/dataset_config.h"
#include "table/byte_source.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <sstream>

namespace forecart {

namespace {

/// Where a key stands, for messages: "dataset.toml, line 7".
struct Place {
  std::string file;

  std::string at(const toml::node& node) const {
    return fmt::format("{}, line {}", file, node.source().begin.line);
  }
};

using Names = std::initializer_list<std::string_view>;

/// One table of the file: hands out its values by key and refuses what is left.
class Section {
 public:
  Section(const toml::table& table, const Place& place, Names known)
      : table_(table), place_(place) {
    for (const auto& [key, value] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      throw Error(ErrorCode::unknown_name,
                  fmt::format("{}: key '{}' is not known here; known are: {}", place.at(value),
                              key.str(), fmt::join(known, ", ")));
    }
  }

  template <typename Value>
  void read(std::string_view key, std::string_view wanted, Value& result) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<Value>();
    if (!value) refuse(key, *node, wanted);
    result = *value;
  }

  void read_text(std::string_view key, std::string& result) const { read(key, "text", result); }

  /// Reads text and turns it into a value; what `turn` throws gets the place in front.
  void read_with(std::string_view key, const std::function<void(const std::string&)>& turn) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    if (!text) refuse(key, *node, "text");
    try {
      turn(*text);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}: {}: {}", place_.at(*node), key, error.what()));
    }
  }

  [[noreturn]] void refuse(std::string_view key, const toml::node& node,
                           std::string_view wanted) const {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: '{}' must be {}", place_.at(node), key, wanted));
  }

  const toml::table* table_of(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    if (node != nullptr && !node->is_table()) refuse(key, *node, "a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  const toml::array* array_of(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    if (node != nullptr && !node->is_array()) refuse(key, *node, "an array");
    return node == nullptr ? nullptr : node->as_array();
  }

 private:
  const toml::table& table_;
  const Place& place_;
};

void read_columns(const toml::table& table, const Place& place, ColumnMapping& columns) {
  const Section section(
      table, place,
      {"order_id", "time", "product", "quantity", "unit_price", "revenue", "customer", "place"});
  section.read_text("order_id", columns.order_id);
  section.read_text("time", columns.time);
  section.read_text("product", columns.product);
  section.read_text("quantity", columns.quantity);
  section.read_text("unit_price", columns.unit_price);
  section.read_text("revenue", columns.revenue);
  section.read_text("customer", columns.customer);
  section.read_text("place", columns.place);
}

/// Keys of [dimensions] are names of the user's; they keep the order of the file.
std::vector<Dimension> read_dimensions(const toml::table& table, const Place& place) {
  std::vector<std::pair<toml::source_position, Dimension>> found;
  for (const auto& [key, value] : table) {
    const auto expression = value.value_exact<std::string>();
    if (!expression) {
      throw Error(ErrorCode::invalid_value, fmt::format("{}: dimension '{}' must be text, an SQL "
                                                        "expression over the columns",
                                                        place.at(value), key.str()));
    }
    found.push_back({value.source().begin, {std::string(key.str()), *expression}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Dimension> result;
  for (auto& [position, dimension] : found) result.push_back(std::move(dimension));
  return result;
}

/// One character, or nothing for an empty text.
std::optional<char> single_character(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text.size() == 1) return text.front();
  throw Error(ErrorCode::invalid_value, fmt::format("'{}' is not one ASCII character", text));
}

DecimalMark parse_decimal(const std::string& text) {
  if (text == ".") return DecimalMark::point;
  if (text == ",") return DecimalMark::comma;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is not allowed; use \".\", \",\" or \"auto\"", text));
}

void read_csv_section(const toml::table& table, const Place& place, DatasetConfig& config) {
  const Section section(table, place, {"delimiter", "quote", "header", "decimal"});
  section.read_with("delimiter", [&](const std::string& text) {
    if (text != "auto") config.csv.delimiter = single_character(text).value_or('\0');
  });
  section.read_with("quote", [&](const std::string& text) {
    config.csv.quote = single_character(text).value_or('\0');
  });
  section.read("header", "true or false", config.csv.header);
  section.read_with("decimal", [&](const std::string& text) {
    if (text != "auto") config.decimal = parse_decimal(text);
  });
}

void read_returns(const toml::table& table, const Place& place, DatasetConfig& config) {
  const Section section(table, place, {"policy", "credit_prefix"});
  section.read_with("policy",
                    [&](const std::string& text) { config.returns = parse_return_policy(text); });
  section.read_text("credit_prefix", config.credit_prefix);
}

PanelConfig read_panel(const toml::table& table, const Place& place) {
  const Section section(table, place, {"name", "by", "measure", "frequency", "horizon"});
  PanelConfig panel;
  section.read_text("name", panel.name);
  section.read_with("measure",
                    [&](const std::string& text) { panel.measure = parse_measure(text); });
  section.read_with("frequency",
                    [&](const std::string& text) { panel.frequency = Frequency::parse(text); });
  std::int64_t horizon = panel.horizon;
  section.read("horizon", "a whole number", horizon);
  if (horizon < 1 || horizon > 1'000'000) {
    section.refuse("horizon", *table.get("horizon"), "a whole number from 1 to 1000000");
  }
  panel.horizon = static_cast<int>(horizon);
  if (const toml::array* const by = section.array_of("by")) {
    for (const toml::node& item : *by) {
      const auto name = item.value_exact<std::string>();
      if (!name) section.refuse("by", item, "a list of dimension names");
      panel.by.push_back(*name);
    }
  }
  return panel;
}

void read_panels(const toml::array& array, const Place& place, DatasetConfig& config) {
  for (const toml::node& item : array) {
    if (!item.is_table()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("{}: panel must be written as [[panel]]", place.at(item)));
    }
    config.panels.push_back(read_panel(*item.as_table(), place));
  }
}

void check_version(const Section& section) {
  std::int64_t version = 1;
  section.read("version", "a whole number", version);
  if (version > 1) {
    throw Error(ErrorCode::newer_version,
                fmt::format("dataset.toml has version {}; this forecart reads version 1", version));
  }
}

DatasetConfig read_root(const toml::table& root, const Place& place) {
  const Section section(
      root, place,
      {"version", "time_zone", "date_order", "columns", "dimensions", "returns", "csv", "panel"});
  check_version(section);
  DatasetConfig config;
  section.read_with("time_zone", [&](const std::string& text) {
    static_cast<void>(TimeZone::named(text));
    config.time_zone = text;
  });
  section.read_with("date_order", [&](const std::string& text) {
    if (text != "auto") config.date_order = parse_date_order(text);
  });
  if (const auto* table = section.table_of("columns")) read_columns(*table, place, config.columns);
  if (const auto* table = section.table_of("dimensions")) {
    config.dimensions = read_dimensions(*table, place);
  }
  if (const auto* table = section.table_of("returns")) read_returns(*table, place, config);
  if (const auto* table = section.table_of("csv")) read_csv_section(*table, place, config);
  if (const auto* array = section.array_of("panel")) read_panels(*array, place, config);
  return config;
}

/// Text as a TOML basic string.
std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += fmt::format("\\{}", c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string key_line(std::string_view key, std::string_view value, std::string_view comment) {
  return fmt::format("{:<32} # {}\n", fmt::format("{} = {}", key, value), comment);
}

std::string columns_toml(const ColumnMapping& columns) {
  std::string result =
      "\n# Which column of the order files plays which part; \"\" for none.\n[columns]\n";
  result += key_line("time", toml_text(columns.time), "when it was ordered; the only one needed");
  result +=
      key_line("order_id", toml_text(columns.order_id), "lines with the same id are one order");
  result += key_line("product", toml_text(columns.product), "what was ordered");
  result += key_line("quantity", toml_text(columns.quantity), "units of the line; without it 1");
  result += key_line("unit_price", toml_text(columns.unit_price), "price of one unit");
  result +=
      key_line("revenue", toml_text(columns.revenue), "of the line; else quantity * unit_price");
  result += key_line("customer", toml_text(columns.customer), "who ordered");
  return result +
         key_line("place", toml_text(columns.place), "where it was ordered from or goes to");
}

std::string dimensions_toml(const std::vector<Dimension>& dimensions) {
  std::string result =
      "\n# Further columns to cut panels by: SQL expressions over the columns of the files,\n"
      "# for example country = '\"Country\"'.\n[dimensions]\n";
  for (const Dimension& dimension : dimensions) {
    result += fmt::format("{} = {}\n", toml_text(dimension.name), toml_text(dimension.expression));
  }
  return result;
}

std::string csv_toml(const DatasetConfig& config) {
  const CsvOptions& csv = config.csv;
  const std::string delimiter = csv.delimiter ? std::string(1, *csv.delimiter) : "auto";
  const std::string quote = csv.quote == '\0' ? "" : std::string(1, csv.quote);
  const std::string decimal = !config.decimal                         ? "auto"
                              : *config.decimal == DecimalMark::point ? "."
                                                                      : ",";
  std::string result = "\n[csv]\n";
  result += key_line("delimiter", toml_text(delimiter), "one character, or auto");
  result += key_line("quote", toml_text(quote), "one character, or \"\" for none");
  result +=
      key_line("header", csv.header ? "true" : "false", "false: columns are column1, column2, ...");
  return result + key_line("decimal", toml_text(decimal), "\".\" or \",\", or auto");
}

std::string panel_toml(const PanelConfig& panel) {
  std::vector<std::string> by;
  for (const std::string& name : panel.by) by.push_back(toml_text(name));
  std::string result = "\n[[panel]]\n";
  result +=
      key_line("name", toml_text(panel.name), "name of the panel in runs and on the dashboard");
  result += key_line("by", fmt::format("[{}]", fmt::join(by, ", ")),
                     "one series per value: dimensions, product, customer, place; [] is the total");
  result +=
      key_line("measure", toml_text(to_string(panel.measure)), "lines, orders, units or revenue");
  result += key_line("frequency", toml_text(panel.frequency.name()), "h, D, W-MON, MS, 15min, ...");
  return result + key_line("horizon", std::to_string(panel.horizon), "steps to forecast");
}

}  // namespace

DatasetConfig parse_dataset_config(std::string_view toml_text, const std::string& place) {
  try {
    const toml::table root = toml::parse(toml_text, place);
    DatasetConfig config = read_root(root, Place{place});
    config.validate();
    return config;
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_data, fmt::format("{}, line {}: {}", place,
                                                 error.source().begin.line, error.description()));
  }
}

DatasetConfig read_dataset_config(const std::filesystem::path& path) {
  require_readable_file(path);
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_dataset_config(text, path.string());
}

std::string to_toml(const DatasetConfig& config) {
  std::string result = "# How forecart reads the order files of this data set.\nversion = 1\n";
  result += key_line("time_zone", toml_text(config.time_zone),
                     "IANA name of the wall clock in the files; none: taken as it is");
  result +=
      key_line("date_order", toml_text(config.date_order ? to_string(*config.date_order) : "auto"),
               "mdy, dmy or ymd, for dates like 03/04/19; auto looks at the column");
  result += columns_toml(config.columns) + dimensions_toml(config.dimensions);
  result += "\n[returns]\n";
  result +=
      key_line("policy", toml_text(to_string(config.returns)),
               "keep: lines like others; drop: rejected; net: subtract units and revenue only");
  result += key_line("credit_prefix", toml_text(config.credit_prefix),
                     "order ids that begin so, then a digit, are cancellations");
  result += csv_toml(config);
  for (const PanelConfig& panel : config.panels) result += panel_toml(panel);
  return result;
}

void write_dataset_config(const DatasetConfig& config, const std::filesystem::path& path) {
  write_file(path, to_toml(config));
}

}  // namespace forecart
