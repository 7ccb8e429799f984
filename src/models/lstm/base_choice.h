#pragma once

#include "base/frequency.h"
#include "models/lstm/base_forecast.h"
#include "models/lstm/head.h"
#include "models/lstm/trial.h"

namespace forecart::lstm {

/// The base forecast with the least absolute error at the origins of a trial: rules of seasons that
/// most of them hold, and their weights. Where that mostly tells zero, as it does of items that
/// rarely sell, a head of counts, which multiplies its base, gets the one with the least squares.
BaseForecast choose_base(const Trial& trial, const Frequency& frequency, HeadKind head);

}  // namespace forecart::lstm
