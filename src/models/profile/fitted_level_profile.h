#pragma once

#include "models/profile/factors.h"
#include "models/profile/level_profile.h"
#include "models/profile/noise.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace forecart {

/// What a fit learns about a whole panel.
struct ProfileParameters {
  bool has_season = true;  ///< whether the season itself is among the cycles
  LevelBlend blend;
  Eigen::Index reach = 1;  ///< steps for which the level's uncertainty was measured
  double excess = 0;       ///< see PanelNoise
  LikeSeries alike;        ///< names and values only
  PanelFactors factors;    ///< pooled and beside only
};

/// One series of a fitted panel.
struct ProfileItem {
  Bucket end = 0;
  Scale scale;
  Factors factors;
  BlendedLevel level;
  SeriesNoise noise;
  std::unique_ptr<FittedSeries> fallback;  ///< set where nothing is known of the series
};

/// The series of a panel made ready, and the places of the buckets that they span.
struct Prepared {
  std::vector<ScaledSeries> series;
  PlaceTable places;
};

class FittedLevelProfile final : public Fitted {
 public:
  static constexpr int kStateVersion = 1;

  FittedLevelProfile(LevelProfileOptions options, const Calendar& calendar);
  FittedLevelProfile(const FittedLevelProfile& other);
  FittedLevelProfile& operator=(const FittedLevelProfile&) = delete;

  void fit(const Panel& panel, const FitOptions& options);
  void restore(const nlohmann::json& state);

  Forecast forecast(Eigen::Index horizon, const Covariates& future) const override;
  void update(const Panel& recent, const Covariates& covariates) override;
  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<FittedLevelProfile>(*this);
  }
  nlohmann::json save() const override;
  std::vector<Components> components(Eigen::Index horizon, const Covariates& future) const override;
  nlohmann::json explain(Eigen::Index series) const override;
  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  std::vector<ErrorSums> choose_level(const Panel& panel, const Prepared& all,
                                      const FitOptions& options);
  double factor(const Factors& factors, Bucket bucket) const;
  PredictivePtr distribution(const ProfileItem& item, Eigen::Index horizon) const;
  Components parts(const ProfileItem& item, Eigen::Index horizon) const;
  ProfileItem item_of(const ScaledSeries& series, const PlaceTable& places, Factors factors) const;
  void move_on(ProfileItem& item, const SeriesView& recent) const;
  ProfileItem read_item(const nlohmann::json& state) const;
  std::pair<ProfileItem, LedgerRow> joined(const SeriesView& series) const;
  void join(const SeriesView& series);
  void revive(std::size_t at, const SeriesView& recent);
  LedgerRow row_of(const SeriesView& series, ProfileItem& item) const;

  LevelProfileOptions options_;
  Calendar calendar_;
  std::vector<Axis> axes_;
  ProfileParameters parameters_;
  std::vector<ProfileItem> items_;
  std::vector<LedgerRow> ledger_;  // as items_
};

}  // namespace forecart
