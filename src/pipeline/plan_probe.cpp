#include "pipeline/plan_probe.h"

#include "base/process_usage.h"
#include "pipeline/changed_series.h"
#include "pipeline/run_options.h"

#include <algorithm>

namespace forecart {

namespace {

using Eigen::Index;

/// Series of a panel that is probed whole, at most, and of the samples of a larger one. In both
/// samples AutoSelect tries models of whole panels, whose cost grows less than their series do.
constexpr Index kWhole = 80;
constexpr Index kSmall = 40;
constexpr Index kLargest = 160;

/// Looks at every number that a table would hold of a forecast.
void read_all(const Forecast& forecast, const std::vector<double>& levels) {
  for (const SeriesForecast& series : forecast.series) {
    for (Index step = 0; step < forecast.horizon; ++step) {
      forecast_point(*series.distribution, step, levels);
    }
  }
}

/// How many of the fits of a probe are done.
struct Steps {
  Progress& progress;
  std::size_t all;
  std::size_t done = 0;

  void begin(const std::string& model) {
    progress.report("trying", static_cast<double>(done++) / static_cast<double>(all), model);
  }
};

ProbedSeconds probe(const ModelChoice& choice, const std::vector<std::string>& models,
                    const Panel& panel, Steps& steps) {
  const PanelRunOptions options = panel_run_options(choice, panel, no_progress());
  ModelRegistry registry(model_options(choice, panel));
  ProbedSeconds seconds;
  for (const std::string& model : models) {
    steps.begin(model);
    const double start = process_usage().core_seconds();
    const auto fitted = registry.make(model)->fit(panel, {}, options.backtest.fit);
    const double middle = process_usage().core_seconds();
    read_all(fitted->forecast(options.backtest.horizon), options.backtest.levels);
    seconds.fit += middle - start;
    seconds.window += process_usage().core_seconds() - middle;
  }
  return seconds;
}

/// Places of the series in a panel that the earlier run knew.
std::vector<Index> known_places(const EarlierRun& earlier, const std::string& name,
                                const Panel& panel) {
  const KnownHistories& known = earlier.panel(name).histories;
  std::vector<Index> places;
  for (Index i = 0; i < panel.size(); ++i) {
    if (known.contains(panel.ids()[i])) places.push_back(i);
  }
  return places;
}

}  // namespace

std::optional<double> probe_moving(const RunRequest& request, const EarlierRun& earlier,
                                   const ProbedPanel& panel, std::string& reason) {
  const Repository repository = Repository::open(request.repository);
  const std::string& name = panel.config.name;
  const Panel known = panel.loaded.panel.only(known_places(earlier, name, panel.loaded.panel));
  const ModelChoice choice = choice_for(request, panel.config, panel.loaded.panel);
  PanelRunOptions options = panel_run_options(choice, panel.loaded.panel, no_progress());
  options.covariates = panel.inputs.covariates;
  options.availability = panel.inputs.availability;
  options.hierarchy = panel.loaded.hierarchy;
  ModelRegistry registry(model_options(choice, panel.loaded.panel));
  RefitBudget nothing = RefitBudget::nothing();
  const double start = process_usage().core_seconds();
  const ContinuedPanel now{name, known, registry, options, nothing};
  if (!continue_panel(repository, earlier, now, reason)) return std::nullopt;
  return process_usage().core_seconds() - start;
}

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
                           const Panel& panel, Progress& progress) {
  const Index size = panel.size();
  const bool whole = size <= kWhole;
  Steps steps{progress, (whole ? 1 : 2) * models.size()};
  ProbedSeconds seconds;
  if (whole) {
    seconds = probe(choice, models, panel, steps);
  } else {
    const Index many = std::clamp(size / 2, kWhole, kLargest);
    const ProbedSeconds small = probe(choice, models, sample_of(panel, kSmall), steps);
    const ProbedSeconds large = probe(choice, models, sample_of(panel, many), steps);
    const auto grown = [&](double few, double more) {
      const double each = std::max(0.0, more - few) / static_cast<double>(many - kSmall);
      return more + each * static_cast<double>(size - many);
    };
    seconds = {grown(small.fit, large.fit), grown(small.window, large.window)};
  }
  progress.report("trying", 1, "");
  return seconds;
}

}  // namespace forecart
