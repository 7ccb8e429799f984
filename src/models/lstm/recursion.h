#pragma once

#include "models/global/global_model.h"
#include "models/lstm/learner.h"

#include <vector>

namespace forecart::lstm {

/// What a network says of `horizon` steps of some series: those it was trained for at once, then
/// from its own forecasts. The series are NetworkSeries of its plan. Throws Error bad_data for a
/// regressor that is not known ahead.
std::vector<PredictivePtr> forecast_recursively(const Learnt& learnt, const Calendar& calendar,
                                                const std::vector<GlobalOrigin>& origins,
                                                Eigen::Index horizon, const Covariates& future,
                                                unsigned threads);

}  // namespace forecart::lstm
