// Generated series that a method should survive: each must end in a fit or a named fallback, with
// finite means and intervals of bounded width. Deterministic for a count and a seed.
//
//   arima_robustness COUNT SEED [MODEL]

#include "base/parallel.h"
#include "models/baseline/average.h"
#include "models/sarima/arima.h"
#include "models/sarima/arima_variants.h"

#include "hostile_series.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

namespace forecart {
namespace {

/// Widest interval allowed, in ranges of the data.
constexpr double kWidest = 1000;
/// Milliseconds that one series may take.
constexpr double kLongest = 20000;

struct Outcome {
  std::string kind;
  std::string order;
  std::string reason;   // of the fallback, or empty
  std::string failure;  // which rule was broken, or empty
  double milliseconds = 0;
};

int upto(int most, Generator& generator) {
  return static_cast<int>(generator.below(static_cast<std::uint64_t>(most) + 1));
}

SarimaOrder random_order(Generator& generator) {
  const int seasons[] = {1, 7, 12, 24};
  SarimaOrder order{upto(3, generator), upto(2, generator), upto(3, generator)};
  const int s = seasons[generator.below(4)];
  if (s == 1) return order;
  order.P = upto(2, generator);
  order.D = upto(1, generator);
  order.Q = upto(2, generator);
  if (order.has_season()) order.s = s;
  return order;
}

/// The models under test by name.
ModelPtr make_model(const std::string& name, const SarimaOrder& order, Generator& generator) {
  if (name == "ARIMA") {
    const bool drift = generator.uniform() < 0.3;
    return per_series(make_arima({.order = order, .drift = drift}), make_window_average(order.s));
  }
  if (name == "AutoARIMA") {
    constexpr int kWeeks = 52;  // has a search of its own
    const int season = generator.below(5) == 0 ? kWeeks : order.s;
    const ArimaVariety variety{.seasons = {season}, .horizon = 2 * std::max(order.s, 6)};
    return per_series(
        best_on_rolling_origins("AutoARIMA", arima_variants(variety), arima_origins(variety)),
        make_window_average(order.s));
  }
  std::fprintf(stderr, "model '%s' is not known; use ARIMA or AutoARIMA\n", name.c_str());
  std::exit(2);
}

/// The width that no interval may pass.
double widest(const std::vector<double>& y) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const double value : y) {
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double range = high - low;
  return kWidest * (range > 0 ? range : std::max({std::abs(low), std::abs(high), 1e-300}));
}

std::string failure_of(const Predictive& forecast, double widest) {
  for (Eigen::Index k = 0; k < forecast.horizon(); ++k) {
    if (!std::isfinite(forecast.mean(k))) return "mean is not finite";
    double before = -INFINITY;
    for (const double p : {0.025, 0.1, 0.9, 0.975}) {
      const double q = forecast.quantile(k, p);
      if (!std::isfinite(q)) return "quantile is not finite";
      if (q < before) return "quantiles cross";
      before = q;
    }
    const double width = forecast.quantile(k, 0.975) - forecast.quantile(k, 0.025);
    if (width > widest) {
      return "interval " + std::to_string(width / widest * kWidest) + " ranges wide at step " +
             std::to_string(k + 1);
    }
  }
  return {};
}

Outcome examine(const std::string& name, std::size_t index, Generator generator) {
  const std::size_t kinds = hostile_kinds().size();
  const SarimaOrder order = random_order(generator);
  const HostileSeries series = hostile_series(index % kinds, order.s, generator);
  Outcome outcome{series.kind, order.format(), {}, {}, 0};
  try {
    Panel panel{Calendar()};
    panel.add("series", 0, series.values);
    const auto fitted = make_model(name, order, generator)->fit(panel, {}, {});
    const LedgerRow& row = fitted->ledger().front();
    outcome.milliseconds = row.milliseconds;
    if (!row.fallback.empty()) outcome.reason = row.reason;
    if (!row.fallback.empty() && row.reason.empty()) outcome.failure = "a fallback without reason";
    const Forecast forecast = fitted->forecast(Eigen::Index{2} * std::max(order.s, 12));
    const std::string broken =
        failure_of(*forecast.series.front().distribution, widest(series.values));
    if (!broken.empty()) outcome.failure = broken;
    if (row.milliseconds > kLongest) outcome.failure = "takes too long";
  } catch (const std::exception& exception) {
    outcome.failure = std::string("throws ") + exception.what();
  }
  return outcome;
}

struct Tally {
  std::size_t series = 0;
  std::size_t fallbacks = 0;
  std::size_t failures = 0;
  double slowest = 0;
};

/// A reason without its numbers, so that equal ones count together.
std::string without_numbers(std::string reason) {
  for (char& c : reason) c = std::isdigit(static_cast<unsigned char>(c)) != 0 ? '#' : c;
  std::string result;
  for (const char c : reason) {
    if (c != '#' || result.empty() || result.back() != '#') result += c;
  }
  return result;
}

int report(const std::vector<Outcome>& outcomes) {
  std::map<std::string, Tally> kinds;
  std::map<std::string, std::size_t> reasons;
  Tally all;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Outcome& o = outcomes[i];
    for (Tally* tally : {&kinds[o.kind], &all}) {
      ++tally->series;
      tally->fallbacks += o.reason.empty() ? 0 : 1;
      tally->failures += o.failure.empty() ? 0 : 1;
      tally->slowest = std::max(tally->slowest, o.milliseconds);
    }
    if (!o.reason.empty()) ++reasons[without_numbers(o.reason)];
    if (!o.failure.empty() && all.failures <= 50) {
      std::printf("FAILED series %zu, %s, ARIMA%s: %s%s%s\n", i, o.kind.c_str(), o.order.c_str(),
                  o.failure.c_str(), o.reason.empty() ? "" : "; fallback, ", o.reason.c_str());
    }
  }
  std::printf("%-32s %8s %10s %8s %12s\n", "kind", "series", "fallbacks", "failed", "slowest ms");
  kinds["all"] = all;
  for (const auto& [kind, t] : kinds) {
    std::printf("%-32s %8zu %10zu %8zu %12.1f\n", kind.c_str(), t.series, t.fallbacks, t.failures,
                t.slowest);
  }
  for (const auto& [reason, count] : reasons) std::printf("%8zu  %s\n", count, reason.c_str());
  return all.failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace forecart

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: arima_robustness COUNT SEED [MODEL]\n");
    return 2;
  }
  const auto count = static_cast<std::size_t>(std::strtoull(argv[1], nullptr, 10));
  const forecart::Generator seed(std::strtoull(argv[2], nullptr, 10));
  const std::string model = argc > 3 ? argv[3] : "ARIMA";
  std::vector<forecart::Outcome> outcomes(count);
  forecart::parallel_for(
      count, 0, [&](std::size_t i) { outcomes[i] = forecart::examine(model, i, seed.split(i)); });
  return forecart::report(outcomes);
}
