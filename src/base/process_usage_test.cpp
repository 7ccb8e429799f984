#include "base/process_usage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace forecart {
namespace {

TEST(ProcessUsage, GrowsWithWork) {
  const ProcessUsage before = process_usage();
  double sum = 0;
  while (process_usage().core_seconds() < before.core_seconds() + .02) sum += std::sin(sum + 1);
  EXPECT_TRUE(std::isfinite(sum));
  EXPECT_GE(process_usage().user_seconds, before.user_seconds);
}

TEST(ProcessUsage, RemembersTheMostMemory) {
  const std::int64_t before = process_usage().peak_bytes;
  { const std::vector<char> block(static_cast<std::size_t>(before) + (64U << 20), 'x'); }
  EXPECT_GE(process_usage().peak_bytes, before + (32 << 20));
}

TEST(ProcessUsage, NamesTheProcessor) {
  EXPECT_FALSE(processor_name().empty());
}

}  // namespace
}  // namespace forecart
