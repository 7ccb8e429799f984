#pragma once

#include "evaluation/backtest.h"
#include "series/forecast.h"
#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

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

/// `unique_id, ds, <Model>, <Model>-lo-80, <Model>-hi-80, ...`, a row per series and step; after
/// the columns of a model `<Model>-demand`, the mean demand behind its sales, where it is told. The
/// forecasts are of the same panel; needs one.
Table forecast_table(const std::vector<NamedForecast>& forecasts,
                     const std::vector<double>& levels);

/// `unique_id, ds, cutoff, y, <Model>, <Model>-lo-80, ...`, a row per window, series and step.
Table backtest_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                     const std::vector<double>& levels);

/// A row per series: rows used, gaps, models tried, the best of them over the scored
/// windows, fallbacks with reasons, interval method of the best and milliseconds of all fits,
/// each fit counted once.
Table ledger_table(const Panel& panel, const std::vector<ModelBacktest>& results);

/// An array with an object per row; missing numbers are null.
nlohmann::json rows_json(const Table& table);

/// The same as text, for tables of any length: only one row at a time is held as JSON.
std::string rows_text(const Table& table);

/// True if some model had to fall back on some series.
bool any_fallback(const std::vector<ModelBacktest>& results);

}  // namespace forecart
