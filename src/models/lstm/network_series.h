#pragma once

#include "models/global/global_model.h"
#include "models/lstm/covariate_track.h"
#include "models/lstm/windows.h"

#include <span>
#include <vector>

namespace forecart::lstm {

/// The last values of a series, and what was known beside them.
class NetworkSeries final : public GlobalSeries {
 public:
  /// As it stands at its end. `plan` must outlive it.
  NetworkSeries(const WindowPlan& plan, const SeriesView& series, const Covariates& covariates);
  /// From save(). Throws Error bad_data or nlohmann's exception.
  NetworkSeries(const WindowPlan& plan, const nlohmann::json& state);

  void move_on(const SeriesView& recent, Bucket from, const Covariates& covariates) override;
  std::unique_ptr<GlobalSeries> clone() const override;
  nlohmann::json save() const override;

  const Measure& measure() const { return measure_; }
  std::span<const double> tail() const { return tail_; }
  const CovariateTrack& beside() const { return beside_; }

 private:
  void forget();

  const WindowPlan* plan_;
  Measure measure_;
  std::vector<double> tail_;
  double last_known_ = 0;
  CovariateTrack beside_;
};

/// A series with what is known ahead of it, which grows by what is forecast for it.
class SeriesAhead {
 public:
  /// `origin.series` is a NetworkSeries. Throws Error bad_data for a regressor that is not known
  /// over the horizon.
  SeriesAhead(const WindowPlan& plan, const Calendar& calendar, const GlobalOrigin& origin,
              Eigen::Index horizon, const Covariates& future);

  void append(std::span<const double> forecast) { track_.append(forecast); }
  Origin origin() const { return {&track_, first_, track_.size(), &beside_}; }

 private:
  Bucket first_ = 0;
  Track track_;
  CovariateTrack beside_;
};

}  // namespace forecart::lstm
