#pragma once

#include "base/error.h"
#include "server/access_token.h"
#include "server/message.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace forecart {

/// Who may use a route.
enum class Access {
  open,   ///< anybody
  token,  ///< who shows the token
};

/// Where the body of a request goes.
enum class BodyPlace {
  none,    ///< there may be none
  memory,  ///< Request::body
  file,    ///< Request::file, as it comes
};

/// A request together with what its path and query say.
struct Call {
  const Request& request;
  std::vector<std::string> values;  ///< of the "{name}" segments of the pattern, in their order
  NamedValues query;
};

struct Route {
  std::string method;
  std::string pattern;  ///< "/api/v1/datasets/{dataset}/files/{name}"
  Access access = Access::open;
  BodyPlace body = BodyPlace::none;
  std::int64_t most_bytes = 0;  ///< of the body
  /// Whether it only looks at memory; else it is answered by a thread that may wait for the store.
  bool instant = false;
  /// Throws Error for what cannot be met.
  std::function<Answer(const Call&)> handle = nullptr;
};

/// What can be asked, and the answers: the whole of HTTP's meaning without its bytes. Filled once,
/// then safe for several threads.
class RouteTable {
 public:
  /// Without a token, routes that ask for it answer 403 with the remedy.
  explicit RouteTable(std::optional<AccessToken> token = {}) : token_(std::move(token)) {}

  void add(Route route);

  /// What becomes of a request once its head is there: the route that takes its body, or the answer
  /// that refuses it. `declared_bytes` of the body, nothing where it is not said.
  std::variant<const Route*, Answer> decide(const Request& head,
                                            std::optional<std::int64_t> declared_bytes) const;

  /// The answer to a whole request. Errors become their envelope; never throws.
  Answer answer(const Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Match;
  std::variant<Match, Answer> find(const Request& request) const;
  std::optional<Answer> refusal(const Route& route, const Request& request) const;

  std::optional<AccessToken> token_;
  std::vector<Route> routes_;
};

/// The HTTP status of an error.
int status_of(ErrorCode code);

/// An error as its envelope; what follows the last "; " of a message is its remedy.
Answer error_answer(const Error& error);

/// 413.
Answer too_large(std::int64_t most_bytes);

}  // namespace forecart
