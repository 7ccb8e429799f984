#include "series/transform.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

double forward(Transform transform, double y) {
  switch (transform) {
    case Transform::none:
      return y;
    case Transform::log:
      return std::log(y);
    case Transform::sqrt:
      return std::sqrt(y);
  }
  return y;
}

/// Back to the original scale; a square root below zero stands for nothing sold.
double backward(Transform transform, double x) {
  switch (transform) {
    case Transform::none:
      return x;
    case Transform::log:
      return std::exp(x);
    case Transform::sqrt:
      return std::pow(std::max(0.0, x), 2);
  }
  return x;
}

class BackTransformed final : public Predictive {
 public:
  BackTransformed(Transform transform, PredictivePtr inner)
      : transform_(transform),
        inner_(std::move(inner)),
        gaussian_(dynamic_cast<const GaussianPredictive*>(inner_.get())) {}

  Eigen::Index horizon() const override { return inner_->horizon(); }

  double mean(Eigen::Index step) const override {
    if (gaussian_ == nullptr) return mean_of_quantiles(step);
    const double m = gaussian_->mean(step);
    const double v = gaussian_->variance(step);
    return transform_ == Transform::log ? std::exp(m + v / 2) : m * m + v;
  }
  double quantile(Eigen::Index step, double probability) const override {
    return backward(transform_, inner_->quantile(step, probability));
  }
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override {
    return inner_->draw(paths, generator).unaryExpr([this](double x) {
      return backward(transform_, x);
    });
  }

 private:
  /// E[g(X)] = int_0^1 g(Q(p)) dp by the midpoint rule.
  double mean_of_quantiles(Eigen::Index step) const {
    constexpr int kPoints = 200;
    double sum = 0;
    for (int i = 0; i < kPoints; ++i) sum += quantile(step, (i + 0.5) / kPoints);
    return sum / kPoints;
  }

  Transform transform_;
  PredictivePtr inner_;
  const GaussianPredictive* gaussian_;  // inner_ if it is one
};

}  // namespace

Transform parse_transform(std::string_view name) {
  for (const Transform transform : {Transform::none, Transform::log, Transform::sqrt}) {
    if (name == to_string(transform)) return transform;
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("transform '{}' is not known; use none, log or sqrt", name));
}

std::string to_string(Transform transform) {
  switch (transform) {
    case Transform::none:
      return "none";
    case Transform::log:
      return "log";
    case Transform::sqrt:
      return "sqrt";
  }
  return "none";
}

bool in_domain(Transform transform, std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [transform](double y) {
    return std::isnan(y) || transform == Transform::none || y > 0 ||
           (transform == Transform::sqrt && y == 0);
  });
}

std::vector<double> transformed_values(Transform transform, std::span<const double> values) {
  std::vector<double> result(values.begin(), values.end());
  for (double& y : result) y = forward(transform, y);
  return result;
}

PredictivePtr back_transform(Transform transform, PredictivePtr inner) {
  if (transform == Transform::none) return inner;
  return std::make_shared<BackTransformed>(transform, std::move(inner));
}

}  // namespace forecart
