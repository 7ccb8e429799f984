#pragma once

#include <Eigen/SparseCore>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// Series that add up: leaves, cut by every dimension, and sums of them. A node is one of both;
/// nodes are numbered with the sums first, level by level, then the leaves in their own order. So
/// the summing matrix of [Wickramasuriya2019] is S = [sums; I].
struct Hierarchy {
  std::vector<std::string> ids;        ///< unique_id by node
  std::vector<std::string> levels;     ///< names: "total", "city", ..., the last that of the leaves
  std::vector<Eigen::Index> level_of;  ///< by node: place in `levels`
  SparseMatrix sums;                   ///< (aggregates, leaves), 1 where a leaf is part of a sum

  Eigen::Index aggregates() const { return sums.rows(); }
  Eigen::Index leaves() const { return sums.cols(); }
  Eigen::Index nodes() const { return aggregates() + leaves(); }

  /// What all nodes are where the leaves are so: (leaves, h) -> (nodes, h).
  Eigen::MatrixXd from_leaves(const Eigen::MatrixXd& leaves) const;
};

/// Leaves named "city=Boston/product=Cable" with the same dimensions, and the sums of these levels:
/// "total", a dimension, or several joined by "/", in any spelling of A to Z; none: the total and,
/// of two or more dimensions, each of them. A level of all dimensions is that of the leaves and
/// adds nothing. Throws Error invalid_value for an id of another form or with other dimensions than
/// the first, unknown_name for a level of a dimension that the leaves have not, bad_data for an id
/// that is there twice.
Hierarchy make_hierarchy(const std::vector<std::string>& leaf_ids,
                         const std::vector<std::string>& levels);

/// Dimensions of an id; "total" has none.
std::size_t dimension_count(std::string_view id);

/// Places in `ids`, which hold leaves and sums in any order, of the nodes of `hierarchy`. Throws
/// Error bad_data that names a node without a place.
std::vector<std::size_t> places_of(const Hierarchy& hierarchy, const std::vector<std::string>& ids);

/// The ids with the most dimensions, in their order.
std::vector<std::string> leaves_of(const std::vector<std::string>& ids);

}  // namespace forecart
