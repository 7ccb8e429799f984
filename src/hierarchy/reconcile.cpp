#include "hierarchy/reconcile.h"

#include "base/error.h"

#include "hierarchy/error_covariance.h"
#include "hierarchy/min_trace.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array<std::string_view, 8> kMethods{"bottom-up", "top-down",   "top-down-forecasts",
                                                   "ols",       "structural", "variance",
                                                   "shrinkage", "auto"};

void require_leaves(const Hierarchy& hierarchy, const MatrixXd& means) {
  for (Index i = hierarchy.aggregates(); i < hierarchy.nodes(); ++i) {
    if (means.row(i).allFinite()) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("series '{}' has no forecast, and its sums cannot do without; forecast "
                            "it by another model",
                            hierarchy.ids[static_cast<std::size_t>(i)]));
  }
}

/// Places of the sums that have forecasts.
std::vector<Index> known_sums(const Hierarchy& hierarchy, const MatrixXd& means) {
  std::vector<Index> known;
  for (Index i = 0; i < hierarchy.aggregates(); ++i) {
    if (means.row(i).allFinite()) known.push_back(i);
  }
  return known;
}

ErrorCovariance covariance_of(const Hierarchy& hierarchy, const MatrixXd& errors,
                              Reconciliation method) {
  if (method == Reconciliation::ols) return equal_errors(hierarchy);
  if (method == Reconciliation::structural || errors.cols() == 0) {
    return structural_errors(hierarchy);
  }
  return method == Reconciliation::variance ? error_variances(hierarchy, errors)
                                            : shrunk_errors(hierarchy, errors);
}

/// The rows of the known sums and of all leaves.
std::vector<Index> kept_rows(const Hierarchy& hierarchy, const std::vector<Index>& sums) {
  std::vector<Index> rows = sums;
  for (Index i = hierarchy.aggregates(); i < hierarchy.nodes(); ++i) rows.push_back(i);
  return rows;
}

SparseMatrix rows_of(const SparseMatrix& sums, const std::vector<Index>& rows) {
  SparseMatrix result(std::ssize(rows), sums.cols());
  for (Index i = 0; i < std::ssize(rows); ++i) {
    result.row(i) = sums.row(rows[static_cast<std::size_t>(i)]);
  }
  return result;
}

MatrixXd by_min_trace(const Hierarchy& hierarchy, const BaseForecasts& base,
                      const ReconcileOptions& options) {
  ErrorCovariance covariance = covariance_of(hierarchy, base.errors, options.method);
  const std::vector<Index> known = known_sums(hierarchy, base.means);
  const std::vector<Index> kept = kept_rows(hierarchy, known);
  covariance.diagonal = covariance.diagonal(kept).eval();
  if (!covariance.is_diagonal()) {
    covariance.factor = covariance.factor(kept, Eigen::all).eval();
  }
  const SparseMatrix sums = rows_of(hierarchy.sums, known);
  const MatrixXd means = base.means(kept, Eigen::all);
  const MinTrace min_trace(sums, covariance);
  return options.non_negative ? min_trace.non_negative_leaves(means) : min_trace.leaves(means);
}

/// Shares of one, equal ones where they make no sense.
VectorXd shares_of(const VectorXd& parts) {
  const double sum = parts.sum();
  if (std::isfinite(sum) && sum != 0) return parts / sum;
  return VectorXd::Constant(parts.size(), 1 / static_cast<double>(parts.size()));
}

/// The total's forecast: that of the node over all leaves, else what the leaves add up to.
Eigen::RowVectorXd total_of(const Hierarchy& hierarchy, const MatrixXd& means) {
  for (Index i = 0; i < hierarchy.aggregates(); ++i) {
    const bool all = hierarchy.sums.row(i).nonZeros() == hierarchy.leaves();
    if (all && means.row(i).allFinite()) return means.row(i);
  }
  return means.bottomRows(hierarchy.leaves()).colwise().sum();
}

/// Shares of the history [GrossSohl1990, method F] or of the forecasts of each step
/// [Athanasopoulos2009 sec. 3.3].
MatrixXd top_down(const Hierarchy& hierarchy, const BaseForecasts& base, Reconciliation method) {
  const MatrixXd own = base.means.bottomRows(hierarchy.leaves());
  const Eigen::RowVectorXd total = total_of(hierarchy, base.means);
  if (method == Reconciliation::top_down) return shares_of(base.history) * total;
  MatrixXd result(own.rows(), own.cols());
  for (Index step = 0; step < own.cols(); ++step) {
    result.col(step) = shares_of(own.col(step)) * total[step];
  }
  return result;
}

MatrixXd reconciled_leaves(const Hierarchy& hierarchy, const BaseForecasts& base,
                           const ReconcileOptions& options) {
  switch (options.method) {
    case Reconciliation::bottom_up:
      return base.means.bottomRows(hierarchy.leaves());
    case Reconciliation::top_down:
    case Reconciliation::top_down_forecasts:
      return top_down(hierarchy, base, options.method);
    default:
      return by_min_trace(hierarchy, base, options);
  }
}

}  // namespace

Reconciliation parse_reconciliation(std::string_view name) {
  const auto* const at = std::find(kMethods.begin(), kMethods.end(), name);
  if (at != kMethods.end()) return static_cast<Reconciliation>(at - kMethods.begin());
  throw Error(ErrorCode::unknown_name,
              fmt::format("reconciliation '{}' is not known; use one of {}", name,
                          fmt::join(kMethods, ", ")));
}

std::string to_string(Reconciliation method) {
  return std::string(kMethods[static_cast<std::size_t>(method)]);
}

bool uses_errors(Reconciliation method) {
  return method == Reconciliation::variance || method == Reconciliation::shrinkage ||
         method == Reconciliation::automatic;
}

bool keeps_coherent(Reconciliation method) {
  return method != Reconciliation::top_down && method != Reconciliation::top_down_forecasts;
}

MatrixXd reconcile(const Hierarchy& hierarchy, const BaseForecasts& base,
                   const ReconcileOptions& options) {
  require_leaves(hierarchy, base.means);
  ReconcileOptions own = options;
  if (own.method == Reconciliation::automatic) {
    own.method = best_method(hierarchy, base);
  }
  MatrixXd leaves = reconciled_leaves(hierarchy, base, own);
  if (options.non_negative) leaves = (leaves.array() > 0).select(leaves, 0.0).eval();
  return hierarchy.from_leaves(leaves);
}

MatrixXd reconciled_errors(const Hierarchy& hierarchy, const BaseForecasts& base,
                           Reconciliation method) {
  BaseForecasts past{base.errors, base.errors, base.history};
  past.means = past.means.unaryExpr([](double e) { return std::isfinite(e) ? e : 0.0; });
  return reconcile(hierarchy, past, {method, false});
}

}  // namespace forecart
