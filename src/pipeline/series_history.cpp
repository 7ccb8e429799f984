#include "pipeline/series_history.h"

#include "aggregates/sales_query.h"
#include "base/error.h"
#include "base/series_id.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

/// The grain whose buckets are those of the panel.
Grain grain_of(const PanelConfig& panel, const TimeZone& zone) {
  for (const Grain grain :
       {Grain::hour, Grain::day, Grain::week, Grain::month, Grain::quarter, Grain::year}) {
    if (calendar_of(grain, zone).frequency() == panel.frequency) return grain;
  }
  throw Error(ErrorCode::invalid_value,
              fmt::format("panel '{}' has buckets of {}, which sales are not summed by; its "
                          "history is shown for h, D, W-MON, MS, QS and YS",
                          panel.name, panel.frequency.name()));
}

SalesQuery query_of(const PanelConfig& panel, const std::string& unique_id, Grain grain) {
  SalesQuery query;
  query.grain = grain;
  query.measures = {panel.measure};
  query.limit = kMostHistory;
  query.descending = true;  // the latest are kept where there are more
  for (const auto& [dimension, value] : parse_series_id(unique_id)) {
    if (std::find(panel.by.begin(), panel.by.end(), dimension) == panel.by.end()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("panel '{}' is not cut by '{}'; GET .../series lists its series",
                              panel.name, dimension));
    }
    query.filters.push_back({dimension, {value}});
  }
  return query;
}

}  // namespace

SeriesHistory series_history(SalesCache& sales, const std::string& dataset,
                             const PanelConfig& panel, const std::string& unique_id) {
  const TimeZone zone = sales.state(dataset)->schema.zone;
  const Grain grain = grain_of(panel, zone);
  const Calendar calendar = calendar_of(grain, zone);
  const Table rows = sales.query(dataset, query_of(panel, unique_id, grain)).answer.rows;
  const auto last = sales.overview(dataset).last;
  if (rows.row_count() == 0 || !last) return {};
  const auto bucket_of = [&](const std::string& ds) {
    return calendar.bucket(*parse_instant(ds, zone));
  };
  const std::vector<std::string> labels = rows.texts("ds");
  const std::vector<double> values = rows.numbers(to_string(panel.measure));
  const Bucket first =
      std::max(bucket_of(labels.back()), calendar.bucket(*last) - kMostHistory + 1);
  SeriesHistory history;
  for (Bucket bucket = first; bucket <= calendar.bucket(*last); ++bucket) {
    history.ds.push_back(calendar.label(bucket));
  }
  history.y.resize(history.ds.size());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const Bucket bucket = bucket_of(labels[row]);
    if (bucket >= first) history.y[static_cast<std::size_t>(bucket - first)] = values[row];
  }
  return history;
}

}  // namespace forecart
