#include "evaluation/correction_share.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr Index kSteps = 4;

/// Errors of unit noise plus `signal` times what the correction says, in units of each series.
std::vector<CorrectionTrial> trials_of(double signal, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<CorrectionTrial> trials;
  for (std::size_t series = 0; series < 5; ++series) {
    const double unit = std::pow(10.0, static_cast<double>(series));
    for (Index origin = 0; origin < 8; ++origin) {
      CorrectionTrial trial{series, origin, VectorXd(kSteps), VectorXd(kSteps)};
      for (Index k = 0; k < kSteps; ++k) {
        trial.shifts[k] = unit * generator.normal();
        trial.errors[k] = unit * generator.normal() + signal * trial.shifts[k];
      }
      trials.push_back(std::move(trial));
    }
  }
  return trials;
}

TEST(CorrectionShare, IsNearlyTheWholeOfWhatIsRight) {
  const CorrectionShare found = choose_correction_share(trials_of(1, 1));
  EXPECT_GT(found.share, 0.8);
  EXPECT_GT(found.gain, 0.2);
  EXPECT_EQ(found.trials, 40U);
}

TEST(CorrectionShare, IsAPartOfWhatSaysTooMuch) {
  EXPECT_NEAR(choose_correction_share(trials_of(0.5, 2)).share, 0.45, 0.15);
}

TEST(CorrectionShare, IsNothingOfNoise) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const CorrectionShare found = choose_correction_share(trials_of(0, seed));
    EXPECT_LT(found.share, 0.25) << seed;
    sum += found.share;
  }
  EXPECT_LT(sum / 50, 0.03);
}

TEST(CorrectionShare, DoesNotMoveAMeanToTheMedianWhereSquaresCount) {
  Generator generator(3);
  std::vector<CorrectionTrial> trials;
  for (Index origin = 0; origin < 60; ++origin) {  // sales of 10 on one day of ten, told as 1
    CorrectionTrial trial{0, origin, VectorXd(10), VectorXd::Constant(10, -1)};
    for (double& error : trial.errors) error = generator.uniform() < 0.1 ? 9 : -1;
    trials.push_back(std::move(trial));
  }
  EXPECT_GT(choose_correction_share(trials).share, 0.9) << "the median has less absolute error";
  for (CorrectionTrial& trial : trials) trial.squared = true;
  EXPECT_LT(choose_correction_share(trials).share, 0.1);
}

TEST(CorrectionShare, OfNothingKnownIsNothing) {
  EXPECT_EQ(choose_correction_share({}).share, 0);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  std::vector<CorrectionTrial> trials{
      {0, 0, VectorXd::Constant(2, unknown), VectorXd::Ones(2)},
      {1, 0, VectorXd::Zero(2), VectorXd::Ones(2)},
  };
  const CorrectionShare found = choose_correction_share(trials);
  EXPECT_EQ(found.share, 0);
  EXPECT_EQ(found.trials, 0U) << "an unknown series, and one that needs no correction";
}

}  // namespace
}  // namespace forecart
