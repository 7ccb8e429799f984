// Training and inference of the LSTM in windows per second, on the task the project compares with
// PyTorch (benchmarks/peers/lstm_torch.py): hidden 50, window 24, batch 32, one input, one core.
#include "models/lstm/adam.h"
#include "models/lstm/network.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace forecart::lstm {
namespace {

constexpr NetworkShape kTaskA{1, 50, 24, 1};
constexpr std::size_t kBatch = 32;

/// A block whose target is the mean of its inputs: something that can be learnt.
WindowBlock<float> mean_task(std::uint64_t seed) {
  Generator generator(seed);
  WindowBlock<float> block(kTaskA);
  for (std::size_t window = 0; window < kPanel; ++window) {
    float sum = 0;
    for (std::size_t step = 0; step < kTaskA.steps; ++step) {
      const auto x = static_cast<float>(generator.normal());
      block.features[step * kPanel + window] = x;
      sum += x;
    }
    block.targets[window] = sum / static_cast<float>(kTaskA.steps);
    block.weights[window] = 1;
  }
  return block;
}

void train(benchmark::State& state, const Kernel<float>& kernel) {
  Network<float> network(kTaskA, kernel);
  Generator generator(1);
  AlignedVector<float> parameters = initial_parameters(network.layout(), generator);
  AlignedVector<float> gradient(parameters.size());
  Adam<float> adam(parameters.size(), {}, kernel);
  std::vector<WindowBlock<float>> blocks;
  for (std::size_t i = 0; i < kBatch / kPanel; ++i) blocks.push_back(mean_task(i));
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
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
}

void infer(benchmark::State& state, const Kernel<float>& kernel) {
  Network<float> network(kTaskA, kernel);
  Generator generator(1);
  const AlignedVector<float> parameters = initial_parameters(network.layout(), generator);
  const WindowBlock<float> block = mean_task(1);
  AlignedVector<float> outputs(kPanel);
  for (auto _ : state) {
    network.predict(parameters, block, outputs);
    benchmark::DoNotOptimize(outputs.data());
    benchmark::ClobberMemory();
  }
  if (!std::isfinite(outputs[0]) || outputs[0] == outputs[1]) state.SkipWithError("wrong output");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kPanel));
}

const bool kRegistered = [] {
  for (const Kernel<float>* kernel : available_kernels()) {
    const std::string name = kernel->name;
    benchmark::RegisterBenchmark(("lstm_train/" + name).c_str(),
                                 [kernel](benchmark::State& state) { train(state, *kernel); });
    benchmark::RegisterBenchmark(("lstm_infer/" + name).c_str(),
                                 [kernel](benchmark::State& state) { infer(state, *kernel); });
  }
  return true;
}();

}  // namespace
}  // namespace forecart::lstm
