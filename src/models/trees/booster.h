#pragma once

#include "models/trees/tree_ensemble.h"

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace forecart::trees {

/// What is minimised: squared errors, or the deviance of Poisson or Tweedie counts.
enum class Objective { squared, poisson, tweedie };

/// Name of an objective: "squared", "poisson", "tweedie".
const char* name_of(Objective objective);

/// Link that an objective is predicted through.
Link link_of(Objective objective);

/// Rows to learn from, column by column: NaN is missing, infinite is not allowed.
struct TrainingRows {
  Eigen::MatrixXf features;  // (rows, columns)
  Eigen::VectorXf target;    // (rows)
  Eigen::VectorXf weight;    // (rows), >= 0
};

/// How trees are grown. Splits are sought in histograms, leaf by leaf where the gain is greatest.
struct BoosterOptions {
  Objective objective = Objective::squared;
  double tweedie_power = 1.5;   ///< of the variance, between 1 (Poisson) and 2 (gamma)
  int rounds = 300;             ///< trees
  int leaves = 16;              ///< of each tree
  double learning_rate = 0.04;  ///< share of a tree's step that is taken
  double least_weight = 100;    ///< sum of second derivatives in a leaf at least
  double l2 = 10;               ///< penalty on leaf values
  double column_share = 1;      ///< columns drawn for each tree
  double row_share = 1;         ///< rows drawn for each tree
  int threads = 1;  ///< sums are split over so many: a result depends on it, so it is fixed
  std::uint64_t seed = 1;
  std::function<void()> after_tree{};  ///< called as often as a tree is grown
};

/// XGBoost's own booster. Same rows, options and library give the same trees on any machine and
/// for any number of other threads: the histogram of a node is summed in `threads` fixed parts.
class Booster {
 public:
  /// Trains. Throws Error unavailable where the library cannot be loaded or fails.
  Booster(const TrainingRows& rows, const BoosterOptions& options);
  ~Booster();
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  TreeEnsemble ensemble() const;

  /// What XGBoost itself predicts; tests hold TreeEnsemble to it.
  std::vector<float> predict(const Eigen::MatrixXf& features) const;

 private:
  void set(const char* name, const std::string& value);
  void configure(const TrainingRows& rows, const BoosterOptions& options);

  void* handle_ = nullptr;
  Link link_;
};

/// "1.7.4": version of the library. Throws as xgboost_library does.
std::string xgboost_version();

}  // namespace forecart::trees
