#pragma once

#include "services/jwk_set.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

inline constexpr std::size_t kMostTokenBytes = std::size_t{64} << 10;

/// A signed token, taken apart; nothing in it is to be believed before the signature is checked.
struct Jws {
  JwsAlgorithm algorithm = JwsAlgorithm::rs256;
  std::string kid = {};  ///< of the key; "" where it names none
  std::string payload;
  std::string signature;
  std::string_view signed_bytes;  ///< of the text that was parsed
};

/// The compact form of RFC 7515, section 7.1. Throws OidcError token_refused for what is none, has
/// more than kMostTokenBytes, asks for another algorithm than ours, for an extension (`crit`), or
/// is another kind of token (`typ`). A key that comes with it (`jwk`, `x5c`, `jku`, `x5u`) is never
/// looked at. The text must live as long as what is given.
Jws parse_jws(std::string_view text);

enum class SignatureCheck {
  good,
  wrong,
  no_key,  ///< none of the keys is the one it names, or it names none and several fit
};

SignatureCheck check_signature(const Jws& token, const std::vector<Jwk>& keys);

}  // namespace forecart
