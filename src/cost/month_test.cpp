#include "cost/month.h"

#include "cost/amount.h"
#include "cost/bill.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using testing::HasSubstr;

Prices simple_prices() {
  Prices prices = shipped_prices();
  prices.s3 = {.put = 0, .get = 0, .gb_month = 2};
  prices.sqs.request = .01;
  prices.cloudwatch = {
      .logs_gb = 0, .logs_gb_month = 0, .metric_month = 0, .alarm_month = 1, .dashboard_month = 3};
  prices.always_on = {{"a machine", 2, .5, 0}, {"a seat", 1, 0, 24}};
  return prices;
}

TEST(Month, IsThirtyRunsAndWhatStands) {
  const Month month = month_of({"lambda-arm64", .1, .01, .001}, simple_prices());
  ASSERT_EQ(month.parts.size(), 4U);
  EXPECT_DOUBLE_EQ(month.parts[0].amount, 3);
  EXPECT_DOUBLE_EQ(month.parts[1].amount, 30 * (.01 + .002));
  EXPECT_DOUBLE_EQ(month.parts[2].amount, (30 * 3 + 5 * 730 * 180) * .01);
  EXPECT_DOUBLE_EQ(month.parts[3].amount, 9 + 3);
  EXPECT_DOUBLE_EQ(total(month.parts), 3 + .36 + 6570.9 + 12);
}

TEST(Month, OfTheStudyIsPaidAllTheTime) {
  const Month month = month_of({}, simple_prices());
  ASSERT_EQ(month.study.size(), 2U);
  EXPECT_DOUBLE_EQ(month.study[0].amount, 730);
  EXPECT_DOUBLE_EQ(month.study[1].amount, 24);
  EXPECT_DOUBLE_EQ(to_json(month)["study"]["total"].get<double>(), 754);
  EXPECT_THAT(describe(month), HasSubstr("what the study left running is 754.00"));
}

TEST(Month, TakesTheCheapestPlatformThatIsLargeEnough) {
  Usage small;
  small.user_seconds = small.seconds = 1;
  EXPECT_EQ(bill_of(small, shipped_prices()).month.parts[0].part, "lambda-arm64");
  Usage large;
  large.user_seconds = large.seconds = 10'000;
  EXPECT_THAT(bill_of(large, shipped_prices()).month.parts[0].part, HasSubstr("sagemaker"));
}

TEST(AmountText, HasTwoDigitsThatTell) {
  EXPECT_EQ(amount_text(12.3), "12.30");
  EXPECT_EQ(amount_text(.000137), "0.00014");
  EXPECT_EQ(amount_text(.05), "0.050");
  EXPECT_EQ(amount_text(0), "0.00");
}

}  // namespace
}  // namespace forecart
