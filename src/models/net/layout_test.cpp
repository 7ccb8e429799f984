#include "models/net/layout.h"

#include "models/net/example.h"
#include "models/net/initial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace forecart::net {
namespace {

std::vector<MatrixPart> all_parts(const ParameterLayout& layout) {
  std::vector<MatrixPart> parts = layout.matrices();
  for (std::size_t i = 0; i < layout.shape().embeddings.size(); ++i) {
    parts.push_back(layout.embedding(i));
  }
  return parts;
}

TEST(ParameterLayout, PartsCoverTheVectorOnce) {
  for (const auto& [name, shape] : example_shapes()) {
    const ParameterLayout layout(shape);
    std::vector<int> touched(layout.size());
    for (const MatrixPart& part : all_parts(layout)) {
      const auto view = layout.view(std::span<int>(touched), part);
      for (std::size_t row = 0; row < part.rows; ++row) {
        for (std::size_t column = 0; column < part.columns; ++column) ++view(row, column);
      }
    }
    EXPECT_TRUE(std::all_of(touched.begin(), touched.end(), [](int n) { return n == 1; })) << name;
  }
}

TEST(ParameterLayout, CountsParametersOfTheStudy) {
  // 4 (1 + 1 + 50) 50 in the layer, 50 + 1 in the output.
  const NetworkShape study{.inputs = 1, .steps = 24, .layers = 1, .hidden = 50};
  EXPECT_EQ(ParameterLayout(study).size(), 10451U);
}

TEST(ParameterLayout, WeightsDecayButNotBiasesAndEmbeddings) {
  const NetworkShape shape{.steps = 3, .layers = 1, .hidden = 2, .embeddings = {{4, 3}}};
  const ParameterLayout layout(shape);
  const AlignedVector<float> mask = layout.decayed<float>();
  // 8 rows of gates and one output have a bias each; the table has 12 numbers.
  EXPECT_EQ(std::accumulate(mask.begin(), mask.end(), 0.0F),
            static_cast<float>(layout.size() - 8 - 1 - 12));
  EXPECT_EQ(layout.view(std::span(mask), layout.gates(0)).bias(5), 0.0F);
  EXPECT_EQ(layout.view(std::span(mask), layout.gates(0))(5, 0), 1.0F);
}

TEST(InitialParameters, DependOnTheSeedOnly) {
  const ParameterLayout layout(example_shapes()[1].shape);
  Generator one(1);
  Generator same(1);
  Generator other(2);
  const AlignedVector<float> parameters = initial_parameters(layout, one);
  EXPECT_EQ(parameters, initial_parameters(layout, same));
  EXPECT_NE(parameters, initial_parameters(layout, other));
}

TEST(InitialParameters, StartWithOutputsOfZeroUnlessAsked) {
  const ParameterLayout layout(example_shapes()[1].shape);
  const auto sum = [&](OutputStart start, const MatrixPart& part) {
    Generator generator(1);
    const AlignedVector<float> parameters = initial_parameters(layout, generator, start);
    const auto numbers = layout.view(std::span(parameters), part).numbers;
    return std::accumulate(numbers.begin(), numbers.end(), 0.0F,
                           [](float a, float x) { return a + std::abs(x); });
  };
  for (const MatrixPart& part : {layout.output(), layout.skip(), layout.local_output()}) {
    EXPECT_EQ(sum(OutputStart::zero, part), 0);
    EXPECT_GT(sum(OutputStart::glorot, part), 0);
  }
  EXPECT_GT(sum(OutputStart::zero, layout.trunk(0)), 0);
}

TEST(InitialParameters, ForgetBiasIsOne) {
  const ParameterLayout layout(example_shapes()[0].shape);
  Generator generator(1);
  const AlignedVector<float> parameters = initial_parameters(layout, generator);
  const auto gates = layout.view(std::span(parameters), layout.gates(0));
  EXPECT_EQ(gates.bias(1), 1.0F);
  EXPECT_EQ(gates.bias(2), 0.0F);
}

}  // namespace
}  // namespace forecart::net
