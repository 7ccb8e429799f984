#include "models/net/aligned.h"

#include <cstdlib>
#include <new>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace forecart::net {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t rounded_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const bool huge = bytes >= 2 * kHugePage;
  const std::size_t unit = huge ? kHugePage : kCacheLine;
  void* memory = std::aligned_alloc(unit, rounded_up(bytes == 0 ? 1 : bytes, unit));
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  if (huge) madvise(memory, bytes, MADV_HUGEPAGE);  // advice: where it is refused nothing is lost
#endif
  return memory;
}

void free_aligned(void* memory) noexcept {
  std::free(memory);
}

}  // namespace forecart::net
