#include "server/address_range.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(AddressRange, HoldsItsAddressesAlone) {
  const AddressRange network("10.64.3.9/16");
  EXPECT_TRUE(network.holds("10.64.0.0"));
  EXPECT_TRUE(network.holds("10.64.255.255"));
  EXPECT_FALSE(network.holds("10.65.0.0"));
  EXPECT_FALSE(network.holds("::ffff:10.64.0.1"));
  EXPECT_FALSE(network.holds("host"));
  EXPECT_TRUE(AddressRange("fd00::/8").holds("fd12::1"));
  EXPECT_FALSE(AddressRange("fd00::/8").holds("fe80::1"));
  EXPECT_TRUE(AddressRange("0.0.0.0/0").holds("203.0.113.9"));
  EXPECT_FALSE(AddressRange("10.0.0.1/32").holds("10.0.0.2"));
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const char* text : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "fd00::/129", "shop/8", "/8"}) {
    EXPECT_THROW(AddressRange{text}, Error) << text;
  }
}

}  // namespace
}  // namespace forecart
