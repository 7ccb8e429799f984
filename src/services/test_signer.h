#pragma once

#include "services/base64url.h"

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace forecart {

/// A key pair as providers have them, and what it signs, right or wrong, for tests.
class TestSigner {
 public:
  static TestSigner rsa(unsigned bits = 2048) { return TestSigner(EVP_RSA_gen(bits), true); }
  static TestSigner curve(const char* name = "P-256") {
    return TestSigner(EVP_EC_gen(name), false);
  }

  nlohmann::json jwk(const std::string& kid) const {
    if (is_rsa_) {
      return {{"kty", "RSA"}, {"kid", kid}, {"n", number("n", 0)}, {"e", number("e", 0)}};
    }
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"kid", kid},
            {"x", number("qx", 32)},
            {"y", number("qy", 32)}};
  }

  /// Whatever the header says: by RSA with PKCS #1 padding, or PSS where `alg` is PS256; by the
  /// curve else.
  std::string token(const nlohmann::json& header, const nlohmann::json& claims) const {
    const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
    const bool pss = header.contains("alg") && header["alg"] == "PS256";
    const std::string signature = signed_by_openssl(text, pss);
    return text + "." + base64url(is_rsa_ ? signature : flat(signature));
  }

  /// What a careless checker would take for the secret of HS256: the public key as PEM would do
  /// too.
  static std::string hmac_token(const std::string& key, const nlohmann::json& header,
                                const nlohmann::json& claims) {
    const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    return text + "." + base64url({reinterpret_cast<const char*>(mac), size});
  }

 private:
  TestSigner(EVP_PKEY* key, bool is_rsa) : key_(key, &EVP_PKEY_free), is_rsa_(is_rsa) {
    if (key == nullptr) std::abort();
  }

  std::string number(const char* name, int bytes) const {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) std::abort();
    std::string text(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()),
                 static_cast<int>(text.size()));
    BN_free(value);
    return base64url(text);
  }

  std::string signed_by_openssl(const std::string& text, bool pss) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* how = nullptr;
    EVP_DigestSignInit(context, &how, EVP_sha256(), nullptr, key_.get());
    if (pss) {
      EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string signature(2048, '\0');
    std::size_t size = signature.size();
    const int done =
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    if (done != 1) std::abort();
    signature.resize(size);
    return signature;
  }

  static std::string flat(const std::string& der) {
    const auto* from = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size()));
    std::string text(64, '\0');
    auto* const to = reinterpret_cast<unsigned char*>(text.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + 32, 32);
    ECDSA_SIG_free(pair);
    return text;
  }

  std::shared_ptr<EVP_PKEY> key_;
  bool is_rsa_;
};

}  // namespace forecart
