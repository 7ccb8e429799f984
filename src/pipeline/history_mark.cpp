#include "pipeline/history_mark.h"

#include "base/hash.h"

#include <algorithm>

namespace forecart {

namespace {

HistoryMark history_mark(const SeriesView& series, Bucket end, const Covariates& covariates) {
  const Bucket length = std::clamp<Bucket>(end - series.first, 0, std::ssize(series.values));
  const auto values = series.values.first(static_cast<std::size_t>(length));
  std::string bytes(reinterpret_cast<const char*>(&series.first), sizeof series.first);
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  const auto add = [&bytes](const auto& cells) {
    bytes.append(reinterpret_cast<const char*>(cells.data()),
                 static_cast<std::size_t>(cells.size()) * sizeof(double));
  };
  add(covariates.of(series.id, covariates.all_names(), series.first, series.first + length).values);
  add(covariates.statics.of(series.id));
  const auto known = std::count_if(values.begin(), values.end(), [](double y) { return y == y; });
  return {sha256(bytes).substr(0, 16), known};
}

}  // namespace

std::vector<HistoryMark> history_marks(const Panel& panel, Bucket end, const Availability* when,
                                       const Covariates& covariates) {
  const Panel demand = when != nullptr ? demand_of(panel, *when) : panel;
  std::vector<HistoryMark> marks;
  for (Eigen::Index i = 0; i < demand.size(); ++i) {
    marks.push_back(history_mark(demand[i], end, covariates));
  }
  return marks;
}

}  // namespace forecart
