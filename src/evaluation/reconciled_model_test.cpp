#include "evaluation/reconciled_model.h"

#include "base/error.h"
#include "base/random.h"
#include "evaluation/error_record.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include "hierarchy/summed_panel.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;

constexpr Index kHorizon = 7;
constexpr Bucket kEnd = 140;

constexpr Reconciliation kAll[]{Reconciliation::bottom_up,          Reconciliation::top_down,
                                Reconciliation::top_down_forecasts, Reconciliation::ols,
                                Reconciliation::structural,         Reconciliation::variance,
                                Reconciliation::shrinkage,          Reconciliation::automatic};

/// Counts of two items in two cities, whole numbers from 0 on.
Panel leaves() {
  Generator generator(9);
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  for (int i = 0; i < 4; ++i) {
    std::vector<double> values;
    for (Bucket t = 0; t < kEnd; ++t) {
      values.push_back(std::floor(4 * (i + 1) * generator.uniform()));
    }
    const char* const city = i < 2 ? "city=A" : "city=B";
    panel.add(city + std::string("/item=") + std::to_string(i % 2), 0, values);
  }
  return panel;
}

/// total, A, B, item 0, item 1, then A0, A1, B0, B1; the sums are off by some noise, so that
/// forecasts of a seasonal naive do not add up.
Panel sales() {
  const Panel summed = with_sums(leaves(), {});
  Generator generator(10);
  Panel panel(summed.calendar());
  for (Index i = 0; i < summed.size(); ++i) {
    std::vector<double> values(summed[i].values.begin(), summed[i].values.end());
    if (i < 5) {
      for (double& y : values) y += generator.uniform();
    }
    panel.add(std::string(summed[i].id), 0, values);
  }
  return panel;
}

ModelPtr model_of(Reconciliation method) {
  return reconciled(per_series(make_seasonal_naive(7), make_window_average(7)), {method, {}});
}

std::unique_ptr<Fitted> fitted_to(const Panel& panel, Reconciliation method) {
  FitOptions options;
  options.horizon = kHorizon;
  return model_of(method)->fit(panel, {}, options);
}

Eigen::MatrixXd means_of_all(const Forecast& forecast) {
  Eigen::MatrixXd means(std::ssize(forecast.series), forecast.horizon);
  for (Index i = 0; i < means.rows(); ++i) {
    means.row(i) = means_of(*forecast.series[static_cast<std::size_t>(i)].distribution).transpose();
  }
  return means;
}

double gap(const Forecast& forecast) {
  const Eigen::MatrixXd m = means_of_all(forecast);
  const Eigen::MatrixXd leaf = m.bottomRows(4);
  return std::max({(m.row(0) - leaf.colwise().sum()).cwiseAbs().maxCoeff(),
                   (m.row(1) - leaf.topRows(2).colwise().sum()).cwiseAbs().maxCoeff(),
                   (m.row(4) - leaf.row(1) - leaf.row(3)).cwiseAbs().maxCoeff()});
}

TEST(ReconciledModel, ForecastsAddUpAndKeepTheirIntervals) {
  const Panel panel = sales();
  const auto base = per_series(make_seasonal_naive(7), make_seasonal_naive(7))->fit(panel, {}, {});
  ASSERT_GT(gap(base->forecast(kHorizon)), 0.1);
  for (const Reconciliation method : kAll) {
    const Forecast forecast = fitted_to(panel, method)->forecast(kHorizon);
    EXPECT_LT(gap(forecast), 1e-9) << to_string(method);
    for (const SeriesForecast& series : forecast.series) {
      const Predictive& one = *series.distribution;
      EXPECT_GE(one.quantile(3, 0.025), 0);
      EXPECT_LT(one.quantile(3, 0.1), one.quantile(3, 0.9)) << series.id;
    }
  }
}

TEST(ReconciledModel, IsNamedByItsMethod) {
  EXPECT_EQ(model_of(Reconciliation::ols)->name(), "SeasonalNaive/ols");
  const auto fitted = fitted_to(sales(), Reconciliation::ols);
  EXPECT_EQ(fitted->ledger()[0].model, "SeasonalNaive/ols");
  EXPECT_EQ(fitted->ledger()[0].members.front().model, "SeasonalNaive");
  EXPECT_EQ(fitted->explain(2).at("reconciliation"), "ols");
  const auto chosen = fitted_to(sales(), Reconciliation::automatic);
  EXPECT_EQ(chosen->ledger()[0].model, "SeasonalNaive/auto");
  EXPECT_NE(chosen->explain(2).at("reconciliation"), "auto") << "the one that it took";
}

TEST(ReconciledModel, PartsAddUpToTheReconciledMean) {
  const auto fitted = fitted_to(sales(), Reconciliation::variance);
  const Forecast forecast = fitted->forecast(kHorizon);
  const auto parts = fitted->components(kHorizon);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LT((parts[i].total() - means_of(*forecast.series[i].distribution)).norm(), 1e-9);
  }
}

TEST(ReconciledModel, SavedIsWhatItWasAndMovesOnAlike) {
  const Panel panel = sales();
  for (const Reconciliation method : kAll) {
    const auto fitted = fitted_to(panel.between(0, kEnd - 14), method);
    const auto loaded = model_of(method)->load(fitted->save());
    const auto copy = fitted->clone();
    for (Bucket from = kEnd - 14; from < kEnd; from += 7) {
      for (Fitted* one : {fitted.get(), loaded.get(), copy.get()}) {
        one->update(panel.between(from, from + 7));
      }
    }
    const Eigen::MatrixXd expected = means_of_all(fitted->forecast(kHorizon));
    EXPECT_EQ(means_of_all(loaded->forecast(kHorizon)), expected) << to_string(method);
    EXPECT_EQ(means_of_all(copy->forecast(kHorizon)), expected);
    EXPECT_EQ(loaded->save(), fitted->save());
  }
}

TEST(ReconciledModel, LearnsErrorsInsideTheFitAndOnTheWay) {
  const Panel panel = sales();
  const auto points = [](const Fitted& fitted) {
    return fitted.explain(0).at("points").get<Index>();
  };
  EXPECT_EQ(points(*fitted_to(panel, Reconciliation::variance)), 4 * kHorizon);
  EXPECT_EQ(points(*fitted_to(panel, Reconciliation::structural)), 0);
  EXPECT_EQ(points(*fitted_to(panel.between(0, 20), Reconciliation::variance)), 0)
      << "too short to hold anything out";
  const auto fitted = fitted_to(panel.between(0, kEnd - 5), Reconciliation::structural);
  fitted->update(panel.between(kEnd - 5, kEnd));
  EXPECT_EQ(points(*fitted), 5);
  const auto anew = fitted_to(panel, Reconciliation::structural);
  anew->inherit(*fitted);
  EXPECT_EQ(points(*anew), 5);
}

/// Nothing after an origin may change its forecast.
TEST(ReconciledModel, TheFutureChangesNothing) {
  const Panel panel = sales();
  const auto expected =
      means_of_all(fitted_to(panel.between(0, 100), Reconciliation::shrinkage)->forecast(kHorizon));
  Panel other(panel.calendar());
  for (Index i = 0; i < panel.size(); ++i) {
    std::vector<double> values(panel[i].values.begin(), panel[i].values.end());
    for (std::size_t t = 100; t < values.size(); ++t) values[t] = 1e6;
    other.add(std::string(panel[i].id), 0, values);
  }
  EXPECT_EQ(
      means_of_all(fitted_to(other.between(0, 100), Reconciliation::shrinkage)->forecast(kHorizon)),
      expected);
}

TEST(ReconciledModel, RefusesDamagedStates) {
  const auto model = model_of(Reconciliation::variance);
  const nlohmann::json state = fitted_to(sales(), Reconciliation::variance)->save();
  for (const char* key : {"method", "levels", "errors", "totals", "inner", "non_negative"}) {
    nlohmann::json damaged = state;
    damaged[key] = "?";
    EXPECT_THROW(static_cast<void>(model->load(damaged)), Error) << key;
    damaged.erase(key);
    EXPECT_THROW(static_cast<void>(model->load(damaged)), Error) << key;
  }
  nlohmann::json newer = state;
  newer["version"] = 2;
  EXPECT_THROW(static_cast<void>(model->load(newer)), Error);
}

/// A leaf that begins after the origin has sold nothing yet: the others add up without it.
TEST(ReconciledModel, ALeafToComeIsNoPartOfASum) {
  Panel with_another = leaves();
  with_another.add("city=C/item=0", kEnd - 3, std::vector<double>{5, 6, 7});
  const Panel before = with_sums(with_another, {}).between(0, kEnd - 10);
  const Forecast forecast = fitted_to(before, Reconciliation::structural)->forecast(kHorizon);
  ASSERT_EQ(forecast.series.size(), 11U);
  const Eigen::MatrixXd m = means_of_all(forecast);
  EXPECT_LT((m.row(0) - m.middleRows(6, 4).colwise().sum()).cwiseAbs().maxCoeff(), 1e-9);
}

/// The leaves above, after one of which nothing is known, with their sums.
Panel sums_with_an_unknown_leaf() {
  Panel panel = leaves();
  panel.add("city=C/item=0", 0, std::vector<double>(kEnd, std::nan("")));
  return with_sums(panel, {});
}

TEST(ReconciledModel, ALeafOfWhichNothingIsKnownLeavesTheOthersAsTheyWere) {
  const Panel known = with_sums(leaves(), {});
  const Panel panel = sums_with_an_unknown_leaf();
  for (const Reconciliation method : kAll) {
    SCOPED_TRACE(to_string(method));
    const Forecast expected = fitted_to(known, method)->forecast(kHorizon);
    const Forecast forecast = fitted_to(panel, method)->forecast(kHorizon);
    for (const SeriesForecast& series : forecast.series) {
      const auto same = std::find_if(expected.series.begin(), expected.series.end(),
                                     [&](const auto& other) { return other.id == series.id; });
      const Eigen::VectorXd mean = same == expected.series.end() ? Eigen::VectorXd::Zero(kHorizon)
                                                                 : means_of(*same->distribution);
      EXPECT_LT((means_of(*series.distribution) - mean).cwiseAbs().maxCoeff(), 1e-9) << series.id;
    }
    EXPECT_GT(forecast.series[0].distribution->mean(0), 1) << "the total";
  }
}

TEST(ReconciledModel, ALeafJoinsItsSumsWithItsFirstValue) {
  const auto fitted = fitted_to(sums_with_an_unknown_leaf(), Reconciliation::bottom_up);
  Panel came = leaves();
  for (Index i = 0; i < 4; ++i) ASSERT_EQ(came[i].end(), kEnd);
  Panel next(came.calendar());
  for (Index i = 0; i < 4; ++i) {
    next.add(std::string(came[i].id), kEnd, came[i].values.first(kHorizon));
  }
  next.add("city=C/item=0", kEnd, std::vector<double>(kHorizon, 100.0));
  fitted->update(with_sums(next, {}));
  const auto loaded = model_of(Reconciliation::bottom_up)->load(fitted->save());
  for (const Fitted* one :
       {static_cast<const Fitted*>(fitted.get()), static_cast<const Fitted*>(loaded.get())}) {
    const Eigen::MatrixXd m = means_of_all(one->forecast(kHorizon));
    EXPECT_DOUBLE_EQ(m(m.rows() - 1, 0), 100);
    EXPECT_LT((m.row(0) - m.bottomRows(5).colwise().sum()).cwiseAbs().maxCoeff(), 1e-9);
  }
}

/// Each leaf is known where the other is not, so that their sum never is.
TEST(ReconciledModel, ASumThatWasNeverKnownTakesWhatItsLeavesAddUpTo) {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  for (const std::size_t odd : {0U, 1U}) {
    std::vector<double> values(kEnd, std::nan(""));
    for (std::size_t t = odd; t < values.size(); t += 2) values[t] = 5;
    panel.add("item=" + std::to_string(odd), odd, std::span(values).subspan(odd));
  }
  Panel from_two = with_sums(panel, {});
  ASSERT_EQ(from_two[0].values[0], 5) << "the other has not begun";
  from_two = from_two.between(1, kEnd);
  ASSERT_TRUE(trimmed(from_two[0]).values.empty());
  for (const Reconciliation method : kAll) {
    const auto fitted = fitted_to(from_two, method);
    EXPECT_NEAR(fitted->forecast(kHorizon).series[0].distribution->mean(0), 10, 1e-9)
        << to_string(method);
  }
}

TEST(ReconciledModel, OfNothingKnownForecastsNothing) {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("item=0", 0, std::vector<double>(20, std::nan("")));
  panel.add("item=1", 0, std::vector<double>(20, std::nan("")));
  for (const Reconciliation method : kAll) {
    const auto fitted = fitted_to(with_sums(panel, {}), method);
    EXPECT_TRUE(means_of_all(fitted->forecast(kHorizon)).isZero()) << to_string(method);
  }
}

TEST(ReconciledModel, GoesBelowZeroOnceSomethingWasThere) {
  const auto fitted = fitted_to(sales(), Reconciliation::bottom_up);
  Panel returns(sales().calendar());
  for (const SeriesForecast& series : fitted->forecast(1).series) {
    returns.add(series.id, kEnd, std::vector<double>(kHorizon, -50.0));
  }
  const auto copy = fitted->clone();
  fitted->update(returns);
  const auto loaded = model_of(Reconciliation::bottom_up)->load(fitted->save());
  for (const Fitted* one :
       {static_cast<const Fitted*>(fitted.get()), static_cast<const Fitted*>(loaded.get())}) {
    const Forecast forecast = one->forecast(kHorizon);
    EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(0), -200) << "of four leaves";
    EXPECT_LT(forecast.series[0].distribution->quantile(0, 0.1), -200);
  }
  EXPECT_GE(copy->forecast(kHorizon).series[0].distribution->quantile(0, 0.025), 0);
}

TEST(ReconciledModel, RefusesAPanelWithoutItsSums) {
  const auto fitted = fitted_to(leaves(), Reconciliation::bottom_up);
  EXPECT_THROW(static_cast<void>(fitted->forecast(kHorizon)), Error);
}

TEST(ErrorRecord, KeepsTheLatestPointsOfAllSeries) {
  const Panel panel = leaves();
  const auto fitted =
      per_series(make_seasonal_naive(7), make_seasonal_naive(7))->fit(panel.between(0, 50), {}, {});
  ErrorRecord record;
  const Panel came = panel.between(50, 53);
  for (int i = 0; i < 50; ++i) record.add(fitted->forecast(6), came);
  EXPECT_EQ(record.points(), ErrorRecord::kMostPoints);
  const Eigen::MatrixXd errors = record.errors_of({"city=B/item=1", "nobody"});
  EXPECT_EQ(errors.cols(), ErrorRecord::kMostPoints);
  EXPECT_EQ(errors(0, 0), panel[3].values[50] - panel[3].values[43]);
  EXPECT_TRUE(std::isnan(errors(0, 3))) << "not yet known";
  EXPECT_TRUE(errors.row(1).array().isNaN().all());
}

}  // namespace
}  // namespace forecart
