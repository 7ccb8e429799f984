// Training and inference of the networks in windows per second on one core, on the tasks the
// project compares with PyTorch (benchmarks/peers/lstm_torch.py), and the speed of a matrix product
// on the same core in the same run: what there is to be reached.
#include "models/net/adamw.h"
#include "models/net/initial.h"
#include "models/net/network.h"

#include <benchmark/benchmark.h>
#if defined(FORECART_OPENBLAS)
#include <cblas.h>
#endif
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace forecart::net {
namespace {

struct Task {
  const char* name;
  NetworkShape shape;
  std::size_t batch;
};

/// A, B, C: LSTM layers and one output. D: days as steps, as docs/models/net.md has it.
const std::vector<Task>& tasks() {
  static const std::vector<Task> all = [] {
    const NetworkShape a{.inputs = 1, .steps = 24, .layers = 1, .hidden = 50};
    const NetworkShape b{.inputs = 8, .steps = 168, .layers = 1, .hidden = 128};
    const NetworkShape c{.inputs = 1, .steps = 48, .layers = 2, .hidden = 64};
    NetworkShape d{.inputs = 48, .steps = 14, .layers = 1, .hidden = 128, .flat = 336};
    d.trunk = 128;
    d.trunk_layers = 1;
    d.linear_skip = true;
    d.horizon = 48;
    return std::vector<Task>{{"A", a, 32}, {"B", b, 256}, {"C", c, 64}, {"D", d, 512}};
  }();
  return all;
}

/// Multiplications and additions per window of a forward pass, and of it with a backward pass.
double work(const NetworkShape& shape, bool train) {
  const ParameterLayout layout(shape);
  double sum = 0;
  const auto add = [&](const MatrixPart& part, std::size_t times) {
    const std::size_t forward = part.rows * part.columns;
    sum += 2.0 *
           static_cast<double>(times * (train ? 2 * forward + part.rows * part.learnt : forward));
  };
  for (std::size_t l = 0; l < shape.layers; ++l) add(layout.gates(l), shape.steps);
  for (std::size_t l = 0; l < shape.trunk_layers; ++l) add(layout.trunk(l), 1);
  add(layout.output(), 1);
  add(layout.skip(), 1);
  return sum;
}

/// A block of random windows, and their mean as what every output should be: it can be learnt.
struct Lesson {
  WindowBlock<float> block;
  AlignedVector<float> target;  // (panel)

  Lesson(const NetworkShape& shape, std::size_t panel, std::uint64_t seed)
      : block(shape, panel), target(panel) {
    Generator generator(seed);
    for (auto* numbers : {&block.features, &block.flat}) {
      for (float& number : *numbers) number = static_cast<float>(generator.normal());
    }
    const float rows = static_cast<float>(block.features.size() / panel);
    for (std::size_t i = 0; i < block.features.size(); ++i) {
      target[i % panel] += block.features[i] / rows;
    }
  }
};

/// Half the sum of squared errors; outputs become its gradient.
double loss_gradient(const AlignedVector<float>& target, AlignedVector<float>& outputs) {
  double loss = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] -= target[i % target.size()];
    loss += 0.5 * static_cast<double>(outputs[i] * outputs[i]);
  }
  return loss;
}

void report(benchmark::State& state, double windows, double operations) {
  state.SetItemsProcessed(static_cast<std::int64_t>(windows));
  state.counters["GFLOP/s"] =
      benchmark::Counter(windows * operations / 1e9, benchmark::Counter::kIsRate);
}

void train(benchmark::State& state, const Task& task, const Kernel<float>& kernel) {
  Network<float> network(task.shape, kernel);
  Generator generator(1);
  AlignedVector<float> parameters =
      initial_parameters(network.layout(), generator, OutputStart::glorot);
  AlignedVector<float> gradient(parameters.size());
  AlignedVector<float> outputs(task.shape.outputs() * kernel.panel);
  AdamW<float> adam(network.layout(), {}, kernel);
  std::vector<Lesson> lessons;
  for (std::size_t i = 0; i < task.batch / kernel.panel; ++i) {
    lessons.emplace_back(task.shape, kernel.panel, i);
  }
  double first_loss = 0;
  double loss = 0;
  for (auto _ : state) {
    network.prepare(parameters);
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    loss = 0;
    for (const Lesson& lesson : lessons) {
      network.forward(lesson.block, nullptr, outputs);
      loss += loss_gradient(lesson.target, outputs);
      network.backward(lesson.block, outputs, gradient);
    }
    adam.step(1e-3, gradient, parameters);
    if (first_loss == 0) first_loss = loss;
  }
  if (state.iterations() > 100 && !(loss < 0.5 * first_loss)) state.SkipWithError("did not learn");
  report(state, static_cast<double>(state.iterations() * task.batch), work(task.shape, true));
}

void infer(benchmark::State& state, const Task& task, const Kernel<float>& kernel) {
  Network<float> network(task.shape, kernel);
  Generator generator(1);
  network.prepare(initial_parameters(network.layout(), generator, OutputStart::glorot));
  const Lesson lesson(task.shape, kernel.panel, 1);
  AlignedVector<float> outputs(task.shape.outputs() * kernel.panel);
  for (auto _ : state) {
    network.predict(lesson.block, outputs);
    benchmark::DoNotOptimize(outputs.data());
    benchmark::ClobberMemory();
  }
  if (!std::isfinite(outputs[0]) || outputs[0] == outputs[1]) state.SkipWithError("wrong output");
  report(state, static_cast<double>(state.iterations() * kernel.panel), work(task.shape, false));
}

/// The product of a 384 x 256 matrix with a panel: what the kernel reaches without activations.
void product(benchmark::State& state, const Kernel<float>& kernel) {
  constexpr std::size_t kRows = 384;
  constexpr std::size_t kColumns = 256;
  const AlignedVector<float> weights(kRows * kColumns, 0.5F);
  AlignedVector<float> packed(weights.size());
  const AlignedVector<float> x(kColumns * kernel.panel, 2.0F);
  AlignedVector<float> y(kRows * kernel.panel);
  kernel.pack({weights.data(), kRows, kColumns, kColumns, 1}, packed.data());
  for (auto _ : state) {
    kernel.product(kRows, kColumns, packed.data(), x.data(), y.data(), false);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  if (y[7] != static_cast<float>(kColumns)) state.SkipWithError("wrong product");
  report(state, static_cast<double>(state.iterations() * kernel.panel), 2.0 * kRows * kColumns);
}

#if defined(FORECART_OPENBLAS)
void openblas(benchmark::State& state) {
  constexpr int kSize = 768;
  const std::vector<float> a(kSize * kSize, 0.5F);
  const std::vector<float> b(kSize * kSize, 2.0F);
  std::vector<float> c(kSize * kSize);
  openblas_set_num_threads(1);
  for (auto _ : state) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSize, kSize, kSize, 1, a.data(), kSize,
                b.data(), kSize, 0, c.data(), kSize);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  if (c[7] != static_cast<float>(kSize)) state.SkipWithError("wrong product");
  report(state, static_cast<double>(state.iterations()) * kSize, 2.0 * kSize * kSize);
}
#endif

void add(const Task& task, const Kernel<float>& kernel) {
  const std::string suffix = std::string("_") + task.name + "/" + kernel.name;
  benchmark::RegisterBenchmark(
      ("net_train" + suffix).c_str(),
      [&task, &kernel](benchmark::State& state) { train(state, task, kernel); });
  benchmark::RegisterBenchmark(
      ("net_infer" + suffix).c_str(),
      [&task, &kernel](benchmark::State& state) { infer(state, task, kernel); });
}

[[maybe_unused]] const bool kAdded = [] {
#if defined(FORECART_OPENBLAS)
  benchmark::RegisterBenchmark("sgemm/openblas", openblas);
#endif
  for (const Kernel<float>* kernel : available_kernels()) {
    benchmark::RegisterBenchmark((std::string("product/") + kernel->name).c_str(),
                                 [kernel](benchmark::State& state) { product(state, *kernel); });
    for (const Task& task : tasks()) add(task, *kernel);
  }
  return true;
}();

}  // namespace
}  // namespace forecart::net
