#include "cli/published_report.h"

#include "pipeline/report_error.h"
#include "server/report.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

PublishedReport written(const Repository& repository, const std::string& dataset,
                        const std::string& run) {
  try {
    const Report report = make_report(repository, {.dataset = dataset, .run = run});
    return {publish_report(repository, dataset, report), ""};
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

}  // namespace

PublishedReport publish_report_of(Repository& repository, const std::string& dataset,
                                  const std::string& run) {
  PublishedReport told = written(repository, dataset, run);
  try {
    keep_report_error(repository, dataset, told.error);
  } catch (const std::exception& error) {
    if (told.keys.empty() && told.error.empty()) told.error = error.what();
  }
  return told;
}

nlohmann::json to_json(const PublishedReport& report) {
  return {{"written", report.keys},
          {"error", report.error.empty() ? nlohmann::json(nullptr) : nlohmann::json(report.error)}};
}

}  // namespace forecart
