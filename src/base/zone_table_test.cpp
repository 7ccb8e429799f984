#include "base/zone_table.h"

#include "base/error.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace forecart {
namespace {

using std::chrono::hours;
using std::chrono::local_seconds;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const std::filesystem::path kFolder = "/usr/share/zoneinfo";

std::string bytes_of(const std::string& name) {
  std::ifstream file(kFolder / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

sys_seconds noon(std::chrono::year year, unsigned month, unsigned day) {
  return std::chrono::sys_days(year / month / day) + hours(12);
}

/// Another reader of the same files says the same of an instant and of the clock's time then.
void expect_same(const ZoneTable& ours, const date::time_zone& theirs, sys_seconds at) {
  const date::sys_seconds instant(at.time_since_epoch());
  ASSERT_EQ(ours.offset(at), theirs.get_info(instant).offset)
      << theirs.name() << ' ' << at.time_since_epoch().count();
  const seconds clock = at.time_since_epoch();
  const auto expected = theirs.to_sys(date::local_seconds(clock), date::choose::earliest);
  ASSERT_EQ(ours.instant(local_seconds(clock)).time_since_epoch(), expected.time_since_epoch())
      << theirs.name() << ' ' << at.time_since_epoch().count();
}

TEST(ZoneTable, SaysOfEveryZoneWhatHowardHinnantsDateSays) {
  using namespace std::chrono_literals;
  std::size_t zones = 0;
  for (const date::time_zone& theirs : date::get_tzdb().zones) {
    const std::string bytes = bytes_of(theirs.name());
    if (!bytes.starts_with("TZif")) continue;
    const ZoneTable ours = ZoneTable::parse(bytes);
    for (sys_seconds at = noon(1902y, 1, 1); at < noon(2037y, 1, 1); at += hours(24 * 31)) {
      expect_same(ours, theirs, at);
    }
    // around the changes of the century, by quarters of an hour
    auto change = theirs.get_info(date::sys_days(date::year(2000) / 1 / 1)).end;
    for (int i = 0; i < 60 && change < date::sys_days(date::year(2037) / 1 / 1); ++i) {
      for (int quarter = -16; quarter <= 16; ++quarter) {
        expect_same(ours, theirs,
                    sys_seconds(change.time_since_epoch()) + quarter * minutes(15) - seconds(1));
        expect_same(ours, theirs, sys_seconds(change.time_since_epoch()) + quarter * minutes(15));
      }
      change = theirs.get_info(change).end;
    }
    ++zones;
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(zones, 400U);
}

TEST(ZoneTable, GoesOnByTheRuleWhereTheTableEnds) {
  using namespace std::chrono_literals;
  const ZoneTable berlin = ZoneTable::parse(bytes_of("Europe/Berlin"));
  EXPECT_EQ(berlin.offset(noon(2100y, 1, 15)), hours(1));
  EXPECT_EQ(berlin.offset(noon(2100y, 7, 15)), hours(2));
  EXPECT_EQ(berlin.offset(noon(2260y, 7, 15)), hours(2));
  const ZoneTable sydney = ZoneTable::parse(bytes_of("Australia/Sydney"));
  EXPECT_EQ(sydney.offset(noon(2100y, 1, 15)), hours(11));
  EXPECT_EQ(sydney.offset(noon(2100y, 7, 15)), hours(10));
}

TEST(ZoneTable, RefusesWhatIsNoFileOfAZone) {
  EXPECT_THROW(ZoneTable::parse(""), Error);
  EXPECT_THROW(ZoneTable::parse(bytes_of("tzdata.zi")), Error);
  EXPECT_THROW(ZoneTable::parse(bytes_of("right/Europe/Berlin")), Error);
  const std::string whole = bytes_of("America/New_York");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(ZoneTable::parse(whole.substr(0, size)), Error) << size;
  }
}

}  // namespace
}  // namespace forecart
