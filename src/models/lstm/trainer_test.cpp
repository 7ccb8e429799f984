#include "models/lstm/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart::lstm {
namespace {

const Calendar kHourly{Frequency::parse("h"), TimeZone()};

std::vector<double> noisy_wave(std::size_t count) {
  Generator generator(3);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = static_cast<double>(i) / 24 * 6.283185307179586;
    values.push_back(20 + 8 * std::sin(angle) + 4 * std::cos(2 * angle) + generator.normal());
  }
  return values;
}

struct Course {
  Training training;
  std::vector<double> losses;
};

/// Trains 12 units on the first 400 values and stops by the rest.
Course run(const std::vector<double>& values, const TrainingOptions& options, std::uint64_t seed) {
  const Encoding encoding =
      learn_encoding(kHourly, {.window = 24, .level_window = 24, .season = 24, .harmonics = 2},
                     std::span(values).first(400));
  const auto positions = season_positions(kHourly, 0, values.size() + 1, 24);
  const WindowSource source(encoding, values, values, positions);
  Network<float> network({encoding.inputs(), 12, 24, 1}, best_kernel());
  Generator generator(seed);
  Course result;
  result.training = train(source, 400, values.size(), options, network, generator,
                          [&](int, double loss) { result.losses.push_back(loss); });
  return result;
}

TEST(Trainer, LearnsASeasonNearlyToTheNoise) {
  const Course result = run(noisy_wave(500), {}, 1);
  // The season has variance 40, the noise 1: 2.4 % of the whole.
  EXPECT_LT(result.training.held_out_loss, 0.06);
  EXPECT_LT(result.losses.back(), result.losses.front());
}

TEST(Trainer, KeepsTheBestEpochAndStopsAfterPatience) {
  TrainingOptions options;
  options.max_epochs = 60;
  options.patience = 2;
  const Course result = run(noisy_wave(500), options, 1);
  const auto best = std::min_element(result.losses.begin(), result.losses.end());
  EXPECT_EQ(result.training.best_epoch, best - result.losses.begin() + 1);
  EXPECT_EQ(result.training.held_out_loss, *best);
  EXPECT_TRUE(result.training.stopped_early);
  EXPECT_EQ(result.training.epochs, result.training.best_epoch + options.patience);
}

TEST(Trainer, SameSeedSameBytes) {
  const auto values = noisy_wave(500);
  EXPECT_EQ(run(values, {}, 7).training.parameters, run(values, {}, 7).training.parameters);
  EXPECT_NE(run(values, {}, 7).training.parameters, run(values, {}, 8).training.parameters);
}

TEST(Trainer, NeverTrainsOnWhatIsHeldOut) {
  TrainingOptions options;
  options.max_epochs = 1;
  auto values = noisy_wave(500);
  const Course before = run(values, options, 1);
  for (std::size_t i = 400; i < values.size(); ++i) values[i] *= 3;
  const Course after = run(values, options, 1);
  EXPECT_EQ(before.training.parameters, after.training.parameters);
  EXPECT_NE(before.training.held_out_loss, after.training.held_out_loss);
}

TEST(Trainer, SaysWhenTheLossIsNoNumber) {
  auto values = noisy_wave(500);
  values[50] = 1e300;
  TrainingOptions options;
  options.learning_rate = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(run(values, options, 1).training.finite);
}

}  // namespace
}  // namespace forecart::lstm
