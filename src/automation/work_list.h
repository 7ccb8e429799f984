#pragma once

#include "pipeline/work_queue.h"

#include "automation/bell.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// The data sets that wait for a worker, as the last looks at the store have shown.
class WorkList {
 public:
  using Time = Bell::Clock::time_point;

  /// Something waits for a data set, and may be done from `due` on.
  void put(const std::string& dataset, int priority, Time due, Time now);
  void remove(const std::string& dataset) { items_.erase(dataset); }
  /// Forgets data sets that nothing waits for any more.
  void keep_only(const std::vector<WaitingWork>& waiting);

  /// What comes next.
  struct Next {
    std::string dataset;
    Time since;  ///< when it was first put
  };
  /// Takes the one with the highest priority, of those the one that waits longest, among all that
  /// are due; nothing where none is.
  std::optional<Next> take(Time now);

  /// When the next one is due; nothing where none waits.
  std::optional<Time> next_due() const;

 private:
  struct Item {
    int priority = 0;
    Time due{};
    Time since{};
    std::uint64_t order = 0;
  };
  std::map<std::string, Item> items_;
  std::uint64_t order_ = 0;
};

}  // namespace forecart
