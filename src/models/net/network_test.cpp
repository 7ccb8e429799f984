#include "models/net/network.h"

#include "models/net/denormals.h"
#include "models/net/dropout.h"
#include "models/net/example.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace forecart::net {
namespace {

/// A network with random parameters, a block, and as its loss a random weighted sum of outputs.
class Trial {
 public:
  explicit Trial(const NetworkShape& shape)
      : network(shape, double_kernel()),
        generator_(7),
        parameters(random_numbers<double>(network.layout().size(), generator_, 0.5)),
        block(random_block<double>(shape, network.kernel().panel, generator_)),
        weights(random_numbers<double>(shape.outputs() * network.kernel().panel, generator_)) {}

  AlignedVector<double> outputs() {
    AlignedVector<double> all(weights.size());
    Generator dropout(3);
    network.prepare(parameters);
    network.forward(block, network.layout().shape().dropout > 0 ? &dropout : nullptr, all);
    return all;
  }

  double loss() {
    const AlignedVector<double> all = outputs();
    return std::inner_product(all.begin(), all.end(), weights.begin(), 0.0);
  }

  AlignedVector<double> gradient() {
    AlignedVector<double> sum(parameters.size());
    outputs();
    network.backward(block, weights, sum);
    return sum;
  }

  Network<double> network;

 private:
  Generator generator_;

 public:
  AlignedVector<double> parameters;
  WindowBlock<double> block;
  AlignedVector<double> weights;
};

class EveryShape : public testing::TestWithParam<Example> {};

TEST_P(EveryShape, HasTheGradientOfCentralDifferences) {
  Trial trial(GetParam().shape);
  const AlignedVector<double> gradient = trial.gradient();
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double kept = trial.parameters[i];
    trial.parameters[i] = kept + kStep;
    const double above = trial.loss();
    trial.parameters[i] = kept - kStep;
    const double below = trial.loss();
    trial.parameters[i] = kept;
    const double numeric = (above - below) / (2 * kStep);
    ASSERT_NEAR(gradient[i], numeric, 1e-7 * std::max(1.0, std::abs(numeric))) << "parameter " << i;
  }
}

TEST_P(EveryShape, PredictsWhatForwardGives) {
  Trial trial(GetParam().shape);
  AlignedVector<double> forward(trial.weights.size());
  AlignedVector<double> predicted(trial.weights.size());
  trial.network.prepare(trial.parameters);
  trial.network.predict(trial.block, predicted);
  trial.network.forward(trial.block, nullptr, forward);
  EXPECT_EQ(predicted, forward);
  trial.network.predict(trial.block, predicted);
  EXPECT_EQ(predicted, forward);
}

TEST_P(EveryShape, WindowsDoNotSeeTheirNeighbours) {
  Trial trial(GetParam().shape);
  const AlignedVector<double> before = trial.outputs();
  const std::size_t panel = trial.network.kernel().panel;
  for (auto* numbers : {&trial.block.features, &trial.block.flat, &trial.block.known}) {
    for (std::size_t i = 1; i < numbers->size(); i += panel) (*numbers)[i] = 9;
  }
  const AlignedVector<double> after = trial.outputs();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool changed = i % panel == 1;
    EXPECT_EQ(before[i] == after[i], !changed);
  }
}

TEST_P(EveryShape, WindowsWithoutWeightLeaveNoTrace) {
  Trial trial(GetParam().shape);
  const std::size_t panel = trial.network.kernel().panel;
  for (std::size_t i = 1; i < trial.weights.size(); i += panel) trial.weights[i] = 0;
  const AlignedVector<double> before = trial.gradient();
  for (auto* numbers : {&trial.block.features, &trial.block.flat, &trial.block.known}) {
    for (std::size_t i = 1; i < numbers->size(); i += panel) (*numbers)[i] = 9;
  }
  EXPECT_EQ(before, trial.gradient());
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape, testing::ValuesIn(example_shapes()),
                         [](const auto& example) { return example.param.name; });

TEST(Network, EveryPartOfTheParametersMatters) {
  Trial trial(example_shapes()[1].shape);
  const AlignedVector<double> gradient = trial.gradient();
  for (const MatrixPart& part : trial.network.layout().matrices()) {
    const auto numbers = trial.network.layout().view(std::span(gradient), part).numbers;
    // relu holds some units at zero for every window of the block
    EXPECT_LT(std::count(numbers.begin(), numbers.end(), 0.0),
              0.8 * static_cast<double>(part.size()));
  }
}

TEST(Network, SharedParametersGiveWhatItsOwnDo) {
  Trial trial(example_shapes()[1].shape);
  const AlignedVector<double> own = trial.gradient();
  PackedParameters<double> packed(trial.network.layout(), double_kernel());
  packed.pack(trial.parameters);
  Network<double> other(trial.network.layout().shape(), double_kernel());
  other.share(packed);
  AlignedVector<double> outputs(trial.weights.size());
  AlignedVector<double> shared(own.size());
  other.forward(trial.block, nullptr, outputs);
  other.backward(trial.block, trial.weights, shared);
  EXPECT_EQ(own, shared);
}

TEST(Network, DenormalsAreZeroWhileFlushed) {
  const volatile float small = 1e-30F;
  {
    const FlushDenormals flush;
    const volatile float product = small * 1e-10F;
    EXPECT_EQ(product, 0);
  }
  const volatile float product = small * 1e-10F;
  EXPECT_GT(product, 0);
}

TEST(Network, DropoutKeepsTheMeanAndDropsItsShare) {
  Generator generator(1);
  AlignedVector<double> mask(100000);
  draw_mask<double>(0.25, generator, mask);
  const auto dropped = static_cast<double>(std::count(mask.begin(), mask.end(), 0.0));
  EXPECT_NEAR(dropped / 1e5, 0.25, 0.005);
  EXPECT_NEAR(std::accumulate(mask.begin(), mask.end(), 0.0) / 1e5, 1, 0.01);
}

TEST(Network, DropoutIsForTrainingOnly) {
  NetworkShape shape = example_shapes()[1].shape;
  shape.dropout = 0.5;
  Trial trial(shape);
  const AlignedVector<double> dropped = trial.outputs();
  AlignedVector<double> predicted(dropped.size());
  trial.network.predict(trial.block, predicted);
  shape.dropout = 0;
  EXPECT_EQ(predicted, Trial(shape).outputs());
  EXPECT_NE(predicted, dropped);
}

}  // namespace
}  // namespace forecart::net
