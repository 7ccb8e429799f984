#pragma once

#include "base/log.h"
#include "server/guard.h"
#include "server/route.h"

#include "http/service.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace forecart {

/// What can be asked, by whom, and the answers: the whole of HTTP's meaning without its bytes.
/// Filled once, then safe for several threads.
class RouteTable final : public Service {
 public:
  /// The guard and the log outlive it; the log, if there is one, is told of what was not foreseen.
  explicit RouteTable(const Guard& guard, Log* log = nullptr) : guard_(guard), log_(log) {}

  void add(Route route);
  /// A JSON Schema by the name that routes use; it may refer to others as "#/components/schemas/X".
  void add_schema(const std::string& name, std::string schema);

  std::optional<Decision> decide(const Request& head, std::optional<std::int64_t> declared_bytes,
                                 Patience patience) const override;

  /// The answer to a whole request, for tests: decided, then answered. The limit of a body is not
  /// looked at.
  Answer answer(const Request& request) const;

  /// The same of somebody who is known, such as this program itself.
  Answer answer(const Request& request, const Identity& who) const;

  const std::vector<Route>& routes() const { return routes_; }
  const std::map<std::string, std::string>& schemas() const { return schemas_; }

 private:
  class RouteTask;
  struct Match {
    const Route* route;
    std::vector<std::string> values;
    NamedValues query;
  };
  template <class Make>
  auto or_error(const std::string& route, Make make) const -> decltype(make());
  Answer went_wrong(const std::string& route, const std::exception& exception) const;
  std::variant<Match, Answer> find(const Request& request) const;
  std::optional<Answer> refusal(const Match& match, const Identity& who, const Request& head,
                                std::optional<std::int64_t> declared_bytes) const;
  std::optional<Decision> decision(const Request& head, std::optional<std::int64_t> declared_bytes,
                                   Patience patience) const;

  const Guard& guard_;
  Log* log_;
  std::vector<Route> routes_;
  std::map<std::string, std::string> schemas_;
};

/// The names of the "{name}" segments of a pattern.
std::vector<std::string> path_parameters(std::string_view pattern);

}  // namespace forecart
