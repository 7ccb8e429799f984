#pragma once

#include "services/sagemaker_job.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a training tells SageMaker as numbers: lines as `forecart metric mase=0.87`, of the model
/// that is best on the rolling origins of the first panel, and `forecart metric test_mase=0.91` of
/// it on the channel `test`.
inline constexpr std::array<std::string_view, 9> kSagemakerMetrics{
    "mae", "rmse", "smape", "mase", "rmsse", "wape", "bias", "crps", "fit_seconds"};
inline constexpr std::string_view kTestPrefix = "test_";

/// How SageMaker finds them: the MetricDefinitions of a training job.
std::vector<MetricPattern> metric_patterns();

/// A line for each of these that `scores` has a number for.
std::vector<std::string> metric_lines(const nlohmann::json& scores, std::string_view prefix = "");

}  // namespace forecart
