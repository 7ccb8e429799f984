#pragma once

#include "models/model.h"
#include "models/series_model.h"
#include "models/trees/booster.h"
#include "models/trees/path.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace forecart {

/// Settings of GradientBoostedTrees; defaults chosen on earlier origins (docs/models/trees.md).
struct TreesOptions {
  int season = 1;            ///< steps of the season beside those of the frequency; 1: none
  Eigen::Index horizon = 1;  ///< steps that the trees learn to look ahead, 1 to 100,000
  std::optional<trees::Strategy> strategy{};    ///< nothing: the best at held-out origins
  std::optional<trees::Objective> objective{};  ///< nothing: Poisson; always squared below zero
  double tweedie_power = 1.5;                   ///< of the variance, in (1, 2)
  int rounds = 300;                   ///< trees at most, 1 to 10,000; fewer by held-out origins
  int leaves = 16;                    ///< of each tree, 2 to 1024
  double learning_rate = 0.04;        ///< share of a tree's step that is taken, in (0, 1]
  std::int64_t budget = 200'000;      ///< rows that are learnt from at most, at least 1,000
  std::int64_t rows_per_series = 20;  ///< a larger budget where the panel has many series
  int threads = 1;  ///< of XGBoost; results depend on it, not on FitOptions::threads

  /// Throws Error invalid_value that names the field, its value and the range.
  void validate() const;
};

/// One set of boosted trees for all series of a panel [ChenGuestrin2016], after the winners of the
/// M5 competition [Makridakis2022]: a series is divided by its level, and the trees learn how the
/// next values relate to it from windows, seasons, calendar and covariates (docs/models/trees.md).
/// Series that cannot be learnt from are forecast by `fallback`, all of them where XGBoost cannot
/// be loaded. A saved model forecasts without XGBoost. Same panel, options and seed give the same
/// bytes. Throws Error invalid_value for options out of range.
ModelPtr make_gradient_boosted_trees(const TreesOptions& options, SeriesModelPtr fallback);

/// A strategy by its name; nothing for "auto". Throws Error invalid_value that lists the names.
std::optional<trees::Strategy> parse_strategy(std::string_view text);

/// An objective by its name; nothing for "auto". Throws Error invalid_value that lists the names.
std::optional<trees::Objective> parse_objective(std::string_view text);

}  // namespace forecart
