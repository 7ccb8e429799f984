#include "aggregates/narrow_column.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace forecart {

namespace {

/// The difference of two numbers, the first not below the second; it may exceed what is signed.
std::uint64_t above(std::int64_t value, std::int64_t least) {
  return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(least);
}

unsigned width_of(std::uint64_t most) {
  if (most == 0) return 0;
  if (most <= std::numeric_limits<std::uint8_t>::max()) return 1;
  if (most <= std::numeric_limits<std::uint16_t>::max()) return 2;
  if (most <= std::numeric_limits<std::uint32_t>::max()) return 4;
  return 8;
}

template <typename Narrow>
void widen(const unsigned char* bytes, std::size_t count, std::uint64_t least, std::uint64_t step,
           std::int64_t* values) {
  for (std::size_t i = 0; i < count; ++i) {
    Narrow narrow;
    std::memcpy(&narrow, bytes + i * sizeof narrow, sizeof narrow);
    values[i] = static_cast<std::int64_t>(least + step * narrow);
  }
}

}  // namespace

void NarrowColumn::add(std::int64_t value) {
  pending_.push_back(value);
  ++size_;
  if (pending_.size() == kBlock) close_block();
}

void NarrowColumn::finish() {
  if (!pending_.empty()) close_block();
  pending_.shrink_to_fit();
  bytes_.shrink_to_fit();
  blocks_.shrink_to_fit();
}

void NarrowColumn::close_block() {
  const auto [least, most] = std::minmax_element(pending_.begin(), pending_.end());
  std::uint64_t step = 0;
  for (const std::int64_t value : pending_) step = std::gcd(step, above(value, *least));
  step = std::max<std::uint64_t>(step, 1);
  const unsigned width = width_of(above(*most, *least) / step);
  blocks_.push_back({*least, *most, step, bytes_.size(), width});
  if (width > 0) write_block(blocks_.back());
  pending_.clear();
}

void NarrowColumn::write_block(const Block& block) {
  bytes_.resize(bytes_.size() + block.width * pending_.size());
  unsigned char* at = bytes_.data() + block.begin;
  for (const std::int64_t value : pending_) {
    const std::uint64_t narrow = above(value, block.least) / block.step;
    std::memcpy(at, &narrow, block.width);  // little-endian: low bytes first
    at += block.width;
  }
}

std::size_t NarrowColumn::block_size(std::size_t block) const {
  return std::min(kBlock, size_ - block * kBlock);
}

void NarrowColumn::read(std::size_t block, std::int64_t* values) const {
  const Block& from = blocks_[block];
  const std::size_t count = block_size(block);
  const unsigned char* bytes = bytes_.data() + from.begin;
  const auto least = static_cast<std::uint64_t>(from.least);
  switch (from.width) {
    case 0:
      return static_cast<void>(std::fill_n(values, count, from.least));
    case 1:
      return widen<std::uint8_t>(bytes, count, least, from.step, values);
    case 2:
      return widen<std::uint16_t>(bytes, count, least, from.step, values);
    case 4:
      return widen<std::uint32_t>(bytes, count, least, from.step, values);
    default:
      return widen<std::uint64_t>(bytes, count, least, from.step, values);
  }
}

std::size_t NarrowColumn::bytes() const {
  return bytes_.capacity() + blocks_.capacity() * sizeof(Block);
}

}  // namespace forecart
