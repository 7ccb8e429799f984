#include "models/rolling_choice.h"

#include "models/baseline/naive.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;

const Calendar kHours;
constexpr RollingOptions kOrigins{.horizon = 8, .windows = 2, .step = 4};

SeriesModelPtr naive_or_seasonal() {
  return best_on_rolling_origins(
      "Best", {{"last value", make_naive()}, {"last season", make_seasonal_naive(4)}}, kOrigins);
}

/// A season of four steps, and a level that jumps at the end of the history.
std::vector<double> seasonal(std::size_t n) {
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) y.push_back(t % 4 == 0 ? 10 : 1);
  return y;
}

SeriesFit fit(const SeriesModelPtr& model, std::span<const double> y) {
  return model->fit({kHours, 0, y, {}}, {});
}

TEST(RollingChoice, TakesTheVariantWithTheLeastError) {
  const auto y = seasonal(60);
  const SeriesFit result = fit(naive_or_seasonal(), y);
  ASSERT_TRUE(result.fitted);
  for (Index k = 0; k < 8; ++k) {
    EXPECT_EQ(result.fitted->forecast(8)->mean(k), k % 4 == 0 ? 10 : 1) << "step " << k;
  }
  const auto choice = result.fitted->explain().at("choice");
  EXPECT_EQ(choice[1].at("variant"), "last season");
  EXPECT_EQ(choice[1].at("mae"), 0);
  EXPECT_GT(choice[0].at("mae"), 1);
}

TEST(RollingChoice, TakesTheFirstWhereThereIsTooLittleToCompare) {
  const auto y = seasonal(35);  // three times 12 held out are 36
  const SeriesFit result = fit(naive_or_seasonal(), y);
  ASSERT_TRUE(result.fitted);
  EXPECT_EQ(result.fitted->forecast(4)->mean(2), y.back());
  EXPECT_TRUE(result.fitted->explain().at("choice")[0].at("mae").is_null());
}

TEST(RollingChoice, AVariantThatCannotBeFittedIsPassedOver) {
  const auto model = best_on_rolling_origins(
      "Best", {{"too long", make_seasonal_naive(500)}, {"last value", make_naive()}}, kOrigins);
  const SeriesFit result = fit(model, seasonal(60));
  ASSERT_TRUE(result.fitted) << result.reason;
  EXPECT_TRUE(result.fitted->explain().at("choice")[0].at("mae").is_null());
}

/// Notes which of its fits were trials.
class Noting final : public SeriesModel {
 public:
  explicit Noting(std::vector<bool>& trials) : trials_(trials) {}
  std::string name() const override { return inner_->name(); }
  std::string interval_method() const override { return inner_->interval_method(); }
  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    trials_.push_back(options.trial);
    return inner_->fit(input, options);
  }
  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return inner_->load(state, calendar);
  }

 private:
  std::vector<bool>& trials_;
  SeriesModelPtr inner_ = make_naive();
};

TEST(RollingChoice, OnlyTheComparedFitsAreTrials) {
  std::vector<bool> trials;
  const auto noting = std::make_shared<Noting>(trials);
  fit(best_on_rolling_origins("Best", {{"a", noting}, {"b", noting}}, kOrigins), seasonal(60));
  EXPECT_EQ(trials, (std::vector<bool>{true, true, false}));
}

/// Refuses to be fitted to more than ten values but for the last time.
class TenValues final : public SeriesModel {
 public:
  std::string name() const override { return inner_->name(); }
  std::string interval_method() const override { return inner_->interval_method(); }
  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    const bool fits = !options.trial || (input.values.size() <= 10 && !std::isnan(input.values[0]));
    return fits ? inner_->fit(input, options) : SeriesFit{nullptr, "too much", false};
  }
  std::unique_ptr<FittedSeries> load(const nlohmann::json& state,
                                     const Calendar& calendar) const override {
    return inner_->load(state, calendar);
  }

 private:
  SeriesModelPtr inner_ = make_seasonal_naive(4);
};

TEST(RollingChoice, ComparesOnTheLatestValues) {
  RollingOptions latest = kOrigins;
  latest.most_values = 10;
  std::vector<double> y = seasonal(60);
  y[38] = std::nan("");  // the first of the ten
  const auto ten = std::make_shared<TenValues>();
  const auto choice_of = [&](const RollingOptions& options) {
    const auto model =
        best_on_rolling_origins("Best", {{"ten", ten}, {"last value", make_naive()}}, options);
    return fit(model, y).fitted->explain().at("choice");
  };
  EXPECT_EQ(choice_of(latest)[0].at("mae"), 0);
  EXPECT_TRUE(choice_of(kOrigins)[0].at("mae").is_null());
}

TEST(RollingChoice, GivesTheReasonOfTheFirstWhenNoneCanBeFitted) {
  const auto model =
      best_on_rolling_origins("Best", {{"too long", make_seasonal_naive(500)}}, kOrigins);
  const SeriesFit result = fit(model, std::vector<double>{1, 2});
  EXPECT_FALSE(result.fitted);
  EXPECT_FALSE(result.reason.empty());
}

TEST(RollingChoice, MovesOnAfterSaveAndLoad) {
  const auto model = naive_or_seasonal();
  const auto y = seasonal(60);
  const SeriesFit result = fit(model, y);
  const auto loaded = model->load(result.fitted->save(), kHours);
  for (FittedSeries* fitted : {result.fitted.get(), loaded.get()}) {
    fitted->update(std::vector<double>{7, 3});
  }
  EXPECT_EQ(loaded->forecast(4)->mean(2), result.fitted->forecast(4)->mean(2));
  EXPECT_EQ(loaded->forecast(4)->mean(2), 7);
}

TEST(RollingChoice, MissingValuesAreNotScored) {
  auto y = seasonal(60);
  for (std::size_t t = 50; t < 59; ++t) y[t] = NAN;
  const SeriesFit result = fit(naive_or_seasonal(), y);
  ASSERT_TRUE(result.fitted);
  EXPECT_TRUE(std::isfinite(result.fitted->forecast(1)->mean(0)));
}

}  // namespace
}  // namespace forecart
