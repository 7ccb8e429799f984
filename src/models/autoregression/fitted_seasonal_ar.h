#pragma once

#include "models/autoregression/lag_regression.h"
#include "models/series_model.h"
#include "series/transform.h"

#include <limits>
#include <vector>

namespace forecart {

/// Where iterated forecasts may go: half a range beyond the values seen.
struct ForecastBounds {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(double z);
  double range() const { return high - low; }
  double clip(double z) const;
};

/// The latest values as the regression sees them: transformed, what was missing as it was forecast.
struct LagMemory {
  std::vector<double> past;  ///< at least as many as the greatest lag, the latest last
  ForecastBounds bounds;
  Eigen::Index missing = 0;  ///< latest values that are forecasts
};

/// A seasonal autoregression fitted to one series; moves on in O(lags) per value.
class FittedSeasonalAr final : public FittedSeries {
 public:
  /// `next` is the bucket after the latest value of `memory`; intervals are `stretch` times as wide
  /// as the regression says.
  FittedSeasonalAr(LagRegression regression, const Transform& transform, double stretch,
                   LagMemory memory, const Calendar& calendar, Bucket next);

  /// Throws Error bad_data for a damaged state.
  static std::unique_ptr<FittedSeasonalAr> load(const nlohmann::json& state,
                                                const Calendar& calendar);

  PredictivePtr forecast(Eigen::Index horizon, const Regressors& future = {}) const override;
  void update(std::span<const double> values, const Regressors& beside = {}) override;
  std::unique_ptr<FittedSeries> clone() const override;
  nlohmann::json save() const override;
  nlohmann::json explain() const override;
  /// Level: where the values of the fit lay; season: what the profile makes of it by itself; the
  /// remainder is what the latest values bring, and the correction of the mean.
  Components components(Eigen::Index horizon, const Regressors& future = {}) const override;

  /// The forecast on the transformed scale, as wide as the regression says.
  GaussianPredictive on_scale(Eigen::Index horizon) const;
  void stretch_by(double factor) { stretch_ = factor; }
  bool is_finite() const { return regression_.is_finite(); }

 private:
  std::size_t longest_lag() const { return static_cast<std::size_t>(regression_.lags.back()); }
  std::vector<double> latest() const;
  int place(Bucket bucket) const;
  Eigen::VectorXd path(std::vector<double> past, Eigen::Index horizon) const;
  Eigen::VectorXd bounded_psi(Eigen::Index count) const;
  GaussianPredictive gaussian(Eigen::Index horizon, double stretch) const;

  LagRegression regression_;
  Transform transform_;
  double stretch_;
  LagMemory memory_;
  Calendar calendar_;
  Bucket next_;
};

}  // namespace forecart
