// Outputs, gradients and steps of AdamW against PyTorch, recorded by tests/golden/make_net.py.
#include "models/net/adamw.h"
#include "models/net/network.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

namespace forecart::net {
namespace {

using nlohmann::json;

NetworkShape shape_of(const json& named) {
  NetworkShape shape;
  named.at("inputs").get_to(shape.inputs);
  named.at("steps").get_to(shape.steps);
  named.at("layers").get_to(shape.layers);
  named.at("hidden").get_to(shape.hidden);
  named.at("flat").get_to(shape.flat);
  for (const json& sizes : named.at("embeddings")) shape.embeddings.push_back({sizes[0], sizes[1]});
  named.at("trunk").get_to(shape.trunk);
  named.at("trunk_layers").get_to(shape.trunk_layers);
  named.at("linear_skip").get_to(shape.linear_skip);
  named.at("horizon").get_to(shape.horizon);
  named.at("per_step").get_to(shape.per_step);
  named.at("known").get_to(shape.known);
  named.at("local").get_to(shape.local);
  return shape;
}

/// Appends the numbers of nested arrays in order.
void flatten(const json& nested, std::vector<double>& flat) {
  if (nested.is_array()) {
    for (const json& inner : nested) flatten(inner, flat);
  } else {
    flat.push_back(nested.get<double>());
  }
}

std::vector<double> flattened(const json& nested) {
  std::vector<double> flat;
  flatten(nested, flat);
  return flat;
}

/// Windows of `nested`, window outermost, into the first columns of `target`, panel innermost.
template <class Numbers>
void fill(const json& nested, std::size_t panel, Numbers& target) {
  for (std::size_t b = 0; b < nested.size(); ++b) {
    const std::vector<double> window = flattened(nested[b]);
    ASSERT_EQ(window.size() * panel, target.size());
    for (std::size_t i = 0; i < window.size(); ++i) {
      target[i * panel + b] = static_cast<typename Numbers::value_type>(window[i]);
    }
  }
}

template <class Scalar>
void expect_near(const AlignedVector<Scalar>& ours, const std::vector<double>& theirs,
                 double tolerance) {
  ASSERT_EQ(ours.size(), theirs.size());
  double largest = 0;
  for (const double value : theirs) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i], theirs[i], tolerance * largest) << i;
  }
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  Golden() : all_(json::parse(std::ifstream(FORECART_GOLDEN "/net.json"))) {
    case_ = all_.at("cases").at(GetParam());
    shape_ = shape_of(case_.at("shape"));
  }

  template <class Scalar>
  AlignedVector<Scalar> parameters() const {
    const std::vector<double> numbers = flattened(case_.at("parameters"));
    return AlignedVector<Scalar>(numbers.begin(), numbers.end());
  }

  template <class Scalar>
  WindowBlock<Scalar> block(std::size_t panel) const {
    WindowBlock<Scalar> block(shape_, panel);
    if (shape_.layers > 0) fill(case_.at("features"), panel, block.features);
    fill(case_.at("flat"), panel, block.flat);
    if (shape_.local > 0) fill(case_.at("known"), panel, block.known);
    for (std::size_t e = 0; e < shape_.embeddings.size(); ++e) {
      const auto codes = case_.at("codes")[e].get<std::vector<std::int32_t>>();
      std::copy(codes.begin(), codes.end(),
                block.codes.begin() + static_cast<std::ptrdiff_t>(e * panel));
    }
    return block;
  }

  /// Outputs and the gradient of half the sum of squares over the recorded windows.
  template <class Scalar>
  AlignedVector<Scalar> gradient(Network<Scalar>& network, const AlignedVector<Scalar>& parameters,
                                 AlignedVector<Scalar>& outputs) const {
    const std::size_t panel = network.kernel().panel;
    const WindowBlock<Scalar> windows = block<Scalar>(panel);
    outputs.resize(shape_.outputs() * panel);
    network.prepare(parameters);
    network.forward(windows, nullptr, outputs);
    AlignedVector<Scalar> errors(outputs.size());
    fill(case_.at("target"), panel, errors);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      errors[i] = i % panel < recorded() ? outputs[i] - errors[i] : Scalar{0};
    }
    AlignedVector<Scalar> sum(parameters.size());
    network.backward(windows, errors, sum);
    return sum;
  }

  template <class Scalar>
  void check(const Kernel<Scalar>& kernel, double tolerance) const {
    Network<Scalar> network(shape_, kernel);
    auto weights = parameters<Scalar>();
    AdamWOptions options;
    options.weight_decay = all_.at("weight_decay");
    AdamW<Scalar> adam(network.layout(), options, kernel);
    AlignedVector<Scalar> outputs;
    for (int step = 0; step < all_.at("steps").get<int>(); ++step) {
      const AlignedVector<Scalar> sum = gradient(network, weights, outputs);
      if (step == 0) {
        expect_near(of_windows(outputs), flattened(case_.at("output")), tolerance);
        expect_near(sum, case_.at("gradient").get<std::vector<double>>(), tolerance);
      }
      adam.step(all_.at("learning_rate").get<double>(), sum, weights);
    }
    expect_near(weights, case_.at("after steps").get<std::vector<double>>(), tolerance);
  }

 private:
  std::size_t recorded() const { return case_.at("target").size(); }

  /// (recorded windows, outputs) from (outputs, panel).
  template <class Scalar>
  AlignedVector<Scalar> of_windows(const AlignedVector<Scalar>& outputs) const {
    const std::size_t panel = outputs.size() / shape_.outputs();
    AlignedVector<Scalar> numbers;
    for (std::size_t b = 0; b < recorded(); ++b) {
      for (std::size_t k = 0; k < shape_.outputs(); ++k) numbers.push_back(outputs[k * panel + b]);
    }
    return numbers;
  }

  json all_;
  json case_;
  NetworkShape shape_;
};

TEST_P(Golden, OutputsGradientsAndStepsAreThoseOfPyTorch) {
  check(double_kernel(), 1e-10);
  for (const Kernel<float>* kernel : available_kernels()) check(*kernel, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden,
                         testing::Values("one layer", "two layers", "covariates and embeddings",
                                         "perceptron"),
                         [](const auto& name) {
                           std::string word = name.param;
                           std::replace(word.begin(), word.end(), ' ', '_');
                           return word;
                         });

}  // namespace
}  // namespace forecart::net
