#include "models/lstm/calibration.h"

#include "base/error.h"
#include "base/random.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart::lstm {
namespace {

/// Paths of probabilities that lie as `shape` bends uniform ones.
Calibration bent(double shape) {
  Generator generator(1);
  Eigen::MatrixXf paths(4, 300);
  for (float& p : paths.reshaped()) {
    p = static_cast<float>(std::pow(generator.uniform(), shape));
  }
  return {paths, 2};
}

TEST(Calibration, WithoutPathsReadsProbabilitiesAsTheyAre) {
  EXPECT_EQ(Calibration().read(7, 0.3), 0.3);
  EXPECT_EQ(Calibration(Eigen::MatrixXf(5, 0), 2).read(7, 0.3), 0.3);
}

TEST(Calibration, OfARightHeadChangesLittle) {
  const Calibration calibration = bent(1);
  for (const double p : {0.025, 0.1, 0.5, 0.9, 0.975}) {
    EXPECT_NEAR(calibration.read(0, p), p, 0.03);
  }
}

TEST(Calibration, ReadsThroughWhatTheHeadGetsWrong) {
  const Calibration calibration = bent(2);  // P(U^2 <= x) = sqrt(x), so sqrt(read(p)) = p
  for (const double p : {0.2, 0.5, 0.8}) {
    EXPECT_NEAR(std::sqrt(calibration.read(3, p)), p, 0.04);
    EXPECT_EQ(calibration.read(3, p), calibration.read(50, p));  // beyond the last stretch
  }
}

TEST(Calibration, DrawsWholePaths) {
  Eigen::MatrixXf paths(3, 400);
  for (Eigen::Index i = 0; i < 400; ++i) {
    if (i % 2 == 0) {
      paths.col(i) << 0.1F, 0.2F, 0.3F;
    } else {
      paths.col(i) << 0.9F, 0.8F, 0.7F;
    }
  }
  const Calibration calibration(paths, 1);
  Generator generator(1);
  int whole = 0;
  for (int i = 0; i < 400; ++i) {
    const Eigen::VectorXd path = calibration.draw(7, generator);
    ASSERT_EQ(path.size(), 7);
    const bool first = path[0] < 0.5;
    if (std::abs(path[1] - (first ? 0.2 : 0.8)) + std::abs(path[2] - (first ? 0.3 : 0.7)) < 1e-6) {
      ++whole;
    }
  }
  EXPECT_GE(whole, 370);  // of ten in 410 each step is drawn for itself
  EXPECT_LT(whole, 400);
}

TEST(Calibration, IsTheSameAfterSaving) {
  const Calibration calibration = bent(2);
  const Calibration loaded = Calibration::load(calibration.save());
  EXPECT_EQ(loaded.read(1, 0.4), calibration.read(1, 0.4));
  EXPECT_EQ(Calibration::load(Calibration().save()).size(), 0);
}

TEST(Calibration, RefusesDamagedStates) {
  nlohmann::json state = bent(1).save();
  state["horizon"] = 7;
  EXPECT_THROW(Calibration::load(state), Error);
  state["horizon"] = -1;
  EXPECT_THROW(Calibration::load(state), Error);
}

}  // namespace
}  // namespace forecart::lstm
