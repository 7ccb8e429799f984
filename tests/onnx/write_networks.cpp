// Writes networks of every shape as ONNX, and what our engine makes of a block of windows, for
// check_networks.py.
//
//   write_networks FOLDER
//
// For each NAME: NAME.onnx, and NAME.json with inputs and outputs, windows outermost.

#include "models/net/example.h"
#include "models/net/initial.h"
#include "models/net/onnx_network.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace forecart::net {
namespace {

constexpr int kDrawn = 60;
constexpr std::size_t kWindows = 5;

/// Any mixture of the parts of a network.
NetworkShape drawn_shape(Generator& generator) {
  const auto up_to = [&](std::uint64_t most) {
    return static_cast<std::size_t>(generator.below(most + 1));
  };
  NetworkShape shape{.inputs = 1 + up_to(4), .steps = 1 + up_to(9)};
  shape.layers = up_to(3);
  shape.hidden = shape.layers > 0 ? 1 + up_to(20) : 0;
  if (shape.layers == 0) shape.inputs = shape.steps = 0;
  shape.flat = up_to(6);
  for (std::size_t e = up_to(2); e > 0; --e)
    shape.embeddings.push_back({1 + up_to(5), 1 + up_to(4)});
  if (shape.base() == 0) shape.flat = 1;
  shape.trunk_layers = up_to(3);
  shape.trunk = shape.trunk_layers > 0 ? 1 + up_to(12) : 0;
  shape.linear_skip = up_to(1) == 1;
  shape.horizon = 1 + up_to(5);
  shape.per_step = 1 + up_to(6);
  shape.known = up_to(3);
  shape.local = up_to(1) * (1 + up_to(5));
  return shape;
}

/// (windows, ...) from (..., panel).
template <class Number>
nlohmann::json turned(std::span<const Number> numbers, std::size_t panel) {
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t b = 0; b < kWindows; ++b) {
    nlohmann::json row = nlohmann::json::array();
    for (std::size_t i = b; i < numbers.size(); i += panel) row.push_back(numbers[i]);
    rows.push_back(std::move(row));
  }
  return rows;
}

void write(const std::filesystem::path& place, const Example& example, Generator& generator) {
  const Kernel<float>& kernel = best_kernel();
  Network<float> network(example.shape, kernel);
  auto parameters = initial_parameters(network.layout(), generator, OutputStart::glorot);
  for (float& parameter : parameters) parameter += static_cast<float>(0.1 * generator.normal());
  const auto block = random_block<float>(example.shape, kernel.panel, generator);
  AlignedVector<float> outputs(example.shape.outputs() * kernel.panel);
  network.prepare(parameters);
  network.predict(block, outputs);

  OnnxGraph graph;
  const std::string numbers = add_network(graph, network.layout(), parameters);
  const auto horizon = static_cast<std::int64_t>(example.shape.horizon);
  const auto per_step = static_cast<std::int64_t>(example.shape.per_step);
  graph.output({"numbers", OnnxType::float32, {kAnyBatch, horizon, per_step}, "outputs"}, numbers);
  std::ofstream(place / (example.name + ".onnx"), std::ios::binary)
      << graph.bytes("network", "test", example.name);
  const nlohmann::json told{
      {"features", turned(std::span<const float>(block.features), kernel.panel)},
      {"flat", turned(std::span<const float>(block.flat), kernel.panel)},
      {"codes", turned(std::span<const std::int32_t>(block.codes), kernel.panel)},
      {"known", turned(std::span<const float>(block.known), kernel.panel)},
      {"numbers", turned(std::span<const float>(outputs), kernel.panel)}};
  std::ofstream(place / (example.name + ".json")) << told;
}

}  // namespace
}  // namespace forecart::net

int main(int argc, char** argv) {
  using namespace forecart::net;
  if (argc != 2) return 2;
  forecart::Generator generator(17);
  std::vector<Example> examples = example_shapes();
  for (int i = 0; i < kDrawn; ++i) {
    examples.push_back({fmt::format("drawn_{}", i), drawn_shape(generator)});
  }
  for (const Example& example : examples) write(argv[1], example, generator);
  return 0;
}
