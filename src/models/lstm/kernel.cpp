#include "models/lstm/kernel.h"

namespace forecart::lstm {

#if defined(FORECART_LSTM_AVX2)
const Kernel<float>& avx2_kernel_unchecked();  // kernel_avx2.cpp

const Kernel<float>* avx2_kernel() {
  const bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return usable ? &avx2_kernel_unchecked() : nullptr;
}
#else
const Kernel<float>* avx2_kernel() {
  return nullptr;
}
#endif

const Kernel<float>& best_kernel() {
  static const Kernel<float>& best = *available_kernels().back();
  return best;
}

std::vector<const Kernel<float>*> available_kernels() {
  std::vector<const Kernel<float>*> kernels{&portable_kernel()};
  if (const Kernel<float>* avx2 = avx2_kernel()) kernels.push_back(avx2);
  return kernels;
}

}  // namespace forecart::lstm
