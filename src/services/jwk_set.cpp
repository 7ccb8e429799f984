#include "services/jwk_set.h"

#include "services/base64url.h"
#include "services/strict_json.h"

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr int kLeastRsaBits = 2048;  // RFC 7518, section 3.3
constexpr int kMostRsaBits = 8192;   // a bigger one costs the checker too much
constexpr std::size_t kMostExponentBytes = 4;
constexpr std::size_t kCoordinateBytes = 32;  // RFC 7518, section 6.2.1.2: of P-256, always all

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* resource) const {
    release(resource);
  }
};
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::optional<std::string> bytes_member(const json& object, const char* name) {
  const auto text = text_member(object, name);
  return text ? parse_base64url(*text) : std::nullopt;
}

/// Null where OpenSSL finds no public key in it.
std::shared_ptr<EVP_PKEY> made_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext making(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (params && making && EVP_PKEY_fromdata_init(making.get()) == 1) {
    EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get());
  }
  std::shared_ptr<EVP_PKEY> key(made, Release<EVP_PKEY_free>());
  ERR_clear_error();
  return key;
}

std::shared_ptr<EVP_PKEY> rsa_key(const json& object) {
  const auto modulus = bytes_member(object, "n");
  const auto exponent = bytes_member(object, "e");
  if (!modulus || !exponent || modulus->size() > kMostRsaBits / 8 + 1) return nullptr;
  if (exponent->empty() || exponent->size() > kMostExponentBytes) return nullptr;
  const Number n = number_of(*modulus);
  const Number e = number_of(*exponent);
  const int bits = BN_num_bits(n.get());
  if (bits < kLeastRsaBits || bits > kMostRsaBits) return nullptr;
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return made_key("RSA", builder.get());
}

/// On the curve, and not at infinity.
bool is_sound_point(EVP_PKEY* key) {
  const KeyContext checking(EVP_PKEY_CTX_new(key, nullptr));
  const bool sound = checking && EVP_PKEY_public_check(checking.get()) == 1;
  ERR_clear_error();
  return sound;
}

std::shared_ptr<EVP_PKEY> curve_key(const json& object) {
  const auto x = bytes_member(object, "x");
  const auto y = bytes_member(object, "y");
  if (text_member(object, "crv") != "P-256" || !x || !y) return nullptr;
  if (x->size() != kCoordinateBytes || y->size() != kCoordinateBytes) return nullptr;
  const std::string point = '\4' + *x + *y;  // SEC 1, section 2.3.3: not compressed
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  auto key = made_key("EC", builder.get());
  return key && is_sound_point(key.get()) ? key : nullptr;
}

/// RFC 7517, sections 4.2 and 4.3: what the key says it is for.
bool is_for_signatures(const json& object) {
  if (object.contains("use") && text_member(object, "use") != "sig") return false;
  const auto operations = object.find("key_ops");
  if (operations == object.end()) return true;
  return operations->is_array() &&
         std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

/// "r s" of RFC 7518, section 3.4, in the DER that OpenSSL reads; empty where it is none.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return {};
  const EcSignature pair(ECDSA_SIG_new());
  Number r = number_of(signature.substr(0, kCoordinateBytes));
  Number s = number_of(signature.substr(kCoordinateBytes));
  ECDSA_SIG_set0(pair.get(), r.release(), s.release());
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  auto* to = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(pair.get(), &to);
  return der;
}

bool set_padding(EVP_PKEY_CTX* context, JwsAlgorithm algorithm) {
  if (algorithm == JwsAlgorithm::es256) return true;
  if (algorithm == JwsAlgorithm::rs256) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::optional<JwsAlgorithm> jws_algorithm(std::string_view name) {
  if (name == "RS256") return JwsAlgorithm::rs256;
  if (name == "PS256") return JwsAlgorithm::ps256;
  if (name == "ES256") return JwsAlgorithm::es256;
  return std::nullopt;
}

bool Jwk::fits(JwsAlgorithm wanted) const {
  return is_rsa == (wanted != JwsAlgorithm::es256) && (!algorithm || *algorithm == wanted);
}

std::optional<Jwk> parse_jwk(const json& object) {
  if (!object.is_object() || !is_for_signatures(object)) return std::nullopt;
  const auto type = text_member(object, "kty");
  if (type != "RSA" && type != "EC") return std::nullopt;
  Jwk jwk{.kid = text_member(object, "kid").value_or(""), .is_rsa = type == "RSA"};
  if (object.contains("alg")) {
    jwk.algorithm = jws_algorithm(text_member(object, "alg").value_or(""));
    if (!jwk.algorithm || !jwk.fits(*jwk.algorithm)) return std::nullopt;
  }
  jwk.key = jwk.is_rsa ? rsa_key(object) : curve_key(object);
  if (!jwk.key) return std::nullopt;
  return jwk;
}

std::optional<std::vector<Jwk>> parse_jwk_set(std::string_view text) {
  const auto set = strict_json_object(text, kMostJwkSetBytes);
  if (!set || !set->contains("keys")) return std::nullopt;
  const json& listed = set->at("keys");
  if (!listed.is_array() || listed.size() > kMostJwks) return std::nullopt;
  std::vector<Jwk> keys;
  for (const json& object : listed) {
    if (auto jwk = parse_jwk(object)) keys.push_back(std::move(*jwk));
  }
  return keys;
}

bool has_signed(const Jwk& key, JwsAlgorithm algorithm, std::string_view bytes,
                std::string_view signature) {
  if (!key.fits(algorithm)) return false;
  const std::string given =
      algorithm == JwsAlgorithm::es256 ? der_of(signature) : std::string(signature);
  if (given.empty()) return false;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* checking = nullptr;
  const bool good =
      EVP_DigestVerifyInit(context.get(), &checking, EVP_sha256(), nullptr, key.key.get()) == 1 &&
      set_padding(checking, algorithm) &&
      EVP_DigestVerify(context.get(), bytes_of(given), given.size(), bytes_of(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace forecart
