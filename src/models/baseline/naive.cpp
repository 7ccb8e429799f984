#include "models/baseline/naive.h"

#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

class FittedNaive final : public FittedSeries {
 public:
  FittedNaive(std::vector<double> season, double sigma2)
      : season_(std::move(season)), sigma2_(sigma2) {}

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    const auto length = static_cast<Index>(season_.size());
    VectorXd mean(horizon);
    VectorXd psi = VectorXd::Zero(horizon);
    for (Index step = 0; step < horizon; ++step) {
      mean[step] = season_[static_cast<std::size_t>(step % length)];
      if (step % length == 0) psi[step] = 1;
    }
    return std::make_shared<GaussianPredictive>(std::move(mean), std::move(psi), sigma2_);
  }

  Components components(Index horizon, const Regressors& future) const override {
    const auto length = static_cast<Index>(season_.size());
    const VectorXd mean = means_of(*forecast(horizon + 2 * length, future));
    return path_components(mean, horizon, static_cast<int>(length));
  }

  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      const double kept = std::isnan(y) ? season_.front() : y;
      season_.erase(season_.begin());
      season_.push_back(kept);
    }
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedNaive>(*this);
  }
  json save() const override { return {{"season", season_}, {"sigma2", sigma2_}}; }
  json explain() const override { return {{"season_length", season_.size()}, {"sigma2", sigma2_}}; }

 private:
  std::vector<double> season_;  // the last season, oldest first, without missing values
  double sigma2_;
};

/// Mean squared seasonal difference over the pairs that are known; nothing where there is none.
std::optional<double> seasonal_variance(std::span<const double> y, std::size_t season) {
  double sum = 0;
  int count = 0;
  for (std::size_t t = season; t < y.size(); ++t) {
    const double difference = y[t] - y[t - season];
    if (std::isnan(difference)) continue;
    sum += difference * difference;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::ptrdiff_t known_values(std::span<const double> y) {
  return std::count_if(y.begin(), y.end(), [](double value) { return !std::isnan(value); });
}

/// The latest known value of every place in the last season; false if some place has none.
bool last_season(std::span<const double> y, std::size_t season, std::vector<double>& result) {
  result.assign(season, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t t = 0; t < y.size(); ++t) {
    const std::size_t place = (t + season - y.size() % season) % season;
    if (!std::isnan(y[t])) result[place] = y[t];
  }
  for (const double value : result) {
    if (std::isnan(value)) return false;
  }
  return true;
}

class Naive final : public SeriesModel {
 public:
  Naive(std::string name, int season) : name_(std::move(name)), season_(season) {}

  std::string name() const override { return name_; }
  std::string interval_method() const override { return "analytic"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    const auto season = static_cast<std::size_t>(season_);
    std::vector<double> last;
    if (input.values.size() <= season || !last_season(input.values, season, last)) {
      return {nullptr,
              fmt::format("needs more than one season of {} known values, has {}", season_,
                          known_values(input.values)),
              false};
    }
    const std::optional<double> sigma2 = seasonal_variance(input.values, season);
    if (!sigma2) {
      return {nullptr,
              fmt::format("no two known values lie a season of {} apart, of {} known", season_,
                          known_values(input.values)),
              false};
    }
    return {std::make_unique<FittedNaive>(std::move(last), *sigma2), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    auto season = state.at("season").get<std::vector<double>>();
    if (season.empty()) refuse_state(name_, "season");
    return std::make_unique<FittedNaive>(std::move(season), variance(state, "sigma2"));
  }

 private:
  std::string name_;
  int season_;
};

}  // namespace

SeriesModelPtr make_naive() {
  return std::make_shared<Naive>("Naive", 1);
}

SeriesModelPtr make_seasonal_naive(int season) {
  return std::make_shared<Naive>("SeasonalNaive", season);
}

}  // namespace forecart
