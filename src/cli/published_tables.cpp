#include "cli/published_tables.h"

#include "aws/quicksight_refresh.h"
#include "aws/quicksight_tables.h"
#include "pipeline/dataset_panel.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

void make(Repository& repository, const std::string& location, const std::string& dataset,
          PublishedTables& told) {
  QuickSightFiles files = publish_quicksight_tables(location, dataset);
  told.keys = std::move(files.keys);
  const QuickSightRefresh refresh =
      refresh_quicksight(repository, dataset, files.run, aws_access(process_environment()));
  if (refresh.state != QuickSightRefresh::State::not_set_up) {
    told.refresh = to_string(refresh.state);
  }
}

}  // namespace

PublishedTables publish_tables_of(const std::string& location, const RunReport& run) {
  if (!run.published) return {};
  PublishedTables told;
  try {
    Repository repository = Repository::open(location);
    if (!read_config(repository, run.dataset).publish_quicksight) return {};
    try {
      make(repository, location, run.dataset, told);
    } catch (const std::exception& error) {
      told.error = error.what();
    }
    keep_quicksight_error(repository, run.dataset, told.error);
  } catch (const std::exception& error) {
    if (told.error.empty()) told.error = error.what();
  }
  return told;
}

void follow_with_tables(const std::string& location, WorkReport& report) {
  if (!report.run) return;
  PublishedTables told = publish_tables_of(location, *report.run);
  report.tables = std::move(told.keys);
  report.tables_error = std::move(told.error);
  report.tables_refresh = std::move(told.refresh);
}

nlohmann::json to_json(const PublishedTables& tables) {
  const auto text = [](const std::string& one) {
    return one.empty() ? nlohmann::json(nullptr) : nlohmann::json(one);
  };
  return {
      {"written", tables.keys}, {"refresh", text(tables.refresh)}, {"error", text(tables.error)}};
}

}  // namespace forecart
