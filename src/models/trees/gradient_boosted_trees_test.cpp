#include "models/trees/gradient_boosted_trees.h"

#include "base/error.h"
#include "base/random.h"
#include "models/trees/example_trees.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {
namespace {

using trees::example::kDaily;
using trees::example::kStrategies;
using trees::example::made_panel;
using trees::example::means;
using trees::example::model;

using Eigen::Index;
using nlohmann::json;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(GradientBoostedTrees, LearnTheShapeOfTheWeekFromAllSeries) {
  const Panel panel = made_panel(20, 210);
  const auto fitted = model()->fit(panel, {}, {});
  const Eigen::MatrixXd mean = means(*fitted, 14);
  double error = 0;
  double flat = 0;
  for (Index i = 0; i < 20; ++i) {
    for (Index step = 0; step < 14; ++step) {
      const double expected =
          static_cast<double>(1 + i % 5) * (0.5 + 0.25 * static_cast<double>((210 + step) % 7));
      error += std::abs(mean(step, i) - expected) / expected;
      flat += std::abs(1.25 * static_cast<double>(1 + i % 5) - expected) / expected;
    }
  }
  EXPECT_LT(error, 0.45 * flat);
  for (const LedgerRow& row : fitted->ledger()) EXPECT_EQ(row.fallback, "");
  EXPECT_EQ(fitted->explain(0).at("objective"), "poisson");
}

TEST(GradientBoostedTrees, TheFutureNeverChangesAForecast) {
  const Panel whole = made_panel(12, 200);
  Panel other(kDaily);
  for (Index i = 0; i < whole.size(); ++i) {
    std::vector<double> values(whole[i].values.begin(), whole[i].values.end());
    for (std::size_t day = 170; day < values.size(); ++day) values[day] = 1000;
    other.add(std::string(whole[i].id), 0, values);
  }
  const auto one = model()->fit(whole.between(0, 170), {}, {});
  const auto two = model()->fit(other.between(0, 170), {}, {});
  EXPECT_EQ(one->save(), two->save());
  EXPECT_EQ(means(*one, 14), means(*two, 14));
}

TEST(GradientBoostedTrees, AreTheSameOnAnyNumberOfThreads) {
  const Panel panel = made_panel(15, 200);
  FitOptions one;
  one.threads = 1;
  FitOptions three;
  three.threads = 3;
  EXPECT_EQ(model()->fit(panel, {}, one)->save(), model()->fit(panel, {}, three)->save());
}

TEST(GradientBoostedTrees, DrawRowsBySeed) {
  const Panel panel = made_panel(15, 200);
  const ModelPtr made =
      model([](TreesOptions& options) { options.strategy = trees::Strategy::direct; });
  FitOptions two;
  two.seed = 2;
  const auto fitted = made->fit(panel, {}, {});
  EXPECT_NE(fitted->save(), made->fit(panel, {}, two)->save());
  EXPECT_NE(fitted->ledger()[0].reason.find("drawn to a budget of 8000"), std::string::npos);
  EXPECT_GE(fitted->explain(0).at("rows").get<Index>(), 7000);
  EXPECT_LE(fitted->explain(0).at("rows").get<Index>(), 8000);
}

TEST(GradientBoostedTrees, ScaleWithTheirValues) {
  const auto one = model()->fit(made_panel(12, 180), {}, {});
  const auto scaled = model()->fit(made_panel(12, 180, 1024), {}, {});
  EXPECT_EQ(1024 * means(*one, 14), means(*scaled, 14));
}

TEST(GradientBoostedTrees, IntervalsHoldAndPathsAreJoint) {
  const Panel whole = made_panel(40, 260);
  const auto fitted = model()->fit(whole.between(0, 246), {}, {});
  const Forecast forecast = fitted->forecast(14);
  int inside = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const Predictive& distribution = *forecast.series[i].distribution;
    for (Index step = 0; step < 14; ++step) {
      const double y = whole[static_cast<Index>(i)].values[static_cast<std::size_t>(246 + step)];
      const double low = distribution.quantile(step, 0.1);
      EXPECT_GE(low, 0);
      EXPECT_LE(low, distribution.quantile(step, 0.9));
      if (low <= y && y <= distribution.quantile(step, 0.9)) ++inside;
    }
  }
  EXPECT_NEAR(inside / (40.0 * 14), 0.8, 0.08);
  const Eigen::MatrixXd draws = forecast.draw(0, 500, 1);
  EXPECT_EQ(draws, forecast.draw(0, 500, 1));
  EXPECT_GE(draws.minCoeff(), 0);
  EXPECT_NEAR(draws.mean(), means(*fitted, 14).col(0).mean(), 0.25);
}

TEST(GradientBoostedTrees, SurviveHostilePanels) {
  Panel panel = made_panel(12, 180);
  const double huge = 1e200;
  panel.add("constant", 0, std::vector<double>(180, 5));
  panel.add("empty", 0, std::vector<double>{});
  panel.add("missing", 0, std::vector<double>(180, kMissing));
  panel.add("short", 0, std::vector<double>{1, 2, 3});
  panel.add("huge", 0, std::vector<double>{huge, 1, huge, 2, huge, 3, huge, 1, 1, huge});
  panel.add("infinite", 0, std::vector<double>(20, std::numeric_limits<double>::infinity()));
  std::vector<double> values(180, 0);
  values[100] = 1;
  panel.add("one sale", 0, values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 3 == 0 ? kMissing : 1e-200;
  values[9] = 3e-200;
  panel.add("tiny with gaps", 0, values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i < 60 && i % 4 == 1 ? 1e90 : 0;
  panel.add("large, then dead", 0, values);
  values.assign(180, 1);
  values[50] = -3;
  panel.add("below zero", 0, values);
  values.assign(30, 2);
  values.front() = 1;
  panel.add("early end", -5000, values);
  const ModelPtr made = model();
  const auto fitted = made->fit(panel, {}, {});
  const auto loaded = made->load(json::from_cbor(json::to_cbor(fitted->save())));
  ASSERT_EQ(std::ssize(fitted->ledger()), panel.size());
  for (const Index horizon : {1, 14, 40}) {
    const Eigen::MatrixXd mean = means(*fitted, horizon);
    for (Index i = 0; i < panel.size(); ++i) {
      EXPECT_TRUE(mean.col(i).allFinite()) << panel[i].id;
    }
    EXPECT_EQ(mean, means(*loaded, horizon));
  }
  const auto row = [&](const char* id) {
    return fitted->ledger()[static_cast<std::size_t>(panel.find(id))];
  };
  for (const char* id :
       {"constant", "empty", "missing", "short", "huge", "infinite", "below zero"}) {
    EXPECT_EQ(row(id).fallback, "WindowAverage") << id;
    EXPECT_NE(row(id).reason, "") << id;
  }
  for (const char* id : {"item0", "one sale", "tiny with gaps", "large, then dead", "early end"}) {
    EXPECT_EQ(row(id).fallback, "") << id;
  }
}

TEST(GradientBoostedTrees, PanelsBelowZeroAreLearntAboutTheirLevel) {
  Generator generator(2);
  Panel panel(kDaily);
  for (int i = 0; i < 8; ++i) {
    std::vector<double> values;
    for (int day = 0; day < 150; ++day) values.push_back(10.0 * (day % 7 - 3) + generator.normal());
    panel.add(fmt::format("series{}", i), 0, values);
  }
  const auto fitted = model()->fit(panel, {}, {});
  EXPECT_EQ(fitted->explain(0).at("objective"), "squared");
  const Eigen::MatrixXd mean = means(*fitted, 7);
  for (Index step = 0; step < 7; ++step) {
    EXPECT_NEAR(mean(step, 0), 10.0 * (static_cast<double>((150 + step) % 7) - 3), 4);
  }
}

TEST(GradientBoostedTrees, PanelsBelowZeroAreTrainedOnSquaredErrorsWhateverIsAsked) {
  Generator generator(9);
  Panel panel(kDaily);
  for (int i = 0; i < 22; ++i) {  // three of 22 go below zero: a panel that does
    std::vector<double> values;
    for (int day = 0; day < 180; ++day) {
      values.push_back(std::floor(10 * generator.uniform()) - (i < 3 ? 3 : 0));
    }
    panel.add(fmt::format("series{}", i), 0, values);
  }
  const auto fit = [&](trees::Objective objective) {
    return model([&](TreesOptions& options) { options.objective = objective; })->fit(panel, {}, {});
  };
  const auto squared = fit(trees::Objective::squared);
  const Eigen::MatrixXd mean = means(*squared, 14);
  EXPECT_NEAR(mean.leftCols(3).mean(), 1.5, 0.5);
  EXPECT_NEAR(mean.rightCols(19).mean(), 4.5, 0.3);
  EXPECT_EQ(squared->ledger()[0].reason.find("squared"), std::string::npos);
  for (const auto objective : {trees::Objective::poisson, trees::Objective::tweedie}) {
    const auto fitted = fit(objective);
    EXPECT_EQ(means(*fitted, 14), mean);
    for (const LedgerRow& row : fitted->ledger()) {
      EXPECT_EQ(row.fallback, "");
      EXPECT_NE(row.reason.find(fmt::format("trained on squared errors, not {}: the panel goes "
                                            "below zero",
                                            trees::name_of(objective))),
                std::string::npos)
          << row.reason;
    }
    Panel more(kDaily);
    const SeriesView known = panel[0];
    more.add("new", 0, std::vector<double>(known.values.begin(), known.values.end()));
    fitted->update(more);
    EXPECT_NE(fitted->ledger().back().reason.find("trained on squared errors"), std::string::npos);
  }
}

TEST(GradientBoostedTrees, PanelsWithoutValuesBelowZeroAreTrainedAsAsked) {
  const auto fitted = model([](TreesOptions& options) {
                        options.objective = trees::Objective::tweedie;
                      })->fit(made_panel(10, 160), {}, {});
  EXPECT_EQ(fitted->explain(0).at("objective"), "tweedie");
  EXPECT_EQ(fitted->ledger()[0].reason.find("trained on"), std::string::npos);
}

TEST(GradientBoostedTrees, WithoutEnoughToLearnFromAllSeriesFallBack) {
  Panel panel(kDaily);
  panel.add("a", 0, std::vector<double>{1, 2, 3, 1, 2, 3, 1, 2, 3, 1});
  const auto fitted = model()->fit(panel, {}, {});
  EXPECT_EQ(fitted->ledger()[0].fallback, "WindowAverage");
  const auto loaded = model()->load(fitted->save());
  EXPECT_EQ(means(*fitted, 3), means(*loaded, 3));
  EXPECT_TRUE(model()->fit(Panel(kDaily), {}, {})->ledger().empty());
}

TEST(GradientBoostedTrees, NewSeriesAreForecastByTheTreesOfTheOthers) {
  const auto fitted = model()->fit(made_panel(10, 160), {}, {});
  Panel more(kDaily);
  std::vector<double> values;
  for (int day = 0; day < 28; ++day) values.push_back(4 * (day % 7));
  more.add("new", 140, values);
  more.add("newer", 160, std::vector<double>{3});
  fitted->update(more);
  ASSERT_EQ(fitted->ledger().size(), 12U);
  EXPECT_EQ(fitted->ledger()[10].fallback, "");
  EXPECT_EQ(fitted->ledger()[11].fallback, "WindowAverage");
  EXPECT_TRUE(means(*fitted, 14).allFinite());
}

/// Sales that double on days of promotion, which are known ahead, and a column that is not.
struct Promoted {
  Panel panel{kDaily};
  Covariates covariates;
};

Promoted promoted(int days, double visits_ahead) {
  Generator generator(6);
  Promoted result;
  result.covariates.names = {"promotion", "visits"};
  result.covariates.past_names = {"visits"};
  result.covariates.values = Eigen::MatrixXd::Zero(days + 30, 2);
  for (Index day = 0; day < days + 30; ++day) {
    result.covariates.values(day, 0) = generator.uniform() < 0.3 ? 1 : 0;
    result.covariates.values(day, 1) = day < days ? generator.normal() : visits_ahead;
  }
  for (int i = 0; i < 10; ++i) {
    std::vector<double> values;
    for (Index day = 0; day < days; ++day) {
      values.push_back(
          static_cast<double>(generator.poisson(10 * (1 + 2 * result.covariates.values(day, 0)))));
    }
    result.panel.add(fmt::format("item{}", i), 0, values);
  }
  return result;
}

TEST(GradientBoostedTrees, SeeWhatIsKnownAheadAndNothingElse) {
  const Promoted data = promoted(200, kMissing);
  const auto fitted = model()->fit(data.panel, data.covariates, {});
  const Eigen::MatrixXd mean = means(*fitted, 14, data.covariates);
  double with = 0;
  double without = 0;
  for (Index step = 0; step < 14; ++step) {
    const bool is_promoted = data.covariates.values(200 + step, 0) == 1;
    (is_promoted ? with : without) = mean(step, 0);
  }
  EXPECT_GT(with, 2 * without);
  const Promoted other = promoted(200, 1e6);  // visits of days that are not over
  EXPECT_EQ(model()->fit(other.panel, other.covariates, {})->save(), fitted->save());
  EXPECT_EQ(means(*fitted, 14, other.covariates), mean);
}

TEST(GradientBoostedTrees, SayWhichRegressorIsMissing) {
  const Promoted data = promoted(200, kMissing);
  const ModelPtr made = model();
  const auto fitted = made->load(made->fit(data.panel, data.covariates, {})->save());
  try {
    fitted->forecast(31, data.covariates);
    ADD_FAILURE() << "the promotion of the 31st day is not known";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("promotion"), std::string::npos);
  }
  EXPECT_THROW(fitted->forecast(3), Error);
}

TEST(GradientBoostedTrees, LearnFromPropertiesOfTheSeries) {
  Promoted data = promoted(120, kMissing);
  data.covariates.statics.columns = {{"shop", {}}};
  for (const std::string& id : data.panel.ids()) {
    data.covariates.statics.cells[id] = Eigen::VectorXd::Constant(1, 3);
  }
  const ModelPtr made = model();
  const auto fitted = made->fit(data.panel, data.covariates, {});
  EXPECT_TRUE(fitted->explain(0).at("gain").contains("shop"));
  EXPECT_EQ(means(*made->load(fitted->save()), 5, data.covariates),
            means(*fitted, 5, data.covariates));
}

TEST(GradientBoostedTrees, ComponentsAddUpToTheMean) {
  const Promoted data = promoted(200, kMissing);
  for (const auto strategy : kStrategies) {
    const ModelPtr made = model([&](TreesOptions& options) { options.strategy = strategy; });
    const auto fitted = made->fit(data.panel, data.covariates, {});
    const Eigen::MatrixXd mean = means(*fitted, 14, data.covariates);
    const std::vector<Components> parts = fitted->components(14, data.covariates);
    ASSERT_EQ(parts.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
      const Eigen::VectorXd total = parts[i].total();
      EXPECT_LT((total - mean.col(static_cast<Index>(i))).cwiseAbs().maxCoeff(),
                1e-9 * mean.maxCoeff());
    }
    if (strategy == trees::Strategy::recursive) continue;
    EXPECT_EQ(parts[0].names.front(), "level");
    const auto at = std::find(parts[0].names.begin(), parts[0].names.end(), "promotion");
    ASSERT_NE(at, parts[0].names.end());
    const Index column = at - parts[0].names.begin();
    for (Index step = 0; step < 14; ++step) {
      const bool is_promoted = data.covariates.values(200 + step, 0) == 1;
      EXPECT_EQ(parts[0].values(step, column) > 0, is_promoted);
    }
  }
}

TEST(GradientBoostedTrees, ImportanceNamesWhatMatters) {
  const Promoted data = promoted(200, kMissing);
  const json report = model()->fit(data.panel, data.covariates, {})->explain(0);
  for (const char* kind : {"gain", "permutation"}) {
    const json& importance = report.at(kind);
    for (const auto& [name, value] : importance.items()) {
      EXPECT_LE(value.get<double>(), importance.at("promotion").get<double>()) << kind << name;
    }
  }
}

}  // namespace
}  // namespace forecart
