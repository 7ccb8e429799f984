#include "evaluation/calibration.h"

#include "base/error.h"
#include "evaluation/backtest.h"
#include "evaluation/calibrated_model.h"
#include "evaluation/normal_score.h"
#include "math/normal.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array kRules{Intervals::split, Intervals::adaptive, Intervals::quantile};

/// Independent steps with mean `mean` and standard deviation `deviation`.
PredictivePtr normal(double mean, double deviation, Index horizon = 8) {
  VectorXd psi = VectorXd::Zero(horizon);
  psi[0] = 1;
  return std::make_shared<GaussianPredictive>(VectorXd::Constant(horizon, mean), psi,
                                              deviation * deviation);
}

TEST(NormalScore, IsTheStandardisedErrorOfANormalForecast) {
  const PredictivePtr said = normal(100, 2);
  for (const double z : {-7.0, -3.0, -2.5758293, -1.0, 0.0, 0.6744897, 1.9599640, 5.0}) {
    EXPECT_NEAR(normal_score(*said, 0, 100 + 2 * z), z, .02) << z;  // linear between quantiles
    EXPECT_NEAR(value_at_score(*said, 0, z), 100 + 2 * z, 1e-6) << z;
  }
  EXPECT_EQ(normal_score(*said, 0, 1e300), kFarthestScore);
}

TEST(NormalScore, OfATieIsTheMiddleOfItsRun) {
  // seven of ten values are zero
  MatrixXd errors = MatrixXd::Zero(1, 100);
  for (Index i = 70; i < 100; ++i) errors(0, i) = static_cast<double>(i) - 69;
  const EmpiricalPredictive said(VectorXd::Zero(1), errors);
  const double score = normal_score(said, 0, 0);
  EXPECT_GT(score, normal_quantile(.005));
  EXPECT_LT(score, normal_quantile(.7));
  EXPECT_EQ(value_at_score(said, 0, -5), 0);  // never below zero where the forecast is not
}

TEST(NormalScore, OfACertainForecastStaysFinite) {
  const EmpiricalPredictive said(VectorXd::Constant(1, 3.0), MatrixXd::Zero(1, 5));
  EXPECT_EQ(normal_score(said, 0, 3), 0);
  EXPECT_EQ(normal_score(said, 0, 2), -kFarthestScore);
  EXPECT_EQ(value_at_score(said, 0, 4), 3);
}

/// Values of a history whose forecasts are N(0, 1) while what comes is `bias` + `deviation` N(0,
/// 1).
ScoreHistory history(Index origins, double bias, double deviation, Intervals rule) {
  Generator generator(7);
  ScoreHistory result;
  for (Index i = 0; i < origins; ++i) {
    VectorXd came(8);
    for (double& y : came) y = bias + deviation * generator.normal();
    result.add(*normal(0, 1), came, rule);
  }
  return result;
}

double coverage(const PredictivePtr& said, double bias, double deviation, double level) {
  const double low = said->quantile(4, (1 - level) / 2);
  const double high = said->quantile(4, (1 + level) / 2);
  return normal_cdf((high - bias) / deviation) - normal_cdf((low - bias) / deviation);
}

TEST(Calibration, IntervalsThatWereTooNarrowOrAsideComeToHoldWhatTheySay) {
  for (const Intervals rule : kRules) {
    const ScoreHistory seen = history(90, .5, 2, rule);
    const PredictivePtr after = recalibrated(normal(0, 1), calibrate({&seen}, rule)[0], rule);
    const double before = coverage(normal(0, 1), .5, 2, .8);
    EXPECT_LT(before, .5);
    const double reached = coverage(after, .5, 2, .8);
    EXPECT_GT(reached, rule == Intervals::adaptive ? .72 : .77) << name_of(rule);
    EXPECT_LT(reached, .86) << name_of(rule);
    EXPECT_EQ(after->mean(4), 0);
  }
}

TEST(Calibration, AFewOriginsMoveIntervalsALittle) {
  for (const Intervals rule : kRules) {
    const ScoreHistory few = history(2, 0, 3, rule);
    const ScoreHistory many = history(60, 0, 3, rule);
    const auto width = [&](const ScoreHistory& seen) {
      const auto after = recalibrated(normal(0, 1), calibrate({&seen}, rule)[0], rule);
      return after->quantile(4, .9) - after->quantile(4, .1);
    };
    EXPECT_GT(width(few), 2.5631) << name_of(rule);
    EXPECT_LT(width(few), width(many)) << name_of(rule);
  }
}

TEST(Calibration, UpdatesShorterThanTheHorizonTellOfTheFirstStepsOnly) {
  for (const Intervals rule : kRules) {
    const ScoreHistory proof = history(8, 0, 2, rule);
    ScoreHistory seen = proof;
    Generator generator(3);
    for (int day = 0; day < 200; ++day) {
      seen.add(*normal(0, 1), VectorXd::Constant(1, .3 * generator.normal()), rule);
    }
    EXPECT_EQ(seen.origins(0), 90);
    const ScoreTable before = calibrate({&proof}, rule)[0];
    const ScoreTable after = calibrate({&seen}, rule)[0];
    EXPECT_EQ(after.bottomRows(kHorizonGroups - 1), before.bottomRows(kHorizonGroups - 1));
    EXPECT_LT(after(0, kCalibrated.size() - 1), before(0, kCalibrated.size() - 1));
  }
}

TEST(Calibration, HistoriesAreKeptWithWhatTheirRuleNeeds) {
  for (const Intervals rule : kRules) {
    const ScoreHistory seen = history(9, 1, 2, rule);
    const nlohmann::json state = seen.save();
    EXPECT_EQ(state.contains("adaptive"), rule == Intervals::adaptive) << name_of(rule);
    const ScoreHistory loaded = ScoreHistory::load(state);
    EXPECT_EQ(loaded.save(), state);
    EXPECT_EQ(calibrate({&loaded}, rule)[0], calibrate({&seen}, rule)[0]);
  }
  nlohmann::json earlier = history(2, 0, 1, Intervals::quantile).save();
  earlier["adaptive"] = std::vector<double>(kHorizonGroups * kCalibrated.size(), .5);
  EXPECT_EQ(ScoreHistory::load(earlier).save(), earlier) << "all had one before";
}

TEST(Calibration, SeriesThatAreAlikeLendEachOtherEvidence) {
  const ScoreHistory fresh = history(1, 0, 2, Intervals::quantile);
  const ScoreHistory old = history(60, 0, 2, Intervals::quantile);
  std::vector<const ScoreHistory*> panel(20, &old);
  panel.push_back(&fresh);
  const ScoreTable alone = calibrate({&fresh}, Intervals::quantile)[0];
  const ScoreTable among = calibrate(panel, Intervals::quantile).back();
  EXPECT_LT(among(2, 3), alone(2, 3));  // further out at .1
}

TEST(Calibration, QuantilesDoNotCrossAndDrawsFollowThem) {
  for (const Intervals rule : kRules) {
    const ScoreHistory seen = history(9, 1, .2, rule);
    const PredictivePtr after = recalibrated(normal(0, 1), calibrate({&seen}, rule)[0], rule);
    double last = -1e9;
    for (double p = .001; p < 1; p += .003) {
      EXPECT_GE(after->quantile(3, p), last - 1e-12) << name_of(rule) << " " << p;
      last = after->quantile(3, p);
    }
    Generator generator(3);
    const MatrixXd drawn = after->draw(4000, generator);
    const double below = (drawn.row(3).array() <= after->quantile(3, .3)).cast<double>().mean();
    EXPECT_NEAR(below, .3, .03) << name_of(rule);
  }
}

TEST(Calibration, NamesAreReadBack) {
  for (const Intervals rule : {Intervals::model, Intervals::split, Intervals::adaptive}) {
    EXPECT_EQ(parse_intervals(name_of(rule)), rule);
  }
  EXPECT_THROW(parse_intervals("best"), Error);
}

TEST(Calibration, StepsShareTablesByDoublings) {
  EXPECT_EQ(horizon_group(0), 0);
  EXPECT_EQ(horizon_group(1), 1);
  EXPECT_EQ(horizon_group(2), 1);
  EXPECT_EQ(horizon_group(3), 2);
  EXPECT_EQ(horizon_group(100000), kHorizonGroups - 1);
}

/// Counts that jump up for good: a forecast of the old level is wrong ever after.
Panel risen() {
  Generator generator(5);
  Panel panel{Calendar()};
  std::vector<double> values;
  for (int t = 0; t < 1200; ++t) {
    values.push_back(static_cast<double>(generator.poisson(t < 300 ? 10 : 16)));
  }
  panel.add("a", 0, std::move(values));
  return panel;
}

ModelPtr average() {
  return per_series(make_historic_average(), make_naive());
}

TEST(CalibratedModel, HoldsWhatItSaysWhereTheModelAgesAndKeepsItsMeans) {
  BacktestOptions options;
  options.horizon = 6;
  options.windows = 150;
  options.step = 6;
  const Panel panel = risen();
  const ModelBacktest plain = backtest(*average(), panel, options);
  EXPECT_LT(plain.mean.coverage[0], .76);
  for (const Intervals rule : kRules) {
    const ModelBacktest own = backtest(*calibrated(average(), rule), panel, options);
    EXPECT_GT(own.mean.coverage[0], plain.mean.coverage[0]) << name_of(rule);
    EXPECT_GT(own.mean.coverage[0], .77) << name_of(rule);
    EXPECT_LT(own.mean.coverage[0], .86) << name_of(rule);
    EXPECT_EQ(own.mean.mae, plain.mean.mae);
    EXPECT_NE(own.ledger[0].interval_method.find("calibrated"), std::string::npos);
  }
}

TEST(CalibratedModel, GoesOnFromItsSavedStateAndHandsOnWhatItKnows) {
  const Panel panel = risen();
  const ModelPtr model = calibrated(average(), Intervals::quantile);
  const auto fitted = model->fit(panel.before_end(Panel::kAll, 300), {}, {});
  for (Index end = 288; end >= 0; end -= 12) fitted->update(panel.before_end(end + 12, end));
  const auto bound = [](const Fitted& own) {
    return own.forecast(5).series[0].distribution->quantile(4, .975);
  };
  EXPECT_EQ(bound(*model->load(fitted->save())), bound(*fitted));
  EXPECT_EQ(bound(*fitted->clone()), bound(*fitted));
  const auto anew = model->fit(panel, {}, {});
  EXPECT_NE(bound(*anew), bound(*fitted));
  anew->inherit(*fitted);
  EXPECT_EQ(anew->ledger()[0].interval_method, fitted->ledger()[0].interval_method);
  EXPECT_EQ(calibrated(average(), Intervals::model)->fit(panel, {}, {})->save(),
            average()->fit(panel, {}, {})->save());
}

TEST(CalibratedModel, RefusesDamagedScores) {
  const ModelPtr model = calibrated(average(), Intervals::quantile);
  const auto fitted = model->fit(risen().before_end(Panel::kAll, 300), {}, {});
  fitted->update(risen());
  nlohmann::json state = fitted->save();
  state["scores"]["a"]["groups"][0][0] = {1e9};
  EXPECT_THROW(model->load(state), Error);
}

}  // namespace
}  // namespace forecart
