#pragma once

#include <string>

namespace forecart {

/// Days as pages count them: from the first, "2019-04-19", to the first after.
struct ReportDays {
  std::string from;
  std::string to;
};

/// "2019-04-19" moved by so many days.
std::string add_days(const std::string& day, int days);

/// The last whole days before the end of sales, the time of the last one; a day with sales in its
/// last hours counts as whole (endOfDays of web/src/format/grains.ts).
ReportDays last_days(const std::string& last_sale, int days);

/// The grain of questions about sales that a frequency is; "" where there is none.
std::string grain_of(const std::string& frequency);

/// How many days of history the overview shows before a forecast of so many buckets.
int history_days(const std::string& grain, int horizon);

}  // namespace forecart
