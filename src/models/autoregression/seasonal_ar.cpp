#include "models/autoregression/seasonal_ar.h"

#include "models/autoregression/fitted_seasonal_ar.h"
#include "models/interval_stretch.h"
#include "series/interpolation.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

/// The shortest season must be held so many times, as it has a profile; longer ones only have lags.
constexpr double kProfileCycles = 3;
constexpr double kLagCycles = 1.5;
/// Fewest known values, and steps between origins.
constexpr Index kFewest = 12;
constexpr int kLeastStep = 4;
/// Weights halve within so many of the longest season, but not within fewer steps than the other.
constexpr double kHalfLives = 2;
constexpr double kLeastHalfLife = 100;
/// Origins that errors are looked at from, a season apart.
constexpr Index kOrigins = 8;

/// Values that a regression is fitted to, with all that it needs.
struct Training {
  const SeriesInput& input;
  Transform scale;
  LagRegressionOptions how;
  std::vector<double> z;  // transformed, gaps filled
  std::vector<int> places;
  std::vector<bool> is_known;

  Index size() const { return std::ssize(z); }
  LagSample first(Index count) const {
    const auto n = static_cast<std::size_t>(count);
    return {std::span(z).first(n),
            std::span(places).first(n),
            {is_known.begin(), is_known.begin() + count}};
  }
};

/// Places of values from bucket `first` on in a season of `places`.
std::vector<int> places_of(const SeriesInput& input, int places) {
  std::vector<int> result(input.values.size(), 0);
  for (std::size_t i = 0; places > 1 && i < result.size(); ++i)
    result[i] = input.calendar.season_position(input.first + static_cast<Bucket>(i), places);
  return result;
}

/// The regression fitted to the first `count` values, and moved on to their end: what is missing
/// stands as forecast there, as an update leaves it.
std::unique_ptr<FittedSeasonalAr> fitted_to(const Training& training, Index count) {
  const LagSample sample = training.first(count);
  LagRegression regression = fit_lag_regression(sample, training.how);
  const auto longest = regression.lags.back();
  LagMemory memory;
  memory.past.assign(sample.z.begin(), sample.z.begin() + longest);
  for (const double z : sample.z) memory.bounds.take(z);
  auto fitted = std::make_unique<FittedSeasonalAr>(std::move(regression), training.scale, 1,
                                                   std::move(memory), training.input.calendar,
                                                   training.input.first + longest);
  const auto from = static_cast<std::size_t>(longest);
  fitted->update(training.input.values.subspan(from, static_cast<std::size_t>(count) - from));
  return fitted;
}

/// Where the errors are looked at.
struct Origins {
  Index count = 0;
  Index cut = 0;  // the first origin: so many values are fitted to
  Index step = 1;
  Index horizon = 1;
};

/// Origins in the last third at most; none where there is no room.
Origins origins_of(const Training& training, Index horizon) {
  const Index n = training.size();
  Origins result;
  result.step = std::max(kLeastStep, training.how.places);
  result.horizon = std::min(std::max(horizon, result.step), n / 6);
  result.count = std::min(kOrigins, (n / 3 - result.horizon) / result.step + 1);
  result.cut = n - result.horizon - (result.count - 1) * result.step;
  if (result.cut <= training.how.lags.back() + kLeastStep) result.count = 0;
  return result;
}

/// |error| / standard deviation of the forecasts from the origins, fitted before the first of them.
std::vector<double> standardised_errors(const Training& training, const Origins& origins) {
  std::vector<double> result;
  const auto fitted = fitted_to(training, origins.cut);
  const auto values = training.input.values;
  for (Index origin = origins.cut; origin + origins.horizon <= training.size();
       origin += origins.step) {
    const GaussianPredictive forecast = fitted->on_scale(origins.horizon);
    for (Index k = 0; k < origins.horizon; ++k) {
      const auto t = static_cast<std::size_t>(origin + k);
      if (!training.is_known[t] || !(forecast.variance(k) > 0)) continue;
      result.push_back(std::abs(training.z[t] - forecast.mean(k)) /
                       std::sqrt(forecast.variance(k)));
    }
    const auto next = std::min(origin + origins.step, training.size());
    fitted->update(
        values.subspan(static_cast<std::size_t>(origin), static_cast<std::size_t>(next - origin)));
  }
  return result;
}

/// What the intervals of the regression are stretched by.
double stretch_of(const Training& training, Index horizon) {
  const Origins origins = origins_of(training, horizon);
  if (origins.count < 1) return interval_stretch({}, 0);
  return interval_stretch(standardised_errors(training, origins),
                          static_cast<double>(origins.count));
}

class SeasonalAr final : public SeriesModel {
 public:
  explicit SeasonalAr(SeasonalArOptions options) : options_(std::move(options)) {}

  std::string name() const override { return "SeasonalAR"; }
  std::string interval_method() const override { return "psi weights and past errors"; }
  bool ages_quickly() const override { return true; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    const Transform scale = scale_of(input.values);
    if (const auto obstacle = domain_obstacle(scale, input.values))
      return {nullptr, *obstacle, false};
    const Index known = std::count_if(input.values.begin(), input.values.end(),
                                      [](double y) { return std::isfinite(y); });
    if (known < kFewest)
      return {nullptr, fmt::format("needs {} known values, has {}", kFewest, known), false};
    const Training training = training_of(input, scale);
    auto fitted = fitted_to(training, training.size());
    if (!fitted->is_finite()) return {nullptr, "the values are too large for a regression", false};
    fitted->stretch_by(stretch_of(training, options.horizon));
    return {std::move(fitted), "", true};
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return FittedSeasonalAr::load(state, calendar);
  }

 private:
  Transform scale_of(std::span<const double> values) const {
    if (options_.scale) return *options_.scale;
    return in_domain(Transform::log, values) ? Transform::log : Transform::none;
  }

  Training training_of(const SeriesInput& input, const Transform& scale) const {
    const std::vector<int> seasons = held_seasons(std::ssize(input.values));
    Training result{input, scale, {}, {}, {}, {}};
    result.how.lags = seasonal_lags(seasons);
    result.how.places = seasons.empty() ? 1 : seasons.front();
    result.how.half_life = kLeastHalfLife;
    if (!seasons.empty())
      result.how.half_life = std::max(kLeastHalfLife, kHalfLives * seasons.back());
    for (const double y : input.values) result.is_known.push_back(std::isfinite(y));
    result.z = seasonal_fill(transformed_values(scale, input.values), seasons);
    result.places = places_of(input, result.how.places);
    return result;
  }

  /// Those that n values hold often enough.
  std::vector<int> held_seasons(Index n) const {
    std::vector<int> seasons = options_.seasons;
    const auto values = static_cast<double>(n);
    while (seasons.size() > 1 && kLagCycles * seasons.back() > values) seasons.pop_back();
    if (!seasons.empty() && kProfileCycles * seasons.front() > values) seasons.clear();
    return seasons;
  }

  SeasonalArOptions options_;
};

}  // namespace

std::vector<int> seasonal_lags(const std::vector<int>& seasons) {
  std::vector<int> lags{1, 2, 3, 4};
  for (const int season : seasons) {
    for (int lag = std::max(1, season - 1); lag <= season + 2; ++lag) lags.push_back(lag);
  }
  std::sort(lags.begin(), lags.end());
  lags.erase(std::unique(lags.begin(), lags.end()), lags.end());
  return lags;
}

SeriesModelPtr make_seasonal_ar(SeasonalArOptions options) {
  assert(std::is_sorted(options.seasons.begin(), options.seasons.end()));
  assert(!options.scale || options.scale->kind != Transform::Kind::box_cox);
  return std::make_shared<SeasonalAr>(std::move(options));
}

}  // namespace forecart
