#include "models/trees/features.h"

#include "base/random.h"
#include "models/trees/history.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace forecart::trees {
namespace {

using Eigen::Index;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kDaily{Frequency::parse("D"), TimeZone()};

TEST(History, WindowsAreWhatTheirValuesSay) {
  const History history(std::vector<double>{0, 4, kMissing, -2, 0});
  EXPECT_DOUBLE_EQ(history.mean(4, 3), 1);
  EXPECT_DOUBLE_EQ(history.mean(4, 100), 2.0 / 3);
  EXPECT_DOUBLE_EQ(history.magnitude(4, 3), 3);
  EXPECT_DOUBLE_EQ(history.distance(4, 3, 0), std::sqrt((16.0 + 4) / 2));
  EXPECT_DOUBLE_EQ(history.zero_share(5, 5), 0.5);
  EXPECT_TRUE(std::isnan(history.mean(3, 1)));
  EXPECT_EQ(history.born(), 1);
  EXPECT_EQ(history.since_sale(5, 10), 1);
  EXPECT_EQ(history.since_sale(1, 10), 10);
}

/// One row by the names of its columns.
std::map<std::string, float> row_of(const FeaturePlan& plan, const History& history, Index end,
                                    Index step) {
  const FeatureWriter writer(plan, kDaily);
  std::vector<float> row(static_cast<std::size_t>(writer.columns()), -1e9F);
  const Frame frame = frame_at(plan, history, end);
  writer.write_origin(history, frame, end, {}, row);
  writer.write_target(history, frame, {end, step, end + step - 1}, {}, row);
  std::vector<std::string> names = plan.origin_names();
  for (const std::string& name : plan.target_names()) names.push_back(name);
  std::map<std::string, float> result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    result[names[i]] = std::isnan(row[i]) ? -1e6F : row[i];  // so that missing equals missing
  }
  EXPECT_EQ(std::ssize(row), std::ssize(names));
  EXPECT_EQ(std::ssize(result), std::ssize(names));  // every name once
  return result;
}

TEST(Features, AreWhatTheirNamesSay) {
  // twice the weekday from Monday 1970-01-05 (bucket 4) on
  std::vector<double> values(4, 2.0);
  for (int day = 0; day < 400; ++day) values.push_back(2.0 * (day % 7 + 1));
  const History history(values);
  const FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse("D"), 7);
  const Index end = 4 + 392;  // the next is a Monday
  const double unit = frame_at(plan, history, end).scale;
  EXPECT_NEAR(unit, 8 * (1 + kLevelFloor), 8e-3);
  const auto row = row_of(plan, history, end, 10);  // Wednesday of the week after
  EXPECT_NEAR(row.at("lag_0"), 14 / unit, 1e-5);
  EXPECT_NEAR(row.at("lag_6"), 2 / unit, 1e-5);
  EXPECT_NEAR(row.at("mean_28"), 8 / unit, 1e-5);
  EXPECT_NEAR(row.at("season_7_last"), 6 / unit, 1e-5);
  EXPECT_NEAR(row.at("season_7_mean_26"), 6 / unit, 1e-5);
  EXPECT_EQ(row.at("weekday"), 3);
  EXPECT_EQ(row.at("horizon"), 10);
  EXPECT_EQ(row.at("zero_share"), 0);
  EXPECT_EQ(row.at("age"), static_cast<float>(end));
  EXPECT_NEAR(row.at("level"), 8, 1e-5);
  EXPECT_NEAR(row.at("variation"), 4 / unit, 1e-3);
}

TEST(Features, NeverDependOnWhatComesAfterTheOrigin) {
  Generator generator(3);
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) values.push_back(static_cast<double>(generator.poisson(3)));
  std::vector<double> other = values;
  for (std::size_t i = 450; i < other.size(); ++i) other[i] = 1e6;
  for (const char* frequency : {"D", "h", "W-MON", "MS", "15min", "1"}) {
    FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse(frequency), 7);
    for (const Index step : {1, 28, 400}) {
      EXPECT_EQ(row_of(plan, History(values), 450, step), row_of(plan, History(other), 450, step))
          << frequency;
    }
  }
}

TEST(Features, NeedNoMoreThanTheLookback) {
  Generator generator(4);
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(static_cast<double>(generator.poisson(3)));
  for (const char* frequency : {"D", "h", "W-MON", "MS"}) {
    const FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse(frequency), 7);
    const auto kept = static_cast<std::size_t>(plan.lookback());
    const Index dropped = std::ssize(values) - plan.lookback();
    const History whole(values);
    const History tail(std::span<const double>(values).last(kept), *whole.born() - dropped);
    const FeatureWriter writer(plan, kDaily);
    std::vector<float> rows[2];
    for (int i = 0; i < 2; ++i) {
      const History& history = i == 0 ? whole : tail;
      const Frame frame = frame_at(plan, history, history.size());
      rows[i].resize(static_cast<std::size_t>(writer.columns()));
      writer.write_origin(history, frame, history.size(), {}, rows[i]);
      writer.write_target(history, frame, {history.size(), 9, 3008}, {}, rows[i]);
    }
    EXPECT_EQ(rows[0], rows[1]) << frequency;  // counts: the sums are exact
  }
}

TEST(Features, PlansAreTheSameAfterSaving) {
  for (const char* frequency : {"D", "h", "W-MON", "MS", "QS", "30min", "1", "2D"}) {
    FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse(frequency), 5);
    plan.covariates = {{"price", "open"}, {true, false}, {"visits"}, {"shop"}};
    const FeaturePlan loaded = FeaturePlan::load(nlohmann::json::parse(plan.save().dump()));
    EXPECT_EQ(loaded.save(), plan.save());
    EXPECT_EQ(loaded.columns(), plan.columns());
    EXPECT_EQ(loaded.lookback(), plan.lookback());
  }
}

TEST(Frame, IsInUnitsOfTheSeries) {
  Generator generator(5);
  std::vector<double> values;
  std::vector<double> doubled;
  for (int i = 0; i < 200; ++i) {
    values.push_back(generator.normal());
    doubled.push_back(2 * values.back());
  }
  FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse("D"), 7);
  plan.centred = true;
  const Frame one = frame_at(plan, History(values), 200);
  const Frame two = frame_at(plan, History(doubled), 200);
  EXPECT_EQ(2 * one.scale, two.scale);
  EXPECT_EQ(2 * one.base, two.base);
  EXPECT_DOUBLE_EQ(one.value(one.normal(3.5)), 3.5);
}

TEST(Frame, OfNothingSoldIsNotUsable) {
  const FeaturePlan plan = FeaturePlan::for_frequency(Frequency::parse("D"), 7);
  EXPECT_FALSE(frame_at(plan, History(std::vector<double>(50, 0)), 50).usable());
  EXPECT_FALSE(frame_at(plan, History(std::vector<double>(50, kMissing)), 50).usable());
  EXPECT_FALSE(frame_at(plan, History(std::vector<double>{}), 0).usable());
}

}  // namespace
}  // namespace forecart::trees
