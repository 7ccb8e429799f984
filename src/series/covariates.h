#pragma once

#include "base/calendar.h"

#include <Eigen/Core>

#include <string>
#include <vector>

namespace forecart {

/// Numbers known beside the sales, one column per name and one row per bucket from `first` on:
/// for a fit over the history, for a forecast over the horizon. The same for all series of a panel.
struct Covariates {
  std::vector<std::string> names;
  Bucket first = 0;
  Eigen::MatrixXd values;  // (buckets, names)

  bool empty() const { return names.empty(); }
};

}  // namespace forecart
