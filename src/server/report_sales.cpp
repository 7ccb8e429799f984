#include "server/report_sales.h"

#include "server/report_days.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;
using Names = std::vector<std::string>;

/// Dimensions with something to compare.
Names gather_dimensions(ReportAnswers& answers) {
  constexpr std::int64_t kMostValues = 1000;  // all of which are compared
  Json dimensions = answers.ask(answers.get("dimensions"));
  std::erase_if(dimensions.at("dimensions").get_ref<Json::array_t&>(),
                [](const Json& one) { return one.at("values").get<std::int64_t>() > kMostValues; });
  Names names;
  for (const Json& one : dimensions.at("dimensions")) {
    if (one.at("values").get<std::int64_t>() > 1) names.push_back(one.at("dimension"));
  }
  answers.keep(answers.get("dimensions"), std::move(dimensions));
  return names;
}

/// Tiles, and what moved.
void gather_span(ReportAnswers& answers, const ReportDays& span, const Names& dimensions) {
  constexpr int kMostOfMovers = 5000;
  const Json between{{"from", span.from}, {"to", span.to}};
  Json total = between;
  total["measure"] = {"revenue", "units", "orders"};
  answers.take_sales(std::move(total));
  for (const std::string& name : dimensions) {
    Json by = between;
    by["by"] = Json::array({name});
    by["measure"] = Json::array({"revenue"});
    by["limit"] = kMostOfMovers;
    answers.take_sales(std::move(by));
  }
}

/// pages/overview: tiles, and what changed.
void gather_last_weeks(ReportAnswers& answers, const std::string& last, Names dimensions) {
  constexpr std::array<int, 3> kLengths{7, 28, 91};
  constexpr std::size_t kMostDimensions = 4;
  dimensions.resize(std::min(dimensions.size(), kMostDimensions));
  for (const int days : kLengths) {
    const ReportDays now = last_days(last, days);
    gather_span(answers, now, dimensions);
    gather_span(answers, {add_days(now.from, -days), now.from}, dimensions);
  }
}

/// report/sales_part.tsx by pages/sales/question.ts.
void gather_all(ReportAnswers& answers, const Names& dimensions) {
  constexpr int kMost = 100'000;
  constexpr int kShownValues = 14;
  const Json revenue{{"filters", Json::object()}, {"measure", Json::array({"revenue"})}};
  for (const char* grain : {"month", "hour"}) {
    Json over_time = revenue;
    over_time["grain"] = grain;
    over_time["limit"] = kMost;
    answers.take_sales(std::move(over_time));
  }
  for (const std::string& name : dimensions) {
    Json by = revenue;
    by["by"] = Json::array({name});
    by["order"] = "-revenue";
    by["limit"] = kShownValues;
    answers.take_sales(std::move(by));
  }
}

}  // namespace

void gather_sales(ReportAnswers& answers, const std::string& last) {
  const Names dimensions = gather_dimensions(answers);
  if (last.empty()) return;
  gather_last_weeks(answers, last, dimensions);
  gather_all(answers, dimensions);
}

}  // namespace forecart
