#include "server/guard.h"

#include "base/ascii.h"
#include "base/dataset_name.h"
#include "base/error.h"
#include "net/uri.h"

#include "access/network_address.h"
#include "access/secret.h"
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr const char* kSecureCookie = "__Host-forecart";
constexpr const char* kPlainCookie = "forecart-session";

bool is_change(const Request& request) {
  return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

bool is_loopback(const std::string& address) {
  boost::system::error_code failure;
  const auto parsed = boost::asio::ip::make_address(address, failure);
  return !failure && parsed.is_loopback();
}

/// "localhost:8080" and "[::1]:8080" without the port.
std::string host_name(std::string_view host) {
  if (host.starts_with('[')) return ascii_lower(host.substr(0, host.find(']') + 1));
  return ascii_lower(host.substr(0, host.find(':')));
}

Answer with_challenge(Answer answer) {
  answer.headers.emplace_back("www-authenticate", "Bearer realm=\"forecart\"");
  return answer;
}

Answer not_known() {
  return with_challenge(error_answer(
      401, "unauthenticated", "nobody is signed in, or the token is not valid",
      "sign in, or send the header Authorization: Bearer TOKEN (forecart user token add)"));
}

Answer too_many() {
  Answer answer = error_answer(429, "too_many_requests", "too many requests in a short time",
                               "wait a second, and send fewer");
  answer.headers.emplace_back("retry-after", "1");
  return answer;
}

Role least_role(Clearance clearance) {
  if (clearance == Clearance::admin || clearance == Clearance::service) return Role::admin;
  const bool analyst = clearance == Clearance::analyst || clearance == Clearance::intake;
  return analyst ? Role::analyst : Role::viewer;
}

std::string host_of_url(const std::string& url) {
  if (url.empty()) return {};
  const Url parsed = parse_url(url);
  if (parsed.path != "/" && !parsed.path.empty()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' has a path; give the origin alone, https://HOST", url));
  }
  return parsed.host;
}

}  // namespace

Guard::Guard(GuardOptions options, Access* access)
    : options_(std::move(options)),
      public_host_(host_of_url(options_.public_url)),
      access_(access),
      rate_(options_.requests_per_second) {
  if (!options_.proxy_network.empty()) proxies_.emplace(options_.proxy_network);
}

bool Guard::is_encrypted(const Request& request) const {
  return request.encrypted || options_.public_url.starts_with("https://");
}

std::string Guard::origin_of(const Request& request) const {
  if (!public_host_.empty()) {
    return fmt::format("{}://{}", is_encrypted(request) ? "https" : "http", public_host_);
  }
  return fmt::format("{}://{}", request.encrypted ? "https" : "http", request.header("host"));
}

bool Guard::is_proxy(const std::string& peer) const {
  if (options_.public_url.empty()) return false;
  return is_loopback(peer) || (proxies_ && proxies_->holds(peer));
}

std::string Guard::address_of(const Request& request) const {
  if (!is_proxy(request.peer)) return request.peer;
  std::string_view chain;
  for (const auto& [name, value] : request.headers) {  // a proxy may add a line of its own
    if (name == "x-forwarded-for") chain = value;
  }
  const std::size_t comma = chain.rfind(',');
  std::string last(comma == std::string_view::npos ? chain : chain.substr(comma + 1));
  std::erase(last, ' ');
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(last, failure);
  return failure ? request.peer : address.to_string();
}

/// A page elsewhere whose name is made to stand for this host (DNS rebinding) sends its own name.
/// Load balancers ask by the address whether the server lives, which is no secret.
std::optional<Answer> Guard::misdirected(const Request& request) const {
  if (request.target == "/healthz" || request.target == "/readyz") return std::nullopt;
  const std::string host = host_name(request.header("host"));
  constexpr std::array<std::string_view, 3> kOwn{"localhost", "127.0.0.1", "[::1]"};
  const bool own = std::find(kOwn.begin(), kOwn.end(), host) != kOwn.end();
  if (own && options_.loopback) return std::nullopt;
  if (public_host_.empty() ? !options_.loopback : host == host_name(public_host_)) {
    return std::nullopt;
  }
  return error_answer(421, "misdirected", "this server is not the one that the request names",
                      "start it with --public-url and the address that people use");
}

std::optional<Answer> Guard::forged(const Request& request) const {
  if (!is_change(request)) return std::nullopt;
  const std::string_view origin = request.header("origin");
  const std::string_view site = request.header("sec-fetch-site");
  const bool own_origin = origin.empty() || ascii_lower(origin) == ascii_lower(origin_of(request));
  const bool own_site = site.empty() || site == "same-origin" || site == "none";
  if (own_origin && own_site) return std::nullopt;
  return error_answer(403, "forbidden", "the request comes from a page of another site",
                      "send it from this server's own pages, or with a token from no page");
}

std::optional<Guard::Verdict> Guard::by_token(const Request& request, Identity who,
                                              Patience patience) const {
  const std::string_view shown = request.header("authorization");
  if (options_.service && options_.service->is_shown_by(shown)) {
    who.service = true;
    return who;
  }
  const std::string secret = shown_secret(shown).value_or("");
  if (access_ == nullptr || !is_secret(SecretKind::token, secret)) return not_known();
  if (patience == Patience::none) {
    const auto known = access_->recall_token(secret);
    if (!known) return std::nullopt;
    who.principal = *known;
  } else {
    who.principal = access_->of_token(secret, who.address);
  }
  if (!who.principal) return not_known();
  return who;
}

std::optional<Guard::Verdict> Guard::by_session(const Request& request, Identity who,
                                                Patience patience) const {
  const char* const name = is_encrypted(request) ? kSecureCookie : kPlainCookie;
  std::string secret = cookie_value(request, name);
  if (access_ == nullptr || !is_secret(SecretKind::session, secret)) return who;
  if (patience == Patience::none) {
    const auto known = access_->recall_session(secret);
    if (!known) return std::nullopt;
    who.principal = *known;
  } else {
    who.principal = access_->of_session(secret, who.address);
  }
  if (!who.principal) return who;
  who.session = std::move(secret);
  if (is_change(request) && !csrf_holds(who.session, request.header("x-csrf-token"))) {
    return error_answer(403, "forbidden", "the request does not show the token of its session",
                        "send the header X-CSRF-Token with csrf_token of GET /api/v1/session");
  }
  return who;
}

std::optional<Guard::Verdict> Guard::identify(const Request& request, Patience patience) const {
  if (auto answer = misdirected(request)) return std::move(*answer);
  if (auto answer = forged(request)) return std::move(*answer);
  const Identity stranger{.address = address_of(request)};
  const bool shows_token = !request.header("authorization").empty();
  auto verdict =
      shows_token ? by_token(request, stranger, patience) : by_session(request, stranger, patience);
  if (!verdict) return std::nullopt;
  const auto* const who = std::get_if<Identity>(&*verdict);
  const bool named = who != nullptr && who->principal;
  const std::string client = named ? who->principal->name() : network_of(stranger.address);
  if (!rate_.takes((named ? "user " : "address ") + client)) return too_many();
  return verdict;
}

std::optional<Answer> Guard::refusal(const Route& route, const Identity& who,
                                     const std::string& dataset) const {
  if (auto answer = uncleared(route.clearance, who)) return answer;
  // what is no name of one is not there for anybody
  const bool seen = dataset.empty() || (is_dataset_name(dataset) && who.sees(dataset));
  return seen ? std::nullopt : std::optional(error_answer(unseen_dataset(dataset)));
}

/// The same without a look at data sets.
std::optional<Answer> Guard::uncleared(Clearance clearance, const Identity& who) {
  if (clearance == Clearance::open) return std::nullopt;
  if (who.service) {
    const bool its_own = clearance == Clearance::intake || clearance == Clearance::service;
    if (its_own) return std::nullopt;
    return error_answer(403, "forbidden",
                        "the server's token is for events, uploads and metrics alone",
                        "use a token of a user: forecart user token add");
  }
  if (!who.principal) return not_known();
  const Role least = least_role(clearance);
  if (!who.principal->may(least)) {
    return error_answer(403, "forbidden", "your role may not do this",
                        fmt::format("ask an admin for the role {}", to_string(least)));
  }
  if (least == Role::admin && who.principal->is_limited()) {
    return error_answer(403, "forbidden", "the token is for some data sets alone",
                        "use a token of an admin that is for all, or sign in");
  }
  return std::nullopt;
}

void Guard::tell(const Identity& who, const std::string& what, const std::string& on,
                 const std::string& outcome) const {
  if (access_ == nullptr) return;
  Actor actor{.who = "service", .address = who.address};
  if (who.principal) actor = actor_of(*who.principal, who.address);
  access_->audit().write({.by = actor, .what = what, .on = on, .outcome = outcome});
}

std::string Guard::cookie(const Request& request, const std::string& secret,
                          std::chrono::seconds valid) const {
  const bool encrypted = is_encrypted(request);
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}",
                     encrypted ? kSecureCookie : kPlainCookie, secret, valid.count(),
                     encrypted ? "; Secure" : "");
}

std::string Guard::ended_cookie(const Request& request) const {
  return cookie(request, "", std::chrono::seconds(0));
}

Error unseen_dataset(const std::string& dataset) {
  return {ErrorCode::unknown_name,
          fmt::format("there is no data set '{}' for you; GET /api/v1/datasets lists those there "
                      "are, and an admin grants others",
                      dataset)};
}

std::string cookie_value(const Request& request, std::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (header != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      if (pair.substr(0, equals) == name) {
        return std::string(pair.substr(std::min(equals + 1, pair.size())));
      }
    }
  }
  return {};
}

}  // namespace forecart
