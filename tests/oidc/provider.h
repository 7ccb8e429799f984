#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace forecart::testing_oidc {

/// tests/oidc/provider.mjs, from its start to the end of this.
class Provider {
 public:
  /// What it takes, from the environment; nothing where scripts/setup --test could not fetch it.
  struct Place {
    std::string node;
    std::string script;
    std::string modules;
  };
  static std::optional<Place> place();

  /// Throws std::runtime_error with the reason where it does not start.
  explicit Provider(const Place& place);
  ~Provider();
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  const std::string& issuer() const { return issuer_; }
  /// The one that takes secrets in the body only.
  const std::string& body_issuer() const { return body_issuer_; }

 private:
  pid_t process_ = -1;
  int input_ = -1;  ///< closed, it ends
  std::string issuer_;
  std::string body_issuer_;
};

}  // namespace forecart::testing_oidc
