// Training and inference of the LSTM in windows per second on one core, on the tasks the project
// compares with PyTorch (benchmarks/peers/lstm_torch.py).
#include "models/lstm/adam.h"
#include "models/lstm/network.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace forecart::lstm {
namespace {

struct Task {
  const char* name;
  NetworkShape shape;  // inputs, hidden, steps, outputs
  std::size_t batch;
};

constexpr Task kTasks[] = {{"A", {1, 50, 24, 1}, 32}, {"B", {8, 128, 168, 1}, 256}};

/// A block whose target is the mean of its inputs: something that can be learnt.
WindowBlock<float> mean_task(const NetworkShape& shape, std::uint64_t seed) {
  Generator generator(seed);
  WindowBlock<float> block(shape);
  const std::size_t inputs = shape.steps * shape.inputs;
  for (std::size_t window = 0; window < kPanel; ++window) {
    float sum = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      const auto x = static_cast<float>(generator.normal());
      block.features[i * kPanel + window] = x;
      sum += x;
    }
    block.targets[window] = sum / static_cast<float>(inputs);
    block.weights[window] = 1;
  }
  return block;
}

void train(benchmark::State& state, const Task& task, const Kernel<float>& kernel) {
  Network<float> network(task.shape, kernel);
  Generator generator(1);
  AlignedVector<float> parameters = initial_parameters(network.layout(), generator);
  AlignedVector<float> gradient(parameters.size());
  Adam<float> adam(parameters.size(), {}, kernel);
  std::vector<WindowBlock<float>> blocks;
  for (std::size_t i = 0; i < task.batch / kPanel; ++i) {
    blocks.push_back(mean_task(task.shape, i));
  }
  double first_loss = 0;
  double loss = 0;
  for (auto _ : state) {
    network.prepare(parameters);
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    loss = 0;
    for (const auto& block : blocks) loss += network.accumulate(parameters, block, gradient);
    adam.step(1e-3, gradient, parameters);
    if (first_loss == 0) first_loss = loss;
  }
  if (state.iterations() > 100 && !(loss < 0.5 * first_loss)) state.SkipWithError("did not learn");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * task.batch));
}

void infer(benchmark::State& state, const Task& task, const Kernel<float>& kernel) {
  Network<float> network(task.shape, kernel);
  Generator generator(1);
  const AlignedVector<float> parameters = initial_parameters(network.layout(), generator);
  const WindowBlock<float> block = mean_task(task.shape, 1);
  AlignedVector<float> outputs(kPanel);
  for (auto _ : state) {
    network.predict(parameters, block, outputs);
    benchmark::DoNotOptimize(outputs.data());
    benchmark::ClobberMemory();
  }
  if (!std::isfinite(outputs[0]) || outputs[0] == outputs[1]) state.SkipWithError("wrong output");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kPanel));
}

void add(const Task& task, const Kernel<float>& kernel) {
  const std::string suffix = std::string("_") + task.name + "/" + kernel.name;
  benchmark::RegisterBenchmark(
      ("lstm_train" + suffix).c_str(),
      [&task, &kernel](benchmark::State& state) { train(state, task, kernel); });
  benchmark::RegisterBenchmark(
      ("lstm_infer" + suffix).c_str(),
      [&task, &kernel](benchmark::State& state) { infer(state, task, kernel); });
}

[[maybe_unused]] const bool kAdded = [] {
  for (const Task& task : kTasks) {
    for (const Kernel<float>* kernel : available_kernels()) add(task, *kernel);
  }
  return true;
}();

}  // namespace
}  // namespace forecart::lstm
