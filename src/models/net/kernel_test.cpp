#include "models/net/kernel.h"

#include "models/net/adamw.h"
#include "models/net/example.h"
#include "models/net/initial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace forecart::net {
namespace {

std::vector<float> grid(std::size_t panel) {
  std::vector<float> x;
  for (double value = -100; value <= 100; value += 0.0009765625) {
    x.push_back(static_cast<float>(value));
  }
  for (float value = 1e-30F; value < 1; value *= 1.5F) x.push_back(value);
  x.resize((x.size() + panel - 1) / panel * panel);
  return x;
}

class EveryKernel : public testing::TestWithParam<const Kernel<float>*> {
 protected:
  const Kernel<float>& kernel() const { return *GetParam(); }
};

TEST_P(EveryKernel, SigmoidStaysWithinItsErrorBound) {
  const std::vector<float> x = grid(kernel().panel);
  std::vector<float> y(x.size());
  kernel().sigmoid(x.size(), x.data(), y.data());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, std::abs(y[i] - 1 / (1 + std::exp(-static_cast<double>(x[i])))));
  }
  EXPECT_LT(worst, 2e-7);
}

TEST_P(EveryKernel, TanhStaysWithinItsRelativeErrorBound) {
  const std::vector<float> x = grid(kernel().panel);
  std::vector<float> y(x.size());
  kernel().tanh(x.size(), x.data(), y.data());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double truth = std::tanh(static_cast<double>(x[i]));
    if (truth != 0) worst = std::max(worst, std::abs(y[i] / truth - 1));
  }
  EXPECT_LT(worst, 4e-7);
}

TEST_P(EveryKernel, ActivationsKeepNotANumber) {
  const std::vector<float> x(kernel().panel, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> y(kernel().panel);
  kernel().sigmoid(x.size(), x.data(), y.data());
  EXPECT_TRUE(std::isnan(y[3]));
  kernel().tanh(x.size(), x.data(), y.data());
  EXPECT_TRUE(std::isnan(y[3]));
}

TEST_P(EveryKernel, TransposesAnyNumberOfRows) {
  Generator generator(1);
  const std::size_t panel = kernel().panel;
  for (std::size_t rows = 1; rows < 70; ++rows) {
    const std::size_t stride = (rows + panel - 1) / panel * panel;
    const AlignedVector<float> x = random_numbers<float>(rows * panel, generator);
    AlignedVector<float> y(panel * stride);
    kernel().transpose(rows, x.data(), y.data(), stride);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t b = 0; b < panel; ++b) {
        ASSERT_EQ(y[b * stride + row], x[row * panel + b]) << rows << " rows";
      }
    }
  }
}

TEST_P(EveryKernel, MultipliesAnySize) {
  Generator generator(2);
  const std::size_t panel = kernel().panel;
  for (std::size_t rows = 1; rows < 30; ++rows) {
    const std::size_t columns = 31 - rows;
    const AlignedVector<float> w = random_numbers<float>(rows * columns, generator);
    const AlignedVector<float> x = random_numbers<float>(columns * panel, generator);
    AlignedVector<float> packed(w.size());
    AlignedVector<float> y(rows * panel, 1);
    kernel().pack({w.data(), rows, columns, columns, 1}, packed.data());
    kernel().product(rows, columns, packed.data(), x.data(), y.data(), true);
    for (std::size_t row = 0; row < rows; ++row) {
      double sum = 1;
      for (std::size_t c = 0; c < columns; ++c) {
        sum += static_cast<double>(w[row * columns + c]) * static_cast<double>(x[c * panel + 2]);
      }
      ASSERT_NEAR(y[row * panel + 2], sum, 1e-4) << rows << " rows";
    }
  }
}

struct Pass {
  AlignedVector<float> outputs;     // (windows, outputs)
  AlignedVector<float> gradient;    // over all windows
  AlignedVector<float> parameters;  // after a step
};

constexpr std::size_t kWindows = 32;  // a multiple of every panel

/// Column `from` of `source` into column `to` of `target`.
template <class Numbers>
void copy_column(const Numbers& source, std::size_t width, std::size_t from, Numbers& target,
                 std::size_t panel) {
  for (std::size_t row = 0; row < target.size() / panel; ++row) {
    for (std::size_t b = 0; b < panel; ++b) {
      target[row * panel + b] = source[row * width + from + b];
    }
  }
}

/// Forward, backward and a step of AdamW over the same windows and weights, in as many blocks as
/// the kernel's panel needs.
Pass pass(const NetworkShape& shape, const Kernel<float>& kernel) {
  Generator generator(5);
  Network<float> network(shape, kernel);
  Pass result;
  result.parameters = random_numbers<float>(network.layout().size(), generator, 0.3);
  result.gradient.resize(result.parameters.size());
  const WindowBlock<float> windows = random_block<float>(shape, kWindows, generator);
  const auto weights = random_numbers<float>(shape.outputs() * kWindows, generator);
  const std::size_t panel = kernel.panel;
  network.prepare(result.parameters);
  WindowBlock<float> block(shape, panel);
  AlignedVector<float> outputs(shape.outputs() * panel);
  AlignedVector<float> output_gradient(outputs.size());
  for (std::size_t from = 0; from < kWindows; from += panel) {
    copy_column(windows.features, kWindows, from, block.features, panel);
    copy_column(windows.flat, kWindows, from, block.flat, panel);
    copy_column(windows.known, kWindows, from, block.known, panel);
    copy_column(windows.codes, kWindows, from, block.codes, panel);
    copy_column(weights, kWindows, from, output_gradient, panel);
    network.forward(block, nullptr, outputs);
    network.backward(block, output_gradient, result.gradient);
    for (std::size_t b = 0; b < panel; ++b) {
      for (std::size_t k = 0; k < shape.outputs(); ++k) {
        result.outputs.push_back(outputs[k * panel + b]);
      }
    }
  }
  AdamW<float>(network.layout(), {}, kernel).step(1e-3, result.gradient, result.parameters);
  return result;
}

void expect_close(const AlignedVector<float>& a, const AlignedVector<float>& b,
                  const std::string& what) {
  float largest = 0;
  for (const float value : a) largest = std::max(largest, std::abs(value));
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_NEAR(a[i], b[i], 1e-5F * largest) << what << " " << i;
  }
}

std::vector<Example> shapes() {
  auto all = example_shapes();
  all.push_back({"study", {.inputs = 1, .steps = 24, .layers = 1, .hidden = 50}});
  all.push_back({"wide", {.inputs = 5, .steps = 9, .layers = 2, .hidden = 33, .horizon = 3}});
  return all;
}

TEST_P(EveryKernel, AgreesWithThePortableOneForAnySizes) {
  for (const auto& [name, shape] : shapes()) {
    const Pass ours = pass(shape, kernel());
    const Pass portable = pass(shape, portable_kernel());
    expect_close(portable.outputs, ours.outputs, name + " output");
    expect_close(portable.gradient, ours.gradient, name + " gradient");
    expect_close(portable.parameters, ours.parameters, name + " parameter");
  }
}

TEST_P(EveryKernel, GivesTheSameBytesTwice) {
  const NetworkShape shape = example_shapes()[1].shape;
  EXPECT_EQ(pass(shape, kernel()).gradient, pass(shape, kernel()).gradient);
}

INSTANTIATE_TEST_SUITE_P(Kernels, EveryKernel, testing::ValuesIn(available_kernels()),
                         [](const auto& kernel) { return std::string(kernel.param->name); });

TEST(Kernel, TheBestIsTheLastAvailable) {
  EXPECT_EQ(&best_kernel(), available_kernels().back());
  EXPECT_EQ(available_kernels().front(), &portable_kernel());
}

}  // namespace
}  // namespace forecart::net
