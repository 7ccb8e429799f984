#include "ingest/regressor_table.h"

#include "base/error.h"
#include "ingest/dated_rows.h"
#include "table/column_guess.h"
#include "table/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

/// The rows of one series, or those for all, as they stand in the file.
struct RawBlock {
  std::vector<Bucket> buckets;
  std::vector<std::int64_t> lines;
  std::vector<double> cells;  // (rows, regressors) by row
};

class RegressorReader {
 public:
  RegressorReader(const std::filesystem::path& path, const Panel& panel)
      : panel_(panel), rows_(path, panel.calendar().zone()) {}

  Covariates read() {
    find_columns();
    const bool counter = panel_.calendar().frequency().unit == FrequencyUnit::counter;
    rows_.survey(time_, counter ? TimeKind::counter : TimeKind::time);
    rows_.for_each([this](const Record& record) { take(record); });
    if (blocks_.empty()) refuse(fmt::format("'{}' holds a header but no rows", rows_.file()));
    return id_ ? own() : shared();
  }

 private:
  void find_columns() {
    rows_.require_distinct_columns();
    const auto time = rows_.find({"ds", "timestamp"});
    if (!time) {
      refuse(fmt::format("'{}' has no column ds (or timestamp); add the times its values hold at",
                         rows_.file()));
    }
    time_ = *time;
    id_ = rows_.find({"unique_id", "item_id"});
    for (std::size_t c = 0; c < rows_.columns().size(); ++c) {
      if (c == time_ || c == id_) continue;
      const std::string& name = rows_.columns()[c];
      if (name == "y" || name == "target") {
        refuse(fmt::format("'{}' has the column {}, which is what is forecast; leave it out",
                           rows_.file(), name));
      }
      names_.push_back(name);
      columns_.push_back(c);
    }
    if (names_.empty()) {
      refuse(fmt::format("'{}' has no column of numbers beside ds; add one for each regressor",
                         rows_.file()));
    }
  }

  void take(const Record& record) {
    const std::string_view id = id_ ? trim(record.fields[*id_]) : "";
    if (id_) check_id(id, record.line);
    auto at = blocks_.find(id);
    if (at == blocks_.end()) at = blocks_.emplace(id, RawBlock{}).first;
    at->second.buckets.push_back(bucket_of(record));
    at->second.lines.push_back(record.line);
    for (std::size_t r = 0; r < columns_.size(); ++r) {
      at->second.cells.push_back(number(record, r));
    }
  }

  void check_id(std::string_view id, std::int64_t line) const {
    if (panel_.find(id) >= 0) return;
    throw Error(ErrorCode::unknown_name,
                fmt::format("line {} of '{}': the data have no series '{}'; correct the unique_id "
                            "or leave the row out",
                            line, rows_.file(), id));
  }

  /// Where a step takes a day or longer, any time of a day means the day.
  Bucket bucket_of(const Record& record) const {
    const Calendar& calendar = panel_.calendar();
    Instant time = rows_.time(record);
    if (calendar.frequency().unit >= FrequencyUnit::day) {
      const TimeZone& zone = calendar.zone();
      time = zone.instant(std::chrono::floor<std::chrono::days>(zone.civil(time)));
    }
    const Bucket bucket = calendar.bucket(time);
    if (calendar.is_label(time, bucket)) return bucket;
    refuse(
        fmt::format("line {} of '{}': ds {} does not lie on the grid of frequency {}; its "
                    "bucket is {}",
                    record.line, rows_.file(), rows_.text_of(time), calendar.frequency().name(),
                    calendar.label(bucket)));
  }

  double number(const Record& record, std::size_t regressor) const {
    const std::string_view cell = trim(record.fields[columns_[regressor]]);
    if (is_missing_word(cell)) return kUnknown;
    const auto value = parse_number(cell);
    if (value) return *value;
    refuse(
        fmt::format("line {} of '{}': {} '{}' is no number; write one, or nothing where it is "
                    "unknown",
                    record.line, rows_.file(), names_[regressor], cell));
  }

  Covariates shared() const {
    Covariates result;
    result.add_shared(names_, block_of("", blocks_.begin()->second));
    return result;
  }

  Covariates own() const {
    Covariates result;
    result.own_names = names_;
    for (const auto& [id, raw] : blocks_) result.own[id] = block_of(id, raw);
    for (const std::string& id : panel_.ids()) {
      if (blocks_.contains(id)) continue;
      refuse(
          fmt::format("'{}' has no rows for series '{}'; add them, or leave out unique_id where "
                      "all series have the same values",
                      rows_.file(), id));
    }
    return result;
  }

  CovariateBlock block_of(const std::string& id, const RawBlock& raw) const {
    std::vector<std::size_t> order(raw.buckets.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return raw.buckets[a] < raw.buckets[b]; });
    for (std::size_t i = 1; i < order.size(); ++i) check_step(id, raw, order[i - 1], order[i]);
    CovariateBlock block{raw.buckets[order.front()], {}};
    block.values.resize(std::ssize(order), std::ssize(names_));
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t r = 0; r < names_.size(); ++r) {
        block.values(static_cast<Index>(i), static_cast<Index>(r)) =
            raw.cells[order[i] * names_.size() + r];
      }
    }
    return block;
  }

  /// Rows that follow each other in time lie one bucket apart.
  void check_step(const std::string& id, const RawBlock& raw, std::size_t before,
                  std::size_t after) const {
    const Bucket step = raw.buckets[after] - raw.buckets[before];
    if (step == 1) return;
    const std::string whose = id_ ? fmt::format("series '{}'", id) : "all series";
    const Calendar& calendar = panel_.calendar();
    if (step == 0) {
      refuse(fmt::format("'{}' has values for {} at {} twice: lines {} and {}; keep one of them",
                         rows_.file(), whose, calendar.label(raw.buckets[after]), raw.lines[before],
                         raw.lines[after]));
    }
    refuse(
        fmt::format("'{}' has a gap for {}: no row for {} between lines {} and {}; add it, with "
                    "empty cells where values are unknown",
                    rows_.file(), whose, calendar.label(raw.buckets[before] + 1), raw.lines[before],
                    raw.lines[after]));
  }

  const Panel& panel_;
  DatedRows rows_;
  std::size_t time_ = 0;
  std::optional<std::size_t> id_;
  std::vector<std::string> names_;                       // of the regressors
  std::vector<std::size_t> columns_;                     // where they stand in a row
  std::map<std::string, RawBlock, std::less<>> blocks_;  // by unique_id; "" for all
};

}  // namespace

Covariates read_regressors(const std::filesystem::path& path, const Panel& panel) {
  return RegressorReader(path, panel).read();
}

}  // namespace forecart
