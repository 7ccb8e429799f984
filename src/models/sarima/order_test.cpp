#include "models/sarima/order.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

ErrorCode refusal(const SarimaOrder& order) {
  try {
    order.validate();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::usage;
}

TEST(SarimaOrder, ReadsWhatItWrites) {
  for (const SarimaOrder& order :
       {SarimaOrder{1, 0, 2}, SarimaOrder{1, 1, 1, 0, 1, 1, 24}, SarimaOrder{}}) {
    EXPECT_EQ(SarimaOrder::parse(order.format()), order);
  }
  EXPECT_EQ((SarimaOrder{1, 1, 1, 0, 1, 1, 24}.format()), "(1,1,1)(0,1,1)24");
}

TEST(SarimaOrder, ReadsTheCommandLine) {
  EXPECT_EQ(SarimaOrder::parse("1,1,1", "0,1,1,24"), (SarimaOrder{1, 1, 1, 0, 1, 1, 24}));
  EXPECT_EQ(SarimaOrder::parse("2,0,1"), (SarimaOrder{2, 0, 1}));
}

TEST(SarimaOrder, RefusesWhatIsNone) {
  for (const char* text : {"", "1,1", "1,1,x", "1,1,1,1", "(1,1,1)(1,1,1)", "-1,0,0"}) {
    EXPECT_THROW(SarimaOrder::parse(text), Error) << text;
  }
  EXPECT_EQ(refusal({0, 3, 0}), ErrorCode::invalid_value);
  EXPECT_EQ(refusal({0, 0, 0, 1, 0, 0, 1}), ErrorCode::invalid_value);
  EXPECT_EQ(refusal({31, 0, 0}), ErrorCode::invalid_value);
}

TEST(SarimaOrder, NamesThePartThatIsNone) {
  const auto refused = [](const char* order, const char* seasonal) -> std::string {
    try {
      return "took " + SarimaOrder::parse(order, seasonal).format();
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(refused("1,1,1", "1,1,1").substr(0, 31), "'1,1,1' is not a seasonal order");
  EXPECT_EQ(refused("1,1", "1,1,1,1,24").substr(0, 31), "'1,1,1,1,24' is not a seasonal ");
  EXPECT_EQ(refused("1,1", "1,1,1,24").substr(0, 27), "'1,1' is not an ARIMA order");
  EXPECT_EQ(refused("1,1,1,1,1,1,7", "1,1,1,24").substr(0, 20), "'1,1,1,1,1,1,7' is n");
}

TEST(SarimaOrder, NamesTheValueAndTheRange) {
  try {
    SarimaOrder::parse("1,5,1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("d = 5"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("0 to 2"), std::string::npos);
  }
}

}  // namespace
}  // namespace forecart
