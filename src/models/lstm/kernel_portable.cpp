#include "models/lstm/kernel_body.h"

namespace forecart::lstm {

const Kernel<float>& portable_kernel();
const Kernel<double>& double_kernel();

const Kernel<float>& portable_kernel() {
  static constexpr Kernel<float> kKernel = Kernels<float, 4>::table("portable");
  return kKernel;
}

const Kernel<double>& double_kernel() {
  static constexpr Kernel<double> kKernel = Kernels<double, 2>::table("double");
  return kKernel;
}

}  // namespace forecart::lstm
