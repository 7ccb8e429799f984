#pragma once

#include "series/predictive.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace forecart {

/// What intervals are made of besides the model's own distribution.
enum class Intervals {
  model,     ///< nothing
  split,     ///< errors of earlier forecasts in units of their spread [Lei2018 sec. 5.2]
  adaptive,  ///< quantiles that move after each miss, for long-run coverage [GibbsCandes2021]
  quantile,  ///< where earlier values lay in their forecasts [Romano2019; Chernozhukov2021]
};

std::string_view name_of(Intervals rule);

/// Throws Error unknown_name with the list of rules.
Intervals parse_intervals(std::string_view name);

/// Probabilities at which calibrations are kept; between them it is interpolated.
inline constexpr std::array kCalibrated{.005, .025, .05, .1,  .2,   .3,  .5,
                                        .7,   .8,   .9,  .95, .975, .995};
/// Steps ahead share a calibration from 1, 2, 4, 8 ... on.
inline constexpr Eigen::Index kHorizonGroups = 8;
Eigen::Index horizon_group(Eigen::Index step);

/// Scores of a forecast at each group of steps and probability: (kHorizonGroups, kCalibrated).
using ScoreTable = Eigen::Matrix<double, kHorizonGroups, kCalibrated.size()>;

/// The table that changes nothing: Phi^-1 of the probabilities.
ScoreTable neutral_scores();

/// The same means; quantiles where the table says, on the scale that `rule` keeps: normal scores,
/// or for `split` errors in units of the spread.
PredictivePtr recalibrated(PredictivePtr inner, const ScoreTable& table, Intervals rule);

/// Where values lay in the forecasts of one series, origin by origin: what calibrations are learnt
/// from. Each group of steps has its own origins: updates shorter than the horizon tell of the
/// first steps only, and must neither count as evidence of the later ones nor push theirs out.
class ScoreHistory {
 public:
  /// Notes what came after a forecast, from its first step on; NaN where nothing is known. Steps
  /// that do not tell scores (tells_scores) are left out: series of rare demand keep the model's
  /// own intervals.
  void add(const Predictive& said, const Eigen::VectorXd& came, Intervals rule);

  /// Origins that are remembered of a group of steps.
  Eigen::Index origins(Eigen::Index group) const;
  /// Of the group that has the most.
  Eigen::Index origins() const;

  /// Scores of a group of steps, all origins.
  std::vector<double> scores(Eigen::Index group) const;
  /// What the rule `adaptive` has come to; neutral under the others.
  ScoreTable adaptive() const;

  nlohmann::json save() const;
  /// Reads what save() wrote. Throws Error or nlohmann's exception.
  static ScoreHistory load(const nlohmann::json& state);

 private:
  void adapt(Eigen::Index group, const std::vector<double>& scores);

  using Origins = std::vector<std::vector<double>>;  // scores of each, the latest last
  std::array<Origins, kHorizonGroups> groups_;
  Eigen::MatrixXd adaptive_;  // a ScoreTable once it has moved, else empty
};

/// What several series that are alike say together. A few origins tell little: their quantiles
/// count beside the model's own as origins / (origins + kCommonPrior).
ScoreTable common_scores(const std::vector<const ScoreHistory*>& series, Intervals rule);

/// The table of one of them: its own quantiles count beside the common ones as
/// origins / (origins + kOwnPrior). Monotone in the probability.
ScoreTable calibrated_scores(const ScoreHistory& own, const ScoreTable& common, Intervals rule);

/// The tables of all of them.
std::vector<ScoreTable> calibrate(const std::vector<const ScoreHistory*>& series, Intervals rule);

inline constexpr double kOwnPrior = 20;
inline constexpr double kCommonPrior = 8;

}  // namespace forecart
