#include "ingest/panel_builder.h"

#include "base/error.h"
#include "base/series_id.h"
#include "ingest/bucketed_sales.h"
#include "ingest/panel_edge.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

namespace forecart {

namespace {

using std::chrono::microseconds;

void require_dimensions(const std::vector<std::filesystem::path>& sales,
                        const std::vector<std::string>& by) {
  std::vector<std::string> known;
  for (const ParquetColumn& column : parquet_columns(sales.front())) known.push_back(column.name);
  for (const std::string& name : by) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("'{}' is no column of the sales; there are: {}. Declare it under "
                            "[dimensions] in dataset.toml and ingest again",
                            name, fmt::join(known, ", ")));
  }
}

std::vector<BucketExtent> read_extents(const BucketedSales& sales) {
  std::vector<BucketExtent> result;
  sales.run(fmt::format("SELECT {} AS bucket, epoch_us(min(instant)) AS first, "
                        "epoch_us(max(instant)) AS last, count(*) AS sales",
                        kBucketColumn),
            "GROUP BY ALL ORDER BY bucket", [&](const Table& block) {
              for (std::size_t row = 0; row < block.row_count(); ++row) {
                result.push_back({block.integers("bucket")[row],
                                  Instant(microseconds(block.integers("first")[row])),
                                  Instant(microseconds(block.integers("last")[row])),
                                  block.integers("sales")[row]});
              }
            });
  return result;
}

void require_sales_until(Instant until, const std::vector<BucketExtent>& extents,
                         const Calendar& calendar) {
  const Bucket first = extents.front().bucket;
  if (calendar.last_labelled_until(until) >= first) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("--until {} leaves nothing: the first sale is of {}, in the bucket {}; "
                  "give a later time",
                  format_instant(until, calendar.zone()),
                  format_instant(extents.front().first, calendar.zone()), calendar.label(first)));
}

/// Decides which buckets belong to the panel: [first, last] of the report, less what is dropped.
PanelReport choose_buckets(const std::vector<BucketExtent>& extents, const PanelSpec& spec,
                           const Calendar& calendar) {
  PanelReport report;
  report.first = {extents.front().bucket, is_first_truncated(extents, calendar), false};
  report.last = {extents.back().bucket, is_last_truncated(extents, calendar), false};
  if (spec.until && calendar.last_labelled_until(*spec.until) < report.last.bucket) {
    report.last = {calendar.last_labelled_until(*spec.until), false, false};
  }
  report.first.dropped = report.first.truncated && !spec.keep_partial;
  report.last.dropped = report.last.truncated && !spec.keep_partial;
  return report;
}

Bucket first_kept(const PanelReport& report) {
  return report.first.bucket + (report.first.dropped ? 1 : 0);
}

Bucket last_kept(const PanelReport& report) {
  return report.last.bucket - (report.last.dropped ? 1 : 0);
}

void count_sales(const std::vector<BucketExtent>& extents, PanelReport& report) {
  for (const BucketExtent& extent : extents) {
    if (extent.bucket > report.last.bucket) {
      report.sales_after += extent.sales;
    } else if (extent.bucket < first_kept(report) || extent.bucket > last_kept(report)) {
      report.sales_dropped += extent.sales;
    } else {
      report.sales += extent.sales;
    }
  }
}

/// Gathers rows (dimensions, bucket, value), ordered so, into series that end together.
class PanelFiller {
 public:
  PanelFiller(const std::vector<std::string>& by, Bucket last, Panel& panel)
      : by_(by), last_(last), panel_(panel) {}

  void take(const Table& block) {
    const auto& buckets = block.integers("bucket");
    const std::vector<double> values = block.numbers("value");
    for (std::size_t row = 0; row < values.size(); ++row) {
      start_series_at(block, row, buckets[row]);
      values_[static_cast<std::size_t>(buckets[row] - first_)] = values[row];
    }
  }

  void finish() {
    if (!values_.empty()) panel_.add(make_series_id(key_), first_, values_);
  }

 private:
  void start_series_at(const Table& block, std::size_t row, Bucket bucket) {
    std::vector<std::pair<std::string, std::string>> key;
    for (std::size_t i = 0; i < by_.size(); ++i) {
      key.emplace_back(by_[i], std::get<std::vector<std::string>>(block.columns()[i].values)[row]);
    }
    if (!values_.empty() && key == key_) return;
    finish();
    key_ = std::move(key);
    first_ = bucket;
    total_ += last_ - first_ + 1;
    if (total_ > INT32_MAX) {
      throw Error(ErrorCode::invalid_value,
                  "the panel would hold more than 2^31 values; take a longer frequency or fewer "
                  "dimensions");
    }
    values_.assign(static_cast<std::size_t>(last_ - first_ + 1), 0.0);
  }

  const std::vector<std::string>& by_;
  Bucket last_;
  Panel& panel_;
  std::vector<std::pair<std::string, std::string>> key_;
  Bucket first_ = 0;
  std::int64_t total_ = 0;
  std::vector<double> values_;
};

/// What run() of the sales makes the values of the panel of.
struct PanelQuery {
  std::string select;
  std::string tail;
};

PanelQuery panel_query(const PanelSpec& spec, const PanelReport& report) {
  std::string keys;
  for (std::size_t i = 0; i < spec.by.size(); ++i) {
    keys +=
        fmt::format("coalesce(CAST({} AS VARCHAR), '') AS key{}, ", sql_identifier(spec.by[i]), i);
  }
  return {fmt::format("SELECT {}{} AS bucket, {} AS value", keys, kBucketColumn,
                      measure_sql(spec.measure)),
          fmt::format("WHERE {} BETWEEN {} AND {} GROUP BY ALL ORDER BY ALL", kBucketColumn,
                      first_kept(report), last_kept(report))};
}

}  // namespace

BuiltPanel build_panel(const std::vector<std::filesystem::path>& sales, const PanelSpec& spec,
                       ReturnPolicy returns) {
  if (sales.empty()) throw Error(ErrorCode::bad_data, "there are no sales to make a panel of");
  if (spec.frequency.unit == FrequencyUnit::counter) {
    throw Error(ErrorCode::invalid_value,
                "sales have times; a panel of them needs a frequency "
                "such as h, D, W-MON or MS");
  }
  require_dimensions(sales, spec.by);
  const Calendar calendar(spec.frequency, spec.zone);
  const bool skip_returns = returns == ReturnPolicy::net && counts_lines(spec.measure);
  const BucketedSales source(sales, calendar, skip_returns ? "NOT returned" : "");
  const std::vector<BucketExtent> extents = read_extents(source);
  if (extents.empty()) throw Error(ErrorCode::bad_data, "the files hold no sales");
  if (spec.until) require_sales_until(*spec.until, extents, calendar);
  PanelReport report = choose_buckets(extents, spec, calendar);
  count_sales(extents, report);
  if (report.sales == 0) {
    throw Error(
        ErrorCode::bad_data,
        fmt::format("no sales are left between {} and {}; keep partial buckets with "
                    "--keep-partial, choose a later --until or a shorter frequency",
                    calendar.label(report.first.bucket), calendar.label(report.last.bucket)));
  }
  BuiltPanel built{Panel(calendar), report};
  PanelFiller filler(spec.by, last_kept(report), built.panel);
  const PanelQuery query = panel_query(spec, report);
  source.run(query.select, query.tail, [&](const Table& block) { filler.take(block); });
  filler.finish();
  if (spec.measure == Measure::revenue) {
    source.run("SELECT count(*) AS n", "WHERE revenue IS NULL", [&](const Table& block) {
      built.report.sales_unpriced = block.integers("n").front();
    });
  }
  return built;
}

}  // namespace forecart
