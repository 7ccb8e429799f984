#include "models/smoothing/season_figure.h"

#include "series/diagnostics.h"
#include "series/interpolation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace forecart {
namespace {

using Eigen::Index;

/// The 95 % point of the standard normal.
constexpr double kSignificant = 1.6448536269514722;
constexpr double kLowestRatio = 0.01;

/// Means over a season centred at each value, half weights at the ends of an even one; NaN where it
/// does not fit.
std::vector<double> centred_means(std::span<const double> y, std::size_t season) {
  std::vector<double> result(y.size(), NAN);
  const std::size_t half = season / 2;
  const double end_weight = season % 2 == 0 ? 0.5 : 1;
  for (std::size_t t = half; t + half < y.size(); ++t) {
    double sum = end_weight * (y[t - half] + y[t + half]);
    for (std::size_t i = t - half + 1; i < t + half; ++i) sum += y[i];
    result[t] = sum / static_cast<double>(season);
  }
  return result;
}

/// Means per place of y over, or less, its trend; normalised.
std::vector<double> mean_per_place(std::span<const double> y, const std::vector<double>& trend,
                                   const SeasonFigure& kind, std::size_t season) {
  std::vector<double> sum(season, 0);
  std::vector<double> count(season, 0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double away = kind.multiplies ? y[t] / trend[t] : y[t] - trend[t];
    if (std::isnan(away)) continue;
    sum[t % season] += away;
    ++count[t % season];
  }
  for (std::size_t i = 0; i < season; ++i) {
    sum[i] = count[i] > 0 ? sum[i] / count[i] : (kind.multiplies ? 1 : 0);
  }
  const double mean = std::accumulate(sum.begin(), sum.end(), 0.0) / static_cast<double>(season);
  for (double& place : sum) place = kind.multiplies ? place / mean : place - mean;
  return sum;
}

}  // namespace

double SeasonFigure::adjusted(double y, std::size_t place) const {
  if (empty()) return y;
  return multiplies ? y / places[place] : y - places[place];
}

double SeasonFigure::restored(double y, std::size_t place) const {
  if (empty()) return y;
  return multiplies ? y * places[place] : y + places[place];
}

bool has_seasonal_autocorrelation(std::span<const double> y, int season) {
  if (season < 2 || std::ssize(y) <= 2 * Index{season}) return false;
  const Eigen::VectorXd r = autocorrelations(y, season);
  const double before = r.segment(1, season - 1).squaredNorm();
  const double deviation = std::sqrt((1 + 2 * before) / static_cast<double>(y.size()));
  return std::abs(r[season]) > kSignificant * deviation;
}

SeasonFigure season_figure(std::span<const double> y, int season) {
  if (!has_seasonal_autocorrelation(y, season)) return {};
  const auto length = static_cast<std::size_t>(season);
  const std::vector<double> trend = centred_means(seasonal_fill(y, std::span(&season, 1)), length);
  SeasonFigure result;
  result.multiplies = std::none_of(y.begin(), y.end(), [](double value) { return value <= 0; });
  if (result.multiplies) {
    result.places = mean_per_place(y, trend, result, length);
    const double lowest = *std::min_element(result.places.begin(), result.places.end());
    result.multiplies = lowest >= kLowestRatio;
  }
  if (!result.multiplies) result.places = mean_per_place(y, trend, result, length);
  return result;
}

}  // namespace forecart
