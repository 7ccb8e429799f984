#pragma once

#include "services/id_token.h"
#include "services/oidc_error.h"
#include "services/oidc_provider.h"
#include "services/oidc_settings.h"
#include "services/oidc_ticket.h"
#include "services/used_tickets.h"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace forecart {

struct OidcOptions {
  /// 32 bytes or more that several servers behind one address share, so that a sign-in may begin at
  /// one and end at another. "": random ones of this process.
  std::string ticket_key = {};
  HttpOptions http = {};
  std::stop_token stop = {};  ///< ends requests on their way
  std::function<Instant()> clock = [] {
    return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
  };
};

/// A sign-in that began.
struct OidcBeginning {
  std::string url;     ///< where to send the browser
  std::string ticket;  ///< for a cookie: HttpOnly, Secure, SameSite=Lax, Max-Age kTicketValid
};

/// Signs people in at a provider of OpenID Connect: authorization code flow with PKCE, state and
/// nonce. Keeps nothing of a sign-in but that it was used: each is good for one exchange of a code.
/// Calls block while the provider is asked, 5 s a request and 20 s in all at most; so call on a
/// worker's thread. Safe for several threads.
class Oidc {
 public:
  /// Asks nobody yet. Throws OidcError settings.
  explicit Oidc(const OidcSettings& settings, OidcOptions options = {});

  /// Throws OidcError provider_away or provider_wrong.
  OidcBeginning begin();

  /// Who came back. `query` is that of the callback, decoded; `ticket` the cookie's value, "" where
  /// there is none. Whatever comes of it, the cookie is of no more use: remove it. Throws
  /// OidcError.
  OidcIdentity finish(const NamedValues& query, std::string_view ticket);

 private:
  std::string id_token_for(const std::string& code, const std::string& verifier);
  std::string claims_of(std::string_view token, const OidcMetadata& metadata);

  OidcSettings settings_;
  std::function<Instant()> clock_;
  TicketOffice office_;
  OidcProvider provider_;
  UsedTickets used_;
};

}  // namespace forecart
