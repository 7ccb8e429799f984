#include "base/zone_rule.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace): dates are written with '/'

TEST(ZoneRule, ReadsWhatPosixAllows) {
  const auto york = ZoneRule::parse("EST5EDT,M3.2.0,M11.1.0");
  EXPECT_EQ(york.standard, -hours(5));
  EXPECT_EQ(york.saving, -hours(4));
  EXPECT_EQ(york.begin->in(2026y), local_days(2026y / 3 / 8) + hours(2));
  EXPECT_EQ(york.end->in(2026y), local_days(2026y / 11 / 1) + hours(2));

  const auto dublin = ZoneRule::parse("IST-1GMT0,M10.5.0,M3.5.0/1");  // saves in winter
  EXPECT_EQ(dublin.standard, hours(1));
  EXPECT_EQ(dublin.saving, hours(0));
  EXPECT_EQ(dublin.begin->in(2026y), local_days(2026y / 10 / 25) + hours(2));

  const auto nuuk = ZoneRule::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  EXPECT_EQ(nuuk.begin->in(2027y), local_days(2027y / 3 / 28) - hours(1));
  EXPECT_FALSE(ZoneRule::parse("<+0545>-5:45").begin);
  EXPECT_EQ(ZoneRule::parse("<+0545>-5:45").standard, hours(5) + minutes(45));
}

TEST(ZoneRule, RefusesWhatIsNone) {
  for (const char* text :
       {"", "5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,J60,J300",
        "<EST5", "EST5EDT,M3.2.0,M11.1.0,", "EST168", "EST5EDT,M3.6.0,M11.1.0", "EST-+5"}) {
    EXPECT_THROW(ZoneRule::parse(text), Error) << text;
  }
}

}  // namespace
}  // namespace forecart
