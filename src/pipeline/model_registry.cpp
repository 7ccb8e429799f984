#include "pipeline/model_registry.h"

#include "base/error.h"
#include "evaluation/auto_select.h"
#include "evaluation/ensemble.h"
#include "evaluation/hybrid.h"
#include "evaluation/shared_fit.h"
#include "pipeline/model_makers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

[[noreturn]] void refuse(const std::string& name) {
  std::vector<std::string> names;
  for (const ModelDescription& model : known_models()) names.push_back(model.name);
  throw Error(ErrorCode::unknown_name,
              fmt::format("model '{}' is not known; use one of {}", name, fmt::join(names, ", ")));
}

}  // namespace

const std::vector<ModelDescription>& known_models() {
  static const std::vector<ModelDescription> kModels{
      {"Naive", "the last value"},
      {"SeasonalNaive", "the last season"},
      {"Naive2", "the last value after the season, M4's yardstick: what OWA is measured against"},
      {"HistoricAverage", "the mean of all values"},
      {"WindowAverage", "the mean of the last season"},
      {"LevelProfile", "recent level times profiles of day, week and year, learnt from all series"},
      {"ARIMA",
       "seasonal ARIMA with given orders by exact maximum likelihood, with regressors, "
       "holidays and Fourier terms"},
      {"AutoARIMA",
       "seasonal ARIMA with orders, season and scale chosen per series, with regressors"},
      {"AutoETS", "exponential smoothing with error, trend and season chosen per series by AICc"},
      {"SES", "simple exponential smoothing after the season, as in M4"},
      {"Theta", "exponential smoothing with half the slope of the line, after the season"},
      {"OptimizedTheta", "the same with the weight of the line fitted"},
      {"DynamicTheta", "Theta with a line that follows the values"},
      {"DynamicOptimizedTheta", "the same with the weight of the line fitted"},
      {"AutoTheta", "the theta method that did best on rolling origins of the series"},
      {"SeasonalAR", "ridge autoregression on seasonal lags and a profile, in logarithms"},
      {"DoubleSeasonalES",
       "exponential smoothing with two seasons and an AR(1) error, fitted several steps ahead"},
      {"SeasonalMedian", "the median of the last three seasons"},
      {"SeasonalGrowth", "the last season with the change of level, or the growth of past seasons"},
      {"MSTL", "seasons by STL, AutoETS without a season on the rest"},
      {"CrostonClassic", "intermittent demand: smoothed size over smoothed interval"},
      {"CrostonSBA", "the same without its bias"},
      {"CrostonOptimized", "the same with smoothing chosen per series"},
      {"TSB", "smoothed probability of a demand times its size; fades when an item stops selling"},
      {"ADIDA", "demand smoothed over blocks of its mean interval"},
      {"IMAPA", "the mean of that over all lengths of block"},
      {"CountProfile", "counts around a level that wanders, times a seasonal profile"},
      {"LSTM",
       "one recurrent network over all series, days or weeks as its steps, with regressors"},
      {"MLP", "one network of dense layers over all series, with regressors"},
      {"GradientBoostedTrees",
       "one set of boosted trees for all series, with regressors (XGBoost)"},
      {"ARIMALSTM",
       "AutoARIMA, or ARIMA where its orders are given, and LSTM on the residuals, with "
       "regressors"},
      {"AutoSelect",
       "per series the best few models of its demand class on rolling origins, combined"},
      {"Ensemble",
       "ARIMA and LSTM (or --members) combined (--combine), weights from earlier origins"},
  };
  return kModels;
}

bool combines_others(std::string_view model) {
  return model == "AutoSelect" || model == "Ensemble" || model == "ARIMALSTM";
}

ModelRegistry::ModelRegistry(ModelOptions options) : options_(std::move(options)) {
  if (options_.members.empty()) {
    throw Error(ErrorCode::invalid_value,
                "Ensemble needs at least one member; name some with --members");
  }
  for (const std::string& member : options_.members) {
    if (member == "Ensemble") {
      throw Error(ErrorCode::invalid_value,
                  "Ensemble cannot be a member of itself; change --members");
    }
  }
}

ModelPtr ModelRegistry::make(const std::string& name) {
  auto& model = made_[name];
  if (model == nullptr) model = make_new(name);
  return model;
}

ModelPtr ModelRegistry::make_new(const std::string& name) {
  const std::vector<int>& seasons = options_.possible_seasons;
  const OriginPlan plan = OriginPlan::for_horizon(options_.horizon, options_.season_length,
                                                  seasons.empty() ? 1 : seasons.back());
  if (name == "AutoSelect") return make_auto_select(selection_candidates(options_), plan);
  if (name == "Ensemble") {
    std::vector<ModelPtr> members;
    for (const std::string& member : options_.members) members.push_back(make(member));
    return make_ensemble(std::move(members), {options_.combination, plan});
  }
  if (name == "ARIMALSTM") return make_arima_lstm();
  ModelPtr model = make_model(name, options_);
  if (model == nullptr) refuse(name);
  return options_.keeps_fits ? share_fits(std::move(model)) : model;
}

/// Residuals are told by a Student-t unless asked otherwise: forecasts are moved by their mean.
ModelPtr ModelRegistry::make_arima_lstm() {
  ModelOptions own = options_;
  if (!own.network.head) own.network.head = lstm::HeadKind::student;
  const char* const other = options_.hybrid_linear == "ARIMA" ? "AutoARIMA" : "ARIMA";
  return share_fits(make_hybrid({.name = "ARIMALSTM",
                                 .linear = make(options_.hybrid_linear),
                                 .network = make_model("LSTM", own),
                                 .horizon = options_.horizon,
                                 .other_linear = make(other)}));
}

}  // namespace forecart
