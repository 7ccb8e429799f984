#pragma once

#include "base/frequency.h"
#include "models/lstm/base_forecast.h"
#include "models/lstm/trial.h"

namespace forecart::lstm {

/// The base forecast with the least error at the origins of a trial: rules of seasons that most of
/// them hold, and their weights.
BaseForecast choose_base(const Trial& trial, const Frequency& frequency);

}  // namespace forecart::lstm
