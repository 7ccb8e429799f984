#include "models/smoothing/fitted_theta.h"

#include "math/normal.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::theta {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Of the saved state; raised whenever an older program could misread it.
constexpr int kStateVersion = 1;
/// Missing values at the end whose errors still widen the intervals.
constexpr Index kMostMissing = 1000;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Where a fitted method stands: its state after the last known value, the steps since, and the
/// place of the season that the next known value would have had.
struct Position {
  State state;
  Index missing = 0;
  std::size_t place = 0;
};

/// Joint Gaussian of the steps ahead: the state moves on with independent errors, and the season
/// is put back.
class ThetaPredictive final : public Predictive {
 public:
  ThetaPredictive(const Fit& fit, const Position& position, Index horizon)
      : season_(fit.season),
        position_(position),
        sigma_(std::sqrt(fit.estimate.sigma2)),
        mean_(horizon),
        deviation_(horizon) {
    const VectorXd variance = variances(fit.estimate);
    State ahead = position_.state;
    for (Index k = -position_.missing; k < horizon; ++k) {
      if (k >= 0) {
        mean_[k] = season_.restored(ahead.expected(), place(k));
        deviation_[k] = sigma_ * std::sqrt(variance[k]) * season_.unit(place(k));
      }
      ahead.step(kMissing);
    }
  }

  Index horizon() const override { return mean_.size(); }
  double mean(Index step) const override { return mean_[step]; }
  double quantile(Index step, double probability) const override {
    return mean_[step] + deviation_[step] * normal_quantile(probability);
  }

  MatrixXd draw(Index paths, Generator& generator) const override {
    MatrixXd result(horizon(), paths);
    for (Index path = 0; path < paths; ++path) {
      State ahead = position_.state;
      for (Index k = -position_.missing; k < horizon(); ++k) {
        const double y = ahead.expected() + sigma_ * generator.normal();
        if (k >= 0) result(k, path) = season_.restored(y, place(k));
        ahead.step(y);
      }
    }
    return result;
  }

 private:
  std::size_t place(Index step) const {
    const auto steps = static_cast<std::size_t>(position_.missing + step);
    return (position_.place + steps) % season_.length();
  }

  /// Of every step, in units of sigma^2: the squared effects of its own error and of those before
  /// it, which are alpha where the line does not move.
  VectorXd variances(const Estimate& estimate) const {
    const Index missing = position_.missing;
    VectorXd result(mean_.size());
    const double square = estimate.parameters.alpha * estimate.parameters.alpha;
    for (Index k = 0; k < result.size(); ++k) {
      result[k] = 1 + static_cast<double>(missing + k) * square;
    }
    if (!is_dynamic(estimate.method)) return result;
    result.setOnes();
    State shocked = position_.state.at_zero();
    for (Index j = -missing; j < result.size(); ++j) {
      State effect = shocked;
      effect.step(1);
      for (Index k = j + 1; k < result.size(); ++k) {
        if (k >= 0) result[k] += effect.expected() * effect.expected();
        effect.step(kMissing);
      }
      shocked.step(kMissing);
    }
    return result;
  }

  SeasonFigure season_;
  Position position_;
  double sigma_;
  VectorXd mean_;       // (h)
  VectorXd deviation_;  // (h)
};

json save_fit(const Fit& fit) {
  const Estimate& e = fit.estimate;
  const Parameters& p = e.parameters;
  return {{"method", name_of(e.method)},
          {"alpha", p.alpha},
          {"level", p.level},
          {"weight", p.weight},
          {"line", {p.line.intercept, p.line.slope}},
          {"sigma2", e.sigma2},
          {"mean_square", e.mean_square},
          {"used", e.used},
          {"season", fit.season.places},
          {"season_multiplies", fit.season.multiplies}};
}

Method read_method(const json& name) {
  for (const Method method : kMethods) {
    if (name == name_of(method)) return method;
  }
  refuse_state("Theta", "method");
}

Fit load_fit(const json& state) {
  Fit fit;
  Estimate& e = fit.estimate;
  e.method = read_method(state.at("method"));
  state.at("alpha").get_to(e.parameters.alpha);
  if (!(e.parameters.alpha > 0 && e.parameters.alpha <= 1)) refuse_state("Theta", "alpha");
  state.at("level").get_to(e.parameters.level);
  state.at("weight").get_to(e.parameters.weight);
  e.parameters.line = {state.at("line").at(0).get<double>(), state.at("line").at(1).get<double>()};
  e.sigma2 = variance(state, "sigma2");
  state.at("mean_square").get_to(e.mean_square);
  e.used = whole_number(state, "used", 0, Index{1} << 53);
  state.at("season").get_to(fit.season.places);
  state.at("season_multiplies").get_to(fit.season.multiplies);
  for (const double place : fit.season.places) {
    if (!std::isfinite(place) || (fit.season.multiplies && !(place > 0))) {
      refuse_state("Theta", "season");
    }
  }
  return fit;
}

class FittedTheta final : public FittedSeries {
 public:
  explicit FittedTheta(Fit fit)
      : fit_(std::move(fit)), at_{State(fit_.estimate.method, fit_.estimate.parameters)} {}

  explicit FittedTheta(const json& state) : FittedTheta(load_fit(state.at("fit"))) {
    at_.state.load(state.at("state"));
    at_.missing = whole_number(state, "missing", 0, kMostMissing);
    at_.place = static_cast<std::size_t>(
        whole_number(state, "place", 0, static_cast<std::int64_t>(fit_.season.length()) - 1));
  }

  PredictivePtr forecast(Index horizon, const Regressors& /*future*/) const override {
    return std::make_shared<ThetaPredictive>(fit_, at_, horizon);
  }

  Components components(Index horizon, const Regressors& future) const override {
    Position start = at_;
    for (; start.missing > 0; --start.missing) advance(start, kMissing);
    const double level = start.state.level();
    VectorXd grown(horizon);
    for (Index k = 0; k < horizon; ++k) {
      grown[k] = start.state.expected();
      start.state.step(kMissing);
    }
    Components result;
    result.add(kLevel, VectorXd::Constant(horizon, level));
    result.add(kTrend, grown.array() - level);
    if (!fit_.season.empty()) {
      result.add(season_part(static_cast<double>(fit_.season.length())),
                 means_of(*forecast(horizon, future)) - grown);
    }
    return result;
  }

  void update(std::span<const double> values, const Regressors& /*beside*/) override {
    for (const double y : values) {
      if (std::isnan(y) && at_.missing < kMostMissing) {
        ++at_.missing;
        continue;
      }
      if (!std::isnan(y)) {
        for (; at_.missing > 0; --at_.missing) advance(at_, kMissing);
      }
      advance(at_, y);
    }
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedTheta>(*this);
  }

  json save() const override {
    return {{"version", kStateVersion},
            {"fit", save_fit(fit_)},
            {"state", at_.state.save()},
            {"missing", at_.missing},
            {"place", at_.place}};
  }

  json explain() const override {
    const Estimate& e = fit_.estimate;
    const Line line = at_.state.current_line();
    json result = {
        {"model", name_of(e.method)},
        {"parameters", {{"alpha", e.parameters.alpha}, {"weight", e.parameters.weight}}},
        {"initial_states", {{"level", e.parameters.level}}},
        {"states",
         {{"level", at_.state.level()}, {"intercept", line.intercept}, {"slope", line.slope}}},
        {"sigma2", e.sigma2},
        {"mean_square_error", e.mean_square},
        {"observations", e.used},
        {"intervals", "analytic"}};
    if (e.parameters.weight < 1) result["parameters"]["theta"] = 1 / (1 - e.parameters.weight);
    if (!fit_.season.empty()) {
      result["season"] = {{"multiplies", fit_.season.multiplies}, {"places", fit_.season.places}};
    }
    return result;
  }

 private:
  void advance(Position& at, double y) const {
    at.state.step(std::isnan(y) ? y : fit_.season.adjusted(y, at.place));
    at.place = (at.place + 1) % fit_.season.length();
  }

  Fit fit_;
  Position at_;
};

}  // namespace

std::unique_ptr<FittedSeries> make_fitted(Fit fit, std::span<const double> values) {
  auto result = std::make_unique<FittedTheta>(std::move(fit));
  result->update(values, {});
  return result;
}

std::unique_ptr<FittedSeries> load_fitted(const json& state) {
  check_version("Theta", state, kStateVersion);
  return std::make_unique<FittedTheta>(state);
}

}  // namespace forecart::theta
