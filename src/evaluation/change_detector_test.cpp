#include "evaluation/change_detector.h"

#include "base/error.h"
#include "base/random.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace forecart {
namespace {

/// Values until one side counts as a change, `most` if none does.
int until_alarm(ChangeDetector detector, double shift, Generator& generator, int most) {
  for (int t = 1; t <= most; ++t) {
    detector.add(shift + generator.normal());
    if (detector.rise() >= 1 || detector.fall() >= 1) return t;
  }
  return most;
}

double mean_until_alarm(double shift, int most) {
  Generator generator(5);
  double sum = 0;
  for (int i = 0; i < 300; ++i) {
    ChangeDetector detector(0, 1);
    for (int t = 0; t < 50; ++t) detector.add(generator.normal());
    if (detector.rise() >= 1 || detector.fall() >= 1) continue;
    sum += until_alarm(detector, shift, generator, most);
  }
  return sum / 300;
}

TEST(ChangeDetector, FindsAShiftSoonAndRaisesFewFalseAlarms) {
  EXPECT_LT(mean_until_alarm(1, 200), 20);
  EXPECT_LT(mean_until_alarm(-2, 200), 6);
  EXPECT_GT(mean_until_alarm(0, 1000), 250);  // both sides, censored at 1,000
}

TEST(ChangeDetector, TellsTheSide) {
  ChangeDetector detector(0, 1);
  for (int t = 0; t < 10; ++t) detector.add(2);
  EXPECT_GE(detector.rise(), 1);
  EXPECT_EQ(detector.fall(), 0);
}

TEST(ChangeDetector, OneWildValueIsNoChange) {
  ChangeDetector detector(0, 1);
  detector.add(1e300);
  EXPECT_LT(detector.rise(), 1);
  for (int t = 0; t < 12; ++t) detector.add(t % 2 == 0 ? .3 : -.3);
  EXPECT_LT(detector.rise(), .1);
}

TEST(ChangeDetector, LearnsWhatIsUsual) {
  ChangeDetector detector(0, 1);
  Generator generator(7);
  int alarms = 0;
  for (int t = 0; t < 60; ++t) detector.add(40 + 10 * generator.normal());
  auto state = detector.save();
  state[3] = state[4] = 0.0;  // sums of the time of learning
  ChangeDetector fresh = ChangeDetector::load(state);
  for (int t = 0; t < 60; ++t) {
    fresh.add(40 + 10 * generator.normal());
    alarms += fresh.rise() >= 1 ? 1 : 0;
  }
  EXPECT_LE(alarms, 3);
}

TEST(ChangeDetector, ComesBackAsItWasSaved) {
  ChangeDetector detector(.5, 2);
  for (const double value : {1.0, 3.0, -2.0}) detector.add(value);
  ChangeDetector loaded = ChangeDetector::load(detector.save());
  detector.add(4);
  loaded.add(4);
  EXPECT_EQ(detector.save(), loaded.save());
  EXPECT_THROW(ChangeDetector::load({0.0, 0.0, 1.0, 0.0, 0.0}), Error);
  EXPECT_THROW(ChangeDetector::load({8.0, 0.0, 1.0, -1.0, 0.0}), Error);
}

}  // namespace
}  // namespace forecart
