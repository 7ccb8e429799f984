#pragma once

#include <cstddef>
#include <vector>

namespace forecart::net {

/// A static category that is looked up as `size` learnt numbers.
struct Embedding {
  std::size_t categories = 0;
  std::size_t size = 0;

  friend bool operator==(const Embedding&, const Embedding&) = default;
};

/// Sizes of a network (docs/models/net.md):
///   s = last hidden state of the top LSTM layer, nothing where there are no layers
///   f = [embeddings; flat]
///   t = trunk([s; f]), or [s; f] itself where there is no trunk
///   out = W t + b (+ L f) (+ local decoder)
struct NetworkShape {
  std::size_t inputs = 1;  ///< numbers per step of the recurrence
  std::size_t steps = 0;   ///< steps of the recurrence, at least 1 where it has layers
  std::size_t layers = 0;  ///< LSTM layers; 0: no recurrence, a multilayer perceptron
  std::size_t hidden = 0;  ///< units of each LSTM layer
  std::size_t flat = 0;    ///< numbers that go straight to the trunk
  std::vector<Embedding> embeddings = {};  ///< their numbers stand before the flat ones
  std::size_t trunk = 0;                   ///< units of each dense layer of the trunk; 0: no trunk
  std::size_t trunk_layers = 0;  ///< relu(W x + b), then each x + relu(W x + b); 0: no trunk
  bool linear_skip = false;      ///< adds a linear map of f to the outputs
  std::size_t horizon = 1;       ///< steps that are forecast
  std::size_t per_step = 1;      ///< outputs of each of them
  std::size_t known = 0;         ///< numbers known beforehand for each forecast step
  std::size_t local = 0;  ///< units of the local decoder, which adds A relu(U x_k + V t + b) to the
                          ///< outputs of step k, the same A, U, V, b for all; 0: none
  double dropout = 0;     ///< share of units dropped in training [Srivastava2014], in [0, 1): of an
                          ///< LSTM layer that another one reads, of s and of trunk layers that the
                          ///< trunk reads; flat numbers and embeddings are no units

  std::size_t outputs() const { return horizon * per_step; }
  std::size_t state() const { return layers == 0 ? 0 : hidden; }
  std::size_t embedded() const {
    std::size_t sum = 0;
    for (const Embedding& embedding : embeddings) sum += embedding.size;
    return sum;
  }
  /// Numbers of [s; f].
  std::size_t base() const { return state() + embedded() + flat; }
  /// Numbers of t.
  std::size_t read() const { return trunk_layers == 0 ? base() : trunk; }

  friend bool operator==(const NetworkShape&, const NetworkShape&) = default;
};

}  // namespace forecart::net
