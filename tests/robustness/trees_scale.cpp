#include "base/random.h"
#include "models/baseline/average.h"
#include "models/trees/gradient_boosted_trees.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

// Trees on a panel of the size of a large shop: time, peak memory, and whether every series is
// forecast.
//
//     trees_scale SERIES DAYS [BUDGET] [ROUNDS]     exit 1 beyond 6 GB or 20 minutes

namespace forecart {
namespace {

constexpr double kMostGigabytes = 6;
constexpr double kMostSeconds = 20 * 60;
constexpr Eigen::Index kHorizon = 28;

/// Intermittent daily counts with a week, a year and a level that wanders; many items start late.
std::vector<double> made_series(std::int64_t days, Generator generator) {
  std::vector<double> values(static_cast<std::size_t>(days), 0);
  double level = std::exp(generator.normal() - 0.5);
  const double peak = generator.uniform();
  const auto start =
      static_cast<std::int64_t>(generator.below(static_cast<std::uint64_t>(days) / 2));
  for (std::int64_t day = start; day < days; ++day) {
    level *= std::exp(0.02 * generator.normal() - 0.0002);
    const double week = day % 7 < 2 ? 1.4 : 0.84;
    const double year = 1 + 0.3 * std::cos(2 * M_PI * (static_cast<double>(day) / 365.25 - peak));
    values[static_cast<std::size_t>(day)] =
        static_cast<double>(generator.poisson(level * week * year));
  }
  return values;
}

Panel made_panel(std::int64_t count, std::int64_t days) {
  Panel panel(Calendar(Frequency::parse("D"), TimeZone()));
  const Generator generator(1);
  for (std::int64_t i = 0; i < count; ++i) {
    panel.add(fmt::format("item{}", i), 15'000,
              made_series(days, generator.split(static_cast<std::uint64_t>(i))));
  }
  return panel;
}

class Watch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  void report(const char* work) const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
    fmt::print("{}: {:.0f} s since the start, {:.0f} s of processors, peak {:.2f} GB\n", work,
               seconds(), cpu, gigabytes());
    std::fflush(stdout);
  }
  static double gigabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Prints a line whenever another twentieth of the work is done.
class Lines final : public Progress {
 public:
  explicit Lines(const Watch& watch) : watch_(watch) {}
  void report(const std::string& work, double share, const std::string& note) override {
    const std::lock_guard lock(mutex_);
    if (share < next_) return;
    next_ = share + 0.05;
    watch_.report(fmt::format("{} {:.0f} % {}", work, 100 * share, note).c_str());
  }

 private:
  const Watch& watch_;
  std::mutex mutex_;
  double next_ = 0;
};

/// Series without a finite forecast of the trees.
std::int64_t count_failed(const Fitted& fitted) {
  std::int64_t failed = 0;
  const Forecast forecast = fitted.forecast(kHorizon);
  for (std::size_t i = 0; i < forecast.series.size(); ++i) {
    const Predictive& distribution = *forecast.series[i].distribution;
    bool fine = true;
    for (Eigen::Index step = 0; step < kHorizon; ++step) {
      fine = fine && std::isfinite(distribution.mean(step)) &&
             distribution.quantile(step, 0.1) <= distribution.quantile(step, 0.9);
    }
    const bool is_varied = fitted.ledger()[i].reason.rfind("all values", 0) != 0;
    if (!fine || (!fitted.ledger()[i].fallback.empty() && is_varied)) ++failed;
  }
  return failed;
}

int run(std::int64_t count, std::int64_t days, TreesOptions options) {
  const Watch watch;
  const Panel panel = made_panel(count, days);
  watch.report("panel made");
  options.season = 7;
  options.horizon = kHorizon;
  Lines lines(watch);
  FitOptions fit;
  fit.progress = &lines;
  const auto fitted =
      make_gradient_boosted_trees(options, make_window_average(7))->fit(panel, {}, fit);
  watch.report("features and training");
  const std::int64_t failed = count_failed(*fitted);
  watch.report("forecasts");
  const auto report = fitted->explain(0);
  fmt::print("{} series of {} days; ledger: {}\n", count, days, fitted->ledger()[0].reason);
  fmt::print("{}, {} trees, {} series failed\n", report.value("strategy", "none"),
             report.value("trees", 0), failed);
  const bool is_fine = failed == 0 && Watch::gigabytes() < kMostGigabytes;
  return is_fine && watch.seconds() < kMostSeconds ? 0 : 1;
}

}  // namespace
}  // namespace forecart

int main(int argc, char** argv) {
  forecart::TreesOptions options;
  if (argc < 3) return 2;
  if (argc > 3) options.budget = std::stoll(argv[3]);
  if (argc > 4) options.rounds = std::stoi(argv[4]);
  return forecart::run(std::stoll(argv[1]), std::stoll(argv[2]), options);
}
