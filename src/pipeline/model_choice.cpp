#include "pipeline/model_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

/// Each value once, in order.
template <typename Value>
std::vector<Value> distinct(const std::vector<Value>& values) {
  std::vector<Value> result;
  for (const Value& value : values) {
    if (std::find(result.begin(), result.end(), value) == result.end()) result.push_back(value);
  }
  return result;
}

}  // namespace

int season_of(const ModelChoice& choice, const Panel& panel) {
  if (choice.season_length > 0) return choice.season_length;
  const int usual = panel.calendar().frequency().default_season_length();
  Eigen::Index longest = 0;
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    longest = std::max(longest, std::ssize(panel[i].values));
  }
  return longest >= 3 * Eigen::Index{usual} ? usual : 1;
}

ModelOptions model_options(const ModelChoice& choice, const Panel& panel) {
  ModelOptions options;
  options.frequency = panel.calendar().frequency();
  options.season_length = season_of(choice, panel);
  const std::string order = choice.order.empty() ? "1,1,1" : choice.order;
  std::string seasonal = choice.seasonal_order;
  const bool open = choice.models.empty() && choice.order.empty() && seasonal.empty();
  if (open && options.season_length > 1) seasonal = fmt::format("1,1,1,{}", options.season_length);
  options.order = SarimaOrder::parse(order, seasonal);
  options.transform = choice.transform.value_or(Transform::none);
  options.members = distinct(choice.members);
  return options;
}

PanelRunOptions panel_run_options(const ModelChoice& choice, const Panel& panel,
                                  Progress& progress) {
  PanelRunOptions options;
  options.models = choice.models.empty() ? default_models(panel.size()) : distinct(choice.models);
  options.backtest.horizon = choice.horizon;
  options.backtest.windows = choice.windows;
  options.backtest.step = choice.step == 0 ? choice.horizon : choice.step;
  options.backtest.refit = choice.refit;
  options.backtest.levels = distinct(choice.levels);
  options.backtest.mase_season = season_of(choice, panel);
  options.backtest.fit = {choice.seed, choice.threads, &progress};
  options.backtest.validate();
  return options;
}

}  // namespace forecart
