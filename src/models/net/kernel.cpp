#include "models/net/kernel.h"

namespace forecart::net {

#if defined(FORECART_NET_X86)
const Kernel<float>& avx2_kernel();    // kernel_avx2.cpp
const Kernel<float>& avx512_kernel();  // kernel_avx512.cpp

std::vector<const Kernel<float>*> available_kernels() {
  std::vector<const Kernel<float>*> kernels{&portable_kernel()};
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) kernels.push_back(&avx2_kernel());
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (avx2 && avx512) kernels.push_back(&avx512_kernel());
  return kernels;
}
#else
std::vector<const Kernel<float>*> available_kernels() {
  return {&portable_kernel()};
}
#endif

const Kernel<float>& best_kernel() {
  static const Kernel<float>& best = *available_kernels().back();
  return best;
}

}  // namespace forecart::net
