#pragma once

#include "base/calendar.h"
#include "models/lstm/covariate_track.h"
#include "models/lstm/head.h"
#include "models/lstm/window_plan.h"
#include "models/net/block.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace forecart::lstm {

/// A place that is forecast from: the values of `track` before position `end`; value 0 lies in
/// bucket `first`.
struct Origin {
  const Track* track = nullptr;
  Bucket first = 0;
  Eigen::Index end = 0;
  const CovariateTrack* beside = nullptr;  ///< where the plan has covariates

  Bucket end_bucket() const { return first + end; }
};

/// A column of a block of `panel` windows.
struct Place {
  net::WindowBlock<float>& block;
  std::size_t panel;
  std::size_t column;

  float& feature(std::size_t i) const { return block.features[i * panel + column]; }
  float& flat(std::size_t i) const { return block.flat[i * panel + column]; }
  float& known(std::size_t i) const { return block.known[i * panel + column]; }
  std::int32_t& code(std::size_t i) const { return block.codes[i * panel + column]; }
};

/// Writes what a network reads at an origin into a column of a block. Keeps references to plan and
/// calendar.
class WindowWriter {
 public:
  WindowWriter(const WindowPlan& plan, const Calendar& calendar);

  /// Fills a column, and the site of every step ahead (horizon).
  void write(const Origin& origin, const Place& place, std::span<StepSite> sites) const;

 private:
  void write_steps(const Origin& origin, const Frame& frame, const Place& place) const;
  void write_flat(const Origin& origin, const Frame& frame, std::span<const StepSite> sites,
                  const Place& place) const;
  /// What is known ahead of each step.
  void write_known(const Origin& origin, std::size_t horizon, const Place& place) const;
  void write_year(Bucket bucket, std::span<float> numbers) const;
  float encoded(const Frame& frame, double working) const;

  const WindowPlan& plan_;
  const Calendar& calendar_;
};

}  // namespace forecart::lstm
