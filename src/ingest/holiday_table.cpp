#include "ingest/holiday_table.h"

#include "base/error.h"
#include "ingest/dated_rows.h"
#include "table/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace forecart {

namespace {

using Eigen::Index;
using std::chrono::days;
using std::chrono::local_days;

constexpr std::int64_t kLongestWindow = 366;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

class HolidayReader {
 public:
  /// Dates are taken as they are written, in no zone.
  explicit HolidayReader(const std::filesystem::path& path) : rows_(path, TimeZone{}) {}

  std::vector<HolidaySpan> read() {
    rows_.require_distinct_columns();
    const auto time = rows_.find({"ds", "date"});
    const auto name = rows_.find({"holiday"});
    if (!time || !name) {
      refuse(fmt::format("'{}' needs the columns ds and holiday", rows_.file()));
    }
    name_ = *name;
    lower_ = rows_.find({"lower_window"});
    upper_ = rows_.find({"upper_window"});
    rows_.survey(*time, TimeKind::time);
    rows_.for_each([this](const Record& record) { take(record); });
    if (spans_.empty()) refuse(fmt::format("'{}' holds a header but no rows", rows_.file()));
    return std::move(spans_);
  }

 private:
  void take(const Record& record) {
    const std::string_view name = trim(record.fields[name_]);
    if (name.empty()) {
      refuse(
          fmt::format("line {} of '{}' has no holiday; write its name", record.line, rows_.file()));
    }
    const auto day = std::chrono::floor<days>(TimeZone{}.civil(rows_.time(record)));
    const auto [at, is_new] = lines_.try_emplace({std::string(name), day}, record.line);
    if (!is_new) {
      refuse(fmt::format("'{}' has the holiday '{}' twice on one day: lines {} and {}; keep one",
                         rows_.file(), name, at->second, record.line));
    }
    const days before(window(record, lower_, "lower_window", -1));
    const days after(window(record, upper_, "upper_window", 1));
    spans_.push_back({std::string(name), day + before, day + after});
  }

  /// Days of a window whose sign is given; 0 for an empty cell or without the column.
  std::int64_t window(const Record& record, std::optional<std::size_t> column, const char* what,
                      int sign) const {
    if (!column) return 0;
    const std::string_view cell = trim(record.fields[*column]);
    if (cell.empty()) return 0;
    const auto value = parse_integer(cell);
    if (value && *value * sign >= 0 && *value * sign <= kLongestWindow) return *value;
    refuse(fmt::format("line {} of '{}': {} '{}' is no whole number from {} to {}", record.line,
                       rows_.file(), what, cell, sign < 0 ? -kLongestWindow : 0,
                       sign < 0 ? 0 : kLongestWindow));
  }

  DatedRows rows_;
  std::size_t name_ = 0;
  std::optional<std::size_t> lower_;
  std::optional<std::size_t> upper_;
  std::vector<HolidaySpan> spans_;
  std::map<std::pair<std::string, local_days>, std::int64_t> lines_;
};

std::vector<std::string> names_of(const std::vector<HolidaySpan>& holidays) {
  std::vector<std::string> names;
  for (const HolidaySpan& holiday : holidays) {
    if (std::find(names.begin(), names.end(), holiday.name) == names.end()) {
      names.push_back(holiday.name);
    }
  }
  return names;
}

}  // namespace

std::vector<HolidaySpan> read_holidays(const std::filesystem::path& path) {
  return HolidayReader(path).read();
}

void add_holidays(const std::vector<HolidaySpan>& holidays, const Calendar& calendar, Bucket from,
                  Bucket to, Covariates& covariates) {
  if (calendar.frequency().unit == FrequencyUnit::counter) {
    throw Error(ErrorCode::invalid_value,
                "holidays need dates, but ds of the data is a counter; give ds as times");
  }
  const std::vector<std::string> names = names_of(holidays);
  CovariateBlock block{from, Eigen::MatrixXd::Zero(to - from, std::ssize(names))};
  for (const HolidaySpan& holiday : holidays) {
    const auto column = std::find(names.begin(), names.end(), holiday.name) - names.begin();
    const Instant start = calendar.zone().instant(holiday.first);
    const Instant end = calendar.zone().instant(holiday.last + days(1));
    const Bucket first = std::max(calendar.bucket(start), from);
    const Bucket last = std::min(calendar.bucket(end - std::chrono::microseconds(1)), to - 1);
    for (Bucket bucket = first; bucket <= last; ++bucket) block.values(bucket - from, column) = 1;
  }
  covariates.add_shared(names, block);
}

}  // namespace forecart
