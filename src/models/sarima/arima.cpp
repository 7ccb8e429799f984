#include "models/sarima/arima.h"

#include "models/sarima/fitted_arima.h"
#include "models/sarima/standard_error.h"
#include "models/saved_state.h"
#include "models/stability.h"

#include <Eigen/QR>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace sarima {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Differences smaller than this share of the values are rounding errors.
constexpr double kVaries = 1e-12;
/// Values beyond those that differences take that show an exact series to be one.
constexpr Index kWitnesses = 3;
/// A fit must forecast so many seasons with intervals of bounded width, or it is not used.
constexpr Index kSeasonsTrusted = 2;
constexpr int kShortSeason = 12;
/// Unconstrained parameters beyond it are on the edge, where a search would hardly move.
constexpr double kFarthest = 5;

Index observed(const std::vector<double>& y) {
  return std::count_if(y.begin(), y.end(), [](double v) { return !std::isnan(v); });
}

double largest(const std::vector<double>& y) {
  double result = 0;
  for (const double value : y) {
    result = std::isnan(value) ? result : std::max(result, std::abs(value));
  }
  return result;
}

std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

/// "dropped 'price' does not vary, 'C1-24' vanishes with differencing; left out .."; "" if nothing
/// was.
std::string tell_dropped(const Design& design) {
  if (design.dropped.empty()) return design.left_out;
  return joined(fmt::format("dropped {}", fmt::join(design.dropped, ", ")), design.left_out);
}

SeriesFit refused(const Design& design, const std::string& reason) {
  return {nullptr, joined(reason, tell_dropped(design)), false};
}

/// The regressors from value `skipped` on, in the order the regression needs them.
Regressors beside(const SeriesInput& input, const Regression& regression, Index skipped) {
  const auto& names = input.regressors.names;
  Regressors result{regression.needs(), {}};
  result.values.resize(std::ssize(input.values) - skipped, std::ssize(result.names));
  for (std::size_t c = 0; c < result.names.size(); ++c) {
    const auto at = std::find(names.begin(), names.end(), result.names[c]) - names.begin();
    result.values.col(static_cast<Index>(c)) =
        input.regressors.values.col(at).tail(result.values.rows());
  }
  return result;
}

/// The fitted model after the last value, also where that was not used for the fit.
std::unique_ptr<FittedSeries> at_end(const SeriesInput& input, ArimaParameters p,
                                     const Design& design) {
  const Index skipped = design.at.bucket - input.first;
  const Index used = design.at.count;
  const Regressors x = beside(input, p.regression, skipped);
  const Regressors rest = beside(input, p.regression, skipped + used);
  auto fitted = begin_arima(std::move(p), design.at, design.y, x.values.topRows(used));
  fitted->update(input.values.subspan(static_cast<std::size_t>(skipped + used)), rest);
  return fitted;
}

std::vector<double> coefficient_errors(const Design& design, const Estimate& e) {
  if (e.order.parameters() == 0) return {};
  const VectorXd errors = design.has_gaps ? standard_errors_with_gaps(e, design.y, design.x)
                                          : standard_errors(e, design.sample);
  if (!errors.allFinite()) return {};
  return {errors.begin(), errors.end()};
}

/// What `near` says of the unconstrained parameters, if it can be said.
EstimateOptions nearby(const ArimaOptions& options) {
  EstimateOptions result;
  if (options.near.empty()) return result;
  const auto arma = arma_from_coefficients(options.order, options.near);
  if (const auto u = arma ? parameters_of(*arma) : std::nullopt) {
    result.starts = {u->cwiseMax(-kFarthest).cwiseMin(kFarthest)};
    result.fixed_starts = 0;
  }
  return result;
}

/// The fit, unless its intervals run away within the seasons that it must be trusted for. What
/// needs regressors cannot be asked.
SeriesFit trusted(const SeriesInput& input, const Design& design, SeriesFit fit, int season) {
  if (!fit.fitted->needs().empty()) return fit;
  const Index steps = kSeasonsTrusted * std::max(season, kShortSeason);
  const std::string flaw = instability(*fit.fitted, input.values, steps);
  return flaw.empty() ? std::move(fit) : refused(design, flaw);
}

/// What there is to say of a series that leaves_nothing.
std::string exactness(const SarimaOrder& o) {
  return fmt::format("nothing is left to estimate{}", o.d + o.D > 0 ? " after differencing" : "");
}

/// Why `known` values are too few to believe that they leave nothing.
std::string unproven(const Design& design, const SarimaOrder& order, Index known, Index needed) {
  const std::size_t given = design.regression.needs().size();
  if (given == 0) {
    return fmt::format(
        "{}, and a series so regular needs at least {} values to be believed, it has {}",
        exactness(order), needed, known);
  }
  return fmt::format(
      "{} beside {} regressor{}, which {} values do not prove: give at least {} values, or fewer "
      "regressors",
      exactness(order), given, given == 1 ? "" : "s", known, needed);
}

/// Least squares on the differences. Where the errors are no more than rounding, a bound of it
/// stands for their variance.
ArimaParameters exact_parameters(const ArimaOptions& options, const Design& design) {
  ArimaParameters p;
  p.order = options.order;
  p.exact = true;
  p.unit = design.unit;
  p.dropped = design.dropped;
  p.search = options.search;
  Estimate e;
  if (design.regression.size() > 0) {
    e.beta = design.sample.x.colPivHouseholderQr().solve(design.sample.y);
  }
  p.regression = estimated_regression(design, e, false);
  VectorXd rest = design.sample.y;
  if (design.regression.size() > 0) rest -= design.sample.x * e.beta;
  const auto n = static_cast<double>(rest.size());
  const double rounding = kVaries * largest(design.y);
  p.sigma2 = std::max(rest.squaredNorm() / n, rounding * rounding);
  const double counted = std::max(p.sigma2, std::numeric_limits<double>::min());
  p.log_likelihood = -0.5 * n * (std::log(2 * std::numbers::pi * counted) + 1);
  return p;
}

}  // namespace

RegressionTerms regression_terms(const ArimaOptions& options) {
  const int differences = options.order.d + options.order.D;
  return {options.mean && differences == 0, options.drift && differences == 1,
          waves_of(options.fourier)};
}

std::string obstacle(const SarimaOrder& o, const Design& design) {
  const Index estimated = o.parameters() + design.regression.size() + 1;
  const Index seasonal_lag = static_cast<Index>(o.s) * std::max(o.P, o.Q);
  const Index needed = o.lost() + std::max<Index>(estimated + 2, seasonal_lag + 1);
  if (const Index known = observed(design.y); known < needed) {
    return fmt::format("ARIMA{} needs at least {} values, the series has {}{}", o.format(), needed,
                       known,
                       design.left_out.empty() ? "" : " beside which all regressors are known");
  }
  const double spread = design.sample.y.maxCoeff() - design.sample.y.minCoeff();
  if (!std::isfinite(spread)) return "the series holds values that are not finite";
  return {};
}

SeriesFit finish_fit(const SeriesInput& input, const ArimaOptions& options, const Design& design,
                     const Estimate& e) {
  if (!std::isfinite(e.log_likelihood)) {
    return refused(design, fmt::format("ARIMA{} has no finite likelihood here", e.order.format()));
  }
  ArimaParameters p;
  p.order = e.order;
  p.coefficients = coefficients(e.arma);
  const bool wants_errors = options.standard_errors && !options.trial;
  p.regression = estimated_regression(design, e, wants_errors);
  p.dropped = design.dropped;
  p.search = options.search;
  p.unit = design.unit;
  p.sigma2 = e.sigma2;
  p.log_likelihood = e.log_likelihood;
  if (wants_errors) p.standard_errors = coefficient_errors(design, e);
  SeriesFit result{at_end(input, std::move(p), design), tell_dropped(design), e.converged};
  if (options.trial) return result;
  return trusted(input, design, std::move(result), e.order.s);
}

bool leaves_nothing(const Design& design) {
  if (design.sample.y.size() == 0) return false;
  const double spread = design.sample.y.maxCoeff() - design.sample.y.minCoeff();
  const double rounding = kVaries * largest(design.y);
  return spread <= rounding || design.unexplained <= rounding;
}

SeriesFit exact_fit(const SeriesInput& input, const ArimaOptions& options) {
  ArimaOptions exact = options;
  exact.order.p = exact.order.q = exact.order.P = exact.order.Q = 0;
  const SarimaOrder& o = exact.order;
  exact.mean = exact.drift = false;
  Design design = make_design(input, o, regression_terms(exact));
  if (design.unexplained > kVaries * largest(design.y)) {
    exact.mean = exact.drift = true;
    design = make_design(input, o, regression_terms(exact));
  }
  const Index known = observed(design.y);
  const Index needed = o.lost() + std::max(design.regression.size() + kWitnesses, Index{o.s} * o.D);
  if (known < needed) {
    return refused(design, unproven(design, o, known, needed));
  }
  SeriesFit result{at_end(input, exact_parameters(exact, design), design), tell_dropped(design)};
  result.reason = joined(fmt::format("{}: continued by ARIMA{} as it is", exactness(o), o.format()),
                         result.reason);
  return trusted(input, design, std::move(result), o.s);
}

SeriesFit fit_arima(const SeriesInput& input, const ArimaOptions& options) {
  const Design design = make_design(input, options.order, regression_terms(options));
  if (leaves_nothing(design)) return exact_fit(input, options);
  const std::string reason = obstacle(options.order, design);
  if (!reason.empty()) return refused(design, reason);
  return finish_fit(input, options, design,
                    estimate_design(options.order, design, nearby(options)));
}

}  // namespace sarima

namespace {

class Arima final : public SeriesModel {
 public:
  explicit Arima(ArimaOptions options) : options_(std::move(options)) { options_.validate(); }

  std::string name() const override { return "ARIMA"; }
  std::string interval_method() const override { return "analytic"; }
  bool uses_regressors() const override { return true; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& /*options*/) const override {
    return sarima::fit_arima(input, options_);
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return sarima::load_arima(state);
  }

 private:
  ArimaOptions options_;
};

}  // namespace

void ArimaOptions::validate() const {
  order.validate();
  for (const FourierPeriod& period : fourier) period.validate();
}

SeriesModelPtr make_arima(ArimaOptions options) {
  return std::make_shared<Arima>(std::move(options));
}

}  // namespace forecart
