#include "ingest/long_table.h"

#include "base/error.h"
#include "ingest/date_format.h"
#include "ingest/frequency_guess.h"
#include "table/column_guess.h"
#include "table/number_text.h"
#include "table/record_source.h"
#include "table/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>

namespace forecart {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kLargestCount = std::int64_t{1} << 53;

/// One row of a series: an instant, or a count in its microseconds.
struct Point {
  Instant time;
  double value;
  std::int64_t line;
};

struct LongSeries {
  std::string id;
  std::vector<Point> points;
};

struct LongColumns {
  std::optional<std::size_t> id;
  std::size_t time = 0;
  std::size_t value = 0;
};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

std::optional<std::size_t> find_column(const std::vector<std::string>& columns,
                                       std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto at = std::find(columns.begin(), columns.end(), name);
    if (at != columns.end()) return static_cast<std::size_t>(at - columns.begin());
  }
  return std::nullopt;
}

LongColumns find_columns(const std::vector<std::string>& columns, const std::string& file) {
  const auto time = find_column(columns, {"ds", "timestamp"});
  const auto value = find_column(columns, {"y", "target"});
  if (time && value) return {find_column(columns, {"unique_id", "item_id"}), *time, *value};
  refuse(
      fmt::format("'{}' is no long table: it needs the columns ds and y (or timestamp and target) "
                  "and has {}. For raw orders use --orders",
                  file, fmt::join(columns, ", ")));
}

/// How ds is written in the whole file.
struct TimeStyle {
  bool counter = false;
  DateFormat format = DateFormat::ymd;
};

/// Reads the rows of one file; the first pass decides how ds is written, the second takes them.
class LongReader {
 public:
  LongReader(const std::filesystem::path& path, const LongTableOptions& options)
      : path_(path), file_(path.string()), options_(options), room_(options.most_values) {
    if (!options.frequency.empty()) frequency_ = Frequency::parse(options.frequency);
  }

  Panel read() {
    survey();
    take_rows();
    if (series_.empty()) refuse(fmt::format("'{}' holds a header but no rows", file_));
    for (LongSeries& series : series_) sort(series);
    if (stands_for_days()) {
      for (LongSeries& series : series_) take_days(series);
    }
    const Calendar calendar(frequency(), options_.zone);
    Panel panel(calendar);
    for (const LongSeries& series : series_) add(series, calendar, panel);
    return panel;
  }

 private:
  template <typename Take>
  void for_each_row(const Take& take) {
    const auto source = open_records(path_);
    columns_ = find_columns(source->columns(), file_);
    const std::size_t width = source->columns().size();
    Record record;
    while (source->next(record)) {
      if (is_blank(record)) continue;
      check(record, width);
      take(record);
    }
  }

  void check(const Record& record, std::size_t width) const {
    if (record.flaw == RecordFlaw::none && record.fields.size() == width) return;
    const std::string place = fmt::format("line {} of '{}'", record.line, file_);
    const std::string text = escape_invalid_utf8(record.text.substr(0, 100));
    if (record.flaw == RecordFlaw::invalid_utf8) {
      refuse(
          fmt::format("{} is not UTF-8: {}; convert the file first, for example with: iconv -f "
                      "ISO-8859-1 -t UTF-8 FILE > NEW",
                      place, text));
    }
    if (record.flaw == RecordFlaw::bad_quotes) {
      refuse(
          fmt::format("{} has a quote that does not close, or closes within a cell: {}; put "
                      "quotes around the whole cell and double those inside",
                      place, text));
    }
    refuse(fmt::format("{} has {} cells where the header has {}: {}", place, record.fields.size(),
                       width, text));
  }

  /// ISO times, by far the most usual, need no look at the whole column.
  void survey() {
    DateEvidence evidence;
    bool all_whole = true;
    for_each_row([&](const Record& record) {
      const std::string_view cell = trim(record.fields[columns_.time]);
      all_whole = all_whole && parse_integer(cell).has_value();
      evidence.add(cell);
    });
    const bool wants_time = frequency_ && frequency_->unit != FrequencyUnit::counter;
    style_.counter = all_whole && !wants_time;
    if (!style_.counter && evidence.is_time_column(0.5)) {
      style_.format = evidence.decide(std::nullopt, fmt::format("column ds of '{}'", file_));
    }
    if (style_.counter || !frequency_ || frequency_->unit != FrequencyUnit::counter) return;
    refuse(fmt::format("ds of '{}' holds times; a whole number as frequency needs whole numbers",
                       file_));
  }

  void take_rows() {
    std::size_t last = 0;
    for_each_row([&](const Record& record) {
      const std::string_view id = columns_.id ? trim(record.fields[*columns_.id]) : "total";
      if (series_.empty() || series_[last].id != id) last = series_of(id);
      series_[last].points.push_back({read_time(record), read_value(record), record.line});
    });
  }

  std::size_t series_of(std::string_view id) {
    if (id.empty()) refuse(fmt::format("'{}' has a row without unique_id", file_));
    const auto [at, is_new] = index_.try_emplace(std::string(id), series_.size());
    if (is_new) series_.push_back({std::string(id), {}});
    return at->second;
  }

  Instant read_time(const Record& record) const {
    const std::string_view cell = trim(record.fields[columns_.time]);
    if (style_.counter) return Instant(std::chrono::microseconds(read_count(cell, record.line)));
    const auto stamp = parse_time(cell, style_.format);
    if (!stamp) {
      refuse(fmt::format("line {} of '{}': ds '{}' is no time; write it as 2019-12-31 23:00:00",
                         record.line, file_, cell));
    }
    if (!stamp->offset) return options_.zone.instant(stamp->civil);
    return Instant(stamp->civil.time_since_epoch() - *stamp->offset);
  }

  std::int64_t read_count(std::string_view cell, std::int64_t line) const {
    const auto count = parse_integer(cell);
    if (count && *count >= -kLargestCount && *count <= kLargestCount) return *count;
    refuse(
        fmt::format("line {} of '{}': ds {} is no counter; use -2^53 to 2^53", line, file_, cell));
  }

  double read_value(const Record& record) const {
    const std::string_view cell = trim(record.fields[columns_.value]);
    if (is_missing_word(cell)) return kMissing;
    const auto value = parse_number(cell);
    if (value) return *value;
    refuse(fmt::format("line {} of '{}': y '{}' is no number", record.line, file_, cell));
  }

  void sort(LongSeries& series) const {
    const auto earlier = [](const Point& a, const Point& b) { return a.time < b.time; };
    if (!std::is_sorted(series.points.begin(), series.points.end(), earlier)) {
      std::stable_sort(series.points.begin(), series.points.end(), earlier);
    }
    const auto same =
        std::adjacent_find(series.points.begin(), series.points.end(),
                           [](const Point& a, const Point& b) { return a.time == b.time; });
    if (same == series.points.end()) return;
    refuse(fmt::format("'{}' has series '{}' at {} twice: lines {} and {}", file_, series.id,
                       text_of(*same), same->line, (same + 1)->line));
  }

  /// Stamps of days or longer with one clock time, as in 2024-01-31 09:00, mean the day.
  bool stands_for_days() const {
    if (style_.counter || (frequency_ && frequency_->is_sub_daily())) return false;
    const FrequencyEvidence found = evidence();
    if (!found.has_one_clock_time()) return false;
    const auto guess = frequency_ ? frequency_ : found.guess();
    return guess && guess->unit >= FrequencyUnit::day;
  }

  void take_days(LongSeries& series) const {
    const TimeZone& zone = options_.zone;
    for (Point& point : series.points) {
      point.time = zone.instant(std::chrono::floor<std::chrono::days>(zone.civil(point.time)));
    }
  }

  std::string text_of(const Point& point) const {
    return style_.counter ? std::to_string(point.time.time_since_epoch().count())
                          : format_instant(point.time, options_.zone);
  }

  Frequency frequency() const {
    if (frequency_) return with_weekday(*frequency_);
    if (style_.counter) return aligned(counter_frequency());
    const auto guess = evidence().guess();
    if (guess) return aligned(*guess);
    refuse(fmt::format(
        "no series of '{}' has two rows a second or more apart, so its frequency cannot "
        "be found; give it with --freq",
        file_));
  }

  /// Grids of several units start at 1970; data that lie between them get the single unit.
  Frequency aligned(Frequency guess) const {
    const Calendar calendar(guess, options_.zone);
    for (const LongSeries& series : series_) {
      for (const Point& point : series.points) {
        if (calendar.is_label(point.time, calendar.bucket(point.time))) continue;
        if (guess.unit >= FrequencyUnit::quarter) guess.unit = FrequencyUnit::month;
        guess.multiple = 1;
        return guess;
      }
    }
    return guess;
  }

  /// "W" without a weekday takes the one that all rows fall on.
  Frequency with_weekday(Frequency given) const {
    const bool open =
        given.unit == FrequencyUnit::week && options_.frequency.find('-') == std::string::npos;
    if (!open) return given;
    given.week_start = evidence().common_weekday().value_or(given.week_start);
    return given;
  }

  FrequencyEvidence evidence() const {
    FrequencyEvidence result;
    std::vector<CivilTime> times;
    for (const LongSeries& series : series_) {
      times.clear();
      for (const Point& point : series.points) times.push_back(options_.zone.civil(point.time));
      result.add(times);
    }
    return result;
  }

  Frequency counter_frequency() const {
    std::vector<std::vector<std::int64_t>> counts;
    for (const LongSeries& series : series_) {
      counts.emplace_back();
      for (const Point& point : series.points) {
        counts.back().push_back(point.time.time_since_epoch().count());
      }
    }
    return guess_counter(counts);
  }

  void add(const LongSeries& series, const Calendar& calendar, Panel& panel) {
    const Bucket first = calendar.bucket(series.points.front().time);
    const Bucket last = calendar.bucket(series.points.back().time);
    room_ -= last - first + 1;
    if (room_ < 0) {
      refuse(fmt::format(
          "series '{}' of '{}' would have {} values from {} to {}, and all series more "
          "than {}; is the frequency {} right?",
          series.id, file_, last - first + 1, text_of(series.points.front()),
          text_of(series.points.back()), options_.most_values, calendar.frequency().name()));
    }
    std::vector<double> values(static_cast<std::size_t>(last - first + 1), kMissing);
    for (const Point& point : series.points) {
      const Bucket bucket = calendar.bucket(point.time);
      if (!calendar.is_label(point.time, bucket)) {
        refuse(
            fmt::format("line {} of '{}': ds {} of series '{}' does not lie on the grid of "
                        "frequency {}; its bucket is {}",
                        point.line, file_, text_of(point), series.id, calendar.frequency().name(),
                        calendar.label(bucket)));
      }
      values[static_cast<std::size_t>(bucket - first)] = point.value;
    }
    panel.add(series.id, first, values);
  }

  std::filesystem::path path_;
  std::string file_;
  LongTableOptions options_;
  std::int64_t room_;  // buckets that may still come
  std::optional<Frequency> frequency_;
  LongColumns columns_;
  TimeStyle style_;
  std::vector<LongSeries> series_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

Panel read_long_table(const std::filesystem::path& path, const LongTableOptions& options) {
  return LongReader(path, options).read();
}

}  // namespace forecart
