#pragma once

#include "models/smoothing/ets_admissible.h"
#include "models/smoothing/ets_recursion.h"

#include <Eigen/Core>

namespace forecart::ets {

/// Free coordinates x in which a form is estimated, one fewer than the natural parameters where
/// there is a season: each smoothing parameter is low + (high - low) sin^2 x, so that an optimum on
/// a bound is one that a search without bounds finds; the initial states are themselves, and the
/// last place of the season follows from the others, which sum to 0 or average 1 with it.
class Coordinates {
 public:
  /// `admissible` bounds beta by largest_beta as well.
  Coordinates(const Form& form, const Layout& layout, bool admissible);

  Eigen::Index size() const { return layout_.size - (layout_.season < 0 ? 0 : 1); }
  /// Of these the first are smoothing parameters, the others initial states.
  Eigen::Index smoothing_size() const { return layout_.level; }

  /// Natural parameters at x; NaN among them where no beta is admissible.
  Eigen::VectorXd natural(const Eigen::VectorXd& x) const;
  /// x at natural parameters; what lies outside the bounds, or on them, is moved inside.
  Eigen::VectorXd free(const Eigen::VectorXd& natural) const;

  /// Derivatives of the smoothing parameters by their coordinates.
  Eigen::MatrixXd smoothing_slopes(const Eigen::VectorXd& x) const;
  /// The chain rule: derivatives by x from columns of derivatives by the natural parameters, with
  /// smoothing_slopes of that x.
  Eigen::MatrixXd pull_back(const Eigen::MatrixXd& smoothing_slopes,
                            const Eigen::MatrixXd& natural_columns) const;

 private:
  double highest_beta(const Smoothing& smoothing) const;
  /// Derivative of highest_beta, which is `bound` here, by one parameter.
  double slope_of_bound(Smoothing at, double Smoothing::*parameter, double bound) const;

  Part season_;
  Layout layout_;
  bool admissible_;
  UsualRegion region_;
};

}  // namespace forecart::ets
