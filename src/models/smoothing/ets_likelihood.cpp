#include "models/smoothing/ets_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Errors below this share of the values are rounding.
constexpr double kExact = 1e-12;
/// Smallest expected value, or place of a season, of a form that multiplies; values are of order 1.
constexpr double kSmallest = 1e-8;
/// Factors of which one logarithm is taken; each lies between 1e-8 and about 1e16.
constexpr int kFactors = 16;

/// Logarithm of the product of what `add` is given.
class LogProduct {
 public:
  void add(double factor) {
    product_ *= factor;
    if (++count_ % kFactors == 0) flush();
  }
  double value() {
    flush();
    return sum_;
  }

 private:
  void flush() {
    sum_ += std::log(product_);
    product_ = 1;
  }
  double sum_ = 0;
  double product_ = 1;
  int count_ = 0;
};

}  // namespace

Likelihood::Likelihood(const Form& form, int season_length, std::span<const double> y)
    : form_(form), recursion_(form, season_length, y), y_(y), slope_(y.size()) {
  double squares = 0;
  for (const double value : y) {
    if (std::isnan(value)) continue;
    ++used_;
    squares += value * value;
  }
  floor_ = form.multiplicative_error ? static_cast<double>(used_) : squares;
  floor_ *= kExact * kExact;
}

bool Likelihood::is_allowed() const {
  if (!form_.needs_positive()) return true;
  const auto above = [](const std::vector<double>& values, std::size_t count) {
    return std::all_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count),
                       [](double value) { return value > kSmallest; });
  };
  const std::size_t n = y_.size();
  if (form_.multiplicative_error && !above(path_.expected, n)) return false;
  if (form_.trend == Part::multiplicative && !(above(path_.level, n) && above(path_.trend, n))) {
    return false;
  }
  return form_.season != Part::multiplicative || above(path_.season, path_.season.size());
}

double Likelihood::additive() {
  double sum = floor_;
  for (std::size_t t = 0; t < y_.size(); ++t) {
    const double error = std::isnan(y_[t]) ? 0 : y_[t] - path_.expected[t];
    slope_[t] = -error;
    sum += error * error;
  }
  sum_of_squares_ = sum;
  const double factor = static_cast<double>(used_) / sum;
  for (double& slope : slope_) slope *= factor;
  return 0.5 * static_cast<double>(used_) * std::log(sum);
}

double Likelihood::relative() {
  double sum = floor_;
  LogProduct product;
  for (std::size_t t = 0; t < y_.size(); ++t) {
    slope_[t] = 0;
    if (std::isnan(y_[t])) continue;
    const double ratio = y_[t] / path_.expected[t];
    const double error = ratio - 1;
    slope_[t] = error * ratio;
    sum += error * error;
    product.add(path_.expected[t]);
  }
  sum_of_squares_ = sum;
  const double factor = static_cast<double>(used_) / sum;
  for (std::size_t t = 0; t < y_.size(); ++t) {
    if (!std::isnan(y_[t])) slope_[t] = (1 - factor * slope_[t]) / path_.expected[t];
  }
  return 0.5 * static_cast<double>(used_) * std::log(sum) + product.value();
}

double Likelihood::negative(const VectorXd& parameters, VectorXd* gradient) {
  if (!parameters.allFinite()) return kInfinity;
  recursion_.run(parameters, path_);
  if (!is_allowed()) return kInfinity;
  const double value = form_.multiplicative_error ? relative() : additive();
  if (!std::isfinite(value)) return kInfinity;
  if (gradient != nullptr) *gradient = recursion_.pull_back(parameters, path_, slope_);
  return value;
}

MatrixXd Likelihood::curvature(const Coordinates& coordinates, const VectorXd& x) {
  const VectorXd parameters = coordinates.natural(x);
  negative(parameters);
  const MatrixXd smoothing_slopes = coordinates.smoothing_slopes(x);
  MatrixXd result = MatrixXd::Zero(x.size(), x.size());
  recursion_.tangents(parameters, path_, [&](Index first, const MatrixXd& block) {
    MatrixXd slopes = coordinates.pull_back(smoothing_slopes, block);
    if (form_.multiplicative_error) {
      slopes.array().rowwise() /=
          Eigen::Map<const Eigen::RowVectorXd>(&path_.expected[static_cast<std::size_t>(first)],
                                               block.cols())
              .array();
    }
    result.selfadjointView<Eigen::Lower>().rankUpdate(slopes);
  });
  result *= static_cast<double>(used_) / sum_of_squares_;
  return result.selfadjointView<Eigen::Lower>();
}

}  // namespace forecart::ets
