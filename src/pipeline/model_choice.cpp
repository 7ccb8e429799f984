#include "pipeline/model_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

int season_of(const ModelChoice& choice, const Calendar& calendar) {
  return choice.season_length > 0 ? choice.season_length
                                  : calendar.frequency().default_season_length();
}

/// Each name once, in order.
std::vector<std::string> distinct(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) {
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

}  // namespace

ModelOptions model_options(const ModelChoice& choice, const Calendar& calendar) {
  ModelOptions options;
  options.frequency = calendar.frequency();
  options.season_length = season_of(choice, calendar);
  const std::string order = choice.order.empty() ? "1,1,1" : choice.order;
  std::string seasonal = choice.seasonal_order;
  const bool open = choice.models.empty() && choice.order.empty() && seasonal.empty();
  if (open && options.season_length > 1) seasonal = fmt::format("1,1,1,{}", options.season_length);
  options.order = SarimaOrder::parse(order, seasonal);
  options.transform = choice.transform.value_or(Transform::none);
  options.members = distinct(choice.members);
  return options;
}

PanelRunOptions panel_run_options(const ModelChoice& choice, const Calendar& calendar,
                                  Progress& progress) {
  PanelRunOptions options;
  options.models = choice.models.empty() ? default_models() : distinct(choice.models);
  options.backtest.horizon = choice.horizon;
  options.backtest.windows = choice.windows;
  options.backtest.step = choice.step == 0 ? choice.horizon : choice.step;
  options.backtest.refit = choice.refit;
  options.backtest.levels = choice.levels;
  options.backtest.mase_season = season_of(choice, calendar);
  options.backtest.fit = {choice.seed, choice.threads, &progress};
  options.backtest.validate();
  return options;
}

}  // namespace forecart
