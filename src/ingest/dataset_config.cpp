#include "ingest/dataset_config.h"

#include "base/cron.h"
#include "base/error.h"
#include "base/time.h"
#include "ingest/country_holidays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 4> kMeasures{"lines", "orders", "units", "revenue"};
constexpr std::array<std::string_view, 3> kPolicies{"keep", "drop", "net"};
constexpr std::array<std::string_view, 3> kOutlierPolicies{"find", "show", "none"};

constexpr std::array<std::string_view, 6> kInputKinds{"regressor", "price",    "attributes",
                                                      "holidays",  "calendar", "stock"};

/// Columns of the sales file, which dimensions may not be named after.
constexpr std::array<std::string_view, 13> kSalesColumns{
    "line",    "order_id", "time",  "instant",  "product",  "quantity", "unit_price",
    "revenue", "customer", "place", "returned", "row_hash", "total"};

template <std::size_t n>
std::size_t index_of(std::string_view name, const std::array<std::string_view, n>& known,
                     std::string_view what) {
  const auto at = std::find(known.begin(), known.end(), name);
  if (at != known.end()) return static_cast<std::size_t>(at - known.begin());
  throw Error(ErrorCode::unknown_name, fmt::format("{} '{}' is not known; use one of {}", what,
                                                   name, fmt::join(known, ", ")));
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_value, message);
}

/// Every part of a level of the hierarchy is one of the panel's dimensions.
void check_level(const PanelConfig& panel, std::string_view level) {
  if (is_same_name(level, "total")) return;
  for (std::string_view rest = level;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (std::none_of(panel.by.begin(), panel.by.end(),
                     [&](const std::string& name) { return is_same_name(name, part); })) {
      throw Error(ErrorCode::unknown_name,
                  fmt::format("level '{}' of panel '{}': the panel is not cut by '{}'; use total "
                              "or, joined by /, {}",
                              level, panel.name, part, fmt::join(panel.by, ", ")));
    }
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

void check_hierarchy(const PanelConfig& panel) {
  if (panel.hierarchy.empty()) {
    if (panel.levels.empty()) return;
    refuse(fmt::format("panel '{}' has levels but no hierarchy; add hierarchy = \"auto\"",
                       panel.name));
  }
  require_additive(panel.measure, fmt::format("panel '{}': ", panel.name));
  if (panel.by.empty()) {
    refuse(
        fmt::format("panel '{}' is the total alone, which has no hierarchy; name dimensions "
                    "under by",
                    panel.name));
  }
  for (const std::string& level : panel.levels) check_level(panel, level);
}

void check_alert(const AlertRule& rule, const std::vector<PanelConfig>& panels) {
  check_alert_rule(rule);
  if (rule.panel.empty()) return;
  if (std::ranges::find(panels, rule.panel, &PanelConfig::name) != panels.end()) return;
  throw Error(ErrorCode::unknown_name,
              fmt::format("panel '{}' of an alert is not among the panels; name one of [[panel]]",
                          rule.panel));
}

void check_panel(const PanelConfig& panel, const std::vector<Dimension>& dimensions) {
  if (panel.name.empty()) refuse("a [[panel]] has no name; give it one");
  if (panel.horizon < 1) {
    refuse(fmt::format("horizon {} of panel '{}' is not 1 or more", panel.horizon, panel.name));
  }
  for (const std::string& name : panel.by) {
    const bool declared = std::any_of(dimensions.begin(), dimensions.end(),
                                      [&](const Dimension& known) { return known.name == name; });
    if (declared || is_built_in_dimension(name)) continue;
    throw Error(
        ErrorCode::unknown_name,
        fmt::format("panel '{}' is cut by '{}', which is neither product, customer or place "
                    "nor declared under [dimensions]",
                    panel.name, name));
  }
  check_hierarchy(panel);
}

void check_dimension(const Dimension& dimension) {
  const auto* const taken =
      std::find_if(kSalesColumns.begin(), kSalesColumns.end(),
                   [&](std::string_view column) { return is_same_name(column, dimension.name); });
  if (dimension.name.empty() || taken != kSalesColumns.end()) {
    refuse(fmt::format("dimension '{}' needs another name; taken are: {}", dimension.name,
                       fmt::join(kSalesColumns, ", ")));
  }
  if (dimension.expression.empty()) {
    refuse(
        fmt::format("dimension '{}' has no expression; give an SQL expression over the columns, "
                    "for example \"\\\"Country\\\"\"",
                    dimension.name));
  }
}

void check_csv(const CsvOptions& csv) {
  const auto bad = [](char c) { return c == '\n' || c == '\r' || (c & 0x80) != 0; };
  if (csv.delimiter &&
      (bad(*csv.delimiter) || *csv.delimiter == csv.quote || *csv.delimiter == 0)) {
    refuse("csv.delimiter must be one ASCII character other than the quote and a line end");
  }
  if (bad(csv.quote)) refuse("csv.quote must be one ASCII character, or \"\" for none");
}

/// Refuses a name that is the same as an earlier one by `same`.
template <typename Items, typename Same>
void check_unique(const Items& items, std::string_view what, const Same& same) {
  for (auto item = items.begin(); item != items.end(); ++item) {
    if (std::none_of(items.begin(), item,
                     [&](const auto& earlier) { return same(earlier.name, item->name); })) {
      continue;
    }
    refuse(fmt::format("{} '{}' is there twice", what, item->name));
  }
}

bool has_roles(InputKind kind) {
  return kind == InputKind::regressor || kind == InputKind::price;
}

/// Every kind has the roles that it can have, and those that it must have.
void check_roles(const InputConfig& input) {
  const std::string kind = to_string(input.kind);
  if (!has_roles(input.kind) && !(input.future.empty() && input.past.empty())) {
    refuse(
        fmt::format("input '{}' of kind {} takes neither future nor past columns; leave them out",
                    input.file, kind));
  }
  if (input.kind != InputKind::attributes && !input.fixed.empty()) {
    refuse(
        fmt::format("input '{}' of kind {} takes no static columns; give them in a table of "
                    "kind attributes",
                    input.file, kind));
  }
  if (has_roles(input.kind) && input.future.empty() && input.past.empty()) {
    refuse(fmt::format("input '{}' names no column; list each under future (known ahead) or past",
                       input.file));
  }
  if (input.kind == InputKind::attributes && input.fixed.empty()) {
    refuse(fmt::format("input '{}' names no column; list each under static", input.file));
  }
}

void check_input(const InputConfig& input, const std::vector<PanelConfig>& panels) {
  const std::filesystem::path file(input.file);
  const bool leaves =
      std::any_of(file.begin(), file.end(), [](const auto& part) { return part == ".."; });
  if (input.file.empty() || file.is_absolute() || leaves) {
    refuse(fmt::format("file '{}' of an [[input]] is no path below inputs/ of the data set",
                       input.file));
  }
  check_roles(input);
  for (const std::string& name : input.panels) {
    const bool known = std::any_of(panels.begin(), panels.end(),
                                   [&](const PanelConfig& panel) { return panel.name == name; });
    if (known) continue;
    throw Error(
        ErrorCode::unknown_name,
        fmt::format("input '{}' is for the panel '{}', which is not declared", input.file, name));
  }
}

}  // namespace

DatasetConfig what_forecasts_depend_on(DatasetConfig config) {
  config.automation = {};
  config.publish_report = false;
  config.publish_quicksight = false;
  config.alerts.clear();
  config.alert_sinks = {};
  config.currency.clear();
  return config;
}

DatasetConfig what_cleaning_depends_on(const DatasetConfig& config) {
  DatasetConfig cleaning;
  cleaning.columns = config.columns;
  cleaning.time_zone = config.time_zone;
  cleaning.date_order = config.date_order;
  cleaning.dimensions = config.dimensions;
  cleaning.returns = config.returns;
  cleaning.credit_prefix = config.credit_prefix;
  cleaning.csv = config.csv;
  cleaning.decimal = config.decimal;
  return cleaning;
}

void DatasetConfig::validate() const {
  static_cast<void>(TimeZone::named(time_zone));
  if (!holidays.empty()) require_countries(holidays);
  if (!currency.empty()) check_currency(currency);
  check_csv(csv);
  for (const Dimension& dimension : dimensions) check_dimension(dimension);
  check_unique(dimensions, "dimension", is_same_name);
  for (const PanelConfig& panel : panels) check_panel(panel, dimensions);
  check_unique(panels, "panel", std::equal_to<>());
  for (const InputConfig& input : inputs) check_input(input, panels);
  for (const AlertRule& rule : alerts) check_alert(rule, panels);
  check_alert_sinks(alert_sinks);
  if (!automation.schedule.empty()) CronSchedule::parse(automation.schedule);
  if (automation.scheduled && automation.schedule.empty()) {
    refuse("run = \"schedule\" needs a schedule, such as \"0 6 * * *\"");
  }
}

void check_currency(std::string_view code) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code.size() == 3 && std::all_of(code.begin(), code.end(), capital)) return;
  refuse(
      fmt::format("'{}' is no currency; give its code of ISO 4217, such as USD or EUR, or \"\" "
                  "for none",
                  code));
}

bool is_built_in_dimension(std::string_view name) {
  return name == "product" || name == "customer" || name == "place";
}

bool is_same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char left, char right) { return lower(left) == lower(right); });
}

void require_additive(Measure measure, const std::string& place) {
  if (measure != Measure::orders) return;
  refuse(
      fmt::format("{}measure '{}' does not add up over a hierarchy: an order of two products is "
                  "one order in the total and one of each product; use lines, units or revenue, "
                  "or no hierarchy",
                  place, to_string(measure)));
}

Measure parse_measure(std::string_view name) {
  return static_cast<Measure>(index_of(name, kMeasures, "measure"));
}

std::string to_string(Measure measure) {
  return std::string(kMeasures[static_cast<std::size_t>(measure)]);
}

InputKind parse_input_kind(std::string_view name) {
  return static_cast<InputKind>(index_of(name, kInputKinds, "kind of input"));
}

std::string to_string(InputKind kind) {
  return std::string(kInputKinds[static_cast<std::size_t>(kind)]);
}

ReturnPolicy parse_return_policy(std::string_view name) {
  return static_cast<ReturnPolicy>(index_of(name, kPolicies, "returns policy"));
}

std::string to_string(ReturnPolicy policy) {
  return std::string(kPolicies[static_cast<std::size_t>(policy)]);
}

OutlierPolicy parse_outlier_policy(std::string_view name) {
  return static_cast<OutlierPolicy>(index_of(name, kOutlierPolicies, "treatment of outliers"));
}

std::string to_string(OutlierPolicy policy) {
  return std::string(kOutlierPolicies[static_cast<std::size_t>(policy)]);
}

}  // namespace forecart
