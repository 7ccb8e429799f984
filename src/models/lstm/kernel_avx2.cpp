// Compiled with AVX2 and FMA where the target is x86-64 (CMakeLists.txt); see kernel_body.h.
#include "models/lstm/kernel_body.h"

namespace forecart::lstm {

#if defined(FORECART_LSTM_AVX2)
const Kernel<float>& avx2_kernel_unchecked();

const Kernel<float>& avx2_kernel_unchecked() {
  static constexpr Kernel<float> kKernel = Kernels<float, 8>::table("avx2");
  return kKernel;
}
#endif

}  // namespace forecart::lstm
