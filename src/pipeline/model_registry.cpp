#include "pipeline/model_registry.h"

#include "base/error.h"
#include "evaluation/auto_select.h"
#include "evaluation/ensemble.h"
#include "evaluation/shared_fit.h"
#include "models/autoregression/seasonal_ar.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/baseline/seasonal_rule.h"
#include "models/decomposed.h"
#include "models/intermittent/aggregation.h"
#include "models/intermittent/count_profile.h"
#include "models/intermittent/croston.h"
#include "models/lstm/lstm.h"
#include "models/profile/level_profile.h"
#include "models/sarima/arima.h"
#include "models/sarima/arima_variants.h"
#include "models/series_model.h"
#include "models/smoothing/auto_ets.h"
#include "models/smoothing/double_seasonal_es.h"
#include "models/transformed.h"
#include "models/trees/gradient_boosted_trees.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace forecart {

namespace {

SeriesModelPtr make_chosen_arima(const ModelOptions& options) {
  const ArimaVariety variety{options.seasons, options.only_transform, options.fourier,
                             options.root_rule, options.horizon};
  return best_on_rolling_origins("AutoARIMA", arima_variants(variety), arima_origins(variety));
}

/// The models of intermittent demand; null for a name that is none of them.
SeriesModelPtr make_intermittent(const std::string& name, const ModelOptions& options) {
  if (name == "CrostonClassic") return make_croston(CrostonVariant::classic);
  if (name == "CrostonSBA") return make_croston(CrostonVariant::sba);
  if (name == "CrostonOptimized") return make_croston(CrostonVariant::optimized);
  if (name == "TSB") return make_tsb();
  if (name == "ADIDA") return make_adida();
  if (name == "IMAPA") return make_imapa();
  if (name == "CountProfile") return make_count_profile({.season = options.season_length});
  return nullptr;
}

/// The seasons of a median: years of days and weeks lie too far apart.
std::vector<int> close_seasons(const ModelOptions& options) {
  std::vector<int> seasons = options.possible_seasons;
  if (!options.frequency.is_sub_daily() && seasons.size() > 1) seasons.resize(1);
  return seasons;
}

SeriesModelPtr make_seasonal_growth(const ModelOptions& options) {
  const auto variant = [&options](const char* label, SeasonalRule rule) {
    return Variant{label, make_seasonal_rule(rule, options.possible_seasons)};
  };
  return best_on_rolling_origins("SeasonalGrowth",
                                 {variant("level change", SeasonalRule::level_change),
                                  variant("same growth", SeasonalRule::same_growth)},
                                 {options.horizon, 2, options.horizon});
}

/// MSTL with AutoETS without a season on the rest, in logarithms or as it is.
SeriesModelPtr make_mstl(const ModelOptions& options) {
  const SeriesModelPtr model =
      make_decomposed(make_auto_ets({.season_length = 1}), options.possible_seasons);
  return best_on_rolling_origins(
      "MSTL",
      {{"log", transformed(model, Transform::log)}, {"none", transformed(model, Transform::none)}},
      {options.horizon, 2, options.horizon});
}

/// The per-series models; null for a name that is none of them.
SeriesModelPtr make_series_model(const std::string& name, const ModelOptions& options) {
  if (name == "Naive") return make_naive();
  if (name == "SeasonalNaive") return make_seasonal_naive(options.season_length);
  if (name == "HistoricAverage") return make_historic_average();
  if (name == "WindowAverage") return make_window_average(options.season_length);
  if (name == "ARIMA") {
    return transformed(
        make_arima({.order = options.order, .drift = options.drift, .fourier = options.fourier}),
        options.transform, options.season_length);
  }
  if (name == "AutoARIMA") return make_chosen_arima(options);
  if (name == "AutoETS") return make_auto_ets({.season_length = options.season_length});
  if (name == "SeasonalAR") return make_seasonal_ar({.seasons = options.possible_seasons});
  if (SeriesModelPtr intermittent = make_intermittent(name, options)) return intermittent;
  if (name == "DoubleSeasonalES")
    return make_double_seasonal_es({.seasons = options.possible_seasons});
  if (name == "SeasonalMedian")
    return make_seasonal_rule(SeasonalRule::median, close_seasons(options));
  if (name == "SeasonalGrowth") return make_seasonal_growth(options);
  if (name == "MSTL") return make_mstl(options);
  if (name == "LSTM")
    return transformed(make_lstm({.season = options.season_length}), options.transform,
                       options.season_length);
  return nullptr;
}

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
      {"HistoricAverage", "the mean of all values"},
      {"WindowAverage", "the mean of the last season"},
      {"LevelProfile", "recent level times profiles of day, week and year, learnt from all series"},
      {"ARIMA",
       "seasonal ARIMA with given orders by exact maximum likelihood, with regressors, "
       "holidays and Fourier terms"},
      {"AutoARIMA",
       "seasonal ARIMA with orders, season and scale chosen per series, with regressors"},
      {"AutoETS", "exponential smoothing with error, trend and season chosen per series by AICc"},
      {"SeasonalAR", "ridge autoregression on seasonal lags and a profile, in logarithms"},
      {"CrostonClassic", "intermittent demand: smoothed size over smoothed interval"},
      {"CrostonSBA", "the same without its bias"},
      {"CrostonOptimized", "the same with smoothing chosen per series"},
      {"TSB", "smoothed probability of a demand times its size; fades when an item stops selling"},
      {"ADIDA", "demand smoothed over blocks of its mean interval"},
      {"IMAPA", "the mean of that over all lengths of block"},
      {"CountProfile", "counts around a level that wanders, times a seasonal profile"},
      {"DoubleSeasonalES",
       "exponential smoothing with two seasons and an AR(1) error, fitted several steps ahead"},
      {"SeasonalMedian", "the median of the last three seasons"},
      {"SeasonalGrowth", "the last season with the change of level, or the growth of past seasons"},
      {"MSTL", "seasons by STL, AutoETS without a season on the rest"},
      {"LSTM", "recurrent network of 50 units on the last 24 values, one per series"},
      {"GradientBoostedTrees",
       "one set of boosted trees for all series, with regressors (XGBoost)"},
      {"AutoSelect",
       "per series the model that does best on rolling origins of its class's choice"},
      {"Ensemble", "weighted mean of ARIMA and LSTM (or --members), weights from earlier origins"},
  };
  return kModels;
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

/// What AutoSelect tries, the first for any series. Costs are milliseconds of a fit to a thousand
/// values, in round numbers.
std::vector<Candidate> ModelRegistry::candidates() {
  using enum DemandClass;
  const std::vector<std::tuple<std::string, double, std::vector<DemandClass>>> kTried{
      {"LevelProfile", .1, {smooth, erratic, intermittent, lumpy}},
      {"SeasonalNaive", .1, {smooth, erratic}},
      {"AutoARIMA", 100, {smooth, erratic}},
  };
  std::vector<Candidate> result{{make("WindowAverage"), .1, {}}};
  for (const auto& [name, cost, classes] : kTried) result.push_back({make(name), cost, classes});
  return result;
}

ModelPtr ModelRegistry::make_new(const std::string& name) {
  if (name == "AutoSelect") {
    return make_auto_select(
        candidates(), SelectionOptions::for_horizon(options_.horizon, options_.season_length));
  }
  if (name == "Ensemble") {
    std::vector<ModelPtr> members;
    for (const std::string& member : options_.members) members.push_back(make(member));
    return make_ensemble(std::move(members));
  }
  if (name == "LevelProfile") {
    return share_fits(
        make_level_profile({.season = options_.season_length,
                            .fallback = make_window_average(options_.season_length)}));
  }
  if (name == "GradientBoostedTrees") {
    return share_fits(
        make_gradient_boosted_trees({.season = options_.season_length, .horizon = options_.horizon},
                                    make_window_average(options_.season_length)));
  }
  SeriesModelPtr model = make_series_model(name, options_);
  if (model == nullptr) refuse(name);
  return share_fits(per_series(std::move(model), make_window_average(options_.season_length)));
}

}  // namespace forecart
