#include "access/password.h"

#include "base/ascii.h"
#include "base/error.h"

#include "access/common_passwords.h"
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>

namespace forecart {

namespace {

constexpr std::size_t kLeastCharacters = 12;
constexpr std::size_t kMostCharacters = 128;
constexpr std::size_t kMostBytes = 4 * kMostCharacters;
/// A shorter name is in many good passwords by chance.
constexpr std::size_t kTellingName = 4;
constexpr std::chrono::seconds kLongestWait{10};

/// Characters of UTF-8; nothing is counted where it is none.
std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
    if (size == 0 || i + size > text.size()) return 0;
    for (std::size_t k = 1; k < size; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return 0;
    }
    i += size;
  }
  return count;
}

void refuse(const std::string& why) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("this password is not allowed: {}; take a sentence, or let a password "
                          "manager make one",
                          why));
}

std::string random_base64(std::size_t bytes) {
  std::string drawn(bytes, '\0');
  randombytes_buf(drawn.data(), drawn.size());
  std::string text(sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
                   '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(drawn.data()),
                    bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  text.resize(text.find('\0'));
  return text;
}

}  // namespace

void check_password(std::string_view password, std::string_view user_name) {
  if (password.size() > kMostBytes) refuse(fmt::format("it has over {} bytes", kMostBytes));
  const std::size_t characters = count_characters(password);
  if (characters == 0 && !password.empty()) refuse("it is no text in UTF-8");
  if (characters < kLeastCharacters) {
    refuse(fmt::format("it has {} characters, {} are the least", characters, kLeastCharacters));
  }
  if (characters > kMostCharacters) {
    refuse(fmt::format("it has {} characters, {} are the most", characters, kMostCharacters));
  }
  const std::string small = ascii_lower(password);
  if (is_common_password(small)) refuse("it is one of those that are tried first");
  const std::string name = ascii_lower(user_name);
  if (name.size() >= kTellingName && small.find(name) != std::string::npos) {
    refuse("it has the user's name in it");
  }
}

/// A place among those that compute at once.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher.mutex_);
    if (hasher.waiting_ >= hasher.cost_.most_waiting) refuse_busy();
    ++hasher.waiting_;
    const bool free = hasher.free_.wait_for(lock, kLongestWait,
                                            [&] { return hasher.running_ < hasher.cost_.at_once; });
    --hasher.waiting_;
    if (!free) refuse_busy();
    ++hasher.running_;
  }
  ~Turn() {
    {
      const std::scoped_lock lock(hasher_.mutex_);
      --hasher_.running_;
    }
    hasher_.free_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static void refuse_busy() {
    throw Error(ErrorCode::unavailable,
                "too many people are signing in at this moment; try again in a few seconds");
  }

  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(HashCost cost) : cost_(cost) {
  if (sodium_init() < 0) {
    throw Error(ErrorCode::unavailable, "libsodium cannot be used on this machine");
  }
  constexpr std::size_t kSaltBytes = 16;
  constexpr std::size_t kHashBytes = 32;
  nobody_ = fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost_.memory_bytes / 1024,
                        cost_.passes, random_base64(kSaltBytes), random_base64(kHashBytes));
}

std::string PasswordHasher::hash(std::string_view password) {
  const Turn turn(*this);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), cost_.passes,
                        cost_.memory_bytes) != 0) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} MiB are needed to hash a password, and are not there; free memory",
                            cost_.memory_bytes >> 20));
  }
  return text.data();
}

bool PasswordHasher::verify(const std::string& hash, std::string_view password) {
  const std::string& known = hash.empty() ? nobody_ : hash;
  if (!known.starts_with("$argon2id$") || known.size() >= crypto_pwhash_STRBYTES) {
    throw Error(ErrorCode::bad_data, "the hash of a password is damaged; set the password again");
  }
  const Turn turn(*this);
  const bool fits = crypto_pwhash_str_verify(known.c_str(), password.data(), password.size()) == 0;
  return fits && !hash.empty();
}

bool PasswordHasher::is_outdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0;
}

}  // namespace forecart
