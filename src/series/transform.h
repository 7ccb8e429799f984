#pragma once

#include "series/predictive.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

enum class Transform { none, log, sqrt };

/// "none", "log", "sqrt"; throws Error unknown_name with the list.
Transform parse_transform(std::string_view name);
std::string to_string(Transform transform);

/// True if every value that is not missing lies in the transform's domain (log: > 0, sqrt: >= 0).
bool in_domain(Transform transform, std::span<const double> values);

/// Values on the transformed scale; missing stays missing.
std::vector<double> transformed_values(Transform transform, std::span<const double> values);

/// The distribution of y when `inner` is that of the transformed y. The mean is corrected for bias:
/// from a Gaussian mean m and variance v log gives exp(m + v/2) and sqrt m^2 + v; of any other
/// distribution it is the mean of the back-transformed quantiles.
PredictivePtr back_transform(Transform transform, PredictivePtr inner);

}  // namespace forecart
