#include "base/cron.h"
#include "base/error.h"
#include "ingest/alert_toml.h"
#include "ingest/country_holidays.h"
#include "ingest/dataset_config.h"
#include "ingest/toml_section.h"
#include "table/byte_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>

namespace forecart {

namespace {

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
  const Section section(table, place,
                        {"name", "by", "measure", "frequency", "horizon", "hierarchy", "levels"});
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
  section.read_list("by", "a list of dimension names", panel.by);
  section.read_text("hierarchy", panel.hierarchy);
  section.read_list("levels", "a list of levels, such as [\"total\", \"city\"]", panel.levels);
  return panel;
}

InputConfig read_input(const toml::table& table, const Place& place) {
  const Section section(table, place, {"file", "kind", "future", "past", "static", "panels"});
  InputConfig input;
  section.read_text("file", input.file);
  section.read_with("kind", [&](const std::string& text) { input.kind = parse_input_kind(text); });
  section.read_list("future", "a list of columns", input.future);
  section.read_list("past", "a list of columns", input.past);
  section.read_list("static", "a list of columns", input.fixed);
  section.read_list("panels", "a list of panels", input.panels);
  return input;
}

/// "find" or "given".
bool parse_closed(const std::string& text) {
  if (text == "find" || text == "given") return text == "find";
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is not allowed; use \"find\" or \"given\"", text));
}

void read_demand(const toml::table& table, const Place& place, DatasetConfig& config) {
  const Section section(table, place, {"closed", "outliers"});
  section.read_with("closed",
                    [&](const std::string& text) { config.find_closed = parse_closed(text); });
  section.read_with("outliers",
                    [&](const std::string& text) { config.outliers = parse_outlier_policy(text); });
}

/// "upload" or "schedule".
bool parse_scheduled(const std::string& text) {
  if (text == "upload" || text == "schedule") return text == "schedule";
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is not allowed; use \"upload\" or \"schedule\"", text));
}

void read_automation(const toml::table& table, const Place& place, AutomationConfig& automation) {
  constexpr std::int64_t kMost = 1'000'000;
  const Section section(table, place, {"run", "schedule", "priority"});
  section.read_with("run",
                    [&](const std::string& text) { automation.scheduled = parse_scheduled(text); });
  section.read_with("schedule", [&](const std::string& text) {
    if (!text.empty()) CronSchedule::parse(text);
    automation.schedule = text;
  });
  std::int64_t priority = 0;
  section.read("priority", "a whole number", priority);
  if (priority < -kMost || priority > kMost) {
    section.refuse("priority", *table.get("priority"), "within 1000000 of 0");
  }
  automation.priority = static_cast<int>(priority);
}

void check_version(const Section& section) {
  std::int64_t version = 1;
  section.read("version", "a whole number", version);
  if (version > 1) {
    throw Error(ErrorCode::newer_version,
                fmt::format("dataset.toml has version {}; this forecart reads version 1", version));
  }
}

/// Codes of countries, one text or a list of them, joined by commas.
void read_countries(const Section& section, std::string& codes) {
  constexpr std::string_view kKey = "holidays";
  std::vector<std::string> list;
  if (section.is_list(kKey)) {
    section.read_list(kKey, "a list of countries, such as [\"DE\", \"AT\"]", list);
  } else {
    section.read_text(kKey, codes);
    if (!codes.empty()) list = {codes};
  }
  codes = fmt::format("{}", fmt::join(list, ","));
  section.guard(kKey, [&] {
    if (!list.empty()) require_countries(codes);
  });
}

DatasetConfig read_root(const toml::table& root, const Place& place) {
  const Section section(root, place,
                        {"version", "time_zone", "date_order", "holidays", "currency", "columns",
                         "dimensions", "returns", "csv", "demand", "automation", "report",
                         "quicksight", "panel", "input", "alert", "alerts"});
  check_version(section);
  DatasetConfig config;
  section.read_with("time_zone", [&](const std::string& text) {
    static_cast<void>(TimeZone::named(text));
    config.time_zone = text;
  });
  section.read_with("date_order", [&](const std::string& text) {
    if (text != "auto") config.date_order = parse_date_order(text);
  });
  read_countries(section, config.holidays);
  section.read_with("currency", [&](const std::string& text) {
    if (!text.empty()) check_currency(text);
    config.currency = text;
  });
  if (const auto* table = section.table_of("columns")) read_columns(*table, place, config.columns);
  if (const auto* table = section.table_of("dimensions")) {
    config.dimensions = read_dimensions(*table, place);
  }
  if (const auto* table = section.table_of("returns")) read_returns(*table, place, config);
  if (const auto* table = section.table_of("csv")) read_csv_section(*table, place, config);
  if (const auto* table = section.table_of("demand")) read_demand(*table, place, config);
  if (const auto* table = section.table_of("automation")) {
    read_automation(*table, place, config.automation);
  }
  if (const auto* table = section.table_of("report")) {
    Section(*table, place, {"publish"}).read("publish", "true or false", config.publish_report);
  }
  if (const auto* table = section.table_of("quicksight")) {
    Section(*table, place, {"publish"}).read("publish", "true or false", config.publish_quicksight);
  }
  if (const auto* table = section.table_of("alerts")) {
    config.alert_sinks = read_alert_sinks(*table, place);
  }
  for_each_table(section, "alert", place, [&](const toml::table& table) {
    config.alerts.push_back(read_alert_rule(table, place));
  });
  for_each_table(section, "panel", place, [&](const toml::table& table) {
    config.panels.push_back(read_panel(table, place));
  });
  for_each_table(section, "input", place, [&](const toml::table& table) {
    config.inputs.push_back(read_input(table, place));
  });
  return config;
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

}  // namespace forecart
