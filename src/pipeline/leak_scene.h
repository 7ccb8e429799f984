#pragma once

#include "base/random.h"
#include "pipeline/panel_run.h"

#include <memory>
#include <string>
#include <vector>

namespace forecart {

/// Generated data of which a backtest is made twice: as they are, and with everything that lies
/// after an origin changed. For tests.
struct LeakScene {
  std::string name;
  ModelOptions models;  ///< season and size of the models
  Panel panel{Calendar()};
  Covariates covariates{};
  AvailabilityPtr availability{};

  Eigen::Index horizon() const { return models.horizon; }
  /// Two origins: the first follows a fit, the second an update.
  BacktestOptions backtest() const;
  /// The last bucket that an origin knows.
  Bucket cutoff(Eigen::Index origin) const;
};

/// Hours with a day, days of counts with outliers, intermittent days, and days with prices,
/// weather, closed and sold-out days. In each one series begins after the last origin.
std::vector<LeakScene> leak_scenes();

/// The same up to `cutoff`. After it other values, some missing, some below zero; other weather and
/// other days on which things were sold out; other prices and opening hours beyond the horizon of
/// that origin; series that begin later begin elsewhere, and there are more of them, before and
/// after the others. Outliers are found anew.
LeakScene changed_after(const LeakScene& scene, Bucket cutoff, std::uint64_t seed);

}  // namespace forecart
