#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace forecart {

/// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; nothing may be added afterwards.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// SHA-256 as 64 lower-case hexadecimal digits (FIPS 180-4, by OpenSSL).
std::string sha256(std::string_view bytes);

/// The same of a file's content, read in blocks. Throws Error not_found or unreadable.
std::string sha256_file(const std::filesystem::path& path);

/// Whether a text is one as these write it.
bool is_sha256(std::string_view text);

}  // namespace forecart
