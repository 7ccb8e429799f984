#pragma once

#include "models/global/global_model.h"
#include "models/trees/learner.h"

#include <optional>
#include <span>
#include <vector>

namespace forecart::trees {

/// The last values of one series, at most the plan's lookback, and what its covariates said.
class TreeSeries final : public GlobalSeries {
 public:
  /// As it stands at the end of `subject`. `plan` must outlive it.
  TreeSeries(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan);
  /// From save(). Throws Error bad_data.
  TreeSeries(const nlohmann::json& state, const FeaturePlan& plan, const Calendar& calendar);

  void move_on(const SeriesView& recent, Bucket from, const Covariates& covariates) override;
  std::unique_ptr<GlobalSeries> clone() const override;
  nlohmann::json save() const override;

  /// What a forecast from bucket `end`, the one after the last value, starts from.
  Origin origin(Bucket end) const;

 private:
  void forget();

  const FeaturePlan* plan_;
  std::vector<double> tail_;
  std::optional<Bucket> born_;  // bucket of the first value that is not 0
  CovariateState covariates_;
  std::vector<double> fixed_;
};

}  // namespace forecart::trees
