#pragma once

#include "server/access_token.h"
#include "server/address_range.h"
#include "server/identity.h"
#include "server/rate_limit.h"
#include "server/route.h"

#include "access/access.h"
#include "http/message.h"
#include "http/service.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace forecart {

struct GuardOptions {
  std::optional<AccessToken> service{};  ///< token of the server, for events and uploads alone
  /// Where people find it, "https://forecast.example.com", when a proxy stands in front; then what
  /// the proxy says of the client's address is believed. "": where it listens.
  std::string public_url{};
  /// AddressRange of that proxy, "10.0.0.0/16", where it runs on another host; "": it runs on this
  /// one.
  std::string proxy_network{};
  bool loopback = true;               ///< it listens for this host alone
  double requests_per_second = 1000;  ///< of a user or an address; 0: any
};

/// Who sends a request, and whether they may: signing in is `Access`'s matter, this reads headers.
/// Safe for several threads.
class Guard {
 public:
  /// `access` outlives it; without it there are no users. Throws Error invalid_value for a public
  /// address or a network that is none.
  explicit Guard(GuardOptions options, Access* access = nullptr);

  using Verdict = std::variant<Identity, Answer>;

  /// Who it is, a stranger too; an answer where nobody may ask so: under a name that is not this
  /// server's, from a page of another site, too often, or without the page's own token where a
  /// session is to change something. Nothing where it would have to wait for the store and may not.
  std::optional<Verdict> identify(const Request& request, Patience patience) const;

  /// Why somebody may not use a route, or see that data set ("" where it is of none): what is no
  /// name of a data set is refused as one that is not there.
  std::optional<Answer> refusal(const Route& route, const Identity& who,
                                const std::string& dataset) const;

  /// To the audit: somebody has changed something, or was not able to.
  void tell(const Identity& who, const std::string& what, const std::string& on,
            const std::string& outcome) const;

  /// The header that gives a browser its session, or takes it away.
  std::string cookie(const Request& request, const std::string& secret,
                     std::chrono::seconds valid) const;
  std::string ended_cookie(const Request& request) const;
  /// The client's own, past a proxy that is ours.
  std::string address_of(const Request& request) const;
  /// "https://forecast.example.com".
  std::string origin_of(const Request& request) const;

 private:
  bool is_proxy(const std::string& peer) const;
  static std::optional<Answer> uncleared(Clearance clearance, const Identity& who);
  bool is_encrypted(const Request& request) const;
  std::optional<Answer> misdirected(const Request& request) const;
  std::optional<Answer> forged(const Request& request) const;
  std::optional<Verdict> by_token(const Request& request, Identity who, Patience patience) const;
  std::optional<Verdict> by_session(const Request& request, Identity who, Patience patience) const;

  GuardOptions options_;
  std::string public_host_;
  std::optional<AddressRange> proxies_;
  Access* access_;
  mutable RateLimit rate_;
};

/// 404, the same whether there is no such data set or it is not for who asks.
Error unseen_dataset(const std::string& dataset);

/// The value of a cookie of that name; empty where there is none.
std::string cookie_value(const Request& request, std::string_view name);

}  // namespace forecart
