// SARIMA with fixed orders: fit, one likelihood with and without gradient, one state update, fits
// with missing values, and what it takes to start a state on a long history.
// Each fit checks the log-likelihood it reached, so that speed is never bought with a worse
// optimum.

#include "base/random.h"
#include "models/sarima/autocovariance.h"
#include "models/sarima/fit.h"
#include "models/sarima/gaps.h"
#include "models/sarima/recursion.h"
#include "models/sarima/state.h"
#include "models/sarima/wide.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

namespace forecart::sarima {
namespace {

struct Work {
  const char* name;
  const char* file;  // under golden/data of the shared folder
  int column;
  std::size_t n;
  SarimaOrder order;
  double best;  // best log-likelihood known, from golden/arima.json and the peers
};

const Work kWorks[] = {
    {"airpassengers_log", "airpassengers_log.csv", 0, 144, {0, 1, 1, 0, 1, 1, 12}, 244.696487},
    {"wineind", "wineind.csv", 0, 176, {1, 1, 2, 0, 1, 1, 12}, -1496.986766},
    {"m4_h1", "m4_h1.csv", 0, 700, {1, 0, 0, 0, 1, 1, 24}, -2684.654854},
    {"m4_h1_202_210", "m4_h1.csv", 0, 700, {2, 0, 2, 2, 1, 0, 24}, -2624.12},
    {"orders_2000_101_011", "galli_lines_2000.csv", 0, 2000, {1, 0, 1, 0, 1, 1, 24}, -5862.23237},
    {"orders_2000_111_111", "galli_lines_2000.csv", 0, 2000, {1, 1, 1, 1, 1, 1, 24}, -5860.661668},
    {"orders_8643_111_111", "galli_hourly.csv", 1, 8643, {1, 1, 1, 1, 1, 1, 24}, -26373.03},
};

std::vector<double> series(const Work& work) {
  const char* shared = std::getenv("FORECART_SHARED");
  std::ifstream file(std::string(shared != nullptr ? shared : "../shared") + "/golden/data/" +
                     work.file);
  std::vector<double> y;
  std::string line;
  std::getline(file, line);
  while (y.size() < work.n && std::getline(file, line)) {
    y.push_back(std::stod(work.column == 0 ? line : line.substr(line.find(',') + 1)));
  }
  return y;
}

/// The sample of a work, or nothing with the benchmark marked as skipped.
bool prepare(benchmark::State& state, const Work& work, Sample& sample) {
  const std::vector<double> y = series(work);
  if (y.size() != work.n) {
    state.SkipWithError("data not found: set FORECART_SHARED");
    return false;
  }
  sample = make_sample(work.order, y, Eigen::MatrixXd(static_cast<Eigen::Index>(y.size()), 0));
  return true;
}

void fit(benchmark::State& state, const Work& work) {
  Sample sample;
  if (!prepare(state, work, sample)) return;
  Estimate e;
  for (auto _ : state) e = estimate(work.order, sample);
  state.counters["loglik"] = e.log_likelihood;
  state.counters["iterations"] = e.iterations;
  if (e.log_likelihood < work.best - 0.01)
    state.SkipWithError("a worse optimum than the best known");
}

void likelihood(benchmark::State& state, const Work& work, bool with_gradient) {
  Sample sample;
  if (!prepare(state, work, sample)) return;
  const Eigen::VectorXd u = estimate(work.order, sample).u;
  Likelihood likelihood(work.order, sample);
  Eigen::VectorXd gradient(u.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(likelihood.at(u, with_gradient ? &gradient : nullptr));
  }
}

void update(benchmark::State& state, const Work& work) {
  Sample sample;
  if (!prepare(state, work, sample)) return;
  StateFilter filter(work.order, estimate(work.order, sample).arma);
  const std::vector<double> y = series(work);
  for (const double value : y) filter.step(value);
  std::size_t t = 0;
  for (auto _ : state) benchmark::DoNotOptimize(filter.step(y[t++ % y.size()]));
}

/// The largest work with values missing at random places.
void fit_with_gaps(benchmark::State& state) {
  const Work& work = kWorks[std::size(kWorks) - 1];
  std::vector<double> y = series(work);
  if (y.size() != work.n) return state.SkipWithError("data not found: set FORECART_SHARED");
  Generator generator(7);
  for (auto left = state.range(0); left > 0;) {
    double& value = y[generator.below(y.size())];
    if (std::isnan(value)) continue;
    value = std::nan("");
    --left;
  }
  Estimate e;
  for (auto _ : state) e = estimate_with_gaps(work.order, y, {});
  state.counters["loglik"] = e.log_likelihood;
  state.counters["iterations"] = e.iterations;
  if (!e.converged) state.SkipWithError("did not converge");
}
BENCHMARK(fit_with_gaps)
    ->Arg(1)
    ->Arg(10)
    ->Arg(30)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond);

StateFilter airline_filter(int season) {
  const SarimaOrder order{1, 1, 1, 1, 1, 1, season};
  return {order, *arma_from_coefficients(order, {0.2, -0.7, 0.1, -0.9})};
}

/// A state of season `range` filters a history of 8,643 values.
void begin_state(benchmark::State& state) {
  const StateFilter fresh = airline_filter(static_cast<int>(state.range(0)));
  Generator generator(8);
  std::vector<double> y(8643);
  for (double& value : y) value = generator.normal();
  for (auto _ : state) {
    StateFilter filter = fresh;
    for (const double value : y) filter.step(value);
    benchmark::DoNotOptimize(filter.used());
  }
}
BENCHMARK(begin_state)->Arg(12)->Arg(24)->Arg(168)->Unit(benchmark::kMicrosecond);

/// The same with `range` values missing, season 24.
void begin_state_with_gaps(benchmark::State& state) {
  const StateFilter fresh = airline_filter(24);
  Generator generator(8);
  std::vector<double> y(8643);
  for (double& value : y) value = generator.normal();
  for (auto left = state.range(0); left > 0; --left) y[generator.below(y.size())] = std::nan("");
  for (auto _ : state) {
    StateFilter filter = fresh;
    for (const double value : y) filter.step(value);
    benchmark::DoNotOptimize(filter.used());
  }
}
BENCHMARK(begin_state_with_gaps)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond);

/// One new observation for a state that has seen 500 values and is still in its transient.
void update_state(benchmark::State& state) {
  StateFilter filter = airline_filter(static_cast<int>(state.range(0)));
  Generator generator(9);
  for (int t = 0; t < 500; ++t) filter.step(generator.normal());
  for (auto _ : state) {
    state.PauseTiming();
    StateFilter copy = filter;
    state.ResumeTiming();
    for (int t = 0; t < 100; ++t) benchmark::DoNotOptimize(copy.step(0.01 * t));
  }
  state.SetItemsProcessed(100 * state.iterations());
}
BENCHMARK(update_state)->Arg(12)->Arg(24)->Arg(168)->Unit(benchmark::kMicrosecond);

/// A transient of 4,000 steps that is never steady: MA(1) times a seasonal one near the unit
/// circle.
class EndlessTransient {
 public:
  explicit EndlessTransient(int season) {
    const SarimaOrder order{0, 0, 1, 0, 0, 1, season};
    const SeasonalArma<double> arma = *arma_from_coefficients(order, {-0.5, -0.9999});
    const Start<double> start = stationary_start(arma);
    t_.m = arma.state_size();
    t_.n = 4000;
    t_.variance = start.variance;
    t_.energy = 0;
    for (const double theta : arma.expanded_ma()) t_.energy += theta * theta;
    first_.assign(padded(t_.m) + kBlock, 0.0);
    for (std::size_t i = 0; i < t_.m; ++i) first_[i] = start.gain[i] / start.variance;
    values_.assign(t_.n + padded(t_.m) + kBlock, 0.0);
    Generator generator(10);
    for (std::size_t i = 0; i < t_.n; ++i) values_[i] = generator.normal();
    variance_ = start.variance;
  }

  /// True if it went through all steps.
  bool run() {
    t_.theta = first_;
    t_.lambda = first_;
    t_.variance = variance_;
    t_.partials.clear();
    t_.variances.clear();
    work_ = values_;
    t_.columns = {work_.data()};
    run_transient(t_);
    return t_.steps == t_.n;
  }

  /// Multiply-adds: for each step and entry K, L and w.
  double multiply_adds() const { return 3.0 * static_cast<double>(t_.n * t_.m); }

 private:
  Transient t_;
  std::vector<double> first_, values_, work_;
  double variance_ = 1;
};

void transient(benchmark::State& state) {
  EndlessTransient endless(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    if (!endless.run()) return state.SkipWithError("became steady");
  }
  state.counters["multiply_adds"] =
      benchmark::Counter(endless.multiply_adds() * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(transient)->Arg(12)->Arg(24)->Arg(52)->Arg(168)->Arg(365)->Unit(benchmark::kMicrosecond);

/// The processor's peak with the registers that the recursion uses: chains of multiply-adds that do
/// not wait for each other.
constexpr std::size_t kChains = 10;

FORECART_WIDE void chains(double factor, double* numbers, int rounds) {
  Lanes sums[kChains];
  for (std::size_t c = 0; c < kChains; ++c) sums[c] = FORECART_LANES(numbers + c * kBlock);
  for (int round = 0; round < rounds; ++round) {
    for (Lanes& sum : sums) sum = sum * factor + factor;
  }
  for (std::size_t c = 0; c < kChains; ++c) FORECART_LANES(numbers + c * kBlock) = sums[c];
}

void peak(benchmark::State& state) {
  constexpr int kRounds = 10000;
  std::vector<double> numbers(kChains * kBlock, 1.0);
  for (auto _ : state) {
    chains(0.5, numbers.data(), kRounds);
    benchmark::DoNotOptimize(numbers.data());
  }
  const auto done = static_cast<double>(state.iterations() * kRounds) * kChains * kBlock;
  state.counters["multiply_adds"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
}
BENCHMARK(peak)->Unit(benchmark::kMicrosecond);

bool add_benchmarks() {
  for (const Work& work : kWorks) {
    const std::string name = work.name;
    benchmark::RegisterBenchmark(("fit/" + name).c_str(), fit, work)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("value/" + name).c_str(), likelihood, work, false)
        ->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(("gradient/" + name).c_str(), likelihood, work, true)
        ->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(("update/" + name).c_str(), update, work)
        ->Unit(benchmark::kMicrosecond);
  }
  return true;
}

[[maybe_unused]] const bool kAdded = add_benchmarks();

}  // namespace
}  // namespace forecart::sarima
