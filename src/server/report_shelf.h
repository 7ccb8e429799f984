#pragma once

#include "server/report.h"

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace forecart {

struct ReportShelfLimits {
  std::size_t most = 16;                           ///< reports
  std::size_t most_bytes = std::size_t{64} << 20;  ///< of all of them
  std::size_t most_at_once = 2;                    ///< that are made; others wait
};

/// The reports that a server made last. Of many that ask for the same one at once one makes it, and
/// the others wait; each makes its own where it is too large to be kept or has changed meanwhile.
/// Safe for several threads.
class ReportShelf {
 public:
  /// The table outlives this, and what the services name.
  ReportShelf(const RouteTable& table, RouteServices services, ReportShelfLimits limits = {});

  /// Tells what a report would hold apart from any other content: run, series, sales, settings,
  /// overrides, and what stands in it of the data set's state (report_state.h). Takes a few looks
  /// at the store. Throws as make_report.
  std::string tag(const ReportRequest& request) const;

  struct Found {
    std::string tag;  ///< "" where what it holds changed while it was made; then it is not kept
    std::shared_ptr<const Report> report;
  };
  /// Throws as make_report.
  Found find(const ReportRequest& request);

 private:
  struct Kept {
    std::string tag;
    std::shared_ptr<const Report> report;
  };

  std::shared_ptr<const Report> recall(const std::string& tag);
  Found make(const ReportRequest& request, const std::string& tag);
  void put(Kept kept);

  const RouteTable& table_;
  const RouteServices services_;
  const ReportShelfLimits limits_;
  std::mutex mutex_;  ///< of all below, not held while a report is made
  std::condition_variable done_;
  std::set<std::string> making_;
  std::list<Kept> kept_;  ///< the last used first
};

}  // namespace forecart
