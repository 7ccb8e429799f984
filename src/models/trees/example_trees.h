#pragma once

#include "models/trees/gradient_boosted_trees.h"

#include <array>
#include <functional>

/// What the tests of trees share; defined in example_trees_test.cpp, so in no library.
namespace forecart::trees::example {

inline constexpr std::array kStrategies{Strategy::direct, Strategy::recursive, Strategy::both};
inline const Calendar kDaily{Frequency::parse("D"), TimeZone()};

/// Counts of `count` items over `days`, busier at the end of the week, in units of `unit`.
Panel made_panel(int count, int days, double unit = 1);

/// Small trees for a season of 7 and a horizon of 14 steps, with options as changed.
ModelPtr model(const std::function<void(TreesOptions&)>& change = {});

/// (horizon, series)
Eigen::MatrixXd means(const Fitted& fitted, Eigen::Index horizon, const Covariates& future = {});

}  // namespace forecart::trees::example
