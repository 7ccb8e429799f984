#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace forecart {

/// Whole numbers that are added once and then read in blocks. Each block takes as few bytes a
/// number (0, 1, 2, 4 or 8) as its range needs once a step common to all is divided out: millionths
/// of whole units or cents take two or three.
class NarrowColumn {
 public:
  static constexpr std::size_t kBlock = 1024;

  void add(std::int64_t value);
  /// Nothing may be added afterwards, and only then is anything read.
  void finish();

  std::size_t size() const { return size_; }
  std::size_t block_count() const { return blocks_.size(); }
  /// kBlock but for the last.
  std::size_t block_size(std::size_t block) const;
  std::int64_t least(std::size_t block) const { return blocks_[block].least; }
  std::int64_t most(std::size_t block) const { return blocks_[block].most; }
  /// Writes the block_size numbers of a block.
  void read(std::size_t block, std::int64_t* values) const;

  /// Memory that it takes but for a block in progress.
  std::size_t bytes() const;

 private:
  struct Block {
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::uint64_t step = 1;
    std::size_t begin = 0;  ///< in bytes_
    unsigned width = 0;     ///< bytes a number
  };

  void close_block();
  void write_block(const Block& block);

  std::vector<std::int64_t> pending_;
  std::vector<Block> blocks_;
  std::vector<unsigned char> bytes_;
  std::size_t size_ = 0;
};

}  // namespace forecart
