#include "pipeline/run_output.h"

#include "base/hash.h"
#include "pipeline/history_mark.h"
#include "pipeline/leaderboard.h"
#include "pipeline/level_scores.h"
#include "pipeline/retraining_table.h"
#include "pipeline/state_parts.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace forecart {

namespace {

using nlohmann::json;

/// Lengthens a column to `rows` with what stands for missing.
void pad(ColumnValues& values, std::size_t rows) {
  std::visit(
      [rows](auto& list) {
        using Value = typename std::decay_t<decltype(list)>::value_type;
        if constexpr (std::is_same_v<Value, double>) {
          list.resize(rows, std::numeric_limits<double>::quiet_NaN());
        } else {
          list.resize(rows);
        }
      },
      values);
}

void append(ColumnValues& all, const ColumnValues& more) {
  std::visit(
      [&more](auto& list) {
        const auto& values = std::get<std::decay_t<decltype(list)>>(more);
        list.insert(list.end(), values.begin(), values.end());
      },
      all);
}

/// The table with the panel's name as its first column, appended to `all`. Panels may have columns
/// of their own, as large ones run fewer models; these are missing for the others.
void append_panel(const std::string& panel, const Table& table, std::vector<Column>& all) {
  std::vector<Column> columns{{"panel", std::vector<std::string>(table.row_count(), panel)}};
  columns.insert(columns.end(), table.columns().begin(), table.columns().end());
  const std::size_t before = all.empty() ? 0 : all.front().size();
  for (Column& column : columns) {
    const auto same = [&column](const Column& other) { return other.name == column.name; };
    auto found = std::find_if(all.begin(), all.end(), same);
    if (found == all.end()) {
      ColumnValues empty = column.values;
      std::visit([](auto& list) { list.clear(); }, empty);
      pad(empty, before);
      found = all.insert(all.end(), {column.name, std::move(empty)});
    }
    append(found->values, column.values);
  }
  for (Column& column : all) pad(column.values, before + table.row_count());
}

template <typename Make>
Table over_panels(const RunReport& report, Make make) {
  std::vector<Column> all;
  for (const RunPanel& panel : report.panels) append_panel(panel.name, make(panel), all);
  return Table(std::move(all));
}

template <typename Make>
Table over_proven_panels(const RunReport& report, Make make) {
  std::vector<Column> all;
  for (const RunPanel& panel : report.panels) {
    if (panel.outcome.windows > 0) append_panel(panel.name, make(panel), all);
  }
  return Table(std::move(all));
}

/// Writes one table in all formats and returns its hashes.
json write_all_formats(Repository& repository, const RunReport& report, const std::string& name,
                       const Table& table) {
  ObjectStore& store = repository.store();
  json hashes{{"content", content_hash(table)}};
  const auto put = [&](const char* format, const std::string& bytes) {
    store.put(Repository::run_key(report.dataset, report.run, name + "." + format), bytes);
    hashes[format] = sha256(bytes);
  };
  put("csv", to_csv(table));
  put("json", rows_text(table));
  const auto parquet = store.work_folder() / fmt::format("{}-{}.parquet", report.run, name);
  write_table(table, parquet);
  store.put_file(Repository::run_key(report.dataset, report.run, name + ".parquet"), parquet);
  hashes["parquet"] = sha256_file(parquet);
  std::filesystem::remove(parquet);
  return hashes;
}

/// The ledger, with what is unusual in each series and the values that say nothing of its demand.
Table ledger_of(const RunPanel& panel) {
  Table table = ledger_table(panel.panel, panel.outcome.results);
  std::vector<std::int64_t> outliers(table.row_count(), 0);
  std::vector<std::int64_t> shifts(table.row_count(), 0);
  std::vector<std::int64_t> masked(table.row_count(), 0);
  for (std::size_t i = 0; i < panel.disturbances.size(); ++i) {
    outliers[i] = std::ssize(panel.disturbances[i].outliers);
    shifts[i] = std::ssize(panel.disturbances[i].shifts);
  }
  for (std::size_t i = 0; panel.availability != nullptr && i < masked.size(); ++i) {
    masked[i] = masked_values(panel.panel[static_cast<Eigen::Index>(i)], *panel.availability);
  }
  table.add("outliers", std::move(outliers));
  table.add("level_shifts", std::move(shifts));
  table.add("masked", std::move(masked));
  std::vector<HistoryMark> marks =
      history_marks(panel.panel, panel.panel.end(), panel.availability.get(), panel.covariates);
  std::vector<std::string> hashes;
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const auto waiting = panel.outcome.waiting.find(panel.panel.ids()[i]);
    if (waiting != panel.outcome.waiting.end()) marks[i] = waiting->second;
    hashes.push_back(std::move(marks[i].hash));
    values.push_back(marks[i].values);
  }
  table.add("history", std::move(hashes));
  table.add("history_values", std::move(values));
  return table;
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

/// Scores by level of all hierarchies; no columns where there are none.
Table levels_of(const RunReport& report) {
  std::vector<Column> all;
  for (const RunPanel& panel : report.panels) {
    if (!panel.hierarchy || panel.outcome.windows == 0) continue;
    append_panel(
        panel.name,
        level_table(panel.panel, panel.outcome.results, *panel.hierarchy, panel.options.levels),
        all);
  }
  return Table(std::move(all));
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

bool is_timing(std::string_view column) {
  return column == "milliseconds" || column.ends_with("_seconds");
}

bool is_read_again(std::string_view table) {
  return std::ranges::count(kCarriedTables, table) > 0 ||
         std::ranges::count(kRecalledTables, table) > 0;
}

std::string content_hash(const Table& table) {
  std::vector<Column> kept;
  for (const Column& column : table.columns()) {
    if (!is_timing(column.name)) kept.push_back(column);
  }
  return sha256(to_csv(Table(std::move(kept))));
}

json write_run_tables(Repository& repository, const RunReport& report) {
  json hashes = json::object();
  const auto write = [&](const char* name, const Table& table) {
    if (table.columns().empty()) return;  // no panel was long enough to be proven
    hashes[name] = write_all_formats(repository, report, name, table);
  };
  write("forecasts", over_panels(report, [](const RunPanel& panel) {
          return forecast_table(panel.outcome.forecasts, panel.options.levels);
        }));
  write("ledger", over_panels(report, [](const RunPanel& panel) { return ledger_of(panel); }));
  write("retraining",
        over_panels(report, [](const RunPanel& panel) { return retraining_table(panel.outcome); }));
  write("disturbances", over_panels(report, [](const RunPanel& panel) {
          return disturbance_table(panel.panel, panel.disturbances, hides_outliers(panel));
        }));
  write("levels", levels_of(report));
  write("leaderboard", over_proven_panels(report, [](const RunPanel& panel) {
          return leaderboard_table(panel.outcome.results, panel.options);
        }));
  write("backtest", over_proven_panels(report, [](const RunPanel& panel) {
          return backtest_table(panel.panel, panel.outcome.results, panel.options.levels);
        }));
  return hashes;
}

void carry_over(Repository& repository, const RunReport& report, const json& earlier,
                json& hashes) {
  ObjectStore& store = repository.store();
  const auto run = earlier.at("run").get<std::string>();
  for (const char* name : kCarriedTables) {
    if (!earlier.at("tables").contains(name)) continue;
    for (const char* format : {"csv", "json", "parquet"}) {
      const std::string file = fmt::format("{}.{}", name, format);
      store.put_file(Repository::run_key(report.dataset, report.run, file),
                     store.fetch(Repository::run_key(report.dataset, run, file)));
    }
    hashes[name] = earlier.at("tables").at(name);
  }
}

json write_run_models(Repository& repository, const RunReport& report) {
  json models = json::array();
  for (const RunPanel& panel : report.panels) {
    for (const ModelBacktest& result : panel.outcome.results) {
      if (!panel.outcome.forecasts_with(result)) continue;
      json model{{"panel", panel.name}, {"model", result.model}};
      tell_state(write_state(repository.store(), result.fitted->save()), model);
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
