#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace forecart::net {

/// Allocates on cache lines, so that a vector load never straddles two of them.
template <class Scalar>
struct CacheLineAllocator {
  using value_type = Scalar;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <class Other>
  explicit CacheLineAllocator(const CacheLineAllocator<Other>&) {}

  Scalar* allocate(std::size_t count) {
    return static_cast<Scalar*>(::operator new(count * sizeof(Scalar), kAlignment));
  }
  void deallocate(Scalar* memory, std::size_t) { ::operator delete(memory, kAlignment); }

  friend bool operator==(CacheLineAllocator, CacheLineAllocator) { return true; }
};

template <class Scalar>
using AlignedVector = std::vector<Scalar, CacheLineAllocator<Scalar>>;

}  // namespace forecart::net
