// Compiled with AVX2 and FMA where the target is x86-64 (CMakeLists.txt); see kernel_body.h.
#include "models/net/kernel_body.h"

namespace forecart::net {

#if defined(FORECART_NET_X86)
const Kernel<float>& avx2_kernel();

namespace {

/// 16 registers of eight: 12 sums, one weight, and windows from memory. Panel and order of sums are
/// those of AVX-512, and so are the bytes.
struct Avx2 {
  using Scalar = float;
  static constexpr int kLanes = 8;
  static constexpr std::size_t kGroup = 16;
  static constexpr std::size_t kRows = 3;
};

}  // namespace

const Kernel<float>& avx2_kernel() {
  static constexpr Kernel<float> kKernel = Kernels<Avx2>::table("avx2");
  return kKernel;
}
#endif

}  // namespace forecart::net
