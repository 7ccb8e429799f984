#pragma once

#include "base/frequency.h"
#include "evaluation/calibration.h"
#include "evaluation/combination.h"
#include "models/lstm/network_options.h"
#include "models/model.h"
#include "models/sarima/fourier.h"
#include "models/sarima/order.h"
#include "models/trees/gradient_boosted_trees.h"
#include "series/transform.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What the models of one panel need to know.
struct ModelOptions {
  Frequency frequency;
  int season_length = 24;                       ///< of the seasonal models
  SarimaOrder order{.p = 1, .d = 1, .q = 1};    ///< of ARIMA
  bool drift = false;                           ///< of ARIMA
  std::vector<FourierPeriod> fourier{};         ///< of ARIMA and AutoARIMA
  Transform transform = Transform::none;        ///< of ARIMA
  std::optional<Transform> only_transform{};    ///< of AutoARIMA; nothing: its own choice
  std::vector<int> seasons{1};                  ///< that AutoARIMA may choose from
  std::vector<int> possible_seasons{24, 168};   ///< of the models that take several
  bool root_rule = false;                       ///< AutoARIMA refuses what R's would
  Eigen::Index horizon = 24;                    ///< that AutoARIMA chooses for
  std::optional<trees::Strategy> strategy{};    ///< of GradientBoostedTrees; nothing: chosen
  std::optional<trees::Objective> objective{};  ///< the same
  lstm::NetworkOptions
      network{};  ///< of LSTM, and of MLP without layers; seasons and horizon apart
  std::string hybrid_linear = "AutoARIMA";  ///< linear part of ARIMALSTM: AutoARIMA or ARIMA
  std::vector<std::string> members{"ARIMA", "LSTM"};  ///< of Ensemble
  Combination combination = Combination::automatic;   ///< the same
  Intervals intervals = Intervals::quantile;          ///< of all of them
  /// Fits are kept for models that combine the others; without such, that takes memory only.
  bool keeps_fits = true;
};

/// Whether a model fits others, which may be asked for beside it.
bool combines_others(std::string_view model);

/// One line of `forecart models`.
struct ModelDescription {
  std::string name;
  std::string text;
};

/// Every model there is, in the order in which they are listed.
const std::vector<ModelDescription>& known_models();

/// Makes models by name; a model made twice, or as a member of Ensemble, fits each panel once.
class ModelRegistry {
 public:
  /// Throws Error for members that are unknown or Ensemble itself.
  explicit ModelRegistry(ModelOptions options);

  /// Throws Error unknown_name with the list of known ones.
  ModelPtr make(const std::string& name);

  const ModelOptions& options() const { return options_; }

 private:
  ModelPtr make_new(const std::string& name);
  ModelPtr make_arima_lstm();

  ModelOptions options_;
  std::map<std::string, ModelPtr> made_;
};

}  // namespace forecart
