#include "models/interval_stretch.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

std::vector<double> errors_of(double spread, int count) {
  Generator generator(6);
  std::vector<double> errors;
  for (int i = 0; i < count; ++i) errors.push_back(spread * std::abs(generator.normal()));
  return errors;
}

TEST(IntervalStretch, IsTheSpreadOfManyErrors) {
  EXPECT_NEAR(interval_stretch(errors_of(2, 4000), 1000), 2, .06);
  EXPECT_NEAR(interval_stretch(errors_of(.7, 4000), 1000), .7, .02);
}

TEST(IntervalStretch, IsTheUsualWhileLittleIsSeen) {
  EXPECT_EQ(interval_stretch({}, 0), 1.4);
  EXPECT_EQ(interval_stretch(errors_of(9, 7), 1), 1.4);
  const double few = interval_stretch(errors_of(3, 400), 2);
  EXPECT_NEAR(few, std::sqrt(3 * 1.4), .15);
}

TEST(IntervalStretch, OfNoErrorsAtAllIsStillANumber) {
  const double stretch = interval_stretch(std::vector<double>(100, 0.0), 8);
  EXPECT_TRUE(std::isfinite(stretch));
  EXPECT_GT(stretch, 0);
}

}  // namespace
}  // namespace forecart
