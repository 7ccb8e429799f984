#include "models/sarima/arima.h"

#include "base/error.h"
#include "models/sarima/differencing.h"
#include "models/sarima/gaps.h"
#include "models/sarima/standard_error.h"
#include "models/sarima/state.h"
#include "models/saved_state.h"
#include "models/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Values that a saved state may say it has seen.
constexpr Index kMostValues = Index{1} << 53;

/// A fit must forecast so many seasons with intervals of bounded width, or it is not used.
constexpr Index kSeasonsTrusted = 2;
constexpr int kShortSeason = 12;

/// What was estimated; everything about the fit that does not move with the state.
struct Parameters {
  SarimaOrder order;
  std::vector<double> coefficients;     // ar, ma, sar, sma
  std::vector<double> standard_errors;  // of them, or empty
  double mean = 0;
  double drift = 0;
  bool has_mean = false;
  bool has_drift = false;
  double sigma2 = 0;
  double log_likelihood = 0;
  Index used = 0;

  /// The regression at value t = 1, 2, ..
  double level(Index t) const { return mean + drift * static_cast<double>(t); }
  /// Estimated numbers, sigma^2 among them.
  Index count() const { return order.parameters() + has_mean + has_drift + 1; }
};

json criteria(const Parameters& p) {
  const auto k = static_cast<double>(p.count());
  const auto n = static_cast<double>(p.used);
  const double aic = 2 * k - 2 * p.log_likelihood;
  json result = {{"aic", aic}, {"bic", aic + k * (std::log(n) - 2)}};
  result["aicc"] = n > k + 1 ? json(aic + 2 * k * (k + 1) / (n - k - 1)) : json();
  return result;
}

std::vector<std::string> coefficient_names(const SarimaOrder& order) {
  std::vector<std::string> names;
  const auto add = [&](const char* name, int count) {
    for (int j = 1; j <= count; ++j) names.push_back(fmt::format("{}{}", name, j));
  };
  add("ar", order.p);
  add("ma", order.q);
  add("sar", order.P);
  add("sma", order.Q);
  return names;
}

sarima::StateFilter make_filter(const Parameters& p) {
  const auto arma = sarima::arma_from_coefficients(p.order, p.coefficients);
  if (!arma) {
    throw Error(ErrorCode::bad_data,
                fmt::format("ARIMA{} with these coefficients is not stationary", p.order.format()));
  }
  return sarima::StateFilter(p.order, *arma);
}

json save_parameters(const Parameters& p) {
  return {{"order", p.order.format()},
          {"coefficients", p.coefficients},
          {"mean", p.mean},
          {"drift", p.drift},
          {"has_mean", p.has_mean},
          {"has_drift", p.has_drift},
          {"sigma2", p.sigma2},
          {"log_likelihood", p.log_likelihood},
          {"used", p.used},
          {"standard_errors", p.standard_errors}};
}

Parameters load_parameters(const json& state) {
  Parameters p;
  p.order = SarimaOrder::parse(state.at("order").get<std::string>());
  state.at("coefficients").get_to(p.coefficients);
  state.at("mean").get_to(p.mean);
  state.at("drift").get_to(p.drift);
  state.at("has_mean").get_to(p.has_mean);
  state.at("has_drift").get_to(p.has_drift);
  p.sigma2 = variance(state, "sigma2");
  state.at("log_likelihood").get_to(p.log_likelihood);
  p.used = whole_number(state, "used", 0, kMostValues);
  if (std::ssize(p.coefficients) != p.order.parameters()) refuse_state("ARIMA", "coefficients");
  state.at("standard_errors").get_to(p.standard_errors);
  return p;
}

class FittedArima final : public FittedSeries {
 public:
  explicit FittedArima(Parameters parameters)
      : parameters_(std::move(parameters)), filter_(make_filter(parameters_)) {}

  explicit FittedArima(const json& state) : FittedArima(load_parameters(state.at("parameters"))) {
    filter_.load(state.at("filter"));
    seen_ = whole_number(state, "seen", 0, kMostValues);
  }

  /// Filters the history that the parameters were estimated from.
  void begin_with(std::span<const double> history) {
    update(history);
    parameters_.used = filter_.used();
  }

  PredictivePtr forecast(Index horizon) const override {
    sarima::StateForecast f = filter_.forecast(horizon);
    for (Index k = 0; k < horizon; ++k) f.mean[k] += parameters_.level(seen_ + 1 + k);
    return std::make_shared<GaussianPredictive>(std::move(f.mean), std::move(f.psi),
                                                parameters_.sigma2,
                                                f.factor * std::sqrt(parameters_.sigma2));
  }

  void update(std::span<const double> values) override {
    for (const double y : values) filter_.step(y - parameters_.level(++seen_));
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedArima>(*this);
  }

  json save() const override {
    return {
        {"parameters", save_parameters(parameters_)}, {"filter", filter_.save()}, {"seen", seen_}};
  }

  json explain() const override {
    json result = {{"model", "ARIMA" + parameters_.order.format()},
                   {"order", parameters_.order.format()},
                   {"sigma2", parameters_.sigma2},
                   {"log_likelihood", parameters_.log_likelihood},
                   {"observations", parameters_.used}};
    result.update(criteria(parameters_));
    const std::vector<std::string> names = coefficient_names(parameters_.order);
    for (std::size_t i = 0; i < names.size(); ++i) {
      result["coefficients"][names[i]] = parameters_.coefficients[i];
      if (i < parameters_.standard_errors.size()) {
        result["standard_errors"][names[i]] = parameters_.standard_errors[i];
      }
    }
    if (parameters_.has_mean) result["coefficients"]["mean"] = parameters_.mean;
    if (parameters_.has_drift) result["coefficients"]["drift"] = parameters_.drift;
    return result;
  }

 private:
  Parameters parameters_;
  sarima::StateFilter filter_;
  Index seen_ = 0;  // values since the start, missing ones too
};

/// The regressors of the original scale: a constant, and t = 1, 2, ..
MatrixXd regressors(const Parameters& p, Index n) {
  MatrixXd x(n, p.has_mean + p.has_drift);
  if (p.has_mean) x.col(0).setOnes();
  if (p.has_drift) x.col(p.has_mean) = VectorXd::LinSpaced(n, 1, static_cast<double>(n));
  return x;
}

/// Why a series cannot be fitted; empty if it can.
std::string obstacle(const Parameters& p, std::span<const double> y) {
  const auto observed = static_cast<Index>(
      std::count_if(y.begin(), y.end(), [](double v) { return !std::isnan(v); }));
  const SarimaOrder& o = p.order;
  const Index seasonal_lag = static_cast<Index>(o.s) * std::max(o.P, o.Q);
  const Index needed = o.lost() + std::max<Index>(p.count() + 2, seasonal_lag + 1);
  if (observed < needed) {
    return fmt::format("ARIMA{} needs at least {} values, the series has {}", o.format(), needed,
                       observed);
  }
  double low = INFINITY;
  double high = -INFINITY;
  double largest = 0;
  const VectorXd z = sarima::difference(sarima::filled(y, o.has_season() ? o.s : 1), o);
  for (const double value : z) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  for (const double value : y)
    largest = std::isnan(value) ? largest : std::max(largest, std::abs(value));
  if (!std::isfinite(high - low)) return "the series holds values that are not finite";
  if (high - low <= 1e-12 * largest) {
    return fmt::format("the series does not vary{}", o.d + o.D > 0 ? " after differencing" : "");
  }
  return {};
}

class Arima final : public SeriesModel {
 public:
  explicit Arima(const ArimaOptions& options) : options_(options) { options_.validate(); }

  std::string name() const override { return "ARIMA"; }
  std::string interval_method() const override { return "analytic"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& /*options*/) const override {
    Parameters p;
    p.order = options_.order;
    const int differences = p.order.d + p.order.D;
    p.has_mean = options_.mean && differences == 0;
    p.has_drift = options_.drift && differences <= 1;
    SeriesFit result;
    result.reason = obstacle(p, input.values);
    result.converged = result.reason.empty();
    if (result.converged) estimate(input.values, p, result);
    return result;
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    return std::make_unique<FittedArima>(state);
  }

 private:
  void estimate(std::span<const double> y, Parameters& p, SeriesFit& result) const {
    const MatrixXd x = regressors(p, static_cast<Index>(y.size()));
    const bool gaps = std::any_of(y.begin(), y.end(), [](double v) { return std::isnan(v); });
    const sarima::Sample sample = sarima::make_sample(p.order, sarima::filled(y, p.order.s), x);
    const sarima::Estimate e =
        gaps ? sarima::estimate_with_gaps(p.order, y, x) : sarima::estimate(p.order, sample);
    if (!std::isfinite(e.log_likelihood)) {
      result.reason = fmt::format("ARIMA{} has no finite likelihood here", p.order.format());
      result.converged = false;
      return;
    }
    p.coefficients = sarima::coefficients(e.arma);
    if (p.has_mean) p.mean = e.beta[0];
    if (p.has_drift) p.drift = e.beta[p.has_mean];
    p.sigma2 = e.sigma2;
    p.log_likelihood = e.log_likelihood;
    if (options_.standard_errors && p.order.parameters() > 0) {
      const VectorXd errors =
          gaps ? sarima::standard_errors_with_gaps(e, y, x) : sarima::standard_errors(e, sample);
      if (errors.allFinite()) p.standard_errors.assign(errors.begin(), errors.end());
    }
    finish(y, p, e, result);
  }

  static void finish(std::span<const double> y, Parameters& p, const sarima::Estimate& e,
                     SeriesFit& result) {
    auto fitted = std::make_unique<FittedArima>(p);
    fitted->begin_with(y);
    result.reason = instability(*fitted, y, kSeasonsTrusted * std::max(p.order.s, kShortSeason));
    if (!result.reason.empty()) {
      result.converged = false;
      return;
    }
    result.fitted = std::move(fitted);
    result.converged = e.converged;
    if (!e.converged) {
      result.reason =
          fmt::format("the search stopped after {} steps without converging", e.iterations);
    }
  }

  ArimaOptions options_;
};

}  // namespace

SeriesModelPtr make_arima(ArimaOptions options) {
  return std::make_shared<Arima>(options);
}

}  // namespace forecart
