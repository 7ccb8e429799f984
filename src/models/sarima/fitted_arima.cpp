#include "models/sarima/fitted_arima.h"

#include "base/error.h"
#include "math/roots.h"
#include "models/sarima/state.h"
#include "models/saved_state.h"
#include "series/diagnostics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Of the saved state; raised whenever an older program could misread it. A state that says nothing
/// new is written as version 1, which older programs read.
constexpr int kStateVersion = 2;
/// Values that a saved state may say it has seen.
constexpr Index kMostValues = Index{1} << 53;

/// Of y itself.
double log_likelihood(const ArimaParameters& p) {
  return p.log_likelihood - static_cast<double>(p.used) * std::log(p.unit);
}

json criteria(const ArimaParameters& p) {
  const auto k = static_cast<double>(p.count());
  const auto n = static_cast<double>(p.used);
  const double aic = 2 * k - 2 * log_likelihood(p);
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

StateFilter make_filter(const ArimaParameters& p) {
  const auto arma = arma_from_coefficients(p.order, p.coefficients);
  if (!arma) {
    throw Error(ErrorCode::bad_data,
                fmt::format("ARIMA{} with these coefficients is not stationary", p.order.format()));
  }
  return {p.order, *arma};
}

json save_parameters(const ArimaParameters& p) {
  json result = {{"order", p.order.format()},
                 {"coefficients", p.coefficients},
                 {"standard_errors", p.standard_errors},
                 {"regression", p.regression.save()},
                 {"dropped", p.dropped},
                 {"search", p.search},
                 {"residuals", p.residuals},
                 {"sigma2", p.sigma2},
                 {"log_likelihood", p.log_likelihood},
                 {"used", p.used}};
  if (p.exact) result["exact"] = true;
  if (p.unit != 1) result["unit"] = p.unit;
  return result;
}

/// Whether an older program would misread these.
bool needs_version_2(const ArimaParameters& p) {
  return p.exact || p.unit != 1;
}

ArimaParameters load_parameters(const json& state) {
  ArimaParameters p;
  p.order = SarimaOrder::parse(state.at("order").get<std::string>());
  state.at("coefficients").get_to(p.coefficients);
  if (std::ssize(p.coefficients) != p.order.parameters()) refuse_state("ARIMA", "coefficients");
  state.at("standard_errors").get_to(p.standard_errors);
  p.regression = Regression::load(state.at("regression"));
  state.at("dropped").get_to(p.dropped);
  p.search = state.value("search", json());
  p.residuals = state.value("residuals", json());
  p.sigma2 = variance(state, "sigma2");
  state.at("log_likelihood").get_to(p.log_likelihood);
  p.used = whole_number(state, "used", 0, kMostValues);
  p.exact = state.value("exact", false);
  p.unit = state.value("unit", 1.0);
  if (!(p.unit > 0 && std::isfinite(p.unit))) refuse_state("ARIMA", "unit");
  return p;
}

/// ar, ma, sar, sma, then mean and drift on the scale of the data.
void explain_coefficients(const ArimaParameters& p, json& result) {
  const std::vector<std::string> names = coefficient_names(p.order);
  for (std::size_t i = 0; i < names.size(); ++i) {
    result["coefficients"][names[i]] = p.coefficients[i];
    if (i < p.standard_errors.size()) result["standard_errors"][names[i]] = p.standard_errors[i];
  }
  for (const RegressionColumn& column : p.regression.columns()) {
    if (column.kind != TermKind::mean && column.kind != TermKind::drift) continue;
    const bool mean = column.kind == TermKind::mean;
    result["coefficients"][column.name] =
        p.unit * (mean ? p.regression.mean() : column.coefficient);
    if (std::isfinite(column.standard_error)) {
      result["standard_errors"][column.name] = p.unit * column.standard_error;
    }
  }
}

/// Regressors and waves under their names, apart, since a user may call a column ar1.
void explain_regressors(const ArimaParameters& p, json& result) {
  for (const RegressionColumn& column : p.regression.columns()) {
    if (column.kind == TermKind::mean || column.kind == TermKind::drift) continue;
    json& own = result["regressors"][column.name];
    own["coefficient"] = p.unit * column.coefficient;
    if (std::isfinite(column.standard_error)) {
      own["standard_error"] = p.unit * column.standard_error;
    }
  }
  if (!p.dropped.empty()) result["dropped"] = p.dropped;
}

/// Moduli of the zeros of each polynomial, those of the seasonal ones in B^s; below 1.01 a model is
/// close to the edge of stationarity or invertibility.
void explain_roots(const ArimaParameters& p, json& result) {
  const auto arma = arma_from_coefficients(p.order, p.coefficients);
  const auto add = [&](const char* name, const std::vector<double>& coefficients, double sign) {
    LagPolynomial<double> polynomial{1};
    for (const double c : coefficients) polynomial.push_back(sign * c);
    for (const auto& zero : roots(polynomial)) result["roots"][name].push_back(std::abs(zero));
  };
  add("ar", arma->regular.ar, -1);
  add("ma", arma->regular.ma, 1);
  add("sar", arma->seasonal.ar, -1);
  add("sma", arma->seasonal.ma, 1);
}

/// Whether the residuals are white over two seasons, or ten lags, but at most a fifth of them.
json residual_tests(const ArimaParameters& p, std::span<const double> residuals) {
  const Index wanted = p.order.has_season() ? 2 * Index{p.order.s} : 10;
  const Index lags = std::min<Index>(wanted, std::ssize(residuals) / 5);
  if (lags < 1) return {};
  const PortmanteauTest test = ljung_box(residuals, lags, p.order.parameters());
  if (!std::isfinite(test.p_value)) return {};
  return {
      {"ljung_box", {{"lags", lags}, {"statistic", test.statistic}, {"p_value", test.p_value}}}};
}

class FittedArima final : public FittedSeries {
 public:
  FittedArima(ArimaParameters parameters, Bucket first)
      : parameters_(std::move(parameters)), filter_(make_filter(parameters_)), first_(first) {}

  explicit FittedArima(const json& state)
      : FittedArima(load_parameters(state.at("parameters")),
                    whole_number(state, "first", -kMostValues, kMostValues)) {
    filter_.load(state.at("filter"));
    seen_ = whole_number(state, "seen", 0, kMostValues);
  }

  /// Filters the history that the parameters were estimated from.
  void begin_with(std::span<const double> y, const MatrixXd& x) {
    std::vector<double> residuals;
    move_on(y, x, &residuals);
    parameters_.used = filter_.used();
    if (!parameters_.exact) parameters_.residuals = residual_tests(parameters_, residuals);
  }

  PredictivePtr forecast(Index horizon, const Regressors& future) const override {
    check(future, horizon);
    StateForecast f = filter_.forecast(horizon);
    f.mean += parameters_.regression.levels(next(horizon), future.values);
    const double variance = sigma2();
    PredictivePtr result = std::make_shared<GaussianPredictive>(
        std::move(f.mean), std::move(f.psi), variance, f.factor * std::sqrt(variance));
    return parameters_.unit == 1 ? result : scale_by(std::move(result), parameters_.unit);
  }

  Components components(Index horizon, const Regressors& future) const override {
    check(future, horizon);
    const int season = parameters_.order.has_season() ? parameters_.order.s : 1;
    const VectorXd process = filter_.forecast(horizon + 2 * Index{season}).mean;
    Components result = path_components(process, horizon, season);
    result.add(parameters_.regression.components(next(horizon), future.values));
    result.values *= parameters_.unit;
    return result;
  }

  void update(std::span<const double> values, const Regressors& beside) override {
    check(beside, std::ssize(values));
    if (parameters_.unit == 1) {
      move_on(values, beside.values);
      return;
    }
    std::vector<double> counted(values.begin(), values.end());
    for (double& y : counted) y /= parameters_.unit;
    move_on(counted, beside.values);
  }

  std::vector<std::string> needs() const override { return parameters_.regression.needs(); }

  const ArimaParameters& parameters() const { return parameters_; }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedArima>(*this);
  }

  /// Forecasts mean something once the differences are there.
  Restart restarted() const override {
    if (parameters_.exact) return {};
    const SarimaOrder& order = parameters_.order;
    return {std::make_unique<FittedArima>(parameters_, first_), order.d + order.D * order.s};
  }

  json save() const override {
    return {{"version", needs_version_2(parameters_) ? kStateVersion : 1},
            {"parameters", save_parameters(parameters_)},
            {"filter", filter_.save()},
            {"first", first_},
            {"seen", seen_}};
  }

  json explain() const override {
    json result = {{"model", "ARIMA" + parameters_.order.format()},
                   {"order", parameters_.order.format()},
                   {"sigma2", parameters_.unit * parameters_.unit * parameters_.sigma2},
                   {"log_likelihood", log_likelihood(parameters_)},
                   {"observations", parameters_.used}};
    result.update(criteria(parameters_));
    if (parameters_.exact) result["exact"] = true;
    explain_coefficients(parameters_, result);
    explain_regressors(parameters_, result);
    explain_roots(parameters_, result);
    if (!parameters_.residuals.is_null()) result["residuals"] = parameters_.residuals;
    if (!parameters_.search.is_null()) result["search"] = parameters_.search;
    return result;
  }

 private:
  /// Of an exact model the mean square of what it has not foreseen, where that is more than
  /// rounding.
  double sigma2() const {
    if (!parameters_.exact || filter_.used() == 0) return parameters_.sigma2;
    return std::max(parameters_.sigma2,
                    filter_.sum_squares() / static_cast<double>(filter_.used()));
  }

  /// The values after those seen.
  Stretch next(Index count) const { return {seen_ + 1, first_ + seen_, count}; }

  /// `residuals`, where asked for, takes the innovations that count, in standard deviations of
  /// sigma.
  void move_on(std::span<const double> y, const MatrixXd& x,
               std::vector<double>* residuals = nullptr) {
    const VectorXd level = parameters_.regression.levels(next(std::ssize(y)), x);
    for (Index i = 0; i < level.size(); ++i) {
      const auto innovation = filter_.step(y[static_cast<std::size_t>(i)] - level[i]);
      if (residuals == nullptr || !innovation) continue;
      residuals->push_back(innovation->value / std::sqrt(innovation->variance));
    }
    seen_ += level.size();
  }

  /// Throws Error invalid_value unless the needed columns are there, in order.
  void check(const Regressors& given, Index steps) const {
    const std::vector<std::string>& needed = parameters_.regression.needs();
    if (needed.empty() || (given.names == needed && given.values.rows() >= steps)) return;
    throw Error(ErrorCode::invalid_value,
                fmt::format("ARIMA{} needs the regressors {} at {} steps, and was given {} of {}; "
                            "give their values",
                            parameters_.order.format(), fmt::join(needed, ", "), steps,
                            given.values.rows(), fmt::join(given.names, ", ")));
  }

  ArimaParameters parameters_;
  StateFilter filter_;
  Bucket first_ = 0;  // of the first value seen
  Index seen_ = 0;    // values since, missing ones too
};

}  // namespace

std::unique_ptr<FittedSeries> begin_arima(ArimaParameters parameters, const Stretch& at,
                                          std::span<const double> y, const MatrixXd& x) {
  auto fitted = std::make_unique<FittedArima>(std::move(parameters), at.bucket);
  fitted->begin_with(y, x);
  return fitted;
}

const ArimaParameters& parameters_of(const FittedSeries& fitted) {
  return dynamic_cast<const FittedArima&>(fitted).parameters();
}

std::unique_ptr<FittedSeries> load_arima(const json& state) {
  const auto version = whole_number(state, "version", 1, INT32_MAX);
  if (version > kStateVersion) {
    throw Error(ErrorCode::newer_version,
                fmt::format("the saved state of ARIMA has format version {}, this program reads "
                            "up to {}; use a newer forecart or run again",
                            version, kStateVersion));
  }
  return std::make_unique<FittedArima>(state);
}

}  // namespace forecart::sarima
