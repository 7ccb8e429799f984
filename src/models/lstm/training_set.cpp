#include "models/lstm/training_set.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Held-out paths that tell errors well enough.
constexpr Index kHeldOutPaths = 64;
/// Longest share of a series that is held out for more than one horizon.
constexpr Index kLeastPart = 5;
/// An error counts at most as much as so many.
constexpr double kGreatestWeight = 10;

double seasonal_scale(const Track& track, Index end) {
  const Index season = track.seasons().front();
  double sum = 0;
  double count = 0;
  for (Index t = season; t < end; ++t) {
    if (std::isnan(track.value(t)) || std::isnan(track.value(t - season))) continue;
    sum += std::abs(track.value(t) - track.value(t - season));
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

OriginSampler::OriginSampler(const std::vector<Subject>& subjects, const WindowPlan& plan,
                             Index held_out) {
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Index until = subjects[i].track.size() - held_out;
    const Index from = plan.least_history();
    const Index to = until - plan.horizon + 1;  // a whole horizon lies before what is held out
    if (to > from) ranges_.push_back({i, from, to});
  }
}

std::int64_t OriginSampler::size() const {
  std::int64_t count = 0;
  for (const Range& range : ranges_) count += range.to - range.from;
  return count;
}

SubjectOrigin OriginSampler::draw(Generator& generator) const {
  const Range& range = ranges_[generator.below(ranges_.size())];
  const auto count = static_cast<double>(range.to - range.from);
  const double share = std::sqrt(generator.uniform());
  const auto ahead = static_cast<Index>(count * share);
  return {range.subject, range.from + std::min(ahead, range.to - range.from - 1)};
}

double usable_scale(const Track& track, Index end) {
  const double scale = seasonal_scale(track, end);
  if (scale > 0) return scale;
  double largest = 0;
  for (Index t = 0; t < end; ++t) {
    if (!std::isnan(track.value(t))) largest = std::max(largest, std::abs(track.value(t)));
  }
  return largest > 0 ? largest : 1;
}

std::vector<SubjectOrigin> thinned(const std::vector<SubjectOrigin>& origins, std::size_t most) {
  if (origins.size() <= most) return origins;
  std::vector<SubjectOrigin> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(origins[i * origins.size() / most]);
  return kept;
}

HeldOut held_out_of(const std::vector<Subject>& subjects, const WindowPlan& plan) {
  Index longest = 0;
  for (const Subject& subject : subjects) longest = std::max(longest, subject.track.size());
  const auto count = static_cast<Index>(subjects.size());
  const Index seasons = (kHeldOutPaths + count - 1) / count;
  const Index wanted = seasons * std::max<Index>(plan.block, plan.horizon);
  const Index span = std::min(wanted, longest / kLeastPart);
  HeldOut held_out;
  held_out.horizon = plan.horizon;
  held_out.stride = std::min(std::max<Index>(plan.block, 1), plan.horizon);
  held_out.origins = 1 + std::max<Index>(span - plan.horizon, 0) / held_out.stride;
  return held_out;
}

LossWeights::LossWeights(const WindowPlan& plan, const std::vector<Subject>& subjects,
                         const std::vector<SubjectOrigin>& origins)
    : log_(plan.space == Space::log) {
  double count = 0;
  for (const SubjectOrigin& origin : origins) {
    const Subject& subject = subjects[origin.subject];
    const Frame frame = frame_at(plan, subject.track, origin.end);
    relative_unit_ += frame.unit;
    scaled_unit_ += frame.unit * (log_ ? std::exp(frame.centre) : 1) / subject.scale;
    ++count;
  }
  relative_unit_ /= std::max(count, 1.0);
  scaled_unit_ /= std::max(count, 1.0);
}

double LossWeights::at(const Subject& subject, const Frame& frame) const {
  if (!log_) return std::min(frame.unit / (subject.scale * scaled_unit_), kGreatestWeight);
  const double relative = frame.unit / relative_unit_;
  const double scaled = frame.unit * std::exp(frame.centre) / (subject.scale * scaled_unit_);
  return std::min(0.5 * relative + 0.5 * scaled, kGreatestWeight);
}

}  // namespace forecart::lstm
