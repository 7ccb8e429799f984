#include "models/trees/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart::trees {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double ratio(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : kUnknown;
}

}  // namespace

History::History(std::span<const double> values, std::optional<Bucket> born) : born_(born) {
  values_.reserve(values.size());
  sums_.reserve(values.size() + 1);
  sums_.emplace_back();
  for (const double value : values) append(value);
}

void History::append(double value) {
  Sums next = sums_.back();
  if (!std::isnan(value)) {
    ++next.known;
    next.value += value;
    next.square += value * value;
    next.magnitude += std::abs(value);
    if (value == 0) ++next.zeros;
  }
  if (!std::isnan(value) && value != 0) {
    next.last_sale = std::ssize(values_);
    if (!born_) born_ = std::ssize(values_);
  }
  values_.push_back(value);
  sums_.push_back(next);
}

double History::mean(Index end, Index width) const {
  const Sums& low = before(end, width);
  const Sums& high = until(end);
  return ratio(high.value - low.value, high.known - low.known);
}

double History::distance(Index end, Index width, double centre) const {
  const Sums& low = before(end, width);
  const Sums& high = until(end);
  const std::int64_t known = high.known - low.known;
  const double mean = ratio(high.value - low.value, known);
  const double mean_square = ratio(high.square - low.square, known);
  // E (y - c)^2 = var y + (E y - c)^2; the variance is a difference and may round below zero
  const double variance = std::max(mean_square - mean * mean, 0.0);
  return known > 0 ? std::sqrt(variance + (mean - centre) * (mean - centre)) : kUnknown;
}

double History::magnitude(Index end, Index width) const {
  const Sums& low = before(end, width);
  const Sums& high = until(end);
  return ratio(high.magnitude - low.magnitude, high.known - low.known);
}

double History::zero_share(Index end, Index width) const {
  const Sums& low = before(end, width);
  const Sums& high = until(end);
  return ratio(static_cast<double>(high.zeros - low.zeros), high.known - low.known);
}

Index History::since_sale(Index end, Index limit) const {
  const Sums& sums = until(end);
  if (sums.last_sale < 0) return limit;
  return std::min<Index>(end - 1 - sums.last_sale, limit);
}

}  // namespace forecart::trees
