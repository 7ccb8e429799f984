#include "pipeline/dataset_table.h"

#include "base/error.h"
#include "ingest/dataset_config.h"
#include "pipeline/dataset_panel.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::string_view kFolder = "datasets/";
constexpr std::string_view kFile = "/dataset.toml";
constexpr auto kAgain = std::chrono::minutes(1);

/// The data set of "datasets/<dataset>/dataset.toml"; "" for any other key.
std::string dataset_of(const std::string& key) {
  if (!key.ends_with(kFile) || key.size() <= kFolder.size() + kFile.size()) return "";
  return key.substr(kFolder.size(), key.size() - kFolder.size() - kFile.size());
}

std::optional<Schedule> schedule_of(const DatasetConfig& config) {
  if (config.automation.schedule.empty()) return std::nullopt;
  return Schedule{CronSchedule::parse(config.automation.schedule),
                  TimeZone::named(config.time_zone),
                  fmt::format("{} {}", config.automation.schedule, config.time_zone)};
}

}  // namespace

void DatasetTable::refresh(const Repository& repository, const Change& change) {
  for (auto& [dataset, entry] : entries_) entry.seen = false;
  std::map<std::string, std::string> changed;
  repository.store().list_objects({std::string(kFolder), ""}, [&](const ObjectInfo& object) {
    const std::string dataset = dataset_of(object.key);
    if (!is_dataset_name(dataset)) return true;
    Entry& entry = entries_[dataset];
    entry.seen = true;
    if (entry.version != object.version) changed.emplace(dataset, object.version);
    return true;
  });
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.seen; });
  for (const auto& [dataset, version] : changed) {
    Entry entry;
    entry.version = version;
    entry.seen = true;
    const bool is_new = entries_.at(dataset).version.empty();
    try {
      const DatasetConfig config = read_config(repository, dataset);
      entry.priority = config.automation.priority;
      entry.schedule = schedule_of(config);
      if (entry.schedule) entry.next = Instant{};
      if (!is_new || !config.alerts.empty()) change(dataset, "");
    } catch (const Error& error) {
      change(dataset, error.what());
    }
    entries_[dataset] = std::move(entry);
  }
}

int DatasetTable::priority(const std::string& dataset) const {
  const auto entry = entries_.find(dataset);
  return entry == entries_.end() ? 0 : entry->second.priority;
}

std::vector<std::string> DatasetTable::fire(Repository& repository, const Note& note) {
  const auto first = next_firing();
  if (!first) return {};
  const Instant now = repository.store().now();
  std::vector<std::string> fired;
  for (auto& [dataset, entry] : entries_) {
    if (!entry.next || *entry.next > now) continue;
    try {
      entry.next = fire_if_due(repository, dataset, *entry.schedule);
      fired.push_back(dataset);
    } catch (const Error& error) {
      entry.next = now + kAgain;
      note(dataset, error.what());
    }
  }
  return fired;
}

std::optional<Instant> DatasetTable::next_firing() const {
  std::optional<Instant> first;
  for (const auto& [dataset, entry] : entries_) {
    if (entry.next && (!first || *entry.next < *first)) first = entry.next;
  }
  return first;
}

}  // namespace forecart
