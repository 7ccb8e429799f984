#include "aggregates/narrow_column.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace forecart {
namespace {

std::vector<std::int64_t> read_back(const std::vector<std::int64_t>& values) {
  NarrowColumn column;
  for (const std::int64_t value : values) column.add(value);
  column.finish();
  std::vector<std::int64_t> result(column.block_count() * NarrowColumn::kBlock);
  for (std::size_t block = 0; block < column.block_count(); ++block) {
    const auto at = static_cast<std::ptrdiff_t>(block * NarrowColumn::kBlock);
    const auto size = static_cast<std::ptrdiff_t>(column.block_size(block));
    column.read(block, result.data() + at);
    const auto [least, most] = std::minmax_element(result.begin() + at, result.begin() + at + size);
    EXPECT_EQ(*least, column.least(block));
    EXPECT_EQ(*most, column.most(block));
  }
  result.resize(column.size());
  return result;
}

TEST(NarrowColumn, GivesBackWhatWasAdded) {
  Generator generator(7);
  for (const std::size_t size : {0, 1, 1023, 1024, 1025, 5000}) {
    for (int bits = 1; bits <= 64; bits += 7) {
      std::vector<std::int64_t> values(size);
      for (std::int64_t& value : values) {
        value = static_cast<std::int64_t>(generator.below(~std::uint64_t{0}) >> (64 - bits));
      }
      EXPECT_EQ(read_back(values), values);
    }
  }
}

TEST(NarrowColumn, TakesTheWholeRange) {
  const std::vector<std::int64_t> values{std::numeric_limits<std::int64_t>::min(), -1, 0,
                                         std::numeric_limits<std::int64_t>::max()};
  EXPECT_EQ(read_back(values), values);
}

TEST(NarrowColumn, DividesOutACommonStep) {
  NarrowColumn cents;
  NarrowColumn constant;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    cents.add(-1'000'000 + (i * 7919 % 60'000) * 10'000);  // in millionths
    constant.add(5);
  }
  cents.finish();
  constant.finish();
  EXPECT_LT(cents.bytes(), 100'000 * 2 + 100 * 64);
  EXPECT_LT(constant.bytes(), 100 * 64);
}

}  // namespace
}  // namespace forecart
