#include "models/baseline/average.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// A variance from sums that left the finite numbers counts as zero.
PredictivePtr constant(Index horizon, double mean, double variance) {
  if (!std::isfinite(variance)) variance = 0;
  return std::make_shared<GaussianPredictive>(VectorXd::Constant(horizon, mean), VectorXd::Ones(1),
                                              std::max(0.0, variance));
}

Components all_level(Index horizon, double mean) {
  Components result;
  result.add(kLevel, VectorXd::Constant(horizon, mean));
  return result;
}

/// Running mean and sum of squared deviations [Welford1962].
class FittedHistoricAverage final : public FittedSeries {
 public:
  FittedHistoricAverage() = default;
  explicit FittedHistoricAverage(const json& state)
      : count_(state.at("count").get<double>()),
        mean_(state.at("mean").get<double>()),
        squares_(state.at("squares").get<double>()) {}

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    const double variance = count_ > 1 ? squares_ / (count_ - 1) : 0;
    return constant(horizon, mean_, variance * (1 + 1 / count_));
  }
  Components components(Index horizon, const Regressors&) const override {
    return all_level(horizon, mean_);
  }
  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      if (std::isnan(y)) continue;
      ++count_;
      const double before = y - mean_;
      mean_ += before / count_;
      squares_ += before * (y - mean_);
    }
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedHistoricAverage>(*this);
  }
  json save() const override { return {{"count", count_}, {"mean", mean_}, {"squares", squares_}}; }
  json explain() const override { return {{"mean", mean_}, {"values", count_}}; }

  double count() const { return count_; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

class HistoricAverage final : public SeriesModel {
 public:
  std::string name() const override { return "HistoricAverage"; }
  std::string interval_method() const override { return "analytic"; }
  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    auto fitted = std::make_unique<FittedHistoricAverage>();
    fitted->update(input.values, {});
    if (fitted->count() < 2) return {nullptr, "needs two known values", false};
    return {std::move(fitted), "", true};
  }
  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    return std::make_unique<FittedHistoricAverage>(state);
  }
};

class FittedWindowAverage final : public FittedSeries {
 public:
  explicit FittedWindowAverage(std::size_t window) : window_(window) {}
  explicit FittedWindowAverage(const json& state)
      : window_(whole<std::size_t>(state.at("window"))),
        values_(state.at("values").get<std::deque<double>>()),
        squares_(state.at("squares").get<double>()),
        errors_(state.at("errors").get<double>()) {}

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    return constant(horizon, mean(), errors_ > 0 ? squares_ / errors_ : std::abs(mean()));
  }
  Components components(Index horizon, const Regressors&) const override {
    return all_level(horizon, mean());
  }
  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      if (std::isnan(y)) continue;
      if (!values_.empty()) {
        squares_ += std::pow(y - mean(), 2);
        ++errors_;
      }
      values_.push_back(y);
      if (values_.size() > window_) values_.pop_front();
    }
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedWindowAverage>(*this);
  }
  json save() const override {
    return {{"window", window_}, {"values", values_}, {"squares", squares_}, {"errors", errors_}};
  }
  json explain() const override { return {{"window", window_}, {"mean", mean()}}; }

 private:
  double mean() const {
    if (values_.empty()) return 0;
    const auto count = static_cast<double>(values_.size());
    const double sum = std::accumulate(values_.begin(), values_.end(), 0.0);
    if (std::isfinite(sum)) return sum / count;
    return std::accumulate(values_.begin(), values_.end(), 0.0,
                           [count](double mean, double y) { return mean + y / count; });
  }

  std::size_t window_;
  std::deque<double> values_;  // the last known ones
  double squares_ = 0;         // of one-step errors
  double errors_ = 0;          // how many
};

class WindowAverage final : public SeriesModel {
 public:
  explicit WindowAverage(int window) : window_(window) {}
  std::string name() const override { return "WindowAverage"; }
  std::string interval_method() const override {
    return "past errors, Gaussian; Poisson where none is known";
  }
  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    auto fitted = std::make_unique<FittedWindowAverage>(static_cast<std::size_t>(window_));
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }
  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    return std::make_unique<FittedWindowAverage>(state);
  }

 private:
  int window_;
};

}  // namespace

SeriesModelPtr make_historic_average() {
  return std::make_shared<HistoricAverage>();
}

SeriesModelPtr make_window_average(int window) {
  return std::make_shared<WindowAverage>(window);
}

}  // namespace forecart
