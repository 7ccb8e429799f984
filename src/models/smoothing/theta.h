#pragma once

#include "models/series_model.h"
#include "models/smoothing/theta_state.h"

namespace forecart {

/// What the theta methods need to know.
struct ThetaOptions {
  int season_length = 1;       ///< 1: none
  double lowest_alpha = 0.01;  ///< of those that are not the classic method

  /// Throws Error invalid_value.
  void validate() const;
};

/// One theta method, under the name that theta::name_of gives it. The season is taken off by
/// classical decomposition where a test finds one, and put back (see season_figure). A missing
/// value is taken for what was expected and does not count. A series too short or, but for Naive2,
/// without variation gives a SeriesFit without `fitted`. SES and Naive2 look for a season where
/// there are three of it, as M4's did. Throws Error invalid_value if the options are not valid.
SeriesModelPtr make_theta(theta::Method method, ThetaOptions options);

/// The method with the least mean absolute error on two rolling origins `horizon` steps before the
/// end and twice that (see best_on_rolling_origins), named "AutoTheta"; the dynamic optimised one
/// where a series is too short for them. In-sample errors are no fair judge: the methods that are
/// not dynamic know the line of the whole sample.
SeriesModelPtr make_auto_theta(ThetaOptions options, Eigen::Index horizon);

}  // namespace forecart
