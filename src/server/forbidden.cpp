#include "server/forbidden.h"

#include "server/route.h"

#include <fmt/format.h>

namespace forecart {

void require_session(const Call& call, const std::string& what) {
  if (!call.who.session.empty()) return;
  throw Forbidden(fmt::format("a token may not {}", what),
                  "sign in, or use forecart user on the server");
}

}  // namespace forecart
