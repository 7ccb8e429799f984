#include "pipeline/run_output.h"

#include "base/parallel.h"
#include "pipeline/history_mark.h"
#include "pipeline/leaderboard.h"
#include "pipeline/level_scores.h"
#include "pipeline/panel_blocks.h"
#include "pipeline/retraining_table.h"
#include "pipeline/table_formats.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

/// The panels that were proven.
std::vector<const RunPanel*> proven_panels(const RunReport& report) {
  std::vector<const RunPanel*> panels;
  for (const RunPanel& panel : report.panels) {
    if (panel.outcome.windows > 0) panels.push_back(&panel);
  }
  return panels;
}

/// What is unusual in each series, and the values that say nothing of its demand.
void add_disturbances(const RunPanel& panel, Slice series, Table& table) {
  std::vector<std::int64_t> outliers;
  std::vector<std::int64_t> shifts;
  std::vector<std::int64_t> masked;
  for (std::size_t i = series.first; i < series.last; ++i) {
    const bool looked = i < panel.disturbances.size();
    outliers.push_back(looked ? std::ssize(panel.disturbances[i].outliers) : 0);
    shifts.push_back(looked ? std::ssize(panel.disturbances[i].shifts) : 0);
    masked.push_back(
        panel.availability == nullptr
            ? 0
            : masked_values(panel.panel[static_cast<Eigen::Index>(i)], *panel.availability));
  }
  table.add("outliers", std::move(outliers));
  table.add("level_shifts", std::move(shifts));
  table.add("masked", std::move(masked));
}

/// Which history the models know; `marks` are of all series.
void add_histories(const RunPanel& panel, const std::vector<HistoryMark>& marks, Slice series,
                   Table& table) {
  std::vector<std::string> hashes;
  std::vector<std::int64_t> values;
  for (std::size_t i = series.first; i < series.last; ++i) {
    const auto waiting = panel.outcome.waiting.find(panel.panel.ids()[i]);
    const HistoryMark& own = waiting != panel.outcome.waiting.end() ? waiting->second : marks[i];
    hashes.push_back(own.hash);
    values.push_back(own.values);
  }
  table.add("history", std::move(hashes));
  table.add("history_values", std::move(values));
}

/// A row per series of all panels.
PanelBlocks ledgers_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel& panel : report.panels) {
    blocks.add(
        panel.name, panel.panel.ids().size(),
        [&panel, marks = history_marks(panel.panel, panel.panel.end(), panel.availability.get(),
                                       panel.covariates)](Slice series) {
          Table table = ledger_table(panel.outcome.results, series);
          add_disturbances(panel, series, table);
          add_histories(panel, marks, series, table);
          return table;
        });
  }
  return blocks;
}

/// A row per model and series of all panels.
PanelBlocks retrainings_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel& panel : report.panels) {
    blocks.add(panel.name, retraining_rows(panel.outcome),
               [&panel](Slice rows) { return retraining_table(panel.outcome, rows); });
  }
  return blocks;
}

/// Shares of the buckets ahead in which all series can be sold, so that saved states forecast
/// without a look at the sales; null where nothing is known to limit them.
json ahead_json(const RunPanel& panel) {
  if (panel.availability == nullptr || !panel.availability->limits_forecasts()) return nullptr;
  Bucket first = panel.panel.end();
  for (Eigen::Index i = 0; i < panel.panel.size(); ++i) {
    first = std::min(first, panel.panel[i].end());
  }
  json shares = json::array();
  for (Bucket bucket = first; bucket < panel.panel.end() + panel.options.horizon; ++bucket) {
    shares.push_back(panel.availability->ahead.at(bucket));
  }
  return {{"first", first}, {"shares", std::move(shares)}};
}

/// Values of all series, the missing ones too.
std::int64_t value_count(const Panel& panel) {
  std::int64_t count = 0;
  for (Eigen::Index i = 0; i < panel.size(); ++i) count += std::ssize(panel[i].values);
  return count;
}

/// A row per series and step of all panels.
PanelBlocks forecasts_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel& panel : report.panels) {
    blocks.add(panel.name, std::ssize(panel.outcome.forecasts.front().forecast.series),
               [&panel](Slice series) {
                 return forecast_table(panel.outcome.forecasts, panel.options.levels, series);
               });
  }
  return blocks;
}

/// A row per window, series and step of all panels that were proven.
PanelBlocks backtests_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel* const panel : proven_panels(report)) {
    const auto& results = panel->outcome.results;
    blocks.add(panel->name, results.front().rows.size(), [panel, &results](Slice rows) {
      return backtest_table(panel->panel, results, panel->options.levels, rows);
    });
  }
  return blocks;
}

/// Scores by level of all hierarchies.
PanelBlocks levels_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel* const panel : proven_panels(report)) {
    if (!panel->hierarchy) continue;
    blocks.add(panel->name, level_table(panel->panel, panel->outcome.results, *panel->hierarchy,
                                        panel->options.levels));
  }
  return blocks;
}

PanelBlocks leaderboards_of(const RunReport& report) {
  PanelBlocks blocks;
  for (const RunPanel* const panel : proven_panels(report)) {
    blocks.add(panel->name, leaderboard_table(panel->outcome.results, panel->options));
  }
  return blocks;
}

template <typename Make>
PanelBlocks over_panels(const RunReport& report, Make make) {
  PanelBlocks blocks;
  for (const RunPanel& panel : report.panels) blocks.add(panel.name, make(panel));
  return blocks;
}

json hierarchy_json(const RunPanel& panel) {
  if (!panel.hierarchy) return nullptr;
  return {{"method", to_string(panel.hierarchy->method)}, {"levels", panel.hierarchy->levels}};
}

/// Whether the models did not see the outliers.
bool hides_outliers(const RunPanel& panel) {
  return panel.availability != nullptr && !panel.availability->outliers.empty();
}

}  // namespace

bool is_read_again(std::string_view table) {
  return std::ranges::count(kCarriedTables, table) > 0 ||
         std::ranges::count(kRecalledTables, table) > 0;
}

json write_run_tables(Repository& repository, const RunReport& report) {
  json hashes = json::object();
  const auto write = [&](const char* name, PanelBlocks blocks) {
    if (blocks.empty()) return;  // no panel was long enough to be proven
    hashes[name] =
        write_all_formats(repository.store(), Repository::run_key(report.dataset, report.run, name),
                          [&blocks] { return blocks.next(); });
  };
  write("forecasts", forecasts_of(report));
  write("ledger", ledgers_of(report));
  write("retraining", retrainings_of(report));
  write("disturbances", over_panels(report, [](const RunPanel& panel) {
          return disturbance_table(panel.panel, panel.disturbances, hides_outliers(panel));
        }));
  write("levels", levels_of(report));
  write("leaderboard", leaderboards_of(report));
  write("backtest", backtests_of(report));
  return hashes;
}

void carry_over(Repository& repository, const RunReport& report, const json& earlier,
                json& hashes) {
  ObjectStore& store = repository.store();
  const auto run = earlier.at("run").get<std::string>();
  for (const char* name : kCarriedTables) {
    if (!earlier.at("tables").contains(name)) continue;
    const std::array<const char*, 3> formats{"csv", "json", "parquet"};
    // at once: requests wait for the store, not for a core
    parallel_for(formats.size(), formats.size(), [&](std::size_t i) {
      const std::string file = fmt::format("{}.{}", name, formats[i]);
      store.put_file(Repository::run_key(report.dataset, report.run, file),
                     store.fetch(Repository::run_key(report.dataset, run, file)));
    });
    hashes[name] = earlier.at("tables").at(name);
  }
}

json states_of(const RunReport& report) {
  json models = json::array();
  for (const RunPanel& panel : report.panels) {
    for (const StoredModel& stored : panel.states) {
      json model{{"panel", panel.name}, {"model", stored.model}};
      tell_state(stored.state, model);
      models.push_back(std::move(model));
    }
  }
  return models;
}

json describe_panels(const RunReport& report) {
  json panels = json::array();
  for (const RunPanel& panel : report.panels) {
    std::int64_t fallbacks = 0;
    json models = json::array();
    for (const ModelBacktest& result : panel.outcome.results) {
      models.push_back({{"model", result.model},
                        {"fit_seconds", result.fit_seconds},
                        {"forecast_seconds", result.forecast_seconds}});
      if (!panel.outcome.forecasts_with(result)) continue;
      for (const LedgerRow& row : result.ledger) fallbacks += row.fallback.empty() ? 0 : 1;
    }
    panels.push_back({{"panel", panel.name},
                      {"frequency", panel.panel.calendar().frequency().name()},
                      {"series", panel.panel.size()},
                      {"horizon", panel.options.horizon},
                      {"season_length", panel.options.mase_season},
                      {"windows", std::max(panel.outcome.windows, panel.outcome.windows_of_proof)},
                      {"end", panel.panel.end()},
                      {"retraining", retraining_json(panel.outcome)},
                      {"watch", watch_json(panel.outcome)},
                      {"refitted", panel.outcome.refitted},
                      {"fallbacks", fallbacks},
                      {"core_seconds", panel.core_seconds},
                      {"model_core_seconds", panel.model_core_seconds},
                      {"fit_seconds", fit_seconds_counted_once(panel.outcome.results)},
                      {"values", value_count(panel.panel)},
                      {"model_seconds", std::move(models)},
                      {"limited", panel.availability != nullptr},
                      {"ahead", ahead_json(panel)},
                      {"hierarchy", hierarchy_json(panel)},
                      {"notes", panel.notes}});
  }
  return panels;
}

}  // namespace forecart
