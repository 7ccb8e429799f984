#include "store/checksum.h"

#include "base/error.h"
#include "store/md5.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <vector>

namespace forecart {

namespace {

struct Name {
  ChecksumKind kind;
  const char* header;
};

/// The strongest first.
constexpr std::array kNames{Name{ChecksumKind::sha256, "x-amz-checksum-sha256"},
                            Name{ChecksumKind::sha1, "x-amz-checksum-sha1"},
                            Name{ChecksumKind::crc64nvme, "x-amz-checksum-crc64nvme"},
                            Name{ChecksumKind::crc32c, "x-amz-checksum-crc32c"},
                            Name{ChecksumKind::crc32, "x-amz-checksum-crc32"}};

/// A checksum of bytes that come in pieces.
class Sum {
 public:
  Sum() = default;
  virtual ~Sum() = default;
  Sum(const Sum&) = delete;
  Sum& operator=(const Sum&) = delete;
  virtual void add(std::string_view bytes) = 0;
  virtual std::vector<unsigned char> finish() = 0;
};

class Digest final : public Sum {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), kind, nullptr);
  }
  void add(std::string_view bytes) override {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::vector<unsigned char> finish() override {
    std::vector<unsigned char> digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    digest.resize(size);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// A CRC whose bits are reflected, of a polynomial that is written reflected: begins with all ones
/// and ends inverted, as all three of S3 do (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
template <typename Word>
class Crc final : public Sum {
 public:
  explicit Crc(Word polynomial) {
    for (unsigned byte = 0; byte < table_.size(); ++byte) {
      Word word = byte;
      for (int bit = 0; bit < 8; ++bit) {
        word = (word & 1U) != 0 ? (word >> 1U) ^ polynomial : word >> 1U;
      }
      table_[byte] = word;
    }
  }
  void add(std::string_view bytes) override {
    for (const char byte : bytes) {
      word_ = table_[(word_ ^ static_cast<unsigned char>(byte)) & 0xffU] ^ (word_ >> 8U);
    }
  }
  std::vector<unsigned char> finish() override {
    std::vector<unsigned char> bytes;
    for (unsigned at = 8 * sizeof(Word); at > 0; at -= 8) {
      bytes.push_back(static_cast<unsigned char>(~word_ >> (at - 8)));
    }
    return bytes;
  }

 private:
  std::array<Word, 256> table_{};
  Word word_ = static_cast<Word>(-1);
};

std::unique_ptr<Sum> make_sum(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::sha256:
      return std::make_unique<Digest>(EVP_sha256());
    case ChecksumKind::sha1:
      return std::make_unique<Digest>(EVP_sha1());
    case ChecksumKind::crc64nvme:
      return std::make_unique<Crc<std::uint64_t>>(0x9a6c9329ac4bc9b5U);
    case ChecksumKind::crc32c:
      return std::make_unique<Crc<std::uint32_t>>(0x82f63b78U);
    case ChecksumKind::crc32:
      break;
  }
  return std::make_unique<Crc<std::uint32_t>>(0xedb88320U);
}

}  // namespace

std::optional<Checksum> checksum_of(const HttpResponse& response) {
  if (response.status == 206 || response.header("x-amz-checksum-type") == "COMPOSITE") return {};
  for (const auto& [kind, header] : kNames) {
    std::string value = response.header(header);
    const bool of_parts = value.find('-') != std::string::npos;  // "…-3": of so many
    if (!value.empty() && !of_parts) return Checksum{kind, std::move(value)};
  }
  return {};
}

std::string checksum(ChecksumKind kind, std::string_view bytes) {
  const auto sum = make_sum(kind);
  sum->add(bytes);
  return base64(sum->finish());
}

std::string checksum(ChecksumKind kind, const std::filesystem::path& file, std::int64_t size) {
  const auto sum = make_sum(kind);
  std::ifstream input(file, std::ios::binary);
  std::string block(std::size_t{1} << 20, '\0');
  for (std::int64_t left = size; left > 0; left -= input.gcount()) {
    input.read(block.data(), std::min(left, std::ssize(block)));
    if (input.gcount() == 0) {
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read whole", file.string()));
    }
    sum->add({block.data(), static_cast<std::size_t>(input.gcount())});
  }
  return base64(sum->finish());
}

}  // namespace forecart
