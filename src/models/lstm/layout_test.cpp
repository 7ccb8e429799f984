#include "models/lstm/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace forecart::lstm {
namespace {

TEST(ParameterLayout, NamedPartsCoverTheVectorOnce) {
  const NetworkShape shape{3, 7, 5, 2};
  const ParameterLayout layout(shape);
  std::vector<int> touched(layout.size());
  const auto views = layout.views(std::span<int>(touched));
  for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
    for (std::size_t column = 0; column < shape.columns(); ++column) {
      for (std::size_t g = 0; g < kGates; ++g) ++views.gate(Gate{g}, unit, column);
    }
  }
  for (std::size_t k = 0; k < shape.outputs; ++k) {
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) ++views.head(k, unit);
    ++views.head_bias[k];
  }
  EXPECT_TRUE(std::all_of(touched.begin(), touched.end(), [](int n) { return n == 1; }));
}

TEST(ParameterLayout, CountsParametersOfTheStudy) {
  // 4 (1 + 1 + 50) 50 in the layer, 50 + 1 in the head.
  EXPECT_EQ(ParameterLayout({1, 50, 24, 1}).size(), 10451U);
}

}  // namespace
}  // namespace forecart::lstm
