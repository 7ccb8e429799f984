#pragma once

#include "series/components.h"
#include "series/predictive.h"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A scale to model on: y itself, its logarithm, its square root, or the power transformation
/// w = (y^lambda - 1) / lambda, log y for lambda = 0 [BoxCox1964]. Without a lambda, box_cox is a
/// wish: `fitted_transform` chooses one per series.
struct Transform {
  enum class Kind { none, log, sqrt, box_cox };

  Kind kind = Kind::none;
  std::optional<double> lambda{};  ///< of box_cox, in [-1, 2]
  /// Greatest value that box_cox with lambda < 0 gives back: its scale ends at w = -1/lambda, where
  /// y is infinite, and a Gaussian forecast reaches beyond.
  double ceiling = std::numeric_limits<double>::infinity();

  static const Transform none;
  static const Transform log;
  static const Transform sqrt;
  static const Transform box_cox;

  friend bool operator==(const Transform&, const Transform&) = default;
};

inline constexpr Transform Transform::none{};
inline constexpr Transform Transform::log{Transform::Kind::log};
inline constexpr Transform Transform::sqrt{Transform::Kind::sqrt};
inline constexpr Transform Transform::box_cox{Transform::Kind::box_cox};

/// "none", "log", "sqrt", "boxcox" or "boxcox:0.3". Throws Error unknown_name with the list, or
/// invalid_value for a lambda outside [-1, 2].
Transform parse_transform(std::string_view name);

/// The text that parse_transform reads, lambda to the last bit; the ceiling is not in it.
std::string to_string(const Transform& transform);

/// What keeps the values out of the transform's domain, e.g. "transform log needs values above
/// zero"; nothing if all that are not missing lie inside. A box_cox that is still to be chosen
/// needs values not below zero.
std::optional<std::string> domain_obstacle(const Transform& transform,
                                           std::span<const double> values);
bool in_domain(const Transform& transform, std::span<const double> values);

/// The lambda in [low, high] for which the spread within a season follows its level least: the
/// coefficient of variation of s_i / m_i^(1 - lambda) over whole seasons is smallest
/// [Guerrero1993]. As forecast::BoxCox.lambda(method = "guerrero"): spans of max(2, season) values
/// counted from the end, standard deviations with n - 1, missing values left out, 1 where there are
/// no more than two seasons. Values must not be negative, and low >= 0 where one is zero.
struct LambdaRange {
  double low = -1;
  double high = 2;
};
double guerrero_lambda(std::span<const double> values, int season, LambdaRange range = {});

/// The transform with everything that is learnt from the training values: lambda by Guerrero's
/// method where none is given (at least .2 where a value is zero: close to 0 a zero would become an
/// outlier), and for a negative lambda a ceiling of ten times the greatest value. The values lie in
/// the domain.
Transform fitted_transform(const Transform& transform, std::span<const double> values, int season);

/// Values on the transformed scale; missing stays missing. box_cox must have its lambda.
std::vector<double> transformed_values(const Transform& transform, std::span<const double> values);

/// The distribution of y when `inner` is that of the transformed y. The mean is corrected for bias:
/// from a Gaussian mean m and variance v log gives exp(m + v/2), sqrt that of max(0, x)^2, box_cox
/// the integral by the trapezoidal rule; of any other distribution it is the mean of the
/// back-transformed quantiles. Where w leaves the scale, y is 0 below it and the ceiling above.
PredictivePtr back_transform(const Transform& transform, PredictivePtr inner);

/// Parts on the transformed scale as parts of `mean` (horizon): each is what it changes after those
/// before it, and `bias` is what the correction for bias adds.
Components back_transform(const Transform& transform, const Components& inner,
                          const Eigen::VectorXd& mean);

}  // namespace forecart
