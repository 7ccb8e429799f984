#pragma once

#include "models/net/aligned.h"
#include "models/net/kernel.h"
#include "models/net/layout.h"

#include <span>
#include <vector>

namespace forecart::net {

/// A matrix of the parameters as the products read it.
template <class Scalar>
struct PackedMatrix {
  MatrixPart part;
  AlignedVector<Scalar> forward;   // W
  AlignedVector<Scalar> backward;  // W' of the learnt columns
};

/// Copies of all parameters in the order the kernel reads them. Made once per update and shared by
/// the networks of all threads, which only read it.
template <class Scalar>
class PackedParameters {
 public:
  /// The kernel must outlive this.
  PackedParameters(const ParameterLayout& layout, const Kernel<Scalar>& kernel);

  /// Takes over new parameters.
  void pack(std::span<const Scalar> parameters);

  const PackedMatrix<Scalar>& gates(std::size_t layer) const { return gates_[layer]; }
  const PackedMatrix<Scalar>& trunk(std::size_t layer) const { return trunk_[layer]; }
  const PackedMatrix<Scalar>& output() const { return output_; }
  const PackedMatrix<Scalar>& skip() const { return skip_; }
  const PackedMatrix<Scalar>& local_state() const { return local_state_; }
  const PackedMatrix<Scalar>& local_known() const { return local_known_; }
  const PackedMatrix<Scalar>& local_output() const { return local_output_; }
  /// Table of embedding `index`, (categories, size).
  std::span<const Scalar> embedding(std::size_t index) const { return embeddings_[index]; }

 private:
  void pack(std::span<const Scalar> parameters, PackedMatrix<Scalar>& matrix) const;

  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  std::vector<PackedMatrix<Scalar>> gates_;
  std::vector<PackedMatrix<Scalar>> trunk_;
  PackedMatrix<Scalar> output_;
  PackedMatrix<Scalar> skip_;
  PackedMatrix<Scalar> local_state_;
  PackedMatrix<Scalar> local_known_;
  PackedMatrix<Scalar> local_output_;
  std::vector<AlignedVector<Scalar>> embeddings_;
};

/// y = W x, or y += W x: (rows, panel) from (columns, panel).
template <class Scalar>
void multiply(const Kernel<Scalar>& kernel, const PackedMatrix<Scalar>& matrix, const Scalar* x,
              Scalar* y, bool add = false) {
  kernel.product(matrix.part.rows, matrix.part.columns, matrix.forward.data(), x, y, add);
}

/// dx = W' dy, or dx += W' dy, of the learnt columns: (learnt, panel) from (rows, panel).
template <class Scalar>
void multiply_back(const Kernel<Scalar>& kernel, const PackedMatrix<Scalar>& matrix,
                   const Scalar* dy, Scalar* dx, bool add = false) {
  kernel.product(matrix.part.learnt, matrix.part.rows, matrix.backward.data(), dy, dx, add);
}

extern template class PackedParameters<float>;
extern template class PackedParameters<double>;

}  // namespace forecart::net
