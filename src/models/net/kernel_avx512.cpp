// Compiled with AVX-512 where the target is x86-64 (CMakeLists.txt); see kernel_body.h.
#include "models/net/kernel_body.h"

namespace forecart::net {

#if defined(FORECART_NET_X86)
const Kernel<float>& avx512_kernel();

namespace {

/// 32 registers of sixteen: 24 sums, two windows, the weights.
struct Avx512 {
  using Scalar = float;
  static constexpr int kLanes = 16;
  static constexpr std::size_t kGroup = 16;
  static constexpr std::size_t kRows = 12;
};

}  // namespace

const Kernel<float>& avx512_kernel() {
  static constexpr Kernel<float> kKernel = Kernels<Avx512>::table("avx512");
  return kKernel;
}
#endif

}  // namespace forecart::net
