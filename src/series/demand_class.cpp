#include "series/demand_class.h"

#include "series/mstl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace forecart {

namespace {

/// Where the classes part [SyntetosBoylanCroston2005 sec. 4].
constexpr double kRareSales = 1.32;
constexpr double kUnevenSizes = .49;

std::vector<double> known(std::span<const double> values) {
  std::vector<double> result;
  std::copy_if(values.begin(), values.end(), std::back_inserter(result),
               [](double y) { return !std::isnan(y); });
  return result;
}

/// Squared coefficient of variation, 0 where there is none.
double squared_variation(std::span<const double> values) {
  double mean = 0;
  double squares = 0;
  double count = 0;
  for (const double y : values) {
    ++count;
    const double before = y - mean;
    mean += before / count;
    squares += before * (y - mean);
  }
  const double ratio = squares / count / (mean * mean);
  return std::isfinite(ratio) ? ratio : 0;
}

DemandClass class_of(const SeriesTraits& traits) {
  const bool rare = traits.interval > kRareSales;
  if (traits.variation > kUnevenSizes) return rare ? DemandClass::lumpy : DemandClass::erratic;
  return rare ? DemandClass::intermittent : DemandClass::smooth;
}

void measure_sales(const std::vector<double>& values, SeriesTraits& traits) {
  std::vector<double> sales;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sales),
               [](double y) { return y != 0; });
  if (sales.empty()) {
    traits.demand = DemandClass::silent;
    return;
  }
  traits.interval = static_cast<double>(values.size()) / static_cast<double>(sales.size());
  traits.variation = squared_variation(sales);
  traits.demand = class_of(traits);
}

/// Squares of huge values leave the finite numbers.
double finite_or_zero(double value) {
  return std::isfinite(value) ? value : 0;
}

void measure_strengths(std::span<const double> values, int season, SeriesTraits& traits) {
  const bool seasonal = season > 1 && std::ssize(values) >= 2 * season;
  const Decomposition parts = mstl(values, seasonal ? std::vector{season} : std::vector<int>{});
  traits.trend = finite_or_zero(seasonal_strength(parts.trend, parts.remainder));
  if (parts.seasonal.empty()) return;
  traits.season = finite_or_zero(seasonal_strength(parts.seasonal.front(), parts.remainder));
}

}  // namespace

std::string_view name_of(DemandClass demand) {
  static constexpr std::array<std::string_view, 6> kNames{"smooth", "erratic", "intermittent",
                                                          "lumpy",  "brief",   "silent"};
  return kNames.at(static_cast<std::size_t>(demand));
}

SeriesTraits traits_of(std::span<const double> values, int season) {
  SeriesTraits traits;
  const std::vector<double> all = known(values);
  if (std::ssize(all) < kFewValues) return traits;
  if (*std::min_element(all.begin(), all.end()) < 0) {
    traits.demand = DemandClass::smooth;
  } else {
    measure_sales(all, traits);
  }
  if (traits.demand != DemandClass::silent) measure_strengths(values, season, traits);
  return traits;
}

std::string describe(const SeriesTraits& traits) {
  if (traits.demand == DemandClass::brief || traits.demand == DemandClass::silent) {
    return std::string(name_of(traits.demand));
  }
  return fmt::format("{}, trend {:.2f}, season {:.2f}", name_of(traits.demand), traits.trend,
                     traits.season);
}

}  // namespace forecart
