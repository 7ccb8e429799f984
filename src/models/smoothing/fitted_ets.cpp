#include "models/smoothing/fitted_ets.h"

#include "models/saved_state.h"
#include "models/smoothing/ets_predictive.h"
#include "models/smoothing/ets_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// Of the saved state; raised whenever an older program could misread it.
constexpr int kStateVersion = 1;
/// Missing values at the end whose errors still widen the intervals; those before them are
/// forgotten.
constexpr Index kMostMissing = 1000;
constexpr Index kMostValues = Index{1} << 53;
constexpr int kLongestSeason = 100'000;
/// Of values in units of the fit: what lies beyond counts as that, so that variances stay finite.
constexpr double kGreatestValue = 1e100;

json save_fit(const Fit& fit) {
  const Estimate& e = fit.estimate;
  return {{"form", e.form.name()},
          {"season_length", e.season_length},
          {"parameters", std::vector<double>(e.parameters.begin(), e.parameters.end())},
          {"log_likelihood", e.log_likelihood},
          {"sigma2", e.sigma2},
          {"used", e.used},
          {"converged", e.converged},
          {"unit", fit.unit},
          {"seed", fit.seed},
          {"search", fit.search}};
}

Fit load_fit(const json& state) {
  Fit fit;
  Estimate& e = fit.estimate;
  e.form = Form::parse(state.at("form").get<std::string>());
  e.season_length = static_cast<int>(whole_number(state, "season_length", 1, kLongestSeason));
  const auto parameters = state.at("parameters").get<std::vector<double>>();
  if (std::ssize(parameters) != Layout(e.form, e.season_length).size) {
    refuse_state("AutoETS", "parameters");
  }
  e.parameters = VectorXd::Map(parameters.data(), std::ssize(parameters));
  state.at("log_likelihood").get_to(e.log_likelihood);
  e.sigma2 = variance(state, "sigma2");
  e.used = whole_number(state, "used", 0, kMostValues);
  state.at("converged").get_to(e.converged);
  state.at("unit").get_to(fit.unit);
  if (!(fit.unit > 0)) refuse_state("AutoETS", "unit");
  state.at("seed").get_to(fit.seed);
  fit.search = state.at("search");
  return fit;
}

/// Level, trend and season on the scale of the data.
json states_of(const Form& form, double unit, double level, double trend,
               std::vector<double> season) {
  json result{{"level", unit * level}};
  if (form.trend != Part::none) {
    result["trend"] = form.trend == Part::additive ? unit * trend : trend;
  }
  if (form.season == Part::none) return result;
  if (form.season == Part::additive) {
    for (double& place : season) place *= unit;
  }
  result["season"] = std::move(season);
  return result;
}

class FittedEts final : public FittedSeries {
 public:
  explicit FittedEts(Fit fit)
      : fit_(std::move(fit)),
        state_(fit_.estimate.form, fit_.estimate.season_length, fit_.estimate.parameters) {}

  explicit FittedEts(const json& state) : FittedEts(load_fit(state.at("fit"))) {
    state_.load(state.at("state"));
    missing_ = whole_number(state, "missing", 0, kMostMissing);
  }

  PredictivePtr forecast(Index horizon, const Regressors& /*future*/) const override {
    return predictive(form(), state_, {fit_.estimate.sigma2, fit_.unit, missing_, fit_.seed},
                      horizon);
  }

  Components components(Index horizon, const Regressors& /*future*/) const override {
    const Outlook outlook = state_.outlook(missing_ + horizon);
    const double level = missing_ > 0 ? outlook.level[missing_ - 1] : state_.level();
    const VectorXd grown = outlook.level.tail(horizon);
    Components result;
    result.add(kLevel, VectorXd::Constant(horizon, fit_.unit * level));
    if (form().trend != Part::none)
      result.add(kTrend, fit_.unit * (grown.array() - level).matrix());
    if (form().season != Part::none) {
      result.add(season_part(fit_.estimate.season_length),
                 fit_.unit * (outlook.mean.tail(horizon) - grown));
    }
    return result;
  }

  void update(std::span<const double> values, const Regressors& /*beside*/) override {
    for (const double y : values) step(std::clamp(y / fit_.unit, -kGreatestValue, kGreatestValue));
  }

  const Estimate& estimate() const { return fit_.estimate; }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedEts>(*this);
  }

  json save() const override {
    return {{"version", kStateVersion},
            {"fit", save_fit(fit_)},
            {"state", state_.save()},
            {"missing", missing_}};
  }

  json explain() const override {
    const Estimate& e = fit_.estimate;
    const double shift = static_cast<double>(e.used) * std::log(fit_.unit);
    json result = {
        {"model", e.form.name()},
        {"season_length", e.season_length},
        {"log_likelihood", e.log_likelihood - shift},
        {"aic", e.aic() + 2 * shift},
        {"bic", e.bic() + 2 * shift},
        {"sigma2", e.form.multiplicative_error ? e.sigma2 : e.sigma2 * fit_.unit * fit_.unit},
        {"observations", e.used},
        {"intervals", has_analytic_variance(e.form) ? "analytic" : "simulated"}};
    result["aicc"] = std::isfinite(e.aicc()) ? json(e.aicc() + 2 * shift) : json();
    explain_parameters(result);
    if (!fit_.search.is_null()) result["search"] = fit_.search;
    return result;
  }

 private:
  const Form& form() const { return fit_.estimate.form; }

  void explain_parameters(json& result) const {
    const Layout layout(form(), fit_.estimate.season_length);
    const VectorXd& p = fit_.estimate.parameters;
    const auto tell = [&](const char* name, Index i) {
      if (i >= 0) result["parameters"][name] = p[i];
    };
    tell("alpha", layout.alpha);
    tell("beta", layout.beta);
    tell("gamma", layout.gamma);
    tell("phi", layout.phi);
    const State initial(form(), fit_.estimate.season_length, p);
    result["initial_states"] =
        states_of(form(), fit_.unit, initial.level(), initial.trend(), initial.season());
    result["states"] =
        states_of(form(), fit_.unit, state_.level(), state_.trend(), state_.season());
  }

  /// Values that are missing are only counted: the next known one, or a forecast, steps over them.
  void step(double y) {
    constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(y)) {
      if (missing_ < kMostMissing) {
        ++missing_;
      } else {
        state_.step(kMissing);
      }
      return;
    }
    for (; missing_ > 0; --missing_) state_.step(kMissing);
    state_.step(y);
  }

  Fit fit_;
  State state_;        // after the last known value
  Index missing_ = 0;  // values since then
};

}  // namespace

std::unique_ptr<FittedSeries> make_fitted(Fit fit, std::span<const double> values) {
  auto result = std::make_unique<FittedEts>(std::move(fit));
  result->update(values, {});
  return result;
}

std::unique_ptr<FittedSeries> load_fitted(const json& state) {
  check_version("AutoETS", state, kStateVersion);
  return std::make_unique<FittedEts>(state);
}

Structure structure_of(const FittedSeries& fitted) {
  const Estimate& e = dynamic_cast<const FittedEts&>(fitted).estimate();
  return {e.form, e.season_length};
}

}  // namespace forecart::ets
