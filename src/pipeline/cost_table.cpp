#include "pipeline/cost_table.h"

#include "base/process_usage.h"
#include "base/random.h"
#include "pipeline/model_makers.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace forecart {

namespace {

/// Core-seconds that grow with the size of the work.
struct WorkCost {
  double fixed;
  double series;
  double amount;         // values of a fit, forecast steps of a rolling origin
  double amount_season;  // times the season

  double of(double series_count, double amounts, int season) const {
    return fixed + series * series_count + (amount + amount_season * season) * amounts;
  }
};

struct ModelCost {
  std::string_view model;
  WorkCost fit;
  WorkCost window;
};

constexpr ModelCost kCosts[]{
#include "pipeline/plan_costs.inc"
};

/// Core-seconds of probe_work() where the table was measured (Xeon of the docs/proof pages).
constexpr double kProbeSeconds = .080;
/// Updates of a network that the table was measured with.
constexpr double kTrainingSteps = 1500;

const ModelCost& cost_of(const std::string& model) {
  const auto* found = std::find_if(std::begin(kCosts), std::end(kCosts),
                                   [&](const ModelCost& cost) { return cost.model == model; });
  return found == std::end(kCosts) ? kCosts[0] : *found;
}

bool is_network(const std::string& model) {
  return model == "LSTM" || model == "MLP";
}

double fit_seconds(const std::string& model, const PanelSize& size) {
  const double share = is_network(model) ? size.training_steps / kTrainingSteps : 1;
  return share * cost_of(model).fit.of(static_cast<double>(size.series),
                                       static_cast<double>(size.values), size.season);
}

double window_seconds(const std::string& model, const PanelSize& size) {
  return cost_of(model).window.of(static_cast<double>(size.series),
                                  static_cast<double>(size.series * size.horizon), size.season);
}

/// A series of counts with a season, the same each time.
Panel probe_panel() {
  constexpr int kSeason = 12;
  constexpr int kLength = 600;
  Generator generator(1);
  std::vector<double> values(kLength);
  for (int t = 0; t < kLength; ++t) {
    const double phase = 2 * std::numbers::pi * t / kSeason;
    values[static_cast<std::size_t>(t)] =
        static_cast<double>(generator.poisson(20 + 12 * std::sin(phase)));
  }
  Panel panel{Calendar()};
  panel.add("probe", 0, values);
  return panel;
}

/// Statistical models and a network, as runs use them.
void probe_work() {
  static const Panel kPanel = probe_panel();
  ModelOptions options;
  options.season_length = 12;
  options.possible_seasons = {12};
  options.order = SarimaOrder::parse("1,0,1", "0,1,1,12");
  options.network.steps = 20;
  FitOptions fit;
  fit.threads = 1;
  for (const char* model : {"ARIMA", "AutoETS", "MLP"}) {
    make_model(model, options)->fit(kPanel, {}, fit);
  }
}

}  // namespace

double table_seconds(const std::vector<std::string>& models,
                     const std::vector<std::string>& members, const PanelSize& size) {
  const auto fits = static_cast<double>(size.fits);
  const auto windows = static_cast<double>(size.windows);
  double seconds = 0;
  for (const std::string& model : models) {
    if (model != "Ensemble") {
      seconds += fits * fit_seconds(model, size) + windows * window_seconds(model, size);
      continue;
    }
    for (const std::string& member : members) {
      const bool shared = std::find(models.begin(), models.end(), member) != models.end();
      if (!shared) seconds += fits * fit_seconds(member, size);
      seconds += windows * window_seconds(member, size);
    }
  }
  return seconds;
}

double machine_speed() {
  constexpr int kTries = 3;
  double best = std::numeric_limits<double>::infinity();
  probe_work();  // code and data come into the caches
  for (int i = 0; i < kTries; ++i) {
    const double before = process_usage().core_seconds();
    probe_work();
    best = std::min(best, process_usage().core_seconds() - before);
  }
  const double speed = kProbeSeconds / best;
  constexpr double kNoise = .1;
  return std::abs(speed - 1) < kNoise ? 1 : speed;
}

}  // namespace forecart
