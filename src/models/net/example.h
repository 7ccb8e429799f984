#pragma once

// Random networks and blocks for the tests.

#include "models/net/network.h"

#include <ostream>
#include <string>
#include <vector>

namespace forecart::net {

struct Example {
  std::string name;
  NetworkShape shape;

  /// How GoogleTest prints it.
  friend std::ostream& operator<<(std::ostream& out, const Example& example) {
    return out << example.name;
  }
};

/// Shapes that use every part of a network, with sizes that fill no tile.
inline std::vector<Example> example_shapes() {
  const NetworkShape bare{.inputs = 2, .steps = 5, .layers = 1, .hidden = 7};
  NetworkShape everything{.inputs = 3, .steps = 6, .layers = 2, .hidden = 5, .flat = 4};
  everything.embeddings = {{3, 2}, {5, 3}};
  everything.trunk = 9;
  everything.trunk_layers = 2;
  everything.linear_skip = true;
  everything.horizon = 3;
  everything.per_step = 2;
  everything.known = 2;
  everything.local = 7;
  std::vector<Example> shapes{{"bare", bare}, {"everything", everything}};
  const auto add = [&](const char* name, NetworkShape shape, auto change) {
    change(shape);
    shapes.push_back({name, shape});
  };
  add("one_step", bare, [](auto& s) { s.steps = 1; });
  add("two_layers", bare, [](auto& s) { s.layers = 2; });
  add("three_layers", bare, [](auto& s) { s.layers = 3; });
  add("flat", bare, [](auto& s) { s.flat = 3; });
  add("skip", bare, [](auto& s) { s.flat = 3, s.linear_skip = true; });
  add("embeddings", bare, [](auto& s) { s.embeddings = {{4, 3}}; });
  add("embedded_skip", bare, [](auto& s) { s.embeddings = {{4, 3}}, s.linear_skip = true; });
  add("trunk", bare, [](auto& s) { s.trunk = 6, s.trunk_layers = 1; });
  add("local", bare, [](auto& s) { s.horizon = 4, s.known = 3, s.local = 5; });
  add("local_unknown", bare, [](auto& s) { s.horizon = 4, s.local = 5; });
  add("perceptron", everything, [](auto& s) { s.layers = 0; });
  add("linear", everything, [](auto& s) { s.layers = 0, s.trunk = 0, s.trunk_layers = 0; });
  add("dropout", everything, [](auto& s) { s.layers = 3, s.dropout = 0.4; });
  return shapes;
}

template <class Scalar>
AlignedVector<Scalar> random_numbers(std::size_t count, Generator& generator, double scale = 1) {
  AlignedVector<Scalar> numbers(count);
  for (Scalar& number : numbers) number = static_cast<Scalar>(scale * generator.normal());
  return numbers;
}

template <class Scalar>
WindowBlock<Scalar> random_block(const NetworkShape& shape, std::size_t panel,
                                 Generator& generator) {
  WindowBlock<Scalar> block(shape, panel);
  for (auto* numbers : {&block.features, &block.flat, &block.known}) {
    *numbers = random_numbers<Scalar>(numbers->size(), generator);
  }
  for (std::size_t e = 0; e < shape.embeddings.size(); ++e) {
    for (std::size_t b = 0; b < panel; ++b) {
      block.codes[e * panel + b] =
          static_cast<std::int32_t>(generator.below(shape.embeddings[e].categories));
    }
  }
  return block;
}

}  // namespace forecart::net
