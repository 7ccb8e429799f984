#include "pipeline/plan_probe.h"

#include "base/process_usage.h"

#include <algorithm>

namespace forecart {

namespace {

using Eigen::Index;

/// Series from which AutoSelect tries models of whole panels: samples are not smaller.
constexpr Index kSmall = 20;
constexpr Index kLarge = 40;

/// Looks at every number that a table would hold of a forecast.
void read_all(const Forecast& forecast, const std::vector<double>& levels) {
  for (const SeriesForecast& series : forecast.series) {
    for (Index step = 0; step < forecast.horizon; ++step) {
      forecast_point(*series.distribution, step, levels);
    }
  }
}

ProbedSeconds probe(const ModelChoice& choice, const std::vector<std::string>& models,
                    const Panel& panel) {
  const PanelRunOptions options = panel_run_options(choice, panel, no_progress());
  ModelRegistry registry(model_options(choice, panel));
  ProbedSeconds seconds;
  for (const std::string& model : models) {
    const double start = process_usage().core_seconds();
    const auto fitted = registry.make(model)->fit(panel, {}, options.backtest.fit);
    const double middle = process_usage().core_seconds();
    read_all(fitted->forecast(options.backtest.horizon), options.backtest.levels);
    seconds.fit += middle - start;
    seconds.window += process_usage().core_seconds() - middle;
  }
  return seconds;
}

/// What a panel of `size` series takes, from samples of kSmall and kLarge.
double grown(double small, double large, Index size) {
  const double each = std::max(0.0, large - small) / static_cast<double>(kLarge - kSmall);
  return large + each * static_cast<double>(size - kLarge);
}

}  // namespace

Panel sample_of(const Panel& panel, Index count) {
  Panel sample{panel.calendar()};
  for (Index i = 0; i < count; ++i) {
    const SeriesView series = panel[i * panel.size() / count];
    sample.add(std::string(series.id), series.first,
               std::vector<double>(series.values.begin(), series.values.end()));
  }
  return sample;
}

ProbedSeconds probe_models(const ModelChoice& choice, const std::vector<std::string>& models,
                           const Panel& panel) {
  if (panel.size() <= kLarge) return probe(choice, models, panel);
  const ProbedSeconds small = probe(choice, models, sample_of(panel, kSmall));
  const ProbedSeconds large = probe(choice, models, sample_of(panel, kLarge));
  return {grown(small.fit, large.fit, panel.size()),
          grown(small.window, large.window, panel.size())};
}

}  // namespace forecart
