#include "pipeline/dataset_panel.h"

#include "base/error.h"
#include "pipeline/sales.h"
#include "pipeline/sales_merges.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace forecart {

namespace {

void check_method(const PanelConfig& panel, const std::string& place) {
  if (panel.hierarchy.empty()) return;
  try {
    parse_reconciliation(panel.hierarchy);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: panel '{}': {}", place, panel.name, error.what()));
  }
}

}  // namespace

DatasetConfig read_config(const Repository& repository, const std::string& dataset) {
  const std::string key = Repository::config_key(dataset);
  const auto stored = repository.store().read(key);
  if (!stored) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("data set '{}' has no orders yet; bring some with: forecart ingest FILES "
                    "--repository FOLDER --dataset {}",
                    dataset, dataset));
  }
  return parse_settings(*stored, key);
}

DatasetConfig parse_settings(const std::string& toml, const std::string& place) {
  DatasetConfig config = parse_dataset_config(toml, place);
  for (const PanelConfig& panel : config.panels) check_method(panel, place);
  return config;
}

const PanelConfig& find_panel(const DatasetConfig& config, const std::string& name) {
  if (config.panels.empty()) {
    throw Error(ErrorCode::bad_data, "dataset.toml declares no [[panel]]; add one");
  }
  if (name.empty()) return config.panels.front();
  std::vector<std::string> names;
  for (const PanelConfig& panel : config.panels) {
    if (panel.name == name) return panel;
    names.push_back(panel.name);
  }
  throw Error(ErrorCode::unknown_name, fmt::format("panel '{}' is not declared; use one of {}",
                                                   name, fmt::join(names, ", ")));
}

LoadedPanel cut_panel(const Repository& repository, const std::string& dataset,
                      const std::vector<std::string>& hashes, const PanelConfig& panel,
                      bool keep_partial) {
  const DatasetConfig config = read_config(repository, dataset);
  PanelSpec spec;
  spec.by = panel.by;
  spec.measure = panel.measure;
  spec.frequency = panel.frequency;
  spec.zone = TimeZone::named(config.time_zone);
  spec.keep_partial = keep_partial;
  BuiltPanel built = build_panel(
      sales_files(repository, dataset, cleaning_settings(config), hashes), spec, config.returns);
  auto notes = notes_of(built.report, built.panel.calendar());
  return with_hierarchy({std::move(built.panel), std::move(notes)}, panel.hierarchy, panel.levels);
}

}  // namespace forecart
