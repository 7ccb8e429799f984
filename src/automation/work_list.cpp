#include "automation/work_list.h"

#include <set>
#include <tuple>

namespace forecart {

void WorkList::put(const std::string& dataset, int priority, Time due, Time now) {
  const auto [item, is_new] = items_.try_emplace(dataset, Item{.since = now, .order = order_});
  if (is_new) ++order_;
  item->second.priority = priority;
  item->second.due = due;
}

void WorkList::keep_only(const std::vector<WaitingWork>& waiting) {
  std::set<std::string> names;
  for (const WaitingWork& work : waiting) names.insert(work.dataset);
  std::erase_if(items_, [&](const auto& item) { return !names.contains(item.first); });
}

std::optional<WorkList::Next> WorkList::take(Time now) {
  auto best = items_.end();
  for (auto item = items_.begin(); item != items_.end(); ++item) {
    if (item->second.due > now) continue;
    const auto rank = [](const Item& of) { return std::tuple(-of.priority, of.order); };
    if (best == items_.end() || rank(item->second) < rank(best->second)) best = item;
  }
  if (best == items_.end()) return std::nullopt;
  const Next next{best->first, best->second.since};
  items_.erase(best);
  return next;
}

std::optional<WorkList::Time> WorkList::next_due() const {
  std::optional<Time> first;
  for (const auto& [dataset, item] : items_) {
    if (!first || item.due < *first) first = item.due;
  }
  return first;
}

}  // namespace forecart
