#pragma once

#include "base/calendar.h"
#include "ingest/dataset_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// How much time a row of an answer stands for. Hours are equal steps of absolute time, days and
/// longer follow the civil calendar of the shop, weeks begin on Monday: as panels have them.
enum class Grain { hour, day, week, month, quarter, year, total };

/// "hour", "day", ...; throws Error unknown_name with the list, the nearest first.
Grain parse_grain(std::string_view name);
std::string to_string(Grain grain);
/// The buckets of a grain; of `total` the years, which say nothing there.
Calendar calendar_of(Grain grain, const TimeZone& zone);

/// What queries of a data set may name, and how its sales count.
struct SalesSchema {
  std::vector<std::string> dimensions;  ///< product, customer, place, then the declared ones
  TimeZone zone;
  ReturnPolicy returns = ReturnPolicy::net;
};
SalesSchema sales_schema(const DatasetConfig& config);

/// Keeps lines whose dimension has one of these values; "" is a line without one.
struct SalesFilter {
  std::string dimension;
  std::vector<std::string> values;

  friend bool operator==(const SalesFilter&, const SalesFilter&) = default;
};

/// A question about clean sales: one row per combination of values of `by` and bucket of `grain` in
/// which there are order lines, returns included, with the sums of the measures.
struct SalesQuery {
  std::vector<std::string> by;  ///< dimensions, at most kMostKeys
  Grain grain = Grain::total;
  std::vector<Measure> measures{Measure::lines, Measure::units, Measure::revenue};
  std::vector<SalesFilter> filters;  ///< all must hold; one per dimension
  std::optional<Instant> from;       ///< sales at or after it; the start of an hour or day
  std::optional<Instant> until;      ///< sales before it; likewise
  /// By time, then by values of `by`; or by a measure, then as before.
  std::optional<Measure> order;
  bool descending = false;  ///< largest measure, or latest bucket, first
  std::int64_t limit = 1000;
  std::int64_t offset = 0;

  static constexpr std::size_t kMostKeys = 4;
  static constexpr std::size_t kMostValues = 1000;  ///< of all filters together
  static constexpr std::size_t kLongestValue = 10'000;
  static constexpr std::int64_t kMostRows = 100'000;

  /// Throws Error unknown_name for a dimension that is not there, the nearest of the list first,
  /// and invalid_value for what is out of bounds: too many keys, values or rows, a text that is not
  /// UTF-8 or holds NUL, a time that begins neither an hour nor a day.
  void validate(const SalesSchema& schema) const;

  friend bool operator==(const SalesQuery&, const SalesQuery&) = default;
};

using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// Reads a query from names and values, as a URL has them:
///
///   by=city,product  grain=week  measure=revenue,orders  city=Boston  city=Austin
///   from=2019-01-01  to=2019-07-01  order=-revenue  limit=10  offset=20
///
/// `by` and `measure` take lists or are repeated; a dimension given twice keeps either value. A
/// dimension called like one of the other words is filtered by as `in.<name>`; any may be. `to` is
/// the first instant that does not count; times without offset are the shop's. `order` is `time` or
/// a measure asked for, largest first with `-`. Throws Error unknown_name with what is allowed, the
/// nearest first, and invalid_value as validate does.
SalesQuery parse_sales_query(const NamedValues& values, const SalesSchema& schema);

/// The same names and values for equal queries: parse_sales_query gives the query back.
NamedValues named_values(const SalesQuery& query);

/// Throws Error unknown_name unless `name` is among the dimensions.
void require_dimension(const std::string& name, const SalesSchema& schema);

/// Throws Error invalid_value unless a text may be looked for: UTF-8 without NUL, not too long.
void require_searchable(std::string_view text, std::string_view what);

}  // namespace forecart
