#include "series/availability.h"

#include "series/interpolation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace forecart {

namespace {

/// What sold in a shorter part of a bucket says too little of the whole.
constexpr double kLeastShare = 0.2;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double own_share(const std::map<std::string, OpenShares, std::less<>>& own, std::string_view id,
                 Bucket bucket) {
  const auto found = own.find(id);
  return found == own.end() ? 1 : found->second.at(bucket);
}

/// What is known of an outlier once the series has gone on as before.
void hide_outliers(const SeriesView& sales, const Availability& availability,
                   std::vector<double>& values) {
  const auto found = availability.outliers.find(sales.id);
  if (found == availability.outliers.end()) return;
  for (const Outlier& outlier : found->second) {
    if (outlier.bucket < sales.first || outlier.known_from >= sales.end()) continue;
    values[static_cast<std::size_t>(outlier.bucket - sales.first)] = kMissing;
  }
}

std::vector<double> demand_behind(const SeriesView& sales, const Availability& availability) {
  std::vector<double> values(sales.values.begin(), sales.values.end());
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double share = availability.in_the_end(sales.id, sales.first + static_cast<Bucket>(t));
    if (share == 1) continue;
    values[t] = share < kLeastShare ? kMissing : values[t] / share;
  }
  hide_outliers(sales, availability, values);
  return values;
}

/// Steps of a week, or of the usual season where steps are longer than a day.
Bucket first_season(const Frequency& frequency) {
  if (frequency.unit == FrequencyUnit::day) return 7;
  if (!frequency.is_sub_daily()) return frequency.default_season_length();
  return std::max<Bucket>(std::chrono::seconds(std::chrono::days(7)) / frequency.step(), 1);
}

}  // namespace

double Availability::known_ahead(std::string_view id, Bucket bucket) const {
  return ahead.at(bucket) * own_share(own_ahead, id, bucket);
}

double Availability::in_the_end(std::string_view id, Bucket bucket) const {
  return known_ahead(id, bucket) * past.at(bucket) * own_share(own_past, id, bucket);
}

Panel demand_of(const Panel& sales, const Availability& availability) {
  Panel demand(sales.calendar());
  for (Eigen::Index i = 0; i < sales.size(); ++i) {
    demand.add(std::string(sales[i].id), sales[i].first, demand_behind(sales[i], availability));
  }
  return demand;
}

Panel demand_to_fit(const Panel& sales, const Availability& availability) {
  const Bucket season = first_season(sales.calendar().frequency());
  Panel demand(sales.calendar());
  for (Eigen::Index i = 0; i < sales.size(); ++i) {
    const SeriesView series = sales[i];
    std::vector<double> values = demand_behind(series, availability);
    const std::vector<double> lines = linear_fill(values);
    const auto end = std::min<Bucket>(season, std::ssize(values));
    for (Bucket t = 0; t < end; ++t) {
      if (availability.known_ahead(series.id, series.first + t) >= kLeastShare) continue;
      values[static_cast<std::size_t>(t)] = lines[static_cast<std::size_t>(t)];
    }
    demand.add(std::string(series.id), series.first, values);
  }
  return demand;
}

Eigen::Index masked_values(const SeriesView& sales, const Availability& availability) {
  Eigen::Index count = 0;
  for (std::size_t t = 0; t < sales.values.size(); ++t) {
    const Bucket bucket = sales.first + static_cast<Bucket>(t);
    const bool masked = availability.in_the_end(sales.id, bucket) < kLeastShare;
    count += masked && !std::isnan(sales.values[t]) ? 1 : 0;
  }
  return count;
}

}  // namespace forecart
