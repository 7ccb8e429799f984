#pragma once

#include "base/calendar.h"
#include "models/model.h"
#include "series/components.h"
#include "series/predictive.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace forecart {

/// One series as a per-series model sees it. Value i lies in bucket `first + i`; NaN is missing;
/// neither the first nor the last value is missing. Models that use regressors find those of value
/// i in row i, NaN where unknown.
struct SeriesInput {
  const Calendar& calendar;
  Bucket first = 0;
  std::span<const double> values;
  Regressors regressors{};
};

class FittedSeries;

/// A fitted model as it was before its first value, and how many values it takes until its
/// forecasts mean something.
struct Restart {
  std::unique_ptr<FittedSeries> fitted;
  Eigen::Index warm_up = 0;
};

/// A per-series model fitted to one series; see Fitted.
class FittedSeries {
 public:
  virtual ~FittedSeries() = default;
  /// `future` holds the columns that needs() names, in that order, over the horizon at least.
  virtual PredictivePtr forecast(Eigen::Index horizon, const Regressors& future = {}) const = 0;
  /// Moves on over the values that follow the known end; NaN is missing. `beside` holds the columns
  /// that needs() names, a row per value; where one is NaN the value counts as missing.
  virtual void update(std::span<const double> values, const Regressors& beside = {}) = 0;
  /// Names of the regressors that forecast and update need.
  virtual std::vector<std::string> needs() const { return {}; }
  /// What the means of forecast(horizon, future) are made of; a model that cannot tell calls all of
  /// it remainder.
  virtual Components components(Eigen::Index horizon, const Regressors& future = {}) const;
  virtual std::unique_ptr<FittedSeries> clone() const = 0;
  /// The same parameters before the first value that they were fitted to: moved on over the same
  /// history it stands where this one stood then. Nothing where a model cannot.
  virtual Restart restarted() const;
  virtual nlohmann::json save() const = 0;
  virtual nlohmann::json explain() const = 0;
};

/// Outcome of a fit: `fitted` is empty when the model cannot be used on this series, and `reason`
/// says why; it may also say why a fitted model did not converge.
struct SeriesFit {
  std::unique_ptr<FittedSeries> fitted;
  std::string reason;
  bool converged = true;
};

/// A method that fits each series on its own; `per_series` makes a Model of it. Immutable.
class SeriesModel {
 public:
  virtual ~SeriesModel() = default;
  virtual std::string name() const = 0;
  /// E.g. "analytic" or "past errors"; goes to the ledger.
  virtual std::string interval_method() const = 0;
  /// See Model::ages_quickly.
  virtual bool ages_quickly() const { return false; }
  /// Whether fit looks at SeriesInput::regressors.
  virtual bool uses_regressors() const { return false; }
  virtual SeriesFit fit(const SeriesInput& input, const FitOptions& options) const = 0;
  /// Fits anew with the structure (orders, terms) that `earlier`, this model fitted to less of the
  /// same series, has found; models that search nothing just fit.
  virtual SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                          const FitOptions& options) const {
    static_cast<void>(earlier);
    return fit(input, options);
  }
  /// Reads what FittedSeries::save wrote. Throws Error or nlohmann's exception for a state that is
  /// damaged; what is loaded can forecast and move on whatever the state said, given the regressors
  /// that it needs.
  virtual std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                             const Calendar& calendar) const = 0;
};

using SeriesModelPtr = std::shared_ptr<const SeriesModel>;

/// A panel fitted series by series, each before its first value; `warm_up` is by series, -1 for one
/// that cannot be restarted and stays as it is.
struct RestartedPanel {
  std::unique_ptr<Fitted> fitted;
  std::vector<Eigen::Index> warm_up;
};

/// What `fitted`, by a model of per_series, was before the history of `panel`: those of the series
/// it was fitted to, whole. Nothing for other models.
RestartedPanel restarted(const Fitted& fitted, const Panel& panel);

/// A panel model from a per-series one: fits in parallel, keeps a ledger row per series, falls back
/// to `fallback` where the model cannot be used or its forecast is not finite, and never forecasts
/// below zero for a series that was never negative; where `fallback` fails, it is the last value.
/// `recipe` tells the model and its fallback, with all their options, from any other: their fits
/// are shared by it (FitOptions::pieces); "": they are not, as of models that take no time.
ModelPtr per_series(SeriesModelPtr model, SeriesModelPtr fallback, std::string recipe = "");

}  // namespace forecart
