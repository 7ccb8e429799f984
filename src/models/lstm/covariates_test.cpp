// Networks that read what is known beside the sales.
#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/lstm/covariate_reading.h"
#include "models/lstm/network_method.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace forecart::lstm {
namespace {

using Eigen::Index;
using nlohmann::json;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr Index kDays = 400;
constexpr Index kHorizon = 7;
const Calendar kDaily{Frequency::parse("D"), TimeZone()};

NetworkOptions options(int layers) {
  NetworkOptions result;
  result.layers = layers;
  result.units = 16;
  result.seasons = {7};
  result.horizon = kHorizon;
  result.steps = 600;
  return result;
}

/// Offers on drawn days double what goods sell, and do nothing for services; rain was measured, and
/// says nothing.
struct Shop {
  Panel panel{kDaily};
  Covariates covariates;

  Shop() {
    Generator generator(3);
    covariates.own_names = {"offer", "rain"};
    covariates.past_names = {"rain"};
    covariates.statics.columns = {{"kind", {"goods", "services"}}, {"size"}};
    for (int i = 0; i < 12; ++i) {
      const std::string id = "s" + std::to_string(i);
      const double level = std::pow(10.0, 1 + i % 3);
      Eigen::MatrixXd rows(kDays + kHorizon, 2);
      std::vector<double> sales;
      for (Index day = 0; day < rows.rows(); ++day) {
        rows(day, 0) = generator.uniform() < 0.3 ? 1 : 0;
        rows(day, 1) = generator.normal();
        const double factor = rows(day, 0) > 0 && i % 2 == 0 ? 2 : 1;
        const double week = day % 7 < 5 ? 1 : 0.5;
        sales.push_back(level * week * factor * (1 + 0.03 * generator.normal()));
      }
      sales.resize(kDays);
      panel.add(id, 0, sales);
      covariates.own[id] = {0, rows};
      covariates.statics.cells[id] = Eigen::Vector2d(i % 2, level);
    }
  }

  double offer(Index series, Index step) const {
    return covariates.own.at("s" + std::to_string(series)).values(kDays + step, 0);
  }
};

const Shop& shop() {
  static const Shop made;
  return made;
}

Eigen::MatrixXd means(const Fitted& fitted, const Covariates& future, Index horizon = kHorizon) {
  const Forecast forecast = fitted.forecast(horizon, future);
  Eigen::MatrixXd result(horizon, std::ssize(forecast.series));
  for (Index i = 0; i < result.cols(); ++i) {
    const auto& distribution = *forecast.series[static_cast<std::size_t>(i)].distribution;
    for (Index k = 0; k < horizon; ++k) result(k, i) = distribution.mean(k);
  }
  return result;
}

class NetworkWithCovariates : public testing::TestWithParam<int> {
 protected:
  /// Fitted once for all tests of a network.
  static const Fitted& fitted() {
    static std::map<int, std::unique_ptr<Fitted>> made;
    auto& one = made[GetParam()];
    if (one == nullptr) one = model()->fit(shop().panel, shop().covariates, fit_options());
    return *one;
  }
  static ModelPtr model() {
    return global_model(make_network_method("LSTM", options(GetParam())), make_window_average(7));
  }
  static FitOptions fit_options() {
    FitOptions result;
    result.threads = 2;
    result.horizon = kHorizon;
    return result;
  }
};

TEST_P(NetworkWithCovariates, LearnsWhatAnOfferDoesToWhichSeries) {
  ASSERT_TRUE(model()->uses_covariates());
  const Eigen::MatrixXd mean = means(fitted(), shop().covariates);
  for (Index i = 0; i < 12; ++i) {
    for (Index k = 0; k < kHorizon; ++k) {
      const double factor = i % 2 == 0 && shop().offer(i, k) > 0 ? 2 : 1;
      const double week = (kDays + k) % 7 < 5 ? 1 : 0.5;
      const double expected = std::pow(10.0, 1 + i % 3) * week * factor;
      EXPECT_NEAR(mean(k, i) / expected, 1, 0.25) << i << ' ' << k;
    }
  }
}

TEST_P(NetworkWithCovariates, LooksAtTheTargetsOnly) {
  Covariates other = shop().covariates;
  for (auto& [id, block] : other.own) {
    block.values.col(1).bottomRows(kHorizon).setConstant(99);  // of the past only
  }
  EXPECT_EQ(means(fitted(), shop().covariates), means(fitted(), other));
  other.own.at("s0").values(kDays + 3, 0) = 1 - shop().offer(0, 3);
  const Eigen::MatrixXd changed = means(fitted(), other);
  const Eigen::MatrixXd before = means(fitted(), shop().covariates);
  EXPECT_GT(std::abs(changed(3, 0) / before(3, 0) - 1), 0.3);
  EXPECT_NEAR(changed(2, 0), before(2, 0), 1e-9);
  EXPECT_EQ(changed.col(2), before.col(2));
}

TEST_P(NetworkWithCovariates, GoesOnTheSameAfterSavingAndUpdating) {
  const auto loaded = model()->load(json::from_cbor(json::to_cbor(fitted().save())));
  EXPECT_EQ(means(*loaded, shop().covariates), means(fitted(), shop().covariates));
  Panel recent(kDaily);
  Covariates longer = shop().covariates;
  for (Index i = 0; i < 13; ++i) {  // the last one is new
    const std::string id = "s" + std::to_string(i);
    recent.add(id, kDays, std::vector<double>{90, 80, 70, 60, 50, 40, 30, 20, 10, 5});
    Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(kDays + 40, 2);
    const auto known = shop().covariates.own.find(id);
    if (known != shop().covariates.own.end())
      rows.topRows(kDays) = known->second.values.topRows(kDays);
    longer.own[id] = {0, rows};
  }
  const auto updated = fitted().clone();
  updated->update(recent, longer);
  loaded->update(recent, longer);
  EXPECT_EQ(updated->save(), loaded->save());
  const Eigen::MatrixXd mean = means(*updated, longer, 20);  // beyond what is trained
  EXPECT_EQ(mean, means(*loaded, longer, 20));
  EXPECT_TRUE(mean.allFinite());
  EXPECT_EQ(updated->ledger().back().fallback, "");
}

TEST_P(NetworkWithCovariates, ReadsWhatLiesAheadAfterAnyGap) {
  constexpr Index kGap = 900;
  Generator generator(8);
  Covariates longer = shop().covariates;
  std::vector<double> sales;
  for (auto& [id, block] : longer.own) {
    Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(kDays + kGap + kHorizon, 2);
    for (Index day = 0; day < rows.rows(); ++day) rows(day, 0) = generator.uniform() < 0.3 ? 1 : 0;
    rows.topRows(kDays) = block.values.topRows(kDays);
    block.values = rows;
  }
  Eigen::MatrixXd& rows = longer.own.at("s0").values;
  for (Index day = kDays; day < kDays + kGap; ++day) {
    sales.push_back(10 * (day % 7 < 5 ? 1 : 0.5) * (1 + rows(day, 0)));
  }
  const auto at_once = fitted().clone();
  Panel recent(kDaily);
  recent.add("s0", kDays, sales);
  at_once->update(recent, longer);
  const auto in_parts = fitted().clone();
  for (Index day = 0; day < kGap; day += 100) {
    Panel part(kDaily);
    part.add("s0", kDays + day, std::span(sales).subspan(static_cast<std::size_t>(day), 100));
    in_parts->update(part, longer);
  }
  const auto mean_of_s0 = [&](const Fitted& one, Index k) {
    return one.forecast(kHorizon, longer).series[0].distribution->mean(k);
  };
  for (Index k = 0; k < kHorizon; ++k) {
    EXPECT_EQ(mean_of_s0(*at_once, k), mean_of_s0(*in_parts, k)) << k;
  }
  rows(kDays + kGap + 2, 0) = 1;
  const double with_offer = mean_of_s0(*at_once, 2);
  rows(kDays + kGap + 2, 0) = 0;
  EXPECT_GT(with_offer, 1.5 * mean_of_s0(*at_once, 2));
}

TEST_P(NetworkWithCovariates, SaysWhichRegressorIsMissing) {
  const auto message_of = [](const auto& work) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  Covariates other = shop().covariates;
  other.own.at("s5").values(kDays + 2, 0) = kMissing;
  const std::string unknown = message_of([&] { fitted().forecast(kHorizon, other); });
  EXPECT_NE(unknown.find("regressor 'offer' at 1971-02-07"), std::string::npos) << unknown;
  const std::string none = message_of([&] { fitted().forecast(kHorizon); });
  EXPECT_NE(none.find("'offer'"), std::string::npos) << none;
  Panel recent(kDaily);
  recent.add("s0", kDays, std::vector<double>{5});
  const std::string late = message_of([&] { fitted().clone()->update(recent); });
  EXPECT_NE(late.find("'offer'"), std::string::npos) << late;
}

TEST_P(NetworkWithCovariates, RefusesDamagedStates) {
  const json state = fitted().save();
  const auto refused = [&](const char* pointer, const json& value) {
    json damaged = state;
    damaged[json::json_pointer(pointer)] = value;
    EXPECT_THROW(model()->load(damaged), Error) << pointer;
  };
  refused("/learnt/plan/covariates/future", {"offer", "price"});
  refused("/learnt/plan/covariates/columns/0/unit", 0);
  refused("/learnt/plan/covariates/fixed_columns/0/categories", {"goods"});
  refused("/learnt/shape/local", 0);
  refused("/series/0/state/beside/codes", {3});
  refused("/series/0/state/beside/codes", {-1});
  refused("/series/0/state/beside/usual", json::array());
  refused("/series/0/state/beside/rows", 7);
  refused("/series/0/state/beside/rows", json::binary({0, 0, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Kinds, NetworkWithCovariates, testing::Values(0, 1));

std::vector<float> read_of(const std::vector<double>& cells, std::vector<double> values,
                           Index until = 1000) {
  Covariates covariates;
  covariates.names = {"x"};
  covariates.values = Eigen::Map<const Eigen::VectorXd>(cells.data(), std::ssize(cells));
  const Stretch stretch{"s", 0, std::min<Bucket>(until, std::ssize(cells))};
  const CovariateReading reading = CovariateReading::learn(covariates, std::span(&stretch, 1));
  const CovariateColumn& column = reading.columns.front();
  const Eigen::MatrixXd rows = covariates.values.topRows(stretch.to);
  std::vector<float> result;
  for (const double value : values) {
    result.push_back(column.encoded(value, usual_value(rows, 0, rows.rows())));
  }
  return result;
}

TEST(CovariateReading, CountsChangesInWhatIsUsual) {
  std::vector<double> balance;
  std::vector<double> price;
  std::vector<double> discount;
  Generator generator(4);
  for (int day = 0; day < 400; ++day) {
    balance.push_back(1000 * generator.normal());
    price.push_back(10 * std::exp(0.1 * generator.normal()));
    discount.push_back(day % 10 == 0 ? 10.0 * static_cast<double>(1 + generator.below(5)) : 0);
  }
  const auto of_balance = read_of(balance, {-1000, 0, 1000, 2000, 1e9, kMissing});
  EXPECT_NEAR(of_balance[2], 1, 0.2);
  EXPECT_NEAR(of_balance[3], 2, 0.3);
  EXPECT_NEAR(of_balance[0], -1, 0.2);
  EXPECT_EQ(of_balance[4], 8);
  EXPECT_EQ(of_balance[5], 0);
  const auto of_price = read_of(price, {11, 20});
  EXPECT_NEAR(of_price[0], 1, 0.2);
  EXPECT_EQ(of_price[1], 8);
  const auto of_discount = read_of(discount, {0, 10, 50});
  EXPECT_LT(of_discount[0], 0);
  EXPECT_GT(of_discount[1], of_discount[0] + 0.5F);
  EXPECT_NEAR(of_discount[2] - of_discount[0], 5 * (of_discount[1] - of_discount[0]), 1e-4);
}

TEST(CovariateReading, DoesNotLookBehindWhatIsLearntFrom) {
  const std::vector<double> always{0, 1, 0, 1, 1, 0, 1, 0};
  std::vector<double> later = always;
  later[6] = 2;
  later[7] = 9;
  EXPECT_EQ(read_of(always, {0, 1, 2}, 6), read_of(later, {0, 1, 2}, 6));
  EXPECT_NE(read_of(always, {0, 1, 2}), read_of(later, {0, 1, 2}));
}

/// Sales around 100 that half a year makes three times as high; where the year stood at its middle.
double of_the_year(Index day) {
  return 100 * (1 + 0.5 * std::sin(2 * M_PI * static_cast<double>(day) / 365.2425));
}

TEST(NetworkYear, IsReadWhereTwoYearsAreThere) {
  Panel panel(kDaily);
  Generator generator(6);
  constexpr Index kEnd = 1200;  // where the year falls steeply
  for (int i = 0; i < 6; ++i) {
    std::vector<double> sales;
    for (Index day = 0; day < kEnd; ++day) {
      sales.push_back(of_the_year(day) * (1 + 0.05 * generator.normal()));
    }
    panel.add("s" + std::to_string(i), 0, sales);
  }
  NetworkOptions wide = options(0);
  wide.horizon = 56;
  FitOptions fit;
  fit.horizon = wide.horizon;
  const auto fitted =
      global_model(make_network_method("MLP", wide), make_window_average(7))->fit(panel, {}, fit);
  const Eigen::MatrixXd mean = means(*fitted, {}, wide.horizon);
  double missed = 0;
  double missed_by_last = 0;
  for (Index k = 0; k < wide.horizon; ++k) {
    missed += std::abs(mean(k, 0) - of_the_year(kEnd + k));
    missed_by_last += std::abs(of_the_year(kEnd - 1) - of_the_year(kEnd + k));
  }
  EXPECT_LT(missed, 0.3 * missed_by_last);
}

TEST(NetworkCovariates, MayBeUnknownInThePastOrConstant) {
  Panel panel(kDaily);
  Covariates covariates;
  covariates.names = {"price", "never"};
  covariates.values = Eigen::MatrixXd::Constant(220, 2, 5);
  covariates.values.col(1).setZero();
  covariates.values.topRows(60).setConstant(kMissing);
  covariates.past_names = {"never"};
  Generator generator(5);
  for (int i = 0; i < 3; ++i) {
    std::vector<double> sales;
    for (int day = 0; day < 200; ++day) sales.push_back(static_cast<double>(generator.poisson(4)));
    panel.add("s" + std::to_string(i), 0, sales);
  }
  FitOptions fit;
  fit.horizon = kHorizon;
  NetworkOptions small = options(1);
  small.steps = 60;
  const auto fitted = global_model(make_network_method("LSTM", small), make_window_average(7))
                          ->fit(panel, covariates, fit);
  for (const LedgerRow& row : fitted->ledger()) EXPECT_EQ(row.fallback, "") << row.reason;
  EXPECT_TRUE(means(*fitted, covariates).allFinite());
}

}  // namespace
}  // namespace forecart::lstm
