#pragma once

#include <cstddef>
#include <vector>

namespace forecart::net {

/// Memory on cache lines, so that a vector load never straddles two of them; large blocks on huge
/// pages where the system has them, because the tape of a long recurrence is walked backwards.
/// Throws std::bad_alloc.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* memory) noexcept;

template <class Scalar>
struct AlignedAllocator {
  using value_type = Scalar;

  AlignedAllocator() = default;
  template <class Other>
  explicit AlignedAllocator(const AlignedAllocator<Other>&) {}

  Scalar* allocate(std::size_t count) {
    return static_cast<Scalar*>(allocate_aligned(count * sizeof(Scalar)));
  }
  void deallocate(Scalar* memory, std::size_t) { free_aligned(memory); }

  friend bool operator==(AlignedAllocator, AlignedAllocator) { return true; }
};

template <class Scalar>
using AlignedVector = std::vector<Scalar, AlignedAllocator<Scalar>>;

}  // namespace forecart::net
