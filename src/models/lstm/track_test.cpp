#include "models/lstm/track.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace forecart::lstm {
namespace {

using Eigen::Index;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> noise(std::size_t count) {
  Generator generator(1);
  std::vector<double> values(count);
  for (double& value : values) value = 100 + generator.normal();
  return values;
}

TEST(Track, WindowsAreThoseOfTheirValues) {
  const std::vector<double> y = noise(60);
  Track track({Space::centred, 0}, {7});
  track.append(y);
  for (const Index end : {1, 5, 40, 60}) {
    for (const Index width : {1, 7, 100}) {
      const Index first = std::max<Index>(end - width, 0);
      double sum = 0;
      double square = 0;
      double steps = 0;
      for (Index t = first; t < end; ++t) {
        const double value = y[static_cast<std::size_t>(t)];
        sum += value;
        square += value * value;
        if (t > first) steps += std::abs(value - y[static_cast<std::size_t>(t - 1)]);
      }
      const auto count = static_cast<double>(end - first);
      EXPECT_NEAR(track.mean(end, width), sum / count, 1e-9);
      EXPECT_NEAR(track.deviation(end, width),
                  std::sqrt(std::max(square / count - sum * sum / count / count, 0.0)), 1e-5);
      EXPECT_NEAR(track.step_size(end, width), steps / std::max(count - 1, 1.0), 1e-9);
    }
  }
}

TEST(Track, APhaseIsTheMeanOverPastSeasons) {
  const std::vector<double> y = noise(40);
  Track track({Space::centred, 0}, {7});
  track.append(y);
  // target 41 of end 40 has the phase of 34, 27, 20, ...
  const PhaseMean phase = track.phase(0, 41, 40, 3);
  EXPECT_EQ(phase.count, 3);
  EXPECT_NEAR(phase.value, (y[34] + y[27] + y[20]) / 3, 1e-9);
  EXPECT_NEAR(phase.level, (track.mean(35, 7) + track.mean(28, 7) + track.mean(21, 7)) / 3, 1e-9);
  EXPECT_EQ(track.phase(0, 41, 40, 100).count, 5);  // 34, 27, 20, 13, 6
  EXPECT_EQ(track.phase(0, 3, 2, 100).count, 0);
}

TEST(Track, LaterValuesChangeNothingBefore) {
  const std::vector<double> y = noise(50);
  Track whole({Space::log, 1}, {7, 14});
  whole.append(y);
  Track part({Space::log, 1}, {7, 14});
  part.append(std::span(y).first(30));
  // but for rounding: sums are of distances from a usual value
  EXPECT_NEAR(whole.mean(30, 9), part.mean(30, 9), 1e-12);
  EXPECT_NEAR(whole.deviation(30, 9), part.deviation(30, 9), 1e-12);
  EXPECT_NEAR(whole.phase(1, 33, 30, 9).value, part.phase(1, 33, 30, 9).value, 1e-12);
}

TEST(Track, MissingValuesAreReadAsTheSeasonBefore) {
  Track track({Space::centred, 0}, {2});
  track.append(std::vector<double>{kMissing, 5, 6, kMissing, kMissing, kMissing});
  EXPECT_TRUE(std::isnan(track.value(0)));
  EXPECT_EQ(track.working(0), 5);  // before the first known value: as it
  EXPECT_EQ(track.working(3), 5);
  EXPECT_EQ(track.working(4), 6);
  EXPECT_EQ(track.working(5), 5);
  EXPECT_EQ(track.working(-3), 5);
}

TEST(Track, LogarithmsHaveAFloor) {
  const std::vector<double> y{4, 0, 2};
  const Measure measure = measure_of(Space::log, y);
  EXPECT_EQ(measure.floor, 1);
  Track track(measure, {1});
  track.append(y);
  EXPECT_EQ(track.working(1), 0);
  EXPECT_NEAR(measure.value(track.working(0)), 4, 1e-12);
}

}  // namespace
}  // namespace forecart::lstm
