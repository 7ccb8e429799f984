#include "pipeline/model_makers.h"

#include "evaluation/kept_fit.h"
#include "models/autoregression/seasonal_ar.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/baseline/seasonal_rule.h"
#include "models/decomposed.h"
#include "models/intermittent/aggregation.h"
#include "models/intermittent/count_profile.h"
#include "models/intermittent/croston.h"
#include "models/lstm/network_method.h"
#include "models/profile/level_profile.h"
#include "models/sarima/arima.h"
#include "models/sarima/arima_variants.h"
#include "models/series_model.h"
#include "models/smoothing/auto_ets.h"
#include "models/smoothing/double_seasonal_es.h"
#include "models/smoothing/theta.h"
#include "models/transformed.h"
#include "models/trees/gradient_boosted_trees.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace forecart {

namespace {

/// Series from which boosted trees and networks have something to learn.
constexpr Eigen::Index kFewestForTrees = 20;
/// Values from which the LSTM has, in fewer series.
constexpr Eigen::Index kEnoughForNetwork = 2000;

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

/// The theta methods by their names; null for another.
SeriesModelPtr make_theta_model(const std::string& name, const ModelOptions& options) {
  const ThetaOptions own{.season_length = options.season_length};
  if (name == "AutoTheta") return make_auto_theta(own, options.horizon);
  for (const theta::Method method : theta::kMethods) {
    if (name == theta::name_of(method)) return make_theta(method, own);
  }
  return nullptr;
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
  if (SeriesModelPtr smoothed = make_theta_model(name, options)) return smoothed;
  if (name == "SeasonalAR") return make_seasonal_ar({.seasons = options.possible_seasons});
  if (name == "DoubleSeasonalES")
    return make_double_seasonal_es({.seasons = options.possible_seasons});
  if (name == "SeasonalMedian")
    return make_seasonal_rule(SeasonalRule::median, close_seasons(options));
  if (name == "SeasonalGrowth") return make_seasonal_growth(options);
  if (name == "MSTL") return make_mstl(options);
  if (SeriesModelPtr intermittent = make_intermittent(name, options)) return intermittent;
  return nullptr;
}

/// All that a per-series model is made of, so that others who fit it can share their fits: the
/// members of ModelOptions that make_series_model looks at. Those that are fitted as fast as read
/// are not shared.
std::string recipe_of(const std::string& name, const ModelOptions& options) {
  constexpr const char* kFast[]{
      "Naive",          "SeasonalNaive",  "HistoricAverage", "WindowAverage",
      "SeasonalMedian", "CrostonClassic", "CrostonSBA",      "TSB",
      "ADIDA",          "IMAPA"};
  if (std::ranges::find(kFast, name) != std::end(kFast)) return "";
  std::string fourier;
  for (const FourierPeriod& period : options.fourier) fourier += period.format() + " ";
  return fmt::format(
      "{} {} season {} order {} drift {} fourier [{}] transform {} only {} of {} "
      "possible {} roots {} horizon {}",
      name, options.frequency.name(), options.season_length, options.order.format(), options.drift,
      fourier, to_string(options.transform),
      options.only_transform ? to_string(*options.only_transform) : "any",
      fmt::join(options.seasons, ","), fmt::join(options.possible_seasons, ","), options.root_rule,
      options.horizon);
}

/// The same of a model that learns from all series.
std::string pooling_recipe_of(const std::string& name, const ModelOptions& options) {
  return fmt::format(
      "{} {} season {} possible {} horizon {} strategy {} objective {} network {}", name,
      options.frequency.name(), options.season_length, fmt::join(options.possible_seasons, ","),
      options.horizon, options.strategy ? trees::name_of(*options.strategy) : "auto",
      options.objective ? trees::name_of(*options.objective) : "auto", options.network.text());
}

/// AutoETS without the forms whose trend or errors grow without end: better on the training parts
/// of all panels of docs/models/smoothing.md, section 7.
ModelPtr damped_ets(const ModelOptions& options) {
  return per_series(make_auto_ets({.season_length = options.season_length,
                                   .undamped_trend = false,
                                   .relative_errors = false}),
                    make_window_average(options.season_length), recipe_of("damped ETS", options));
}

}  // namespace

ModelPtr make_model(const std::string& name, const ModelOptions& options) {
  const SeriesModelPtr fallback = make_window_average(options.season_length);
  if (name == "LevelProfile") {
    return make_level_profile({.season = options.season_length, .fallback = fallback});
  }
  if (name == "GradientBoostedTrees") {
    return keep_fits(make_gradient_boosted_trees({.season = options.season_length,
                                                  .horizon = options.horizon,
                                                  .strategy = options.strategy,
                                                  .objective = options.objective},
                                                 fallback),
                     pooling_recipe_of(name, options));
  }
  if (name == "LSTM" || name == "MLP") {
    lstm::NetworkOptions network = options.network;
    if (name == "MLP") network.layers = 0;
    network.horizon = options.horizon;
    if (!options.possible_seasons.empty()) network.seasons = options.possible_seasons;
    return keep_fits(global_model(lstm::make_network_method(name, network), fallback),
                     pooling_recipe_of(name, options));
  }
  SeriesModelPtr model = make_series_model(name, options);
  if (model == nullptr) return nullptr;
  return per_series(std::move(model), fallback, recipe_of(name, options));
}

namespace {

/// Boosted trees as AutoSelect tries them: a tree for all steps at once won, or came within .3 %,
/// wherever strategies were compared, and to compare them takes up to six times as long.
Candidate boosted_trees(ModelOptions options) {
  using enum DemandClass;
  if (!options.strategy) options.strategy = trees::Strategy::direct;
  return {make_model("GradientBoostedTrees", options),
          100,
          {smooth, erratic, intermittent, lumpy},
          kFewestForTrees};
}

}  // namespace

std::vector<Candidate> selection_candidates(const ModelOptions& options) {
  using enum DemandClass;
  const std::vector<DemandClass> regular{smooth, erratic};
  const std::vector<DemandClass> rare{intermittent, lumpy};
  const std::vector<DemandClass> with_brief{smooth, erratic, intermittent, lumpy, brief};
  const auto row = [&options](const char* model, double cost, std::vector<DemandClass> classes) {
    return Candidate{make_model(model, options), cost, std::move(classes)};
  };
  std::vector<Candidate> result{row("WindowAverage", .1, {}),
                                row("LevelProfile", .5, with_brief),
                                row("SeasonalNaive", .1, regular),
                                row("SeasonalMedian", .1, regular),
                                row("SeasonalGrowth", .2, regular),
                                row("SeasonalAR", .2, regular),
                                row("DynamicOptimizedTheta", 1, regular),
                                row("MSTL", 20, regular),
                                row("DoubleSeasonalES", 20, regular),
                                row("AutoARIMA", 50, regular),
                                row("TSB", .1, rare),
                                row("CrostonSBA", .1, rare),
                                row("IMAPA", .3, rare),
                                row("CountProfile", 1, {smooth, erratic, intermittent, lumpy})};
  result.push_back({damped_ets(options), 20, regular});
  result.push_back(boosted_trees(options));
  Candidate network = row("MLP", 100, {smooth, erratic, intermittent, lumpy});
  network.fewest = kFewestForTrees;
  result.push_back(std::move(network));
  Candidate recurrent = row("LSTM", 300, regular);
  recurrent.fewest = kFewestForTrees;
  recurrent.enough = kEnoughForNetwork;
  result.push_back(std::move(recurrent));
  return result;
}

}  // namespace forecart
