#include "series/stl.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::Map;
using Eigen::VectorXd;
using Values = std::span<const double>;

Index size(Values values) {
  return static_cast<Index>(values.size());
}

Loess with_usual_jump(Index window, int degree) {
  return {window, degree, (window + 9) / 10};
}

StlOptions with_usual_spans(int season, double seasonal_window, bool robust) {
  StlOptions options;
  const double trend_window = std::ceil(1.5 * season / (1 - 1.5 / seasonal_window));
  options.seasonal = with_usual_jump(odd_window(seasonal_window), 0);
  options.trend = with_usual_jump(odd_window(trend_window), 1);
  options.low_pass = with_usual_jump(odd_window(season), 1);
  options.inner = robust ? 1 : 2;
  options.outer = robust ? 15 : 0;
  return options;
}

/// Points left..right, both included.
struct Window {
  Index left;
  Index right;
};

/// Loess of y[0..n); `robustness` weighs the points, empty for all alike.
class Smoother {
 public:
  Smoother(Loess loess, Values y, Values robustness = {})
      : loess_(loess), y_(y), robustness_(robustness), weights_(y.size()) {}

  /// The smooth curve at 0..n-1.
  void curve(std::span<double> out);

  /// The local fit at `x`, which may lie outside the points; nothing where all weights are zero.
  std::optional<double> at(double x, Window window);

  /// One step before the first point and one after the last.
  std::optional<double> before() { return at(-1, {0, std::min(loess_.window, n()) - 1}); }
  std::optional<double> after() {
    return at(static_cast<double>(n()), {std::max<Index>(0, n() - loess_.window), n() - 1});
  }

 private:
  Index n() const { return size(y_); }
  Window around(Index i) const;
  double value(Index i, Window window);
  double centred(Window window);
  double weigh(double x, Window window);
  void tilt(double x, Window window);

  Loess loess_;
  Values y_;
  Values robustness_;
  std::vector<double> weights_;
  std::vector<double> kernel_;  // (window) weights of a whole window around its middle
};

/// The nearest points; at the ends the window stays inside.
Window Smoother::around(Index i) const {
  if (loess_.window >= n()) return {0, n() - 1};
  const Index half = (loess_.window - 1) / 2;
  const Index left = std::clamp<Index>(i - half, 0, n() - loess_.window);
  return {left, left + loess_.window - 1};
}

/// Tricube weights times robustness, normalised; returns their sum before that. The bandwidth of a
/// window longer than the data grows by half of what is missing [Cleveland1990 sec. 2].
double Smoother::weigh(double x, Window window) {
  double h = std::max(x - static_cast<double>(window.left), static_cast<double>(window.right) - x);
  const Index beyond = std::max<Index>(0, loess_.window - n()) / 2;
  h += static_cast<double>(beyond);
  double sum = 0;
  for (Index j = window.left; j <= window.right; ++j) {
    const double r = std::abs(static_cast<double>(j) - x);
    double w = 0;
    if (r <= .001 * h) {
      w = 1;
    } else if (r <= .999 * h) {
      const double u = r / h;
      const double v = 1 - u * u * u;
      w = v * v * v;
    }
    if (!robustness_.empty()) w *= robustness_[j];
    weights_[j] = w;
    sum += w;
  }
  return sum;
}

/// Turns the weights of a local mean into those of a local line at `x`.
void Smoother::tilt(double x, Window window) {
  double centre = 0;
  for (Index j = window.left; j <= window.right; ++j)
    centre += weights_[j] * static_cast<double>(j);
  double spread = 0;
  for (Index j = window.left; j <= window.right; ++j) {
    const double distance = static_cast<double>(j) - centre;
    spread += weights_[j] * distance * distance;
  }
  if (std::sqrt(spread) <= .001 * static_cast<double>(n() - 1)) return;
  const double slope = (x - centre) / spread;
  for (Index j = window.left; j <= window.right; ++j)
    weights_[j] *= slope * (static_cast<double>(j) - centre) + 1;
}

std::optional<double> Smoother::at(double x, Window window) {
  const double sum = weigh(x, window);
  if (sum <= 0) return std::nullopt;
  for (Index j = window.left; j <= window.right; ++j) weights_[j] /= sum;
  if (loess_.degree > 0) tilt(x, window);
  double fit = 0;
  for (Index j = window.left; j <= window.right; ++j) fit += weights_[j] * y_[j];
  return fit;
}

/// The fit in the middle of a whole window: the same weights wherever it lies, and no tilt.
double Smoother::centred(Window window) {
  if (kernel_.empty()) {
    const double sum = weigh(static_cast<double>(window.left + window.right) / 2, window);
    for (Index j = window.left; j <= window.right; ++j) kernel_.push_back(weights_[j] / sum);
  }
  double fit = 0;
  for (Index j = 0; j < loess_.window; ++j) fit += kernel_[j] * y_[window.left + j];
  return fit;
}

double Smoother::value(Index i, Window window) {
  const bool whole = window.right - window.left + 1 == loess_.window;
  if (whole && robustness_.empty() && 2 * i == window.left + window.right) return centred(window);
  return at(static_cast<double>(i), window).value_or(y_[i]);
}

void draw_line(std::span<double> curve, Index from, Index to) {
  const double delta = (curve[to] - curve[from]) / static_cast<double>(to - from);
  for (Index i = from + 1; i < to; ++i)
    curve[i] = curve[from] + delta * static_cast<double>(i - from);
}

void Smoother::curve(std::span<double> out) {
  if (n() < 2) {
    out[0] = y_[0];
    return;
  }
  const Index jump = std::min(loess_.jump, n() - 1);
  Index last = 0;
  for (Index i = 0; i < n(); i += jump) {
    out[i] = value(i, around(i));
    if (i > 0) draw_line(out, last, i);
    last = i;
  }
  if (last == n() - 1) return;
  out[n() - 1] = value(n() - 1, around(last));  // R keeps the last window
  draw_line(out, last, n() - 1);
}

/// Means over `length` neighbours: n - length + 1 of them.
std::vector<double> moving_average(Values x, Index length) {
  std::vector<double> result(x.size() - static_cast<std::size_t>(length) + 1);
  double sum = 0;
  for (Index i = 0; i < length; ++i) sum += x[i];
  result[0] = sum / static_cast<double>(length);
  for (Index i = length; i < size(x); ++i) {
    sum += x[i] - x[i - length];
    result[i - length + 1] = sum / static_cast<double>(length);
  }
  return result;
}

/// The state of one decomposition; names as in [Cleveland1990 sec. 2.3].
class StlFit {
 public:
  StlFit(Values y, Index period, const StlOptions& options)
      : options_(options),
        period_(period),
        y_(Map<const VectorXd>(y.data(), size(y))),
        seasonal_(VectorXd::Zero(size(y))),
        trend_(VectorXd::Zero(size(y))),
        robustness_(VectorXd::Ones(size(y))) {}

  Stl run() {
    for (int round = 0; round <= options_.outer; ++round) {
      if (round > 0) weigh_residuals();
      for (int pass = 0; pass < options_.inner; ++pass) inner_pass();
    }
    if (options_.periodic) average_phases();
    VectorXd remainder = y_ - seasonal_ - trend_;
    return {std::move(seasonal_), std::move(trend_), std::move(remainder), std::move(robustness_)};
  }

 private:
  Index n() const { return y_.size(); }
  Values robustness() const {
    return weighted_ ? Values(robustness_.data(), static_cast<std::size_t>(n())) : Values();
  }

  void inner_pass();
  std::vector<double> cycle_subseries(const VectorXd& detrended);
  void weigh_residuals();
  void average_phases();

  const StlOptions& options_;
  Index period_;
  VectorXd y_;
  VectorXd seasonal_;
  VectorXd trend_;
  VectorXd robustness_;
  bool weighted_ = false;
};

/// Steps 1 to 6: smooth each phase, take its low frequencies away, smooth what is deseasonalised.
void StlFit::inner_pass() {
  const std::vector<double> cycles = cycle_subseries(y_ - trend_);  // (n + 2 period)
  const std::vector<double> filtered =
      moving_average(moving_average(moving_average(cycles, period_), period_), 3);
  std::vector<double> low(filtered.size());
  Smoother(options_.low_pass, filtered).curve(low);
  seasonal_ =
      Map<const VectorXd>(cycles.data() + period_, n()) - Map<const VectorXd>(low.data(), n());
  const VectorXd deseasonalised = y_ - seasonal_;
  const Values values(deseasonalised.data(), static_cast<std::size_t>(n()));
  Smoother(options_.trend, values, robustness())
      .curve({trend_.data(), static_cast<std::size_t>(n())});
}

/// Each phase smoothed and carried on by one cycle at both ends.
std::vector<double> StlFit::cycle_subseries(const VectorXd& detrended) {
  std::vector<double> result(static_cast<std::size_t>(n() + 2 * period_));
  for (Index phase = 0; phase < period_; ++phase) {
    const Index k = (n() - phase - 1) / period_ + 1;
    std::vector<double> x(static_cast<std::size_t>(k));
    std::vector<double> w(weighted_ ? x.size() : 0);
    for (Index i = 0; i < k; ++i) {
      x[i] = detrended[i * period_ + phase];
      if (weighted_) w[i] = robustness_[i * period_ + phase];
    }
    std::vector<double> smooth(x.size());
    Smoother smoother(options_.seasonal, x, w);
    smoother.curve(smooth);
    result[phase] = smoother.before().value_or(smooth.front());
    for (Index i = 0; i < k; ++i) result[(i + 1) * period_ + phase] = smooth[i];
    result[(k + 1) * period_ + phase] = smoother.after().value_or(smooth.back());
  }
  return result;
}

/// Bisquare weights of the residuals, six times their median absolute value wide.
void StlFit::weigh_residuals() {
  weighted_ = true;
  const VectorXd residuals = (y_ - trend_ - seasonal_).cwiseAbs();
  VectorXd sorted = residuals;
  std::sort(sorted.begin(), sorted.end());
  const double width = 3 * (sorted[n() / 2] + sorted[n() - n() / 2 - 1]);
  robustness_ = residuals.unaryExpr([width](double r) {
    if (r <= .001 * width) return 1.0;
    if (r > .999 * width) return 0.0;
    const double v = 1 - (r / width) * (r / width);
    return v * v;
  });
}

void StlFit::average_phases() {
  for (Index phase = 0; phase < period_; ++phase) {
    auto values = seasonal_(Eigen::seq(phase, Eigen::last, period_));
    values.setConstant(values.mean());
  }
}

}  // namespace

Index odd_window(double span) {
  const auto rounded = static_cast<Index>(std::nearbyint(span));
  return rounded % 2 == 0 ? rounded + 1 : rounded;
}

VectorXd loess_curve(Values y, const Loess& loess) {
  VectorXd curve(size(y));
  Smoother(loess, y).curve({curve.data(), y.size()});
  return curve;
}

StlOptions StlOptions::changing(int season, Index window, bool robust) {
  return with_usual_spans(season, static_cast<double>(window), robust);
}

StlOptions StlOptions::constant(int season, Index n, bool robust) {
  StlOptions options = with_usual_spans(season, static_cast<double>(10 * n + 1), robust);
  options.periodic = true;
  return options;
}

Stl stl(Values y, int season, const StlOptions& options) {
  if (season < 2 || size(y) <= 2 * Index{season}) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("season {} of {} values: STL needs a season of at least 2 and more "
                            "than two of it; give a shorter season or more history",
                            season, y.size()));
  }
  return StlFit(y, season, options).run();
}

}  // namespace forecart
