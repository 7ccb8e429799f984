#pragma once

#include "models/lstm/head.h"
#include "series/predictive.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <vector>

namespace forecart::lstm {

/// Where held-out values lay in the distributions forecast for them: probability integral
/// transforms of whole paths. If a head is right they are uniform; where they are not, its
/// probabilities are read through them [Kuleshov2018], and joint draws take whole paths of them, so
/// that steps keep their dependence [Clark2004].
class Calibration {
 public:
  Calibration() = default;
  /// paths (horizon, paths) in (0, 1), none missing; `stretch` steps share what they tell.
  Calibration(Eigen::MatrixXf paths, Eigen::Index stretch);

  bool empty() const { return paths_.cols() == 0; }
  Eigen::Index size() const { return paths_.cols(); }

  /// The probability whose quantile of a head's distribution covers `probability` of what comes.
  double read(Eigen::Index step, double probability) const;

  /// Probabilities of a path of any length; independent ones where nothing was held out.
  Eigen::VectorXd draw(Eigen::Index horizon, Generator& generator) const;

  nlohmann::json save() const;
  /// Throws Error bad_data.
  static Calibration load(const nlohmann::json& state);

 private:
  Eigen::MatrixXf paths_;  // (horizon, paths)
  Eigen::Index stretch_ = 1;
  std::vector<std::vector<float>> sorted_;  // (stretches)
};

using CalibrationPtr = std::shared_ptr<const Calibration>;

/// What a head says of the steps of one origin, read through a calibration. Beyond the horizon of
/// the calibration its last stretch holds.
PredictivePtr make_net_predictive(HeadPtr head, std::vector<StepSite> sites,
                                  std::vector<float> numbers, CalibrationPtr calibration);

}  // namespace forecart::lstm
