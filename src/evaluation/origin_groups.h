#pragma once

#include "evaluation/backtest.h"

#include <mutex>
#include <string>
#include <vector>

namespace forecart {

/// Origins [first, end) of a backtest that follow one fit, made before the first of them.
struct OriginGroup {
  Eigen::Index first = 0;
  Eigen::Index end = 0;
};

/// All origins, cut where a model is fitted anew.
std::vector<OriginGroup> origin_groups(const BacktestOptions& options);

/// How groups share the threads.
struct GroupThreads {
  unsigned beside = 1;  ///< groups that run beside each other
  unsigned each = 0;    ///< threads of each; 0: all cores
};

/// One group after the other where the series keep all threads busy, or where a fit starts from the
/// one before; else as many at once as there are threads, which also bounds the fitted states that
/// are held.
GroupThreads group_threads(const Panel& panel, const BacktestOptions& options, std::size_t groups);

/// Tells how many origins of a model are done, whichever thread has done them.
class OriginCount {
 public:
  OriginCount(std::string model, Eigen::Index origins, Progress& progress);
  void one_more();

 private:
  std::string model_;
  Eigen::Index origins_;
  Progress& progress_;
  std::mutex mutex_;
  Eigen::Index done_ = 0;
};

}  // namespace forecart
