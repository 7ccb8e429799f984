#include "models/net/kernel.h"

#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <string>

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

namespace {

std::atomic<const Kernel<float>*>& kernel_in_use() {
  static std::atomic<const Kernel<float>*> kernel{available_kernels().back()};
  return kernel;
}

}  // namespace

const Kernel<float>& best_kernel() {
  return *kernel_in_use();
}

void choose_kernel(std::string_view name) {
  const auto kernels = available_kernels();
  const Kernel<float>* chosen = name.empty() ? kernels.back() : nullptr;
  std::vector<std::string> names;
  for (const Kernel<float>* kernel : kernels) {
    names.emplace_back(kernel->name);
    if (name == kernel->name) chosen = kernel;
  }
  if (chosen == nullptr) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("kernel '{}' is not one of this processor; use one of {}", name,
                            fmt::join(names, ", ")));
  }
  kernel_in_use() = chosen;
}

}  // namespace forecart::net
