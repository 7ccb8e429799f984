#include "math/nelder_mead.h"

#include "base/interruption.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

struct Corner {
  VectorXd x;
  double value = 0;
};

class Simplex {
 public:
  Simplex(const std::function<double(const VectorXd&)>& function, const VectorXd& start,
          double step)
      : function_(function) {
    corners_.push_back(at(start));
    for (Index i = 0; i < start.size(); ++i) {
      VectorXd x = start;
      x[i] += step;
      corners_.push_back(at(std::move(x)));
    }
    sort();
  }

  const Corner& best() const { return corners_.front(); }
  int evaluations() const { return evaluations_; }
  bool is_flat(double tolerance) const {
    const double low = corners_.front().value;
    return corners_.back().value - low <= tolerance * (std::abs(low) + tolerance);
  }

  /// Replaces the worst corner, or draws all towards the best.
  void move() {
    const Corner reflected = along(1);
    const double second_worst = corners_[corners_.size() - 2].value;
    if (reflected.value < corners_.front().value) {
      const Corner expanded = along(2);
      replace_worst(expanded.value < reflected.value ? expanded : reflected);
    } else if (reflected.value < second_worst) {
      replace_worst(reflected);
    } else {
      contract(reflected);
    }
    sort();
  }

 private:
  Corner at(VectorXd x) {
    ++evaluations_;
    const double value = function_(x);
    return {std::move(x), std::isnan(value) ? std::numeric_limits<double>::infinity() : value};
  }

  /// The point `times` as far beyond the centre of the others as the worst lies before it.
  Corner along(double times) {
    VectorXd centre = VectorXd::Zero(corners_.front().x.size());
    for (std::size_t i = 0; i + 1 < corners_.size(); ++i) centre += corners_[i].x;
    centre /= static_cast<double>(corners_.size() - 1);
    return at(centre + times * (centre - corners_.back().x));
  }

  void contract(const Corner& reflected) {
    const bool outside = reflected.value < corners_.back().value;
    Corner contracted = along(outside ? .5 : -.5);
    if (contracted.value < std::min(reflected.value, corners_.back().value))
      replace_worst(std::move(contracted));
    else
      shrink();
  }

  void shrink() {
    for (std::size_t i = 1; i < corners_.size(); ++i)
      corners_[i] = at((corners_[i].x + corners_.front().x) / 2);
  }

  void replace_worst(Corner corner) { corners_.back() = std::move(corner); }

  void sort() {
    std::stable_sort(corners_.begin(), corners_.end(),
                     [](const Corner& a, const Corner& b) { return a.value < b.value; });
  }

  const std::function<double(const VectorXd&)>& function_;
  std::vector<Corner> corners_;
  int evaluations_ = 0;
};

}  // namespace

NelderMeadResult minimize_nelder_mead(const std::function<double(const VectorXd&)>& function,
                                      const VectorXd& start, const NelderMeadOptions& options) {
  Simplex simplex(function, start, options.first_step);
  while (simplex.evaluations() < options.max_evaluations && !simplex.is_flat(options.tolerance)) {
    check_interruption();
    simplex.move();
  }
  return {simplex.best().x, simplex.best().value, simplex.evaluations()};
}

}  // namespace forecart
