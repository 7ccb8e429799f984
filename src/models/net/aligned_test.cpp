#include "models/net/aligned.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace forecart::net {
namespace {

TEST(AlignedVector, StartsOnACacheLineWhateverItsSize) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{17}, std::size_t{5} << 20}) {
    const AlignedVector<float> numbers(size, 2.0F);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % 64, 0U) << size;
    EXPECT_EQ(numbers.back(), 2.0F);
  }
}

}  // namespace
}  // namespace forecart::net
