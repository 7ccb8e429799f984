// ARIMA with regressors through the interface of per-series models.

#include "base/error.h"
#include "base/random.h"
#include "models/sarima/arima.h"
#include "models/sarima/design.h"
#include "models/sarima/gaps.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

const Calendar kHours;
const ArimaOptions kShort{SarimaOrder{1, 0, 1}};
const ArimaOptions kAirline{SarimaOrder{0, 1, 1, 0, 1, 1, 12}};

/// An ARMA series that moves with a price and a promotion, which go on for 24 steps.
struct Shop {
  std::vector<double> y;
  Regressors past{{"price", "promo"}, {}};
  Regressors future{{"price", "promo"}, {}};

  explicit Shop(Index n, std::uint64_t seed = 1) {
    Generator generator(seed);
    MatrixXd x(n + 24, 2);
    double error = 0;
    for (Index t = 0; t < n + 24; ++t) {
      x(t, 0) = 10 + generator.normal();
      x(t, 1) = generator.uniform() < 0.2 ? 1 : 0;
      error = 0.7 * error + generator.normal();
      if (t < n) y.push_back(50 - 3 * x(t, 0) + 8 * x(t, 1) + error);
    }
    past.values = x.topRows(n);
    future.values = x.bottomRows(24);
  }

  SeriesInput input() const { return {kHours, 1000, y, past}; }
};

SeriesFit fit(const ArimaOptions& options, const SeriesInput& input) {
  return make_arima(options)->fit(input, {});
}

std::vector<double> means(const FittedSeries& fitted, const Regressors& future) {
  const PredictivePtr f = fitted.forecast(24, future);
  std::vector<double> result;
  for (Index k = 0; k < 24; ++k) result.push_back(f->mean(k));
  return result;
}

/// One more column, for the history and (as zeros) the horizon.
void add_column(Shop& shop, const std::string& name, const Eigen::VectorXd& values) {
  shop.past.names.push_back(name);
  shop.past.values.conservativeResize(Eigen::NoChange, shop.past.values.cols() + 1);
  shop.past.values.rightCols(1) = values;
}

bool tells(const SeriesFit& result, const std::string& words) {
  return result.reason.find(words) != std::string::npos;
}

TEST(ArimaRegression, FindsWhatTheRegressorsDo) {
  const Shop shop(400);
  const SeriesFit result = fit(kShort, shop.input());
  ASSERT_TRUE(result.fitted);
  EXPECT_EQ(result.reason, "");
  EXPECT_EQ(result.fitted->needs(), (std::vector<std::string>{"price", "promo"}));
  const json told = result.fitted->explain();
  const json& price = told.at("regressors").at("price");
  EXPECT_NEAR(price.at("coefficient").get<double>(), -3,
              4 * price.at("standard_error").get<double>());
  EXPECT_NEAR(told["regressors"]["promo"]["coefficient"].get<double>(), 8, 0.5);
  EXPECT_LT(price.at("standard_error").get<double>(), 0.1);
  EXPECT_NEAR(told["coefficients"]["mean"].get<double>(), 50, 2) << "on the scale of the data";
  EXPECT_GT(told["standard_errors"]["mean"].get<double>(), 0.1);
}

TEST(ArimaRegression, ForecastsMoveWithTheFuture) {
  const Shop shop(300);
  const auto fitted = fit(kShort, shop.input()).fitted;
  Regressors dearer = shop.future;
  dearer.values(5, 0) += 1;
  const auto before = means(*fitted, shop.future);
  const auto after = means(*fitted, dearer);
  const double price = fitted->explain()["regressors"]["price"]["coefficient"].get<double>();
  for (std::size_t k = 0; k < 24; ++k) {
    EXPECT_NEAR(after[k] - before[k], k == 5 ? price : 0, 1e-9);
  }
}

TEST(ArimaRegression, AsksForWhatItNeeds) {
  const Shop shop(200);
  const auto fitted = fit(kShort, shop.input()).fitted;
  Regressors few = shop.future;
  few.values = few.values.topRows(23).eval();
  Regressors other = shop.future;
  other.names = {"promo", "price"};
  for (const Regressors& wrong : {Regressors{}, few, other}) {
    EXPECT_THROW(fitted->forecast(24, wrong), Error);
  }
}

TEST(ArimaRegression, ScaleAndOffsetOfARegressorDoNotMatter) {
  const Shop shop(300);
  for (const ArimaOptions& options : {kShort, kAirline}) {
    const auto plain = fit(options, shop.input());
    const auto before = means(*plain.fitted, shop.future);
    const json told = plain.fitted->explain();
    for (const auto& [scale, offset] :
         {std::pair{1e12, 0.0}, {1e-12, 0.0}, {1.0, 1e6}, {1e300, 0.0}, {1e-300, 0.0}}) {
      Shop other = shop;
      other.past.values.col(0) = shop.past.values.col(0) * scale;
      other.past.values.col(0).array() += offset;
      other.future.values.col(0) = shop.future.values.col(0) * scale;
      other.future.values.col(0).array() += offset;
      const auto scaled = fit(options, other.input());
      ASSERT_TRUE(scaled.fitted) << scaled.reason;
      const auto after = means(*scaled.fitted, other.future);
      for (std::size_t k = 0; k < 24; ++k) EXPECT_NEAR(after[k], before[k], 1e-4);
      const json own = scaled.fitted->explain()["regressors"]["price"];
      EXPECT_NEAR(own["coefficient"].get<double>() * scale /
                      told["regressors"]["price"]["coefficient"].get<double>(),
                  1, 1e-5);
      EXPECT_NEAR(own["standard_error"].get<double>() * scale /
                      told["regressors"]["price"]["standard_error"].get<double>(),
                  1, 1e-4);
    }
  }
}

TEST(ArimaRegression, DropsWhatSaysNothingAndNamesIt) {
  const Shop shop(300);
  const auto before = means(*fit(kShort, shop.input()).fitted, shop.future);
  const Index n = shop.past.values.rows();
  Shop other = shop;
  add_column(other, "constant", Eigen::VectorXd::Constant(n, 0.1));
  add_column(other, "zero", Eigen::VectorXd::Zero(n));
  add_column(other, "unknown", Eigen::VectorXd::Constant(n, NAN));
  add_column(other, "double price", 2 * shop.past.values.col(0));
  add_column(other, "both", shop.past.values.rowwise().sum());
  const SeriesFit result = fit(kShort, other.input());
  ASSERT_TRUE(result.fitted) << result.reason;
  EXPECT_TRUE(result.converged);
  for (const char* words :
       {"'constant' does not vary", "'zero' is always zero",
        "'unknown' has no value in the history", "'double price' follows from the other terms",
        "'both' follows from the other terms"}) {
    EXPECT_TRUE(tells(result, words)) << words << " is not in: " << result.reason;
  }
  EXPECT_EQ(result.fitted->needs(), shop.past.names);
  EXPECT_EQ(means(*result.fitted, shop.future), before);
  EXPECT_EQ(result.fitted->explain().at("dropped").size(), 5U);
}

TEST(ArimaRegression, DropsWhatDifferencingTakesAway) {
  Shop shop(300);
  const Index n = shop.past.values.rows();
  add_column(shop, "trend", Eigen::VectorXd::LinSpaced(n, 1, static_cast<double>(n)));
  Eigen::VectorXd month(n);
  for (Index t = 0; t < n; ++t) month[t] = static_cast<double>(t % 12);
  add_column(shop, "month", month);
  ArimaOptions options = kAirline;
  options.fourier = {{12, 2}, {30, 1}};
  const SeriesFit result = fit(options, shop.input());
  ASSERT_TRUE(result.fitted) << result.reason;
  for (const char* name : {"'trend'", "'month'", "'S1-12'", "'C2-12'"}) {
    EXPECT_TRUE(tells(result, std::string(name) + " vanishes with differencing")) << result.reason;
  }
  const json told = result.fitted->explain().at("regressors");
  EXPECT_TRUE(told.contains("S1-30") && told.contains("C1-30") && told.contains("price"));
}

TEST(ArimaRegression, ATrendBesideADriftIsDropped) {
  Shop shop(200);
  add_column(shop, "trend", Eigen::VectorXd::LinSpaced(200, 7, 900));
  ArimaOptions options{SarimaOrder{0, 1, 1}};
  options.drift = true;
  EXPECT_TRUE(tells(fit(options, shop.input()), "'trend' follows from the other terms"));
  options.drift = false;
  EXPECT_EQ(fit(options, shop.input()).reason, "") << "without a drift it is one";
}

TEST(ArimaRegression, AnUnknownRegressorMakesTheValueMissing) {
  const Shop shop(80);
  Shop unknown = shop;
  Shop missing = shop;
  for (const Index t : {0, 1, 30, 31, 60, 79}) {
    unknown.past.values(t, t % 2) = NAN;
    missing.y[static_cast<std::size_t>(t)] = NAN;
  }
  for (const ArimaOptions& options : {kShort, ArimaOptions{SarimaOrder{0, 1, 1, 0, 1, 0, 4}}}) {
    const auto a = fit(options, unknown.input());
    ASSERT_TRUE(a.fitted) << a.reason;
    EXPECT_EQ(a.fitted->explain()["observations"], 80 - 6 - options.order.lost());
    // the adapter trims missing ends, so the other one is fitted as the adapter would
    const auto middle = std::span(missing.y).subspan(2, 77);
    const Regressors beside{shop.past.names, shop.past.values.middleRows(2, 77)};
    const auto b = fit(options, {kHours, 1002, middle, beside});
    b.fitted->update(std::vector<double>{NAN}, {shop.past.names, shop.past.values.bottomRows(1)});
    const auto left = means(*a.fitted, shop.future);
    const auto right = means(*b.fitted, shop.future);
    for (std::size_t k = 0; k < 24; ++k) EXPECT_NEAR(left[k], right[k], 1e-9);
  }
}

TEST(ArimaRegression, FourierTermsDoNotDependOnWhereTheSeriesBegins) {
  std::vector<double> y;
  Generator generator(4);
  for (Index t = 0; t < 400; ++t) {
    y.push_back(20 + 6 * std::sin(0.03740 * static_cast<double>(t)) + generator.normal());
  }
  ArimaOptions options{SarimaOrder{1, 0, 0}};
  options.fourier = {{168, 2}};
  const auto whole = fit(options, {kHours, 500000, y});
  const auto told = whole.fitted->explain();
  const auto later = fit(options, {kHours, 500040, std::span(y).subspan(40)});
  for (const char* name : {"S1-168", "C1-168"}) {
    EXPECT_NEAR(later.fitted->explain()["regressors"][name]["coefficient"].get<double>(),
                told["regressors"][name]["coefficient"].get<double>(), 0.5);
  }
  EXPECT_TRUE(whole.fitted->needs().empty());
  EXPECT_NEAR(means(*later.fitted, {})[20], means(*whole.fitted, {})[20], 0.3);
}

TEST(ArimaRegression, TooManyRegressorsAreARefusalNotACrash) {
  Shop shop(20);
  Generator generator(8);
  for (int c = 0; c < 30; ++c) {
    Eigen::VectorXd noise(20);
    for (double& value : noise) value = generator.normal();
    add_column(shop, "noise " + std::to_string(c), noise);
  }
  const SeriesFit result = fit(kShort, shop.input());
  EXPECT_FALSE(result.fitted);
  EXPECT_FALSE(result.converged);
  EXPECT_TRUE(tells(result, "regressors, which 20 values do not prove: give at least "))
      << result.reason;
  EXPECT_TRUE(tells(result, "values, or fewer regressors")) << result.reason;
}

TEST(ArimaRegression, ARegressorThatExplainsEverythingGoesOnExplainingIt) {
  Shop shop(100);
  for (std::size_t t = 0; t < 100; ++t)
    shop.y[t] = 3 + 2 * shop.past.values(static_cast<Index>(t), 0);
  for (const ArimaOptions& options : {kShort, kAirline}) {
    const SeriesFit result = fit(options, shop.input());
    ASSERT_TRUE(result.fitted) << result.reason;
    EXPECT_TRUE(tells(result, "nothing is left to estimate"));
    const PredictivePtr f = result.fitted->forecast(24, shop.future);
    for (Index k = 0; k < 24; ++k) {
      EXPECT_NEAR(f->mean(k), 3 + 2 * shop.future.values(k, 0), 1e-9);
      EXPECT_LT(f->quantile(k, 0.1), f->quantile(k, 0.9));
    }
  }
}

/// The price is known beside 12 of 100 values, the promotion beside 90.
Shop partly_known() {
  Shop shop(100);
  shop.past.values.col(0).head(88).setConstant(NAN);
  shop.past.values.col(1).head(10).setConstant(NAN);
  return shop;
}

TEST(ArimaRegression, ARegressorKnownBesideAFewValuesIsDroppedByName) {
  const Shop shop = partly_known();
  const SeriesFit result = fit(kShort, shop.input());
  ASSERT_TRUE(result.fitted) << result.reason;
  EXPECT_EQ(result.reason,
            "dropped 'price' is unknown beside 88 of 100 values; left out 10 of 100 values, beside "
            "which 'promo' is unknown");
  EXPECT_EQ(result.fitted->needs(), std::vector<std::string>{"promo"});
}

TEST(ArimaRegression, TooFewValuesBesideKnownRegressorsAreNamedAsSuch) {
  Shop shop(12);
  shop.past.values.col(0).head(6).setConstant(NAN);
  const SeriesFit result = fit(kShort, shop.input());
  EXPECT_FALSE(result.fitted);
  EXPECT_TRUE(tells(result, "has 6 beside which all regressors are known")) << result.reason;
  EXPECT_TRUE(tells(result, "left out 6 of 12 values, beside which 'price' is unknown"))
      << result.reason;
}

/// One standard error as the regression of its column on all others gives it.
double error_by_its_own_regression(const sarima::Design& design, const sarima::Estimate& e,
                                   Index c) {
  std::vector<Index> others;
  for (Index i = 0; i < design.x.cols(); ++i) {
    if (i != c) others.push_back(i);
  }
  std::vector<double> y(design.x.col(c).begin(), design.x.col(c).end());
  Index used = -e.order.lost();
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(design.y[t])) y[t] = NAN;
    used += std::isnan(y[t]) ? 0 : 1;
  }
  const double left =
      sarima::likelihood_with_gaps(e.order, e.arma, y, design.x(Eigen::all, others)).sigma2;
  return std::sqrt(e.sigma2 / (static_cast<double>(used) * left)) / design.scale[c];
}

TEST(ArimaRegression, OneFactorisationGivesTheStandardErrorsOfAllColumns) {
  Shop shop(140);
  Generator generator(12);
  for (int c = 0; c < 8; ++c) {
    Eigen::VectorXd noise(140);
    for (double& value : noise) value = generator.normal();
    add_column(shop, "noise " + std::to_string(c), noise);
  }
  for (const bool gaps : {false, true}) {
    if (gaps) shop.y[30] = shop.y[31] = shop.y[77] = NAN;
    const SeriesInput input = shop.input();
    const auto design = sarima::make_design(input, kAirline.order, {});
    const auto e = sarima::estimate_design(kAirline.order, design);
    const auto regression = sarima::estimated_regression(design, e, true);
    ASSERT_EQ(regression.size(), 10);
    for (Index c = 0; c < 10; ++c) {
      const double told = regression.columns()[static_cast<std::size_t>(c)].standard_error;
      EXPECT_NEAR(told / error_by_its_own_regression(design, e, c), 1, 1e-8) << c << gaps;
    }
  }
}

/// A shop, a model of its first 120 values, and that model moved on over the other 40 at once.
struct MovedOn {
  Shop shop{160};
  SeriesModelPtr model;
  std::unique_ptr<FittedSeries> start;
  std::unique_ptr<FittedSeries> end;

  explicit MovedOn(ArimaOptions options) {
    options.fourier = {{30, 1}};
    model = make_arima(options);
    const Regressors first{shop.past.names, shop.past.values.topRows(120)};
    start = model->fit({kHours, 7, std::span(shop.y).first(120), first}, {}).fitted;
    end = start->clone();
    move(*end, 120, 40);
  }

  void move(FittedSeries& fitted, Index at, Index count) const {
    const auto from = static_cast<std::size_t>(at);
    fitted.update(std::span(shop.y).subspan(from, static_cast<std::size_t>(count)),
                  {shop.past.names, shop.past.values.middleRows(at, count)});
  }
};

RC_GTEST_PROP(ArimaRegression, MovingOnInPiecesEqualsFilteringAtOnce, ()) {
  static const MovedOn kArma(kShort);
  static const MovedOn kSeasonal(kAirline);
  const MovedOn& whole = **rc::gen::element(&kArma, &kSeasonal);
  auto moved = whole.start->clone();
  for (Index at = 120; at < 160;) {
    const Index count = std::min<Index>(*rc::gen::inRange<Index>(1, 20), 160 - at);
    whole.move(*moved, at, count);
    moved = whole.model->load(json::parse(moved->save().dump()), kHours);
    at += count;
  }
  RC_ASSERT(moved->save().dump() == whole.end->save().dump());
  RC_ASSERT(means(*moved, whole.shop.future) == means(*whole.end, whole.shop.future));
}

TEST(ArimaRegression, SavedStatesOfANewerFormatAreRefused) {
  const Shop shop(100);
  const auto model = make_arima(kShort);
  json state = fit(kShort, shop.input()).fitted->save();
  state["version"] = 3;
  try {
    model->load(state, kHours);
    FAIL() << "version 3 was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::newer_version);
  }
}

}  // namespace
}  // namespace forecart
