#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <cstdint>

namespace forecart::net {

/// While it lives, numbers too small to be normal are zero on this thread. Gradients that vanish
/// over many steps get there, and arithmetic on them is many times slower.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : kept_(_mm_getcsr()) {
    constexpr unsigned kFlushToZero = 0x8000;
    constexpr unsigned kDenormalsAreZero = 0x0040;
    _mm_setcsr(kept_ | kFlushToZero | kDenormalsAreZero);
  }
  ~FlushDenormals() { _mm_setcsr(kept_); }
#elif defined(__aarch64__)
  FlushDenormals() {
    constexpr std::uint64_t kFlushToZero = std::uint64_t{1} << 24;
    asm volatile("mrs %0, fpcr" : "=r"(kept_));
    asm volatile("msr fpcr, %0" ::"r"(kept_ | kFlushToZero));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(kept_)); }
#else
  FlushDenormals() = default;
  ~FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__SSE2__)
  unsigned kept_;
#else
  std::uint64_t kept_ = 0;
#endif
};

}  // namespace forecart::net
