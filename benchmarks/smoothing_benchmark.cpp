// AutoETS on the M4 hourly series of golden/data, season 24: one whole choice among 15 forms. Each
// tells the AICc it reached; benchmarks/peers/run lays it beside R's and statsforecast's.

#include "models/smoothing/auto_ets.h"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <string>

namespace forecart {
namespace {

constexpr int kSeries[] = {1, 11, 21, 31, 41, 51, 61, 71};
constexpr int kSeason = 24;

std::vector<double> series(int number) {
  const char* shared = std::getenv("FORECART_SHARED");
  std::ifstream file(std::string(shared != nullptr ? shared : "../shared") + "/golden/data/m4_h" +
                     std::to_string(number) + ".csv");
  std::vector<double> y;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) y.push_back(std::stod(line));
  return y;
}

void auto_ets(benchmark::State& state, int number) {
  const std::vector<double> y = series(number);
  if (y.empty()) {
    state.SkipWithError("data not found: set FORECART_SHARED");
    return;
  }
  const SeriesModelPtr model = make_auto_ets({.season_length = kSeason});
  const Calendar hours;
  SeriesFit fit;
  for (auto _ : state) fit = model->fit({hours, 0, y, {}}, {});
  state.counters["aicc"] = fit.fitted->explain().at("aicc").get<double>();
}

[[maybe_unused]] const int kRegistered = [] {
  for (const int number : kSeries) {
    benchmark::RegisterBenchmark(("auto_ets/m4_h" + std::to_string(number)).c_str(),
                                 [=](benchmark::State& state) { auto_ets(state, number); })
        ->Unit(benchmark::kMillisecond);
  }
  return 0;
}();

}  // namespace
}  // namespace forecart
