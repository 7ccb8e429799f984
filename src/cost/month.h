#pragma once

#include "cost/prices.h"
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// One part of a month's bill.
struct MonthPart {
  std::string part;
  double amount = 0;
};

/// What a month costs with a run each day, beside what the study that this began as left running.
struct Month {
  std::vector<MonthPart> parts{};
  std::vector<MonthPart> study{};
};

double total(const std::vector<MonthPart>& parts);

/// One run, as far as a month is concerned.
struct MonthlyRun {
  std::string platform;  ///< as in "Lambda arm64"
  double compute = 0;    ///< with the request that begins it
  double store = 0;      ///< requests to S3
  double gigabytes = 0;  ///< that it writes, all kept
};

/// A run for each of thirty uploads, told by SQS; logs, metrics, alarms and the dashboard of
/// CloudWatch as `forecart cloudwatch apply` sets them up.
Month month_of(const MonthlyRun& run, const Prices& prices);

/// `{"runs":30,"parts":[{"part":..,"amount":..}],"total":..,"study":{"parts":[..],"total":..}}`
nlohmann::json to_json(const Month& month);

/// "3.79 a month with a run each day (Lambda arm64 0.004, ...); the study's parts that are always
/// on, 268.84".
std::string describe(const Month& month);

}  // namespace forecart
