#pragma once

#include "hierarchy/error_covariance.h"
#include <Eigen/Core>

#include <memory>

namespace forecart {

/// Leaves b (m, h) that minimise the trace of the covariance of the errors of all nodes
/// [Wickramasuriya2019]: those of
///   min (y - S b)' W^-1 (y - S b)   for S = [sums; I] and base forecasts y (nodes, h),
/// each column on its own.
class MinTrace {
 public:
  /// `sums` (aggregates, leaves) and W of all nodes; `sums` must outlive this.
  MinTrace(const SparseMatrix& sums, const ErrorCovariance& covariance);
  ~MinTrace();
  MinTrace(const MinTrace&) = delete;
  MinTrace& operator=(const MinTrace&) = delete;

  Eigen::MatrixXd leaves(const Eigen::MatrixXd& base) const;

  /// The same under b >= 0 [Wickramasuriya2020], to the point by exchanging blocks of leaves that
  /// are held at zero [JudicePires1994] until none of them is pulled up and no other lies below.
  Eigen::MatrixXd non_negative_leaves(const Eigen::MatrixXd& base) const;

 private:
  class System;

  const SparseMatrix& sums_;
  std::unique_ptr<System> system_;
};

}  // namespace forecart
