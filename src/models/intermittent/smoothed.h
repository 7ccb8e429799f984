#pragma once

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace forecart {

/// Simple exponential smoothing that starts at its first value, with the variance under the same
/// weights: the smoothed value is the mean of all values, weighted alpha (1 - alpha)^age.
class Smoothed {
 public:
  explicit Smoothed(double alpha) : alpha_(alpha) {}
  /// Throws nlohmann's exception or Error for a state that is damaged.
  static Smoothed load(const nlohmann::json& state);

  void push(double x);

  bool empty() const { return count_ == 0; }
  double value() const { return value_; }
  double alpha() const { return alpha_; }
  /// Of one value around the mean; 0 until two are known.
  double variance() const;
  /// Sum of the squared weights: the variance of value() in units of variance().
  double uncertainty() const { return squared_weights_; }
  nlohmann::json save() const;

 private:
  double alpha_;
  double value_ = 0;
  double spread_ = 0;           // weighted mean of the squared distances from value_
  double squared_weights_ = 1;  // sum of the squared weights
  double count_ = 0;
};

/// The alpha in [.1, .3] with the least mean squared one-step error on `values`: a grid, then
/// golden sections around its best point. [.1, .3] is the range of statsforecast, to be comparable.
double best_alpha(const std::vector<double>& values);

/// What smoothing `values`, at least one, with `alpha` comes to.
double smoothed(const std::vector<double>& values, double alpha);

}  // namespace forecart
