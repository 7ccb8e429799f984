#include "store/md5.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

// The same code for plain and for wide registers, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define FORECART_WIDE __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define FORECART_WIDE
#endif
#define FORECART_INLINE [[gnu::always_inline]] inline

namespace forecart {

namespace {

using Lanes = std::uint32_t __attribute__((vector_size(32)));
using Words = std::array<Lanes, 16>;
using Pieces = EightMd5::Pieces;

/// 2^32 |sin(i + 1)|, RFC 1321, section 3.4.
constexpr std::array<std::uint32_t, 64> kSines{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr std::array<std::array<unsigned, 4>, 4> kTurns{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

struct Registers {
  Lanes a, b, c, d;
};

/// Pairs of words of two rows, then pairs of pairs, then halves: rows become columns.
FORECART_INLINE void transpose(std::array<Lanes, 8>& r) {
  std::array<Lanes, 8> t;
  for (std::size_t i = 0; i < 8; i += 2) {
    t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (std::size_t i = 0; i < 8; i += 4) {
    for (std::size_t k = 0; k < 2; ++k) {
      r[i + 2 * k] = __builtin_shufflevector(t[i + k], t[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      r[i + 2 * k + 1] =
          __builtin_shufflevector(t[i + k], t[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  t = r;
  for (std::size_t i = 0; i < 4; ++i) {
    r[i] = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Word i of the block of each lane; all our processors have the small end first, as MD5 does.
FORECART_INLINE void load(const Pieces& at, std::size_t offset, Words& words) {
  for (std::size_t half = 0; half < 2; ++half) {
    std::array<Lanes, 8> rows;
    for (std::size_t lane = 0; lane < 8; ++lane) {
      std::memcpy(&rows[lane], at[lane] + offset + 32 * half, sizeof(Lanes));
    }
    transpose(rows);
    for (std::size_t i = 0; i < 8; ++i) words[8 * half + i] = rows[i];
  }
}

/// Which word a step of a round takes.
constexpr std::size_t word_of(std::size_t round, std::size_t i) {
  constexpr std::array<std::size_t, 4> kStride{1, 5, 3, 7};
  constexpr std::array<std::size_t, 4> kFirst{0, 1, 5, 0};
  return (kFirst[round] + kStride[round] * i) % 16;
}

/// RFC 1321, section 3.4, round by round.
template <std::size_t Round>
FORECART_INLINE void mix(Registers& r, const Words& words) {
#pragma GCC unroll 16
  for (std::size_t i = 0; i < 16; ++i) {
    Lanes f;
    if constexpr (Round == 0) f = r.d ^ (r.b & (r.c ^ r.d));
    if constexpr (Round == 1) f = r.c ^ (r.d & (r.b ^ r.c));
    if constexpr (Round == 2) f = r.b ^ r.c ^ r.d;
    if constexpr (Round == 3) f = r.c ^ (r.b | ~r.d);
    const Lanes sum = r.a + f + kSines[16 * Round + i] + words[word_of(Round, i)];
    const unsigned turn = kTurns[Round][i % 4];
    r.a = r.d;
    r.d = r.c;
    r.c = r.b;
    r.b = r.b + ((sum << turn) | (sum >> (32 - turn)));
  }
}

FORECART_WIDE void absorb(Registers& state, const Pieces& at, std::size_t size) {
  Registers now = state;
  for (std::size_t offset = 0; offset < size; offset += EightMd5::kBlock) {
    Words words;
    load(at, offset, words);
    const Registers before = now;
    mix<0>(now, words);
    mix<1>(now, words);
    mix<2>(now, words);
    mix<3>(now, words);
    now.a += before.a;
    now.b += before.b;
    now.c += before.c;
    now.d += before.d;
  }
  state = now;
}

}  // namespace

EightMd5::EightMd5() {
  constexpr std::array<unsigned, 4> kStart{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t i = 0; i < 4; ++i) state_[i].fill(kStart[i]);
}

void EightMd5::add(const Pieces& pieces, std::size_t size) {
  const std::size_t whole = size / kBlock * kBlock;
  Registers registers;
  static_assert(sizeof registers == sizeof state_);
  std::memcpy(&registers, state_.data(), sizeof registers);
  absorb(registers, pieces, whole);
  std::memcpy(state_.data(), &registers, sizeof registers);
  for (std::size_t i = 0; i < kLanes; ++i) tails_[i].assign(pieces[i] + whole, pieces[i] + size);
  size_ += size;
}

std::array<Md5, EightMd5::kLanes> EightMd5::finish() {
  const std::uint64_t bits = std::uint64_t{size_} * 8;
  Pieces ends{};
  for (std::size_t i = 0; i < kLanes; ++i) {
    tails_[i].push_back(0x80);
    while (tails_[i].size() % kBlock != kBlock - 8) tails_[i].push_back(0);
    for (unsigned k = 0; k < 8; ++k) {
      tails_[i].push_back(static_cast<unsigned char>(bits >> (8 * k)));
    }
    ends[i] = tails_[i].data();
  }
  Registers registers;
  std::memcpy(&registers, state_.data(), sizeof registers);
  absorb(registers, ends, tails_[0].size());
  std::memcpy(state_.data(), &registers, sizeof registers);
  std::array<Md5, kLanes> hashes{};
  for (std::size_t i = 0; i < kLanes; ++i) {
    for (std::size_t k = 0; k < 4; ++k) std::memcpy(&hashes[i][4 * k], &state_[k][i], 4);
  }
  return hashes;
}

std::string base64(std::span<const unsigned char> hash) {
  constexpr const char* kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < hash.size(); i += 3) {
    const auto left = static_cast<unsigned>(hash.size() - i);
    const unsigned three = static_cast<unsigned>(hash[i]) << 16U |
                           (left > 1 ? static_cast<unsigned>(hash[i + 1]) << 8U : 0U) |
                           (left > 2 ? hash[i + 2] : 0U);
    for (unsigned k = 0; k < 4; ++k) {
      text += k <= left ? kLetters[three >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

std::string hex(const Md5& hash) {
  std::string text;
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

Md5 md5(std::string_view bytes) {
  EightMd5 eight;
  EightMd5::Pieces pieces;
  pieces.fill(reinterpret_cast<const unsigned char*>(bytes.data()));
  eight.add(pieces, bytes.size());
  return eight.finish().front();
}

Md5 md5_of_hashes(const std::vector<Md5>& hashes) {
  std::string all;
  for (const Md5& hash : hashes) all.append(hash.begin(), hash.end());
  return md5(all);
}

}  // namespace forecart
