#include "cli/follow_up.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/follow_up.h"
#include "pipeline/lease.h"
#include "pipeline/quicksight_record.h"
#include "pipeline/report_error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

/// Tells so where the settings ask for either, and keeps it for the status.
Followed given_up(Repository& repository, const std::string& dataset, const DatasetConfig& config) {
  const std::string died = fmt::format(
      "whoever began it died, {} times, for lack of memory or time maybe; with more of it: ",
      kMostFollowUps);
  Followed told;
  if (config.publish_report) {
    told.report.error = died + "forecart report --publish --dataset " + dataset;
    keep_report_error(repository, dataset, told.report.error);
  }
  if (config.publish_quicksight) {
    told.tables.error = died + "forecart quicksight export --dataset " + dataset;
    keep_quicksight_error(repository, dataset, told.tables.error);
  }
  return told;
}

Followed done(const std::string& location, Repository& repository, const std::string& dataset,
              const std::string& run) {
  const DatasetConfig config = read_config(repository, dataset);
  Followed told;
  if (!config.publish_report && !config.publish_quicksight) {
    // they are wanted no more
  } else if (begin_follow_up(repository, dataset, run).tries > kMostFollowUps) {
    told = given_up(repository, dataset, config);
  } else {
    if (config.publish_report) told.report = publish_report_of(repository, dataset, run);
    if (config.publish_quicksight) {
      told.tables = publish_tables_of(repository, location, dataset);
    }
  }
  settle_follow_up(repository, dataset, run);
  return told;
}

/// The run of that name, or where none is told the one that was owed: it is left where another one
/// is current by now.
Followed done_unless_busy(const std::string& location, const std::string& dataset,
                          std::string run) {
  Repository repository = Repository::open(location);
  const auto lease = Lease::take(repository.store(), fmt::format("work/{}/lease.json", dataset));
  if (!lease) return {};
  if (run.empty()) {
    const auto owed = owed_follow_up(repository, dataset);
    if (!owed) return {};
    run = owed->run;
  }
  const auto current = repository.current(dataset);
  if (current && current->at("run") == run) return done(location, repository, dataset, run);
  settle_follow_up(repository, dataset, run);
  return {};
}

/// What `step` tells; where it could not even be begun, why.
template <typename Step>
Followed told_of(Step step) {
  try {
    return step();
  } catch (const std::exception& error) {
    Followed told;
    told.report.error = error.what();
    return told;
  }
}

}  // namespace

Followed follow_up(const std::string& location, const RunReport& run) {
  if (!run.published) return {};
  return told_of([&] {
    Repository repository = Repository::open(location);
    return done(location, repository, run.dataset, run.run);
  });
}

void follow_up(const std::string& location, WorkReport& report) {
  if (report.busy || (report.run && !report.run->published)) return;
  Followed told = told_of([&] {
    return done_unless_busy(location, report.dataset, report.run ? report.run->run : "");
  });
  report.report = std::move(told.report.keys);
  report.report_error = std::move(told.report.error);
  report.tables = std::move(told.tables.keys);
  report.tables_refresh = std::move(told.tables.refresh);
  report.tables_error = std::move(told.tables.error);
}

}  // namespace forecart
