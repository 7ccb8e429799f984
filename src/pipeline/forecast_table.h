#pragma once

#include "evaluation/backtest.h"
#include "series/forecast.h"
#include "table/table.h"

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What one model forecasts, by its name.
struct NamedForecast {
  std::string model;
  Forecast forecast;
  std::optional<Forecast> demand{};  ///< behind sales that closed times limit
};

/// From `first` to before `last`.
struct Slice {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// `unique_id, ds, <Model>, <Model>-lo-80, <Model>-hi-80, ...`, a row per series and step; after
/// the columns of a model `<Model>-demand`, the mean demand behind its sales, where it is told. The
/// forecasts are of the same panel; needs one.
Table forecast_table(const std::vector<NamedForecast>& forecasts,
                     const std::vector<double>& levels);
/// The same of these series only.
Table forecast_table(const std::vector<NamedForecast>& forecasts, const std::vector<double>& levels,
                     Slice series);

/// `unique_id, ds, cutoff, y, <Model>, <Model>-lo-80, ...`, a row per window, series and step.
Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels);
/// The same of these rows only.
Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels, Slice rows);

/// A row for each of these series: rows used, gaps, models tried, the best of them over the scored
/// windows, fallbacks with reasons, interval method of the best and milliseconds of all fits,
/// each fit counted once.
Table ledger_table(const std::vector<ModelBacktest>& results, Slice series);

/// True if some model had to fall back on some series.
bool any_fallback(const std::vector<ModelBacktest>& results);

}  // namespace forecart
