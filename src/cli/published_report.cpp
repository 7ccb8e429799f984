#include "cli/published_report.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/report_error.h"
#include "server/report.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

PublishedReport written(const Repository& repository, const RunReport& run) {
  try {
    const Report report = make_report(repository, {.dataset = run.dataset, .run = run.run});
    return {publish_report(repository, run.dataset, report), ""};
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

}  // namespace

PublishedReport publish_report_of(const std::string& location, const RunReport& run) {
  if (!run.published) return {};
  PublishedReport told;
  try {
    Repository repository = Repository::open(location);
    if (!read_config(repository, run.dataset).publish_report) return {};
    told = written(repository, run);
    keep_report_error(repository, run.dataset, told.error);
  } catch (const std::exception& error) {
    if (told.keys.empty() && told.error.empty()) told.error = error.what();
  }
  return told;
}

void follow_with_report(const std::string& location, WorkReport& report) {
  if (!report.run) return;
  PublishedReport beside = publish_report_of(location, *report.run);
  report.report = std::move(beside.keys);
  report.report_error = std::move(beside.error);
}

nlohmann::json to_json(const PublishedReport& report) {
  return {{"written", report.keys},
          {"error", report.error.empty() ? nlohmann::json(nullptr) : nlohmann::json(report.error)}};
}

}  // namespace forecart
