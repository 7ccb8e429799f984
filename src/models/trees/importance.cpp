#include "models/trees/importance.h"

#include "base/parallel.h"
#include "base/random.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;

/// Every so-manieth row, at most `most` of them, row by row for walking through trees.
struct Sheet {
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> features;
  Eigen::VectorXf target;
  Eigen::VectorXf weight;

  Sheet(const TrainingRows& rows, Index most) {
    const Index count = std::min(rows.target.size(), most);
    features.resize(count, rows.features.cols());
    target.resize(count);
    weight.resize(count);
    for (Index i = 0; i < count; ++i) {
      const Index from = i * rows.target.size() / count;
      features.row(i) = rows.features.row(from);
      target[i] = rows.target[from];
      weight[i] = rows.weight[from];
    }
  }
};

double loss(const TreeEnsemble& trees, const Sheet& sheet) {
  double sum = 0;
  for (Index i = 0; i < sheet.target.size(); ++i) {
    const double error =
        sheet.weight[i] * (sheet.target[i] - trees.predict(sheet.features.row(i).data()));
    sum += error * error;
  }
  return sum;
}

/// Shuffles one column [Knuth1997, alg. P].
void shuffle(Sheet& sheet, Index column, Generator generator) {
  for (Index i = sheet.target.size() - 1; i > 0; --i) {
    const auto other = static_cast<Index>(generator.below(static_cast<std::uint64_t>(i) + 1));
    std::swap(sheet.features(i, column), sheet.features(other, column));
  }
}

}  // namespace

Eigen::VectorXd permutation_importance(const TreeEnsemble& trees, const TrainingRows& rows,
                                       Index most_rows, std::uint64_t seed, unsigned threads) {
  const Sheet sheet(rows, most_rows);
  const double before = loss(trees, sheet);
  const Index columns = rows.features.cols();
  Eigen::VectorXd result = Eigen::VectorXd::Zero(columns);
  if (!(before > 0)) return result;
  const Generator generator(seed);
  parallel_for(static_cast<std::size_t>(columns), threads, [&](std::size_t column) {
    Sheet shuffled = sheet;
    shuffle(shuffled, static_cast<Index>(column), generator.split(column));
    result[static_cast<Index>(column)] = loss(trees, shuffled) / before - 1;
  });
  return result;
}

}  // namespace forecart::trees
