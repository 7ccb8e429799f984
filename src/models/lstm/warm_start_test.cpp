#include "base/random.h"
#include "models/baseline/average.h"
#include "models/lstm/network_method.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace forecart::lstm {
namespace {

using Eigen::Index;

const Calendar kDaily{Frequency::parse("D"), TimeZone()};

/// Fits of a small LSTM to weeks of days.
class WarmStart : public testing::Test {
 protected:
  WarmStart() {
    for (int i = 0; i < 6; ++i) {
      Generator generator(static_cast<std::uint64_t>(i) + 1);
      std::vector<double> y;
      for (int t = 0; t < 200; ++t) {
        y.push_back((20 + 10 * i) * (t % 7 == 4 ? 2 : 1) * (1 + 0.1 * generator.uniform()));
      }
      panel_.add("s" + std::to_string(i), 4, y);
    }
    options_.threads = 1;
    options_.horizon = 7;
  }

  static ModelPtr model(int units, std::optional<HeadKind> head = std::nullopt) {
    NetworkOptions options;
    options.units = units;
    options.head = head;
    options.seasons = {7};
    options.horizon = 7;
    options.steps = 200;
    return global_model(make_network_method("LSTM", options), make_window_average(7));
  }

  std::unique_ptr<Fitted> fit(const Model& model, Bucket to, const Fitted* earlier = nullptr) {
    FitOptions options = options_;
    options.earlier = earlier;
    return model.fit(panel_.between(0, to), {}, options);
  }

  static bool is_warm(const Fitted& fitted) { return fitted.explain(0).contains("warm_start"); }

  Panel panel_{kDaily};
  FitOptions options_;
};

TEST_F(WarmStart, GoesOnWithFewerUpdatesAndSaysSo) {
  const ModelPtr network = model(8);
  const auto earlier = fit(*network, 180);
  const auto warm = fit(*network, 204, earlier.get());
  const auto cold = fit(*network, 204);
  EXPECT_FALSE(is_warm(*cold));
  ASSERT_TRUE(is_warm(*warm));
  EXPECT_EQ(warm->explain(0).at("warm_start").at("updates_before"), 200);
  EXPECT_LE(warm->explain(0).at("steps"), 100);
  EXPECT_EQ(warm->explain(0).at("base"), earlier->explain(0).at("base"));
  const LedgerRow& row = warm->ledger().front();
  EXPECT_TRUE(row.converged);
  EXPECT_NE(row.reason.find("warm start from 200 earlier updates"), std::string::npos);
  for (Index k = 0; k < 7; ++k) {
    const double usual = cold->forecast(7).series[0].distribution->mean(k);
    EXPECT_NEAR(warm->forecast(7).series[0].distribution->mean(k), usual, 0.15 * usual);
  }
}

TEST_F(WarmStart, GivesTheSameBytesFromTheSameState) {
  const ModelPtr network = model(8);
  const auto earlier = fit(*network, 180);
  const auto loaded =
      network->load(nlohmann::json::from_cbor(nlohmann::json::to_cbor(earlier->save())));
  earlier->update(panel_, {});  // a state that has moved on is the same start
  options_.threads = 1;
  const auto one = fit(*network, 204, earlier.get());
  options_.threads = 3;
  const auto other = fit(*network, 204, loaded.get());
  EXPECT_TRUE(is_warm(*one));
  EXPECT_EQ(one->save(), other->save());
}

TEST_F(WarmStart, NeedsTheSameNetwork) {
  const auto earlier = fit(*model(8), 180);
  EXPECT_FALSE(is_warm(*fit(*model(12), 204, earlier.get())));
  EXPECT_FALSE(is_warm(*fit(*model(8, HeadKind::gaussian), 204, earlier.get())));
  const ModelPtr other =
      global_model(make_network_method("MLP", {.layers = 0, .units = 8}), make_window_average(7));
  EXPECT_FALSE(is_warm(*fit(*other, 204, earlier.get())));
  const ModelPtr base = per_series(make_window_average(7), make_window_average(7));
  EXPECT_FALSE(is_warm(*fit(*model(8), 204, fit(*base, 180).get())));
}

TEST_F(WarmStart, NeverFromWeightsThatHaveSeenLaterValues) {
  const ModelPtr network = model(8);
  const auto later = fit(*network, 204);
  const auto fitted = fit(*network, 180, later.get());
  EXPECT_FALSE(is_warm(*fitted));
  EXPECT_EQ(fitted->save(), fit(*network, 180)->save());
}

TEST_F(WarmStart, OfAStateOfAnOlderProgramIsFromScratch) {
  const ModelPtr network = model(8);
  nlohmann::json state = fit(*network, 180)->save();
  for (const char* key : {"before", "until", "updates"}) state["learnt"].erase(key);
  const auto old = network->load(state);
  EXPECT_FALSE(is_warm(*fit(*network, 204, old.get())));
}

}  // namespace
}  // namespace forecart::lstm
