#include "aws/quicksight_setup.h"

#include "aws/quicksight_tables.h"
#include "base/error.h"
#include "pipeline/quicksight_record.h"
#include "services/athena.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

namespace forecart {

namespace {

constexpr std::chrono::seconds kWait{2};
constexpr int kTries = 30;

/// What a thing is made of QuickSight makes in its own time, and refuses meanwhile.
template <class Make>
auto patiently(const Make& make) {
  for (int tries = 1;; ++tries) {
    try {
      return make();
    } catch (const AwsError& error) {
      if (error.aws_code() != "ConflictException" || tries == kTries) throw;
      std::this_thread::sleep_for(kWait);
    }
  }
}

/// A version of a dashboard is seen once it is published, and that takes until it is made.
void publish(QuickSight& service, const std::string& dashboard, std::int64_t version) {
  for (int tries = 1; tries < kTries; ++tries) {
    const auto now = service.dashboard(dashboard, version);
    if (!now || !now->status.ends_with("_IN_PROGRESS")) break;
    std::this_thread::sleep_for(kWait);
  }
  patiently([&] { return service.publish_dashboard(dashboard, version); });
}

void make_all(const QuickSightPlan& plan, QuickSight& service) {
  for (const QuickSightSource& source : plan.sources) {
    patiently([&] { return service.put(source); });
  }
  for (const QuickSightDataSet& data : plan.data_sets) {
    patiently([&] { return service.put(data); });
  }
  patiently([&] { return service.put_analysis(plan.analysis); });
  const QuickSightThing shown = patiently([&] { return service.put_dashboard(plan.dashboard); });
  if (!shown.made) publish(service, plan.dashboard.id, shown.version);
}

}  // namespace

std::string set_up_quicksight(const QuickSightSettings& settings, const AwsAccess& access) {
  const QuickSightFiles files = publish_quicksight_tables(settings.repository, settings.dataset);
  const QuickSightPlan plan = quicksight_plan(settings);
  AwsAccess there = access;
  there.region = settings.region;
  if (!plan.statements.empty()) {
    Athena athena(there, settings.work_group);
    for (const std::string& statement : plan.statements) athena.run(statement);
  }
  QuickSight service(there, settings.account);
  make_all(plan, service);
  Repository repository = Repository::open(settings.repository);
  change_quicksight_record(repository, settings.dataset, [&](QuickSightRecord& record) {
    record.account = settings.account;
    record.region = settings.region;
    record.prefix = settings.prefix;
    record.tables = plan.tables;
    record.most = settings.most_refreshes;
    record.asked.push_back(repository.store().now());
    record.told = files.run;
    record.wanted.clear();
    record.error.clear();
    return true;
  });
  return plan.dashboard.id;
}

}  // namespace forecart
