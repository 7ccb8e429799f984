#include "series/sales_rhythm.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace forecart {
namespace {

using Eigen::Index;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

SalesRhythm rhythm_of(const std::vector<double>& values) {
  SalesRhythm rhythm;
  rhythm.move_on({"a", 0, values});
  return rhythm;
}

void append(std::vector<double>& values, Index count, double y) {
  values.insert(values.end(), static_cast<std::size_t>(count), y);
}

/// Sells two units with this chance every step.
std::vector<double> sparse_sales(std::uint64_t seed, Index steps, double rate) {
  Generator generator(seed);
  std::vector<double> values;
  for (Index t = 0; t < steps; ++t) values.push_back(generator.uniform() < rate ? 2 : 0);
  return values;
}

TEST(SalesRhythm, CountsIntervalsSilenceAndWhatIsMissing) {
  const SalesRhythm rhythm =
      rhythm_of({0, 0, 5, 0, 0, 3, kMissing, 0, 4, 0, kMissing, kMissing, 0});
  ASSERT_EQ(rhythm.latest.size(), 2U);
  EXPECT_EQ(rhythm.latest[0].interval, 3);
  EXPECT_EQ(rhythm.latest[1].interval, 2) << "a missing value is passed over";
  EXPECT_EQ(rhythm.latest[1].amount, 4);
  EXPECT_EQ(rhythm.last, 8);
  EXPECT_EQ(rhythm.end, 13);
  EXPECT_EQ(rhythm.silent, 2);
  EXPECT_EQ(rhythm.longest, 2);
  EXPECT_DOUBLE_EQ(rhythm.rate(), 2.0 / 5);
}

/// Two intervals of 1 and 3: mean 2, variance 2 = m (m - 1), so Beta(2, 2.5) for the rate, and
/// E (1 - p)^3 = (2.5 / 4.5) (3.5 / 5.5) (4.5 / 6.5).
TEST(SalesRhythm, ChanceOfASilenceIsThatOfABetaRate) {
  const SalesRhythm rhythm = rhythm_of({1, 1, 0, 0, 1, 0, 0, 0});
  EXPECT_NEAR(rhythm.chance_of_silence(), 2.5 / 4.5 * 3.5 / 5.5 * 4.5 / 6.5, 1e-12);
  EXPECT_EQ(rhythm_of({0, 0, 0}).chance_of_silence(), 1);
  EXPECT_EQ(rhythm_of({1, 0, 0}).chance_of_silence(), 1);
}

/// Six days in a row every 60 days, and one day in ten: the same rate.
TEST(SalesRhythm, SalesInClumpsMakeASilenceLikelier) {
  std::vector<double> clumps;
  std::vector<double> steady;
  for (int t = 0; t < 246; ++t) clumps.push_back(t % 60 < 6 ? 1 : 0);
  for (int t = 0; t < 241; ++t) steady.push_back(t % 10 == 0 ? 1 : 0);
  append(clumps, 40, 0);
  append(steady, 40, 0);
  EXPECT_EQ(rhythm_of(clumps).rate(), rhythm_of(steady).rate());
  EXPECT_GT(rhythm_of(clumps).chance_of_silence(), 2 * rhythm_of(steady).chance_of_silence());
}

TEST(SalesRhythm, EndsAfterASilenceItsOwnSellingDoesNotExplain) {
  std::vector<double> values = sparse_sales(1, 200, .5);
  values.back() = 2;
  EXPECT_FALSE(rhythm_of(values).has_ended(1));
  append(values, 27, 0);
  EXPECT_FALSE(rhythm_of(values).has_ended(28)) << "shorter than the horizon";
  append(values, 1, 0);
  EXPECT_TRUE(rhythm_of(values).has_ended(28));
  append(values, 1, 1);
  EXPECT_FALSE(rhythm_of(values).has_ended(1)) << "it sells again";
}

TEST(SalesRhythm, MissingValuesAreNoSilence) {
  std::vector<double> values = sparse_sales(1, 200, .5);
  append(values, 300, kMissing);
  EXPECT_FALSE(rhythm_of(values).has_ended(1));
}

/// Sells every day in the last 60 days of the year.
TEST(SalesRhythm, AnItemOfOneSeasonOutlivesItsSecondOffSeason) {
  std::vector<double> values;
  const auto year = [&] {
    append(values, 305, 0);
    append(values, 60, 4);
  };
  year();
  append(values, 200, 0);
  EXPECT_TRUE(rhythm_of(values).has_ended(28)) << "nothing tells a first off-season from the end";
  append(values, 105, 0);
  append(values, 60, 4);
  for (int t = 0; t < 330; ++t) {
    append(values, 1, 0);
    EXPECT_FALSE(rhythm_of(values).has_ended(28)) << t;
  }
  append(values, 200, 0);
  EXPECT_TRUE(rhythm_of(values).has_ended(28)) << "a whole season was missed";
}

/// Series that never change: chances of one in a thousand at 2,000 looks that mostly see the same
/// silence, each of which must also be half as long again as any before.
TEST(SalesRhythm, SeldomBuriesTheLiving) {
  int looks = 0;
  int ended = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<double> values = sparse_sales(seed, 2000, .05);
    SalesRhythm rhythm;
    for (Bucket t = 0; t < 2000; ++t) {
      rhythm.move_on({"a", t, std::span(values).subspan(static_cast<std::size_t>(t), 1)});
      ++looks;
      ended += rhythm.has_ended(1) ? 1 : 0;
    }
  }
  EXPECT_LT(ended, looks / 2000) << ended;
}

TEST(SalesRhythm, BucketsBeforeTheEpochAreSeenAsAnyOthers) {
  std::vector<double> values(60, 5);
  append(values, 40, 0);
  const SalesRhythm after = rhythm_of(values);
  for (const Bucket first : {Bucket{-3000}, Bucket{-50}}) {
    SalesRhythm rhythm;
    rhythm.move_on({"a", first, std::span(values).first(20)});
    rhythm.move_on({"a", first, values});
    EXPECT_EQ(rhythm.silent, 40) << first;
    EXPECT_EQ(rhythm.last, first + 59) << first;
    EXPECT_EQ(rhythm.end, first + 100) << first;
    EXPECT_EQ(rhythm.latest.size(), after.latest.size()) << first;
    EXPECT_TRUE(rhythm.has_ended(28)) << first;
  }
}

TEST(SalesRhythm, NothingBeforeTheFirstValueIsKnown) {
  SalesRhythm rhythm;
  rhythm.move_on({"a", 0, {}});
  EXPECT_FALSE(rhythm.end.has_value());
  rhythm.move_on({"a", -1, std::vector<double>{1}});
  EXPECT_EQ(rhythm.last, -1);
  EXPECT_TRUE(rhythm.has_sold);
}

TEST(SalesRhythm, MovesOnAsIfItHadSeenAllAtOnce) {
  const std::vector<double> values = sparse_sales(7, 100, .3);
  SalesRhythm steps;
  for (Bucket t = 0; t < 100; t += 7) {
    const Bucket from = std::max<Bucket>(t - 3, 0);  // what is known comes again
    const Bucket to = std::min<Bucket>(t + 7, 100);
    steps.move_on({"a", from,
                   std::span(values).subspan(static_cast<std::size_t>(from),
                                             static_cast<std::size_t>(to - from))});
  }
  const SalesRhythm once = rhythm_of(values);
  EXPECT_EQ(steps.silent, once.silent);
  EXPECT_EQ(steps.longest, once.longest);
  EXPECT_EQ(steps.last, once.last);
  EXPECT_EQ(steps.chance_of_silence(), once.chance_of_silence());
}

TEST(AfterTheEnd, IsZeroWithTheChanceOfAReturn) {
  std::vector<double> values(40, 8);
  values.back() = 6;
  append(values, 30, 0);
  const PredictivePtr after = after_the_end(rhythm_of(values), 10);
  for (Index k = 0; k < 10; ++k) {
    EXPECT_EQ(after->mean(k), 0);
    EXPECT_EQ(after->quantile(k, .5), 0);
    const double chance = static_cast<double>(k + 1) / static_cast<double>(30 + k + 1);
    EXPECT_EQ(after->quantile(k, 1 - chance - 1e-9), 0);
    EXPECT_EQ(after->quantile(k, 1 - chance + 1e-9), 6);
    EXPECT_EQ(after->quantile(k, 1 - 1e-9), 8);
  }
  Generator generator(3);
  const Eigen::MatrixXd paths = after->draw(20000, generator);
  for (const Index k : {Index{0}, Index{9}}) {
    const double sold = (paths.row(k).array() > 0).cast<double>().mean();
    EXPECT_NEAR(sold, static_cast<double>(k + 1) / static_cast<double>(31 + k), .01);
  }
  const auto silent = (paths.row(8).array() == 0);
  EXPECT_EQ((paths.row(7).array() > 0 && silent).count(), 0) << "it sold every day before";
}

/// Where the return is likelier than not, the middle of what may happen is a sale.
TEST(AfterTheEnd, MeansLieWithinEveryIntervalHoweverFarAhead) {
  std::vector<double> values(40, 3);
  append(values, 16, 0);
  const PredictivePtr after = after_the_end(rhythm_of(values), 70);
  for (Index k = 0; k < 70; ++k) {
    EXPECT_EQ(after->mean(k), k < 16 ? 0 : 3) << k;
    EXPECT_LE(after->quantile(k, .45), after->mean(k)) << k;
    EXPECT_GE(after->quantile(k, .55), after->mean(k)) << k;
  }
  EXPECT_EQ(after->quantile(69, .25), 3) << "above zero, so the mean must be";
}

TEST(AfterTheEnd, KnowsAmountsBelowZero) {
  std::vector<double> values{4, -2, 4, -2, 4, -2, 4, -2, 4, -2, 4, -2, 4};
  append(values, 1, 0);
  const PredictivePtr after = after_the_end(rhythm_of(values), 1);
  EXPECT_EQ(after->quantile(0, .01), -2);
  EXPECT_EQ(after->quantile(0, .5), 0);
  EXPECT_EQ(after->quantile(0, .99), 4);
}

}  // namespace
}  // namespace forecart
