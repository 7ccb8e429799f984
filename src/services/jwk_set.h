#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;  // EVP_PKEY of OpenSSL

namespace forecart {

/// How a token may be signed (RFC 7518, section 3.1): with a key pair only. "none" and the HS*
/// family, whose key would be one that is public, have no value here.
enum class JwsAlgorithm { rs256, ps256, es256 };

/// Of "RS256", "PS256" and "ES256"; nothing for any other.
std::optional<JwsAlgorithm> jws_algorithm(std::string_view name);

/// A public key of a provider that can check a signature.
struct Jwk {
  std::string kid;                             ///< "" where it has none
  bool is_rsa = false;                         ///< else of the curve P-256
  std::optional<JwsAlgorithm> algorithm = {};  ///< the only one it is for, where it says so
  std::shared_ptr<evp_pkey_st> key = {};

  bool fits(JwsAlgorithm wanted) const;
};

/// The key of a JSON Web Key (RFC 7517); nothing where it is not for RS256, PS256 or ES256, is for
/// encryption, or cannot be used: RSA of fewer than 2,048 or more than 8,192 bits, a point that is
/// not on the curve.
std::optional<Jwk> parse_jwk(const nlohmann::json& object);

inline constexpr std::size_t kMostJwkSetBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMostJwks = 100;

/// All such keys of a JWK Set. Others are left out (RFC 7517, section 5). Nothing where the text is
/// no set, or beyond those bounds.
std::optional<std::vector<Jwk>> parse_jwk_set(std::string_view text);

/// Whether the key, which must fit, signed those bytes so.
bool has_signed(const Jwk& key, JwsAlgorithm algorithm, std::string_view bytes,
                std::string_view signature);

}  // namespace forecart
