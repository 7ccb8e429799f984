#include "models/smoothing/ets_coordinates.h"

#include <algorithm>
#include <cmath>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Shares of an interval that a start keeps from its ends, where sin^2 has no slope.
constexpr double kInside = 0.01;
/// Step of a difference quotient of largest_beta.
constexpr double kStep = 1e-6;

double share(double x) {
  return std::sin(x) * std::sin(x);
}

double coordinate(double value, double low, double high) {
  const double inside = high > low ? (value - low) / (high - low) : 0.5;
  return std::asin(std::sqrt(std::clamp(inside, kInside, 1 - kInside)));
}

}  // namespace

Coordinates::Coordinates(const Form& form, const Layout& layout, bool admissible)
    : season_(form.season),
      layout_(layout),
      admissible_(admissible && layout.beta >= 0 && layout.season >= 0) {}

double Coordinates::highest_beta(const Smoothing& smoothing) const {
  const double usual = std::min(smoothing.alpha, region_.highest);
  if (!admissible_) return usual;
  return largest_beta(smoothing, layout_.season_length, region_.lowest, usual);
}

VectorXd Coordinates::natural(const VectorXd& x) const {
  VectorXd p(layout_.size);
  p.head(x.size()) = x;
  const auto between = [&](Index i, double low, double high) {
    p[i] = low + (high - low) * share(x[i]);
  };
  between(layout_.alpha, region_.lowest, region_.highest);
  const double alpha = p[layout_.alpha];
  if (layout_.gamma >= 0) {
    between(layout_.gamma, region_.lowest, std::min(1 - alpha, region_.highest));
  }
  if (layout_.phi >= 0) between(layout_.phi, region_.lowest_phi, region_.highest_phi);
  if (layout_.beta >= 0) {
    between(layout_.beta, region_.lowest, highest_beta(Smoothing::of(layout_, p)));
  }
  if (layout_.season < 0) return p;
  const Index others = layout_.season_length - 1;
  const double sum = season_ == Part::additive ? 0 : static_cast<double>(layout_.season_length);
  p[layout_.size - 1] = sum - p.segment(layout_.season, others).sum();
  return p;
}

VectorXd Coordinates::free(const VectorXd& natural) const {
  VectorXd x = natural.head(size());
  const Smoothing s = Smoothing::of(layout_, natural);
  x[layout_.alpha] = coordinate(s.alpha, region_.lowest, region_.highest);
  if (layout_.beta >= 0) {
    x[layout_.beta] = coordinate(s.beta, region_.lowest, highest_beta(s));
  }
  if (layout_.gamma >= 0) {
    x[layout_.gamma] = coordinate(s.gamma, region_.lowest, std::min(1 - s.alpha, region_.highest));
  }
  if (layout_.phi >= 0) {
    x[layout_.phi] = coordinate(s.phi, region_.lowest_phi, region_.highest_phi);
  }
  return x;
}

MatrixXd Coordinates::smoothing_slopes(const VectorXd& x) const {
  const Smoothing s = Smoothing::of(layout_, natural(x));
  MatrixXd slopes = MatrixXd::Zero(layout_.level, layout_.level);
  const auto own = [&](Index i, double low, double high) {
    slopes(i, i) = (high - low) * std::sin(2 * x[i]);
  };
  own(layout_.alpha, region_.lowest, region_.highest);
  if (layout_.gamma >= 0) {
    own(layout_.gamma, region_.lowest, std::min(1 - s.alpha, region_.highest));
    slopes.row(layout_.gamma) -= share(x[layout_.gamma]) * slopes.row(layout_.alpha);
  }
  if (layout_.phi >= 0) own(layout_.phi, region_.lowest_phi, region_.highest_phi);
  if (layout_.beta < 0) return slopes;
  const double high = highest_beta(s);
  own(layout_.beta, region_.lowest, high);
  const auto add = [&](Index i, double slope) {
    slopes.row(layout_.beta) += share(x[layout_.beta]) * slope * slopes.row(i);
  };
  if (high >= s.alpha) {
    add(layout_.alpha, 1);
    return slopes;
  }
  add(layout_.alpha, slope_of_bound(s, &Smoothing::alpha, high));
  add(layout_.gamma, slope_of_bound(s, &Smoothing::gamma, high));
  if (layout_.phi >= 0) add(layout_.phi, slope_of_bound(s, &Smoothing::phi, high));
  return slopes;
}

double Coordinates::slope_of_bound(Smoothing at, double Smoothing::*parameter, double bound) const {
  const double step = at.*parameter > 0.5 ? -kStep : kStep;
  at.*parameter += step;
  return (highest_beta(at) - bound) / step;
}

MatrixXd Coordinates::pull_back(const MatrixXd& smoothing_slopes,
                                const MatrixXd& natural_columns) const {
  MatrixXd result = natural_columns.topRows(size());
  result.topRows(layout_.level).noalias() =
      smoothing_slopes.transpose().lazyProduct(natural_columns.topRows(layout_.level));
  if (layout_.season < 0) return result;
  result.middleRows(layout_.season, layout_.season_length - 1).rowwise() -=
      natural_columns.row(layout_.size - 1);
  return result;
}

}  // namespace forecart::ets
