// One task of the LSTM comparison by oneDNN: windows per second of processor time, as JSON.
//
//   lstm_onednn TASK SECONDS        run by benchmarks/peers/lstm_torch.py
//
// Weights stay in the layout oneDNN prefers, from one update to the next; the dense output and Adam
// are plain loops. Every training primitive is given `src_iter` and `src_iter_c`: without them
// version 2.6 returns wrong gradients of the recurrent weights and says nothing. The program checks
// its gradients against central differences first and fails if they are wrong.
#include <dnnl.hpp>
#include <xmmintrin.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

struct Task {
  const char* name;
  memory::dim inputs, hidden, steps, layers, batch;
};

constexpr Task kTasks[] = {
    {"A", 1, 50, 24, 1, 32}, {"B", 8, 128, 168, 1, 256}, {"C", 1, 64, 48, 2, 64}};

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

float* numbers(const memory& m) {
  return static_cast<float*>(m.get_data_handle());
}

std::size_t count(const memory& m) {
  return m.get_desc().get_size() / sizeof(float);
}

/// One layer, forward and backward, with every array it touches.
class Layer {
 public:
  Layer(const dnnl::engine& engine, const Task& task, memory::dim inputs, bool train,
        std::mt19937& random)
      : engine_(engine), stream_(engine) {
    const auto any = [](const memory::dims& sizes) {
      return memory::desc(sizes, memory::data_type::f32, memory::format_tag::any);
    };
    const auto plain = [](const memory::dims& sizes, memory::format_tag tag) {
      return memory::desc(sizes, memory::data_type::f32, tag);
    };
    const memory::dim h = task.hidden;
    const auto src = plain({task.steps, task.batch, inputs}, memory::format_tag::tnc);
    const auto dst = plain({task.steps, task.batch, h}, memory::format_tag::tnc);
    const auto state = plain({1, 1, task.batch, h}, memory::format_tag::ldnc);
    const auto weights = any({1, 1, inputs, 4, h});
    const auto recurrent = any({1, 1, h, 4, h});
    const auto bias = plain({1, 1, 4, h}, memory::format_tag::ldgo);
    const auto kind =
        train ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const dnnl::lstm_forward::primitive_desc forward(
        {kind, dnnl::rnn_direction::unidirectional_left2right, src, state, state, weights,
         recurrent, bias, dst, state, state},
        engine);
    forward_ = dnnl::lstm_forward(forward);
    add(forward_arguments_, DNNL_ARG_SRC_LAYER, forward.src_layer_desc());
    add(forward_arguments_, DNNL_ARG_SRC_ITER, forward.src_iter_desc());
    add(forward_arguments_, DNNL_ARG_SRC_ITER_C, forward.src_iter_c_desc());
    add(forward_arguments_, DNNL_ARG_WEIGHTS_LAYER, forward.weights_layer_desc());
    add(forward_arguments_, DNNL_ARG_WEIGHTS_ITER, forward.weights_iter_desc());
    add(forward_arguments_, DNNL_ARG_BIAS, forward.bias_desc());
    add(forward_arguments_, DNNL_ARG_DST_LAYER, forward.dst_layer_desc());
    add(forward_arguments_, DNNL_ARG_DST_ITER, forward.dst_iter_desc());
    add(forward_arguments_, DNNL_ARG_DST_ITER_C, forward.dst_iter_c_desc());
    if (train) add(forward_arguments_, DNNL_ARG_WORKSPACE, forward.workspace_desc());
    std::uniform_real_distribution<float> uniform(-1, 1);
    const float bound = 1 / std::sqrt(static_cast<float>(h));
    for (const auto& [sizes, into] : {std::pair{memory::dims{1, 1, inputs, 4, h}, &weights_},
                                      std::pair{memory::dims{1, 1, h, 4, h}, &recurrent_}}) {
      *into = memory(plain(sizes, memory::format_tag::ldigo), engine);
      std::generate_n(numbers(*into), count(*into), [&] { return bound * uniform(random); });
    }
    if (train) make_backward({src, dst, state, weights, recurrent, bias}, forward);
    take_weights();
  }

  memory& forward_memory(int argument) { return forward_arguments_.at(argument); }
  memory& backward_memory(int argument) { return backward_arguments_.at(argument); }

  void forward() {
    forward_.execute(stream_, forward_arguments_);
    stream_.wait();
  }

  /// oneDNN adds to the gradients of weights.
  void backward() {
    for (const int argument :
         {DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS}) {
      memory& m = backward_arguments_.at(argument);
      std::fill_n(numbers(m), count(m), 0.0F);
    }
    backward_.execute(stream_, backward_arguments_);
    stream_.wait();
  }

  struct Parameter {
    memory values;
    memory gradient;
  };
  /// In layout ldigo (bias ldgo); `take_weights` must follow a change.
  std::vector<Parameter> parameters() {
    return {{weights_, backward_arguments_.at(DNNL_ARG_DIFF_WEIGHTS_LAYER)},
            {recurrent_, backward_arguments_.at(DNNL_ARG_DIFF_WEIGHTS_ITER)},
            {forward_arguments_.at(DNNL_ARG_BIAS), backward_arguments_.at(DNNL_ARG_DIFF_BIAS)}};
  }

  void take_weights() {
    reorder(weights_, forward_arguments_.at(DNNL_ARG_WEIGHTS_LAYER));
    reorder(recurrent_, forward_arguments_.at(DNNL_ARG_WEIGHTS_ITER));
    if (backward_arguments_.empty()) return;
    reorder(weights_, backward_arguments_.at(DNNL_ARG_WEIGHTS_LAYER));
    reorder(recurrent_, backward_arguments_.at(DNNL_ARG_WEIGHTS_ITER));
  }

 private:
  struct Shapes {
    memory::desc src, dst, state, weights, recurrent, bias;
  };

  void add(Arguments& arguments, int argument, const memory::desc& shape) {
    memory m(shape, engine_);
    if (shape.get_size() > 0)
      std::fill_n(static_cast<char*>(m.get_data_handle()), shape.get_size(), 0);
    arguments.insert_or_assign(argument, m);
  }

  void make_backward(const Shapes& s, const dnnl::lstm_forward::primitive_desc& forward) {
    const memory::desc weights_gradient(s.weights.dims(), memory::data_type::f32,
                                        memory::format_tag::ldigo);
    const memory::desc recurrent_gradient(s.recurrent.dims(), memory::data_type::f32,
                                          memory::format_tag::ldigo);
    const dnnl::lstm_backward::primitive_desc backward(
        {dnnl::prop_kind::backward,
         dnnl::rnn_direction::unidirectional_left2right,
         s.src,
         s.state,
         s.state,
         s.weights,
         s.recurrent,
         s.bias,
         s.dst,
         s.state,
         s.state,
         s.src,
         s.state,
         s.state,
         weights_gradient,
         recurrent_gradient,
         s.bias,
         s.dst,
         s.state,
         s.state},
        engine_, forward);
    backward_ = dnnl::lstm_backward(backward);
    backward_arguments_ = forward_arguments_;
    add(backward_arguments_, DNNL_ARG_WEIGHTS_LAYER, backward.weights_layer_desc());
    add(backward_arguments_, DNNL_ARG_WEIGHTS_ITER, backward.weights_iter_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_SRC_LAYER, backward.diff_src_layer_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_SRC_ITER, backward.diff_src_iter_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_SRC_ITER_C, backward.diff_src_iter_c_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_WEIGHTS_LAYER, backward.diff_weights_layer_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_WEIGHTS_ITER, backward.diff_weights_iter_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_BIAS, backward.diff_bias_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_DST_LAYER, backward.diff_dst_layer_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_DST_ITER, backward.diff_dst_iter_desc());
    add(backward_arguments_, DNNL_ARG_DIFF_DST_ITER_C, backward.diff_dst_iter_c_desc());
  }

  void reorder(memory& from, memory& to) {
    dnnl::reorder(from, to).execute(stream_, from, to);
    stream_.wait();
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::lstm_forward forward_;
  dnnl::lstm_backward backward_;
  Arguments forward_arguments_;
  Arguments backward_arguments_;
  memory weights_;
  memory recurrent_;
};

/// Adam over one array.
struct Adam {
  std::vector<float> mean, square;
  int steps = 0;

  void step(float* values, const float* gradient, std::size_t size) {
    mean.resize(size);
    square.resize(size);
    ++steps;
    const float rate = 1e-3F / (1 - std::pow(0.9F, static_cast<float>(steps)));
    const float correction = 1 / std::sqrt(1 - std::pow(0.999F, static_cast<float>(steps)));
    for (std::size_t i = 0; i < size; ++i) {
      mean[i] = 0.9F * mean[i] + 0.1F * gradient[i];
      square[i] = 0.999F * square[i] + 0.001F * gradient[i] * gradient[i];
      values[i] -= rate * mean[i] / (std::sqrt(square[i]) * correction + 1e-8F);
    }
  }
};

/// The layers and a dense output on the last hidden state of the top one.
class Net {
 public:
  Net(const dnnl::engine& engine, const Task& task, bool train) : task_(task) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (memory::dim l = 0; l < task.layers; ++l) {
      layers_.emplace_back(engine, task, l == 0 ? task.inputs : task.hidden, train, random);
      if (l > 0) share(layers_[l - 1], layers_[l], train);
    }
    memory& x = layers_[0].forward_memory(DNNL_ARG_SRC_LAYER);
    std::generate_n(numbers(x), count(x), [&] { return normal(random); });
    output_.resize(static_cast<std::size_t>(task.hidden) + 1);
    for (float& w : output_) w = 0.1F * normal(random);
    target_.resize(static_cast<std::size_t>(task.batch));
    for (std::size_t i = 0; i < count(x); ++i) {  // (steps, batch, inputs)
      target_[i / static_cast<std::size_t>(task.inputs) % target_.size()] +=
          numbers(x)[i] / static_cast<float>(task.steps * task.inputs);
    }
    predicted_.resize(target_.size());
    adams_.resize(3 * layers_.size() + 1);
  }

  void forward() {
    for (Layer& layer : layers_) layer.forward();
    const float* top = last(layers_.back().forward_memory(DNNL_ARG_DST_LAYER));
    for (std::size_t b = 0; b < predicted_.size(); ++b) {
      predicted_[b] = output_.back();
      for (std::size_t j = 0; j < hidden(); ++j)
        predicted_[b] += output_[j] * top[b * hidden() + j];
    }
  }

  double loss() {
    forward();
    double sum = 0;
    for (std::size_t b = 0; b < target_.size(); ++b) {
      sum += 0.5 * std::pow(static_cast<double>(predicted_[b] - target_[b]), 2);
    }
    return sum;
  }

  void backward() {
    output_gradient_.assign(output_.size(), 0);
    const float* top = last(layers_.back().forward_memory(DNNL_ARG_DST_LAYER));
    float* gradient = last(layers_.back().backward_memory(DNNL_ARG_DIFF_DST_LAYER));
    for (std::size_t b = 0; b < target_.size(); ++b) {
      const float error = predicted_[b] - target_[b];
      output_gradient_.back() += error;
      for (std::size_t j = 0; j < hidden(); ++j) {
        output_gradient_[j] += error * top[b * hidden() + j];
        gradient[b * hidden() + j] = error * output_[j];
      }
    }
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) layer->backward();
  }

  void update() {
    std::size_t at = 0;
    for (Layer& layer : layers_) {
      for (auto& [values, gradient] : layer.parameters()) {
        adams_[at++].step(numbers(values), numbers(gradient), count(values));
      }
      layer.take_weights();
    }
    adams_[at].step(output_.data(), output_gradient_.data(), output_.size());
  }

  /// Whether some gradients of each kind are those of central differences.
  bool gradients_hold() {
    loss();
    backward();
    for (Layer& layer : layers_) {
      for (auto& [values, gradient] : layer.parameters()) {
        for (std::size_t i = 0; i < count(values); i += count(values) / 3 + 1) {
          const double ours = static_cast<double>(numbers(gradient)[i]);
          if (std::abs(difference(layer, numbers(values)[i]) - ours) >
              0.02 * std::abs(ours) + 0.02) {
            return false;
          }
        }
      }
    }
    return true;
  }

 private:
  std::size_t hidden() const { return static_cast<std::size_t>(task_.hidden); }

  /// The numbers of the last step of (steps, batch, hidden).
  float* last(const memory& m) const {
    return numbers(m) + static_cast<std::size_t>((task_.steps - 1) * task_.batch) * hidden();
  }

  /// The upper layer reads what the lower one wrote, and its gradient goes there.
  static void share(Layer& lower, Layer& upper, bool train) {
    memory& between = lower.forward_memory(DNNL_ARG_DST_LAYER);
    upper.forward_memory(DNNL_ARG_SRC_LAYER).set_data_handle(between.get_data_handle());
    if (!train) return;
    upper.backward_memory(DNNL_ARG_DIFF_SRC_LAYER)
        .set_data_handle(lower.backward_memory(DNNL_ARG_DIFF_DST_LAYER).get_data_handle());
  }

  double difference(Layer& layer, float& value) {
    constexpr float kStep = 1e-2F;
    const float kept = value;
    value = kept + kStep;
    layer.take_weights();
    const double above = loss();
    value = kept - kStep;
    layer.take_weights();
    const double below = loss();
    value = kept;
    layer.take_weights();
    return (above - below) / static_cast<double>(2 * kStep);
  }

  Task task_;
  std::vector<Layer> layers_;
  std::vector<float> output_, output_gradient_, target_, predicted_;
  std::vector<Adam> adams_;
};

/// Windows per second of processor time.
template <class Step>
double rate(const Step& step, memory::dim batch, double seconds) {
  for (int i = 0; i < 3; ++i) step();
  const double start = processor_seconds();
  double calls = 0;
  for (; processor_seconds() - start < seconds; ++calls) step();
  return calls * static_cast<double>(batch) / (processor_seconds() - start);
}

double train_rate(const dnnl::engine& engine, const Task& task, double seconds) {
  Net net(engine, task, true);
  if (!net.gradients_hold()) {
    std::fprintf(stderr, "lstm_onednn: wrong gradients on task %s\n", task.name);
    std::exit(1);
  }
  return rate([&] { net.forward(), net.backward(), net.update(); }, task.batch, seconds);
}

double infer_rate(const dnnl::engine& engine, const Task& task, double seconds) {
  Net net(engine, task, false);
  return rate([&] { net.forward(); }, task.batch, seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const Task* task = std::find_if(std::begin(kTasks), std::end(kTasks), [&](const Task& known) {
    return argc == 3 && std::string(argv[1]) == known.name;
  });
  if (task == std::end(kTasks)) {
    std::fprintf(stderr, "usage: lstm_onednn A|B|C SECONDS\n");
    return 2;
  }
  const double seconds = std::atof(argv[2]);
  _mm_setcsr(_mm_getcsr() | 0x8040);  // vanishing gradients become zero, not slow
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const dnnl_version_t* version = dnnl_version();
  std::printf("{\"version\": \"%d.%d.%d\", \"rates\": {\"net_train_%s\": %.1f, ", version->major,
              version->minor, version->patch, task->name, train_rate(engine, *task, seconds));
  std::printf("\"net_infer_%s\": %.1f}}\n", task->name, infer_rate(engine, *task, seconds));
}
