#pragma once

#include "models/model.h"
#include "models/series_model.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

class GlobalLearnt;

/// The part of a panel that a global model learns from. Kept by reference while learning.
struct GlobalPanel {
  const Calendar& calendar;
  const Covariates& covariates;
  std::vector<SeriesView> series;         ///< trimmed, each with something to learn from
  const GlobalLearnt* earlier = nullptr;  ///< learnt from less of the same data, to start from
};

/// What the forecasts of a global model need of the past of one series.
class GlobalSeries {
 public:
  virtual ~GlobalSeries() = default;
  /// Moves on over buckets [from, recent.end()), which follow what is known; a bucket that `recent`
  /// does not hold is missing.
  virtual void move_on(const SeriesView& recent, Bucket from, const Covariates& covariates) = 0;
  virtual std::unique_ptr<GlobalSeries> clone() const = 0;
  virtual nlohmann::json save() const = 0;
};

/// One series to be forecast, from bucket `end` on.
struct GlobalOrigin {
  std::string_view id;
  const GlobalSeries& series;
  Bucket end = 0;
};

/// What a global model has learnt from a panel. Immutable, safe to share between threads.
class GlobalLearnt {
 public:
  virtual ~GlobalLearnt() = default;

  /// Why this series cannot be forecast though others can; empty if it can.
  virtual std::string obstacle(const SeriesView& series) const = 0;
  /// What the ledger is to say of every series, or nothing.
  virtual std::string note() const { return ""; }

  /// A series as it stands at its trimmed end.
  virtual std::unique_ptr<GlobalSeries> begin(const SeriesView& series,
                                              const Covariates& covariates) const = 0;
  /// Buckets before the end of a series that moving on looks at; what a longer gap hides is
  /// forgotten.
  virtual Bucket lookback() const = 0;

  /// Distributions of the next `horizon` steps, in the order of the origins. Throws as
  /// Fitted::forecast.
  virtual std::vector<PredictivePtr> forecast(const std::vector<GlobalOrigin>& origins,
                                              Eigen::Index horizon, const Covariates& future,
                                              unsigned threads) const = 0;
  virtual Components components(const GlobalOrigin& origin, Eigen::Index horizon,
                                const Covariates& future) const = 0;

  /// As Fitted::export_network, of the model `name`, with these origins as its example.
  virtual std::shared_ptr<const ExportedNetwork> export_network(
      const std::string& name, const std::vector<GlobalOrigin>& origins,
      const ExportRequest& request) const {
    static_cast<void>(name), static_cast<void>(origins), static_cast<void>(request);
    return nullptr;
  }

  virtual nlohmann::json explain() const = 0;
  virtual nlohmann::json save() const = 0;
  /// Throws Error bad_data.
  virtual std::unique_ptr<GlobalSeries> load_series(const nlohmann::json& state) const = 0;
};

/// What was learnt, or why nothing could be.
struct GlobalOutcome {
  std::shared_ptr<const GlobalLearnt> learnt;
  std::string refusal;
};

/// A way to learn one model from all series of a panel. Immutable.
class GlobalMethod {
 public:
  virtual ~GlobalMethod() = default;
  virtual std::string name() const = 0;
  virtual std::string interval_method() const = 0;
  virtual int state_version() const = 0;
  virtual bool uses_covariates() const = 0;
  virtual GlobalOutcome learn(const GlobalPanel& panel, const FitOptions& options) const = 0;
  /// Reads what GlobalLearnt::save wrote, in format `version`.
  virtual std::shared_ptr<const GlobalLearnt> load(const nlohmann::json& state,
                                                   const Calendar& calendar) const = 0;
};

/// A model of a panel from a global method. Series that it cannot use fall back to `fallback`, all
/// of them where nothing can be learnt; so do, without covariates, those whose forecasts over the
/// horizon of the fit would not be stable (models/stability.h). New ones join later. Forecasts of
/// series that were never negative stay so.
ModelPtr global_model(std::shared_ptr<const GlobalMethod> method, SeriesModelPtr fallback);

/// Why nothing can be learnt from a series: no or too few values, all the same, or too large to be
/// squared; empty if something can. Its ends are trimmed.
std::string nothing_to_learn(std::span<const double> values);

bool never_negative(std::span<const double> values);

/// Value of a series in a bucket, NaN outside.
double value_at(const SeriesView& series, Bucket bucket);

}  // namespace forecart
