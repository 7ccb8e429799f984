#include "ingest/country_holidays.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace forecart {
namespace {

using namespace std::chrono;

bool has(const std::vector<HolidaySpan>& holidays, const std::string& name, local_days day) {
  return std::any_of(holidays.begin(), holidays.end(), [&](const HolidaySpan& holiday) {
    return holiday.name == name && holiday.first == day && holiday.last == day;
  });
}

// Dates by the law of the country, not by the package: Thanksgiving is the fourth Thursday of
// November (2024-11-28), Easter Monday 2024 fell on April 1, Juneteenth is a holiday since 2021.
TEST(CountryHolidays, FallWhereTheLawPutsThem) {
  const auto us = country_holidays("US");
  EXPECT_TRUE(has(us, "Thanksgiving Day", local_days(2024y / November / 28)));
  EXPECT_TRUE(has(us, "Christmas Day", local_days(1990y / December / 25)));
  EXPECT_TRUE(has(us, "Christmas Day", local_days(2050y / December / 25)));
  EXPECT_TRUE(has(us, "Juneteenth National Independence Day", local_days(2021y / June / 19)));
  EXPECT_FALSE(has(us, "Juneteenth National Independence Day", local_days(2020y / June / 19)));
  const auto de = country_holidays("DE");
  EXPECT_TRUE(has(de, "Easter Monday", local_days(2024y / April / 1)));
  EXPECT_TRUE(has(de, "German Unity Day", local_days(1991y / October / 3)));
  EXPECT_FALSE(has(de, "Thanksgiving Day", local_days(2024y / November / 28)));
}

TEST(CountryHolidays, OfSeveralCountriesAreTogether) {
  const auto both = country_holidays("AT, DE");
  EXPECT_EQ(both.size(), country_holidays("AT").size() + country_holidays("DE").size());
}

TEST(CountryHolidays, EveryDayIsADate) {
  for (const HolidaySpan& holiday : country_holidays("GB,IL,CN,IN,BR,JP,ZA")) {
    EXPECT_GE(holiday.first, local_days(1990y / January / 1)) << holiday.name;
    EXPECT_LE(holiday.first, local_days(2050y / December / 31)) << holiday.name;
    EXPECT_FALSE(holiday.name.empty());
  }
}

TEST(CountryHolidays, UnknownCountriesAreRefused) {
  const auto code_of = [](const char* codes) {
    try {
      country_holidays(codes);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::usage;
  };
  EXPECT_EQ(code_of("Atlantis"), ErrorCode::unknown_name);
  EXPECT_EQ(code_of("us"), ErrorCode::unknown_name);
  EXPECT_EQ(code_of(" , "), ErrorCode::invalid_value);
}

TEST(CountryHolidays, NameTheirSource) {
  EXPECT_EQ(holiday_source().substr(0, 9), "holidays ");
}

}  // namespace
}  // namespace forecart
