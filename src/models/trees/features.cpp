#include "models/trees/features.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart::trees {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Greatest number that is handed to the trees: finite in single precision, with room.
constexpr double kGreatest = 1e30;

/// Writes numbers one after the other.
class Pen {
 public:
  explicit Pen(std::span<float> row) : next_(row.data()) {}
  void put(double value) {
    *next_++ =
        static_cast<float>(std::isnan(value) ? value : std::clamp(value, -kGreatest, kGreatest));
  }

 private:
  float* next_;
};

double change(double value, double mean) {
  return mean != 0 ? value / mean - 1 : kUnknown;
}

/// Mean of the values a season apart that share the target's phase, newest first.
class PhaseMeans {
 public:
  PhaseMeans(const History& history, const SeasonPlan& season, const RowSite& site)
      : history_(history), length_(season.length) {
    const Index seasons_ahead = (site.step + length_ - 1) / length_;
    at_ = site.end + site.step - 1 - seasons_ahead * length_;
  }

  /// The mean over the first `count` of them; counts ascend from call to call.
  double mean(int count) {
    for (; taken_ < count && at_ >= 0; ++taken_, at_ -= length_) {
      if (std::isnan(history_[at_])) continue;
      sum_ += history_[at_];
      ++known_;
    }
    return known_ > 0 ? sum_ / known_ : kUnknown;
  }

 private:
  const History& history_;
  Index length_;
  Index at_;
  int taken_ = 0;
  int known_ = 0;
  double sum_ = 0;
};

/// Mean about the same time in the last year that lies wholly before the origin.
double year_ago(const FeaturePlan& plan, const History& history, const RowSite& site) {
  const Index years = (site.step + plan.year_half + plan.year - 1) / plan.year;
  const Index end = site.end + site.step - years * plan.year + plan.year_half;
  if (end <= 0) return kUnknown;
  return history.mean(end, 2 * plan.year_half + 1);
}

}  // namespace

Frame frame_at(const FeaturePlan& plan, const History& history, Index end) {
  Frame frame;
  double sum = 0;
  int known = 0;
  for (const int window : plan.level_windows) {
    const double mean = history.mean(end, window);
    if (std::isnan(mean)) continue;
    sum += mean;
    ++known;
  }
  const double long_mean = history.magnitude(end, plan.lookback());
  if (std::isnan(long_mean)) return frame;
  frame.level = known > 0 ? sum / known : history.mean(end, plan.lookback());
  if (plan.centred) {
    frame.base = frame.level;
    const double spread = history.distance(end, plan.spread_window, frame.level);
    frame.scale = (std::isnan(spread) ? 0 : spread) + kLevelFloor * long_mean;
  } else {
    frame.scale = frame.level + kLevelFloor * long_mean;
  }
  if (!std::isfinite(frame.scale) || !std::isfinite(frame.base)) frame.scale = 0;
  return frame;
}

FeatureWriter::FeatureWriter(const FeaturePlan& plan, const Calendar& calendar)
    : plan_(plan),
      calendar_(calendar),
      origin_columns_(std::ssize(plan.origin_names())),
      columns_(plan.columns()) {}

void FeatureWriter::write_origin(const History& history, const Frame& frame, Index end,
                                 const CovariateView& beside, std::span<float> row) const {
  Pen pen(row);
  for (const int lag : plan_.lags) {
    pen.put(end > lag ? frame.normal(history[end - 1 - lag]) : kUnknown);
  }
  for (const int window : plan_.windows) pen.put(frame.normal(history.mean(end, window)));
  const int spread = plan_.spread_window;
  const Index limit = plan_.lookback();
  pen.put(frame.level);
  pen.put(history.zero_share(end, std::max(spread / 4, 1)));
  pen.put(history.zero_share(end, spread));
  pen.put(history.distance(end, spread, history.mean(end, spread)) / frame.scale);
  pen.put(history.born() ? static_cast<double>(end - *history.born()) : kUnknown);
  pen.put(static_cast<double>(history.since_sale(end, limit)));
  for (std::size_t i = 0; i < plan_.covariates.past.size(); ++i) {
    pen.put(beside.past[i]);
    pen.put(change(beside.past[i], beside.past_mean[i]));
  }
}

void FeatureWriter::write_target(const History& history, const Frame& frame, const RowSite& site,
                                 const CovariateView& beside, std::span<float> row) const {
  Pen pen(row.subspan(static_cast<std::size_t>(origin_columns_)));
  pen.put(static_cast<double>(site.step));
  for (const SeasonPlan& season : plan_.seasons) {
    PhaseMeans phase(history, season, site);
    pen.put(frame.normal(phase.mean(1)));
    for (const int count : season.means) pen.put(frame.normal(phase.mean(count)));
  }
  if (plan_.year > 0) pen.put(frame.normal(year_ago(plan_, history, site)));
  for (const CalendarField field : plan_.fields) {
    pen.put(calendar_number(field, calendar_, site.target));
  }
  for (std::size_t i = 0; i < plan_.covariates.future.size(); ++i) {
    pen.put(beside.future[i]);
    if (plan_.covariates.relative[i]) pen.put(change(beside.future[i], beside.future_mean[i]));
  }
  for (const double value : beside.fixed) pen.put(value);
}

}  // namespace forecart::trees
