#include "aws/quicksight_refresh.h"

#include "base/error.h"
#include "services/quicksight.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace forecart {

namespace {

using State = QuickSightRefresh::State;

/// Takes one of the refreshes that may be, before it is used: who dies in between has used it up,
/// so that there are never more. The run stays wanted until all tables were told.
QuickSightRefresh take_turn(Repository& repository, const std::string& dataset,
                            const std::string& run, QuickSightRecord& record) {
  QuickSightRefresh told{.run = run};
  record = change_quicksight_record(repository, dataset, [&](QuickSightRecord& now) {
    told.state = now.account.empty() ? State::not_set_up : State::known;
    if (now.account.empty() || now.told == run) return false;
    const Instant at = repository.store().now();
    told.due = next_refresh(now, at);
    told.state = told.due > at ? State::waits : State::done;
    now.wanted = run;
    if (told.state == State::done) now.asked.push_back(at);
    return true;
  });
  return told;
}

void keep_outcome(Repository& repository, const std::string& dataset, const std::string& run,
                  const std::string& error) {
  change_quicksight_record(repository, dataset, [&](QuickSightRecord& now) {
    now.error = error;
    if (!error.empty()) return true;
    now.told = run;
    if (now.wanted == run) now.wanted.clear();
    return true;
  });
}

}  // namespace

std::string to_string(State state) {
  switch (state) {
    case State::not_set_up:
      return "not set up";
    case State::done:
      return "done";
    case State::known:
      return "known";
    case State::waits:
      return "waits";
  }
  return "";
}

QuickSightRefresh refresh_quicksight(
    Repository& repository, const std::string& dataset, const std::string& run,
    const std::function<Ingest(const QuickSightRecord&)>& connect) {
  if (!read_quicksight_record(repository, dataset)) return {};
  QuickSightRecord record;
  const QuickSightRefresh told = take_turn(repository, dataset, run, record);
  if (told.state != State::done) return told;
  try {
    const Ingest ingest = connect(record);
    for (const std::string& table : record.tables) {
      ingest(quicksight_id(record.prefix, dataset, table), ingestion_id(run));
    }
  } catch (const std::exception& error) {
    keep_outcome(repository, dataset, run, error.what());
    throw;
  }
  keep_outcome(repository, dataset, run, "");
  return told;
}

QuickSightRefresh refresh_quicksight(Repository& repository, const std::string& dataset,
                                     const std::string& run, const AwsAccess& access) {
  return refresh_quicksight(
      repository, dataset, run, [&](const QuickSightRecord& record) -> Ingest {
        AwsAccess there = access;
        there.region = record.region;
        const auto service = std::make_shared<QuickSight>(there, record.account);
        return [service](const std::string& data_set, const std::string& ingestion) {
          service->ingest(data_set, ingestion);
        };
      });
}

std::map<std::string, std::string> refresh_waiting_quicksight(
    Repository& repository, const AwsAccess& access, const std::function<bool()>& has_time) {
  std::map<std::string, std::string> failed;
  for (const std::string& dataset : datasets_with_quicksight(repository)) {
    if (!has_time()) break;
    try {
      const auto record = read_quicksight_record(repository, dataset);
      const Instant now = repository.store().now();
      const bool may_be = record && !record->wanted.empty() && next_refresh(*record, now) <= now;
      if (may_be) refresh_quicksight(repository, dataset, record->wanted, access);
    } catch (const std::exception& error) {
      failed[dataset] = error.what();
    }
  }
  return failed;
}

void catch_up_quicksight(
    const std::string& location,
    const std::function<void(const std::string& dataset, const std::string& why)>& failed,
    const std::function<bool()>& has_time) {
  try {
    Repository repository = Repository::open(location);
    const auto all =
        refresh_waiting_quicksight(repository, aws_access(process_environment()), has_time);
    for (const auto& [dataset, why] : all) failed(dataset, why);
  } catch (const std::exception& error) {
    failed("", error.what());
  }
}

std::string quicksight_id(const std::string& prefix, const std::string& dataset,
                          const std::string& name) {
  return fmt::format("{}-{}-{}", prefix, dataset, name);
}

std::string ingestion_id(const std::string& run) {
  std::string id = run;
  std::ranges::replace(id, '.', '-');
  return id;
}

}  // namespace forecart
