#include "cost/usage.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

/// Keeps a core busy for about so many seconds.
void work(double seconds) {
  const double end = process_usage().core_seconds() + seconds;
  volatile double sum = 0;
  while (process_usage().core_seconds() < end) sum = std::sin(sum + 1);
}

TEST(UsageMeter, TellsStagesApartAndAddsUpWhatComesAgain) {
  UsageMeter meter;
  meter.begin("models");
  work(.03);
  meter.begin("write");
  meter.begin("models");
  work(.03);
  const Usage usage = meter.finish({.gets = 2, .bytes_read = 7});
  ASSERT_EQ(usage.stages.size(), 2U);
  EXPECT_EQ(usage.stages[0].stage, "models");
  EXPECT_GE(usage.stages[0].core_seconds, .06);
  EXPECT_LT(usage.stages[1].core_seconds, .03);
  EXPECT_GE(usage.core_seconds(), usage.stages[0].core_seconds);
  EXPECT_GT(usage.peak_bytes, 0);
  const nlohmann::json told = to_json(usage);
  EXPECT_EQ(told["requests"]["get"], 2);
  EXPECT_EQ(told["bytes_read"], 7);
  EXPECT_EQ(told["stages"][0]["stage"], "models");
}

TEST(Usage, IsToldInWords) {
  Usage usage;
  usage.user_seconds = 61.7;
  usage.system_seconds = .2;
  usage.seconds = 30.96;
  usage.peak_bytes = 512'000'000;
  usage.stages = {{"clean", .2, .21}, {"models", 30, 60}, {"write", .1, .1}};
  EXPECT_EQ(describe(usage),
            "62 core-seconds (models 60, clean 0.21) in 31 s, at most 512 MB of "
            "memory");
  usage.traffic = {.gets = 3, .puts = 2, .bytes_read = 1'250'000, .bytes_written = 900};
  EXPECT_EQ(describe(usage),
            "62 core-seconds (models 60, clean 0.21) in 31 s, at most 512 MB of "
            "memory, 1.2 MB read and 1 kB written in 5 requests");
}

TEST(Usage, KeepsAtLeastOneCoreBusy) {
  Usage usage;
  EXPECT_EQ(usage.parallel(), 1);
  usage.user_seconds = 3;
  usage.seconds = 10;
  EXPECT_EQ(usage.parallel(), 1);
  usage.seconds = 2;
  EXPECT_EQ(usage.parallel(), 1.5);
}

}  // namespace
}  // namespace forecart
