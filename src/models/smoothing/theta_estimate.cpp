#include "models/smoothing/theta_estimate.h"

#include "models/smoothing/ets_estimate.h"
#include "series/interpolation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace forecart::theta {
namespace {

using Eigen::Index;

constexpr double kHighestAlpha = 0.99;
/// Points of the first search over alpha, and narrowings by the golden section around the best.
constexpr int kGrid = 24;
constexpr int kNarrowings = 24;
constexpr double kGolden = 0.6180339887498949;

/// The errors at one alpha as linear functions of initial level and weight of the line:
/// e_t = a_t - level b_t - weight c_t. Sums of their products over the known values.
struct Sums {
  double aa = 0, ab = 0, ac = 0, bb = 0, bc = 0, cc = 0;
  Index count = 0;

  void add(double a, double b, double c) {
    aa += a * a;
    ab += a * b;
    ac += a * c;
    bb += b * b;
    bc += b * c;
    cc += c * c;
    ++count;
  }
  double at(double level, double weight) const {
    return aa - 2 * level * ab - 2 * weight * ac + level * level * bb + 2 * level * weight * bc +
           weight * weight * cc;
  }
};

struct Fit {
  double level = 0;
  double weight = 0.5;
  double squares = std::numeric_limits<double>::infinity();
};

/// The series a method is fitted to, and its line.
struct Sample {
  std::span<const double> y;
  std::vector<double> filled;  // y with missing values on straight lines
  Line line;

  /// Missing values do not count, nor the first where line or level only begin there.
  bool counts(Method method, std::size_t t) const {
    const bool begins = t == 0 && (is_dynamic(method) || method == Method::naive);
    return !std::isnan(y[t]) && !begins;
  }
};

Sums sums_at(Method method, const Sample& sample, double alpha) {
  State state(method, {.alpha = alpha, .level = 0, .weight = 0, .line = sample.line});
  Sums sums;
  double power = 1;
  for (std::size_t t = 0; t < sample.filled.size(); ++t) {
    const double y = sample.filled[t];
    if (sample.counts(method, t)) sums.add(y - state.level(), power, state.line());
    state.step(y);
    power *= 1 - alpha;
  }
  return sums;
}

double best_level(const Sums& s, double weight) {
  return s.bb > 0 ? (s.ab - weight * s.bc) / s.bb : 0;
}

Fit solve(const Sums& s, bool weight_is_free) {
  Fit fit;
  if (weight_is_free) {
    const double determinant = s.bb * s.cc - s.bc * s.bc;
    const double solved = (s.ac * s.bb - s.ab * s.bc) / determinant;
    if (determinant > 1e-12 * s.bb * s.cc) fit.weight = std::clamp(solved, 0.0, 1.0);
  }
  fit.level = best_level(s, fit.weight);
  fit.squares = std::max(s.at(fit.level, fit.weight), 0.0);
  return fit;
}

/// The lowest point of a function on [low, high]: a grid, then the golden section.
template <class Function>
double lowest_point(const Function& f, double low, double high) {
  const double step = (high - low) / kGrid;
  double best = low;
  double lowest = f(low);
  for (int i = 1; i <= kGrid; ++i) {
    const double here = f(low + i * step);
    if (here < lowest) {
      lowest = here;
      best = low + i * step;
    }
  }
  double left = std::max(low, best - step);
  double right = std::min(high, best + step);
  double a = right - kGolden * (right - left);
  double b = left + kGolden * (right - left);
  double f_a = f(a);
  double f_b = f(b);
  for (int i = 0; i < kNarrowings; ++i) {
    if (f_a < f_b) {
      right = b;
      b = a;
      f_b = f_a;
      f_a = f(a = right - kGolden * (right - left));
    } else {
      left = a;
      a = b;
      f_a = f_b;
      f_b = f(b = left + kGolden * (right - left));
    }
  }
  const double found = f_a < f_b ? a : b;
  return std::min(f_a, f_b) < lowest ? found : best;
}

/// Simple exponential smoothing by maximum likelihood.
Estimate simple(const Sample& sample) {
  double unit = 0;
  for (const double value : sample.filled) {
    unit += std::abs(value) / static_cast<double>(sample.filled.size());
  }
  Estimate result;
  result.parameters.weight = 0;
  if (!(unit > 0)) return result;
  std::vector<double> scaled(sample.y.begin(), sample.y.end());
  for (double& value : scaled) value /= unit;
  const ets::Estimate ses = ets::estimate({}, 1, scaled);
  if (!ses.is_usable()) return result;
  result.parameters.alpha = ses.parameters[0];
  result.parameters.level = unit * ses.parameters[1];
  result.sigma2 = unit * unit * ses.sigma2;
  return result;
}

/// The same with half the slope.
Estimate classic(const Sample& sample) {
  Estimate result = simple(sample);
  result.parameters.weight = 0.5;
  result.parameters.line = {0, sample.line.slope};
  return result;
}

/// The last value for ever; errors of a random walk.
Estimate naive(const Sample& sample) {
  Estimate result;
  result.parameters = {.alpha = 1, .level = sample.filled.front(), .weight = 0};
  double count = 0;
  for (std::size_t t = 1; t < sample.y.size(); ++t) {
    const double away = sample.y[t] - sample.y[t - 1];
    if (!std::isnan(away)) result.sigma2 += (away * away - result.sigma2) / ++count;
  }
  return result;
}

/// Least squares over alpha, initial level and, where free, weight.
Estimate least_squares(Method method, const Sample& sample, double lowest_alpha) {
  const bool weight_is_free = method != Method::dynamic;
  const auto fit_at = [&](double alpha) {
    return solve(sums_at(method, sample, alpha), weight_is_free);
  };
  const double alpha =
      lowest_point([&](double a) { return fit_at(a).squares; }, lowest_alpha, kHighestAlpha);
  const Fit fit = fit_at(alpha);
  const auto count = static_cast<double>(sums_at(method, sample, alpha).count);
  Estimate result;
  result.parameters = {alpha, fit.level, fit.weight, sample.line};
  result.sigma2 = fit.squares / std::max(count - (weight_is_free ? 3 : 2), 1.0);
  return result;
}

Estimate fitted(Method method, const Sample& sample, double lowest_alpha) {
  if (method == Method::classic) return classic(sample);
  if (method == Method::simple) return simple(sample);
  if (method == Method::naive) return naive(sample);
  return least_squares(method, sample, lowest_alpha);
}

/// Mean square of the one-step errors of the whole method.
double mean_square_of(const Estimate& e, const Sample& sample) {
  State state(e.method, e.parameters);
  double sum = 0;
  double count = 0;
  for (std::size_t t = 0; t < sample.y.size(); ++t) {
    const double away = sample.y[t] - state.expected();
    if (sample.counts(e.method, t)) sum += (away * away - sum) / ++count;
    state.step(sample.y[t]);
  }
  return sum;
}

}  // namespace

Line line_through(std::span<const double> y) {
  double count = 0;
  double mean_t = 0;
  double mean_y = 0;
  double products = 0;
  double squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    ++count;
    const double away_t = static_cast<double>(t + 1) - mean_t;
    const double away_y = y[t] - mean_y;
    mean_t += away_t / count;
    mean_y += away_y / count;
    products += away_t * (y[t] - mean_y);
    squares += away_t * (static_cast<double>(t + 1) - mean_t);
  }
  const double slope = squares > 0 ? products / squares : 0;
  return {mean_y - slope * mean_t, slope};
}

Estimate estimate(Method method, std::span<const double> y, double lowest_alpha) {
  const Sample sample{y, linear_fill(y), line_through(y)};
  Estimate result = fitted(method, sample, lowest_alpha);
  result.method = method;
  result.used = std::count_if(y.begin(), y.end(), [](double value) { return !std::isnan(value); });
  result.mean_square = mean_square_of(result, sample);
  return result;
}

}  // namespace forecart::theta
