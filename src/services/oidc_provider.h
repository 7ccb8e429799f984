#pragma once

#include "base/time.h"
#include "net/http.h"
#include "services/kept_answer.h"
#include "services/oidc_metadata.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace forecart {

/// What a provider says of itself and its keys, asked for once an hour and kept. However many ask,
/// one request is on its way; where it fails, all are told so for ten seconds. Safe for several
/// threads. Answers take five seconds and 256 KiB at most.
class OidcProvider {
 public:
  using Clock = std::function<Instant()>;
  using Keys = std::vector<Jwk>;

  OidcProvider(std::string issuer, HttpOptions http, Clock clock, std::stop_token stop);

  /// Throw OidcError provider_away or provider_wrong.
  std::shared_ptr<const OidcMetadata> metadata();
  std::shared_ptr<const Keys> keys();
  /// The same, asked for again where that was not done within half a minute: for a token of a key
  /// that is not among them, as providers change theirs.
  std::shared_ptr<const Keys> newer_keys();

  /// POST of a form to the token endpoint. What goes wrong on the way is told by the response.
  /// Throws OidcError provider_wrong for an answer that is too large.
  HttpResponse post_form(const std::string& address, const std::string& form,
                         const NamedValues& headers);

 private:
  std::string fetch(const std::string& address, const char* what);
  HttpResponse send(HttpRequest request);
  Keys fetch_keys();

  std::string issuer_;
  HttpClient client_;
  Clock clock_;
  std::stop_token stop_;
  KeptAnswer<OidcMetadata> metadata_;
  KeptAnswer<Keys> keys_;
};

}  // namespace forecart
