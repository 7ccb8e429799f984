#include "models/smoothing/double_seasonal_es.h"

#include "math/nelder_mead.h"
#include "models/interval_stretch.h"
#include "models/saved_state.h"
#include "models/smoothing/double_seasonal_state.h"
#include "series/derived_predictive.h"
#include "series/interpolation.h"
#include "series/transform.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;
using Weights = DoubleSeasonalWeights;
using State = DoubleSeasonalState;

/// Upper ends of alpha, delta, omega, phi; beyond, the state follows noise.
const Eigen::Array4d kMost{.5, .6, .6, .99};
/// Starts of the search: slow, middling, and departures that hardly last.
const std::array<Eigen::Array4d, 3> kStarts{
    {{.05, .1, .1, .8}, {.2, .3, .3, .5}, {.02, .05, .2, .1}}};
/// A season must be held so many times.
constexpr Index kCycles = 3;
/// Most origins that the loss looks at.
constexpr Index kMostOrigins = 28;
/// Missing values at the end that widen the intervals one by one; more say nothing new.
constexpr Index kLongestGap = 1000;
constexpr int kLongestSeason = 10'000'000;

/// Weights inside their bounds from any point of the plane.
Weights weights_at(const VectorXd& x) {
  const Eigen::Array4d w = kMost / (1 + (-x.array()).exp());
  return {w[0], w[1], w[2], w[3]};
}

VectorXd point_of(const Eigen::Array4d& weights) {
  return (weights / (kMost - weights)).log().matrix();
}

/// The model of one series with its weights and its state after the last value.
struct Smoother {
  Transform scale;
  Weights weights;
  State state;
  double sigma2 = 0;
  double stretch = 1;
  Index missing = 0;  // latest values that were not known

  GaussianPredictive gaussian(Index horizon, double factor) const {
    const VectorXd psi = psi_of(weights, state, horizon + missing);
    const double sigma = factor * std::sqrt(sigma2);
    MatrixXd gap(horizon, missing);
    for (Index i = 0; i < missing; ++i) gap.col(i) = sigma * psi.segment(i + 1, horizon);
    VectorXd mean(horizon);
    for (Index k = 0; k < horizon; ++k) mean[k] = state.ahead(k, weights);
    return {std::move(mean), psi.head(horizon), sigma * sigma, std::move(gap)};
  }
};

json as_json(const VectorXd& values) {
  return std::vector<double>(values.begin(), values.end());
}

class FittedDoubleSeasonal final : public FittedSeries {
 public:
  explicit FittedDoubleSeasonal(Smoother smoother) : own_(std::move(smoother)) {}

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    // Wilder times long ago must not bend today's mean.
    const double calm = std::min(1.0, own_.stretch);
    auto narrow = std::make_shared<GaussianPredictive>(own_.gaussian(horizon, calm));
    auto wide = std::make_shared<GaussianPredictive>(own_.gaussian(horizon, own_.stretch));
    return with_means(back_transform(own_.scale, std::move(wide)),
                      means_of(*back_transform(own_.scale, std::move(narrow))));
  }

  Components components(Index horizon, const Regressors&) const override {
    const State& state = own_.state;
    VectorXd short_part(horizon);
    VectorXd long_part(horizon);
    for (Index k = 0; k < horizon; ++k) {
      short_part[k] = state.short_season[(state.short_place + k) % state.short_season.size()];
      if (state.long_season.size() > 0)
        long_part[k] = state.long_season[(state.long_place + k) % state.long_season.size()];
    }
    Components parts;
    parts.add(kLevel, VectorXd::Constant(horizon, state.level));
    parts.add(season_part(static_cast<double>(state.short_season.size())), short_part);
    if (state.long_season.size() > 0)
      parts.add(season_part(static_cast<double>(state.long_season.size())), long_part);
    parts.complete(kRemainder, means_of(own_.gaussian(horizon, 1)));
    return back_transform(own_.scale, parts, means_of(*forecast(horizon, {})));
  }

  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      const bool known = std::isfinite(y) && in_domain(own_.scale, {&y, 1});
      const double z = known ? transformed_values(own_.scale, {&y, 1}).front() : std::nan("");
      own_.state.take(z, own_.weights);
      own_.missing = known ? 0 : std::min(own_.missing + 1, kLongestGap);
    }
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedDoubleSeasonal>(*this);
  }

  json save() const override {
    json state = explain();
    state["level"] = own_.state.level;
    state["departure"] = own_.state.departure;
    state["short_season"] = as_json(own_.state.short_season);
    state["long_season"] = as_json(own_.state.long_season);
    state["short_place"] = own_.state.short_place;
    state["long_place"] = own_.state.long_place;
    state["missing"] = own_.missing;
    return state;
  }

  json explain() const override {
    return {{"scale", to_string(own_.scale)},  {"alpha", own_.weights.alpha},
            {"delta", own_.weights.delta},     {"omega", own_.weights.omega},
            {"phi", own_.weights.phi},         {"sigma2", own_.sigma2},
            {"interval_stretch", own_.stretch}};
  }

 private:
  Smoother own_;
};

/// What the loss looks at: the values, where they start from, and the origins.
class Fit {
 public:
  /// `z` has gaps filled, `known` says where it had none.
  Fit(std::vector<double> z, std::vector<double> with_gaps, std::vector<int> seasons, Index horizon)
      : filled_(std::move(z)), z_(std::move(with_gaps)) {
    const int long_season = seasons.size() > 1 ? seasons.back() : 0;
    start_ = State::before(filled_, seasons.front(), long_season);
    const Index n = std::ssize(z_);
    step_ = seasons.front();
    horizon_ = std::min(std::max(horizon, step_), 2 * Index{seasons.back()});
    horizon_ = std::min(horizon_, n / 3);
    const Index span = std::min(std::max(2 * Index{seasons.back()}, 14 * step_), n / 2);
    const Index count = std::clamp<Index>((span - horizon_) / step_ + 1, 1, kMostOrigins);
    step_ = std::max(step_, (span - horizon_) / count / step_ * step_);
    first_ = n - horizon_ - (count - 1) * step_;
    first_ = std::max<Index>(first_, 1);
  }

  /// Mean absolute error over the steps from all origins.
  double loss(const VectorXd& x) const {
    const Weights weights = weights_at(x);
    double sum = 0;
    double count = 0;
    each_error(weights, [&](Index, double error) {
      sum += std::abs(error);
      ++count;
    });
    return sum / count;
  }

  Smoother smoother(const Transform& scale, const VectorXd& x) const {
    Smoother result{scale, weights_at(x), start_, 0, 1, 0};
    double squares = 0;
    double count = 0;
    for (const double z : z_) {
      const double e = result.state.take(z, result.weights);
      if (std::isnan(e)) continue;
      squares += e * e;
      ++count;
    }
    result.sigma2 = squares / count;
    result.stretch = stretch_of(result);
    return result;
  }

 private:
  /// Calls visit(step, error) for all known values ahead of all origins.
  template <class Visit>
  void each_error(const Weights& weights, const Visit& visit) const {
    State state = start_;
    const Index n = std::ssize(z_);
    Index next = first_;
    for (Index t = 0; t < n; ++t) {
      if (t == next && t + horizon_ <= n) {
        double departure = weights.phi * state.departure;
        for (Index k = 0; k < horizon_; ++k, departure *= weights.phi) {
          const double z = z_[static_cast<std::size_t>(t + k)];
          if (!std::isnan(z)) visit(k, z - state.seasonal_level(k) - departure);
        }
        next += step_;
      }
      state.take(z_[static_cast<std::size_t>(t)], weights);
    }
  }

  double stretch_of(const Smoother& smoother) const {
    const GaussianPredictive forecast = smoother.gaussian(horizon_, 1);
    std::vector<double> errors;
    each_error(smoother.weights, [&](Index k, double error) {
      if (forecast.variance(k) > 0)
        errors.push_back(std::abs(error) / std::sqrt(forecast.variance(k)));
    });
    const Index origins = (std::ssize(z_) - horizon_ - first_) / step_ + 1;
    return interval_stretch(std::move(errors), static_cast<double>(origins));
  }

  std::vector<double> filled_;
  std::vector<double> z_;  // NaN where missing
  State start_;
  Index horizon_ = 1;
  Index step_ = 1;
  Index first_ = 1;  // first origin
};

class DoubleSeasonalEs final : public SeriesModel {
 public:
  explicit DoubleSeasonalEs(DoubleSeasonalOptions options) : options_(std::move(options)) {}

  std::string name() const override { return "DoubleSeasonalES"; }
  bool ages_quickly() const override { return true; }
  std::string interval_method() const override { return "psi weights and past errors"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    const std::vector<int> seasons = held_seasons(std::ssize(input.values));
    const Index known = std::count_if(input.values.begin(), input.values.end(),
                                      [](double y) { return std::isfinite(y); });
    if (seasons.empty() || known < kCycles * seasons.front()) {
      const int shortest = options_.seasons.empty() ? 1 : options_.seasons.front();
      return {nullptr,
              fmt::format("needs three seasons of {} known values, has {}", shortest, known),
              false};
    }
    const Transform scale =
        in_domain(Transform::log, input.values) ? Transform::log : Transform::none;
    const std::vector<double> z = transformed_values(scale, input.values);
    const Fit task(seasonal_fill(z, seasons), z, seasons, options.horizon);
    Smoother best = task.smoother(scale, minimum_of(task));
    if (!std::isfinite(best.sigma2) || !std::isfinite(best.state.level))
      return {nullptr, "the values are too large to be smoothed", false};
    return {std::make_unique<FittedDoubleSeasonal>(std::move(best)), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override;

 private:
  static VectorXd minimum_of(const Fit& task) {
    NelderMeadResult best;
    for (const Eigen::Array4d& start : kStarts) {
      const NelderMeadResult found =
          minimize_nelder_mead([&](const VectorXd& x) { return task.loss(x); }, point_of(start),
                               {.first_step = .7, .tolerance = 1e-4, .max_evaluations = 200});
      if (best.x.size() == 0 || found.value < best.value) best = found;
    }
    return best.x;
  }

  /// One season or two that n values hold often enough.
  std::vector<int> held_seasons(Index n) const {
    std::vector<int> seasons = options_.seasons;
    std::erase_if(seasons, [n](int season) { return kCycles * Index{season} > n; });
    if (seasons.size() > 2) seasons = {seasons.front(), seasons.back()};
    return seasons;
  }

  DoubleSeasonalOptions options_;
};

VectorXd vector_from(const json& state, const char* key) {
  const auto values = state.at(key).get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(values.data(), std::ssize(values));
}

/// A weight of a saved state, in [0, most].
double weight_from(const json& state, const char* key, double most) {
  const auto weight = state.at(key).get<double>();
  if (!(weight >= 0 && weight <= most)) refuse_state("DoubleSeasonalES", key);
  return weight;
}

std::unique_ptr<FittedSeries> DoubleSeasonalEs::load(const json& state, const Calendar&) const {
  Smoother own;
  own.scale = parse_transform(state.at("scale").get<std::string>());
  if (own.scale.kind == Transform::Kind::box_cox) refuse_state(name(), "scale");
  own.weights = {weight_from(state, "alpha", kMost[0]), weight_from(state, "delta", kMost[1]),
                 weight_from(state, "omega", kMost[2]), weight_from(state, "phi", kMost[3])};
  own.state.level = state.at("level").get<double>();
  own.state.departure = state.at("departure").get<double>();
  own.state.short_season = vector_from(state, "short_season");
  own.state.long_season = vector_from(state, "long_season");
  const Index s1 = own.state.short_season.size();
  const Index s2 = own.state.long_season.size();
  if (s1 < 1 || s1 > kLongestSeason || s2 > kLongestSeason) refuse_state(name(), "seasons");
  own.state.short_place = whole_number(state, "short_place", 0, s1 - 1);
  own.state.long_place = whole_number(state, "long_place", 0, std::max<Index>(s2 - 1, 0));
  own.sigma2 = variance(state, "sigma2");
  own.stretch = state.at("interval_stretch").get<double>();
  if (!(own.stretch >= 0)) refuse_state(name(), "interval_stretch");
  own.missing = whole_number(state, "missing", 0, kLongestGap);
  return std::make_unique<FittedDoubleSeasonal>(std::move(own));
}

}  // namespace

SeriesModelPtr make_double_seasonal_es(DoubleSeasonalOptions options) {
  assert(std::is_sorted(options.seasons.begin(), options.seasons.end()));
  return std::make_shared<DoubleSeasonalEs>(std::move(options));
}

}  // namespace forecart
