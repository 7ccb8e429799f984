#pragma once

#include "series/outliers.h"
#include "series/panel.h"

#include <Eigen/Core>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Share of each bucket from `first` on in which something could be sold, in [0, 1]; 1 elsewhere.
struct OpenShares {
  Bucket first = 0;
  Eigen::VectorXd shares;  // (buckets)

  double at(Bucket bucket) const {
    const Bucket i = bucket - first;
    return i >= 0 && i < shares.size() ? shares[i] : 1;
  }
};

/// When the series of a panel could be sold: a sale is a demand that met an open shop and a full
/// shelf. What is known ahead (opening hours) limits forecasts of sales too; what shows only
/// afterwards (out of stock, closed without notice) only says where the history knows no demand.
struct Availability {
  OpenShares ahead;  ///< of all series
  OpenShares past;
  std::map<std::string, OpenShares, std::less<>> own_ahead;  ///< of each, by unique_id
  std::map<std::string, OpenShares, std::less<>> own_past;
  std::map<std::string, std::vector<Outlier>, std::less<>>
      outliers;  ///< of each: no sign of demand

  bool empty() const {
    return ahead.shares.size() == 0 && past.shares.size() == 0 && own_ahead.empty() &&
           own_past.empty() && outliers.empty();
  }

  /// Whether forecasts of sales may fall short of demand.
  bool limits_forecasts() const { return ahead.shares.size() > 0 || !own_ahead.empty(); }

  /// Known before the bucket begins: the share that forecasts of sales are cut to.
  double known_ahead(std::string_view id, Bucket bucket) const;

  /// Known once the bucket is over.
  double in_the_end(std::string_view id, Bucket bucket) const;
};

/// Demand behind the sales: missing in buckets that were open for less than a fifth, else the sales
/// over the share that was open; missing for outliers that the values of `sales` show to be such.
Panel demand_of(const Panel& sales, const Availability& availability);

/// demand_of for a fit. A place of the week that is never open would leave a seasonal model nothing
/// to start from, so in the first week (the first usual season where steps are longer than a day)
/// of each series what is known ahead to be closed lies on straight lines between what is open.
Panel demand_to_fit(const Panel& sales, const Availability& availability);

/// Known sales of a series that say nothing of its demand.
Eigen::Index masked_values(const SeriesView& sales, const Availability& availability);

}  // namespace forecart
