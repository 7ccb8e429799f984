#include "hierarchy/summed_panel.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;

void require_common_end(const Panel& leaves) {
  for (Index i = 0; i < leaves.size(); ++i) {
    if (leaves[i].values.empty() || leaves[i].end() == leaves.end()) continue;
    const auto last = [&](Bucket end) { return leaves.calendar().label(end - 1); };
    throw Error(
        ErrorCode::bad_data,
        fmt::format("series '{}' ends at {}, the hierarchy at {}: give it rows up to there, "
                    "0 where nothing was sold",
                    leaves[i].id, last(leaves[i].end()), last(leaves.end())));
  }
}

/// Missing values that a leaf begins with; all of them where none is known.
std::size_t unknown_before(const SeriesView& leaf) {
  const auto is_known = [](double y) { return !std::isnan(y); };
  const auto known = std::find_if(leaf.values.begin(), leaf.values.end(), is_known);
  return static_cast<std::size_t>(known - leaf.values.begin());
}

/// Adds the sum of some leaves.
void add_sum(const Panel& leaves, const Hierarchy& hierarchy, Index node, Panel& result) {
  Bucket first = leaves.end();
  for (SparseMatrix::InnerIterator leaf(hierarchy.sums, node); leaf; ++leaf) {
    first = std::min(first, leaves[leaf.col()].first);
  }
  std::vector<double> values(static_cast<std::size_t>(leaves.end() - first), 0.0);
  std::size_t begin = values.size();
  for (SparseMatrix::InnerIterator leaf(hierarchy.sums, node); leaf; ++leaf) {
    const SeriesView part = leaves[leaf.col()];
    const auto offset = static_cast<std::size_t>(part.first - first);
    const std::size_t unknown = unknown_before(part);
    for (std::size_t t = unknown; t < part.values.size(); ++t) values[offset + t] += part.values[t];
    if (unknown < part.values.size()) begin = std::min(begin, offset + unknown);
  }
  std::fill_n(values.begin(), begin, std::numeric_limits<double>::quiet_NaN());
  result.add(hierarchy.ids[static_cast<std::size_t>(node)], first, values);
}

}  // namespace

Panel with_sums(const Panel& leaves, const std::vector<std::string>& levels) {
  const Hierarchy hierarchy = make_hierarchy(leaves.ids(), levels);
  require_common_end(leaves);
  Panel result(leaves.calendar());
  for (Index node = 0; node < hierarchy.aggregates(); ++node) {
    add_sum(leaves, hierarchy, node, result);
  }
  for (Index i = 0; i < leaves.size(); ++i) {
    const SeriesView leaf = leaves[i];
    result.add(std::string(leaf.id), leaf.first, leaf.values);
  }
  return result;
}

}  // namespace forecart
