#include "models/autoregression/lag_regression.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Least share of the observations that counts as left after the fit.
constexpr double kLeastFree = .25;
/// Penalty of the pilot fit, and bounds of the final one, in units of n var(z).
constexpr double kPilotPenalty = 1e-4;
constexpr double kLeastPenalty = 1e-10;
constexpr double kGreatestPenalty = 1e3;

/// The rows of the regression: t from `first` on.
struct Rows {
  VectorXd x;        // (n) values less their mean
  VectorXd weights;  // (n - first), 0 where the row is not fitted to
  Index first = 0;
  double mean = 0;
};

Rows rows_of(const LagSample& sample, const LagRegressionOptions& options) {
  const Index n = std::ssize(sample.z);
  Rows rows;
  rows.x = Eigen::Map<const VectorXd>(sample.z.data(), n);
  rows.mean = rows.x.mean();
  rows.x.array() -= rows.mean;
  rows.first = options.lags.back();
  rows.weights = VectorXd::Zero(n - rows.first);
  const double decay = std::log(.5) / options.half_life;
  for (Index t = rows.first; t < n; ++t) {
    if (sample.is_known[static_cast<std::size_t>(t)])
      rows.weights[t - rows.first] = std::exp(decay * static_cast<double>(n - 1 - t));
  }
  return rows;
}

/// Column i holds the values lags[i] steps before each row.
MatrixXd lagged(const Rows& rows, const std::vector<int>& lags) {
  MatrixXd result(rows.weights.size(), std::ssize(lags));
  for (Index i = 0; i < result.cols(); ++i) {
    result.col(i) =
        rows.x.segment(rows.first - lags[static_cast<std::size_t>(i)], rows.weights.size());
  }
  return result;
}

struct Solution {
  VectorXd lags;
  VectorXd profile;
  double freedom = 0;  // degrees of freedom used: trace (N + R)^-1 N = count - trace (N + R)^-1 R
};

/// The weighted normal equations, in blocks of lags and places; that of the places is diagonal.
class Equations {
 public:
  Equations(const Rows& rows, const LagRegressionOptions& options, std::span<const int> places)
      : rows_(rows),
        places_(places.subspan(static_cast<std::size_t>(rows.first))),
        past_(lagged(rows, options.lags)),
        target_(rows.x.tail(past_.rows())),
        lag_place_(MatrixXd::Zero(past_.cols(), options.places)),
        place_(VectorXd::Zero(options.places)),
        place_right_(place_),
        profile_penalty_(options.profile_ridge) {
    const MatrixXd weighted = rows.weights.asDiagonal() * past_;
    lag_lag_ = past_.transpose() * weighted;
    lag_right_ = weighted.transpose() * target_;
    for (Index row = 0; row < past_.rows(); ++row) {
      const int place = places_[static_cast<std::size_t>(row)];
      lag_place_.col(place) += weighted.row(row).transpose();
      place_[place] += rows.weights[row];
      place_right_[place] += rows.weights[row] * target_[row];
    }
  }

  /// The profile is eliminated first.
  Solution solve(double lag_penalty) const {
    const VectorXd place = place_.array() + profile_penalty_;
    const MatrixXd scaled = lag_place_ * place.cwiseInverse().asDiagonal();
    MatrixXd schur = lag_lag_ - scaled * lag_place_.transpose();
    schur.diagonal().array() += lag_penalty;
    const Index p = schur.rows();
    const Eigen::LDLT<MatrixXd> factor(schur);
    const MatrixXd inverse = factor.solve(MatrixXd::Identity(p, p));
    Solution result;
    result.lags = factor.solve(lag_right_ - scaled * place_right_);
    result.profile = (place_right_ - lag_place_.transpose() * result.lags).cwiseQuotient(place);
    const double of_places =
        place.cwiseInverse().sum() + scaled.cwiseProduct(inverse * scaled).sum();
    result.freedom = static_cast<double>(p + place.size()) - lag_penalty * inverse.trace() -
                     profile_penalty_ * of_places;
    return result;
  }

  /// Weighted mean square of the residuals, with the degrees of freedom used taken off.
  double residual_variance(const Solution& solution) const {
    const double total = rows_.weights.sum();
    if (!(total > 0)) return 0;
    VectorXd residuals = target_ - past_ * solution.lags;
    for (Index row = 0; row < residuals.size(); ++row)
      residuals[row] -= solution.profile[places_[static_cast<std::size_t>(row)]];
    const double effective = total * total / rows_.weights.squaredNorm();
    const double left = std::max(effective - solution.freedom, kLeastFree * effective);
    return rows_.weights.dot(residuals.cwiseAbs2()) / total * effective / left;
  }

 private:
  const Rows& rows_;
  std::span<const int> places_;  // of the rows
  MatrixXd past_;                // (rows, lags)
  VectorXd target_;              // (rows)
  MatrixXd lag_lag_;
  MatrixXd lag_place_;
  VectorXd place_;
  VectorXd lag_right_;
  VectorXd place_right_;
  double profile_penalty_;
};

}  // namespace

double LagRegression::next(std::span<const double> past, int place) const {
  double sum = mean + profile[place];
  for (std::size_t i = 0; i < lags.size(); ++i) {
    const double z = past[past.size() - static_cast<std::size_t>(lags[i])];
    sum += weights[static_cast<Index>(i)] * (z - mean);
  }
  return sum;
}

VectorXd LagRegression::psi(Index count) const {
  VectorXd result = VectorXd::Zero(count);
  if (count > 0) result[0] = 1;
  for (Index k = 1; k < count; ++k) {
    for (std::size_t i = 0; i < lags.size() && lags[i] <= k; ++i)
      result[k] += weights[static_cast<Index>(i)] * result[k - lags[i]];
  }
  return result;
}

bool LagRegression::is_finite() const {
  return weights.allFinite() && profile.allFinite() && std::isfinite(mean) && std::isfinite(sigma2);
}

LagRegression fit_lag_regression(const LagSample& sample, const LagRegressionOptions& options) {
  assert(std::ssize(sample.z) > options.lags.back());
  const Rows rows = rows_of(sample, options);
  LagRegression result{options.lags, VectorXd::Zero(std::ssize(options.lags)),
                       VectorXd::Zero(options.places), rows.mean, 0};
  const double squares = rows.x.squaredNorm();
  if (!(squares > 0)) return result;
  const Equations equations(rows, options, sample.places);
  Solution solution = equations.solve(kPilotPenalty * squares);
  const double pilot = equations.residual_variance(solution);
  const double wanted =
      static_cast<double>(options.lags.size()) * pilot / solution.lags.squaredNorm();
  solution =
      equations.solve(std::clamp(wanted, kLeastPenalty * squares, kGreatestPenalty * squares));
  result.weights = solution.lags;
  result.profile = solution.profile;
  result.sigma2 = equations.residual_variance(solution);
  return result;
}

}  // namespace forecart
