#pragma once

#include "models/lstm/calibration.h"
#include "models/lstm/training_run.h"

#include <span>

namespace forecart::lstm {

/// Where the values after held-out origins lay in what a network with these parameters says there;
/// of paths of which half is known.
Calibration take_calibration(const Lesson& lesson, std::span<const float> parameters,
                             const std::vector<SubjectOrigin>& held_out,
                             const TrainingOptions& options);

}  // namespace forecart::lstm
