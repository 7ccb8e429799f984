#include "aws/sagemaker_metrics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

std::vector<MetricPattern> metric_patterns() {
  std::vector<MetricPattern> patterns;
  for (const std::string_view prefix : {std::string_view(), kTestPrefix}) {
    for (const std::string_view name : kSagemakerMetrics) {
      if (!prefix.empty() && name == "fit_seconds") continue;
      patterns.push_back({fmt::format("{}{}", prefix, name),
                          fmt::format("forecart metric {}{}=([-+.eE0-9]+)", prefix, name)});
    }
  }
  return patterns;
}

std::vector<std::string> metric_lines(const nlohmann::json& scores, std::string_view prefix) {
  std::vector<std::string> lines;
  for (const std::string_view name : kSagemakerMetrics) {
    const auto found = scores.find(name);
    if (found == scores.end() || !found->is_number()) continue;
    lines.push_back(fmt::format("forecart metric {}{}={}", prefix, name, found->get<double>()));
  }
  return lines;
}

}  // namespace forecart
