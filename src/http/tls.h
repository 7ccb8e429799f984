#pragma once

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <utility>  // before Asio, which forgets it

namespace forecart {

/// Where the certificate of a server lies, as PEM: its chain, its own first, and its key.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;

  bool given() const { return !certificate.empty(); }
};

/// The server's side of TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only.
/// Certificates are renewed while a server runs: files that have changed are read again.
class TlsIdentity {
 public:
  /// Throws Error unreadable or bad_data where the files are no certificate with its key, or have
  /// expired.
  explicit TlsIdentity(TlsFiles files);

  /// For the next connection; those that are open keep theirs.
  std::shared_ptr<boost::asio::ssl::context> context() const { return context_; }
  /// Whether files have changed since they were read; then they are read, and what is wrong with
  /// them throws as at the beginning, while the old ones stay in use.
  bool renew();

 private:
  TlsFiles files_;
  std::filesystem::file_time_type changed_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace forecart
