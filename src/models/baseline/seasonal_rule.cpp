#include "models/baseline/seasonal_rule.h"

#include "math/median.h"
#include "models/saved_state.h"
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
using Values = std::span<const double>;

/// Seasons that the median and the growth look back.
constexpr Index kMedianSeasons = 3;
constexpr Index kGrowthSeasons = 6;
/// How much of a change of level is carried on.
constexpr double kCarried = .8;
/// The level is that of about a quarter of a year where the season is one.
constexpr Index kParts = 13;
/// Up to here the level is that of a whole season.
constexpr int kShortSeason = 24;
/// Seasons and origins that are kept for the errors.
constexpr Index kErrorSeasons = 2;
constexpr Index kMostOrigins = 200;
constexpr int kLongestSeason = 10'000'000;

double last_at(Values z, Index back) {
  return z[z.size() - static_cast<std::size_t>(back)];
}

/// Mean of the `window` values that end `back` steps before the end.
double level_at(Values z, Index back, Index window) {
  double sum = 0;
  for (Index i = 1; i <= window; ++i) sum += last_at(z, back + i);
  return sum / static_cast<double>(window);
}

/// What one rule makes of a past without gaps.
struct SeasonalPath {
  SeasonalRule rule = SeasonalRule::median;
  int season = 2;
  int window = 1;  // of the level

  /// Values that it looks at most, and needs at least.
  Index reach() const {
    if (rule == SeasonalRule::median) return kMedianSeasons * season;
    if (rule == SeasonalRule::level_change) return season + window;
    return kGrowthSeasons * season + 1;
  }
  Index needed() const { return rule == SeasonalRule::median ? season : Index{season} + window; }

  /// (horizon); `z` holds at least needed() values. Beyond a season it goes on from itself.
  VectorXd operator()(Values z, Index horizon) const {
    VectorXd path(horizon);
    const Index own = std::min<Index>(horizon, season);
    const double moved = level_change(z);
    for (Index k = 0; k < own; ++k) path[k] = in_season(z, k, moved);
    const double gained = horizon > own ? season_growth(z) : 0;
    for (Index k = own; k < horizon; ++k) path[k] = path[k - season] + gained;
    return path;
  }

 private:
  /// Step k of the first season; `moved` is level_change(z).
  double in_season(Values z, Index k, double moved) const {
    switch (rule) {
      case SeasonalRule::median:
        return seasonal_median(z, season - k);
      case SeasonalRule::level_change:
        return last_at(z, season - k) + moved;
      case SeasonalRule::same_growth:
        return z.back() + growth(z, k);
    }
    return 0;
  }

  /// What is carried on of the change of level since a season ago.
  double level_change(Values z) const {
    if (rule != SeasonalRule::level_change) return 0;
    return kCarried * (level_at(z, 0, window) - level_at(z, season, window));
  }

  double season_growth(Values z) const {
    return rule == SeasonalRule::same_growth ? growth(z, season - 1) : 0;
  }

  double seasonal_median(Values z, Index back) const {
    std::vector<double> own;
    for (Index j = 0; j < kMedianSeasons && back + j * season <= std::ssize(z); ++j)
      own.push_back(last_at(z, back + j * season));
    return median(std::move(own));
  }

  /// What the latest seasons gained in the k + 1 steps from here, shrunk; k < season.
  double growth(Values z, Index k) const {
    double sum = 0;
    double count = 0;
    for (Index j = 1; j <= kGrowthSeasons && j * season + 1 <= std::ssize(z); ++j) {
      sum += last_at(z, j * season - k) - last_at(z, j * season + 1);
      ++count;
    }
    return sum / (count + 1);
  }
};

/// The latest values, transformed, gaps filled, and which of them were known.
struct RuleHistory {
  std::vector<double> z;
  std::vector<bool> known;
};

class FittedSeasonalRule final : public FittedSeries {
 public:
  FittedSeasonalRule(SeasonalPath path, const Transform& scale, RuleHistory history)
      : path_(path), scale_(scale), history_(std::move(history)) {
    forget();
  }

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    VectorXd mean = path_(history_.z, horizon);
    VectorXd back = mean;
    if (scale_.kind == Transform::Kind::log) back = back.array().exp();
    auto spread = std::make_shared<EmpiricalPredictive>(std::move(mean), errors(horizon));
    return with_means(back_transform(scale_, std::move(spread)), std::move(back));
  }

  void update(Values values, const Regressors&) override {
    for (const double y : values) {
      const bool known = std::isfinite(y) && in_domain(scale_, {&y, 1});
      history_.z.push_back(known ? transformed_values(scale_, {&y, 1}).front()
                                 : path_(history_.z, 1)[0]);
      history_.known.push_back(known);
    }
    forget();
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedSeasonalRule>(*this);
  }

  json save() const override {
    return {{"rule", static_cast<int>(path_.rule)},
            {"season", path_.season},
            {"window", path_.window},
            {"scale", to_string(scale_)},
            {"past", history_.z},
            {"known", history_.known}};
  }

  json explain() const override {
    static constexpr std::array kRules{"median", "level change", "same growth"};
    return {{"rule", kRules[static_cast<std::size_t>(path_.rule)]},
            {"season_length", path_.season},
            {"level_window", path_.window},
            {"scale", to_string(scale_)}};
  }

  Components components(Index horizon, const Regressors&) const override {
    const VectorXd mean = means_of(*forecast(horizon + Index{2} * path_.season, {}));
    return path_components(mean, horizon, path_.season);
  }

 private:
  /// Keeps what the rule and its errors look at.
  void forget() {
    const Index kept = path_.reach() + kErrorSeasons * path_.season + kMostOrigins;
    const Index spare = std::ssize(history_.z) - kept;
    if (spare <= 0) return;
    history_.z.erase(history_.z.begin(), history_.z.begin() + spare);
    history_.known.erase(history_.known.begin(), history_.known.begin() + spare);
  }

  /// Paths of errors at past origins: (horizon, origins). Where a value is not known, and beyond
  /// what the history reaches, the error before stands. Zero where there is no origin.
  MatrixXd errors(Index horizon) const {
    const Index n = std::ssize(history_.z);
    const Index room = n - path_.needed();
    if (room < 1) return MatrixXd::Zero(horizon, 1);
    const Index reach = std::min(horizon, std::max<Index>(1, room / 3));
    const Index origins = std::min(kMostOrigins, room - reach + 1);
    const double widened = static_cast<double>(origins + 2) / static_cast<double>(origins);
    MatrixXd result(horizon, origins);
    for (Index column = 0; column < origins; ++column) {
      const Index origin = n - reach - (origins - 1 - column);
      const auto at = static_cast<std::size_t>(origin);
      const VectorXd said = path_(Values(history_.z).first(at), reach);
      double last = 0;
      for (Index k = 0; k < horizon; ++k) {
        const auto t = at + static_cast<std::size_t>(std::min(k, reach - 1));
        if (k < reach && history_.known[t]) last = history_.z[t] - said[k];
        result(k, column) = widened * last;
      }
    }
    return result;
  }

  SeasonalPath path_;
  Transform scale_;
  RuleHistory history_;
};

class SeasonalRuleModel final : public SeriesModel {
 public:
  SeasonalRuleModel(SeasonalRule rule, std::vector<int> seasons)
      : rule_(rule), seasons_(std::move(seasons)) {}

  std::string name() const override {
    return rule_ == SeasonalRule::median ? "SeasonalMedian" : "SeasonalGrowth";
  }
  bool ages_quickly() const override { return rule_ != SeasonalRule::median; }
  std::string interval_method() const override { return "past errors"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    const SeasonalPath path = path_for(std::ssize(input.values));
    const Index known = std::count_if(input.values.begin(), input.values.end(),
                                      [](double y) { return std::isfinite(y); });
    const Index needed = path.needed() + std::max(2, path.season / 4);
    if (seasons_.empty() || known < needed)
      return {nullptr, fmt::format("needs {} known values, has {}", needed, known), false};
    const Transform scale =
        in_domain(Transform::log, input.values) ? Transform::log : Transform::none;
    RuleHistory history;
    history.z = seasonal_fill(transformed_values(scale, input.values), {&path.season, 1});
    for (const double y : input.values) history.known.push_back(std::isfinite(y));
    return {std::make_unique<FittedSeasonalRule>(path, scale, std::move(history)), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    SeasonalPath path;
    path.rule = static_cast<SeasonalRule>(whole_number(state, "rule", 0, 2));
    path.season = static_cast<int>(whole_number(state, "season", 1, kLongestSeason));
    path.window = static_cast<int>(whole_number(state, "window", 1, kLongestSeason));
    const Transform scale = parse_transform(state.at("scale").get<std::string>());
    RuleHistory history{state.at("past").get<std::vector<double>>(),
                        state.at("known").get<std::vector<bool>>()};
    if (std::ssize(history.z) < path.needed() || history.z.size() != history.known.size())
      refuse_state(name(), "past");
    if (scale.kind != Transform::Kind::log && scale.kind != Transform::Kind::none)
      refuse_state(name(), "scale");
    return std::make_unique<FittedSeasonalRule>(path, scale, std::move(history));
  }

 private:
  SeasonalPath path_for(Index n) const {
    const Index cycles = rule_ == SeasonalRule::median ? kMedianSeasons : 2;
    SeasonalPath path{rule_, seasons_.empty() ? 2 : seasons_.front(), 1};
    int shorter = 1;
    for (const int season : seasons_) {
      if (cycles * Index{season} > n) break;
      shorter = path.season < season ? path.season : 1;
      path.season = season;
    }
    path.window = path.season;
    if (path.season > kShortSeason) {
      const auto times = static_cast<int>(
          std::lround(static_cast<double>(path.season) / static_cast<double>(kParts * shorter)));
      path.window = std::max(1, times) * shorter;
    }
    return path;
  }

  SeasonalRule rule_;
  std::vector<int> seasons_;
};

}  // namespace

SeriesModelPtr make_seasonal_rule(SeasonalRule rule, std::vector<int> seasons) {
  assert(std::is_sorted(seasons.begin(), seasons.end()));
  return std::make_shared<SeasonalRuleModel>(rule, std::move(seasons));
}

}  // namespace forecart
