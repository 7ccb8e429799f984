#include "pipeline/model_choice.h"

#include "base/error.h"
#include "series/seasonality.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

/// Cycles of a season that a history must hold.
constexpr Eigen::Index kCycles = 3;
/// Series that are asked for the season of a counter.
constexpr Eigen::Index kAsked = 25;

Eigen::Index longest_history(const Panel& panel) {
  Eigen::Index longest = 0;
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    longest = std::max(longest, std::ssize(panel[i].values));
  }
  return longest;
}

/// A counter suggests no season: the one that more than half of the series asked show before the
/// first origin, or none.
int season_of_counter(const ModelChoice& choice, const Panel& panel) {
  const Eigen::Index step = choice.step == 0 ? choice.horizon : choice.step;
  const auto held_out =
      static_cast<std::size_t>(choice.gap + choice.horizon + (choice.windows - 1) * step);
  const Eigen::Index asked = std::min(panel.size(), kAsked);
  std::map<int, Eigen::Index> votes;
  for (Eigen::Index i = 0; i < asked; ++i) {
    const auto values = panel[i].values;
    const auto known = values.first(values.size() - std::min(values.size(), held_out));
    const auto found = find_seasons(known, panel.calendar().frequency());
    if (!found.empty()) ++votes[found.front()];
  }
  for (const auto& [season, count] : votes) {
    if (2 * count > asked) return season;
  }
  return 1;
}

void check_drift(const ModelChoice& choice, const SarimaOrder& order) {
  if (!choice.drift || order.d + order.D == 1) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("drift needs an order with d + D = 1, and ARIMA{} has {}; change "
                          "--order or --seasonal-order",
                          order.format(), order.d + order.D));
}

/// What a choice says of rolling origins.
BacktestOptions window_options(const ModelChoice& choice) {
  BacktestOptions options;
  options.horizon = choice.horizon;
  options.gap = choice.gap;
  options.windows = choice.windows;
  options.step = choice.step == 0 ? choice.horizon : choice.step;
  options.refit = choice.refit;
  if (choice.refit_by_policy) options.policy = RetrainingPolicy{};
  options.levels = distinct(choice.levels);
  return options;
}

}  // namespace

void check_choice(const ModelChoice& choice) {
  window_options(choice).validate();
  const auto order =
      SarimaOrder::parse(choice.order.empty() ? "1,1,1" : choice.order, choice.seasonal_order);
  if (!choice.order.empty() || !choice.seasonal_order.empty()) check_drift(choice, order);
  for (const std::string& text : choice.fourier) FourierPeriod::parse(text);
  ModelOptions options;
  options.members = distinct(choice.members);
  ModelRegistry registry(std::move(options));
  registry.make("Ensemble");  // knows all members
  for (const std::string& model : choice.models) registry.make(model.substr(0, model.find('/')));
}

int season_of(const ModelChoice& choice, const Panel& panel) {
  if (choice.season_length > 0) return choice.season_length;
  const Frequency& frequency = panel.calendar().frequency();
  if (frequency.unit == FrequencyUnit::counter) return season_of_counter(choice, panel);
  const int usual = frequency.default_season_length();
  return longest_history(panel) >= kCycles * Eigen::Index{usual} ? usual : 1;
}

std::vector<int> seasons_of(const ModelChoice& choice, const Panel& panel) {
  std::vector<int> seasons{season_of(choice, panel)};
  if (choice.season_length > 0 || seasons.front() == 1) return seasons;
  const Eigen::Index longest = longest_history(panel);
  for (const int season : season_candidates(panel.calendar().frequency())) {
    if (season > seasons.front() && longest >= kCycles * Eigen::Index{season}) {
      seasons.push_back(season);
    }
  }
  return seasons;
}

std::vector<int> possible_seasons(const ModelChoice& choice, const Panel& panel) {
  std::vector<int> seasons;
  if (choice.season_length == 0) seasons = season_candidates(panel.calendar().frequency());
  if (seasons.empty()) seasons = {season_of(choice, panel)};
  std::erase_if(seasons, [](int season) { return season < 2; });
  return seasons;
}

ModelOptions model_options(const ModelChoice& choice, const Panel& panel) {
  ModelOptions options;
  options.frequency = panel.calendar().frequency();
  options.season_length = season_of(choice, panel);
  const bool given = !choice.order.empty() || !choice.seasonal_order.empty();
  const std::string order = choice.order.empty() ? "1,1,1" : choice.order;
  std::string seasonal = choice.seasonal_order;
  if (!given && (choice.models.empty() || choice.usual_season) && options.season_length > 1) {
    seasonal = fmt::format("1,1,1,{}", options.season_length);
  }
  options.order = SarimaOrder::parse(order, seasonal);
  options.drift = choice.drift;
  if (given) options.hybrid_linear = "ARIMA";
  check_drift(choice, options.order);
  for (const std::string& text : distinct(choice.fourier)) {
    options.fourier.push_back(FourierPeriod::parse(text));
  }
  options.transform = choice.transform.value_or(choice.usual_transform);
  options.only_transform = choice.transform;
  options.seasons = seasons_of(choice, panel);
  options.possible_seasons = possible_seasons(choice, panel);
  options.root_rule = choice.root_rule;
  options.horizon = choice.gap + choice.horizon;
  options.strategy = choice.strategy;
  options.objective = choice.objective;
  options.network = choice.network;
  options.members = distinct(choice.members);
  options.combination = choice.combination;
  options.intervals = choice.intervals;
  options.keeps_fits = choice.models.empty() || std::ranges::any_of(choice.models, combines_others);
  return options;
}

PanelRunOptions panel_run_options(const ModelChoice& choice, const Panel& panel,
                                  Progress& progress) {
  PanelRunOptions options;
  options.models = choice.models.empty() ? default_models(panel.size()) : distinct(choice.models);
  options.backtest = window_options(choice);
  options.backtest.mase_season = season_of(choice, panel);
  options.backtest.fit = {choice.seed, choice.threads, options.backtest.reach(), &progress};
  options.backtest.fit.time_budget = choice.time_budget;
  options.backtest.fit.checkpoints = choice.checkpoints;
  options.backtest.warm_start = choice.warm_start;
  options.backtest.validate();
  return options;
}

}  // namespace forecart
