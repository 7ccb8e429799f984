#include "cost/prices.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

Prices parse(const std::string& text) {
  return parse_prices(text, "own.toml", shipped_prices());
}

/// The code of the Error that a price file gives, and that its message holds `part`.
ErrorCode refusal(const std::string& text, const std::string& part) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "not refused: " << text;
  return ErrorCode::usage;
}

constexpr const char* kHead = "date = 2025-06-01\nsource = \"a contract\"\n";

TEST(Prices, OfTheProgramAreDatedAndWhole) {
  const Prices& prices = shipped_prices();
  EXPECT_EQ(prices.currency, "USD");
  EXPECT_EQ(prices.region, "us-east-1");
  EXPECT_EQ(prices.date.size(), 10U);
  EXPECT_FALSE(prices.source.empty());
  EXPECT_GT(prices.lambda.x86_gb_second, prices.lambda.arm64_gb_second);
  EXPECT_GT(prices.lambda.memory_mb_per_vcpu, 0);
  EXPECT_GT(prices.s3.put, prices.s3.get);
  ASSERT_GE(prices.sagemaker.size(), 2U);
  for (const InstancePrice& instance : prices.sagemaker) EXPECT_GT(instance.training_hour, 0);
}

TEST(Prices, AFileReplacesWhatItGives) {
  const Prices prices = parse(std::string(kHead) +
                              "region = \"eu-central-1\"\n[lambda]\nx86_gb_second = 2\n"
                              "[[sagemaker]]\ninstance = \"ml.big\"\nvcpus = 64\nmemory_gb = 256\n"
                              "processing_hour = 4\ntraining_hour = 5.5\n");
  EXPECT_EQ(prices.region, shipped_prices().region);
  EXPECT_EQ(prices.date, shipped_prices().date);
  EXPECT_EQ(prices.own.entries, (std::vector<std::string>{"lambda.x86_gb_second", "sagemaker"}));
  EXPECT_EQ(prices.own.region, "eu-central-1");
  EXPECT_EQ(prices.own.date, "2025-06-01");
  EXPECT_EQ(prices.lambda.x86_gb_second, 2);
  EXPECT_EQ(prices.lambda.arm64_gb_second, shipped_prices().lambda.arm64_gb_second);
  ASSERT_EQ(prices.sagemaker.size(), 1U);
  EXPECT_EQ(prices.sagemaker[0].training_hour, 5.5);
  EXPECT_EQ(prices.sagemaker[0].speed, 1);
}

TEST(Prices, KeepOneInstanceWhereItIsListed) {
  Prices prices = shipped_prices();
  const std::size_t all = prices.sagemaker.size();
  EXPECT_FALSE(keep_instance(prices, "ml.new.large"));
  EXPECT_EQ(prices.sagemaker.size(), all);
  EXPECT_TRUE(keep_instance(prices, "ml.m5.xlarge"));
  ASSERT_EQ(prices.sagemaker.size(), 1U);
  EXPECT_EQ(prices.sagemaker[0].instance, "ml.m5.xlarge");
}

TEST(Prices, AFileThatGivesAllIsTheList) {
  const std::string all =
      "[lambda]\nrequest = 1\nx86_gb_second = 2\narm64_gb_second = 3\n"
      "[s3]\nput = 4\nget = 5\ngb_month = 6\n"
      "[[sagemaker]]\ninstance = \"ml.big\"\nvcpus = 64\nmemory_gb = 256\n"
      "processing_hour = 4\ntraining_hour = 5.5\n"
      "[sqs]\nrequest = 7\n"
      "[cloudwatch]\nlogs_gb = 8\nlogs_gb_month = 9\nmetric_month = 10\nalarm_month = 11\n"
      "dashboard_month = 12\n"
      "[[always_on]]\npart = \"a machine\"\ncount = 2\nhour = 13\n";
  const Prices prices = parse("currency = \"EUR\"\n" + std::string(kHead) + all);
  EXPECT_EQ(prices.currency, "EUR");
  EXPECT_EQ(prices.date, "2025-06-01");
  EXPECT_TRUE(prices.own.entries.empty());
  EXPECT_EQ(prices.cloudwatch.alarm_month, 11);
  ASSERT_EQ(prices.always_on.size(), 1U);
  EXPECT_EQ(prices.always_on[0].count * prices.always_on[0].hour, 26);
}

TEST(Prices, WhatIsAlwaysOnIsPaidByTheHourOrTheMonth) {
  const std::string part = std::string(kHead) + "[[always_on]]\npart = \"a machine\"\n";
  EXPECT_EQ(parse(part + "month = 5\n").always_on[0].month, 5);
  for (const char* text : {"", "hour = 1\nmonth = 2\n", "hour = -1\n"}) {
    EXPECT_EQ(refusal(part + text, "own.toml, line"), ErrorCode::invalid_value) << text;
  }
  EXPECT_EQ(refusal(part + "day = 1\n", "count, hour, month"), ErrorCode::unknown_name);
}

TEST(Prices, TwoCurrenciesAreNotMixed) {
  EXPECT_EQ(
      refusal("currency = \"EUR\"\n" + std::string(kHead) + "[s3]\nput = 1\n", "must be given all"),
      ErrorCode::invalid_value);
}

TEST(Prices, UnknownKeysAreRefusedWithTheirLine) {
  EXPECT_EQ(refusal(std::string(kHead) + "colour = 1\n", "own.toml, line 3: key 'colour'"),
            ErrorCode::unknown_name);
  EXPECT_EQ(refusal(std::string(kHead) + "[lambda]\nx86 = 1\n", "x86_gb_second"),
            ErrorCode::unknown_name);
  EXPECT_EQ(refusal(std::string(kHead) + "[s3]\nlist = 1\n", "put, get, gb_month"),
            ErrorCode::unknown_name);
}

TEST(Prices, ImpossibleValuesAreRefused) {
  for (const char* text : {"[s3]\nput = -1\n", "[s3]\nput = nan\n", "[s3]\nput = \"1\"\n",
                           "[lambda]\nmemory_mb_per_vcpu = 0\n", "[lambda]\nx86_speed = 0\n",
                           "sagemaker = []\n", "sagemaker = [1]\n", "lambda = 3\n", "region = 3\n",
                           "[[sagemaker]]\ninstance = \"a\"\nvcpus = 2\n"}) {
    EXPECT_EQ(refusal(std::string(kHead) + text, "own.toml, line"), ErrorCode::invalid_value)
        << text;
  }
  EXPECT_EQ(refusal("date = \"2025\"\nsource = \"x\"", "date"), ErrorCode::invalid_value);
  EXPECT_EQ(refusal("[s3]\nput = 1\n", "date and a source"), ErrorCode::invalid_value);
  EXPECT_EQ(refusal("date = ", "line 1"), ErrorCode::bad_data);
}

}  // namespace
}  // namespace forecart
