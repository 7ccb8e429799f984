#include "models/lstm/encoding.h"

#include "models/lstm/error_paths.h"
#include "models/lstm/window_source.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart::lstm {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kHourly{Frequency::parse("h"), TimeZone()};
const Encoding kDay{.window = 24, .level_window = 24, .season = 24, .harmonics = 2};

/// 2 + sin of the hour, with a wobble, times `level`.
std::vector<double> wave(std::size_t count, double level) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto t = static_cast<double>(i);
    values.push_back(level * (2 + std::sin(t / 24 * 6.283185307179586) + 0.1 * std::sin(7 * t)));
  }
  return values;
}

TEST(Encoding, TakesThreeSeasonsOfAnHourlySeriesForItsLevel) {
  const Encoding encoding = learn_encoding(kHourly, kDay, wave(200, 5));
  EXPECT_EQ(encoding.season, 24);
  EXPECT_EQ(encoding.level_window, 72U);
  EXPECT_EQ(encoding.inputs(), 5U);
}

TEST(Encoding, RoundsTheLevelWindowOfOtherSeriesUpToWholeSeasons) {
  const auto level_window = [](const char* frequency) {
    const Calendar calendar{Frequency::parse(frequency), TimeZone()};
    Encoding frame = kDay;
    frame.season = calendar.frequency().default_season_length();
    return learn_encoding(calendar, frame, wave(200, 5)).level_window;
  };
  EXPECT_EQ(level_window("D"), 28U);
  EXPECT_EQ(level_window("MS"), 24U);
  EXPECT_EQ(level_window("W-MON"), 52U);
  EXPECT_EQ(level_window("1"), 24U);
}

TEST(Encoding, LevelIsTheMeanOverWholeSeasons) {
  Encoding encoding;
  encoding.season = 2;
  encoding.level_window = 6;
  const std::vector<double> past{100, 1, 3, 1, 3};
  EXPECT_DOUBLE_EQ(level_at(past, encoding).mean, 2);
  EXPECT_DOUBLE_EQ(level_at(std::span(past).first(1), encoding).mean, 100);
}

TEST(Encoding, ADeadStretchKeepsAFiniteScale) {
  const std::vector<double> training = wave(200, 5);
  const Encoding encoding = learn_encoding(kHourly, kDay, training);
  const std::vector<double> zeros(100, 0.0);
  EXPECT_GT(level_at(zeros, encoding).unit, 0);
}

WindowBlock<float> encoded(const std::vector<double>& values, const Encoding& encoding) {
  const NetworkShape shape{encoding.inputs(), 4, encoding.window, 1};
  const auto positions = season_positions(kHourly, 0, values.size() + 1, encoding.season);
  const WindowSource source(encoding, values, values, positions);
  WindowBlock<float> block(shape);
  const std::vector<std::size_t> origins{100, 120};
  source.fill(origins, values.size(), shape, block);
  return block;
}

TEST(WindowSource, ALevelShiftChangesNothingTheNetworkSees) {
  const std::vector<double> values = wave(200, 5);
  const Encoding encoding = learn_encoding(kHourly, kDay, values);
  const auto before = encoded(values, encoding);
  const auto after = encoded(wave(200, 50), encoding);
  for (std::size_t i = 0; i < before.features.size(); ++i) {
    ASSERT_NEAR(before.features[i], after.features[i], 1e-5);
  }
  EXPECT_NEAR(before.targets[1], after.targets[1], 1e-5);
}

TEST(WindowSource, LaysOutValueAndWavesOfTheBucketAfterIt) {
  const std::vector<double> values = wave(200, 5);
  const Encoding encoding = learn_encoding(kHourly, kDay, values);
  const auto block = encoded(values, encoding);
  const Level level = level_at(std::span(values).first(100), encoding);
  const auto feature = [&](std::size_t step, std::size_t input) {
    return block.features[(step * encoding.inputs() + input) * kPanel];
  };
  EXPECT_FLOAT_EQ(feature(3, 0), static_cast<float>((values[79] - level.mean) / level.unit));
  const double angle = 2 * 3.141592653589793 / 24 * (80 % 24);
  EXPECT_FLOAT_EQ(feature(3, 1), static_cast<float>(std::sin(angle)));
  EXPECT_FLOAT_EQ(feature(3, 4), static_cast<float>(std::cos(2 * angle)));
  EXPECT_FLOAT_EQ(block.targets[0], static_cast<float>((values[100] - level.mean) / level.unit));
}

TEST(WindowSource, MissingValuesAreNoTargets) {
  const std::vector<double> filled = wave(200, 5);
  std::vector<double> targets = filled;
  targets[100] = kMissing;
  const Encoding encoding = learn_encoding(kHourly, kDay, filled);
  const auto positions = season_positions(kHourly, 0, 201, 24);
  const WindowSource source(encoding, filled, targets, positions);
  EXPECT_EQ(source.origins(99, 103), (std::vector<std::size_t>{99, 101, 102}));
  const NetworkShape shape{encoding.inputs(), 4, 24, 2};
  WindowBlock<float> block(shape);
  source.fill(std::vector<std::size_t>{99}, 200, shape, block);
  EXPECT_EQ(block.weights[0], 1);
  EXPECT_EQ(block.weights[kPanel], 0);  // the second step of that window
  EXPECT_EQ(block.weights[1], 0);       // no second window
}

TEST(AppendFilled, TakesTheValueOneSeasonBeforeElseTheMean) {
  std::vector<double> filled;
  append_filled(std::vector<double>{2, kMissing, 5, kMissing}, 3, filled);
  EXPECT_EQ(filled, (std::vector<double>{2, 2, 5, 2}));
  append_filled(std::vector<double>{kMissing}, 1, filled);
  EXPECT_DOUBLE_EQ(filled.back(), 2.75);
}

TEST(ErrorPaths, RepeatTheLastSeasonBeyondWhatWasHeldOut) {
  ErrorPaths errors;
  errors.paths.resize(4, 1);
  errors.paths << 1, 2, 3, 4;
  errors.factors = {1, 10};
  const std::vector<int> positions{0, 1, 0, 1, 0, 1, 0};
  const Eigen::MatrixXd scaled = errors.scaled(2, positions);
  const std::vector<double> expected{2, 40, 6, 80, 6, 80, 6};
  for (Eigen::Index k = 0; k < 7; ++k) {
    EXPECT_DOUBLE_EQ(scaled(k, 0), expected[static_cast<std::size_t>(k)]);
  }
}

TEST(ErrorPaths, SurviveSavingToTheBit) {
  ErrorPaths errors;
  errors.paths = Eigen::MatrixXf::Random(5, 7);
  errors.factors = {0.1, 1.0 / 3};
  const auto bytes = nlohmann::json::to_cbor(save_error_paths(errors));
  const ErrorPaths loaded = load_error_paths(nlohmann::json::from_cbor(bytes));
  EXPECT_EQ(loaded.paths, errors.paths);
  EXPECT_EQ(loaded.factors, errors.factors);
}

}  // namespace
}  // namespace forecart::lstm
