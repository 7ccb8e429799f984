#include "models/net/packed.h"

#include <algorithm>

namespace forecart::net {
namespace {

template <class Scalar>
PackedMatrix<Scalar> room(const MatrixPart& part) {
  return {part, AlignedVector<Scalar>(part.size()), AlignedVector<Scalar>(part.learnt * part.rows)};
}

}  // namespace

template <class Scalar>
PackedParameters<Scalar>::PackedParameters(const ParameterLayout& layout,
                                           const Kernel<Scalar>& kernel)
    : layout_(layout),
      kernel_(&kernel),
      output_(room<Scalar>(layout.output())),
      skip_(room<Scalar>(layout.skip())),
      local_state_(room<Scalar>(layout.local_state())),
      local_known_(room<Scalar>(layout.local_known())),
      local_output_(room<Scalar>(layout.local_output())) {
  const NetworkShape& shape = layout.shape();
  for (std::size_t l = 0; l < shape.layers; ++l) gates_.push_back(room<Scalar>(layout.gates(l)));
  for (std::size_t l = 0; l < shape.trunk_layers; ++l) {
    trunk_.push_back(room<Scalar>(layout.trunk(l)));
  }
  for (std::size_t i = 0; i < shape.embeddings.size(); ++i) {
    embeddings_.emplace_back(layout.embedding(i).size());
  }
}

template <class Scalar>
void PackedParameters<Scalar>::pack(std::span<const Scalar> parameters) {
  for (auto& matrix : gates_) pack(parameters, matrix);
  for (auto& matrix : trunk_) pack(parameters, matrix);
  for (auto* matrix : {&output_, &skip_, &local_state_, &local_known_, &local_output_}) {
    pack(parameters, *matrix);
  }
  for (std::size_t i = 0; i < embeddings_.size(); ++i) {
    const auto table = layout_.view(parameters, layout_.embedding(i)).numbers;
    std::copy(table.begin(), table.end(), embeddings_[i].begin());
  }
}

template <class Scalar>
void PackedParameters<Scalar>::pack(std::span<const Scalar> parameters,
                                    PackedMatrix<Scalar>& matrix) const {
  const MatrixPart& part = matrix.part;
  const Scalar* weights = parameters.data() + part.begin;
  kernel_->pack({weights, part.rows, part.columns, part.columns, 1}, matrix.forward.data());
  kernel_->pack({weights, part.learnt, part.rows, 1, part.columns}, matrix.backward.data());
}

template class PackedParameters<float>;
template class PackedParameters<double>;

}  // namespace forecart::net
