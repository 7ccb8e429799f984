#include "http/tls.h"

#include "base/error.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

namespace forecart {

namespace {

namespace ssl = boost::asio::ssl;

/// TLS 1.2 as RFC 9325, section 4.2, recommends it; TLS 1.3 has no others.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

Error unusable(const TlsFiles& files, const std::string& why) {
  return {
      ErrorCode::bad_data,
      fmt::format("certificate '{}' with key '{}' cannot be used: {}; give PEM files, the chain "
                  "with the server's own certificate first, and its key without a password",
                  files.certificate.string(), files.key.string(), why)};
}

std::filesystem::file_time_type change_of(const TlsFiles& files) {
  try {
    return std::max(last_write_time(files.certificate), last_write_time(files.key));
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCode::unreadable,
                fmt::format("'{}' cannot be read ({}); see --tls-certificate and --tls-key",
                            error.path1().string(), error.code().message()));
  }
}

void require_valid_today(const TlsFiles& files, SSL_CTX* context) {
  const X509* const certificate = SSL_CTX_get0_certificate(context);
  if (certificate == nullptr) throw unusable(files, "there is none");
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    throw unusable(files, "it has expired");
  }
  if (SSL_CTX_check_private_key(context) != 1) throw unusable(files, "the key is of another");
}

std::shared_ptr<ssl::context> read(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, kCiphers);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  // A password would be asked for on the terminal.
  SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
  try {
    context->use_certificate_chain_file(files.certificate.string());
    context->use_private_key_file(files.key.string(), ssl::context::pem);
  } catch (const boost::system::system_error& error) {
    throw unusable(files, error.code().message());
  }
  require_valid_today(files, native);
  return context;
}

}  // namespace

TlsIdentity::TlsIdentity(TlsFiles files)
    : files_(std::move(files)), changed_(change_of(files_)), context_(read(files_)) {}

bool TlsIdentity::renew() {
  const auto changed = change_of(files_);
  if (changed == changed_) return false;
  changed_ = changed;  // what is wrong is told once
  context_ = read(files_);
  return true;
}

}  // namespace forecart
