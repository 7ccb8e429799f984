#include "aws/scheduled_look.h"

#include "base/error.h"
#include "pipeline/alerting.h"
#include "pipeline/dataset_table.h"

namespace forecart {

std::map<std::string, std::string> fire_schedules(Repository& repository) {
  std::map<std::string, std::string> notes;
  const auto note = [&notes](const std::string& dataset, const std::string& why) {
    if (!why.empty()) notes[dataset] = why;
  };
  DatasetTable table;
  table.refresh(repository, note);
  table.fire(repository, note);
  return notes;
}

namespace {

/// Nothing where it is not time, or a worker is at it, which looks itself.
std::optional<AlertState> check_if_due(Repository& repository, const std::string& dataset) {
  try {
    const AlertState state = read_alerts(repository, dataset);
    if (!is_alert_check_due(state, repository.store().now())) return std::nullopt;
    return check_alerts_alone(repository, dataset);
  } catch (const Error& error) {
    AlertState state;
    state.delivery_error = error.what();
    return state;
  }
}

}  // namespace

std::map<std::string, AlertState> check_due_alerts(Repository& repository,
                                                   const std::set<std::string>& seen,
                                                   const Deadline& deadline) {
  std::map<std::string, AlertState> checked;
  for (const std::string& dataset : datasets_with_alerts(repository)) {
    if (deadline.has_passed()) break;
    if (seen.contains(dataset)) continue;
    if (auto state = check_if_due(repository, dataset)) checked.emplace(dataset, *state);
  }
  return checked;
}

}  // namespace forecart
