#include "evaluation/origin_groups.h"

#include "base/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

/// Series per thread from which a loop over the series leaves no thread idle for long.
constexpr Index kSeriesPerThread = 4;

}  // namespace

std::vector<OriginGroup> origin_groups(const BacktestOptions& options) {
  const Index length = options.refit > 0 ? options.refit : options.windows;
  std::vector<OriginGroup> groups;
  for (Index first = 0; first < options.windows; first += length) {
    groups.push_back({first, std::min(first + length, options.windows)});
  }
  return groups;
}

GroupThreads group_threads(const Panel& panel, const BacktestOptions& options, std::size_t groups) {
  const unsigned threads =
      options.fit.threads == 0 ? available_threads() : std::max(1U, options.fit.threads);
  const bool busy = panel.size() >= kSeriesPerThread * Index{threads};
  if (busy || options.warm_start || groups == 1) return {1, options.fit.threads};
  const auto beside = static_cast<unsigned>(std::min<std::size_t>(threads, groups));
  return {beside, threads / beside};
}

OriginCount::OriginCount(std::string model, Index origins, Progress& progress)
    : model_(std::move(model)), origins_(origins), progress_(progress) {}

void OriginCount::one_more() {
  const std::lock_guard lock(mutex_);  // so that the shares told never go back
  ++done_;
  progress_.report(model_, static_cast<double>(done_) / static_cast<double>(origins_),
                   fmt::format("origin {} of {}", done_, origins_));
}

}  // namespace forecart
