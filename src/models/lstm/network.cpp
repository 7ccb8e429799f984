#include "models/lstm/network.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

template <class Scalar>
Network<Scalar>::Network(const NetworkShape& shape, const Kernel<Scalar>& kernel)
    : layout_(shape),
      kernel_(&kernel),
      rows_((shape.steps + 1) * shape.columns() * kPanel),
      cells_((shape.steps + 1) * shape.hidden * kPanel),
      errors_(shape.outputs * kPanel) {
  for (std::size_t step = 0; step < shape.steps; ++step) {
    const std::size_t bias = (step * shape.columns() + shape.bias_column()) * kPanel;
    std::fill_n(rows_.begin() + static_cast<std::ptrdiff_t>(bias), kPanel, Scalar{1});
  }
}

template <class Scalar>
Tape<Scalar> Network<Scalar>::tape() {
  return {rows_.data(),      gates_.data(),           cells_.data(),
          cell_tanh_.data(), hidden_gradient_.data(), cell_gradient_.data()};
}

template <class Scalar>
void Network<Scalar>::load(const WindowBlock<Scalar>& block) {
  const NetworkShape& shape = layout_.shape();
  const std::size_t count = shape.inputs * kPanel;
  for (std::size_t step = 0; step < shape.steps; ++step) {
    std::copy_n(block.features.data() + step * count, count,
                rows_.data() + step * shape.columns() * kPanel);
  }
}

template <class Scalar>
std::span<const Scalar> Network<Scalar>::last_hidden() const {
  const NetworkShape& shape = layout_.shape();
  const std::size_t row = shape.steps * shape.columns() + shape.hidden_column(0);
  return {rows_.data() + row * kPanel, shape.hidden * kPanel};
}

template <class Scalar>
void Network<Scalar>::head(std::span<const Scalar> parameters, std::span<Scalar> outputs) const {
  const NetworkShape& shape = layout_.shape();
  const auto views = layout_.views(parameters);
  const std::span<const Scalar> hidden = last_hidden();
  for (std::size_t k = 0; k < shape.outputs; ++k) {
    Scalar* out = outputs.data() + k * kPanel;
    std::fill_n(out, kPanel, views.head_bias[k]);
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
      const Scalar weight = views.head(k, unit);
      for (std::size_t b = 0; b < kPanel; ++b) out[b] += weight * hidden[unit * kPanel + b];
    }
  }
}

template <class Scalar>
void Network<Scalar>::head_backward(std::span<const Scalar> parameters,
                                    std::span<const Scalar> errors, std::span<Scalar> gradient) {
  const NetworkShape& shape = layout_.shape();
  const auto views = layout_.views(parameters);
  const auto into = layout_.views(gradient);
  const std::span<const Scalar> hidden = last_hidden();
  std::fill(hidden_gradient_.begin(), hidden_gradient_.end(), Scalar{0});
  std::fill(cell_gradient_.begin(), cell_gradient_.end(), Scalar{0});
  for (std::size_t k = 0; k < shape.outputs; ++k) {
    const Scalar* error = errors.data() + k * kPanel;
    for (std::size_t b = 0; b < kPanel; ++b) into.head_bias[k] += error[b];
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
      Scalar sum = 0;
      for (std::size_t b = 0; b < kPanel; ++b) {
        sum += error[b] * hidden[unit * kPanel + b];
        hidden_gradient_[unit * kPanel + b] += views.head(k, unit) * error[b];
      }
      into.head(k, unit) += sum;
    }
  }
}

template <class Scalar>
void Network<Scalar>::predict(std::span<const Scalar> parameters, const WindowBlock<Scalar>& block,
                              std::span<Scalar> outputs) {
  load(block);
  kernel_->infer(layout_.shape().kernel(), layout_.views(parameters).gates.data(), tape());
  head(parameters, outputs);
}

template <class Scalar>
void Network<Scalar>::prepare(std::span<const Scalar> parameters) {
  const NetworkShape& shape = layout_.shape();
  gates_.resize(shape.steps * shape.hidden * kGates * kPanel);
  cell_tanh_.resize(shape.steps * shape.hidden * kPanel);
  hidden_gradient_.resize(shape.hidden * kPanel);
  cell_gradient_.resize(shape.hidden * kPanel);
  packed_.resize(shape.hidden * shape.hidden * kGates);
  kernel_->pack(shape.kernel(), layout_.views(parameters).gates.data(), packed_.data());
}

template <class Scalar>
double Network<Scalar>::accumulate(std::span<const Scalar> parameters,
                                   const WindowBlock<Scalar>& block, std::span<Scalar> gradient) {
  const KernelShape shape = layout_.shape().kernel();
  load(block);
  kernel_->forward(shape, layout_.views(parameters).gates.data(), tape());
  head(parameters, errors_);
  double loss = 0;
  for (std::size_t i = 0; i < errors_.size(); ++i) {
    const Scalar error = errors_[i] - block.targets[i];
    loss += 0.5 * static_cast<double>(block.weights[i] * error * error);
    errors_[i] = block.weights[i] * error;
  }
  head_backward(parameters, errors_, gradient);
  kernel_->backward(shape, packed_.data(), tape(), layout_.views(gradient).gates.data());
  return loss;
}

AlignedVector<float> initial_parameters(const ParameterLayout& layout, Generator& generator) {
  const NetworkShape& shape = layout.shape();
  AlignedVector<float> parameters(layout.size());
  const auto views = layout.views(std::span<float>(parameters));
  const auto uniform = [&](double bound) {
    return static_cast<float>(bound * (2 * generator.uniform() - 1));
  };
  const auto fan = [](std::size_t in, std::size_t out) {
    return std::sqrt(6.0 / static_cast<double>(in + out));
  };
  const double recurrent = 1 / std::sqrt(static_cast<double>(shape.hidden));
  for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
    for (std::size_t g = 0; g < kGates; ++g) {
      const Gate gate{g};
      for (std::size_t i = 0; i < shape.inputs; ++i) {
        views.gate(gate, unit, i) = uniform(fan(shape.inputs, shape.hidden));
      }
      for (std::size_t j = 0; j < shape.hidden; ++j) {
        views.gate(gate, unit, shape.hidden_column(j)) = uniform(recurrent);
      }
    }
    views.gate(Gate::forget, unit, shape.bias_column()) = 1;
  }
  for (float& weight : views.head_weight) weight = uniform(fan(shape.hidden, shape.outputs));
  return parameters;
}

template class Network<float>;
template class Network<double>;

}  // namespace forecart::lstm
