#pragma once

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace forecart::trees {

/// How the sum of the leaves becomes a prediction.
enum class Link { identity, log };

/// Boosted trees as XGBoost trained them [ChenGuestrin2016], in arrays of our own, so that
/// forecasting needs no library. A row goes left where its feature is less than the threshold, and
/// the default way where it is missing (NaN); the leaves it reaches are added in single precision
/// in the order of the trees, as XGBoost does. Safe to share between threads.
class TreeEnsemble {
 public:
  TreeEnsemble() = default;

  /// From the model that XGBoost writes as JSON. Throws Error bad_data for anything but regression
  /// trees with one output, nlohmann's exception for a missing part.
  static TreeEnsemble from_xgboost(const nlohmann::json& model, Link link);

  /// Predicts a row of features() values.
  float predict(const float* row) const { return respond(margin(row)); }

  /// Sum of base and leaves.
  float margin(const float* row) const;

  /// The prediction for a margin.
  float respond(float margin) const;

  /// Margins after 1, 2, ... trees(), into `out`.
  void staged_margins(const float* row, std::span<float> out) const;

  /// What each feature adds to the margin on the way of a row through the trees: the change of the
  /// mean below a node at each split by that feature [Saabas2014]. (features() + 1): the last is
  /// what is there before any split; all add up to the margin but for rounding.
  Eigen::VectorXd contributions(const float* row) const;

  /// Loss reduction over all splits by each feature, as shares of the whole; zeros without splits.
  Eigen::VectorXd gain() const;

  std::size_t trees() const { return roots_.size(); }
  std::size_t features() const { return features_; }
  Link link() const { return link_; }

  /// Only the first `count` trees.
  void shorten(std::size_t count);

  nlohmann::json save() const;
  /// Throws Error bad_data for trees that a row could not walk through.
  static TreeEnsemble load(const nlohmann::json& state);

 private:
  /// A split, or a leaf (left = 0, which is no one's child). The right child follows the left one.
  struct Node {
    std::int32_t left = 0;
    float value = 0;  ///< threshold of a split, output of a leaf
    std::uint16_t feature = 0;
    bool default_left = false;
  };

  const Node& walk(std::int32_t root, const float* row) const;
  std::int32_t next(const Node& node, const float* row) const;
  void add_tree(const nlohmann::json& tree);
  void check() const;
  void find_means();

  Link link_ = Link::identity;
  float base_ = 0;  ///< margin before any tree
  std::size_t features_ = 0;
  std::vector<std::int32_t> roots_;
  std::vector<Node> nodes_;
  std::vector<float> gains_;   ///< loss reduction of each split, 0 for leaves
  std::vector<float> covers_;  ///< sum of the training rows' second derivatives
  std::vector<double> means_;  ///< of the leaves below, by cover
};

}  // namespace forecart::trees
