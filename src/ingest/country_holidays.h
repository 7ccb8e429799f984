#pragma once

#include "ingest/holiday_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Public holidays of countries by their ISO 3166 codes, e.g. "US" or "DE,AT", from 1990 to 2050:
/// the table of PyPI's package holidays as tools/freeze_holidays.py froze it. A day that countries
/// call by the same name is one holiday. Throws Error unknown_name, with the list of known codes,
/// and invalid_value for an empty list.
std::vector<HolidaySpan> country_holidays(std::string_view codes);

/// Throws Error as country_holidays does, for codes of which it knows nothing.
void require_countries(std::string_view codes);

/// The source and its version, e.g. "holidays 0.109".
std::string holiday_source();

}  // namespace forecart
