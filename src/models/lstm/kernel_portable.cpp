#include "models/lstm/kernel_body.h"

namespace forecart::lstm {

const Kernel<float>& portable_kernel();
const Kernel<double>& double_kernel();

const Kernel<float>& portable_kernel() {
  static constexpr Kernel<float> kernel = Kernels<float, 4>::table("portable");
  return kernel;
}

const Kernel<double>& double_kernel() {
  static constexpr Kernel<double> kernel = Kernels<double, 2>::table("double");
  return kernel;
}

}  // namespace forecart::lstm
