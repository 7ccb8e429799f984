#include "evaluation/backtest.h"

#include "base/error.h"
#include "evaluation/ensemble.h"
#include "evaluation/shared_fit.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>

namespace forecart {
namespace {

ModelPtr naive() {
  return per_series(make_naive(), make_window_average(1));
}
ModelPtr average_model() {
  return per_series(make_historic_average(), make_window_average(1));
}

Panel counting(std::size_t size) {
  std::vector<double> values(size);
  for (std::size_t t = 0; t < size; ++t) values[t] = static_cast<double>(t);
  Panel panel{Calendar()};
  panel.add("a", 0, values);
  return panel;
}

BacktestOptions options(Eigen::Index horizon, Eigen::Index windows, Eigen::Index step) {
  BacktestOptions result;
  result.horizon = horizon;
  result.windows = windows;
  result.step = step;
  return result;
}

TEST(Backtest, RollsTheOriginToTheEnd) {
  const ModelBacktest result = backtest(*naive(), counting(20), options(2, 3, 4));
  ASSERT_EQ(result.rows.size(), 6U);
  // Origins at 9, 13, 17: the last window ends with the last value.
  EXPECT_EQ(result.rows.front().cutoff, 9);
  EXPECT_EQ(result.rows.front().bucket, 10);
  EXPECT_EQ(result.rows.back().bucket, 19);
  EXPECT_DOUBLE_EQ(result.rows.back().point.mean, 17);
  EXPECT_DOUBLE_EQ(result.mean.mae, 1.5);
  EXPECT_DOUBLE_EQ(result.mean.bias, -1.5);
  EXPECT_DOUBLE_EQ(result.mean.mase, 1.5);
}

TEST(Backtest, RefitsAsOftenAsAsked) {
  auto often = options(1, 4, 1);
  often.refit = 2;
  const ModelBacktest result = backtest(*average_model(), counting(10), often);
  EXPECT_EQ(result.ledger.front().rows_used, 8) << "last fitted at the third origin";
  EXPECT_EQ(backtest(*average_model(), counting(10), options(1, 4, 1)).ledger.front().rows_used, 6);
}

TEST(Backtest, SkipsTheGap) {
  auto apart = options(2, 3, 4);
  apart.gap = 3;
  const ModelBacktest result = backtest(*naive(), counting(20), apart);
  ASSERT_EQ(result.rows.size(), 6U);
  // Origins at 6, 10, 14: the last window ends with the last value.
  EXPECT_EQ(result.rows.front().cutoff, 6);
  EXPECT_EQ(result.rows.front().bucket, 10);
  EXPECT_EQ(result.rows.back().bucket, 19);
  EXPECT_DOUBLE_EQ(result.rows.back().point.mean, 14) << "nothing of the gap is known";
  EXPECT_DOUBLE_EQ(result.mean.mae, 4.5);
}

TEST(Backtest, WhatLiesInTheGapChangesNothing) {
  auto apart = options(2, 1, 2);
  apart.gap = 3;
  Panel changed{Calendar()};
  std::vector<double> values(20);
  for (std::size_t t = 0; t < 20; ++t) values[t] = t >= 15 && t < 18 ? 999 : static_cast<double>(t);
  changed.add("a", 0, values);
  EXPECT_EQ(backtest(*naive(), changed, apart).mean.mae,
            backtest(*naive(), counting(20), apart).mean.mae);
}

TEST(Backtest, CountsSeriesWithoutAScale) {
  Panel panel = counting(20);
  panel.add("flat", 0, std::vector<double>(20, 3.0));
  const ModelBacktest result = backtest(*naive(), panel, options(2, 3, 4));
  EXPECT_EQ(result.unscaled, 1);
  EXPECT_DOUBLE_EQ(result.mean.mase, 1.5) << "of the other series alone";
  EXPECT_DOUBLE_EQ(result.mean.mae, 0.75);
}

TEST(Backtest, WeighsSeriesByWhatTheySoldLately) {
  Panel panel = counting(60);
  std::vector<double> tenfold;
  for (std::size_t t = 0; t < 60; ++t) tenfold.push_back(10 * static_cast<double>(t % 2));
  panel.add("b", 0, tenfold);
  const ModelBacktest result = backtest(*naive(), panel, options(2, 2, 2));
  const double a = (28 + 55) / 2.0 * 28;  // the last 28 training values are 28, ..., 55
  const double b = 10 * 14;
  EXPECT_DOUBLE_EQ(result.mean.wrmsse,
                   (a * result.series[0].rmsse + b * result.series[1].rmsse) / (a + b));
}

/// Everything but times.
void expect_same(const ModelBacktest& a, const ModelBacktest& b) {
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_EQ(a.rows[i].cutoff, b.rows[i].cutoff);
    EXPECT_EQ(a.rows[i].bucket, b.rows[i].bucket);
    EXPECT_EQ(a.rows[i].point.mean, b.rows[i].point.mean);
    EXPECT_EQ(a.rows[i].point.low, b.rows[i].point.low);
  }
  EXPECT_EQ(a.ledger.front().rows_used, b.ledger.front().rows_used);
  EXPECT_EQ(a.fitted->save(), b.fitted->save());
}

TEST(Backtest, RunsGroupsOfOriginsBesideEachOtherToTheSameResults) {
  auto how = options(2, 12, 1);
  how.refit = 2;
  how.fit.threads = 1;
  const ModelBacktest alone = backtest(*average_model(), counting(40), how);
  EXPECT_EQ(alone.ledger.front().rows_used, 37) << "fitted at the last origin but one";
  for (const unsigned threads : {2U, 3U, 8U}) {
    how.fit.threads = threads;
    expect_same(alone, backtest(*average_model(), counting(40), how));
  }
}

/// Each fit waits for another to begin, but not for ever.
class Meeting final : public Model {
 public:
  std::string name() const override { return "Meeting"; }
  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& fit_options) const override {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    met = changed_.wait_for(lock, std::chrono::seconds(10), [this] { return begun_ >= 2; });
    return naive()->fit(panel, covariates, fit_options);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return naive()->load(state);
  }
  mutable bool met = false;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable int begun_ = 0;
};

TEST(Backtest, FitsOfOneSeriesRunAtTheSameTime) {
  auto how = options(1, 2, 1);
  how.refit = 1;
  how.fit.threads = 2;
  const Meeting meeting;
  backtest(meeting, counting(20), how);
  EXPECT_TRUE(meeting.met);
}

/// Keeps the shares it is told.
class Listening final : public Progress {
 public:
  void report(const std::string& /*work*/, double share, const std::string& /*note*/) override {
    shares.push_back(share);  // one call at a time
  }
  std::vector<double> shares;
};

TEST(Backtest, TellsProgressInOrderFromAnyThread) {
  auto how = options(1, 12, 1);
  how.refit = 1;
  how.fit.threads = 4;
  Listening listening;
  how.fit.progress = &listening;
  backtest(*naive(), counting(40), how);
  ASSERT_EQ(listening.shares.size(), 12U);
  EXPECT_TRUE(std::is_sorted(listening.shares.begin(), listening.shares.end()));
  EXPECT_EQ(listening.shares.back(), 1);
}

TEST(Backtest, SaysWhatHistoryItNeeds) {
  try {
    backtest(*naive(), counting(10), options(5, 2, 5));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
  }
  for (const auto& bad : {options(0, 1, 1), options(1, 0, 1), options(1, 1, 0)}) {
    EXPECT_THROW(backtest(*naive(), counting(10), bad), Error);
  }
}

TEST(Backtest, ShortSeriesAreLeftOutOfTheScoresOnly) {
  Panel panel = counting(20);
  panel.add("short", 18, std::vector<double>{1, 2});
  const ModelBacktest result = backtest(*naive(), panel, options(2, 3, 4));
  EXPECT_EQ(result.rows.size(), 6U);
  EXPECT_TRUE(std::isnan(result.series[1].mae));
  EXPECT_DOUBLE_EQ(result.mean.mae, 1.5);
  EXPECT_EQ(result.ledger.size(), 2U);
}

TEST(Backtest, MissingActualsAreNotScored) {
  Panel panel{Calendar()};
  panel.add("a", 0, std::vector<double>{1, 1, 1, 1, std::numeric_limits<double>::quiet_NaN(), 3});
  const ModelBacktest result = backtest(*naive(), panel, options(2, 1, 2));
  EXPECT_DOUBLE_EQ(result.mean.mae, 2);
}

std::vector<double> noisy(std::size_t size, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<double> values(size);
  for (std::size_t t = 0; t < size; ++t) {
    values[t] =
        static_cast<double>(generator.poisson(5 + 4 * std::sin(0.2618 * static_cast<double>(t))));
  }
  return values;
}

/// Looks back at origins of four steps.
ModelPtr ensemble(std::vector<ModelPtr> members, Combination rule = Combination::automatic) {
  return make_ensemble(std::move(members), {rule, OriginPlan::for_horizon(4, 1)});
}

TEST(Ensemble, OfOneMemberIsThatMember) {
  Panel panel{Calendar()};
  panel.add("a", 0, noisy(100, 1));
  const auto alone = backtest(*naive(), panel, options(4, 5, 4));
  const auto combined = backtest(*ensemble({naive()}), panel, options(4, 5, 4));
  EXPECT_DOUBLE_EQ(alone.mean.mae, combined.mean.mae);
  EXPECT_DOUBLE_EQ(alone.mean.coverage[0], combined.mean.coverage[0]);
}

/// Counts around a level that never moves: their average is the better forecast.
std::vector<double> steady(std::size_t size) {
  Generator generator(2);
  std::vector<double> values(size);
  for (double& y : values) y = static_cast<double>(generator.poisson(8));
  return values;
}

double weight(const Fitted& fitted, std::size_t member) {
  return fitted.explain(0)[member]["weight"].get<double>();
}

TEST(Ensemble, StartsEqualWhereThereIsNoOriginToLearnFrom) {
  Panel panel{Calendar()};
  panel.add("a", 0, steady(10));
  const auto fitted = ensemble({naive(), average_model()})->fit(panel, {}, {});
  EXPECT_DOUBLE_EQ(weight(*fitted, 0), 0.5);
}

TEST(Ensemble, LearnsFromOriginsInsideItsHistoryAndFromThoseThatItHasWatched) {
  Panel brief{Calendar()};
  brief.add("a", 0, steady(10));
  Panel whole{Calendar()};
  whole.add("a", 0, steady(400));
  const auto model = ensemble({naive(), average_model()});
  const auto watched = model->fit(brief, {}, {});
  watched->update(whole);
  for (const auto& fitted : {model->fit(whole, {}, {})->clone(), watched->clone()}) {
    EXPECT_GT(weight(*fitted, 1), 0.55);
    EXPECT_NEAR(weight(*fitted, 0) + weight(*fitted, 1), 1, 1e-12);
  }
}

TEST(Ensemble, EveryRuleAddsUpToItsForecastAndGoesOnFromItsState) {
  Panel panel{Calendar()};
  panel.add("a", 0, noisy(300, 4));
  panel.add("b", 0, steady(300));
  for (const Combination rule :
       {Combination::mean, Combination::median, Combination::trimmed, Combination::inverse_error,
        Combination::least_squares, Combination::greedy}) {
    const auto model = ensemble({naive(), average_model(), naive()}, rule);
    const auto fitted = backtest(*model, panel, options(4, 5, 4)).fitted;
    const Forecast said = fitted->forecast(6);
    const auto parts = fitted->components(6);
    for (std::size_t i = 0; i < 2; ++i) {
      const Predictive& own = *said.series[i].distribution;
      EXPECT_TRUE(parts[i].total().isApprox(means_of(own), 1e-9)) << name_of(rule);
      EXPECT_LE(own.quantile(5, .1), own.quantile(5, .9));
    }
    EXPECT_EQ(model->load(fitted->save())->forecast(6).series[1].distribution->quantile(3, .8),
              said.series[1].distribution->quantile(3, .8));
  }
}

TEST(Ensemble, SavedStateGoesOn) {
  Panel panel{Calendar()};
  panel.add("a", 0, noisy(100, 3));
  const auto model = ensemble({naive(), average_model()});
  const auto result = backtest(*model, panel, options(4, 5, 4));
  const auto loaded = model->load(result.fitted->save());
  EXPECT_EQ(loaded->forecast(3).series[0].distribution->mean(2),
            result.fitted->forecast(3).series[0].distribution->mean(2));
  EXPECT_EQ(loaded->explain(0), result.fitted->explain(0));
}

/// Counts how often it is asked to fit.
class Counting final : public Model {
 public:
  std::string name() const override { return "Counting"; }
  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& fit_options) const override {
    ++fits;
    return naive()->fit(panel, covariates, fit_options);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return naive()->load(state);
  }
  mutable int fits = 0;
};

TEST(ShareFits, FitsTheSamePanelOnce) {
  const auto inner = std::make_shared<Counting>();
  const ModelPtr shared = share_fits(inner);
  const auto first = shared->fit(counting(10), {}, {});
  const auto second = shared->fit(counting(10), {}, {});
  EXPECT_EQ(inner->fits, 1);
  first->update([] {
    Panel recent{Calendar()};
    recent.add("a", 10, std::vector<double>{99});
    return recent;
  }());
  EXPECT_DOUBLE_EQ(second->forecast(1).series[0].distribution->mean(0), 9) << "a copy of its own";
  shared->fit(counting(11), {}, {});
  EXPECT_EQ(inner->fits, 2);
}

}  // namespace
}  // namespace forecart
