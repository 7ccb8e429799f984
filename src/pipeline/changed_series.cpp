#include "pipeline/changed_series.h"

#include <algorithm>
#include <cstdlib>

namespace forecart {

namespace {

/// Share of the series that are to be selected anew from which on all are fitted and proven.
constexpr double kTooMany = .5;
/// Share of the values by which a history must have grown or shrunk to be much changed.
constexpr double kMuchChanged = .1;

bool is_much(std::int64_t before, std::int64_t now) {
  const auto most = static_cast<double>(std::max(before, now));
  return static_cast<double>(std::abs(now - before)) > kMuchChanged * most;
}

}  // namespace

ChangedHistories changed_series(const std::string& run, const KnownHistories& known,
                                const Panel& panel, const std::vector<HistoryMark>& marks) {
  ChangedHistories changed;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::string& id = panel.ids()[i];
    const auto found = known.find(id);
    if (found == known.end() || found->second.hash.empty()) {
      changed[id] = {Retraining::select_anew, "new since run " + run};
    } else if (found->second != marks[i]) {
      const bool much = is_much(found->second.values, marks[i].values);
      changed[id] = {much ? Retraining::select_anew : Retraining::re_estimate,
                     "its history has changed since run " + run};
    }
  }
  return changed;
}

bool is_another_panel(const ChangedHistories& changed, Eigen::Index series) {
  const auto anew = std::count_if(changed.begin(), changed.end(), [](const auto& own) {
    return own.second.needs == Retraining::select_anew;
  });
  return static_cast<double>(anew) >= kTooMany * static_cast<double>(series);
}

}  // namespace forecart
