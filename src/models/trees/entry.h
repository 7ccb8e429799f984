#pragma once

#include "models/series_model.h"
#include "models/trees/learner.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  Entry clone() const;
  /// What a forecast starts from. Not for a fallback.
  Origin origin() const;
};

/// Why a series cannot be learnt from or forecast by trees; empty if it can. Its ends are trimmed.
std::string obstacle(std::span<const double> values);

bool never_negative(std::span<const double> values);

/// The entry of a series as it stands before what follows its trimmed end.
Entry make_entry(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan);

/// Feeds what follows the entry's end; a gap before `recent` counts as missing. `plan` may be null
/// for a fallback. Throws Error bad_data for a gap beyond all dates, or columns that are missing.
void move_on(Entry& entry, const SeriesView& recent, const Covariates& covariates,
             const FeaturePlan* plan);

nlohmann::json save_entry(const Entry& entry);

/// An entry of trees; throws Error bad_data.
Entry load_entry(const nlohmann::json& state, const FeaturePlan& plan, const Calendar& calendar);

}  // namespace forecart::trees
