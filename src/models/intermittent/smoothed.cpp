#include "models/intermittent/smoothed.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

constexpr double kLeastAlpha = 0.1;
constexpr double kGreatestAlpha = 0.3;
constexpr int kGrid = 20;

double squared_error(const std::vector<double>& values, double alpha) {
  double level = values.front();
  double sum = 0;
  for (std::size_t t = 1; t < values.size(); ++t) {
    const double error = values[t] - level;
    sum += error * error;
    level += alpha * error;
  }
  return sum;
}

/// Golden sections [low, high]; enough for seven digits.
double refined(const std::vector<double>& values, double low, double high) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double a = high - ratio * (high - low);
  double b = low + ratio * (high - low);
  double at_a = squared_error(values, a);
  double at_b = squared_error(values, b);
  while (high - low > 1e-7) {
    if (at_a <= at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - ratio * (high - low);
      at_a = squared_error(values, a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + ratio * (high - low);
      at_b = squared_error(values, b);
    }
  }
  return (low + high) / 2;
}

}  // namespace

void Smoothed::push(double x) {
  if (count_++ == 0) {
    value_ = x;
    return;
  }
  const double error = x - value_;
  value_ += alpha_ * error;
  spread_ = std::min((1 - alpha_) * (spread_ + alpha_ * error * error),
                     std::numeric_limits<double>::max());
  squared_weights_ = (1 - alpha_) * (1 - alpha_) * squared_weights_ + alpha_ * alpha_;
}

double Smoothed::variance() const {
  return count_ < 2 ? 0 : spread_ / (1 - squared_weights_);
}

nlohmann::json Smoothed::save() const {
  return {{"alpha", alpha_},
          {"value", value_},
          {"spread", spread_},
          {"squared_weights", squared_weights_},
          {"count", count_}};
}

Smoothed Smoothed::load(const nlohmann::json& state) {
  Smoothed result(state.at("alpha").get<double>());
  result.value_ = state.at("value").get<double>();
  result.spread_ = forecart::variance(state, "spread");
  result.squared_weights_ = state.at("squared_weights").get<double>();
  result.count_ = forecart::variance(state, "count");
  if (!(result.alpha_ > 0 && result.alpha_ <= 1)) refuse_state("a smoothing", "alpha");
  const bool many = result.count_ >= 2;
  if (!(result.squared_weights_ > 0 && result.squared_weights_ <= 1) ||
      (many && result.squared_weights_ == 1)) {
    refuse_state("a smoothing", "squared_weights");
  }
  return result;
}

double best_alpha(const std::vector<double>& values) {
  const double step = (kGreatestAlpha - kLeastAlpha) / kGrid;
  double best = kLeastAlpha;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= kGrid; ++i) {
    const double error = squared_error(values, kLeastAlpha + i * step);
    if (error < least) {
      least = error;
      best = kLeastAlpha + i * step;
    }
  }
  const double refinement =
      refined(values, std::max(kLeastAlpha, best - step), std::min(kGreatestAlpha, best + step));
  return squared_error(values, refinement) < least ? refinement : best;
}

double smoothed(const std::vector<double>& values, double alpha) {
  double level = values.front();
  for (const double x : values) level += alpha * (x - level);
  return level;
}

}  // namespace forecart
