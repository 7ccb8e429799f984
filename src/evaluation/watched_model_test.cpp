#include "evaluation/watched_model.h"

#include "base/error.h"
#include "base/random.h"
#include "evaluation/backtest.h"
#include "evaluation/retraining_policy.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;

constexpr Index kHistory = 300;

/// "calm" stays at its level, "risen" leaves it a little after the history.
Panel panel(int steps) {
  Generator generator(11);
  Panel result{Calendar()};
  for (const auto& [id, rise] : {std::pair{"calm", 0.0}, {"risen", 8.0}}) {
    std::vector<double> values;
    for (int t = 0; t < steps; ++t) {
      values.push_back(20 + (t > kHistory + 20 ? rise : 0) + 2 * generator.normal());
    }
    result.add(id, 0, std::move(values));
  }
  return result;
}

/// Normal around the mean of what it was fitted to, which stays.
class FrozenMean final : public FittedSeries {
 public:
  FrozenMean(double mean, double variance) : mean_(mean), variance_(variance) {}
  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    Eigen::VectorXd psi = Eigen::VectorXd::Zero(horizon);
    psi[0] = 1;
    return std::make_shared<GaussianPredictive>(Eigen::VectorXd::Constant(horizon, mean_), psi,
                                                variance_);
  }
  void update(std::span<const double>, const Regressors&) override {}
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FrozenMean>(*this);
  }
  nlohmann::json save() const override { return {{"mean", mean_}, {"variance", variance_}}; }
  nlohmann::json explain() const override { return save(); }

 private:
  double mean_;
  double variance_;
};

class FrozenMeanModel final : public SeriesModel {
 public:
  std::string name() const override { return "FrozenMean"; }
  std::string interval_method() const override { return "analytic"; }
  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    const Eigen::Map<const Eigen::ArrayXd> y(input.values.data(), std::ssize(input.values));
    return {std::make_unique<FrozenMean>(y.mean(), (y - y.mean()).square().mean()), ""};
  }
  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return std::make_unique<FrozenMean>(state.at("mean"), state.at("variance"));
  }
};

ModelPtr frozen() {
  return per_series(std::make_shared<FrozenMeanModel>(), make_naive());
}

ModelPtr model() {
  return watched(frozen());
}

/// A state fitted to the history that has moved on by six steps at a time.
std::unique_ptr<Fitted> moved_on(int steps) {
  const Panel all = panel(steps);
  auto fitted = model()->fit(all.between(0, kHistory), {}, {});
  for (Bucket at = kHistory; at < steps; at += 6) fitted->update(all.between(at, at + 6));
  return fitted;
}

const Watch& watch_of(const Fitted& fitted, std::size_t row) {
  return *fitted.ledger().at(row).watch;
}

TEST(WatchedModel, CountsTheAgeInKnownValues) {
  Panel all{Calendar()};
  std::vector<double> values(40, 3.0);
  for (std::size_t t = 0; t < 40; t += 2) values[t] = 4;
  values[35] = std::numeric_limits<double>::quiet_NaN();
  all.add("a", 0, values);
  const auto fitted = model()->fit(all.between(0, 30), {}, {});
  fitted->update(all);
  EXPECT_EQ(watch_of(*fitted, 0).history, 30);
  EXPECT_EQ(watch_of(*fitted, 0).age, 9);
}

TEST(WatchedModel, RaisesAnAlarmWhereTheLevelHasShiftedAndNowhereElse) {
  const auto fitted = moved_on(420);
  EXPECT_LT(watch_of(*fitted, 0).bias, 1);
  EXPECT_LT(watch_of(*fitted, 0).error, 1);
  EXPECT_GE(watch_of(*fitted, 1).bias, 1);
  EXPECT_GE(watch_of(*fitted, 1).error, 1);
  EXPECT_GE(watch_of(*fitted, 1).coverage, 1);
  EXPECT_GT(watch_of(*fitted, 1).loss, 2 * watch_of(*fitted, 0).loss);
}

TEST(WatchedModel, ForecastsAreThoseOfTheModel) {
  const auto plain = frozen()->fit(panel(300), {}, {});
  const auto own = model()->fit(panel(300), {}, {});
  EXPECT_EQ(own->forecast(3).series[1].distribution->mean(2),
            plain->forecast(3).series[1].distribution->mean(2));
}

/// The state after the policy has seen it, with what was done.
Retrained retrained(int steps) {
  const Panel all = panel(steps);
  return retrain(*model(), moved_on(steps), RetrainingPolicy{}, {all, {}, {}});
}

TEST(Retraining, FitsWhatNeedsItAndLeavesTheRest) {
  constexpr int kSteps = 324 + 3 * 6;
  const auto kept = moved_on(kSteps);
  const auto mean = [](const Fitted& fitted, std::size_t row) {
    return fitted.forecast(1).series[row].distribution->mean(0);
  };
  std::vector<RetrainingDecision> decisions = decide_retraining(kept->ledger(), {});
  decisions[0].decision = Retraining::move_on;
  decisions[1].decision = Retraining::re_estimate;
  const Panel all = panel(kSteps);
  const auto fresh = model()->fit(all, {}, {});
  const Retrained own = retrain(*model(), kept->clone(), decisions, {all, {}, {}});
  EXPECT_EQ(mean(*own.fitted, 0), mean(*kept, 0));
  EXPECT_EQ(mean(*own.fitted, 1), mean(*fresh, 1));
  EXPECT_EQ(own.report.moved_on, 1);
  EXPECT_EQ(own.report.re_estimated, 1);
  EXPECT_EQ(watch_of(*own.fitted, 1).age, 0);
  EXPECT_EQ(watch_of(*own.fitted, 1).history, kSteps);
  EXPECT_EQ(watch_of(*own.fitted, 0).history, kHistory);
}

TEST(Retraining, TellsWhatItBoughtBesideTheStateThatItReplaced) {
  constexpr int kSteps = 420;
  Retrained own = retrained(kSteps);
  ASSERT_EQ(own.decisions[1].decision, Retraining::re_estimate) << own.decisions[1].reason;
  const Panel all = panel(kSteps + 60);
  const auto loaded = model()->load(own.fitted->save());
  for (Fitted* fitted : {own.fitted.get(), loaded.get()}) {
    for (Bucket at = kSteps; at < kSteps + 60; at += 6) fitted->update(all.between(at, at + 6));
    EXPECT_EQ(watch_of(*fitted, 1).compared, 60);
    EXPECT_LT(watch_of(*fitted, 1).loss_now, watch_of(*fitted, 1).loss_kept);
  }
  EXPECT_EQ(own.fitted->save(), loaded->save());
  EXPECT_FALSE(own.fitted->save().contains("replaced"));  // after as many updates it is let go
}

TEST(Retraining, AnAlarmThatComesBackIsNotCured) {
  Retrained own = retrained(420);
  EXPECT_TRUE(watch_of(*own.fitted, 1).uncured);
  EXPECT_FALSE(watch_of(*own.fitted, 0).uncured);
}

TEST(Retraining, OfAModelThatPoolsIsAllOrNothing) {
  class Pooling final : public Model {
   public:
    std::string name() const override { return inner_->name(); }
    bool pools() const override { return true; }
    std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                                const FitOptions& options) const override {
      return inner_->fit(panel, covariates, options);
    }
    std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
      return inner_->load(state);
    }
    ModelPtr inner_ = frozen();
  };
  const Panel all = panel(420);
  const Pooling model;
  const auto kept = model.fit(all.between(0, kHistory), {}, {});
  std::vector<Retraining> decisions{Retraining::move_on, Retraining::re_estimate};
  model.refit(kept->clone(), decisions, {all, {}, {}});
  EXPECT_EQ(decisions, std::vector(2, Retraining::re_estimate));
  Panel many{Calendar()};
  for (int i = 0; i < 4; ++i) many.add("s" + std::to_string(i), 0, std::vector<double>(40, i));
  decisions = {Retraining::move_on, Retraining::move_on, Retraining::move_on,
               Retraining::re_estimate};
  model.refit(model.fit(many, {}, {}), decisions, {many, {}, {}});
  EXPECT_EQ(decisions, std::vector(4, Retraining::move_on));
}

TEST(Retraining, RowsStayWhereTheyWereWhenASeriesJoinsInTheMiddle) {
  Panel before{Calendar()};
  Panel after{Calendar()};
  for (const char* id : {"a", "b", "c"}) {
    const std::vector<double> values(40, static_cast<double>(id[0]));
    if (id[0] != 'b') before.add(id, 0, values);
    after.add(id, 0, values);
  }
  const auto fitted = frozen()->fit(before, {}, {});
  fitted->update(after);
  std::vector<Retraining> decisions(3, Retraining::re_estimate);
  const auto own =
      frozen()->Model::refit(fitted->clone(), decisions, {after, {}, {}});  // fits as a whole
  ASSERT_EQ(own->ledger().size(), 3U);
  for (std::size_t row = 0; row < 3; ++row) {
    const SeriesForecast series = own->forecast(1).series[row];
    EXPECT_EQ(series.id, fitted->ledger()[row].unique_id);
    EXPECT_EQ(series.distribution->mean(0), static_cast<double>(series.id[0]));
  }
}

TEST(Retraining, TheComparisonGoesOnWhereNothingNewIsFitted) {
  constexpr int kSteps = 420;
  std::unique_ptr<Fitted> fitted = std::move(retrained(kSteps).fitted);
  const Panel all = panel(kSteps + 24);
  for (Bucket at = kSteps; at < kSteps + 24; at += 6) {
    fitted->update(all.between(at, at + 6));
    std::vector<Retraining> none(2, Retraining::move_on);
    fitted = model()->refit(std::move(fitted), none, {all.between(0, at + 6), {}, {}});
  }
  EXPECT_EQ(watch_of(*fitted, 1).compared, 24);
}

TEST(Retraining, InABacktestIsDoneAtEveryOriginAndCounted) {
  BacktestOptions options;
  options.horizon = 6;
  options.step = 6;
  options.windows = 30;
  const Panel all = panel(420);
  const ModelBacktest once = backtest(*model(), all, options);
  options.policy = RetrainingPolicy{};
  const ModelBacktest own = backtest(*model(), all, options);
  EXPECT_EQ(once.retraining.refits() + once.retraining.moved_on, 0);
  EXPECT_EQ(own.retraining.refits() + own.retraining.moved_on, 2 * 29);
  EXPECT_GE(own.retraining.re_estimated, 1);
  EXPECT_LT(own.series[1].mae, once.series[1].mae);
  options.fit.threads = 1;
  EXPECT_EQ(backtest(*model(), all, options).mean.mae, own.mean.mae);
  options.refit = 3;
  EXPECT_THROW(backtest(*model(), all, options), Error);
}

TEST(WatchedModel, RefusesDamagedStates) {
  const auto fitted = moved_on(330);
  nlohmann::json state = fitted->save();
  state["watches"]["calm"]["age"] = -1;
  EXPECT_THROW(model()->load(state), Error);
  state = fitted->save();
  state["watches"]["calm"]["bias"] = {1, 2};
  EXPECT_THROW(model()->load(state), Error);
}

}  // namespace
}  // namespace forecart
