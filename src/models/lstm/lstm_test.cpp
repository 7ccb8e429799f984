#include "models/lstm/lstm.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace forecart {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kHourly{Frequency::parse("h"), TimeZone()};
constexpr Bucket kFirst = 5;

/// Small and quick, for what does not need the study's size.
LstmOptions small() {
  LstmOptions options;
  options.units = 8;
  options.max_epochs = 4;
  return options;
}

std::vector<double> shop(std::size_t count, double level = 20) {
  Generator generator(11);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = static_cast<double>(i) / 24 * 6.283185307179586;
    values.push_back(level * (1 + 0.5 * std::sin(angle) + 0.1 * generator.normal()));
  }
  return values;
}

SeriesFit fit(const std::vector<double>& values, std::uint64_t seed = 1) {
  FitOptions options;
  options.seed = seed;
  return make_lstm(small())->fit({kHourly, kFirst, values}, options);
}

std::vector<std::uint8_t> bytes(const FittedSeries& fitted) {
  return nlohmann::json::to_cbor(fitted.save());
}

std::vector<double> means(const FittedSeries& fitted, Eigen::Index horizon) {
  const auto forecast = fitted.forecast(horizon);
  std::vector<double> result;
  for (Eigen::Index k = 0; k < horizon; ++k) result.push_back(forecast->mean(k));
  return result;
}

TEST(Lstm, TakesTheSeasonItIsTold) {
  LstmOptions options = small();
  options.season = 7;
  const auto weekly = make_lstm(options)->fit({kHourly, kFirst, shop(200)}, {});
  EXPECT_EQ(weekly.fitted->explain()["season_length"], 7);
  EXPECT_EQ(fit(shop(200)).fitted->explain()["season_length"], 24) << "that of the frequency";
  options.season = -1;
  EXPECT_THROW(make_lstm(options), Error);
}

TEST(Lstm, ForecastsASeasonFarAhead) {
  LstmOptions options = small();
  options.max_epochs = 12;
  const auto outcome = make_lstm(options)->fit({kHourly, kFirst, shop(600)}, {});
  ASSERT_NE(outcome.fitted, nullptr) << outcome.reason;
  const auto forecast = means(*outcome.fitted, 72);
  for (std::size_t k = 0; k < forecast.size(); ++k) {
    const double angle = static_cast<double>(600 + k) / 24 * 6.283185307179586;
    EXPECT_NEAR(forecast[k], 20 * (1 + 0.5 * std::sin(angle)), 4) << k;
  }
}

TEST(Lstm, SaysWhyASeriesCannotBeLearnt) {
  const auto refused = [](std::vector<double> values) {
    const SeriesFit outcome = fit(values);
    return outcome.fitted == nullptr && !outcome.reason.empty() && !outcome.converged;
  };
  EXPECT_TRUE(refused(shop(71)));
  EXPECT_TRUE(refused(std::vector<double>(500, 0.0)));
  EXPECT_TRUE(refused(std::vector<double>(500, 7.5)));
  std::vector<double> infinite = shop(200);
  infinite[20] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(refused(infinite));
  std::vector<double> gaps(500, kMissing);
  gaps.front() = 1;
  gaps.back() = 2;
  EXPECT_TRUE(refused(gaps));
  std::vector<double> late(500, 3.0);  // varies in the held-out part only
  late.back() = 4;
  EXPECT_TRUE(refused(late));
  EXPECT_NE(fit(shop(72)).fitted, nullptr);
}

TEST(Lstm, TakesGapsZerosAndNegativeValues) {
  std::vector<double> values = shop(300);
  for (std::size_t i = 30; i < 60; ++i) values[i] = kMissing;
  for (std::size_t i = 280; i < 299; ++i) values[i] = kMissing;  // held out
  for (std::size_t i = 120; i < 220; ++i) values[i] = 0;
  values[250] = -5;
  const auto outcome = fit(values);
  ASSERT_NE(outcome.fitted, nullptr) << outcome.reason;
  const auto forecast = outcome.fitted->forecast(60);
  for (Eigen::Index k = 0; k < 60; ++k) {
    EXPECT_TRUE(std::isfinite(forecast->mean(k)));
    EXPECT_LE(forecast->quantile(k, 0.1), forecast->quantile(k, 0.9));
  }
}

TEST(Lstm, SameSeedSameBytes) {
  const std::vector<double> values = shop(200);
  EXPECT_EQ(bytes(*fit(values).fitted), bytes(*fit(values).fitted));
  EXPECT_NE(bytes(*fit(values).fitted), bytes(*fit(values, 2).fitted));
}

TEST(Lstm, APanelGivesTheSameBytesOnAnyNumberOfThreads) {
  Panel panel(kHourly);
  for (int i = 0; i < 6; ++i) panel.add(std::to_string(i), kFirst, shop(150, 10 + i));
  const auto state = [&](unsigned threads) {
    FitOptions options;
    options.threads = threads;
    const ModelPtr model = per_series(make_lstm(small()), make_lstm(small()));
    nlohmann::json saved = model->fit(panel, {}, options)->save();
    for (auto& series : saved.at("series")) series.erase("milliseconds");
    return nlohmann::json::to_cbor(saved);
  };
  EXPECT_EQ(state(1), state(4));
}

TEST(Lstm, OneFittedModelForecastsFromSeveralThreads) {
  const auto fitted = fit(shop(200)).fitted;
  const auto expected = means(*fitted, 30);
  std::vector<std::vector<double>> found(4);
  std::vector<std::thread> threads;
  for (auto& result : found) threads.emplace_back([&] { result = means(*fitted, 30); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : found) EXPECT_EQ(result, expected);
}

TEST(Lstm, SavedStateGoesOnToTheBit) {
  const auto outcome = fit(shop(200));
  const auto saved = bytes(*outcome.fitted);
  const auto loaded = make_lstm()->load(nlohmann::json::from_cbor(saved), kHourly);
  EXPECT_EQ(bytes(*loaded), saved);
  EXPECT_EQ(means(*loaded, 30), means(*outcome.fitted, 30));
  const std::vector<double> more{21, kMissing, 25};
  loaded->update(more);
  outcome.fitted->update(more);
  EXPECT_EQ(bytes(*loaded), bytes(*outcome.fitted));
}

TEST(Lstm, DamagedStatesAreRefused) {
  const nlohmann::json good = fit(shop(200)).fitted->save();
  const auto code = [](nlohmann::json state) {
    try {
      make_lstm()->load(state, kHourly);
    } catch (const Error& error) {
      return error.code() == ErrorCode::bad_data;
    }
    return false;
  };
  for (const char* key : {"units", "encoding", "parameters", "errors", "past", "end"}) {
    nlohmann::json state = good;
    state.erase(key);
    EXPECT_TRUE(code(state)) << key;
  }
  nlohmann::json state = good;
  state["units"] = 9;
  EXPECT_TRUE(code(state));
  state = good;
  state["past"] = std::vector<double>{1, 2};
  EXPECT_TRUE(code(state));
  state = good;
  state["encoding"]["season"] = 0;
  EXPECT_TRUE(code(state));
  EXPECT_TRUE(code(nlohmann::json::array()));
}

TEST(Lstm, UpdatesInPartsAsAtOnceAndLeavesItsCloneAlone) {
  const auto whole = fit(shop(200)).fitted;
  const auto parts = whole->clone();
  const auto before = means(*whole, 5);
  const auto untouched = whole->clone();
  const std::vector<double> more = shop(100, 40);
  whole->update(more);
  for (const double value : more) parts->update({&value, 1});
  EXPECT_EQ(bytes(*whole), bytes(*parts));
  EXPECT_EQ(means(*untouched, 5), before);
}

TEST(Lstm, AForecastRepeatsItselfAndLongerOnesBeginLikeShorterOnes) {
  const auto fitted = fit(shop(200)).fitted;
  const auto shorter = means(*fitted, 10);
  auto longer = means(*fitted, 100);
  longer.resize(10);
  EXPECT_EQ(shorter, longer);
}

TEST(Lstm, FollowsALevelShiftAfterTraining) {
  const auto fitted = fit(shop(400)).fitted;
  const auto at_twenty = means(*fitted, 24);
  fitted->update(shop(96, 60));  // whole days: the season stays in phase up to 16 hours
  double sum = 0;
  for (const double mean : means(*fitted, 24)) sum += mean / 24;
  EXPECT_NEAR(sum, 60, 6);
  EXPECT_LT(at_twenty[0], 40);
}

TEST(Lstm, ScalingTheSeriesScalesTheForecast) {
  std::vector<double> values = shop(200);
  const auto fitted = fit(values).fitted;
  for (double& value : values) value *= 1024;  // a power of two: exact
  const auto scaled = fit(values).fitted;
  const auto small_means = means(*fitted, 24);
  const auto large_means = means(*scaled, 24);
  for (std::size_t k = 0; k < 24; ++k) EXPECT_EQ(large_means[k], 1024 * small_means[k]);
  EXPECT_NEAR(scaled->forecast(3)->quantile(2, 0.9), 1024 * fitted->forecast(3)->quantile(2, 0.9),
              1e-6 * large_means[2]);
}

TEST(Lstm, QuantilesAreOrderedAndDrawsKeepThem) {
  const auto forecast = fit(shop(300)).fitted->forecast(80);
  Generator generator(1);
  const Eigen::MatrixXd paths = forecast->draw(2000, generator);
  for (const Eigen::Index step : {0, 30, 79}) {
    double last = -1e300;
    for (const double p : {0.025, 0.1, 0.5, 0.9, 0.975}) {
      EXPECT_GE(forecast->quantile(step, p), last);
      last = forecast->quantile(step, p);
    }
    const auto below = (paths.row(step).array() <= forecast->quantile(step, 0.9)).count();
    EXPECT_NEAR(static_cast<double>(below) / 2000, 0.9, 0.05);
  }
}

TEST(Lstm, ExplainsWhatItDid) {
  const auto words = fit(shop(300)).fitted->explain();
  EXPECT_EQ(words.at("units"), 8);
  EXPECT_EQ(words.at("window"), 24);
  EXPECT_EQ(words.at("parameters"), 4 * 8 * (5 + 1 + 8) + 9);
  EXPECT_GE(words.at("epochs"), words.at("best_epoch"));
  EXPECT_GT(words.at("training_loss"), 0);
  EXPECT_GT(words.at("held_out_loss"), 0);
  EXPECT_EQ(words.at("training_windows").get<int>() + words.at("held_out_windows").get<int>(), 276);
}

TEST(Lstm, ReportsProgress) {
  class Notes final : public Progress {
   public:
    void report(const std::string&, double share, const std::string& note) override {
      shares.push_back(share);
      notes.push_back(note);
    }
    std::vector<double> shares;
    std::vector<std::string> notes;
  } progress;
  FitOptions options;
  options.progress = &progress;
  make_lstm(small())->fit({kHourly, kFirst, shop(200)}, options);
  ASSERT_EQ(progress.shares.size(), 5U);  // four epochs and the end
  EXPECT_EQ(progress.shares.back(), 1);
  EXPECT_EQ(progress.notes.front().rfind("epoch 1, loss 0.", 0), 0U) << progress.notes.front();
}

TEST(LstmOptions, RefuseWhatCannotWork) {
  const auto refused = [](auto change) {
    LstmOptions options;
    change(options);
    try {
      make_lstm(options);
    } catch (const Error& error) {
      return error.code() == ErrorCode::invalid_value;
    }
    return false;
  };
  EXPECT_TRUE(refused([](LstmOptions& o) { o.units = 0; }));
  EXPECT_TRUE(refused([](LstmOptions& o) { o.window = 1; }));
  EXPECT_TRUE(refused([](LstmOptions& o) { o.batch = -3; }));
  EXPECT_TRUE(refused([](LstmOptions& o) { o.learning_rate = kMissing; }));
  EXPECT_TRUE(refused([](LstmOptions& o) { o.held_out_share = 0.9; }));
  EXPECT_FALSE(refused([](LstmOptions&) {}));
}

}  // namespace
}  // namespace forecart
