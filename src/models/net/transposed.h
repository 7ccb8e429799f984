#pragma once

#include "models/net/aligned.h"
#include "models/net/kernel.h"
#include "models/net/layout.h"

#include <span>

namespace forecart::net {

/// What a matrix read at some steps, with the windows outermost too: the form its gradient is made
/// from.
template <class Scalar>
class Transposed {
 public:
  Transposed(const Kernel<Scalar>& kernel, std::size_t rows, std::size_t steps)
      : kernel_(&kernel),
        rows_(rows),
        stride_((rows + kernel.panel - 1) / kernel.panel * kernel.panel),
        numbers_(steps * kernel.panel * stride_ + kernel.panel) {}

  /// Takes (steps, rows, panel) numbers, which must stay until `add_gradient` has been called.
  void read(const Scalar* x, std::size_t steps) {
    x_ = x;
    steps_ = steps;
    for (std::size_t step = 0; step < steps; ++step) {
      kernel_->transpose(rows_, x + step * rows_ * kernel_->panel,
                         numbers_.data() + step * kernel_->panel * stride_, stride_);
    }
  }

  /// Adds to the gradient of `part`, which read the rows from `first` on, the sum over steps and
  /// windows of output gradient (steps, rows of the part, panel) x number read.
  void add_gradient(const MatrixPart& part, const Scalar* output_gradient,
                    std::span<Scalar> gradient, std::size_t first = 0) const {
    kernel_->weight_gradient({part.rows, part.columns, steps_, output_gradient,
                              x_ + first * kernel_->panel, rows_, numbers_.data() + first, stride_,
                              gradient.data() + part.begin});
  }

 private:
  const Kernel<Scalar>* kernel_;
  std::size_t rows_;
  std::size_t stride_;
  const Scalar* x_ = nullptr;
  std::size_t steps_ = 0;
  AlignedVector<Scalar> numbers_;  // (steps, panel, stride)
};

}  // namespace forecart::net
