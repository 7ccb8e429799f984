#pragma once

#include "models/net/aligned.h"
#include "models/net/kernel.h"
#include "models/net/layout.h"

#include <span>

namespace forecart::net {

/// Gradients by the outputs of a matrix at some steps, (steps, rows, panel).
template <class Scalar>
struct OutputGradients {
  const Scalar* numbers;
  std::size_t steps;
};

/// What a matrix read at some steps, windows outermost: the form its gradient is made from.
template <class Scalar>
class Transposed {
 public:
  Transposed(const Kernel<Scalar>& kernel, std::size_t rows, std::size_t steps)
      : kernel_(&kernel),
        rows_(rows),
        stride_((rows + kernel.panel - 1) / kernel.panel * kernel.panel),
        numbers_(steps * kernel.panel * stride_ + kernel.panel) {}

  /// Takes (rows, panel) numbers read at `step`.
  void set(std::size_t step, const Scalar* x) {
    kernel_->transpose(rows_, x, numbers_.data() + step * kernel_->panel * stride_, stride_);
  }

  /// Adds to the gradient of `part`, which read the rows from `first` on, the sum over steps and
  /// windows of output gradient x number read.
  void add_gradient(const MatrixPart& part, const OutputGradients<Scalar>& outputs,
                    std::span<Scalar> gradient, std::size_t first = 0) const {
    kernel_->weight_gradient({part.rows, part.columns, outputs.steps, part.rows * kernel_->panel,
                              stride_, outputs.numbers, numbers_.data() + first,
                              gradient.data() + part.begin});
  }

 private:
  const Kernel<Scalar>* kernel_;
  std::size_t rows_;
  std::size_t stride_;
  AlignedVector<Scalar> numbers_;  // (steps, panel, stride)
};

}  // namespace forecart::net
