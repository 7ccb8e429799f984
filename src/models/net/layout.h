#pragma once

#include "models/net/aligned.h"
#include "models/net/shape.h"

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::net {

/// The four gates of a unit in the order of PyTorch: input, forget, candidate, output.
enum class Gate : std::size_t { input, forget, candidate, output };

inline constexpr std::size_t kGates = 4;

/// Where a row-major matrix lies in the parameter vector.
struct MatrixPart {
  std::size_t begin = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;  ///< with the bias
  bool bias = false;        ///< the last column multiplies a constant one
  std::size_t learnt = 0;   ///< leading columns whose inputs depend on other parameters

  std::size_t size() const { return rows * columns; }
  std::size_t end() const { return begin + size(); }
};

/// The numbers of one part.
template <class Scalar>
struct MatrixView {
  std::span<Scalar> numbers;
  MatrixPart part;

  Scalar& operator()(std::size_t row, std::size_t column) const {
    return numbers[row * part.columns + column];
  }
  /// Only where the part has one.
  Scalar& bias(std::size_t row) const { return (*this)(row, part.columns - 1); }
};

/// The one description of where each parameter lies in the flat vector; gradients and moments have
/// the same layout. A part that the shape leaves out has size 0.
class ParameterLayout {
 public:
  /// `shape` has a trunk width exactly where it has trunk layers, units and steps where it has LSTM
  /// layers, and at least one output.
  explicit ParameterLayout(NetworkShape shape);

  const NetworkShape& shape() const { return shape_; }
  std::size_t size() const { return size_; }

  /// Of LSTM layer `layer`: row 4 unit + gate; columns [hidden state before; inputs; one].
  const MatrixPart& gates(std::size_t layer) const { return gates_[layer]; }
  /// Columns of the first: [s; embeddings; flat; one]; of further ones: [layer below; one].
  const MatrixPart& trunk(std::size_t layer) const { return trunk_[layer]; }
  /// Row step * per_step + i; columns [t; one].
  const MatrixPart& output() const { return output_; }
  /// Rows as `output`; columns [embeddings; flat].
  const MatrixPart& skip() const { return skip_; }
  /// V and b of the local decoder: (local, [t; one]).
  const MatrixPart& local_state() const { return local_state_; }
  /// U of the local decoder: (local, known).
  const MatrixPart& local_known() const { return local_known_; }
  /// A of the local decoder: (per_step, local).
  const MatrixPart& local_output() const { return local_output_; }
  /// Table of embedding `index`: (categories, size).
  const MatrixPart& embedding(std::size_t index) const { return embeddings_[index]; }

  /// Every part that multiplies, i.e. all but the embeddings, in the order of the vector.
  std::vector<MatrixPart> matrices() const;

  template <class Scalar>
  MatrixView<Scalar> view(std::span<Scalar> all, const MatrixPart& part) const {
    return {all.subspan(part.begin, part.size()), part};
  }

  /// One for each parameter that weight decay draws to zero, zero for biases and embeddings.
  template <class Scalar>
  AlignedVector<Scalar> decayed() const;

 private:
  void append(MatrixPart& part);
  void place_layers();
  void place_outputs();

  NetworkShape shape_;
  std::size_t size_ = 0;
  std::vector<MatrixPart> gates_;
  std::vector<MatrixPart> trunk_;
  MatrixPart output_;
  MatrixPart skip_;
  MatrixPart local_state_;
  MatrixPart local_known_;
  MatrixPart local_output_;
  std::vector<MatrixPart> embeddings_;
};

}  // namespace forecart::net
