#include "ingest/dataset_config.h"

#include "base/error.h"
#include "base/time.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 4> kMeasures{"lines", "orders", "units", "revenue"};
constexpr std::array<std::string_view, 3> kPolicies{"keep", "drop", "net"};

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

}  // namespace

void DatasetConfig::validate() const {
  static_cast<void>(TimeZone::named(time_zone));
  check_csv(csv);
  for (const Dimension& dimension : dimensions) check_dimension(dimension);
  check_unique(dimensions, "dimension", is_same_name);
  for (const PanelConfig& panel : panels) check_panel(panel, dimensions);
  check_unique(panels, "panel", std::equal_to<>());
}

bool is_built_in_dimension(std::string_view name) {
  return name == "product" || name == "customer" || name == "place";
}

bool is_same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char left, char right) { return lower(left) == lower(right); });
}

Measure parse_measure(std::string_view name) {
  return static_cast<Measure>(index_of(name, kMeasures, "measure"));
}

std::string to_string(Measure measure) {
  return std::string(kMeasures[static_cast<std::size_t>(measure)]);
}

ReturnPolicy parse_return_policy(std::string_view name) {
  return static_cast<ReturnPolicy>(index_of(name, kPolicies, "returns policy"));
}

std::string to_string(ReturnPolicy policy) {
  return std::string(kPolicies[static_cast<std::size_t>(policy)]);
}

}  // namespace forecart
