#include "base/parallel.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace forecart {
namespace {

TEST(ParallelFor, VisitsEachIndexOnce) {
  for (const unsigned threads : {0U, 1U, 2U, 5U}) {
    std::vector<int> visits(1000, 0);
    parallel_for(visits.size(), threads, [&](std::size_t i) { ++visits[i]; });
    EXPECT_EQ(visits, std::vector<int>(1000, 1));
  }
}

TEST(ParallelFor, ThrowsWhatABodyThrows) {
  EXPECT_THROW(parallel_for(10, 2,
                            [](std::size_t i) {
                              if (i == 3) throw std::runtime_error("3");
                            }),
               std::runtime_error);
}

}  // namespace
}  // namespace forecart
