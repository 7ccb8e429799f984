#include "aws/cloud_template.h"
#include "aws/quicksight_refresh.h"
#include "aws/quicksight_setup.h"
#include "aws/quicksight_tables.h"
#include "base/error.h"
#include "net/aws_service.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/forecast_index.h"
#include "services/quicksight_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

std::string arn_of(const QuickSightSettings& settings, const std::string& kind,
                   const std::string& id) {
  return fmt::format("arn:{}:quicksight:{}:{}:{}/{}", aws_partition(settings.region).name,
                     settings.region, settings.account, kind, id);
}

std::vector<QuickSightGrant> grants(const std::vector<std::string>& principals, const char* to) {
  const auto actions = cloud_template("quicksight-grants").at(to).get<std::vector<std::string>>();
  std::vector<QuickSightGrant> all;
  for (const std::string& principal : principals) all.push_back({principal, actions});
  return all;
}

/// A column of athena-tables.json as QuickSight has it.
QuickSightColumn column_of(const json& column) {
  const auto type = column.at("Type").get<std::string>();
  QuickSightColumn made{.name = column.at("Name")};
  if (type == "double") made.type = "DECIMAL";
  if (type == "bigint") made.type = "INTEGER";
  if (type == "timestamp" || type == "date") {
    made.type = "DATETIME";
    made.format = type == "date" ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss";
  }
  return made;
}

/// Which forecast the chart shows at first: the total of the first panel, or its first series.
struct Shown {
  std::string panel;
  std::string series;
  std::string granularity = "DAY";
};

std::string granularity_of(const Frequency& frequency) {
  const std::string name = frequency.name();
  if (name.starts_with("W")) return "WEEK";
  if (name.starts_with("M")) return "MONTH";
  if (name.starts_with("Q")) return "QUARTER";
  if (name.starts_with("Y")) return "YEAR";
  return name == "D" ? "DAY" : "HOUR";
}

Shown shown_of(const Repository& repository, const std::string& dataset,
               const DatasetConfig& config) {
  const auto current = repository.current(dataset);
  if (!current) {
    throw Error(ErrorCode::not_found,
                fmt::format("data set '{}' has no run yet; make one with forecart run", dataset));
  }
  const auto index = ForecastIndex::read(repository.store(), dataset, current->at("run"));
  for (const ForecastIndex::Panel& panel : index->panels()) {
    if (panel.names_persons || panel.series.empty()) continue;
    Shown shown{.panel = panel.name, .series = panel.series.front().id};
    if (ForecastIndex::series(panel, "total") != nullptr) shown.series = "total";
    const auto declared = std::ranges::find(config.panels, panel.name, &PanelConfig::name);
    if (declared != config.panels.end()) shown.granularity = granularity_of(declared->frequency);
    return shown;
  }
  return {};
}

/// What bars are as long as: money where the files tell it, else order lines.
std::string measure_of(const DatasetConfig& config) {
  const bool priced = !config.columns.revenue.empty() || !config.columns.unit_price.empty();
  return priced ? "revenue" : "lines";
}

json definition_of(const QuickSightSettings& settings, const QuickSightPlan& plan,
                   const DatasetConfig& config, const Shown& shown) {
  json values{{"Panel", shown.panel},
              {"Series", shown.series},
              {"Granularity", shown.granularity},
              {"Measure", measure_of(config)}};
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    values["DataSetArn." + plan.tables[i]] = arn_of(settings, "dataset", plan.data_sets[i].id);
  }
  return filled(cloud_template("quicksight-analysis"), values);
}

void check(const QuickSightSettings& settings) {
  if (settings.repository.is_local()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("QuickSight reads S3, and '{}' is a local folder; copy the repository "
                            "with forecart copy",
                            settings.repository.text()));
  }
  if (settings.owners.empty()) {
    throw Error(ErrorCode::invalid_value,
                "nobody could see what is made; give --owner, the ARN of a user or group of "
                "QuickSight");
  }
}

/// Every table by a manifest of its own, or all of them by Athena.
void add_data(const QuickSightSettings& settings, QuickSightPlan& plan) {
  const auto id = [&](const std::string& name) {
    return quicksight_id(settings.prefix, settings.dataset, name);
  };
  const auto add_source = [&](const std::string& name, const std::string& manifest) {
    plan.sources.push_back({.id = id(name),
                            .name = id(name),
                            .bucket = manifest.empty() ? "" : settings.repository.bucket(),
                            .manifest = manifest,
                            .work_group = settings.work_group,
                            .grants = grants(settings.owners, "DataSource")});
  };
  const std::string begin =
      settings.repository.prefix().empty() ? "" : settings.repository.prefix() + "/";
  if (settings.athena) add_source("athena", "");
  for (const std::string& table : plan.tables) {
    if (!settings.athena) {
      add_source(table, begin + quicksight_manifest_key(settings.dataset, table));
    }
    QuickSightDataSet data{.id = id(table),
                           .name = id(table),
                           .source = arn_of(settings, "datasource", plan.sources.back().id),
                           .grants = grants(settings.owners, "DataSet")};
    for (const json& column :
         cloud_template("athena-tables").at("Tables").at(table).at("Columns")) {
      data.columns.push_back(column_of(column));
    }
    if (settings.athena) data.database = athena_database(settings.dataset);
    if (settings.athena) data.table = table;
    plan.data_sets.push_back(std::move(data));
  }
}

json request(const char* id_name, const std::string& id, json body,
             const std::vector<QuickSightGrant>& grants) {
  body[id_name] = id;
  body["Permissions"] = grant_list(grants);
  return body;
}

}  // namespace

QuickSightPlan quicksight_plan(const QuickSightSettings& settings) {
  check(settings);
  const Repository repository = Repository::open(settings.repository);
  const DatasetConfig config = read_config(repository, settings.dataset);
  QuickSightPlan plan{.tables = quicksight_tables(config)};
  if (settings.athena) {
    plan.statements = athena_statements(settings.repository, settings.dataset, plan.tables);
  }
  add_data(settings, plan);
  const Shown shown = shown_of(repository, settings.dataset, config);
  const std::string id = fmt::format("{}-{}", settings.prefix, settings.dataset);
  const std::string name = fmt::format("{}: sales and forecast", settings.dataset);
  const std::string definition = definition_of(settings, plan, config, shown).dump();
  plan.analysis = {id, name, definition, grants(settings.owners, "Analysis")};
  plan.dashboard = {id, name, definition, grants(settings.owners, "Dashboard")};
  for (QuickSightGrant& grant : grants(settings.readers, "DashboardReader")) {
    plan.dashboard.grants.push_back(std::move(grant));
  }
  return plan;
}

json to_json(const QuickSightPlan& plan, const QuickSightSettings& settings) {
  json sources = json::array();
  json data_sets = json::array();
  for (const QuickSightSource& source : plan.sources) {
    json one = request("DataSourceId", source.id, source_request(source), source.grants);
    one["Type"] = source.bucket.empty() ? "ATHENA" : "S3";
    sources.push_back(std::move(one));
  }
  for (const QuickSightDataSet& data : plan.data_sets) {
    data_sets.push_back(request("DataSetId", data.id, data_set_request(data), data.grants));
  }
  json told{{"athena", plan.statements},
            {"data_sources", std::move(sources)},
            {"data_sets", std::move(data_sets)},
            {"analysis", request("AnalysisId", plan.analysis.id, sheets_request(plan.analysis),
                                 plan.analysis.grants)},
            {"dashboard", request("DashboardId", plan.dashboard.id, sheets_request(plan.dashboard),
                                  plan.dashboard.grants)}};
  for (const char* list : {"data_sources", "data_sets"}) {
    for (json& one : told[list]) one["AwsAccountId"] = settings.account;
  }
  for (const char* one : {"analysis", "dashboard"}) told[one]["AwsAccountId"] = settings.account;
  return told;
}

}  // namespace forecart
