#pragma once

#include "base/calendar.h"
#include "series/covariates.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// Civil days on which a holiday and its neighbours fall, both ends included.
struct HolidaySpan {
  std::string name;
  std::chrono::local_days first;
  std::chrono::local_days last;
};

/// Reads a table of holidays: columns ds (a date) and holiday (its name), perhaps lower_window (0
/// or less) and upper_window (0 or more): days before and after that count as the holiday. One name
/// may have many rows. Throws Error bad_data that names line and remedy for missing columns, two of
/// one name, a ds that is no time, a row without a name, windows that are no whole numbers of that
/// sign up to 366 days, and the same holiday twice on one day.
std::vector<HolidaySpan> read_holidays(const std::filesystem::path& path);

/// Adds a column of 0 and 1 per name, in the order of first appearance, for buckets [from, to): 1
/// where a bucket holds any part of a day of the holiday by the civil clock of the calendar's zone.
/// Throws Error invalid_value where ds is a counter, bad_data for a name that is a regressor.
void add_holidays(const std::vector<HolidaySpan>& holidays, const Calendar& calendar, Bucket from,
                  Bucket to, Covariates& covariates);

}  // namespace forecart
