#include "aws/sagemaker_metrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace forecart {
namespace {

TEST(SagemakerMetrics, EveryLineIsFoundByItsRegexAlone) {
  nlohmann::json scores{{"model", "LSTM"}, {"owa", 1.5}};
  double value = -1.25e-7;
  for (const std::string_view name : kSagemakerMetrics) scores[std::string(name)] = value *= -3;
  auto lines = metric_lines(scores);
  for (const std::string& line : metric_lines(scores, kTestPrefix)) lines.push_back(line);
  for (const MetricPattern& pattern : metric_patterns()) {
    const std::regex regex(pattern.regex);
    int found = 0;
    for (const std::string& line : lines) {
      std::smatch match;
      if (!std::regex_search(line, match, regex)) continue;
      ++found;
      const std::string name = pattern.name.substr(pattern.name.starts_with("test_") ? 5 : 0);
      EXPECT_EQ(std::stod(match[1]), scores[name].get<double>()) << line;
    }
    EXPECT_EQ(found, 1) << pattern.regex;
  }
  EXPECT_LE(metric_patterns().size(), 40U) << "SageMaker takes no more";
}

TEST(SagemakerMetrics, WhatIsNoNumberIsNotTold) {
  EXPECT_TRUE(metric_lines({{"mase", nullptr}, {"mae", "x"}}).empty());
}

}  // namespace
}  // namespace forecart
