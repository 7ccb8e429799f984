#include "models/net/layout.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace forecart::net {

ParameterLayout::ParameterLayout(NetworkShape shape) : shape_(std::move(shape)) {
  assert((shape_.trunk > 0) == (shape_.trunk_layers > 0));
  assert(shape_.layers == 0 || (shape_.steps > 0 && shape_.hidden > 0 && shape_.inputs > 0));
  assert(shape_.outputs() > 0);
  place_layers();
  place_outputs();
  for (const Embedding& embedding : shape_.embeddings) {
    embeddings_.push_back({0, embedding.categories, embedding.size, false, 0});
    append(embeddings_.back());
  }
}

void ParameterLayout::append(MatrixPart& part) {
  part.begin = size_;
  size_ = part.end();
}

void ParameterLayout::place_layers() {
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    const std::size_t inputs = layer == 0 ? shape_.inputs : shape_.hidden;
    const std::size_t learnt = layer == 0 ? shape_.hidden : shape_.hidden + inputs;
    gates_.push_back({0, kGates * shape_.hidden, shape_.hidden + inputs + 1, true, learnt});
    append(gates_.back());
  }
  for (std::size_t layer = 0; layer < shape_.trunk_layers; ++layer) {
    const std::size_t read = layer == 0 ? shape_.base() : shape_.trunk;
    const std::size_t learnt = layer == 0 ? shape_.state() + shape_.embedded() : shape_.trunk;
    trunk_.push_back({0, shape_.trunk, read + 1, true, learnt});
    append(trunk_.back());
  }
}

void ParameterLayout::place_outputs() {
  const std::size_t learnt =
      shape_.trunk_layers > 0 ? shape_.trunk : shape_.state() + shape_.embedded();
  output_ = {0, shape_.outputs(), shape_.read() + 1, true, learnt};
  append(output_);
  const std::size_t flat = shape_.linear_skip ? shape_.embedded() + shape_.flat : 0;
  skip_ = {0, flat > 0 ? shape_.outputs() : 0, flat, false, flat > 0 ? shape_.embedded() : 0};
  append(skip_);
  if (shape_.local > 0) {
    local_state_ = {0, shape_.local, shape_.read() + 1, true, learnt};
    local_known_ = {0, shape_.local, shape_.known, false, 0};
    local_output_ = {0, shape_.per_step, shape_.local, false, shape_.local};
  }
  append(local_state_);
  append(local_known_);
  append(local_output_);
}

std::vector<MatrixPart> ParameterLayout::matrices() const {
  std::vector<MatrixPart> parts = gates_;
  parts.insert(parts.end(), trunk_.begin(), trunk_.end());
  parts.insert(parts.end(), {output_, skip_, local_state_, local_known_, local_output_});
  std::erase_if(parts, [](const MatrixPart& part) { return part.size() == 0; });
  return parts;
}

template <class Scalar>
AlignedVector<Scalar> ParameterLayout::decayed() const {
  AlignedVector<Scalar> mask(size_);
  for (const MatrixPart& part : matrices()) {
    const auto weights = view(std::span<Scalar>(mask), part);
    std::fill(weights.numbers.begin(), weights.numbers.end(), Scalar{1});
    if (!part.bias) continue;
    for (std::size_t row = 0; row < part.rows; ++row) weights.bias(row) = 0;
  }
  return mask;
}

template AlignedVector<float> ParameterLayout::decayed() const;
template AlignedVector<double> ParameterLayout::decayed() const;

}  // namespace forecart::net
