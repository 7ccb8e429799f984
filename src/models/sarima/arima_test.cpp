#include "models/sarima/arima.h"

#include "base/error.h"
#include "base/random.h"
#include "models/sarima/fitted_arima.h"
#include "models/sarima/kalman.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace forecart {
namespace {

using Eigen::Index;

const Calendar kHours;
const ArimaOptions kAirline{SarimaOrder{0, 1, 1, 0, 1, 1, 12}};

/// Trend, a season of 12 and noise.
std::vector<double> seasonal_series(std::size_t n, std::uint64_t seed = 1) {
  Generator generator(seed);
  std::vector<double> y;
  double level = 100;
  for (std::size_t t = 0; t < n; ++t) {
    level += 0.2 + 0.5 * generator.normal();
    y.push_back(level + 10 * std::sin(static_cast<double>(t) * 0.5235987755982988) +
                generator.normal());
  }
  return y;
}

SeriesFit fit(const ArimaOptions& options, std::span<const double> y) {
  return make_arima(options)->fit({kHours, 0, y}, {});
}

std::vector<double> means(const FittedSeries& fitted, Index horizon = 24) {
  const PredictivePtr f = fitted.forecast(horizon);
  std::vector<double> result;
  for (Index k = 0; k < horizon; ++k) result.push_back(f->mean(k));
  return result;
}

double deviation(const FittedSeries& fitted, Index step) {
  const PredictivePtr f = fitted.forecast(step + 1);
  return std::sqrt(dynamic_cast<const GaussianPredictive&>(*f).variance(step));
}

TEST(Arima, SaysWhatItIs) {
  const auto model = make_arima(kAirline);
  EXPECT_EQ(model->name(), "ARIMA");
  const auto y = seasonal_series(120);
  const auto explained = fit(kAirline, y).fitted->explain();
  EXPECT_EQ(explained.at("order"), "(0,1,1)(0,1,1)12");
  EXPECT_EQ(explained.at("observations"), 107);
  EXPECT_LT(explained.at("aic").get<double>(), explained.at("aicc").get<double>());
  EXPECT_GT(explained.at("standard_errors").at("ma1").get<double>(), 0);
  EXPECT_LT(std::abs(explained.at("coefficients").at("sma1").get<double>()), 1);
}

TEST(Arima, RefusesInvalidOrders) {
  try {
    make_arima({SarimaOrder{1, 3, 0}});
    FAIL() << "d = 3 was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_value);
  }
}

TEST(Arima, MeanOnlyWithoutDifferences) {
  auto y = seasonal_series(100);
  EXPECT_TRUE(fit({SarimaOrder{1, 0, 0}}, y).fitted->explain()["coefficients"].contains("mean"));
  EXPECT_FALSE(fit({SarimaOrder{1, 1, 0}}, y).fitted->explain()["coefficients"].contains("mean"));
}

TEST(Arima, DriftGoesOnInTheForecast) {
  std::vector<double> y;
  Generator generator(3);
  for (int t = 0; t < 200; ++t) y.push_back(5 + 0.7 * t + generator.normal());
  ArimaOptions options{SarimaOrder{0, 1, 1}};
  options.drift = true;
  const auto f = means(*fit(options, y).fitted, 11);
  EXPECT_NEAR((f[10] - f[0]) / 10, 0.7, 0.02);
}

TEST(Arima, ScalingTheSeriesScalesTheForecast) {
  const auto y = seasonal_series(150);
  std::vector<double> scaled = y;
  for (double& value : scaled) value *= 1000;
  const auto a = fit(kAirline, y);
  const auto b = fit(kAirline, scaled);
  for (Index k = 0; k < 24; ++k) {
    EXPECT_NEAR(b.fitted->forecast(24)->mean(k) / 1000, a.fitted->forecast(24)->mean(k), 1e-3);
  }
  EXPECT_NEAR(deviation(*b.fitted, 5) / 1000, deviation(*a.fitted, 5), 1e-3);
}

TEST(Arima, ChangingTheFutureChangesNothing) {
  auto y = seasonal_series(200);
  const std::span<const double> past(y.data(), 150);
  const auto before = means(*fit(kAirline, past).fitted);
  for (std::size_t t = 150; t < 200; ++t) y[t] = 1e9;
  EXPECT_EQ(means(*fit(kAirline, past).fitted), before);
}

TEST(Arima, UpdatingInPiecesEqualsFilteringAtOnce) {
  auto y = seasonal_series(220);
  y[170] = y[171] = y[203] = NAN;
  for (const ArimaOptions& options : {kAirline, ArimaOptions{SarimaOrder{2, 0, 1}}}) {
    const auto first = fit(options, std::span(y).first(150));
    const auto whole = first.fitted->clone();
    whole->update(std::span(y).subspan(150));
    const auto pieces = first.fitted->clone();
    for (std::size_t t = 150; t < 220; ++t) pieces->update(std::span(y).subspan(t, 1));
    EXPECT_EQ(whole->save().dump(), pieces->save().dump());

    const auto model = make_arima(options);
    const auto restored = model->load(nlohmann::json::parse(first.fitted->save().dump()), kHours);
    restored->update(std::span(y).subspan(150));
    EXPECT_EQ(whole->save().dump(), restored->save().dump());
    EXPECT_EQ(means(*whole), means(*restored));
  }
}

/// A model, a series with gaps, and where it is cut into pieces.
struct Moving {
  ArimaOptions options;
  std::vector<double> y;
  std::size_t fitted;  // values of the history that the model is fitted to
};

Moving moving() {
  static const SarimaOrder kOrders[] = {{0, 1, 1, 0, 1, 1, 12}, {2, 0, 1},
                                        {1, 1, 1, 1, 1, 1, 7},  {0, 2, 2},
                                        {1, 0, 0, 2, 0, 1, 4},  {0, 1, 2, 0, 1, 1, 24}};
  const auto order = kOrders[*rc::gen::inRange<std::size_t>(0, std::size(kOrders))];
  Moving m{{order}, seasonal_series(160, *rc::gen::inRange<std::uint64_t>(1, 1000)), 0};
  m.fitted = *rc::gen::inRange<std::size_t>(90, 140);
  const auto gaps =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, m.y.size()));
  for (std::size_t k = 0; k < std::min<std::size_t>(gaps.size(), 30); ++k) m.y[gaps[k]] = NAN;
  return m;
}

RC_GTEST_PROP(Arima, AnyPiecesEqualTheWholeHistory, ()) {
  const Moving m = moving();
  const std::span<const double> y(m.y);
  const SeriesFit first = fit(m.options, y.first(m.fitted));
  RC_PRE(static_cast<bool>(first.fitted));
  const auto whole = first.fitted->clone();
  whole->update(y.subspan(m.fitted));
  const auto model = make_arima(m.options);
  auto pieces = first.fitted->clone();
  for (std::size_t t = m.fitted; t < m.y.size();) {
    const auto count = *rc::gen::inRange<std::size_t>(1, m.y.size() - t + 1);
    pieces->update(y.subspan(t, count));
    if (*rc::gen::arbitrary<bool>()) {
      pieces = model->load(nlohmann::json::parse(pieces->save().dump()), kHours);
    }
    t += count;
  }
  RC_ASSERT(whole->save().dump() == pieces->save().dump());
  RC_ASSERT(means(*whole) == means(*pieces));
}

/// A model that begins with the first value, not where the fit ended: its own steady state comes
/// elsewhere.
RC_GTEST_PROP(Arima, MovingOnEqualsItsOwnFilterOverTheWholeHistory, ()) {
  const Moving m = moving();
  const std::span<const double> y(m.y);
  const SeriesFit first = fit(m.options, y.first(m.fitted));
  RC_PRE(static_cast<bool>(first.fitted));
  const Index known = std::find_if(y.begin(), y.end(), [](double v) { return v == v; }) - y.begin();
  first.fitted->update(y.subspan(m.fitted));
  const auto whole = sarima::begin_arima(sarima::parameters_of(*first.fitted),
                                         {1, known, std::ssize(y) - known}, y.subspan(known), {});
  const auto moved = means(*first.fitted);
  const auto filtered = means(*whole);
  for (std::size_t k = 0; k < moved.size(); ++k) {
    RC_ASSERT(std::abs(moved[k] - filtered[k]) <= 1e-10 * (1 + std::abs(filtered[k])));
  }
  RC_ASSERT(std::abs(deviation(*first.fitted, 5) / deviation(*whole, 5) - 1) < 1e-10);
}

/// The dense filter of the whole series with the same parameters, which shares no step.
RC_GTEST_PROP(Arima, MovingOnEqualsFilteringTheWholeHistory, ()) {
  const Moving m = moving();
  const std::span<const double> y(m.y);
  const SeriesFit first = fit(m.options, y.first(m.fitted));
  RC_PRE(static_cast<bool>(first.fitted));
  first.fitted->update(y.subspan(m.fitted));
  const sarima::ArimaParameters& parameters = sarima::parameters_of(*first.fitted);
  const double mean = parameters.regression.mean();
  const auto arma = sarima::arma_from_coefficients(m.options.order, parameters.coefficients);
  std::vector<double> centred(m.y);
  for (double& value : centred) value -= mean;
  const sarima::KalmanResult dense = sarima::kalman_filter(m.options.order, *arma, centred);
  const auto size = static_cast<Index>(arma->state_size());
  const auto delta = difference_polynomial(m.options.order.d, m.options.order.D, m.options.order.s);
  double next = mean + (size > 0 ? dense.state[0] : 0.0);
  for (Index j = 1; j < std::ssize(delta); ++j) {
    next -= delta[static_cast<std::size_t>(j)] * dense.state[size + j - 1];
  }
  const bool starts_with_a_gap =
      std::any_of(y.begin(), y.begin() + m.options.order.lost(), [](double v) { return v != v; });
  // a diffuse first value leaves 1e10 / 1e16 of itself in the dense filter
  RC_ASSERT(std::abs(means(*first.fitted, 1)[0] - next) < (starts_with_a_gap ? 1e-3 : 1e-7));
}

TEST(Arima, AMissingLastValueWidensTheIntervals) {
  const auto y = seasonal_series(150);
  const auto fitted = fit(kAirline, y).fitted;
  const auto later = fitted->clone();
  later->update(std::vector<double>{NAN, NAN, NAN});
  EXPECT_NEAR(deviation(*later, 0), deviation(*fitted, 3), 1e-9);
  EXPECT_NEAR(means(*later)[0], means(*fitted)[3], 1e-9);
}

TEST(Arima, FitsThroughGaps) {
  auto y = seasonal_series(200, 5);
  const auto complete = fit(kAirline, y);
  for (const std::size_t t : {3u, 40u, 41u, 42u, 90u, 150u}) y[t] = NAN;
  const auto gappy = fit(kAirline, y);
  ASSERT_TRUE(gappy.fitted) << gappy.reason;
  EXPECT_TRUE(gappy.converged) << gappy.reason;
  EXPECT_EQ(gappy.fitted->explain().at("observations"), 200 - 13 - 6);
  for (Index k = 0; k < 12; ++k) {
    EXPECT_NEAR(means(*gappy.fitted)[k], means(*complete.fitted)[k],
                deviation(*complete.fitted, k));
  }
}

TEST(Arima, SaysWhyASeriesCannotBeFitted) {
  const std::vector<double> tiny = {1, 2, 3};
  const SeriesFit result = fit(kAirline, tiny);
  EXPECT_FALSE(result.fitted);
  EXPECT_FALSE(result.converged);
  EXPECT_TRUE(result.reason.find("at least") != std::string::npos);
}

TEST(Arima, FitsTheShortestSeriesItAdmits) {
  for (const SarimaOrder& order : {SarimaOrder{1, 0, 1}, SarimaOrder{0, 1, 1, 0, 1, 1, 12}}) {
    const auto y = seasonal_series(60, 9);
    std::size_t n = 1;
    while (!fit({order}, std::span(y).first(n)).fitted) ASSERT_LT(++n, 60u);
    const auto result = fit({order}, std::span(y).first(n));
    for (const double value : means(*result.fitted)) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(Arima, SurvivesCountsThatAreMostlyZero) {
  std::vector<double> y(300, 0.0);
  y[50] = y[120] = y[121] = y[280] = 1;
  const auto result = fit({SarimaOrder{1, 1, 1, 1, 1, 1, 24}}, y);
  ASSERT_TRUE(result.fitted) << result.reason;
  for (const double value : means(*result.fitted)) EXPECT_TRUE(std::isfinite(value));
}

/// Order lines per hour of the study's data; empty where the shared folder is missing.
std::vector<double> order_lines() {
  const char* shared = std::getenv("FORECART_SHARED");
  std::ifstream file(std::string(shared != nullptr ? shared : "../shared") +
                     "/golden/data/galli_hourly.csv");
  std::vector<double> y;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) y.push_back(std::stod(line.substr(line.find(',') + 1)));
  return y;
}

/// Mean absolute error over 8 origins of 24 hours from 24 December, by `backward(mean, variance)`.
template <class Backward>
double december_error(const std::vector<double>& y, const std::vector<double>& scaled,
                      const Backward& backward) {
  constexpr std::size_t kFirst = 8565;  // values up to 2019-12-23 23:00
  auto fitted = fit({SarimaOrder{1, 1, 1, 1, 1, 1, 24}}, std::span(scaled).first(kFirst)).fitted;
  double sum = 0;
  for (std::size_t origin = kFirst; origin < kFirst + 192; origin += 24) {
    const PredictivePtr f = fitted->forecast(24);
    const auto& gaussian = dynamic_cast<const GaussianPredictive&>(*f);
    for (Index k = 0; k < 24; ++k) {
      const double forecast = backward(gaussian.mean(k), gaussian.variance(k));
      sum += std::abs(forecast - y[origin + static_cast<std::size_t>(k)]);
    }
    fitted->update(std::span(scaled).subspan(origin, 24));
  }
  return sum / 192;
}

TEST(Arima, RealOrdersReachTheBaselines) {
  const std::vector<double> y = order_lines();
  if (y.empty()) GTEST_SKIP() << "FORECART_SHARED holds no golden/data/galli_hourly.csv";
  ASSERT_EQ(y.size(), 8763u);
  const auto result = fit({SarimaOrder{1, 1, 1, 1, 1, 1, 24}}, std::span(y).first(8643));
  const double log_likelihood = result.fitted->explain().at("log_likelihood");
  EXPECT_GT(log_likelihood, -26373.05);

  const double plain = december_error(y, y, [](double m, double) { return m; });
  EXPECT_LT(plain, 5.06);
  std::vector<double> root = y;
  for (double& value : root) value = std::sqrt(value);
  const double rooted =
      december_error(y, root, [](double m, double v) { return std::max(0.0, m * m + v); });
  EXPECT_LT(rooted, 4.92);
  RecordProperty("log_likelihood", std::to_string(log_likelihood));
  RecordProperty("mae", std::to_string(plain));
  RecordProperty("mae_sqrt", std::to_string(rooted));
  std::printf("log-likelihood %.4f, MAE %.4f, on roots %.4f\n", log_likelihood, plain, rooted);
}

}  // namespace
}  // namespace forecart
