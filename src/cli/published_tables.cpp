#include "cli/published_tables.h"

#include "aws/quicksight_refresh.h"
#include "aws/quicksight_tables.h"
#include "pipeline/quicksight_record.h"

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

PublishedTables publish_tables_of(Repository& repository, const std::string& location,
                                  const std::string& dataset) {
  PublishedTables told;
  try {
    make(repository, location, dataset, told);
  } catch (const std::exception& error) {
    told.error = error.what();
  }
  try {
    keep_quicksight_error(repository, dataset, told.error);
  } catch (const std::exception& error) {
    if (told.error.empty()) told.error = error.what();
  }
  return told;
}

nlohmann::json to_json(const PublishedTables& tables) {
  const auto text = [](const std::string& one) {
    return one.empty() ? nlohmann::json(nullptr) : nlohmann::json(one);
  };
  return {
      {"written", tables.keys}, {"refresh", text(tables.refresh)}, {"error", text(tables.error)}};
}

}  // namespace forecart
