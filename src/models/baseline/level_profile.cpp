#include "models/baseline/level_profile.h"

#include "models/saved_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Windows that a saved state may ask for, in steps: a season of a year in seconds fits.
constexpr int kLongestWindow = 100'000'000;

/// Origins below which error paths are also used shifted along the steps (past_errors).
constexpr Index kEnoughOrigins = 100;

/// Level and profile as they are known at one origin, from running sums and counts per place of
/// the season: moving on by a step costs O(1), reading the two O(season).
class OriginSums {
 public:
  OriginSums(std::span<const double> values, std::span<const int> places,
             const LevelProfileOptions& options, Index origin)
      : values_(values),
        places_(places),
        options_(options),
        sums_(ArrayXd::Zero(options.season)),
        counts_(sums_),
        level_counts_(sums_),
        origin_(origin) {
    for (Index t = std::max<Index>(0, origin - options.profile_window); t < origin; ++t) {
      count_in_profile(t, 1);
    }
    for (Index t = std::max<Index>(0, origin - options.level_window); t < origin; ++t) {
      count_in_level(t, 1);
    }
  }

  /// To the next origin: takes in the value at this one, drops what leaves the windows.
  void move_on() {
    count_in_profile(origin_, 1);
    count_in_profile(origin_ - options_.profile_window, -1);
    count_in_level(origin_, 1);
    count_in_level(origin_ - options_.level_window, -1);
    ++origin_;
  }

  /// Mean of every place of the season over the profile window, of all where one has no value:
  /// (season).
  ArrayXd profile() const {
    const double known = counts_.sum();
    const double mean = known > 0 ? sums_.sum() / known : 0;
    return (counts_ > 0).select(sums_ / counts_.max(1), mean);
  }

  /// sum y / sum b over the level window.
  double level(const ArrayXd& profile) const {
    const double b = (level_counts_ * profile).sum();
    return b != 0 ? level_total_ / b : 0;
  }

 private:
  void count_in_profile(Index t, double sign) {
    if (!known(t)) return;
    sums_[place(t)] += sign * values_[static_cast<std::size_t>(t)];
    counts_[place(t)] += sign;
  }
  void count_in_level(Index t, double sign) {
    if (!known(t)) return;
    level_total_ += sign * values_[static_cast<std::size_t>(t)];
    level_counts_[place(t)] += sign;
  }
  bool known(Index t) const { return t >= 0 && !std::isnan(values_[static_cast<std::size_t>(t)]); }
  int place(Index t) const { return places_[static_cast<std::size_t>(t)]; }

  std::span<const double> values_;
  std::span<const int> places_;
  const LevelProfileOptions& options_;
  ArrayXd sums_;          // of the profile window, by place
  ArrayXd counts_;        // known values in the profile window, by place
  ArrayXd level_counts_;  // known values in the level window, by place
  double level_total_ = 0;
  Index origin_;
};

/// Least mean that the spread of counts is taken for, as a share of the level: where a place of the
/// season saw no sale yet, one may still come.
constexpr double kLeastShare = 0.1;

/// What errors are divided by to be alike: counts vary with their mean, other values alike.
struct ErrorUnit {
  bool counts = true;
  double least = 0;

  double of(double forecast) const {
    return counts ? std::sqrt(std::max({forecast, least, 0.0})) : 1.0;
  }
};

/// Fills a missing error with that of the origin before, at the start with that of the first known
/// one; 0 where a step has none.
void fill_missing(MatrixXd& errors) {
  for (Index step = 0; step < errors.rows(); ++step) {
    auto row = errors.row(step);
    double last = 0;
    for (Index i = row.size() - 1; i >= 0; --i) last = std::isfinite(row[i]) ? row[i] : last;
    for (double& error : row) last = error = std::isfinite(error) ? error : last;
  }
}

/// What makes up for quantiles of few errors lying too far inside: the expected probability
/// between the type-7 quantiles p and 1 - p of n values is (1 - 2 p) (n - 1) / (n + 1), so the
/// errors are stretched by (n + 1) / (n - 1), which is exact for a uniform distribution.
double small_sample_factor(double known) {
  const double n = std::max(2.0, known);
  return (n + 1) / (n - 1);
}

class FittedLevelProfile final : public FittedSeries {
 public:
  FittedLevelProfile(LevelProfileOptions options, const Calendar& calendar, Bucket first)
      : options_(options), calendar_(calendar), first_(first) {}

  /// Keeps as much history as the windows need.
  void update(std::span<const double> values, const Regressors&) override {
    values_.insert(values_.end(), values.begin(), values.end());
    const int window = std::max(options_.profile_window, options_.level_window);
    const auto keep =
        static_cast<std::size_t>(window) + static_cast<std::size_t>(options_.error_origins);
    if (values_.size() > 2 * keep) {
      const auto drop = values_.size() - keep;
      values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(drop));
      places_.erase(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(drop));
      first_ += static_cast<Bucket>(drop);
    }
    while (places_.size() < values_.size()) places_.push_back(place(std::ssize(places_)));
  }

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    const OriginSums now = sums_at(size());
    const ArrayXd profile = now.profile();
    const VectorXd mean = path(profile, now.level(profile), horizon);
    return std::make_shared<EmpiricalPredictive>(
        mean, scaled_errors(mean, {counts(), kLeastShare * now.level(profile) * profile.mean()}));
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedLevelProfile>(*this);
  }
  json save() const override {
    return {{"first", first_},
            {"values", values_},
            {"season", options_.season},
            {"level_window", options_.level_window},
            {"profile_window", options_.profile_window},
            {"error_origins", options_.error_origins}};
  }
  json explain() const override {
    const OriginSums now = sums_at(size());
    const ArrayXd profile = now.profile();
    return {{"level", now.level(profile) * profile.mean()},
            {"profile", std::vector<double>(profile.begin(), profile.end())}};
  }

 private:
  Index size() const { return std::ssize(values_); }
  double value(Index t) const { return values_[static_cast<std::size_t>(t)]; }
  int place(Index t) const { return calendar_.season_position(first_ + t, options_.season); }

  OriginSums sums_at(Index origin) const { return {values_, places_, options_, origin}; }

  VectorXd path(const ArrayXd& profile, double level, Index horizon) const {
    VectorXd mean(horizon);
    for (Index step = 0; step < horizon; ++step) mean[step] = level * profile[place(size() + step)];
    return mean;
  }

  bool counts() const {
    return std::none_of(values_.begin(), values_.end(), [](double y) { return y < 0; });
  }

  /// Errors in units of their spread, each of level and profile as known at its origin: (reach,
  /// origins from `first` on), NaN where the value is missing.
  MatrixXd past_errors(Index first, Index reach) const {
    MatrixXd errors(reach, size() - reach - first + 1);
    OriginSums then = sums_at(first);
    const bool by_mean = counts();
    for (Index column = 0; column < errors.cols(); ++column) {
      const ArrayXd profile = then.profile();
      const double level = then.level(profile);
      const ErrorUnit unit{by_mean, kLeastShare * level * profile.mean()};
      for (Index step = 0; step < reach; ++step) {
        const Index t = first + column + step;
        const double f = level * profile[places_[static_cast<std::size_t>(t)]];
        errors(step, column) = (value(t) - f) / unit.of(f);
      }
      then.move_on();
    }
    return errors;
  }

  /// Error paths for the forecast: (horizon, paths). A step beyond a quarter of the history takes
  /// the errors of an earlier one. Where origins are few, paths are also taken shifted along the
  /// steps, so that every step draws on the errors of all.
  MatrixXd scaled_errors(const VectorXd& mean, const ErrorUnit& unit) const {
    const Index reach = std::min<Index>(mean.size(), std::max<Index>(1, size() / 4));
    const Index last = size() - reach;
    const Index first = std::max({Index{1}, last + 1 - options_.error_origins, size() / 2});
    if (last < first) return MatrixXd::Zero(mean.size(), 1);  // a state without history
    MatrixXd past = past_errors(first, reach);
    fill_missing(past);
    past *= small_sample_factor(known_since(first));
    const Index origins = past.cols();
    const Index shifts = std::min(reach, (kEnoughOrigins + origins - 1) / origins);
    MatrixXd errors(mean.size(), origins * shifts);
    for (Index shift = 0; shift < shifts; ++shift) {
      for (Index step = 0; step < mean.size(); ++step) {
        errors.row(step).segment(shift * origins, origins) =
            unit.of(mean[step]) * past.row((step + shift * reach / shifts) % reach);
      }
    }
    return errors;
  }

  double known_since(Index first) const {
    return static_cast<double>(std::count_if(values_.begin() + first, values_.end(),
                                             [](double y) { return !std::isnan(y); }));
  }

  LevelProfileOptions options_;
  Calendar calendar_;
  Bucket first_;
  std::vector<double> values_;  // value i lies in bucket first_ + i
  std::vector<int> places_;     // its place in the season
};

class LevelProfile final : public SeriesModel {
 public:
  explicit LevelProfile(LevelProfileOptions options) : options_(options) {}

  std::string name() const override { return "LevelProfile"; }
  std::string interval_method() const override { return "past errors"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    const auto known = std::count_if(input.values.begin(), input.values.end(),
                                     [](double y) { return !std::isnan(y); });
    if (known < 2 * Index{options_.season}) {
      return {nullptr,
              fmt::format("needs two seasons of {} known values, has {}", options_.season, known),
              false};
    }
    auto fitted = std::make_unique<FittedLevelProfile>(options_, input.calendar, input.first);
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    const auto steps = [&](const char* key) {
      return static_cast<int>(whole_number(state, key, 1, kLongestWindow));
    };
    LevelProfileOptions options;
    options.season = steps("season");
    options.level_window = steps("level_window");
    options.profile_window = steps("profile_window");
    options.error_origins = steps("error_origins");
    const auto first = state.at("first").get<Bucket>();
    if (!calendar.holds(first)) refuse_state(name(), "first");
    auto fitted = std::make_unique<FittedLevelProfile>(options, calendar, first);
    fitted->update(state.at("values").get<std::vector<double>>(), {});
    return fitted;
  }

 private:
  LevelProfileOptions options_;
};

}  // namespace

LevelProfileOptions LevelProfileOptions::for_frequency(const Frequency& frequency, int season) {
  LevelProfileOptions options;
  options.season = season;
  options.profile_window = 300 * season;
  if (frequency.is_sub_daily()) {
    options.level_window = 7 * season;
    options.error_origins = 28 * season;
    return options;
  }
  options.error_origins = 100;
  switch (frequency.unit) {
    case FrequencyUnit::day:
      options.level_window = 28;
      break;
    case FrequencyUnit::week:
      options.level_window = 13;
      break;
    default:
      options.level_window = std::max(8, season);
  }
  return options;
}

SeriesModelPtr make_level_profile(LevelProfileOptions options) {
  return std::make_shared<LevelProfile>(options);
}

}  // namespace forecart
