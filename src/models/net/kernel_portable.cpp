#include "models/net/kernel_body.h"

namespace forecart::net {

const Kernel<float>& portable_kernel();
const Kernel<double>& double_kernel();

namespace {

/// 16 registers of four: 12 sums, two windows, one weight.
struct Portable {
  using Scalar = float;
  static constexpr int kLanes = 4;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::size_t kRows = 6;
};

struct Double {
  using Scalar = double;
  static constexpr int kLanes = 2;
  static constexpr std::size_t kGroup = 2;
  static constexpr std::size_t kRows = 6;
};

}  // namespace

const Kernel<float>& portable_kernel() {
  static constexpr Kernel<float> kKernel = Kernels<Portable>::table("portable");
  return kKernel;
}

const Kernel<double>& double_kernel() {
  static constexpr Kernel<double> kKernel = Kernels<Double>::table("double");
  return kKernel;
}

}  // namespace forecart::net
