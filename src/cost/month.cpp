#include "cost/month.h"

#include "cost/amount.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <numeric>

namespace forecart {

namespace {

using nlohmann::json;

constexpr double kRuns = 30;         // in a month
constexpr double kMonthHours = 730;  // as AWS counts
// Assumed: what one upload makes of traffic beside the run, and how often Lambda's pollers ask a
// queue, five at once, each waiting 20 s for a message.
constexpr double kQueueRequests = 3;  // sent, received and removed
constexpr double kPolls = 5 * kMonthHours * 3600 / 20;
constexpr double kLogBytes = 8'000;  // lines of a call, metrics included
// What forecart cloudwatch apply sets up for a function and its queues, and how many metrics a run
// tells.
constexpr double kAlarms = 9;
constexpr double kMetrics = 25;

constexpr double kGigabyte = 1e9;

double cloudwatch(const CloudWatchPrices& prices) {
  const double logs = kRuns * kLogBytes / kGigabyte * (prices.logs_gb + prices.logs_gb_month);
  const double metrics = kMetrics * kRuns / kMonthHours * prices.metric_month;
  return logs + metrics + kAlarms * prices.alarm_month + prices.dashboard_month;
}

MonthPart always_on(const AlwaysOnPart& part) {
  return {part.part, part.count * (part.month + part.hour * kMonthHours)};
}

json to_json(const std::vector<MonthPart>& parts) {
  json list = json::array();
  for (const MonthPart& part : parts)
    list.push_back({{"part", part.part}, {"amount", part.amount}});
  return list;
}

}  // namespace

double total(const std::vector<MonthPart>& parts) {
  return std::accumulate(parts.begin(), parts.end(), 0.0,
                         [](double sum, const MonthPart& part) { return sum + part.amount; });
}

Month month_of(const MonthlyRun& run, const Prices& prices) {
  Month month;
  month.parts = {{run.platform, kRuns * run.compute},
                 {"S3", kRuns * (run.store + run.gigabytes * prices.s3.gb_month)},
                 {"SQS", (kRuns * kQueueRequests + kPolls) * prices.sqs.request},
                 {"CloudWatch", cloudwatch(prices.cloudwatch)}};
  for (const AlwaysOnPart& part : prices.always_on) month.study.push_back(always_on(part));
  return month;
}

json to_json(const Month& month) {
  return {{"runs", kRuns},
          {"parts", to_json(month.parts)},
          {"total", total(month.parts)},
          {"study", {{"parts", to_json(month.study)}, {"total", total(month.study)}}}};
}

std::string describe(const Month& month) {
  std::string parts;
  for (const MonthPart& part : month.parts) {
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", part.part, amount_text(part.amount));
  }
  return fmt::format("{} a month with a run each day ({}); what the study left running is {}",
                     amount_text(total(month.parts)), parts, amount_text(total(month.study)));
}

}  // namespace forecart
