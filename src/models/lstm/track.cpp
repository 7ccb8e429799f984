#include "models/lstm/track.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

std::size_t place(Index at) {
  return static_cast<std::size_t>(at);
}

}  // namespace

Track::Track(const Measure& measure, std::vector<int> seasons)
    : measure_(measure), seasons_(std::move(seasons)), phases_(seasons_.size()) {}

double Track::filled(double y) const {
  if (!std::isnan(y)) return measure_.working(y);
  const Index before = size() - seasons_.front();
  return before >= 0 ? working(before) : working_.back();
}

double Track::usual(std::span<const double> values) const {
  std::vector<double> known;
  for (const double y : values) {
    if (!std::isnan(y)) known.push_back(measure_.working(y));
  }
  const auto middle = known.begin() + std::ssize(known) / 2;
  std::nth_element(known.begin(), middle, known.end());
  return *middle;
}

void Track::append(std::span<const double> values) {
  if (values_.empty()) {
    const auto known =
        std::find_if(values.begin(), values.end(), [](double y) { return !std::isnan(y); });
    if (known == values.end()) return;
    origin_ = usual(values);
    for (auto at = values.begin(); at != known; ++at) {
      add(measure_.working(*known));
      values_.push_back(*at);
    }
    values = values.subspan(static_cast<std::size_t>(known - values.begin()));
  }
  for (const double y : values) {
    add(filled(y));
    values_.push_back(y);
  }
}

void Track::add(double working) {
  const double distance = working - origin_;
  steps_.push_back(steps_.back() + (working_.empty() ? 0 : std::abs(working - working_.back())));
  working_.push_back(working);
  sum_.push_back(sum_.back() + distance);
  square_.push_back(square_.back() + distance * distance);
  const auto end = static_cast<Index>(working_.size());
  for (std::size_t i = 0; i < seasons_.size(); ++i) {
    PhaseSums& phase = phases_[i];
    const Index before = end - 1 - seasons_[i];
    phase.value.push_back(working + (before < 0 ? 0 : phase.value[place(before)]));
    phase.level.push_back(mean(end, seasons_[i]) + (before < 0 ? 0 : phase.level[place(before)]));
  }
}

double Track::mean(Index end, Index width) const {
  const Index first = std::max<Index>(end - width, 0);
  return origin_ + (sum_[place(end)] - sum_[place(first)]) / static_cast<double>(end - first);
}

double Track::deviation(Index end, Index width) const {
  const Index first = std::max<Index>(end - width, 0);
  const auto count = static_cast<double>(end - first);
  const double centre = (sum_[place(end)] - sum_[place(first)]) / count;
  const double square = (square_[place(end)] - square_[place(first)]) / count;
  return std::sqrt(std::max(square - centre * centre, 0.0));
}

double Track::step_size(Index end, Index width) const {
  const Index first = std::max<Index>(end - width, 0);
  const auto count = static_cast<double>(std::max<Index>(end - first - 1, 1));
  return (steps_[place(end)] - steps_[place(first + 1)]) / count;
}

PhaseMean Track::phase(std::size_t season, Index target, Index end, Index count) const {
  const Index length = seasons_[season];
  const Index last = target - length * ((target - end) / length + 1);
  if (last < 0) return {};
  const Index available = std::min(count, last / length + 1);
  const Index before = last - length * available;
  const PhaseSums& sums = phases_[season];
  const auto n = static_cast<double>(available);
  const auto over = [&](const std::vector<double>& sum) {
    return (sum[place(last)] - (before < 0 ? 0 : sum[place(before)])) / n;
  };
  return {over(sums.value), over(sums.level), available};
}

}  // namespace forecart::lstm
