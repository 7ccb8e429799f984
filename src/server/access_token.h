#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// The secret that writing requests must show. Only its SHA-256 is kept.
class AccessToken {
 public:
  /// Throws Error invalid_value where it is shorter than kLeastTokenBytes: it could be guessed.
  explicit AccessToken(std::string_view secret);

  /// Of a file's first line, or where `file` is empty of FORECART_TOKEN; nothing where neither is
  /// given. Throws Error not_found, unreadable or invalid_value.
  static std::optional<AccessToken> from(const std::filesystem::path& file);

  /// Whether an Authorization header shows it: "Bearer TOKEN", or "Basic" with it as the password
  /// of any user, because some senders of events know nothing else. Takes the same time for every
  /// wrong token of a length.
  bool is_shown_by(std::string_view authorization) const;

 private:
  bool is(std::string_view candidate) const;

  std::string hash_;
};

inline constexpr std::size_t kLeastTokenBytes = 16;

/// What an Authorization header shows: what follows "Bearer", or the password of "Basic".
std::optional<std::string> shown_secret(std::string_view authorization);

/// What base64 text stands for; nothing where it is none.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace forecart
