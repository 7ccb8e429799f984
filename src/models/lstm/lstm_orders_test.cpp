// The protocols of the study on the real orders, read from FORECART_SHARED where it is there.
#include "models/baseline/average.h"
#include "models/lstm/network_method.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

namespace forecart {
namespace {

namespace fs = std::filesystem;

const Calendar kHourly{Frequency::parse("h"), TimeZone()};
constexpr std::size_t kHours = 8763;
const Bucket kFirstHour = kHourly.bucket(*parse_instant("2019-01-01 03:00:00", TimeZone()));

fs::path orders_folder() {
  const char* shared = std::getenv("FORECART_SHARED");
  return fs::path(shared != nullptr ? shared : FORECART_SHARED) / "data/galli";
}

/// Adds one order line to its hour if its "Order Date" is one (MM/DD/YY HH:MM).
void count_line(const std::string& line, std::vector<double>& hours) {
  for (std::size_t at = line.find('/'); at != std::string::npos; at = line.find('/', at + 1)) {
    int month = 0;
    int day = 0;
    int year = 0;
    int hour = 0;
    int minute = 0;
    if (at < 2 || std::sscanf(line.c_str() + at - 2, "%2d/%2d/%2d %2d:%2d", &month, &day, &year,
                              &hour, &minute) != 5) {
      continue;
    }
    const std::chrono::sys_days date = std::chrono::year(2000 + year) / month / day;
    const Bucket bucket = kHourly.bucket(date + std::chrono::hours(hour));
    ++hours.at(static_cast<std::size_t>(bucket - kFirstHour));
    return;
  }
}

/// Hourly count of order lines from 2019-01-01 03:00 to 2020-01-01 05:00; empty without the data.
std::vector<double> hourly_orders() {
  if (!fs::is_directory(orders_folder())) return {};
  std::vector<double> hours(kHours, 0.0);
  for (const auto& file : fs::directory_iterator(orders_folder())) {
    if (file.path().extension() != ".csv") continue;
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) count_line(line, hours);
  }
  return hours;
}

struct Protocol {
  std::size_t origin;   ///< values known to the fit
  std::size_t end;      ///< values scored end here
  std::size_t horizon;  ///< steps per forecast, and between origins
};
constexpr Protocol kStudy{kHours - 1753, kHours, 1};  // S: one step ahead over the last 20 %
constexpr Protocol kLastWeek{8565, 8565 + 192, 24};   // B: eight days from 2019-12-24 on

struct Score {
  double mae = 0;
  double coverage_80 = 0;
  double coverage_95 = 0;
  double fit_seconds = 0;  ///< of the processor
};

Panel panel_of(std::span<const double> y) {
  Panel panel(kHourly);
  panel.add("orders", kFirstHour, y);
  return panel;
}

/// Fits once and moves the state on.
Score score(const std::vector<double>& y, const Protocol& protocol, std::uint64_t seed) {
  const auto horizon = static_cast<Eigen::Index>(protocol.horizon);
  const auto model =
      global_model(lstm::make_network_method("LSTM", {.seasons = {24, 168}, .horizon = horizon}),
                   make_window_average(24));
  const std::clock_t start = std::clock();
  const Panel all = panel_of(y);
  const auto upto = [&](std::size_t end) {
    return all.between(kFirstHour, kFirstHour + static_cast<Bucket>(end));
  };
  const auto fitted = model->fit(upto(protocol.origin), {}, {.seed = seed, .threads = 1});
  Score result;
  result.fit_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  double count = 0;
  for (std::size_t origin = protocol.origin; origin < protocol.end; origin += protocol.horizon) {
    const PredictivePtr forecast = fitted->forecast(horizon).series.front().distribution;
    for (std::size_t k = 0; k < protocol.horizon; ++k, ++count) {
      const auto step = static_cast<Eigen::Index>(k);
      const double actual = y[origin + k];
      const auto inside = [&](double low, double high) {
        return forecast->quantile(step, low) <= actual && actual <= forecast->quantile(step, high);
      };
      result.mae += std::abs(actual - forecast->mean(step));
      result.coverage_80 += inside(0.1, 0.9) ? 1 : 0;
      result.coverage_95 += inside(0.025, 0.975) ? 1 : 0;
    }
    fitted->update(upto(origin + protocol.horizon), {});
  }
  result.mae /= count;
  result.coverage_80 /= count;
  result.coverage_95 /= count;
  return result;
}

class RealOrders : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    static const std::vector<double> orders = hourly_orders();
    if (orders.empty()) GTEST_SKIP() << "no real orders at " << orders_folder();
    orders_ = orders;
    const double sum = std::accumulate(orders.begin(), orders.end(), 0.0);
    ASSERT_NEAR(sum / kHours, 21.219902, 1e-6);
  }

  void expect(const Protocol& protocol, double mae) const {
    const Score found = score(orders_, protocol, GetParam());
    std::printf("MAE %.4f, coverage 80 %% %.3f, 95 %% %.3f, fit %.2f s\n", found.mae,
                found.coverage_80, found.coverage_95, found.fit_seconds);
    EXPECT_LE(found.mae, mae);
    EXPECT_NEAR(found.coverage_80, 0.80, 0.08);
    EXPECT_NEAR(found.coverage_95, 0.95, 0.04);
  }

  std::vector<double> orders_;
};

TEST_P(RealOrders, ProtocolBLastWeekOfDecember) {
  expect(kLastWeek, 4.85);
}
TEST_P(RealOrders, ProtocolSOneStepAheadOverTheLastFifth) {
  expect(kStudy, 4.40);
}

// A fit takes ten times as long under a sanitizer, which needs to see each line once only.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 1;
#else
constexpr std::uint64_t kSeeds = 3;
#endif
INSTANTIATE_TEST_SUITE_P(Seeds, RealOrders, testing::Range<std::uint64_t>(1, kSeeds + 1));

}  // namespace
}  // namespace forecart
