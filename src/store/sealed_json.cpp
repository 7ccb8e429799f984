#include "store/sealed_json.h"

#include "base/hash.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

constexpr const char* kName = "seal";
constexpr std::size_t kDigits = 64;
/// As the outermost object has it, and nothing inside of it or of a string.
constexpr std::string_view kBefore = "\n  \"seal\": \"";

/// Where the digits of the seal begin; npos where there is none.
std::size_t digits_at(std::string_view text) {
  const std::size_t found = text.find(kBefore);
  if (found == std::string_view::npos) return found;
  const std::size_t begin = found + kBefore.size();
  const bool closed = begin + kDigits < text.size() && text[begin + kDigits] == '"';
  return closed ? begin : std::string_view::npos;
}

std::string hash_without(std::string text, std::size_t at) {
  text.replace(at, kDigits, kDigits, '0');
  return sha256(text);
}

}  // namespace

std::string sealed_text(nlohmann::json value) {
  if (value.is_object()) value[kName] = std::string(kDigits, '0');
  std::string text = value.dump(2) + "\n";
  if (const std::size_t at = digits_at(text); at != std::string::npos) {
    text.replace(at, kDigits, hash_without(text, at));
  }
  return text;
}

Seal seal_of(std::string_view text) {
  const std::size_t at = digits_at(text);
  if (at == std::string_view::npos) return Seal::missing;
  const bool holds = hash_without(std::string(text), at) == text.substr(at, kDigits);
  return holds ? Seal::whole : Seal::broken;
}

void remove_seal(nlohmann::json& value) {
  if (value.is_object()) value.erase(kName);
}

}  // namespace forecart
