#include "series/transform.h"

#include "base/error.h"
#include "math/normal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <numbers>
#include <utility>

namespace forecart {

namespace {

using Kind = Transform::Kind;

constexpr LambdaRange kLambdas;
constexpr double kLeastLambdaWithZeros = .2;
constexpr double kReach = 10;  // ceiling over the greatest value of the training part
constexpr std::string_view kBoxCox = "boxcox";

/// Of a box_cox whose lambda is chosen.
double lambda_of(const Transform& transform) {
  assert(transform.lambda.has_value());
  return transform.lambda.value_or(1);
}

/// Whether the power transformation is the logarithm to double precision, lambda log y or lambda w
/// being so small; a smaller one might underflow.
bool is_logarithm(double power) {
  return std::abs(power) < std::numeric_limits<double>::epsilon() / 2;
}

/// (y^lambda - 1) / lambda without the difference, which loses the digits of y where lambda is near
/// 0 or y near 1.
double power_forward(double lambda, double y) {
  const double log = std::log(y);
  const double power = lambda * log;
  return is_logarithm(power) ? log : std::expm1(power) / lambda;
}

/// y = (lambda w + 1)^(1 / lambda); at an end of the scale 0 or the ceiling.
double power_backward(const Transform& transform, double w) {
  const double lambda = lambda_of(transform);
  const double power = lambda * w;
  if (is_logarithm(power)) return std::exp(w);
  if (power <= -1) return lambda > 0 ? 0 : transform.ceiling;
  return std::min(transform.ceiling, std::exp(std::log1p(power) / lambda));
}

double forward(const Transform& transform, double y) {
  switch (transform.kind) {
    case Kind::none:
      return y;
    case Kind::log:
      return std::log(y);
    case Kind::sqrt:
      return std::sqrt(y);
    case Kind::box_cox:
      return power_forward(lambda_of(transform), y);
  }
  return y;
}

/// Back to the original scale; a square root below zero stands for nothing sold.
double backward(const Transform& transform, double x) {
  switch (transform.kind) {
    case Kind::none:
      return x;
    case Kind::log:
      return std::exp(x);
    case Kind::sqrt:
      return std::pow(std::max(0.0, x), 2);
    case Kind::box_cox:
      return power_backward(transform, x);
  }
  return x;
}

/// E[g(m + s Z)] for the back-transformation g and a standard normal Z. On equal steps the
/// trapezoidal rule is exact to rounding for smooth g; a kink at an end of the scale costs its
/// square.
double mean_of_gaussian(const Transform& transform, double mean, double deviation) {
  constexpr double kStep = 1.0 / 8;
  constexpr int kSteps = 68;  // to 8.5 standard deviations
  double sum = 0;
  for (int i = -kSteps; i <= kSteps; ++i) {
    const double z = kStep * i;
    sum += backward(transform, mean + deviation * z) * std::exp(-z * z / 2);
  }
  return sum * kStep / std::sqrt(2 * std::numbers::pi);
}

/// E[max(0, X)^2] of X ~ N(m, s^2): (m^2 + s^2) Phi(m / s) + m s phi(m / s); m^2 + s^2 far from
/// zero.
double mean_of_square(double m, double s) {
  if (!(s > 0)) return m > 0 ? m * m : 0;
  const double z = m / s;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return std::max(0.0, (m * m + s * s) * normal_cdf(z) + m * s * density);
}

class BackTransformed final : public Predictive {
 public:
  BackTransformed(const Transform& transform, PredictivePtr inner)
      : transform_(transform),
        inner_(std::move(inner)),
        gaussian_(dynamic_cast<const GaussianPredictive*>(inner_.get())) {}

  Eigen::Index horizon() const override { return inner_->horizon(); }

  double mean(Eigen::Index step) const override {
    if (gaussian_ == nullptr) return mean_of_quantiles(step);
    const double m = gaussian_->mean(step);
    const double v = gaussian_->variance(step);
    if (transform_.kind == Kind::log) return std::exp(m + v / 2);
    if (transform_.kind == Kind::sqrt) return mean_of_square(m, std::sqrt(v));
    return mean_of_gaussian(transform_, m, std::sqrt(v));
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

double parse_lambda(std::string_view text) {
  double lambda = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, lambda);
  const bool inside = lambda >= kLambdas.low && lambda <= kLambdas.high;
  if (failure == std::errc() && rest == end && inside) return lambda;
  throw Error(ErrorCode::invalid_value,
              fmt::format("lambda '{}' of transform boxcox is no number from {} to {}", text,
                          kLambdas.low, kLambdas.high));
}

/// Whether the transform takes zero: all but the logarithm and powers that fall.
bool takes_zero(const Transform& transform) {
  return transform.kind == Kind::sqrt ||
         (transform.kind == Kind::box_cox && transform.lambda.value_or(1) > 0);
}

/// Mean and standard deviation (n - 1) of the known values of each whole season; one row per season
/// with at least two of them.
std::vector<std::array<double, 2>> season_moments(std::span<const double> values,
                                                  std::size_t season) {
  std::vector<std::array<double, 2>> result;
  for (std::size_t from = values.size() % season; from < values.size(); from += season) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (const double y : values.subspan(from, season)) {  // [Welford1962]
      if (std::isnan(y)) continue;
      const double difference = y - mean;
      mean += difference / ++count;
      squares += difference * (y - mean);
    }
    if (count >= 2) result.push_back({mean, std::sqrt(squares / (count - 1))});
  }
  return result;
}

/// Coefficient of variation of s_i / m_i^(1 - lambda), infinite where it is not defined.
double spread_variation(const std::vector<std::array<double, 2>>& moments, double lambda) {
  double mean = 0;
  std::vector<double> ratios;
  for (const auto& [m, s] : moments) {
    if (m > 0) ratios.push_back(s / std::pow(m, 1 - lambda));
  }
  const auto count = static_cast<double>(ratios.size());
  for (const double ratio : ratios) mean += ratio / count;
  double squares = 0;
  for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
  const double variation = std::sqrt(squares / (count - 1)) / mean;
  return std::isfinite(variation) ? variation : std::numeric_limits<double>::infinity();
}

/// The minimum in [low, high] of a function with a single one there, by golden sections.
template <class Function>
double golden_section_minimum(const Function& function, double low, double high) {
  constexpr double kTolerance = 1e-8;
  constexpr double kShare = 1 / std::numbers::phi;
  double left = high - kShare * (high - low);
  double right = low + kShare * (high - low);
  double at_left = function(left);
  double at_right = function(right);
  while (high - low > kTolerance) {
    if (at_left <= at_right) {
      high = std::exchange(right, left);
      at_right = at_left;
      left = high - kShare * (high - low);
      at_left = function(left);
    } else {
      low = std::exchange(left, right);
      at_left = at_right;
      right = low + kShare * (high - low);
      at_right = function(right);
    }
  }
  return (low + high) / 2;
}

double greatest(std::span<const double> values) {
  double result = 0;
  for (const double y : values) result = y > result ? y : result;
  return result;
}

}  // namespace

Transform parse_transform(std::string_view name) {
  for (const Transform& transform :
       {Transform::none, Transform::log, Transform::sqrt, Transform::box_cox}) {
    if (name == to_string(transform)) return transform;
  }
  const auto colon = name.find(':');
  if (name.substr(0, colon) == kBoxCox) {
    return {Kind::box_cox, parse_lambda(name.substr(colon + 1))};
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("transform '{}' is not known; use none, log, sqrt, boxcox (lambda is "
                          "chosen per series) or e.g. boxcox:0.3",
                          name));
}

std::string to_string(const Transform& transform) {
  switch (transform.kind) {
    case Kind::none:
      return "none";
    case Kind::log:
      return "log";
    case Kind::sqrt:
      return "sqrt";
    case Kind::box_cox:
      return transform.lambda ? fmt::format("{}:{}", kBoxCox, *transform.lambda)
                              : std::string(kBoxCox);
  }
  return "none";
}

std::optional<std::string> domain_obstacle(const Transform& transform,
                                           std::span<const double> values) {
  if (transform.kind == Kind::none) return std::nullopt;
  const bool zero = takes_zero(transform);
  const bool inside = std::all_of(values.begin(), values.end(), [zero](double y) {
    return std::isnan(y) || y > 0 || (zero && y == 0);
  });
  if (inside) return std::nullopt;
  return fmt::format("transform {} needs values {}", to_string(transform),
                     zero ? "not below zero" : "above zero");
}

bool in_domain(const Transform& transform, std::span<const double> values) {
  return !domain_obstacle(transform, values).has_value();
}

double guerrero_lambda(std::span<const double> values, int season, LambdaRange range) {
  if (values.size() <= 2 * static_cast<std::size_t>(std::max(1, season))) return 1;
  const auto moments = season_moments(values, static_cast<std::size_t>(std::max(2, season)));
  const auto variation = [&moments](double lambda) { return spread_variation(moments, lambda); };
  constexpr int kGrid = 30;
  const double width = (range.high - range.low) / kGrid;
  int best = 0;
  for (int i = 1; i <= kGrid; ++i) {
    if (variation(range.low + i * width) < variation(range.low + best * width)) best = i;
  }
  const double centre = range.low + best * width;
  if (!std::isfinite(variation(centre))) return 1;
  return golden_section_minimum(variation, std::max(range.low, centre - width),
                                std::min(range.high, centre + width));
}

Transform fitted_transform(const Transform& transform, std::span<const double> values, int season) {
  Transform result = transform;
  if (transform.kind != Kind::box_cox) return result;
  if (!result.lambda) {
    const bool zeros = std::find(values.begin(), values.end(), 0.0) != values.end();
    const LambdaRange range{zeros ? kLeastLambdaWithZeros : kLambdas.low, kLambdas.high};
    result.lambda = guerrero_lambda(values, season, range);
  }
  if (*result.lambda < 0) result.ceiling = kReach * greatest(values);
  return result;
}

std::vector<double> transformed_values(const Transform& transform, std::span<const double> values) {
  std::vector<double> result(values.begin(), values.end());
  for (double& y : result) y = forward(transform, y);
  return result;
}

PredictivePtr back_transform(const Transform& transform, PredictivePtr inner) {
  if (transform.kind == Kind::none) return inner;
  return std::make_shared<BackTransformed>(transform, std::move(inner));
}

Components back_transform(const Transform& transform, const Components& inner,
                          const Eigen::VectorXd& mean) {
  if (transform.kind == Kind::none || inner.names.empty()) return inner;
  Components result;
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(mean.size());
  Eigen::VectorXd before = sum;
  for (std::size_t i = 0; i < inner.names.size(); ++i) {
    sum += inner.values.col(static_cast<Eigen::Index>(i));
    const Eigen::VectorXd after = sum.unaryExpr([&](double x) { return backward(transform, x); });
    result.add(inner.names[i], after - before);
    before = after;
  }
  result.complete(kBias, mean);
  return result;
}

}  // namespace forecart
