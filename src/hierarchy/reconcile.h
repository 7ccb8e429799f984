#pragma once

#include "hierarchy/hierarchy.h"
#include <Eigen/Core>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// How forecasts of all nodes become forecasts that add up.
enum class Reconciliation {
  bottom_up,           ///< sums of the leaves
  top_down,            ///< the total, shared out as the sums of the history were
  top_down_forecasts,  ///< the total, shared out as the leaves' forecasts of each step
  ols,                 ///< MinTrace, all nodes err alike
  structural,          ///< MinTrace, variance grows with the leaves below
  variance,            ///< MinTrace, variances of past errors
  shrinkage,           ///< MinTrace, shrunk covariance of past errors
};

/// What is taken where nobody says: see docs/hierarchy.md for what it rests on.
inline constexpr Reconciliation kUsualReconciliation = Reconciliation::variance;

/// "bottom-up", ..., and "auto" for the usual one; throws Error unknown_name with the list.
Reconciliation parse_reconciliation(std::string_view name);
std::string to_string(Reconciliation method);
/// Whether it weighs nodes by errors at past origins.
bool uses_errors(Reconciliation method);
/// Whether it leaves forecasts that add up as they are, S P S = S: all but the top-down ones.
bool keeps_coherent(Reconciliation method);

/// How to reconcile.
struct ReconcileOptions {
  Reconciliation method = kUsualReconciliation;
  bool non_negative = false;  ///< no leaf, and so no node, is below zero
};

/// What is known of the nodes of a hierarchy, by node.
struct BaseForecasts {
  Eigen::MatrixXd means;    ///< (nodes, h); NaN: no forecast of that sum
  Eigen::MatrixXd errors;   ///< (nodes, points) at past origins; NaN: missing
  Eigen::VectorXd history;  ///< (leaves) sums of their history, for top_down
};

/// Forecasts of all nodes that add up, (nodes, h). A sum without a forecast at some step is left
/// out and takes what its leaves add up to. Without errors `variance` and `shrinkage` are
/// `structural`. Throws Error bad_data that names a leaf without a forecast.
Eigen::MatrixXd reconcile(const Hierarchy& hierarchy, const BaseForecasts& base,
                          const ReconcileOptions& options);

/// What past errors would have been after reconciliation, (nodes, points): S P e, which is right
/// for the methods with S P S = S. Missing ones count as zero.
Eigen::MatrixXd reconciled_errors(const Hierarchy& hierarchy, const BaseForecasts& base,
                                  Reconciliation method);

}  // namespace forecart
