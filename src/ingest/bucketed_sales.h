#pragma once

#include "base/calendar.h"
#include "ingest/dataset_config.h"
#include "table/table.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace forecart {

/// Sales with the bucket of each. Days and longer are found by the civil day, by a join with
/// Calendar's own answer for each day; shorter ones by its arithmetic.
class BucketedSales {
 public:
  /// `condition` is SQL over the sales columns that keeps some of them; "" keeps all. The calendar
  /// must outlive this.
  BucketedSales(const std::vector<std::filesystem::path>& sales, const Calendar& calendar,
                const std::string& condition);

  /// Runs `<select> FROM <sales with their bucket> <tail>` and hands out its rows block by block.
  void run(const std::string& select, const std::string& tail,
           const std::function<void(const Table&)>& consume) const;

 private:
  std::string bucketed(const std::string& day_source) const;

  std::string source_;
  const Calendar& calendar_;
  std::string where_;
  std::int64_t low_ = 0;
  std::int64_t high_ = -1;
};

/// The column of the bucket, as SQL; dimensions may be called anything else.
inline constexpr const char* kBucketColumn = "\"sale:bucket\"";

/// Number of the civil day of a sale, from 1970-01-01, as SQL over the sales columns.
inline constexpr const char* kCivilDay = "(CAST(time AS DATE) - DATE '1970-01-01')";

/// Number of the bucket of a sale on a calendar of less than days, as SQL over the sales columns.
std::string sub_daily_bucket(const Calendar& calendar);

/// A measure as SQL that sums over sales: counts as whole numbers, sums as doubles. `filter` keeps
/// some of the lines of counts, as " FILTER (WHERE ..)"; "" keeps all.
std::string measure_sql(Measure measure, const std::string& filter = "");

/// Whether returns by policy net are left out of it: lines and orders.
bool counts_lines(Measure measure);

}  // namespace forecart
