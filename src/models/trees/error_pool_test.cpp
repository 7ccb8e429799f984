#include "models/trees/error_pool.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart::trees {
namespace {

using Eigen::Index;

/// Paths of two steps whose errors are i - 50 and 10 (i - 50), i = 0 .. 100.
std::vector<ErrorPath> made_paths(double zero_share) {
  std::vector<ErrorPath> paths;
  for (int i = 0; i <= 100; ++i) {
    paths.push_back({Eigen::Vector2d(i - 50, 10 * (i - 50)), zero_share});
  }
  return paths;
}

TEST(ErrorPool, QuantilesAreThoseOfTheErrorsInTheUnitOfTheSeries) {
  const ErrorPool pool(made_paths(0), 1);
  const auto predictive = pooled_predictive(Eigen::Vector3d(100, 200, 300), 2, pool.group(0));
  EXPECT_DOUBLE_EQ(predictive->quantile(0, 0.5), 100);
  EXPECT_DOUBLE_EQ(predictive->quantile(0, 0.9), 100 + 2 * 40);
  EXPECT_DOUBLE_EQ(predictive->quantile(1, 0.1), 200 - 2 * 400);
  EXPECT_DOUBLE_EQ(predictive->quantile(2, 0.1), 300 - 2 * 400);  // beyond the horizon the last
  for (double p = 0.02; p < 1; p += 0.02) {
    EXPECT_LE(predictive->quantile(1, p - 0.01), predictive->quantile(1, p));
  }
}

TEST(ErrorPool, DrawsKeepWholePaths) {
  const ErrorPool pool(made_paths(0), 1);
  const auto predictive = pooled_predictive(Eigen::Vector3d(0, 0, 0), 1, pool.group(0));
  Generator generator(1);
  const Eigen::MatrixXd draws = predictive->draw(2000, generator);
  EXPECT_EQ(draws.row(1), 10 * draws.row(0));
  EXPECT_NEAR(draws.row(0).mean(), 0, 2.5);
  EXPECT_NEAR(draws.row(0).array().square().mean(), 850, 60);          // (101^2 - 1) / 12
  EXPECT_NEAR(draws.row(2).cwiseProduct(draws.row(0)).mean(), 0, 80);  // another path
}

TEST(ErrorPool, LikeSeriesShareErrorsWhereThereAreEnough) {
  std::vector<ErrorPath> paths = made_paths(0);
  for (int i = 0; i < 60; ++i) paths.push_back({Eigen::Vector2d(7, 7), 0.9});
  paths.push_back({Eigen::Vector2d(-1000, 7), 0.3});
  const ErrorPool pool(paths, 2);
  EXPECT_EQ(pool.group(0.8)->quantile(0, 0.01), 7);
  EXPECT_EQ(pool.group(0.3)->paths.cols(), 162);  // too few of their own
  EXPECT_EQ(pool.group(0.0)->paths.cols(), 101);
}

TEST(ErrorPool, UnknownErrorsAreTakenFromThoseThatAreKnown) {
  std::vector<ErrorPath> paths = made_paths(0);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i % 2 == 0) paths[i].errors[0] = std::numeric_limits<double>::quiet_NaN();
    paths[i].errors[1] = std::numeric_limits<double>::quiet_NaN();  // a step that is always closed
  }
  const ErrorPool pool(paths, 1);
  const auto predictive = pooled_predictive(Eigen::Vector2d(0, 0), 1, pool.group(0));
  for (const Index step : {0, 1}) {
    EXPECT_NEAR(predictive->quantile(step, 0.9), 40, 2) << step;
    EXPECT_NEAR(predictive->quantile(step, 0.1), -40, 2) << step;
  }
  for (ErrorPath& path : paths) path.errors.setConstant(std::numeric_limits<double>::quiet_NaN());
  const ErrorPool silent(paths, 1);
  EXPECT_EQ(pooled_predictive(Eigen::Vector2d(7, 8), 1, silent.group(0))->quantile(1, 0.9), 8);
}

TEST(ErrorPool, IsTheSameAfterSaving) {
  const ErrorPool pool(made_paths(0.2), 2);
  const ErrorPool loaded = ErrorPool::load(nlohmann::json::parse(pool.save().dump()));
  EXPECT_EQ(loaded.save(), pool.save());
  EXPECT_EQ(loaded.group(0.2)->quantile(1, 0.3), pool.group(0.2)->quantile(1, 0.3));
  nlohmann::json damaged = pool.save();
  damaged["groups"][0]["errors"].erase(0);
  EXPECT_THROW(ErrorPool::load(damaged), Error);
}

}  // namespace
}  // namespace forecart::trees
