#pragma once

#include "pipeline/schedule.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace forecart {

/// What [automation] of every dataset.toml says, read again only where it has changed.
class DatasetTable {
 public:
  using Note = std::function<void(const std::string& dataset, const std::string& message)>;

  /// Hears of a dataset.toml that is new or has changed: what is wrong with it, or "".
  using Change = std::function<void(const std::string& dataset, const std::string& wrong)>;

  /// One listing of datasets/. A dataset.toml that cannot be read counts as empty. `change` hears
  /// of those that are wrong, and of those with rules of alerts, now or perhaps before.
  void refresh(const Repository& repository, const Change& change);

  int priority(const std::string& dataset) const;

  /// Fires the schedules that are due; their data sets. One that fails is tried again later.
  std::vector<std::string> fire(Repository& repository, const Note& note);
  /// When the next schedule is due; nothing where there is none.
  std::optional<Instant> next_firing() const;

 private:
  struct Entry {
    std::string version;
    bool seen = false;
    int priority = 0;
    std::optional<Schedule> schedule{};
    std::optional<Instant> next{};  ///< firing; the begin of time until the store was asked
  };

  std::map<std::string, Entry> entries_;
};

}  // namespace forecart
