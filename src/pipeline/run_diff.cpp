#include "pipeline/run_diff.h"

#include "base/error.h"
#include "pipeline/change_causes.h"
#include "pipeline/find_run.h"
#include "pipeline/manifest_diff.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

json manifest_of(const Repository& repository, const std::string& dataset,
                 const std::string& name) {
  json manifest = find_run(repository, dataset, name);
  if (!has_results(manifest)) {
    throw Error(ErrorCode::not_found,
                fmt::format("run {} {} and has no forecasts", manifest.at("run").get<std::string>(),
                            manifest.at("status") == "cancelled" ? "was cancelled" : "failed"));
  }
  return manifest;
}

RunTables read_tables(const Repository& repository, const std::string& dataset,
                      const json& manifest) {
  const auto id = manifest.at("run").get<std::string>();
  const auto key = [&](const char* file) { return Repository::run_key(dataset, id, file); };
  const auto table = [&](const char* file) {
    return read_table(repository.store().fetch(key(file)));
  };
  const bool tells = repository.store().exists(key("retraining.csv"));
  return {manifest, table("forecasts.csv"), table("ledger.csv"),
          tells ? table("retraining.csv") : Table()};
}

/// Forecasts of one model and panel: by item, by ds.
using Forecasts = std::map<std::string, std::map<std::string, double>>;

Forecasts forecasts_of(const Table& table, const std::string& panel, const std::string& model) {
  Forecasts result;
  const auto panels = table.texts("panel");
  const auto ids = table.texts("unique_id");
  const auto times = table.texts("ds");
  const auto values = table.numbers(model);
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    if (panels[row] == panel) result[ids[row]][times[row]] = values[row];
  }
  return result;
}

/// Sums over the steps both have, or over all where they share none.
std::pair<double, double> totals(const std::map<std::string, double>& before,
                                 const std::map<std::string, double>& after) {
  std::pair<double, double> common{0, 0};
  std::pair<double, double> all{0, 0};
  bool shared = false;
  for (const auto& [ds, value] : before) {
    all.first += value;
    const auto found = after.find(ds);
    if (found == after.end()) continue;
    shared = true;
    common.first += value;
    common.second += found->second;
  }
  for (const auto& [ds, value] : after) all.second += value;
  return shared ? common : all;
}

/// Fills in why one item changed.
void explain(const ChangeCauses& causes, const RunDiff& diff, ItemChange& item) {
  if (!causes.knows(item.unique_id)) {
    item.causes = {"data"};
    item.detail = causes.was_there(item.unique_id) ? "item no longer there" : "new item";
    return;
  }
  if (!diff.data.empty()) {
    item.causes.emplace_back(causes.other_history(item.unique_id) ? "data" : "data of others");
  }
  std::vector<std::string> told = causes.model_changes(item.unique_id);
  if (!told.empty()) item.causes.emplace_back("model");
  if (std::string refit = causes.refit(item.unique_id); !refit.empty()) {
    item.causes.emplace_back("refit");
    told.insert(told.begin(), std::move(refit));
  }
  if (causes.parameters(item.unique_id)) item.causes.emplace_back("parameters");
  item.detail = fmt::format("{}", fmt::join(told, "; "));
}

double sum(const std::map<std::string, double>& values) {
  double total = 0;
  for (const auto& [ds, value] : values) total += value;
  return total;
}

ItemChange change_of(const std::string& id, const Forecasts& before, const Forecasts& after) {
  ItemChange item;
  item.unique_id = id;
  const auto was = before.find(id);
  const auto is = after.find(id);
  if (was != before.end() && is != after.end()) {
    std::tie(item.before, item.after) = totals(was->second, is->second);
  } else {
    item.before = was == before.end() ? kNone : sum(was->second);
    item.after = is == after.end() ? kNone : sum(is->second);
  }
  return item;
}

double known(double value) {
  return std::isnan(value) ? 0 : value;
}

double size_of(const ItemChange& item) {
  return std::abs(known(item.after) - known(item.before));
}

/// Adds the items of one panel that changed.
void add_panel(const RunTables& before, const RunTables& after, const std::string& panel,
               const std::string& model, RunDiff& diff) {
  const Forecasts old_values = forecasts_of(before.forecasts, panel, model);
  const Forecasts new_values = forecasts_of(after.forecasts, panel, model);
  std::set<std::string> ids;
  for (const auto& [id, values] : old_values) ids.insert(id);
  for (const auto& [id, values] : new_values) ids.insert(id);
  const ChangeCauses causes(before, after, panel, model);
  double total = 0;
  std::vector<ItemChange> items;
  for (const std::string& id : ids) {
    ItemChange item = change_of(id, old_values, new_values);
    total += std::abs(known(item.before));
    if (item.before == item.after) {
      ++diff.unchanged;
      continue;
    }
    item.panel = panel;
    item.model = model;
    explain(causes, diff, item);
    items.push_back(std::move(item));
  }
  for (ItemChange& item : items) {
    item.share = total > 0 ? size_of(item) / total : kNone;
    diff.items.push_back(std::move(item));
  }
}

/// Panels of the forecasts, in order.
std::vector<std::string> panels_of(const Table& forecasts) {
  std::vector<std::string> panels;
  for (const std::string& panel : forecasts.texts("panel")) {
    if (std::find(panels.begin(), panels.end(), panel) == panels.end()) panels.push_back(panel);
  }
  return panels;
}

std::vector<std::string> models_of(const json& manifest, const std::string& panel) {
  std::vector<std::string> models;
  for (const json& model : manifest.at("models")) {
    if (model.at("panel") == panel) models.push_back(model.at("model").get<std::string>());
  }
  return models;
}

/// Models of a panel in both runs, in the order of the later one, the recommended one first.
std::vector<std::string> shared_models(const RunTables& before, const RunTables& after,
                                       const std::string& panel) {
  const auto old_models = models_of(before.manifest, panel);
  std::vector<std::string> shared;
  for (const std::string& model : models_of(after.manifest, panel)) {
    if (std::find(old_models.begin(), old_models.end(), model) != old_models.end()) {
      shared.push_back(model);
    }
  }
  std::stable_partition(shared.begin(), shared.end(),
                        [](const std::string& model) { return base_of(model) == "AutoSelect"; });
  return shared;
}

/// The model asked for, in a hierarchy its reconciled forecasts; the first where none is named.
std::string model_for(const RunDiffRequest& request, const std::vector<std::string>& shared,
                      const std::string& panel) {
  if (request.model.empty() && !shared.empty()) return shared.front();
  for (const std::string& model : shared) {
    if (model == request.model || base_of(model) == request.model) return model;
  }
  if (shared.empty()) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("the runs have no model of panel '{}' in common", panel));
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("the runs do not share model '{}' for panel '{}'; they share {}",
                          request.model, panel, fmt::join(shared, ", ")));
}

void check_panel(const RunDiffRequest& request, const std::vector<std::string>& panels) {
  if (request.panel.empty() ||
      std::find(panels.begin(), panels.end(), request.panel) != panels.end()) {
    return;
  }
  throw Error(ErrorCode::unknown_name, fmt::format("the runs have no panel '{}'; they have {}",
                                                   request.panel, fmt::join(panels, ", ")));
}

}  // namespace

RunDiff diff_runs(const RunDiffRequest& request) {
  const Repository repository = Repository::open(request.repository);
  const json old_manifest = manifest_of(repository, request.dataset, request.before);
  const json new_manifest = manifest_of(repository, request.dataset, request.after);
  const RunTables before = read_tables(repository, request.dataset, old_manifest);
  const RunTables after = read_tables(repository, request.dataset, new_manifest);
  RunDiff diff;
  diff.before = before.manifest.at("run").get<std::string>();
  diff.after = after.manifest.at("run").get<std::string>();
  diff.data = data_changes(before.manifest, after.manifest);
  diff.parameters = parameter_changes(before.manifest, after.manifest);
  diff.states = state_changes(before.manifest, after.manifest);
  const auto panels = panels_of(after.forecasts);
  check_panel(request, panels);
  const auto old_panels = panels_of(before.forecasts);
  for (const std::string& panel : panels) {
    const bool in_both = std::find(old_panels.begin(), old_panels.end(), panel) != old_panels.end();
    if (!in_both || (!request.panel.empty() && panel != request.panel)) continue;
    const auto shared = shared_models(before, after, panel);
    add_panel(before, after, panel, model_for(request, shared, panel), diff);
  }
  std::stable_sort(diff.items.begin(), diff.items.end(),
                   [](const auto& a, const auto& b) { return size_of(a) > size_of(b); });
  return diff;
}

Table item_table(const RunDiff& diff) {
  std::vector<std::string> panels, ids, models, causes, details;
  std::vector<double> before, after, change, share;
  for (const ItemChange& item : diff.items) {
    panels.push_back(item.panel);
    ids.push_back(item.unique_id);
    models.push_back(item.model);
    before.push_back(item.before);
    after.push_back(item.after);
    change.push_back(known(item.after) - known(item.before));
    share.push_back(item.share);
    causes.push_back(fmt::format("{}", fmt::join(item.causes, ", ")));
    details.push_back(item.detail);
  }
  Table table;
  table.add("panel", std::move(panels));
  table.add("unique_id", std::move(ids));
  table.add("model", std::move(models));
  table.add("before", std::move(before));
  table.add("after", std::move(after));
  table.add("change", std::move(change));
  table.add("share", std::move(share));
  table.add("cause", std::move(causes));
  table.add("detail", std::move(details));
  return table;
}

json to_json(const RunDiff& diff) {
  json items = json::array();
  for (const ItemChange& item : diff.items) {
    items.push_back({{"panel", item.panel},
                     {"unique_id", item.unique_id},
                     {"model", item.model},
                     {"before", item.before},
                     {"after", item.after},
                     {"change", known(item.after) - known(item.before)},
                     {"share", item.share},
                     {"causes", item.causes},
                     {"detail", item.detail}});
  }
  return {{"before", diff.before},
          {"after", diff.after},
          {"data", diff.data},
          {"parameters", diff.parameters},
          {"states", diff.states},
          {"items", std::move(items)},
          {"items_unchanged", diff.unchanged}};
}

}  // namespace forecart
