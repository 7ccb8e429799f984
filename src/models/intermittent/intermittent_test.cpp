#include "base/random.h"
#include "math/gamma.h"
#include "models/intermittent/aggregation.h"
#include "models/intermittent/compound_demand.h"
#include "models/intermittent/count_profile.h"
#include "models/intermittent/croston.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kDaily{Frequency::parse("D"), TimeZone()};

std::vector<double> sales(std::uint64_t seed, Index size, double probability, double size_mean) {
  Generator generator(seed);
  std::vector<double> values;
  for (Index t = 0; t < size; ++t) {
    const bool sold = generator.uniform() < probability;
    values.push_back(sold ? 1 + static_cast<double>(generator.poisson(size_mean - 1)) : 0);
  }
  values.front() = values.back() = 1;
  return values;
}

std::unique_ptr<FittedSeries> fit(const SeriesModelPtr& model, const std::vector<double>& values) {
  return model->fit({kDaily, 0, values}, {}).fitted;
}

TEST(Croston, ByHand) {
  // sizes 4, 6 and intervals 2, 3: z = 4 + .1 (6 - 4), p = 2 + .1 (3 - 2)
  const std::vector<double> y{0, 4, 0, 0, 6, 0};
  EXPECT_NEAR(fit(make_croston(CrostonVariant::classic), y)->forecast(1)->mean(0), 4.2 / 2.1,
              1e-12);
  EXPECT_NEAR(fit(make_croston(CrostonVariant::sba), y)->forecast(1)->mean(0), 0.95 * 4.2 / 2.1,
              1e-12);
}

TEST(Croston, ForgetsMissingPeriods) {
  const std::vector<double> y{0, 4, 0, kMissing, kMissing, 0, 6};
  EXPECT_NEAR(fit(make_croston(CrostonVariant::classic), y)->forecast(1)->mean(0), 4.2 / 2.1,
              1e-12);
}

TEST(Tsb, FadesOutWhereCrostonStays) {
  std::vector<double> y = sales(1, 200, 0.3, 4);
  const double before = fit(make_tsb(), y)->forecast(1)->mean(0);
  const double croston = fit(make_croston(CrostonVariant::sba), y)->forecast(1)->mean(0);
  y.insert(y.end(), 100, 0);
  EXPECT_LT(fit(make_tsb(), y)->forecast(1)->mean(0), 0.01 * before);
  EXPECT_EQ(fit(make_croston(CrostonVariant::sba), y)->forecast(1)->mean(0), croston);
}

TEST(Adida, ByHand) {
  // intervals 2, 2, 2: blocks of two, counted from the end: 1 + 0 | 3 + 0 | 5 + 0, the first 0 left
  const std::vector<double> y{0, 1, 0, 3, 0, 5, 0};
  double alpha = 0.3;  // rising sums ask for the greatest
  EXPECT_NEAR(fit(make_adida(), y)->forecast(1)->mean(0),
              (1 + alpha * 2 + alpha * (5 - (1 + alpha * 2))) / 2, 1e-6);
}

TEST(CompoundDemand, DrawsAndQuantilesAgree) {
  for (const bool whole : {true, false}) {
    DemandShape shape{.mean = 1.5, .size = 5, .size_variance = 9, .whole = whole};
    const CompoundDemand demand(shape, 2);
    Generator generator(5);
    const MatrixXd paths = demand.draw(60000, generator);
    EXPECT_NEAR(paths.row(1).mean(), 1.5, 0.03);
    EXPECT_NEAR((paths.row(0).array() == 0).cast<double>().mean(), 0.7, 0.01);
    for (const double p : {0.5, 0.75, 0.9, 0.99}) {
      const double q = demand.quantile(0, p);
      EXPECT_LT((paths.row(0).array() < q).cast<double>().mean(), p + 0.01);
      EXPECT_GT((paths.row(0).array() <= q).cast<double>().mean(), p - 0.01);
    }
  }
}

TEST(CompoundDemand, TotalsKnowThatTheRateIsUncertain) {
  const DemandShape sure{.mean = 0.3, .size = 1, .occurrence_weight = 1e9};
  const DemandShape unsure{.mean = 0.3, .size = 1, .occurrence_weight = 19};
  Generator generator(5);
  const auto variance = [&](const DemandShape& shape) {
    const auto total =
        CompoundDemand(shape, 50).draw(20000, generator).colwise().sum().array().eval();
    return (total - total.mean()).square().mean();
  };
  EXPECT_NEAR(variance(sure) / (50 * 0.21), 1, 0.06);
  EXPECT_NEAR(variance(unsure) / (50 * 0.21 + 50 * 49 * 0.21 / 20), 1, 0.06);
}

TEST(CountProfile, FindsLevelAndWeekdays) {
  Generator generator(2);
  std::vector<double> y;
  for (Index t = 0; t < 700; ++t) {
    y.push_back(static_cast<double>(generator.poisson(t % 7 < 2 ? 6.4 : 3.04)));
  }
  const auto forecast = fit(make_count_profile({.season = 7}), y)->forecast(14);
  for (Index step = 0; step < 14; ++step) {
    EXPECT_NEAR(forecast->mean(step), step % 7 < 2 ? 6.4 : 3.04, 0.8) << step;
  }
}

TEST(CountProfile, FollowsALevelThatMoves) {
  Generator generator(3);
  std::vector<double> y;
  for (Index t = 0; t < 400; ++t) {
    y.push_back(static_cast<double>(generator.poisson(t < 350 ? 2 : 20)));
  }
  EXPECT_NEAR(fit(make_count_profile({.season = 7}), y)->forecast(1)->mean(0), 20, 4);
}

/// Share of days ahead inside the central 80 and 95 % of what a model says.
struct Coverage {
  double of_80 = 0;
  double of_95 = 0;
};

template <typename Draw>
Coverage coverage(const SeriesModelPtr& model, Draw draw) {
  Coverage inside;
  for (int i = 0; i < 150; ++i) {
    const std::vector<double> y = draw(i);
    const auto forecast = fit(model, {y.begin(), y.end() - 14})->forecast(14);
    for (Index step = 0; step < 14; ++step) {
      const double value = y[y.size() - 14 + static_cast<std::size_t>(step)];
      const auto within = [&](double tail) {
        return forecast->quantile(step, tail) <= value &&
               value <= forecast->quantile(step, 1 - tail);
      };
      inside.of_80 += within(0.1) / (150.0 * 14);
      inside.of_95 += within(0.025) / (150.0 * 14);
    }
  }
  return inside;
}

TEST(CountProfile, CoversOverdispersedCounts) {
  Generator generator(9);
  const Coverage inside = coverage(make_count_profile({.season = 7}), [&](int) {
    std::vector<double> y;
    for (Index t = 0; t < 214; ++t) {
      y.push_back(static_cast<double>(generator.poisson(30 * draw_gamma(5, generator) / 5)));
    }
    return y;
  });
  EXPECT_NEAR(inside.of_80, 0.81, 0.03);
  EXPECT_NEAR(inside.of_95, 0.95, 0.02);
}

class AnyIntermittent : public testing::TestWithParam<SeriesModelPtr> {};

TEST_P(AnyIntermittent, CoversIntermittentDemand) {
  const Coverage inside = coverage(
      GetParam(), [](int i) { return sales(static_cast<std::uint64_t>(i) + 100, 214, 0.4, 6); });
  EXPECT_GT(inside.of_80, 0.77);  // zeros lie inside: the lower tail is never left out
  EXPECT_GT(inside.of_95, 0.92);
  EXPECT_LT(inside.of_95, 0.995);
}

TEST_P(AnyIntermittent, SavedStateForecastsAndMovesOnTheSame) {
  std::vector<double> values = sales(4, 120, 0.3, 3);
  values[50] = kMissing;
  const auto fitted = fit(GetParam(), values);
  const auto bytes = nlohmann::json::to_cbor(fitted->save());
  const auto loaded = GetParam()->load(nlohmann::json::from_cbor(bytes), kDaily);
  const std::vector<double> news = sales(5, 40, 0.3, 3);
  for (int round = 0; round < 2; ++round) {
    for (Index step = 0; step < 20; ++step) {
      EXPECT_EQ(loaded->forecast(20)->mean(step), fitted->forecast(20)->mean(step));
      EXPECT_EQ(loaded->forecast(20)->quantile(step, 0.9),
                fitted->forecast(20)->quantile(step, 0.9));
    }
    loaded->update(news);
    fitted->update(news);
  }
  EXPECT_FALSE(fitted->explain().empty());
}

TEST_P(AnyIntermittent, StepByStepEqualsAllAtOnce) {
  const auto once = fit(GetParam(), sales(4, 120, 0.3, 3));
  const auto stepwise = once->clone();
  const std::vector<double> news = sales(5, 40, 0.3, 3);
  once->update(news);
  for (const double& y : news) stepwise->update(std::span(&y, 1));
  for (Index step = 0; step < 10; ++step) {
    EXPECT_EQ(once->forecast(10)->mean(step), stepwise->forecast(10)->mean(step));
    EXPECT_EQ(once->forecast(10)->quantile(step, 0.95),
              stepwise->forecast(10)->quantile(step, 0.95));
  }
}

TEST_P(AnyIntermittent, PartsAddUp) {
  const auto fitted = fit(GetParam(), sales(4, 120, 0.6, 3));
  const Eigen::VectorXd mean = means_of(*fitted->forecast(20));
  EXPECT_LT((fitted->components(20).total() - mean).cwiseAbs().maxCoeff(), 1e-12);
}

TEST_P(AnyIntermittent, QuantilesAreOrderedAndMeansInside) {
  const auto forecast = fit(GetParam(), sales(6, 300, 0.2, 8))->forecast(7);
  for (Index step = 0; step < 7; ++step) {
    double before = 0;
    for (double p = 0.01; p < 1; p += 0.01) {
      const double q = forecast->quantile(step, p);
      EXPECT_GE(q, before);
      before = q;
    }
    EXPECT_LT(forecast->mean(step), before);
    EXPECT_GT(forecast->mean(step), 0);
  }
}

TEST_P(AnyIntermittent, TakesHostileSeries) {
  const std::vector<std::vector<double>> hostile{{5},
                                                 {0},
                                                 {3, 0},
                                                 std::vector<double>(50, 0),
                                                 std::vector<double>(50, 7),
                                                 {1, kMissing, kMissing, 4},
                                                 {1e9, 0, 0, 1},
                                                 {0, 0, 0, 0, 0, 1}};
  for (const auto& values : hostile) {
    const auto fitted = fit(GetParam(), values);
    ASSERT_NE(fitted, nullptr);
    fitted->update(std::vector<double>{-3, kMissing, 0.5, 1e12, 0});
    const auto forecast = fitted->forecast(60);
    for (const Index step : {Index{0}, Index{59}}) {
      EXPECT_TRUE(std::isfinite(forecast->mean(step)));
      EXPECT_TRUE(std::isfinite(forecast->quantile(step, 0.975)));
      EXPECT_GE(forecast->quantile(step, 0.025), 0);
    }
    Generator generator(1);
    EXPECT_TRUE(forecast->draw(5, generator).allFinite());
  }
}

TEST_P(AnyIntermittent, RefusesNegativeDemand) {
  const auto outcome = GetParam()->fit({kDaily, 0, std::vector<double>{1, -2, 3}}, {});
  EXPECT_EQ(outcome.fitted, nullptr);
  EXPECT_EQ(outcome.reason, "demand is never negative, but one value is -2");
}

TEST_P(AnyIntermittent, LoadRefusesDamage) {
  const auto state = fit(GetParam(), sales(4, 120, 0.3, 3))->save();
  for (const auto& [key, value] : state.items()) {
    auto damaged = state;
    damaged[key] = "no";
    EXPECT_ANY_THROW(GetParam()->load(damaged, kDaily)) << key;
    damaged.erase(key);
    EXPECT_ANY_THROW(GetParam()->load(damaged, kDaily)) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(All, AnyIntermittent,
                         testing::Values(make_croston(CrostonVariant::classic),
                                         make_croston(CrostonVariant::sba),
                                         make_croston(CrostonVariant::optimized), make_tsb(),
                                         make_adida(), make_imapa(),
                                         make_count_profile({.season = 7})),
                         [](const auto& instance) { return instance.param->name(); });

class ScalingMethod : public testing::TestWithParam<SeriesModelPtr> {};

TEST_P(ScalingMethod, ScalesWithTheData) {
  std::vector<double> values = sales(4, 120, 0.3, 3);
  for (double& y : values) y *= 1.25;  // no whole numbers on either side
  std::vector<double> scaled(values);
  for (double& y : scaled) y *= 4.5;
  const auto small = fit(GetParam(), values)->forecast(2);
  const auto large = fit(GetParam(), scaled)->forecast(2);
  EXPECT_NEAR(large->mean(1), 4.5 * small->mean(1), 1e-9);
  EXPECT_NEAR(large->quantile(1, 0.95), 4.5 * small->quantile(1, 0.95), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(All, ScalingMethod,
                         testing::Values(make_croston(CrostonVariant::classic),
                                         make_croston(CrostonVariant::sba),
                                         make_croston(CrostonVariant::optimized), make_tsb(),
                                         make_adida(), make_imapa()),
                         [](const auto& instance) { return instance.param->name(); });

}  // namespace
}  // namespace forecart
