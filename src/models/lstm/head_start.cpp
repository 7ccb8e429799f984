#include "models/lstm/head_start.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Below this mean whole numbers are told as counts.
constexpr double kFewCounts = 30;

}  // namespace

HeadKind usual_head(Space space, const std::vector<SeriesView>& series) {
  if (space != Space::scaled) return HeadKind::quantiles;
  double sum = 0;
  double count = 0;
  for (const SeriesView& one : series) {
    for (const double y : one.values) {
      if (std::isnan(y)) continue;
      if (y != std::floor(y)) return HeadKind::quantiles;
      sum += y;
      ++count;
    }
  }
  return sum <= kFewCounts * count ? HeadKind::negative_binomial : HeadKind::quantiles;
}

std::optional<BaseErrors> base_errors(const Trial& trial) {
  BaseErrors errors;
  double squares = 0;
  double excess = 0;
  std::vector<double> said(static_cast<std::size_t>(trial.plan.horizon));
  for (const SubjectOrigin& origin : trial.origins) {
    const Track& track = trial.subjects[origin.subject].track;
    const Frame frame = frame_at(trial.plan, track, origin.end);
    if (!frame.usable()) continue;
    trial.plan.base.forecast(track, origin.end, said);
    for (std::size_t k = 0; k < said.size(); ++k) {
      const Index at = origin.end + static_cast<Index>(k);
      if (at >= track.size() || std::isnan(track.value(at))) continue;
      const double error = missed(track, frame, at, said[k]);
      errors.normal.push_back(error);
      const double m = said[k] / frame.unit;
      squares += m * m;
      excess += error * error - m / frame.unit;
    }
  }
  if (errors.normal.empty()) return std::nullopt;
  std::sort(errors.normal.begin(), errors.normal.end());
  errors.relative_variance = std::clamp(squares > 0 ? excess / squares : 1, 0.01, 10.0);
  return errors;
}

}  // namespace forecart::lstm
