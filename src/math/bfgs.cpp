#include "math/bfgs.h"

#include "base/interruption.h"

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

constexpr double kSufficientDecrease = 1e-4;
constexpr double kCurvature = 0.5;
constexpr int kMaxLineEvaluations = 25;
/// Expected gains that a search may still make beyond the next one.
constexpr double kHopelessGains = 20;

struct Point {
  double step = 0;
  double value = 0;
  double slope = 0;
  Eigen::VectorXd x;
  Eigen::VectorXd gradient;
};

class Line {
 public:
  Line(const Objective& objective, const Eigen::VectorXd& direction, const Point& origin)
      : objective_(objective), direction_(direction), origin_(origin) {}

  /// A step that satisfies the strong Wolfe conditions, or the best one found.
  Point search(double first, double longest) {
    Point low = origin_;
    Point next = at(std::min(first, longest));
    while (evaluations_ < kMaxLineEvaluations) {
      if (!decreases(next) || (next.value >= low.value && low.step > 0)) return zoom(low, next);
      if (is_flat(next)) return next;
      if (next.slope >= 0) return zoom(next, low);
      if (next.step >= longest) return next;
      low = next;
      next = at(std::min(2.5 * next.step, longest));
    }
    return low;
  }

 private:
  Point at(double step) {
    check_interruption();
    ++evaluations_;
    Point p;
    p.step = step;
    p.x = origin_.x + step * direction_;
    p.gradient.resize(direction_.size());
    p.value = objective_(p.x, &p.gradient);
    p.slope = p.gradient.dot(direction_);
    return p;
  }

  bool decreases(const Point& p) const {
    return std::isfinite(p.value) && std::isfinite(p.slope) &&
           p.value <= origin_.value + kSufficientDecrease * p.step * origin_.slope;
  }

  bool is_flat(const Point& p) const { return std::abs(p.slope) <= -kCurvature * origin_.slope; }

  /// Shrinks a bracket whose `low` end is the best step known.
  Point zoom(Point low, Point high) {
    while (evaluations_ < kMaxLineEvaluations &&
           std::abs(high.step - low.step) > 1e-12 * std::max(low.step, high.step)) {
      Point p = at(inside(low, high));
      if (!decreases(p) || p.value >= low.value) {
        high = std::move(p);
        continue;
      }
      if (is_flat(p)) return p;
      if (p.slope * (high.step - low.step) >= 0) high = low;
      low = std::move(p);
    }
    return low;
  }

  /// Minimum of the cubic through both ends [NocedalWright2006 eq. 3.59], kept off the ends.
  static double inside(const Point& low, const Point& high) {
    const double width = high.step - low.step;
    const double middle = low.step + 0.5 * width;
    if (!std::isfinite(high.value) || !std::isfinite(high.slope)) return low.step + 0.2 * width;
    const double d1 = low.slope + high.slope - 3 * (low.value - high.value) / -width;
    const double square = d1 * d1 - low.slope * high.slope;
    if (square < 0) return middle;
    const double d2 = std::copysign(std::sqrt(square), width);
    const double t = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
    const double share = (t - low.step) / width;
    return std::isfinite(share) ? low.step + std::clamp(share, 0.1, 0.9) * width : middle;
  }

  const Objective& objective_;
  const Eigen::VectorXd& direction_;
  const Point& origin_;
  int evaluations_ = 0;
};

/// H <- (I - r s y') H (I - r y s') + r s s', r = 1 / s'y [NocedalWright2006 eq. 6.17].
void update_inverse_hessian(const Eigen::VectorXd& s, const Eigen::VectorXd& y,
                            Eigen::MatrixXd& inverse) {
  const double curvature = s.dot(y);
  if (!(curvature > 1e-12 * s.norm() * y.norm())) return;
  const Eigen::VectorXd hy = inverse * y;
  const double factor = (1 + y.dot(hy) / curvature) / curvature;
  inverse += factor * s * s.transpose() - (hy * s.transpose() + s * hy.transpose()) / curvature;
}

class Search {
 public:
  Search(const Objective& objective, const BfgsOptions& options)
      : objective_(objective), options_(options) {}

  BfgsResult run(const Eigen::VectorXd& start) {
    begin(start);
    while (result_.iterations < options_.max_iterations && !result_.converged) {
      if (!iterate()) break;
    }
    result_.x = point_.x;
    result_.value = point_.value;
    result_.gradient = point_.gradient;
    return std::move(result_);
  }

 private:
  void begin(const Eigen::VectorXd& start) {
    point_.x = start;
    point_.gradient.resize(start.size());
    point_.value = objective_(point_.x, &point_.gradient);
    scaled_ = options_.inverse_hessian.size() > 0;
    if (scaled_) result_.inverse_hessian = options_.inverse_hessian;
    if (!scaled_) reset();
  }

  void reset() {
    const double scale = 0.3 / std::max(point_.gradient.norm(), 1e-8);
    result_.inverse_hessian = Eigen::MatrixXd::Identity(point_.x.size(), point_.x.size());
    result_.inverse_hessian *= std::min(scale, 1.0);
    scaled_ = false;
  }

  /// One descent step; false when no lower point can be found.
  bool iterate() {
    Eigen::VectorXd direction = -result_.inverse_hessian * point_.gradient;
    point_.slope = point_.gradient.dot(direction);
    if (-0.5 * point_.slope < options_.tolerance && (scaled_ || point_.gradient.norm() < 1e-6)) {
      result_.converged = true;
      return true;
    }
    if (point_.value + kHopelessGains * 0.5 * point_.slope > options_.wanted) return false;
    const double longest = options_.max_step / std::max(direction.cwiseAbs().maxCoeff(), 1e-300);
    Point next = Line(objective_, direction, point_).search(1.0, std::max(longest, 1e-12));
    ++result_.iterations;
    if (next.step <= 0 || !(next.value < point_.value)) return retry();
    accept(next);
    return true;
  }

  /// A failed search is tried once more along the gradient.
  bool retry() {
    if (!scaled_) {
      result_.converged = point_.gradient.norm() < 1e-4;
      return false;
    }
    reset();
    return true;
  }

  void accept(Point& next) {
    const Eigen::VectorXd s = next.x - point_.x;
    const Eigen::VectorXd y = next.gradient - point_.gradient;
    if (!scaled_ && s.dot(y) > 0) {  // [NocedalWright2006 eq. 6.20]
      result_.inverse_hessian.setIdentity();
      result_.inverse_hessian *= s.dot(y) / y.squaredNorm();
      scaled_ = true;
    }
    update_inverse_hessian(s, y, result_.inverse_hessian);
    point_ = std::move(next);
    point_.step = 0;  // the origin of the next line
  }

  const Objective& objective_;
  const BfgsOptions& options_;
  Point point_;
  BfgsResult result_;
  bool scaled_ = false;
};

}  // namespace

BfgsResult minimize_bfgs(const Objective& objective, const Eigen::VectorXd& start,
                         const BfgsOptions& options) {
  return Search(objective, options).run(start);
}

}  // namespace forecart
