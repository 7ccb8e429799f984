#include "pipeline/plan_probe.h"

#include "base/process_usage.h"

#include <algorithm>

namespace forecart {

namespace {

using Eigen::Index;

/// Series of the two samples. AutoSelect tries models of whole panels on the large one only, whose
/// cost hardly grows beyond: they learn from a limited number of rows.
constexpr Index kSmall = 10;
constexpr Index kLarge = 40;

/// Looks at every number that a table would hold of a forecast.
void read_all(const Forecast& forecast, const std::vector<double>& levels) {
  for (const SeriesForecast& series : forecast.series) {
    for (Index step = 0; step < forecast.horizon; ++step) {
      forecast_point(*series.distribution, step, levels);
    }
  }
}

ProbedSeconds& operator+=(ProbedSeconds& sum, const ProbedSeconds& more) {
  sum.fit += more.fit;
  sum.window += more.window;
  return sum;
}

/// What each model takes on this panel.
std::vector<ProbedSeconds> probe(const ModelChoice& choice, const std::vector<std::string>& models,
                                 const Panel& panel) {
  const PanelRunOptions options = panel_run_options(choice, panel, no_progress());
  ModelRegistry registry(model_options(choice, panel));
  std::vector<ProbedSeconds> seconds;
  for (const std::string& model : models) {
    const double start = process_usage().core_seconds();
    const auto fitted = registry.make(model)->fit(panel, {}, options.backtest.fit);
    const double middle = process_usage().core_seconds();
    read_all(fitted->forecast(options.backtest.horizon), options.backtest.levels);
    seconds.push_back({middle - start, process_usage().core_seconds() - middle});
  }
  return seconds;
}

/// What a model takes on a panel of `size` series, from what it took on the samples. AutoSelect
/// adds series one by one, as in the small sample; others grow from the one to the other.
double grown(const std::string& model, double small, double large, Index size) {
  const double each = model == "AutoSelect"
                          ? small / static_cast<double>(kSmall)
                          : std::max(0.0, large - small) / static_cast<double>(kLarge - kSmall);
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
  ProbedSeconds sum;
  if (panel.size() <= kLarge) {
    for (const ProbedSeconds& own : probe(choice, models, panel)) sum += own;
    return sum;
  }
  const auto small = probe(choice, models, sample_of(panel, kSmall));
  const auto large = probe(choice, models, sample_of(panel, kLarge));
  for (std::size_t i = 0; i < models.size(); ++i) {
    sum += {grown(models[i], small[i].fit, large[i].fit, panel.size()),
            grown(models[i], small[i].window, large[i].window, panel.size())};
  }
  return sum;
}

}  // namespace forecart
