#include "evaluation/auto_select.h"

#include "base/error.h"
#include "base/random.h"
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

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ModelPtr panel_model(SeriesModelPtr model) {
  return per_series(std::move(model), make_window_average(7));
}

/// Averages, the last value, the last week, in that order.
std::vector<Candidate> candidates() {
  return {{panel_model(make_window_average(28)), 1, {}},
          {panel_model(make_naive()), 1, {}},
          {panel_model(make_seasonal_naive(7)), 1, {DemandClass::smooth, DemandClass::erratic}}};
}

ModelPtr auto_select() {
  return make_auto_select(candidates(), OriginPlan::for_horizon(7, 7));
}

/// A repeatable number in [-.5, .5).
double noise(int t) {
  return std::fmod(t * 0.618033988749895, 1.0) - 0.5;
}

std::vector<double> weekly(int days) {
  std::vector<double> values;
  for (int t = 0; t < days; ++t) values.push_back(20 + 10 * (t % 7 == 5) + 0.5 * noise(t));
  return values;
}
std::vector<double> walk(int days) {
  std::vector<double> values{200};
  for (int t = 1; t < days; ++t) values.push_back(values.back() + 4 * noise(t * t % 1009));
  return values;
}
std::vector<double> rare(int days) {
  std::vector<double> values(static_cast<std::size_t>(days), 0.0);
  for (int t = 0; t < days; t += 3) values[static_cast<std::size_t>(t)] = 2 + t % 2;
  return values;
}

Panel panel() {
  Panel result(Calendar(Frequency::parse("D"), TimeZone{}));
  result.add("weekly", 0, weekly(140));
  result.add("walk", 0, walk(140));
  result.add("rare", 0, rare(140));
  result.add("brief", 130, std::vector<double>{3, 4, 5});
  result.add("nothing", 0, std::vector<double>(140, 0.0));
  result.add("missing", 0, std::vector<double>(140, kNaN));
  return result;
}

TEST(AutoSelect, TakesForEachSeriesWhatDoesBest) {
  const auto fitted = auto_select()->fit(panel(), {}, {});
  const auto& ledger = fitted->ledger();
  ASSERT_EQ(ledger.size(), 6U);
  EXPECT_EQ(ledger[0].unique_id, "weekly");
  EXPECT_EQ(ledger[0].model, "AutoSelect");
  EXPECT_EQ(ledger[0].chosen, "SeasonalNaive");
  EXPECT_EQ(ledger[1].chosen, "Naive");
  EXPECT_EQ(ledger[2].chosen.substr(0, 13), "WindowAverage");
  EXPECT_EQ(ledger[0].demand.substr(0, 6), "smooth");
  EXPECT_EQ(ledger[2].demand.substr(0, 12), "intermittent");
  EXPECT_NE(ledger[0].tried.find("Naive"), std::string::npos);
  EXPECT_EQ(ledger[2].tried.find("SeasonalNaive"), std::string::npos);  // not of its class
}

TEST(AutoSelect, ForecastsAreThoseOfTheChosenModels) {
  const Panel data = panel();
  const auto fitted = auto_select()->fit(data, {}, {});
  const Forecast all = fitted->forecast(7);
  ASSERT_EQ(all.series.size(), 6U);
  const Forecast weekly_only = candidates()[2].model->fit(data, {}, {})->forecast(7);
  const Forecast walk_only = candidates()[1].model->fit(data, {}, {})->forecast(7);
  for (Index step = 0; step < 7; ++step) {
    EXPECT_EQ(all.series[0].distribution->mean(step),
              weekly_only.series[0].distribution->mean(step));
    EXPECT_EQ(all.series[1].distribution->mean(step), walk_only.series[1].distribution->mean(step));
    for (const SeriesForecast& series : all.series) {
      EXPECT_TRUE(std::isfinite(series.distribution->mean(step))) << series.id;
    }
  }
  for (std::size_t i = 0; i < all.series.size(); ++i) EXPECT_EQ(all.series[i].id, data.ids()[i]);
}

TEST(AutoSelect, BriefAndSilentSeriesTakeTheFirst) {
  const auto fitted = auto_select()->fit(panel(), {}, {});
  for (const std::size_t i : {3U, 4U, 5U}) {
    EXPECT_EQ(fitted->ledger()[i].chosen, "WindowAverage") << i;
  }
  EXPECT_EQ(fitted->ledger()[3].tried, "too short to try any");
  EXPECT_EQ(fitted->ledger()[4].demand, "silent");
}

TEST(AutoSelect, OrderOfSeriesChangesNothing) {
  const Panel data = panel();
  const Panel turned = data.only({5, 4, 3, 2, 1, 0});
  const Forecast straight = auto_select()->fit(data, {}, {})->forecast(7);
  const Forecast other = auto_select()->fit(turned, {}, {})->forecast(7);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(straight.series[i].distribution->mean(3), other.series[5 - i].distribution->mean(3));
  }
}

TEST(AutoSelect, MovesOnAndTakesNewSeries) {
  const Panel data = panel();
  const auto fitted = auto_select()->fit(data.before_end(Panel::kAll, 7), {}, {});
  Panel recent = data.before_end(7, 0);
  recent.add("new", 138, std::vector<double>{6, 8});
  fitted->update(recent);
  ASSERT_EQ(fitted->ledger().size(), 7U);
  const Forecast forecast = fitted->forecast(2);
  EXPECT_EQ(forecast.series[6].id, "new");
  EXPECT_EQ(forecast.series[6].first, 140);
  EXPECT_DOUBLE_EQ(forecast.series[6].distribution->mean(0), 7);
  EXPECT_EQ(forecast.series[0].first, 140);
  EXPECT_DOUBLE_EQ(forecast.series[0].distribution->mean(0), data[0].values[133]);
}

TEST(AutoSelect, SavedIsAsFitted) {
  const Panel data = panel();
  const ModelPtr model = auto_select();
  const auto fitted = model->fit(data, {}, {});
  const auto loaded = model->load(fitted->save());
  const auto clone = fitted->clone();
  EXPECT_EQ(loaded->save(), fitted->save());
  for (std::size_t i = 0; i < 6; ++i) {
    const double mean = fitted->forecast(7).series[i].distribution->mean(6);
    EXPECT_EQ(loaded->forecast(7).series[i].distribution->mean(6), mean);
    EXPECT_EQ(clone->forecast(7).series[i].distribution->mean(6), mean);
    EXPECT_EQ(loaded->ledger()[i].chosen, fitted->ledger()[i].chosen);
    EXPECT_EQ(loaded->ledger()[i].tried, fitted->ledger()[i].tried);
  }
}

/// Averages of two lengths, of which noise prefers neither.
ModelPtr two_averages() {
  return make_auto_select({{panel_model(make_window_average(28)), 1, {}},
                           {panel_model(make_historic_average()), 1, {}}},
                          OriginPlan::for_horizon(7, 7));
}

/// A shop that was closed for its last week: nothing sold is right there and nowhere else.
TEST(AutoSelect, AClosureProvesNothing) {
  Panel data(Calendar(Frequency::parse("D"), TimeZone{}));
  std::vector<double> values = weekly(140);
  std::fill(values.end() - 7, values.end(), 0.0);
  data.add("closed", 0, values);
  const auto fitted = auto_select()->fit(data, {}, {});
  const std::string& tried = fitted->ledger()[0].tried;
  EXPECT_EQ(tried.substr(0, 13), "SeasonalNaive") << tried;
}

TEST(AutoSelect, OriginsWithLittleKnownProveNothing) {
  Panel data(Calendar(Frequency::parse("D"), TimeZone{}));
  std::vector<double> values = weekly(140);
  std::fill(values.end() - 40, values.end(), kNaN);
  data.add("gap", 0, values);
  const auto fitted = auto_select()->fit(data, {}, {});
  EXPECT_EQ(fitted->ledger()[0].tried, "too little known to try any");
}

TEST(AutoSelect, CombinesWhatDoesEquallyWell) {
  const Panel data = panel().only({0, 1});
  const ModelPtr model = two_averages();
  const auto fitted = model->fit(data, {}, {});
  const std::string& chosen = fitted->ledger()[0].chosen;
  EXPECT_NE(chosen.find("WindowAverage"), std::string::npos) << chosen;
  EXPECT_NE(chosen.find("HistoricAverage"), std::string::npos) << chosen;
  const auto parts = fitted->explain(0).at("chosen");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_GE(parts[0].at("weight"), parts[1].at("weight"));
  const auto mean_of = [&data](const SeriesModelPtr& member) {
    return panel_model(member)->fit(data, {}, {})->forecast(7).series[0].distribution->mean(6);
  };
  const double recent = mean_of(make_window_average(28));
  const double whole = mean_of(make_historic_average());
  const bool recent_first = parts[0].at("model") == "WindowAverage";
  const double weight = parts[recent_first ? 0 : 1].at("weight").get<double>();
  const auto forecast = fitted->forecast(7);
  EXPECT_NEAR(forecast.series[0].distribution->mean(6), weight * recent + (1 - weight) * whole,
              1e-12);
  EXPECT_NEAR(fitted->components(7)[0].total()[6], forecast.series[0].distribution->mean(6), 1e-9);
  const auto loaded = model->load(fitted->save());
  EXPECT_EQ(loaded->save(), fitted->save());
  EXPECT_EQ(loaded->forecast(7).series[0].distribution->quantile(6, .9),
            forecast.series[0].distribution->quantile(6, .9));
}

TEST(AutoSelect, WhatIsCombinedMovesOn) {
  const Panel data = panel().only({0, 1});
  const auto fitted = two_averages()->fit(data.before_end(Panel::kAll, 7), {}, {});
  const double before = fitted->forecast(7).series[1].distribution->mean(0);
  fitted->update(data.before_end(7, 0));
  const SeriesForecast after = fitted->forecast(7).series[1];
  EXPECT_EQ(after.first, 140);
  EXPECT_NE(after.distribution->mean(0), before);
}

TEST(AutoSelect, RefusesDamagedStates) {
  const ModelPtr model = auto_select();
  const nlohmann::json state = model->fit(panel(), {}, {})->save();
  for (const char* key : {"members", "series"}) {
    nlohmann::json damaged = state;
    damaged.erase(key);
    EXPECT_THROW(static_cast<void>(model->load(damaged)), Error) << key;
  }
  nlohmann::json twice = state;
  twice["members"][0]["series"][0] = {0, 1.0};
  twice["members"][0]["series"][1] = {0, 1.0};
  EXPECT_THROW(static_cast<void>(model->load(twice)), Error);
  nlohmann::json stranger = state;
  stranger["series"][0]["unique_id"] = "walk";
  EXPECT_THROW(static_cast<void>(model->load(stranger)), Error);
  nlohmann::json weightless = state;
  for (auto& place : weightless["members"][0]["series"]) {
    if (!place.is_null()) place[1] = 0.0;
  }
  EXPECT_THROW(static_cast<void>(model->load(weightless)), Error);
  nlohmann::json fraction = state;
  for (auto& place : fraction["members"][0]["series"]) {
    if (!place.is_null()) place[0] = 1e30;
  }
  EXPECT_THROW(static_cast<void>(model->load(fraction)), Error);
  nlohmann::json unknown = state;
  unknown["members"][0]["model"] = "Oracle";
  EXPECT_THROW(static_cast<void>(model->load(unknown)), Error);
}

TEST(AutoSelect, TheFutureChangesNothing) {
  const Panel data = panel();
  Panel other(data.calendar());
  for (Index i = 0; i < data.size(); ++i) {
    std::vector<double> values(data[i].values.begin(), data[i].values.end());
    if (values.size() > 7) std::fill(values.end() - 7, values.end(), 1e6);
    other.add(std::string(data[i].id), data[i].first, values);
  }
  const auto known = [](const Panel& panel) { return panel.before_end(Panel::kAll, 7); };
  const Forecast straight = auto_select()->fit(known(data), {}, {})->forecast(7);
  const Forecast changed = auto_select()->fit(known(other), {}, {})->forecast(7);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(straight.series[i].distribution->mean(3), changed.series[i].distribution->mean(3));
  }
}

/// A model that cannot forecast where a regressor is unknown, and says so.
class NeedsPromo final : public Model {
 public:
  std::string name() const override { return "NeedsPromo"; }
  bool uses_covariates() const override { return true; }
  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates&,
                              const FitOptions& options) const override {
    ++fits;
    return panel_model(make_naive())->fit(panel, {}, options);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return panel_model(make_naive())->load(state);
  }
  mutable int fits = 0;
};

TEST(AutoSelect, AGapInARegressorRulesOutOnlyWhatLooksAtIt) {
  const Panel data = panel().only({1});  // the walk, where the last value does best
  Covariates covariates;
  covariates.names = {"promo"};
  covariates.values = Eigen::MatrixXd::Zero(160, 1);
  const auto needs_promo = std::make_shared<NeedsPromo>();
  const auto model =
      make_auto_select({{panel_model(make_window_average(28)), 1, {}}, {needs_promo, 1, {}}},
                       OriginPlan::for_horizon(7, 7));
  EXPECT_EQ(model->fit(data, covariates, {})->ledger()[0].chosen, "NeedsPromo");
  covariates.values(135, 0) = kNaN;
  needs_promo->fits = 0;
  const auto fitted = model->fit(data, covariates, {});
  EXPECT_EQ(fitted->ledger()[0].chosen, "WindowAverage");
  EXPECT_NE(fitted->ledger()[0].tried.find("regressor 'promo' is not known at 1970-05-16"),
            std::string::npos)
      << fitted->ledger()[0].tried;
  EXPECT_EQ(needs_promo->fits, 0);
}

TEST(AutoSelect, PartsAddUp) {
  const auto fitted = auto_select()->fit(panel(), {}, {});
  const auto parts = fitted->components(7);
  const Forecast forecast = fitted->forecast(7);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (Index step = 0; step < 7; ++step) {
      EXPECT_NEAR(parts[i].total()[step], forecast.series[i].distribution->mean(step), 1e-9);
    }
  }
}

TEST(OriginPlan, OriginsLieHalfAHorizonApartInWholeSeasons) {
  EXPECT_EQ(OriginPlan::for_horizon(48, 24).step, 24);
  EXPECT_EQ(OriginPlan::for_horizon(28, 7).step, 14);
  EXPECT_EQ(OriginPlan::for_horizon(13, 52).step, 6);
  EXPECT_EQ(OriginPlan::for_horizon(1, 1).step, 1);
  EXPECT_EQ(OriginPlan::for_horizon(30, 7).step, 21);
  EXPECT_EQ(OriginPlan::for_horizon(24, 24, 168).step, 48);  // days over a week
  EXPECT_EQ(OriginPlan::for_horizon(48, 24, 168).step, 48);
  EXPECT_EQ(OriginPlan::for_horizon(168, 24, 168).step, 96);
  EXPECT_EQ(OriginPlan::for_horizon(28, 7, 365).step, 14);  // a year is too far
  EXPECT_EQ(OriginPlan::for_horizon(13, 52, 52).step, 6);
}

TEST(OriginPlan, NeighbouringOriginsOverlap) {
  const OriginPlan options = OriginPlan::for_horizon(28, 7);
  EXPECT_EQ(options.overlap(1), 0);
  EXPECT_DOUBLE_EQ(options.overlap(2), .5);
  EXPECT_DOUBLE_EQ(options.overlap(4), 3 * .5 / 6);
}

TEST(OriginPlan, HoldOutAtMostAThird) {
  const OriginPlan options = OriginPlan::for_horizon(28, 7);  // 28, 42, 56, 70
  EXPECT_EQ(options.origins_of(83), 0);
  EXPECT_EQ(options.origins_of(84), 1);
  EXPECT_EQ(options.origins_of(209), 3);
  EXPECT_EQ(options.origins_of(210), 4);
  EXPECT_EQ(options.origins_of(5000), 4);
}

/// Notes how many series it is fitted to, and with how many values in all.
class Pooling final : public Model {
 public:
  std::string name() const override { return "Pooling"; }
  bool pools() const override { return true; }
  std::unique_ptr<Fitted> fit(const Panel& given, const Covariates& covariates,
                              const FitOptions& options) const override {
    if (options.trial) fits.push_back(given.size());
    return inner_->fit(given, covariates, options);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return inner_->load(state);
  }
  mutable std::vector<Index> fits;

 private:
  ModelPtr inner_ = panel_model(make_seasonal_naive(7));
};

TEST(Trials, AModelOfWholePanelsIsTriedWithAllSeriesAtOnce) {
  Panel mixed(Calendar(Frequency::parse("D"), TimeZone{}));
  mixed.add("long", 0, weekly(140));
  mixed.add("rare", 0, rare(140));     // not suited, but it may learn from it
  mixed.add("short", 98, weekly(42));  // fewer origins, long enough for the first of the others
  mixed.add("new", 118, weekly(22));   // has its own fit, as it begins after that
  const auto pooling = std::make_shared<Pooling>();
  const std::vector<Candidate> tried{candidates()[0], {pooling, 1, {DemandClass::smooth}}};
  const OriginPlan plan{.horizon = 7, .windows = 4, .step = 7, .season = 7};
  const std::vector<Tried> shown = try_candidates(tried, plan, {mixed, {}, {}});
  EXPECT_EQ(pooling->fits, (std::vector<Index>{3, 4}));
  EXPECT_TRUE(shown[0].trial.losses.row(1).allFinite());
  EXPECT_FALSE(shown[1].trial.losses.row(1).allFinite());  // not suited
  EXPECT_EQ(shown[0].trial.losses.cols(), 4);
  EXPECT_EQ(shown[2].trial.losses.cols(), 2);
  EXPECT_TRUE(shown[2].trial.losses.row(1).allFinite());
  EXPECT_EQ(shown[3].trial.losses.cols(), 1);
  EXPECT_TRUE(shown[3].trial.losses.row(1).allFinite());
}

/// A panel whose series have gone on for `days`.
Panel longer(int days) {
  Panel result(Calendar(Frequency::parse("D"), TimeZone{}));
  result.add("weekly", 0, weekly(days));
  result.add("walk", 0, walk(days));
  result.add("rare", 0, rare(days));
  return result;
}

std::vector<double> means(const Fitted& fitted, std::size_t row) {
  const PredictivePtr distribution = fitted.forecast(7).series[row].distribution;
  std::vector<double> result;
  for (Index step = 0; step < 7; ++step) result.push_back(distribution->mean(step));
  return result;
}

TEST(AutoSelect, RefitsSomeSeriesAndLeavesTheOthers) {
  const Panel before = longer(140);
  const Panel all = longer(210);
  const auto kept = auto_select()->fit(before, {}, {});
  kept->update(all);
  std::vector<Retraining> decisions{Retraining::move_on, Retraining::select_anew,
                                    Retraining::re_estimate};
  const std::vector<Retraining> asked = decisions;
  const auto own = auto_select()->refit(kept->clone(), decisions, {all, {}, {}});
  EXPECT_EQ(decisions, asked);
  EXPECT_EQ(means(*own, 0), means(*kept, 0));
  EXPECT_EQ(own->ledger()[1].chosen.substr(0, 5), "Naive");
  EXPECT_NE(own->ledger()[1].tried, kept->ledger()[1].tried);
  EXPECT_EQ(own->ledger()[2].tried, kept->ledger()[2].tried);
  const auto loaded = auto_select()->load(own->save());
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(means(*loaded, row), means(*own, row));
}

TEST(AutoSelect, AllSelectedAnewIsAFreshFit) {
  const Panel all = longer(210);
  const auto kept = auto_select()->fit(longer(140), {}, {});
  kept->update(all);
  std::vector<Retraining> decisions(3, Retraining::select_anew);
  const auto own = auto_select()->refit(kept->clone(), decisions, {all, {}, {}});
  EXPECT_EQ(own->save(), auto_select()->fit(all, {}, {})->save());
}

TEST(AutoSelect, WeightsFollowWhatItsMembersDoSince) {
  // noise on a level that wanders: the last value and the average of a week do about as well, until
  // there is a slope
  Generator generator(3);
  double level = 50;
  std::vector<double> values;
  for (int t = 0; t < 284; ++t) {
    level += t < 200 ? .7 * generator.normal() : 1;
    values.push_back(level + (t < 200 ? generator.normal() : 0));
  }
  Panel data(Calendar(Frequency::parse("D"), TimeZone{}));
  data.add("a", 0, values);
  const std::vector<Candidate> two{{panel_model(make_window_average(7)), 1, {}},
                                   {panel_model(make_naive()), 1, {}}};
  const ModelPtr model = make_auto_select(two, OriginPlan::for_horizon(7, 7));
  const auto fitted = model->fit(data.between(0, 200), {}, {});
  const auto share_of_naive = [](const Fitted& own) {
    double weight = 0;
    const nlohmann::json told = own.explain(0);
    for (const auto& member : told.at("chosen")) {
      if (member.at("model") == "Naive") weight = member.at("weight").get<double>();
    }
    return weight;
  };
  const double at_first = share_of_naive(*fitted);
  for (Bucket at = 200; at < 284; at += 7) fitted->update(data.between(at, at + 7));
  EXPECT_GT(share_of_naive(*fitted), at_first + .1);
  EXPECT_EQ(share_of_naive(*model->load(fitted->save())), share_of_naive(*fitted));
}

}  // namespace
}  // namespace forecart
