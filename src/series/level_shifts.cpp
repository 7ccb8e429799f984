#include "series/level_shifts.h"

#include "math/median.h"
#include "series/outliers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kBeyond = 4.5;
constexpr Index kFewestWindows = 6;
/// What sums of windows may be wrong by, beside the largest value.
constexpr double kRounding = 1e-9;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Means over windows of known values in constant time.
class WindowMeans {
 public:
  explicit WindowMeans(const std::vector<double>& values)
      : sums_(std::ssize(values) + 1), counts_(std::ssize(values) + 1) {
    sums_[0] = counts_[0] = 0;
    for (std::size_t t = 0; t < values.size(); ++t) {
      const auto i = static_cast<Index>(t);
      const bool known = !std::isnan(values[t]);
      sums_[i + 1] = sums_[i] + (known ? values[t] : 0);
      counts_[i + 1] = counts_[i] + (known ? 1 : 0);
    }
  }

  /// NaN where less than half is known.
  double mean(Index from, Index to) const {
    const double count = counts_[to] - counts_[from];
    return 2 * count < static_cast<double>(to - from) ? kMissing
                                                      : (sums_[to] - sums_[from]) / count;
  }

 private:
  VectorXd sums_;
  VectorXd counts_;
};

bool is_sparse(std::span<const double> values) {
  double known = 0;
  double sold = 0;
  for (const double y : values) {
    known += std::isnan(y) ? 0 : 1;
    sold += std::isnan(y) || y == 0 ? 0 : 1;
  }
  return known > kSparseInterval * sold;
}

std::vector<double> roots_of(const SeriesView& series, std::span<const Bucket> without) {
  std::vector<double> roots;
  for (const double y : series.values) roots.push_back(signed_root(y));
  for (const Bucket bucket : without) {
    roots.at(static_cast<std::size_t>(bucket - series.first)) = kMissing;
  }
  return roots;
}

/// The scale of differences by their median; 0 where none is known.
double scale_of(const VectorXd& differences) {
  std::vector<double> sizes;
  for (const double difference : differences) {
    if (!std::isnan(difference)) sizes.push_back(std::abs(difference));
  }
  return kMedianToScale * upper_median(std::move(sizes));
}

/// 0 where none is known.
double largest_size(const std::vector<double>& values) {
  double largest = 0;
  for (const double x : values) largest = std::isnan(x) ? largest : std::max(largest, std::abs(x));
  return largest;
}

/// Place of the largest difference in [from, to).
Index largest_of(const VectorXd& differences, Index from, Index to) {
  Index largest = from;
  for (Index i = from; i < to; ++i) {
    if (std::abs(differences[i]) > std::abs(differences[largest])) largest = i;
  }
  return largest;
}

}  // namespace

std::vector<LevelShift> find_level_shifts(const SeriesView& series, Index window,
                                          std::span<const Bucket> without) {
  const Index size = std::ssize(series.values);
  if (size < kFewestWindows * window || is_sparse(series.values)) return {};
  const std::vector<double> roots = roots_of(series, without);
  const WindowMeans means(roots);
  VectorXd differences(size - 2 * window + 1);  // at step window + i
  for (Index i = 0; i < differences.size(); ++i) {
    differences[i] = means.mean(i + window, i + 2 * window) - means.mean(i, i + window);
  }
  const double limit = std::max(kBeyond * scale_of(differences), kRounding * largest_size(roots));
  if (limit == 0) return {};
  std::vector<LevelShift> shifts;
  Index i = 0;
  while (i < differences.size()) {
    if (!(std::abs(differences[i]) > limit)) {
      ++i;
      continue;
    }
    const Index at = largest_of(differences, i, std::min(i + window + 1, differences.size()));
    shifts.push_back({series.first + at + window, signed_square(means.mean(at, at + window)),
                      signed_square(means.mean(at + window, at + 2 * window))});
    i = at + window + 1;
  }
  return shifts;
}

}  // namespace forecart
