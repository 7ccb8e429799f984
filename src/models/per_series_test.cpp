#include "base/error.h"
#include "base/interruption.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/fit_pieces.h"
#include "models/series_model.h"
#include "models/transformed.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace forecart {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();

ModelPtr seasonal_naive() {
  return per_series(make_seasonal_naive(3), make_window_average(3));
}

Panel panel(const std::vector<std::pair<std::string, std::vector<double>>>& series) {
  Panel result{Calendar()};
  for (const auto& [id, values] : series) result.add(id, 100, values);
  return result;
}

TEST(PerSeries, NoSeriesEverVanishes) {
  const auto fitted = seasonal_naive()->fit(
      panel({{"long", {1, 2, 3, 4, 5, 6}}, {"short", {7}}, {"empty", {}}}), {}, {});
  const Forecast forecast = fitted->forecast(2);
  ASSERT_EQ(forecast.series.size(), 3U);
  EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(0), 4);
  EXPECT_DOUBLE_EQ(forecast.series[1].distribution->mean(0), 7);
  EXPECT_DOUBLE_EQ(forecast.series[2].distribution->mean(0), 0);
  EXPECT_EQ(fitted->ledger()[0].fallback, "");
  EXPECT_EQ(fitted->ledger()[1].fallback, "WindowAverage");
  EXPECT_FALSE(fitted->ledger()[1].reason.empty());
  EXPECT_EQ(fitted->ledger()[2].reason, "no values");
}

/// Nor where the fallback cannot be used either.
TEST(PerSeries, WhatNoFallbackCanUseHasALastResort) {
  const ModelPtr model = per_series(make_seasonal_naive(3), make_naive());
  const auto fitted = model->fit(
      panel({{"empty", {}}, {"unknown", {kMissing, kMissing}}, {"one", {7}}, {"two", {7, 8}}}), {},
      {});
  Panel recent{Calendar()};
  recent.add("new", 100, std::vector<double>{kMissing});
  recent.add("unknown", 102, std::vector<double>{4});
  fitted->update(recent);
  const auto loaded = model->load(fitted->save());
  const auto clone = fitted->clone();
  for (const Fitted* one :
       {static_cast<const Fitted*>(fitted.get()), static_cast<const Fitted*>(loaded.get()),
        static_cast<const Fitted*>(clone.get())}) {
    const Forecast forecast = one->forecast(2);
    ASSERT_EQ(forecast.series.size(), 5U);
    const double expected[]{0, 4, 7, 8, 0};
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_DOUBLE_EQ(forecast.series[i].distribution->mean(1), expected[i]) << i;
      EXPECT_EQ(one->ledger()[i].fallback, i == 3 ? "Naive" : "LastValue") << i;
    }
    EXPECT_EQ(one->save(), fitted->save());
  }
  EXPECT_EQ(fitted->ledger()[0].reason,
            "no values; Naive: needs more than one season of 1 known values, has 0");
  EXPECT_EQ(fitted->ledger()[4].reason, "new since the last fit");
}

/// Asks its work to end while it fits the second series.
class Ending final : public SeriesModel {
 public:
  std::string name() const override { return "Ending"; }
  std::string interval_method() const override { return inner_->interval_method(); }
  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    if (++fits == 2) end.ask();
    return inner_->fit(input, options);
  }
  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return inner_->load(state, calendar);
  }
  mutable Interruption end;
  mutable int fits = 0;

 private:
  SeriesModelPtr inner_ = make_seasonal_naive(3);
};

class KeptPieces final : public FitPieces {
 public:
  Pieces find(const std::string&) override { return kept; }
  void keep(const std::string&, const Pieces& fitted) override {
    kept.insert(fitted.begin(), fitted.end());
  }
  bool wants(const Model&) const override { return true; }
  Pieces kept;
};

TEST(PerSeries, WhatIsFittedIsKeptWhereTheWorkIsAskedToEnd) {
  const auto ending = std::make_shared<Ending>();
  const ModelPtr model = per_series(ending, make_window_average(3), "ending");
  const Panel data =
      panel({{"a", {1, 2, 3, 4, 5, 6}}, {"b", {2, 3, 4, 5, 6, 7}}, {"c", {3, 4, 5, 6, 7, 8}}});
  KeptPieces pieces;
  FitOptions options;
  options.threads = 1;
  options.pieces = &pieces;
  {
    const InterruptionScope scope(&ending->end);
    EXPECT_THROW(model->fit(data, {}, options), Interrupted);
  }
  EXPECT_EQ(pieces.kept.size(), 2U);
  const auto fitted = model->fit(data, {}, options);
  EXPECT_EQ(ending->fits, 3) << "and not made again";
  EXPECT_EQ(fitted->save(), model->fit(data, {}, {})->save());
}

TEST(PerSeries, ForecastsStartWhereTheDataEnd) {
  const auto fitted = seasonal_naive()->fit(panel({{"a", {1, 2, 3, 4, 5, 6, kMissing}}}), {}, {});
  EXPECT_EQ(fitted->forecast(1).series[0].first, 107);
  EXPECT_DOUBLE_EQ(fitted->forecast(1).series[0].distribution->mean(0), 5);
}

TEST(PerSeries, UpdateTakesNewLateAndVanishedSeries) {
  const auto fitted =
      seasonal_naive()->fit(panel({{"a", {1, 2, 3, 4, 5, 6}}, {"gone", {1, 1, 1, 1}}}), {}, {});
  Panel recent{Calendar()};
  recent.add("a", 104, std::vector<double>{99, 99, 7});  // 104 and 105 are known already
  recent.add("new", 107, std::vector<double>{2});
  fitted->update(recent);
  const Forecast forecast = fitted->forecast(3);
  ASSERT_EQ(forecast.series.size(), 3U);
  EXPECT_EQ(forecast.series[0].first, 107);
  EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(0), 5);
  EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(2), 7);
  EXPECT_EQ(forecast.series[1].first, 104);
  EXPECT_EQ(forecast.series[2].id, "new");
  EXPECT_EQ(fitted->ledger()[2].reason, "new since the last fit");
}

TEST(PerSeries, UpdateTakesManySeriesOldAndNew) {
  constexpr int kSeries = 20000;
  Panel all{Calendar()};
  Panel recent{Calendar()};
  for (int i = 0; i < kSeries; ++i) {
    all.add(std::to_string(i), 100, std::vector<double>{1, 2, 3, 4, 5, 1.0 * i});
    recent.add(std::to_string(i + kSeries / 2), 106, std::vector<double>{7});
  }
  const auto fitted = seasonal_naive()->fit(all, {}, {});
  fitted->update(recent);
  const Forecast forecast = fitted->forecast(3);
  ASSERT_EQ(forecast.series.size(), 3U * kSeries / 2);
  EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(2), 0);
  EXPECT_DOUBLE_EQ(forecast.series[kSeries - 1].distribution->mean(2), 7);
  EXPECT_EQ(forecast.series[kSeries - 1].first, 107);
  EXPECT_EQ(fitted->ledger().back().reason, "new since the last fit");
  fitted->update(recent);
  EXPECT_EQ(fitted->ledger().size(), 3U * kSeries / 2) << "nobody joins twice";
}

TEST(PerSeries, NonNegativeDataGetNoNegativeForecast) {
  const auto fitted = seasonal_naive()->fit(
      panel({{"count", {0, 9, 0, 9, 0, 9}}, {"balance", {-1, 9, 0, 9, 0, 9}}}), {}, {});
  const Forecast forecast = fitted->forecast(6);
  EXPECT_GE(forecast.series[0].distribution->quantile(5, 0.01), 0);
  EXPECT_LT(forecast.series[1].distribution->quantile(5, 0.01), 0);
  EXPECT_GE(forecast.draw(0, 100, 1).minCoeff(), 0);
}

TEST(PerSeries, SavedPanelGoesOn) {
  const auto fitted = seasonal_naive()->fit(panel({{"a", {1, 2, 3, 4, 5, 6}}, {"b", {2}}}), {}, {});
  const auto loaded = seasonal_naive()->load(fitted->save());
  const auto clone = fitted->clone();
  Panel recent{Calendar()};
  recent.add("a", 106, std::vector<double>{8});
  for (Fitted* model : {fitted.get(), loaded.get(), clone.get()}) model->update(recent);
  for (const Fitted* model : {loaded.get(), clone.get()}) {
    EXPECT_EQ(model->forecast(4).series[0].distribution->mean(2),
              fitted->forecast(4).series[0].distribution->mean(2));
    EXPECT_EQ(model->ledger()[1].fallback, "WindowAverage");
  }
}

/// Naive, which notes the names of the regressors that it is given.
class Listener final : public SeriesModel {
 public:
  std::string name() const override { return "Listener"; }
  std::string interval_method() const override { return naive_->interval_method(); }
  bool uses_regressors() const override { return true; }
  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    SeriesFit result = naive_->fit(input, options);
    for (const std::string& name : input.regressors.names) result.reason += name + " ";
    return result;
  }
  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return naive_->load(state, calendar);
  }

 private:
  SeriesModelPtr naive_ = make_naive();
};

TEST(PerSeries, HandsOutOnlyWhatIsKnownAhead) {
  Covariates covariates;
  covariates.add_shared({"price", "weather"}, {100, Eigen::MatrixXd::Ones(9, 2)});
  covariates.past_names = {"weather"};
  const ModelPtr model = per_series(std::make_shared<Listener>(), make_window_average(3));
  const auto fitted = model->fit(panel({{"a", {1, 2, 3, 4}}}), covariates, {});
  EXPECT_EQ(fitted->ledger()[0].reason, "price ");
}

TEST(PerSeries, ThreadsChangeNothing) {
  Panel many{Calendar()};
  for (int i = 0; i < 50; ++i) {
    many.add(std::to_string(i), i, std::vector<double>{1.0 * i, 2, 3, 4.0 * i, 5});
  }
  FitOptions one;
  one.threads = 1;
  FitOptions four;
  four.threads = 4;
  EXPECT_EQ(seasonal_naive()->fit(many, {}, one)->save(),
            seasonal_naive()->fit(many, {}, four)->save());
}

TEST(Transformed, FallsBackOutsideItsDomain) {
  const auto model = per_series(transformed(make_naive(), Transform::log), make_window_average(3));
  const auto fitted = model->fit(panel({{"a", {1, 0, 2}}, {"b", {3, 4, 3}}}), {}, {});
  EXPECT_EQ(fitted->ledger()[0].reason, "transform log needs values above zero");
  EXPECT_EQ(fitted->ledger()[1].fallback, "");
  EXPECT_GT(fitted->forecast(1).series[1].distribution->mean(0), 3) << "corrected for bias";
}

TEST(Transformed, KeepsItsLambdaThroughSaveAndLoad) {
  const auto naive = transformed(make_naive(), Transform::box_cox, 2);
  const auto model = per_series(naive, make_window_average(3));
  const std::vector<double> y{8, 12, 17, 22, 30, 45, 60, 90, 110, 170};
  const auto fitted = model->fit(panel({{"a", y}}), {}, {});
  const auto words = fitted->explain(0).at("transform").get<std::string>();
  EXPECT_TRUE(words.starts_with("boxcox:")) << words;
  const auto loaded = model->load(fitted->save());
  EXPECT_EQ(loaded->explain(0).at("transform"), words);
  for (const double p : {.01, .5, .99}) {
    EXPECT_EQ(loaded->forecast(3).series[0].distribution->quantile(2, p),
              fitted->forecast(3).series[0].distribution->quantile(2, p));
  }
}

TEST(Transformed, RefusesAStateWithoutItsLambda) {
  const auto model =
      per_series(transformed(make_naive(), parse_transform("boxcox:-0.5")), make_naive());
  auto state = model->fit(panel({{"a", {1, 3, 2, 5}}}), {}, {})->save();
  EXPECT_NO_THROW(model->load(state));
  auto& own = state.at("series").at(0).at("state");
  for (const char* text : {"boxcox", "boxcox:7", "cube"}) {
    own["transform"] = text;
    EXPECT_THROW(model->load(state), Error) << text;
  }
  own["transform"] = "boxcox:-0.5";
  own["ceiling"] = -1;
  EXPECT_THROW(model->load(state), Error);
}

}  // namespace
}  // namespace forecart
