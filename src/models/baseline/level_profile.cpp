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

/// A sum of numbers and how many there are; missing ones are left out.
struct Sum {
  double total = 0;
  double count = 0;

  void add(double y) {
    if (std::isnan(y)) return;
    total += y;
    ++count;
  }
  double mean() const { return count > 0 ? total / count : 0; }
};

/// Running sums of the known values and of the profile at their places, so that the level before
/// any origin costs two differences.
class LevelSums {
 public:
  LevelSums(std::span<const double> y, const std::vector<int>& places, const ArrayXd& profile)
      : y_(static_cast<Index>(y.size()) + 1), b_(y_.size()) {
    y_[0] = b_[0] = 0;
    for (std::size_t t = 0; t < y.size(); ++t) {
      const auto i = static_cast<Index>(t);
      const bool known = !std::isnan(y[t]);
      y_[i + 1] = y_[i] + (known ? y[t] : 0);
      b_[i + 1] = b_[i] + (known ? profile[places[t]] : 0);
    }
  }

  /// sum y / sum b over [origin - window, origin).
  double level(Index origin, Index window) const {
    const Index from = std::max<Index>(0, origin - window);
    const double b = b_[origin] - b_[from];
    return b != 0 ? (y_[origin] - y_[from]) / b : 0;
  }

 private:
  VectorXd y_;  // (values + 1)
  VectorXd b_;
};

class FittedLevelProfile final : public FittedSeries {
 public:
  FittedLevelProfile(LevelProfileOptions options, const Calendar& calendar, Bucket first)
      : options_(options), calendar_(calendar), first_(first) {}

  /// Keeps as much history as the windows need.
  void update(std::span<const double> values) override {
    values_.insert(values_.end(), values.begin(), values.end());
    const auto keep = static_cast<std::size_t>(
        std::max(options_.profile_window, options_.level_window) + options_.error_origins);
    if (values_.size() > 2 * keep) {
      const auto drop = values_.size() - keep;
      values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(drop));
      places_.erase(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(drop));
      first_ += static_cast<Bucket>(drop);
    }
    while (places_.size() < values_.size()) places_.push_back(place(std::ssize(places_)));
  }

  PredictivePtr forecast(Index horizon) const override {
    const ArrayXd profile = recent_profile();
    const LevelSums sums(values_, places_, profile);
    const VectorXd mean = path(profile, sums.level(size(), options_.level_window), horizon);
    return std::make_shared<EmpiricalPredictive>(mean, scaled_errors(profile, sums, mean));
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
    const ArrayXd profile = recent_profile();
    const LevelSums sums(values_, places_, profile);
    return {{"level", sums.level(size(), options_.level_window) * profile.mean()},
            {"profile", std::vector<double>(profile.begin(), profile.end())}};
  }

 private:
  Index size() const { return std::ssize(values_); }
  double value(Index t) const { return values_[static_cast<std::size_t>(t)]; }
  int place(Index t) const { return calendar_.season_position(first_ + t, options_.season); }

  /// Mean of every place of the season over the profile window: (season).
  ArrayXd recent_profile() const {
    std::vector<Sum> sums(static_cast<std::size_t>(options_.season));
    Sum all;
    for (Index t = std::max<Index>(0, size() - options_.profile_window); t < size(); ++t) {
      sums[static_cast<std::size_t>(places_[static_cast<std::size_t>(t)])].add(value(t));
      all.add(value(t));
    }
    ArrayXd profile(options_.season);
    for (Index i = 0; i < profile.size(); ++i) {
      const Sum& sum = sums[static_cast<std::size_t>(i)];
      profile[i] = sum.count > 0 ? sum.mean() : all.mean();
    }
    return profile;
  }

  VectorXd path(const ArrayXd& profile, double level, Index horizon) const {
    VectorXd mean(horizon);
    for (Index step = 0; step < horizon; ++step) mean[step] = level * profile[place(size() + step)];
    return mean;
  }

  /// Errors at past origins, rescaled to the forecast: (horizon, origins). A step beyond a quarter
  /// of the history takes the errors of an earlier one; a missing value takes those of the origin
  /// before.
  MatrixXd scaled_errors(const ArrayXd& profile, const LevelSums& sums,
                         const VectorXd& mean) const {
    const Index reach = std::min<Index>(mean.size(), std::max<Index>(1, size() / 4));
    const Index last = size() - reach;
    const Index first = std::max({Index{1}, last - options_.error_origins, size() / 2});
    MatrixXd errors = MatrixXd::Zero(mean.size(), std::max<Index>(1, last - first));
    const bool counts =
        std::none_of(values_.begin(), values_.end(), [](double y) { return y < 0; });
    const auto spread = [counts](double f) { return counts ? std::sqrt(std::max(f, 0.0)) : 1.0; };
    for (Index origin = first; origin < last; ++origin) {
      const Index column = origin - first;
      const double level = sums.level(origin, options_.level_window);
      for (Index step = 0; step < mean.size(); ++step) {
        const Index t = origin + step % reach;
        const double f = level * profile[places_[static_cast<std::size_t>(t)]];
        const double error = (value(t) - f) / spread(f) * spread(mean[step]);
        errors(step, column) = std::isfinite(error) ? error
                               : column > 0         ? errors(step, column - 1)
                                                    : 0;
      }
    }
    return errors;
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
    if (known < 2 * options_.season) {
      return {nullptr,
              fmt::format("needs two seasons of {} known values, has {}", options_.season, known),
              false};
    }
    auto fitted = std::make_unique<FittedLevelProfile>(options_, input.calendar, input.first);
    fitted->update(input.values);
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
    fitted->update(state.at("values").get<std::vector<double>>());
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
