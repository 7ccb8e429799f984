#include "models/intermittent/count_profile.h"

#include "math/count.h"
#include "math/shrinkage.h"
#include "models/intermittent/demand_history.h"
#include "models/saved_state.h"
#include "series/demand_predictive.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

constexpr std::array<double, 7> kDiscounts{0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995};
/// Discount under which the profile is estimated: it must not eat the profile.
constexpr double kProfileDiscount = 0.98;
constexpr int kProfilePasses = 2;
/// Expected demand at which the dispersion counts half of what the moments say.
constexpr double kDispersionPrior = 10;
/// A level is known to within its own size.
constexpr double kLargestLevelVariance = 1;
/// Values beyond this are amounts, not counts.
constexpr double kLargestCount = 1e9;

/// Gamma belief in the level per step.
struct CountLevel {
  double discount = kProfileDiscount;
  double shape = 0;
  double rate = 0;

  double mean() const { return rate > 0 ? shape / rate : 0; }
  /// Relative variance of the level at the next step.
  double uncertainty() const {
    const double faded = discount * shape;
    return faded > 0 ? std::min(kLargestLevelVariance, 1 / faded) : kLargestLevelVariance;
  }
  void move_on(double y, double factor) {
    shape = discount * shape + y;
    rate = discount * rate + factor;
  }
};

/// What was expected of a value before it was known.
struct Prediction {
  double y = 0;
  double mean = 0;
  double uncertainty = 0;  // relative variance of the level
};

/// Known values of a series, with the places that they have in the season.
struct Counts {
  std::vector<double> y;
  std::vector<int> place;

  double mean() const {
    double sum = 0;
    for (const double value : y) sum += value;
    return y.empty() ? 0 : sum / static_cast<double>(y.size());
  }
};

/// One-step predictions; the level starts as the mean of all, worth one observation.
std::vector<Prediction> filtered(const Counts& counts, const ArrayXd& profile, CountLevel& level) {
  std::vector<Prediction> predictions;
  predictions.reserve(counts.y.size());
  for (std::size_t i = 0; i < counts.y.size(); ++i) {
    const double factor = profile[counts.place[i]];
    predictions.push_back({counts.y[i], level.mean() * factor, level.uncertainty()});
    level.move_on(counts.y[i], factor);
  }
  return predictions;
}

/// phi with E (y - m)^2 = m + phi m^2 + v m^2, by moments weighted 1 / m, drawn to 0.
double dispersion(const std::vector<Prediction>& predictions) {
  double above = 0;
  double below = 0;
  for (const auto& [y, m, v] : predictions) {
    if (!(m > 0)) continue;
    above += (y - m) * (y - m) / m - 1 - v * m;
    below += m;
  }
  return std::max(0.0, above / (below + kDispersionPrior));
}

double log_likelihood(const std::vector<Prediction>& predictions, double phi) {
  double sum = 0;
  for (const auto& [y, m, v] : predictions) {
    if (!(m > 0)) continue;
    sum += count_log_probability(y, m, m + (phi + (1 + phi) * v) * m * m);
  }
  return sum;
}

/// Factors of the places of the season, ratios of observed to expected demand.
ArrayXd estimated_profile(const Counts& counts, int season) {
  ArrayXd profile = ArrayXd::Ones(season);
  for (int pass = 0; pass < kProfilePasses; ++pass) {
    CountLevel level{kProfileDiscount, counts.mean(), 1};
    ArrayXd observed = ArrayXd::Zero(season);
    ArrayXd expected = ArrayXd::Zero(season);
    double squares = 0;
    const auto predictions = filtered(counts, profile, level);
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      const int place = counts.place[i];
      const auto& [y, m, v] = predictions[i];
      observed[place] += y;
      expected[place] += m / std::max(profile[place], 1e-12);
      squares += (y - m) * (y - m);
    }
    if (!(expected.sum() > 0)) return profile;
    expected *= observed.sum() / expected.sum();
    const double index = std::max(1.0, squares / observed.sum());
    const Ratios ratios{(expected > 0).select(observed / expected.max(1e-300), 1.0),
                        expected / index};
    profile = shrunk(ratios, between_variance(ratios, 1));
  }
  return profile;
}

class FittedCountProfile final : public FittedSeries {
 public:
  FittedCountProfile(Calendar calendar, Bucket end, ArrayXd profile, double phi, CountLevel level)
      : calendar_(calendar), end_(end), profile_(std::move(profile)), phi_(phi), level_(level) {}

  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      if (!std::isnan(y)) level_.move_on(std::clamp(y, 0.0, kLargestCount), factor(end_));
      ++end_;
    }
  }

  /// The level of a path moves on as exponential smoothing does, by 1 - delta of each step's error.
  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    const double level = level_.mean();
    const double gain = 1 - level_.discount;
    const double growth = level > 0 ? gain * gain * (1 / level + phi_) : 0;
    VectorXd mean(horizon);
    VectorXd uncertainty(horizon);
    for (Index step = 0; step < horizon; ++step) {
      mean[step] = level * factor(end_ + step);
      uncertainty[step] = std::min(kLargestLevelVariance,
                                   level_.uncertainty() + growth * static_cast<double>(step));
    }
    return std::make_shared<DemandPredictive>(DemandKind::counts, std::move(mean),
                                              std::move(uncertainty),
                                              DemandNoise{.index = 1, .quadratic = phi_});
  }

  Components components(Index horizon, const Regressors&) const override {
    const VectorXd level = VectorXd::Constant(horizon, level_.mean());
    VectorXd season(horizon);
    for (Index step = 0; step < horizon; ++step) {
      season[step] = level[step] * (factor(end_ + step) - 1);
    }
    Components result;
    result.add(kLevel, level);
    if (profile_.size() > 1) {
      result.add(season_part(static_cast<double>(profile_.size())), season);
    }
    return result;
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedCountProfile>(*this);
  }
  json save() const override {
    return {
        {"end", end_},           {"profile", std::vector<double>(profile_.begin(), profile_.end())},
        {"dispersion", phi_},    {"discount", level_.discount},
        {"shape", level_.shape}, {"rate", level_.rate}};
  }
  json explain() const override {
    return {{"level", level_.mean()},
            {"discount", level_.discount},
            {"dispersion", phi_},
            {"profile", std::vector<double>(profile_.begin(), profile_.end())}};
  }

 private:
  double factor(Bucket bucket) const {
    return profile_[calendar_.season_position(bucket, static_cast<int>(profile_.size()))];
  }

  Calendar calendar_;
  Bucket end_;
  ArrayXd profile_;  // (season)
  double phi_;
  CountLevel level_;
};

class CountProfile final : public SeriesModel {
 public:
  explicit CountProfile(CountProfileOptions options) : options_(options) {}

  std::string name() const override { return "CountProfile"; }
  std::string interval_method() const override { return "negative binomial"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    std::string flaw = flaw_of(input.values);
    if (!flaw.empty()) return {nullptr, std::move(flaw), false};
    // A profile needs two seasons; without them the level is all there is.
    const int season = std::ssize(input.values) >= 2 * Index{options_.season} ? options_.season : 1;
    Counts counts;
    for (std::size_t i = 0; i < input.values.size(); ++i) {
      if (std::isnan(input.values[i])) continue;
      counts.y.push_back(input.values[i]);
      const Bucket bucket = input.first + static_cast<Bucket>(i);
      counts.place.push_back(input.calendar.season_position(bucket, season));
    }
    const Bucket end = input.first + std::ssize(input.values);
    return {likeliest(counts, season, input.calendar, end), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    const auto end = whole<Bucket>(state.at("end"));
    if (!calendar.holds(end)) refuse_state(name(), "end");
    const auto profile = state.at("profile").get<std::vector<double>>();
    const bool sound = std::all_of(profile.begin(), profile.end(),
                                   [](double f) { return f >= 0 && f <= kLargestCount; });
    if (profile.empty() || !sound) refuse_state(name(), "profile");
    const CountLevel level{state.at("discount").get<double>(), variance(state, "shape"),
                           variance(state, "rate")};
    if (!(level.discount > 0 && level.discount < 1)) refuse_state(name(), "discount");
    return std::make_unique<FittedCountProfile>(
        calendar, end, Eigen::Map<const ArrayXd>(profile.data(), std::ssize(profile)),
        variance(state, "dispersion"), level);
  }

 private:
  static std::string flaw_of(std::span<const double> values) {
    std::string flaw = no_demand(values);
    if (flaw.empty() && !whole_numbers(values)) flaw = "counts are whole numbers, the values not";
    for (const double y : values) {
      if (y > kLargestCount) return "values beyond a billion are no counts";
    }
    return flaw;
  }

  static std::unique_ptr<FittedSeries> likeliest(const Counts& counts, int season,
                                                 const Calendar& calendar, Bucket end) {
    const ArrayXd profile = estimated_profile(counts, season);
    double best = -std::numeric_limits<double>::infinity();
    std::unique_ptr<FittedSeries> fitted;
    for (const double discount : kDiscounts) {
      CountLevel level{discount, counts.mean(), 1};
      const auto predictions = filtered(counts, profile, level);
      const double phi = dispersion(predictions);
      const double likelihood = log_likelihood(predictions, phi);
      if (fitted != nullptr && !(likelihood > best)) continue;
      best = likelihood;
      fitted = std::make_unique<FittedCountProfile>(calendar, end, profile, phi, level);
    }
    return fitted;
  }

  CountProfileOptions options_;
};

}  // namespace

SeriesModelPtr make_count_profile(CountProfileOptions options) {
  return std::make_shared<CountProfile>(options);
}

}  // namespace forecart
