#pragma once

namespace forecart {

/// log |Gamma(x)|, as std::lgamma gives it, which however writes a sign to a place that all threads
/// share.
double log_gamma(double x);

}  // namespace forecart
