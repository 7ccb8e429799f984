#include "pipeline/known_datasets.h"

#include "pipeline/work_queue.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

namespace forecart {

namespace {

constexpr std::string_view kDead = "dead/";

/// Data sets of which something was set aside, that begin with `prefix`.
std::set<std::string> dead_datasets(const Repository& repository, const std::string& prefix) {
  std::set<std::string> names;
  repository.store().list_objects({std::string(kDead) + prefix, ""}, [&](const ObjectInfo& object) {
    const std::size_t slash = object.key.find('/', kDead.size());
    if (slash == std::string::npos) return true;
    const std::string name = object.key.substr(kDead.size(), slash - kDead.size());
    if (is_dataset_name(name)) names.insert(name);
    return true;
  });
  return names;
}

bool is_known(const Repository& repository, const std::string& dataset) {
  if (repository.has_dataset(dataset)) return true;
  const WaitingWork waiting = waiting_work(repository, dataset);
  if (is_waiting(waiting) || waiting.failed) return true;
  return !dead_datasets(repository, dataset + "/").empty();
}

}  // namespace

std::vector<std::string> known_datasets(const Repository& repository) {
  std::set<std::string> names = dead_datasets(repository, "");
  for (const std::string& name : repository.datasets()) names.insert(name);
  for (const WaitingWork& work : waiting_work(repository)) names.insert(work.dataset);
  return {names.begin(), names.end()};
}

void require_known_dataset(const Repository& repository, const std::string& dataset) {
  check_dataset_name(dataset);
  if (!is_known(repository, dataset)) {
    throw unknown_dataset(dataset, known_datasets(repository));
  }
}

std::vector<std::string> datasets_with_record(const Repository& repository, std::string_view name) {
  const std::string folder = "work/";
  const std::string end = fmt::format("/{}", name);
  std::vector<std::string> datasets;
  for (const std::string& key : repository.store().list(folder)) {
    if (!key.ends_with(end) || key.size() <= folder.size() + end.size()) continue;
    datasets.push_back(key.substr(folder.size(), key.size() - folder.size() - end.size()));
  }
  return datasets;
}

}  // namespace forecart
