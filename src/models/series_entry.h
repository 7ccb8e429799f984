#pragma once

#include "models/model.h"
#include "models/series_model.h"

#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// One series of a panel fitted series by series: where its data end, who forecasts it, and whether
/// it may go below zero.
struct SeriesEntry {
  Bucket end = 0;
  bool non_negative = true;
  bool is_fallback = false;
  std::unique_ptr<FittedSeries> fitted;
  bool is_last_resort = false;  ///< the fallback could not be used either

  SeriesEntry clone() const {
    return {end, non_negative, is_fallback, fitted->clone(), is_last_resort};
  }
};

/// Forecasts what no fallback can use.
const SeriesModel& last_resort();

/// What a fitted series needs to know of buckets [from, to) ahead. Throws Error bad_data naming the
/// first value that is unknown.
Regressors regressors_ahead(const Covariates& covariates, std::string_view id,
                            const SeriesEntry& entry, Eigen::Index horizon,
                            const Calendar& calendar);

/// Moves an entry on over what follows its end; a gap before `recent` counts as missing. Throws
/// Error bad_data for an end that is absurdly far, or where a column is not there at all.
void move_on(SeriesEntry& entry, const SeriesView& recent, const Covariates& covariates);

/// Fits one series or falls back; always gives an entry and a ledger row.
class EntryFitter {
 public:
  EntryFitter(const SeriesModel& model, const SeriesModel& fallback, const Calendar& calendar,
              const FitOptions& options)
      : model_(model), fallback_(fallback), calendar_(calendar), options_(options) {}

  /// With `earlier`, an entry of the same model and series, its structure stays.
  std::pair<SeriesEntry, LedgerRow> fit(const SeriesView& whole, const Covariates& covariates,
                                        const SeriesEntry* earlier = nullptr) const;

 private:
  LedgerRow describe(const SeriesView& whole, const SeriesView& series) const;
  SeriesFit try_fit(const SeriesInput& input, const FittedSeries* earlier) const;
  void fall_back(const SeriesInput& input, SeriesEntry& entry, LedgerRow& row) const;

  const SeriesModel& model_;
  const SeriesModel& fallback_;
  const Calendar& calendar_;
  const FitOptions& options_;
};

}  // namespace forecart
