#include "models/smoothing/theta.h"

#include "base/error.h"
#include "models/rolling_choice.h"
#include "models/smoothing/fitted_theta.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace forecart {
namespace {

using theta::Method;

/// Known values that a fit needs.
constexpr std::ptrdiff_t kFewest = 5;
constexpr std::ptrdiff_t kFewestOfNaive = 2;
/// Seasons that M4's benchmarks need to look for one [Makridakis2020].
constexpr std::size_t kSeasonsOfM4 = 3;

/// Why a series cannot be fitted; empty if it can.
std::string obstacle(Method method, std::span<const double> values) {
  std::vector<double> known(values.begin(), values.end());
  std::erase_if(known, [](double y) { return std::isnan(y); });
  if (known.empty()) return "no values";
  const auto [low, high] = std::minmax_element(known.begin(), known.end());
  if (*low == *high && method != Method::naive) return "the series does not vary";
  const std::ptrdiff_t fewest = method == Method::naive ? kFewestOfNaive : kFewest;
  if (std::ssize(known) >= fewest) return {};
  return fmt::format("needs {} known values, has {}", fewest, known.size());
}

class Theta final : public SeriesModel {
 public:
  Theta(Method method, const ThetaOptions& options) : method_(method), options_(options) {
    options_.validate();
  }

  std::string name() const override { return theta::name_of(method_); }
  std::string interval_method() const override { return "analytic"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& /*options*/) const override {
    std::string reason = obstacle(method_, input.values);
    if (!reason.empty()) return {nullptr, std::move(reason), false};
    theta::Fit fit;
    fit.season = season_of(input.values);
    std::vector<double> y(input.values.begin(), input.values.end());
    for (std::size_t t = 0; t < y.size(); ++t) {
      y[t] = fit.season.adjusted(y[t], t % fit.season.length());
    }
    fit.estimate = theta::estimate(method_, y, options_.lowest_alpha);
    return {theta::make_fitted(std::move(fit), input.values), "", true};
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return theta::load_fitted(state);
  }

 private:
  SeasonFigure season_of(std::span<const double> values) const {
    const auto least = kSeasonsOfM4 * static_cast<std::size_t>(options_.season_length);
    if (is_level_only(method_) && values.size() < least) return {};
    return season_figure(values, options_.season_length);
  }

  Method method_;
  ThetaOptions options_;
};

}  // namespace

void ThetaOptions::validate() const {
  if (season_length < 1) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a season of {} steps is not possible; give 1 or more", season_length));
  }
  if (!(lowest_alpha > 0 && lowest_alpha < 0.9)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a lowest alpha of {} is not between 0 and 0.9", lowest_alpha));
  }
}

SeriesModelPtr make_theta(theta::Method method, ThetaOptions options) {
  return std::make_shared<Theta>(method, options);
}

SeriesModelPtr make_auto_theta(ThetaOptions options, Eigen::Index horizon) {
  std::vector<Variant> variants;
  for (const Method method :
       {Method::dynamic_optimized, Method::classic, Method::optimized, Method::dynamic}) {
    variants.push_back({theta::name_of(method), make_theta(method, options)});
  }
  return best_on_rolling_origins("AutoTheta", std::move(variants), {horizon, 2, horizon});
}

}  // namespace forecart
