#include "ingest/bucketed_sales.h"

#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::microseconds;

/// Civil days with the bucket that holds each, as rows for SQL.
class DayStream final : public RowStream {
 public:
  DayStream(std::int64_t first, std::int64_t last, const Calendar& calendar)
      : next_(first), last_(last), calendar_(calendar) {}

  const std::vector<StreamColumn>& columns() const override { return columns_; }

  std::size_t fill(ChunkWriter& chunk) override {
    std::size_t row = 0;
    for (; row < chunk.capacity() && next_ <= last_; ++row, ++next_) {
      chunk.integer(0, row, next_);
      chunk.integer(
          1, row, calendar_.bucket(calendar_.zone().instant(std::chrono::local_days(days(next_)))));
    }
    return row;
  }

 private:
  std::vector<StreamColumn> columns_{{"sale:day", StreamType::integer},
                                     {"sale:bucket", StreamType::integer}};
  std::int64_t next_;
  std::int64_t last_;
  const Calendar& calendar_;
};

}  // namespace

BucketedSales::BucketedSales(const std::vector<std::filesystem::path>& sales,
                             const Calendar& calendar, const std::string& condition)
    : source_(parquet_source(sales)),
      calendar_(calendar),
      where_(condition.empty() ? "" : " WHERE " + condition) {
  if (calendar.frequency().is_sub_daily()) return;
  const Table span = shared_database().query(
      fmt::format("SELECT min({0}) AS low, max({0}) AS high FROM {1}", kCivilDay, source_));
  const std::vector<double> low = span.numbers("low");
  if (low.empty() || std::isnan(low.front())) return;  // no sales at all
  low_ = static_cast<std::int64_t>(low.front());
  high_ = static_cast<std::int64_t>(span.numbers("high").front());
}

void BucketedSales::run(const std::string& select, const std::string& tail,
                        const std::function<void(const Table&)>& consume) const {
  const Database& database = shared_database();
  DayStream day_stream(low_, high_, calendar_);
  const auto offer = database.offer(day_stream);
  auto cursor =
      database.cursor(fmt::format("{} FROM {} {}", select, bucketed(offer.source()), tail));
  Table block;
  while (cursor.next(block)) consume(block);
}

std::string BucketedSales::bucketed(const std::string& day_source) const {
  if (calendar_.frequency().is_sub_daily()) {
    return fmt::format("(SELECT *, {} AS {} FROM {}{})", sub_daily_bucket(calendar_), kBucketColumn,
                       source_, where_);
  }
  return fmt::format("(SELECT s.*, d.{} FROM {} AS s JOIN {} AS d ON {} = d.\"sale:day\"{})",
                     kBucketColumn, source_, day_source, kCivilDay, where_);
}

std::string sub_daily_bucket(const Calendar& calendar) {
  const auto step = microseconds(calendar.frequency().step()).count();
  const std::string offset =
      fmt::format("(epoch_us(instant) - ({}))", calendar.start(0).time_since_epoch().count());
  return fmt::format("(({1} - (({1} % {0}) + {0}) % {0}) // {0})", step, offset);
}

/// Sums go through decimals of six places: exact, so that they do not depend on the order in which
/// threads add.
std::string measure_sql(Measure measure, const std::string& filter) {
  switch (measure) {
    case Measure::lines:
      return "count(*)" + filter;
    case Measure::orders:
      return "count(DISTINCT order_id)" + filter;
    case Measure::units:
      return "CAST(coalesce(sum(CAST(quantity AS DECIMAL(38, 6))), 0) AS DOUBLE)";
    case Measure::revenue:
      return "CAST(coalesce(sum(CAST(revenue AS DECIMAL(38, 6))), 0) AS DOUBLE)";
  }
  return "";
}

bool counts_lines(Measure measure) {
  return measure == Measure::lines || measure == Measure::orders;
}

}  // namespace forecart
