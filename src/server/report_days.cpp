#include "server/report_days.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

namespace forecart {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::size_t kDayBytes = 10;  // "2019-04-19"

year_month_day parsed(const std::string& label) {
  return {std::chrono::year(std::stoi(label.substr(0, 4))),
          std::chrono::month(static_cast<unsigned>(std::stoi(label.substr(5, 2)))),
          std::chrono::day(static_cast<unsigned>(std::stoi(label.substr(8, 2))))};
}

std::string text(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string end_of_days(const std::string& last_sale) {
  constexpr int kLateHour = 20;
  const bool late =
      last_sale.size() > kDayBytes + 2 && std::stoi(last_sale.substr(11, 2)) >= kLateHour;
  return late ? add_days(last_sale, 1) : last_sale.substr(0, kDayBytes);
}

}  // namespace

std::string add_days(const std::string& day, int days) {
  return text(sys_days(parsed(day)) + std::chrono::days(days));
}

ReportDays last_days(const std::string& last_sale, int days) {
  const std::string end = end_of_days(last_sale);
  return {add_days(end, -days), end};
}

std::string grain_of(const std::string& frequency) {
  static const std::map<std::string, std::string> kGrains{
      {"h", "hour"},   {"H", "hour"},     {"D", "day"},  {"W-MON", "week"},
      {"MS", "month"}, {"QS", "quarter"}, {"YS", "year"}};
  const auto found = kGrains.find(frequency);
  return found == kGrains.end() ? "" : found->second;
}

int history_days(const std::string& grain, int horizon) {
  static const std::map<std::string, int> kLeast{{"hour", 7},    {"day", 84},       {"week", 364},
                                                 {"month", 730}, {"quarter", 1500}, {"year", 4000}};
  constexpr int kHorizons = 5;
  constexpr double kHours = 24;
  const double shown = kHorizons * horizon / (grain == "hour" ? kHours : 1);
  return std::max(kLeast.at(grain), static_cast<int>(std::ceil(shown)));
}

}  // namespace forecart
