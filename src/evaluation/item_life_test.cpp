#include "evaluation/item_life.h"

#include "base/error.h"
#include "evaluation/demand_model.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using Eigen::Index;

ModelPtr averages() {
  return per_series(make_window_average(28), make_window_average(28));
}

/// "alive" sells three every other day to the end; "ended" sells as much up to day 60 of 100.
Panel sales(Bucket first, Bucket end) {
  std::vector<double> alive;
  std::vector<double> ended;
  for (Bucket t = first; t < end; ++t) {
    alive.push_back(t % 2 == 0 ? 3 : 0);
    ended.push_back(t % 2 == 0 && t <= 60 ? 3 : 0);
  }
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("alive", first, alive);
  panel.add("ended", first, ended);
  return panel;
}

TEST(ItemLife, WhatHasEndedIsZeroAndTheLedgerSaysSo) {
  const ModelPtr model = with_endings(per_series(make_historic_average(), make_historic_average()));
  const auto fitted = model->fit(sales(0, 100), {}, {.horizon = 7});
  const Forecast forecast = fitted->forecast(7);
  EXPECT_GT(forecast.series[0].distribution->mean(0), 1);
  EXPECT_EQ(fitted->ledger()[0].demand, "");
  for (Index k = 0; k < 7; ++k) {
    EXPECT_EQ(forecast.series[1].distribution->mean(k), 0);
    EXPECT_EQ(fitted->components(7)[1].total()[k], 0);
  }
  EXPECT_EQ(forecast.series[1].distribution->quantile(6, .9), 0);
  EXPECT_EQ(forecast.series[1].distribution->quantile(6, .95), 3) << "it may come back";
  const std::string& told = fitted->ledger()[1].demand;
  EXPECT_NE(told.find("ended: last sale 1970-03-02, silent for 39 steps"), std::string::npos)
      << told;
  EXPECT_EQ(fitted->explain(1).at("ended"), told);
}

/// Asked further ahead than the fit was made for: forecasts lie within their own intervals, and
/// their parts add up to them.
TEST(ItemLife, MeansAgreeWithQuantilesAtALongerHorizon) {
  std::vector<double> values(60, 3);
  values.insert(values.end(), 16, 0);
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("ended", 0, values);
  const auto fitted = with_endings(averages())->fit(panel, {}, {.horizon = 14});
  const PredictivePtr far = fitted->forecast(70).series[0].distribution;
  EXPECT_EQ(far->mean(15), 0);
  for (Index k = 0; k < 70; ++k) {
    EXPECT_LE(far->quantile(k, .25), far->mean(k)) << k;
    EXPECT_GE(far->quantile(k, .75), far->mean(k)) << k;
    EXPECT_EQ(fitted->components(70)[0].total()[k], far->mean(k)) << k;
  }
}

TEST(ItemLife, BeforeTheEpochItemsEndToo) {
  const Panel later = sales(0, 100);
  Panel earlier{later.calendar()};
  for (Index i = 0; i < 2; ++i) earlier.add(std::string(later[i].id), -3000, later[i].values);
  const auto fitted = with_endings(averages())->fit(earlier, {}, {.horizon = 7});
  EXPECT_NE(fitted->ledger()[1].demand.find("ended: last sale 1961-12-14"), std::string::npos)
      << fitted->ledger()[1].demand;
  const auto loaded = with_endings(averages())->load(fitted->save());
  EXPECT_EQ(loaded->forecast(7).series[1].distribution->mean(6), 0);
  EXPECT_EQ(loaded->ledger()[0].demand, "");
}

TEST(ItemLife, TellsWhatHasEndedOnceAndAFewByName) {
  const auto one = with_endings(averages())->fit(sales(0, 100), {}, {.horizon = 7});
  const auto two = one->clone();
  EXPECT_EQ(note_of_endings({one.get(), two.get()}),
            "1 series has ended: 'ended', last sale 1970-03-02");
  const auto alive = with_endings(averages())->fit(sales(0, 60), {}, {.horizon = 7});
  EXPECT_EQ(note_of_endings({alive.get()}), "");

  const Panel panel = sales(0, 100);
  Panel many{panel.calendar()};
  for (int i = 0; i < 7; ++i) many.add(std::to_string(i), 0, panel[1].values);
  const auto fitted = with_endings(averages())->fit(many, {}, {.horizon = 7});
  const std::string note = note_of_endings({fitted.get()});
  EXPECT_TRUE(note.starts_with("7 series have ended: '0', last sale 1970-03-02; '1', ")) << note;
  EXPECT_TRUE(note.ends_with("'4', last sale 1970-03-02; and 2 more")) << note;
}

TEST(ItemLife, AnItemThatSellsAgainComesBackWithTheUpdate) {
  const auto fitted = with_endings(averages())->fit(sales(0, 100), {}, {.horizon = 7});
  Panel more(sales(0, 1).calendar());
  more.add("ended", 100, std::vector<double>{28});
  fitted->update(more);
  EXPECT_DOUBLE_EQ(fitted->forecast(1).series[1].distribution->mean(0), 1);
  EXPECT_EQ(fitted->ledger()[1].demand, "");
}

TEST(ItemLife, EndsWithAnUpdateToo) {
  const auto fitted = with_endings(averages())->fit(sales(0, 65), {}, {.horizon = 7});
  EXPECT_EQ(fitted->ledger()[1].demand, "");
  fitted->update(sales(65, 100));
  const auto at_once = with_endings(averages())->fit(sales(0, 100), {}, {.horizon = 7});
  EXPECT_NE(fitted->ledger()[1].demand, "");
  EXPECT_EQ(fitted->ledger()[1].demand, at_once->ledger()[1].demand);
}

TEST(ItemLife, SavesLoadsAndCopiesWhatItKnows) {
  const ModelPtr model = with_endings(averages());
  const auto fitted = model->fit(sales(0, 64), {}, {.horizon = 7});
  const auto loaded = model->load(fitted->save());
  const auto copy = fitted->clone();
  loaded->update(sales(64, 100));
  copy->update(sales(64, 100));
  EXPECT_EQ(loaded->save(), copy->save());
  EXPECT_EQ(loaded->ledger()[1].demand, copy->ledger()[1].demand);
  EXPECT_EQ(loaded->forecast(3).series[1].distribution->mean(2), 0);
}

TEST(ItemLife, ReadsStatesOfTheModelAloneAndRefusesDamagedOnes) {
  const ModelPtr model = with_endings(averages());
  const auto alone = averages()->fit(sales(0, 100), {}, {});
  EXPECT_EQ(model->load(alone->save())->forecast(2).series.size(), 2U);
  const nlohmann::json good = model->fit(sales(0, 100), {}, {})->save();
  const auto refused = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json state = good;
    state[nlohmann::json::json_pointer(pointer)] = value;
    EXPECT_THROW(model->load(state), Error) << pointer;
  };
  refused("/version", 2);
  refused("/horizon", 0);
  refused("/rhythms/0/silent", -1);
  refused("/rhythms/0/last", INT64_MAX);
  refused("/rhythms/0/latest/0", nlohmann::json::array({0, 1.5}));
  refused("/rhythms/0/longest", nullptr);
}

TEST(ItemLife, ClosedDaysAreNoSilence) {
  auto shop = std::make_shared<Availability>();
  shop->past = {61, Eigen::VectorXd::Zero(39)};
  const ModelPtr model = on_demand(with_endings(averages()), shop);
  const auto fitted = model->fit(sales(0, 100), {}, {.horizon = 7});
  EXPECT_EQ(fitted->ledger()[1].demand, "");
  EXPECT_GT(fitted->forecast(7).series[1].distribution->mean(0), 0);
}

}  // namespace
}  // namespace forecart
