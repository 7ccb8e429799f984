#pragma once

#include "pipeline/panel_run.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What a caller says about models and windows, before the panel is known. What is left open is
/// settled by the panel's frequency.
struct ModelChoice {
  std::vector<std::string> models;   ///< empty: the default set
  std::string order;                 ///< "p,d,q" of ARIMA; "": 1,1,1
  std::string seasonal_order;        ///< "P,D,Q,s"; "": none, but 1,1,1,s for the default set
  bool usual_season = false;         ///< 1,1,1,s wherever no order is given
  bool drift = false;                ///< of ARIMA; needs an order with d + D = 1
  std::vector<std::string> fourier;  ///< "PERIOD:PAIRS" of ARIMA
  /// Of ARIMA, AutoARIMA and LSTM. Nothing: usual_transform, and AutoARIMA chooses its own.
  std::optional<Transform> transform;
  Transform usual_transform = Transform::none;
  bool root_rule = false;  ///< AutoARIMA refuses models with roots near the unit circle
  std::optional<trees::Strategy> strategy;    ///< of GradientBoostedTrees; nothing: chosen
  std::optional<trees::Objective> objective;  ///< the same
  lstm::NetworkOptions network{};       ///< of LSTM and MLP; the panel gives seasons and horizon
  double time_budget = 0;               ///< seconds of the training of one network; 0: none
  std::filesystem::path checkpoints{};  ///< folder of interrupted trainings; empty: none
  bool warm_start = false;              ///< fits of networks start from the one before
  int season_length = 0;                ///< 0: the usual one of the frequency
  std::vector<std::string> members{"ARIMA", "LSTM"};
  Combination combination = Combination::automatic;  ///< of Ensemble
  Intervals intervals = Intervals::quantile;
  Eigen::Index horizon = 24;
  Eigen::Index windows = 8;
  Eigen::Index step = 0;         ///< 0: the horizon
  Eigen::Index gap = 0;          ///< see BacktestOptions
  Eigen::Index refit = 0;        ///< see BacktestOptions
  bool refit_by_policy = false;  ///< the proof's refits are RetrainingPolicy's
  double refit_budget = 0;       ///< see RetrainingPolicy
  std::vector<double> levels{80, 95};
  std::uint64_t seed = 1;
  unsigned threads = 0;
  std::string kernel{};  ///< of networks, see net::choose_kernel; "": the fastest
};

/// The season in steps: as chosen, else the usual one of the frequency where the longest series
/// holds three of it, else 1 (none).
int season_of(const ModelChoice& choice, const Panel& panel);

/// The seasons that AutoARIMA may choose from, ascending: the one above and, unless it was chosen,
/// the longer ones that the frequency suggests and three cycles of which the longest series holds.
std::vector<int> seasons_of(const ModelChoice& choice, const Panel& panel);

/// Seasons that models may use where a series holds them often enough: the one given, or all that
/// the frequency suggests; each at least 2.
std::vector<int> possible_seasons(const ModelChoice& choice, const Panel& panel);

/// Throws Error invalid_value or unknown_name for what no panel could be fitted with: horizon,
/// windows, levels, orders and names of models. `choice.horizon` is that of every panel.
void check_choice(const ModelChoice& choice);

/// Throws Error invalid_value or unknown_name.
ModelOptions model_options(const ModelChoice& choice, const Panel& panel);
PanelRunOptions panel_run_options(const ModelChoice& choice, const Panel& panel,
                                  Progress& progress);

}  // namespace forecart
