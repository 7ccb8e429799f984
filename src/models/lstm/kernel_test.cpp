#include "models/lstm/kernel.h"

#include "models/lstm/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace forecart::lstm {
namespace {

std::vector<float> grid() {
  std::vector<float> x;
  for (double value = -100; value <= 100; value += 0.0009765625) {
    x.push_back(static_cast<float>(value));
  }
  for (float value = 1e-30F; value < 1; value *= 1.5F) x.push_back(value);
  x.resize((x.size() + kPanel - 1) / kPanel * kPanel);
  return x;
}

class EveryKernel : public testing::TestWithParam<const Kernel<float>*> {};

TEST_P(EveryKernel, SigmoidStaysWithinItsErrorBound) {
  const std::vector<float> x = grid();
  std::vector<float> y(x.size());
  GetParam()->sigmoid(x.size(), x.data(), y.data());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, std::abs(y[i] - 1 / (1 + std::exp(-static_cast<double>(x[i])))));
  }
  EXPECT_LT(worst, 2e-7);
}

TEST_P(EveryKernel, TanhStaysWithinItsRelativeErrorBound) {
  const std::vector<float> x = grid();
  std::vector<float> y(x.size());
  GetParam()->tanh(x.size(), x.data(), y.data());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double truth = std::tanh(static_cast<double>(x[i]));
    if (truth != 0) worst = std::max(worst, std::abs(y[i] / truth - 1));
  }
  EXPECT_LT(worst, 4e-7);
}

TEST_P(EveryKernel, ActivationsKeepNotANumber) {
  const std::vector<float> x(kPanel, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> y(kPanel);
  GetParam()->sigmoid(kPanel, x.data(), y.data());
  EXPECT_TRUE(std::isnan(y[3]));
  GetParam()->tanh(kPanel, x.data(), y.data());
  EXPECT_TRUE(std::isnan(y[3]));
}

struct Pass {
  AlignedVector<float> outputs;
  AlignedVector<float> gradient;
};

/// One forward and backward pass over the same random block and weights.
Pass pass(const NetworkShape& shape, const Kernel<float>& kernel) {
  Generator generator(5);
  Network<float> network(shape, kernel);
  const AlignedVector<float> parameters = initial_parameters(network.layout(), generator);
  WindowBlock<float> block(shape);
  for (float& x : block.features) x = static_cast<float>(generator.normal());
  for (float& y : block.targets) y = static_cast<float>(generator.normal());
  for (float& w : block.weights) w = 1;
  Pass result{AlignedVector<float>(block.targets.size()), AlignedVector<float>(parameters.size())};
  network.predict(parameters, block, result.outputs);
  network.prepare(parameters);
  network.accumulate(parameters, block, result.gradient);
  return result;
}

void expect_close(const AlignedVector<float>& a, const AlignedVector<float>& b) {
  float largest = 0;
  for (const float value : a) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5F * largest) << i;
}

TEST_P(EveryKernel, AgreesWithThePortableOneForAnySizes) {
  for (const NetworkShape& shape : {NetworkShape{1, 50, 24, 1}, NetworkShape{3, 7, 5, 2},
                                    NetworkShape{2, 1, 1, 1}, NetworkShape{5, 16, 9, 3}}) {
    const Pass ours = pass(shape, *GetParam());
    const Pass portable = pass(shape, portable_kernel());
    expect_close(portable.outputs, ours.outputs);
    expect_close(portable.gradient, ours.gradient);
  }
}

TEST_P(EveryKernel, GivesTheSameBytesTwice) {
  const NetworkShape shape{3, 50, 24, 1};
  EXPECT_EQ(pass(shape, *GetParam()).gradient, pass(shape, *GetParam()).gradient);
}

INSTANTIATE_TEST_SUITE_P(Kernels, EveryKernel, testing::ValuesIn(available_kernels()),
                         [](const auto& kernel) { return std::string(kernel.param->name); });

TEST(Kernel, TheBestIsTheLastAvailable) {
  EXPECT_EQ(&best_kernel(), available_kernels().back());
  EXPECT_EQ(available_kernels().front(), &portable_kernel());
}

}  // namespace
}  // namespace forecart::lstm
