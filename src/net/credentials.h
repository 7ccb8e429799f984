#pragma once

#include "base/time.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What requests to AWS are signed with. Never goes to messages or logs.
struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;       ///< empty where there is none
  std::optional<Instant> expires;  ///< nothing where they do not
};

/// Values of environment variables; one that is empty counts as missing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Of this process.
Environment process_environment();

/// Values joined by commas; none where the variable is not set.
std::vector<std::string> listed_in(const Environment& environment, const std::string& name);

/// A place that credentials come from. Safe for several threads.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// As in "environment", for messages.
  virtual std::string name() const = 0;
  /// Nothing where this place is not set up. Throws Error where it is, but gives none.
  virtual std::optional<Credentials> load() = 0;
};

/// Credentials of the first source that gives any, kept until shortly before they expire. Where a
/// new set cannot be had, the old one serves until it has expired. Safe for several threads.
class CredentialChain {
 public:
  using Clock = std::function<Instant()>;

  explicit CredentialChain(std::vector<std::unique_ptr<CredentialSource>> sources,
                           Clock clock = nullptr);

  /// Throws Error unavailable that names all sources asked.
  Credentials get();
  /// The next `get` asks again: the service has refused these.
  void refused(const Credentials& credentials);

 private:
  Credentials load();

  std::vector<std::unique_ptr<CredentialSource>> sources_;
  Clock clock_;
  std::mutex mutex_;
  std::optional<Credentials> current_;
};

/// The order of the AWS command line: environment, web identity, profile, container, instance.
std::unique_ptr<CredentialChain> default_credentials(const Environment& environment);

}  // namespace forecart
