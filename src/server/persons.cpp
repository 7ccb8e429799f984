#include "server/persons.h"

#include "pipeline/personal.h"
#include "server/forbidden.h"

#include <fmt/format.h>

namespace forecart {

bool may_see_persons(const Call& call) {
  return call.who.principal && call.who.principal->may(Role::analyst);
}

void require_seeing(const Call& call, const std::string& dimension) {
  if (!is_personal(dimension) || may_see_persons(call)) return;
  throw Forbidden(fmt::format("dimension '{}' may name a person and is for analysts", dimension),
                  "ask an admin for that role, or use another dimension");
}

void require_seeing(const Call& call, const ForecastIndex::Panel& panel) {
  if (!panel.names_persons || may_see_persons(call)) return;
  throw Forbidden(
      fmt::format("the series of panel '{}' may name persons and are for analysts", panel.name),
      "ask an admin for that role, or for another panel");
}

}  // namespace forecart
