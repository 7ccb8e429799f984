#include "models/profile/axis_sums.h"

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

/// Where every cell is as expected, noise is at least this share of a cell's mean.
constexpr double kLeastIndex = 1e-6;

/// Rounds that bring a series' own factors near enough to judge its noise by.
constexpr int kOwnIterations = 5;

/// Sums by place and block: of the values, and of the other axes' factors.
struct Cells {
  ArrayXXd value;   // (places, blocks)
  ArrayXXd weight;  // (places, blocks)
};

double other_factors(const Factors& factors, const PlaceTable& places, Bucket bucket,
                     std::size_t axis) {
  double product = 1;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (i != axis) product *= factors[i][places.place(bucket, i)];
  }
  return product;
}

Cells cells_of(const ScaledSeries& series, std::size_t axis, const PlaceTable& places,
               const Factors& factors) {
  const int first = places.block(series.first, axis);
  const int blocks = places.block(series.first + series.size() - 1, axis) - first + 1;
  Cells cells;
  cells.value = ArrayXXd::Zero(factors[axis].size(), blocks);
  cells.weight = cells.value;
  for (Index t = 0; t < series.size(); ++t) {
    const double z = series.z[static_cast<std::size_t>(t)];
    if (std::isnan(z)) continue;
    const Bucket bucket = series.first + t;
    const int place = places.place(bucket, axis);
    const int block = places.block(bucket, axis) - first;
    cells.value(place, block) += z;
    cells.weight(place, block) += other_factors(factors, places, bucket, axis);
  }
  return cells;
}

/// 0 where nothing is expected.
ArrayXd ratio(const ArrayXd& above, const ArrayXd& below) {
  return (below > 0).select(above / below.max(1e-300), 0.0);
}

/// What is expected of the cells with these factors, were the factors all 1, and the level of each
/// block what it must be with them: (places, blocks).
ArrayXXd expected_cells(const Cells& cells, const ArrayXd& factors) {
  const ArrayXd weights = (cells.weight.colwise() * factors).colwise().sum();
  const ArrayXd level = ratio(cells.value.colwise().sum(), weights);
  return cells.weight.rowwise() * level.transpose();
}

/// The series' own factors: maximum likelihood by iterated ratios.
ArrayXd own_factors(const Cells& cells) {
  ArrayXd factors = ArrayXd::Ones(cells.value.rows());
  const ArrayXd observed = cells.value.rowwise().sum();
  for (int i = 0; i < kOwnIterations; ++i) {
    factors = ratio(observed, expected_cells(cells, factors).rowwise().sum());
  }
  return factors;
}

/// Variance over mean of the cells around what `factors` make of them; an exponential's where too
/// few are known to tell.
double dispersion_index(const Cells& cells, const ArrayXd& factors) {
  const auto known = static_cast<double>((cells.weight > 0).count());
  const auto blocks = static_cast<double>((cells.weight.colwise().sum() > 0).count());
  const auto places = static_cast<double>((cells.weight.rowwise().sum() > 0).count());
  const double total = cells.value.sum();
  const double freedom = known - blocks - places + 1;
  const double mean = total / std::max(1.0, known);
  if (!(total > 0)) return 1;
  if (freedom < 1) return mean;
  const double squares =
      (cells.value - expected_cells(cells, factors).colwise() * factors).square().sum();
  return std::max(squares / total * known / freedom, kLeastIndex * mean);
}

}  // namespace

AxisSums axis_sums(const ScaledSeries& series, const std::vector<Axis>& axes, std::size_t axis,
                   const PlaceTable& places, const Factors& factors) {
  if (series.size() < Index{2} * axes[axis].season()) return {};
  const Cells cells = cells_of(series, axis, places, factors);
  AxisSums result;
  result.observed = cells.value.rowwise().sum();
  result.expected = expected_cells(cells, factors[axis]).rowwise().sum();
  result.index = dispersion_index(cells, own_factors(cells));
  result.cautious_index = result.index;
  if (axes[axis].kind() == Axis::Kind::month) {
    result.cautious_index = std::max(result.index, dispersion_index(cells, factors[axis]));
  }
  return result;
}

}  // namespace forecart
