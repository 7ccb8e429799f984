#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace forecart {

/// What a forecast missed by from one origin of one series, and by how much a correction would have
/// moved it (steps); errors that are not known are NaN.
struct CorrectionTrial {
  std::size_t series = 0;
  Eigen::Index origin = 0;
  Eigen::VectorXd errors;
  Eigen::VectorXd shifts;
  bool squared = false;  ///< count squares: of a series whose median says little
};

/// How much of a correction to take, and what it was worth at the trials.
struct CorrectionShare {
  double share = 0;        ///< in [0, 1]
  double gain = 0;         ///< share of the error that the whole share found would have saved
  double doubt = 0;        ///< standard error of that
  std::size_t trials = 0;  ///< with a known error
};

/// The share of the correction with the least error over all trials, absolute or squared, in units
/// of each series; then shrunk to nothing as the evidence is little: by one less the squared ratio
/// of the standard error of the gain to the gain itself, as positive-part estimators are
/// [JamesStein1961]. The standard error takes trials as independent, or origins where that is
/// larger.
CorrectionShare choose_correction_share(const std::vector<CorrectionTrial>& trials);

}  // namespace forecart
