#include "models/lstm/network.h"

#include "models/lstm/adam.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <vector>

namespace forecart::lstm {
namespace {

using nlohmann::json;
using Matrix = std::vector<std::vector<double>>;

template <class Scalar>
AlignedVector<Scalar> random_parameters(const ParameterLayout& layout, std::uint64_t seed) {
  Generator generator(seed);
  AlignedVector<Scalar> parameters(layout.size());
  for (Scalar& p : parameters) p = static_cast<Scalar>(0.5 * generator.normal());
  return parameters;
}

template <class Scalar>
WindowBlock<Scalar> random_block(const NetworkShape& shape, std::uint64_t seed) {
  Generator generator(seed);
  WindowBlock<Scalar> block(shape);
  for (Scalar& x : block.features) x = static_cast<Scalar>(generator.normal());
  for (Scalar& y : block.targets) y = static_cast<Scalar>(generator.normal());
  for (Scalar& w : block.weights) w = static_cast<Scalar>(generator.uniform());
  return block;
}

double loss_at(Network<double>& network, const AlignedVector<double>& parameters,
               const WindowBlock<double>& block) {
  AlignedVector<double> unused(parameters.size());
  network.prepare(parameters);
  return network.accumulate(parameters, block, unused);
}

/// Every parameter's gradient against (loss(p + step) - loss(p - step)) / 2 step.
void check_gradient(const NetworkShape& shape) {
  Network<double> network(shape, double_kernel());
  AlignedVector<double> parameters = random_parameters<double>(network.layout(), 1);
  const WindowBlock<double> block = random_block<double>(shape, 2);
  AlignedVector<double> gradient(parameters.size());
  network.prepare(parameters);
  network.accumulate(parameters, block, gradient);
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const double kept = parameters[i];
    parameters[i] = kept + kStep;
    const double above = loss_at(network, parameters, block);
    parameters[i] = kept - kStep;
    const double below = loss_at(network, parameters, block);
    parameters[i] = kept;
    const double numeric = (above - below) / (2 * kStep);
    ASSERT_NEAR(gradient[i], numeric, 1e-7 * std::max(1.0, std::abs(numeric))) << "parameter " << i;
  }
}

TEST(Network, EveryGradientIsThatOfFiniteDifferences) {
  check_gradient({1, 4, 5, 1});
  check_gradient({3, 7, 6, 2});
  check_gradient({2, 11, 1, 3});
}

TEST(Network, WindowsWithoutWeightLeaveNoTrace) {
  const NetworkShape shape{2, 6, 4, 1};
  Network<double> network(shape, double_kernel());
  const auto parameters = random_parameters<double>(network.layout(), 3);
  WindowBlock<double> block = random_block<double>(shape, 4);
  for (std::size_t b = 5; b < kPanel; ++b) block.weights[b] = 0;
  AlignedVector<double> first(parameters.size());
  network.prepare(parameters);
  network.accumulate(parameters, block, first);
  for (std::size_t row = 0; row < shape.steps * shape.inputs; ++row) {
    for (std::size_t b = 5; b < kPanel; ++b) block.features[row * kPanel + b] = 9;
  }
  AlignedVector<double> second(parameters.size());
  network.accumulate(parameters, block, second);
  EXPECT_EQ(first, second);
}

TEST(Network, InitialWeightsDependOnTheSeedOnly) {
  const ParameterLayout layout({3, 50, 24, 1});
  Generator one(1);
  Generator same(1);
  Generator other(2);
  const auto parameters = initial_parameters(layout, one);
  EXPECT_EQ(parameters, initial_parameters(layout, same));
  EXPECT_NE(parameters, initial_parameters(layout, other));
  EXPECT_EQ(layout.views(std::span(parameters)).gate(Gate::forget, 7, 3), 1.0F);
}

/// The recorded network of tests/golden/make_lstm.py.
class Golden : public testing::Test {
 protected:
  Golden() : json_(json::parse(std::ifstream(FORECART_GOLDEN "/lstm.json"))) {
    const auto x = json_.at("x").get<std::vector<Matrix>>();
    shape_ = {x[0][0].size(), json_.at("hidden").get<std::size_t>(), x[0].size(),
              json_.at("target")[0].size()};
  }

  template <class Scalar>
  AlignedVector<Scalar> parameters(const json& named) const {
    const ParameterLayout layout(shape_);
    AlignedVector<Scalar> all(layout.size());
    const auto views = layout.views(std::span<Scalar>(all));
    const auto input = named.at("weight_ih").get<Matrix>();
    const auto recurrent = named.at("weight_hh").get<Matrix>();
    const auto bias = named.at("bias").get<std::vector<double>>();
    const auto head = named.at("head_weight").get<Matrix>();
    for (std::size_t g = 0; g < kGates; ++g) {
      for (std::size_t unit = 0; unit < shape_.hidden; ++unit) {
        const std::size_t row = g * shape_.hidden + unit;
        const auto gate = [&](std::size_t c) -> Scalar& { return views.gate(Gate{g}, unit, c); };
        for (std::size_t i = 0; i < shape_.inputs; ++i) gate(i) = Scalar(input[row][i]);
        gate(shape_.bias_column()) = Scalar(bias[row]);
        for (std::size_t j = 0; j < shape_.hidden; ++j) {
          gate(shape_.hidden_column(j)) = Scalar(recurrent[row][j]);
        }
      }
    }
    for (std::size_t k = 0; k < shape_.outputs; ++k) {
      for (std::size_t j = 0; j < shape_.hidden; ++j) views.head(k, j) = Scalar(head[k][j]);
      views.head_bias[k] = Scalar(named.at("head_bias")[k].get<double>());
    }
    return all;
  }

  template <class Scalar>
  WindowBlock<Scalar> block() const {
    WindowBlock<Scalar> block(shape_);
    const auto x = json_.at("x").get<std::vector<Matrix>>();
    const auto target = json_.at("target").get<Matrix>();
    for (std::size_t b = 0; b < x.size(); ++b) {
      for (std::size_t t = 0; t < shape_.steps; ++t) {
        for (std::size_t i = 0; i < shape_.inputs; ++i) {
          block.features[(t * shape_.inputs + i) * kPanel + b] = Scalar(x[b][t][i]);
        }
      }
      for (std::size_t k = 0; k < shape_.outputs; ++k) {
        block.targets[k * kPanel + b] = Scalar(target[b][k]);
        block.weights[k * kPanel + b] = 1;
      }
    }
    return block;
  }

  template <class Scalar>
  void check_pass(const Kernel<Scalar>& kernel, double tolerance) const {
    Network<Scalar> network(shape_, kernel);
    const auto weights = parameters<Scalar>(json_.at("parameters"));
    const auto windows = block<Scalar>();
    AlignedVector<Scalar> outputs(windows.targets.size());
    network.predict(weights, windows, outputs);
    const auto expected = json_.at("output").get<Matrix>();
    for (std::size_t b = 0; b < expected.size(); ++b) {
      for (std::size_t k = 0; k < shape_.outputs; ++k) {
        EXPECT_NEAR(outputs[k * kPanel + b], expected[b][k], tolerance);
      }
    }
    AlignedVector<Scalar> gradient(weights.size());
    network.prepare(weights);
    const double loss = network.accumulate(weights, windows, gradient);
    EXPECT_NEAR(loss, json_.at("loss").get<double>(), 4 * tolerance);
    expect_near(gradient, parameters<Scalar>(json_.at("gradient")), tolerance);
  }

  template <class Scalar>
  void check_adam(const Kernel<Scalar>& kernel, double tolerance) const {
    const json& golden = json_.at("adam");
    Network<Scalar> network(shape_, kernel);
    auto weights = parameters<Scalar>(json_.at("parameters"));
    Adam<Scalar> adam(weights.size(), {}, kernel);
    for (int step = 0; step < golden.at("steps").get<int>(); ++step) {
      AlignedVector<Scalar> gradient(weights.size());
      network.prepare(weights);
      network.accumulate(weights, block<Scalar>(), gradient);
      adam.step(golden.at("learning_rate").get<double>(), gradient, weights);
    }
    expect_near(weights, parameters<Scalar>(golden.at("parameters")), tolerance);
  }

  template <class Scalar>
  static void expect_near(const AlignedVector<Scalar>& ours, const AlignedVector<Scalar>& theirs,
                          double tolerance) {
    Scalar largest = 0;
    for (const Scalar value : theirs) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_NEAR(ours[i], theirs[i], tolerance * static_cast<double>(largest)) << i;
    }
  }

  json json_;
  NetworkShape shape_;
};

TEST_F(Golden, OutputAndGradientAreThoseOfPyTorch) {
  check_pass(double_kernel(), 1e-10);
  for (const Kernel<float>* kernel : available_kernels()) check_pass(*kernel, 1e-5);
}

TEST_F(Golden, AdamStepsAreThoseOfPyTorch) {
  check_adam(double_kernel(), 1e-10);
  for (const Kernel<float>* kernel : available_kernels()) check_adam(*kernel, 1e-5);
}

}  // namespace
}  // namespace forecart::lstm
