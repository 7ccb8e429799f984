#include "cost/bill.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

/// Round numbers: one vCPU comes with 1000 MB.
Prices round_prices() {
  Prices prices{"USD", "here", "2025-01-01", "nowhere", {}, {}, {}};
  prices.lambda = {.request = .5,
                   .x86_gb_second = 1,
                   .arm64_gb_second = .8,
                   .memory_mb_per_vcpu = 1024,
                   .most_memory_mb = 10240,
                   .most_seconds = 900,
                   .x86_speed = 1,
                   .arm64_speed = 2};
  prices.s3 = {.put = 5, .get = .25, .gb_month = 3};
  prices.sagemaker = {{"small", 2, 4, 36, 72, 1}, {"large", 8, 64, 360, 360, 1}};
  return prices;
}

Usage hundred_seconds() {
  Usage usage;
  usage.user_seconds = 100;
  usage.seconds = 100;
  usage.peak_bytes = std::int64_t{100} << 20;
  return usage;
}

const Offer& offer(const Bill& bill, const std::string& platform) {
  for (const Offer& one : bill.offers) {
    if (one.platform == platform) return one;
  }
  throw std::out_of_range(platform);
}

TEST(Bill, OfSmallWorkPaysOneVcpu) {
  const Bill bill = bill_of(hundred_seconds(), round_prices());
  const Offer& x86 = offer(bill, "lambda-x86");
  EXPECT_EQ(x86.size, "1024 MB");
  EXPECT_EQ(x86.seconds, 100);
  EXPECT_EQ(x86.gb_seconds, 100);
  EXPECT_EQ(x86.total(), 100.5);
  const Offer& arm = offer(bill, "lambda-arm64");
  EXPECT_EQ(arm.seconds, 50) << "twice as fast";
  EXPECT_EQ(arm.compute, 40);
  EXPECT_EQ(offer(bill, "sagemaker-processing").compute, 1) << "100 s at 36 an hour";
  EXPECT_EQ(offer(bill, "sagemaker-training").compute, 2);
}

TEST(Bill, CountsRequestsAndStorage) {
  Usage usage = hundred_seconds();
  usage.traffic = {.gets = 3,
                   .heads = 1,
                   .puts = 2,
                   .lists = 1,
                   .deletes = 9,
                   .bytes_written = std::int64_t{1} << 30};
  const Bill bill = bill_of(usage, round_prices());
  for (const Offer& one : bill.offers) EXPECT_EQ(one.store, 3 * 5 + 4 * .25) << one.platform;
  EXPECT_EQ(bill.store_month, 3);
}

TEST(Bill, ParallelWorkUsesTheVcpusThatComeWithMemory) {
  Usage usage = hundred_seconds();
  usage.seconds = 50;
  usage.peak_bytes = std::int64_t{4096} << 20;  // 4915 MB with a fifth to spare
  const Bill bill = bill_of(usage, round_prices());
  EXPECT_EQ(offer(bill, "lambda-x86").size, "4916 MB");
  EXPECT_EQ(offer(bill, "lambda-x86").seconds, 50) << "two cores were busy";
  EXPECT_EQ(offer(bill, "sagemaker-processing").size, "large") << "small has 4 GB";
}

TEST(Bill, SaysWhatDoesNotFit) {
  Usage usage = hundred_seconds();
  usage.user_seconds = usage.seconds = 1000;
  EXPECT_NE(offer(bill_of(usage, round_prices()), "lambda-x86").obstacle.find("900 s"),
            std::string::npos);
  EXPECT_EQ(offer(bill_of(usage, round_prices()), "lambda-arm64").obstacle, "");
  usage.peak_bytes = std::int64_t{100} << 30;
  const Bill bill = bill_of(usage, round_prices());
  for (const Offer& one : bill.offers) EXPECT_NE(one.obstacle, "") << one.platform;
  EXPECT_EQ(to_json(bill)["platforms"][0]["fits"], false);
}

TEST(Bill, IsToldInWords) {
  Usage usage = hundred_seconds();
  EXPECT_EQ(describe(bill_of(usage, round_prices())),
            "USD 100.50 on Lambda x86, 40.50 on arm64, 1.00 on SageMaker (small); prices of here, "
            "2025-01-01");
  usage.traffic.puts = 1;
  EXPECT_EQ(describe(bill_of(usage, round_prices())),
            "USD 105.50 on Lambda x86, 45.50 on arm64, 6.00 on SageMaker (small), with S3; prices "
            "of here, 2025-01-01");
}

TEST(Bill, SaysWhichPricesAreOnesOwn) {
  Prices prices = round_prices();
  prices.own = {{"s3.put", "s3.get", "sagemaker", "lambda.request"}, "there", "2030-01-01", "mine"};
  EXPECT_EQ(
      price_label(bill_of(hundred_seconds(), prices)),
      "here, 2025-01-01, but s3.put, s3.get, sagemaker and 1 more of there, 2030-01-01 (mine)");
}

}  // namespace
}  // namespace forecart
