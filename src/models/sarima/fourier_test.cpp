#include "models/sarima/fourier.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace forecart::sarima {
namespace {

std::vector<std::string> names(const std::vector<FourierPeriod>& periods) {
  std::vector<std::string> result;
  for (const Wave& wave : waves_of(periods)) result.push_back(wave.name());
  return result;
}

TEST(Fourier, ReadsPeriodAndPairs) {
  EXPECT_EQ(FourierPeriod::parse("168:3"), (FourierPeriod{168, 3}));
  EXPECT_EQ(FourierPeriod::parse("365.25:2"), (FourierPeriod{365.25, 2}));
  EXPECT_EQ(FourierPeriod::parse("365.25:2").format(), "365.25:2");
  for (const char* text : {"", "24", "24:", ":3", "24:0", "24:13", "1:1", "-7:2", "nan:2", "inf:2",
                           "24:2.5", "24:2 ", "a:b", "2e9:1"}) {
    try {
      FourierPeriod::parse(text);
      FAIL() << "took '" << text << "'";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_value) << text;
    }
  }
}

TEST(Fourier, ShorterThanTwoStepsIsNoPeriod) {
  EXPECT_EQ(FourierPeriod::parse("2:1"), (FourierPeriod{2, 1}));
  try {
    FourierPeriod::parse("1.5:1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("use one from 2 to"), std::string::npos)
        << error.what();
  }
}

TEST(Fourier, LeavesOutWhatSaysNothingNew) {
  EXPECT_EQ(names({{4, 2}}), (std::vector<std::string>{"S1-4", "C1-4", "C2-4"}))
      << "the sine at half a cycle a step is zero";
  EXPECT_EQ(names({{24, 1}, {168, 7}}).size(), 2U + 12U) << "168 / 7 is 24";
  EXPECT_EQ(names({{365.25, 2}}),
            (std::vector<std::string>{"S1-365.25", "C1-365.25", "S2-365.25", "C2-365.25"}));
}

TEST(Fourier, TurnsWithTheBucketNumber) {
  const Wave wave{24, 2, true};
  EXPECT_NEAR(wave.at(3), 1, 1e-15);
  EXPECT_NEAR(wave.at(-3), -1, 1e-15);
  for (const Bucket far : {Bucket{0}, Bucket{24} << 40}) {
    EXPECT_NEAR(wave.at(far + 5), wave.at(5), 1e-12) << "exact however far from 1970";
  }
  EXPECT_NEAR((Wave{365.25, 1, false}.at(100)), std::cos(2 * std::numbers::pi * 100 / 365.25),
              1e-14);
}

}  // namespace
}  // namespace forecart::sarima
