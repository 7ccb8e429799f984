#include "pipeline/disturbances.h"

#include "base/parallel.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

using Eigen::Index;

constexpr int kLongestSeason = 24;
constexpr Index kShortestWindow = 12;

int season_of(const Frequency& frequency) {
  const int season = frequency.default_season_length();
  return frequency.unit == FrequencyUnit::week || season > kLongestSeason ? 1 : season;
}

/// Whole weeks of days and hours, else whole seasons.
Index window_of(const Frequency& frequency) {
  const Index season = season_of(frequency);
  const Index cycle = frequency.is_sub_daily() ? 7 * season : season;
  return cycle * ((kShortestWindow + cycle - 1) / cycle);
}

Disturbances disturbances_of(const SeriesView& series, const Frequency& frequency) {
  Disturbances result{find_outliers(series, season_of(frequency)), {}};
  std::vector<Bucket> without;
  for (const Outlier& outlier : result.outliers) without.push_back(outlier.bucket);
  result.shifts = find_level_shifts(series, window_of(frequency), without);
  return result;
}

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::vector<Disturbances> find_disturbances(const Panel& demand, unsigned threads) {
  std::vector<Disturbances> found(static_cast<std::size_t>(demand.size()));
  parallel_for(found.size(), threads, [&](std::size_t i) {
    found[i] = disturbances_of(demand[static_cast<Index>(i)], demand.calendar().frequency());
  });
  return found;
}

Table disturbance_table(const Panel& panel, const std::vector<Disturbances>& found, bool hidden) {
  std::vector<std::string> ids, times, kinds, treatments;
  std::vector<double> values, expected;
  const auto add = [&](std::size_t series, Bucket bucket, const char* kind, const char* treatment) {
    ids.push_back(panel.ids()[series]);
    times.push_back(panel.calendar().label(bucket));
    kinds.emplace_back(kind);
    treatments.emplace_back(treatment);
  };
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Outlier& outlier : found[i].outliers) {
      add(i, outlier.bucket, "outlier", hidden ? "missing" : "none");
      values.push_back(outlier.value);
      expected.push_back(outlier.expected);
    }
    for (const LevelShift& shift : found[i].shifts) {
      add(i, shift.bucket, "level_shift", "none");
      values.push_back(shift.after);
      expected.push_back(shift.before);
    }
  }
  Table table;
  table.add("unique_id", std::move(ids));
  table.add("ds", std::move(times));
  table.add("kind", std::move(kinds));
  table.add("value", std::move(values));
  table.add("expected", std::move(expected));
  table.add("treatment", std::move(treatments));
  return table;
}

std::string describe(const std::vector<Disturbances>& found) {
  std::size_t outliers = 0;
  std::size_t shifts = 0;
  std::size_t series = 0;
  for (const Disturbances& own : found) {
    outliers += own.outliers.size();
    shifts += own.shifts.size();
    series += own.outliers.empty() && own.shifts.empty() ? 0 : 1;
  }
  if (series == 0) return "";
  return fmt::format("{} and {} in {} of {} series", counted(outliers, "outlier"),
                     counted(shifts, "level shift"), series, found.size());
}

}  // namespace forecart
