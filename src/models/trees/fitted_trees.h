#pragma once

#include "models/trees/learner.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace forecart::trees {

/// One series of a fitted panel: its last values, or the baseline that stands in.
struct Entry {
  Bucket end = 0;
  bool non_negative = true;
  std::unique_ptr<FittedSeries> fallback;  ///< empty where the trees forecast
  std::vector<double> tail;                ///< the last values, at most the plan's lookback
  std::optional<Bucket> born;              ///< bucket of the first value that is not 0
  std::optional<CovariateState> covariates;
  std::vector<double> fixed;

  Bucket first() const { return end - static_cast<Bucket>(tail.size()); }
};

/// Why a series cannot be learnt from or forecast by trees; empty if it can. Its values have no
/// missing ends.
std::string obstacle(std::span<const double> values);

/// Why a panel of those cannot be: whether too many go below zero to be counts.
bool goes_below_zero(std::span<const double> values);

/// Without missing values at either end.
SeriesView trimmed(SeriesView series);

/// Fits a panel: the trees, and the baseline where they cannot be used.
std::unique_ptr<Fitted> fit_trees(const Panel& panel, const Covariates& covariates,
                                  const TreesOptions& options, const FitOptions& fit,
                                  SeriesModelPtr fallback);

/// Reads what Fitted::save wrote; see Model::load.
std::unique_ptr<Fitted> load_trees(const nlohmann::json& state, SeriesModelPtr fallback);

}  // namespace forecart::trees
