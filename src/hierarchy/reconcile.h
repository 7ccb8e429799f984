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
  automatic,           ///< the one of them that did best at past origins, see best_method
};

/// "bottom-up", ..., "shrinkage", "auto"; throws Error unknown_name with the list.
Reconciliation parse_reconciliation(std::string_view name);
std::string to_string(Reconciliation method);
/// Whether it weighs nodes by errors at past origins.
bool uses_errors(Reconciliation method);
/// Whether it is linear with S P S = S, so that what adds up stays as it is: all but the top-down
/// ones.
bool keeps_coherent(Reconciliation method);

/// How to reconcile.
struct ReconcileOptions {
  Reconciliation method = Reconciliation::automatic;
  bool non_negative = false;  ///< no leaf, and so no node, is below zero
};

/// What is known of the nodes of a hierarchy, by node.
struct BaseForecasts {
  Eigen::MatrixXd means;    ///< (nodes, h); NaN: no forecast of that sum
  Eigen::MatrixXd errors;   ///< (nodes, points) at past origins; NaN: missing
  Eigen::VectorXd history;  ///< (leaves) sums of their history, for top_down
  // For automatic:
  std::vector<Eigen::Index> origins{};  ///< (points) number of the origin of each error
  Eigen::MatrixXd past_means{};         ///< (nodes, points) what was forecast there
};

/// The method, top_down aside, whose reconciled forecasts did best at the latest kJudged origins,
/// each judged with W from all others: by the root mean square of the errors over that of the base
/// forecasts in each level, and the geometric mean of that over the levels. The methods that
/// usually do well come first where others are no better; with fewer than two origins
/// `structural`. Of `base` it reads errors, origins and past_means.
Reconciliation best_method(const Hierarchy& hierarchy, const BaseForecasts& base);
inline constexpr Eigen::Index kJudged = 6;

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
