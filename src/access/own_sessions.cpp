#include "access/access.h"
#include "access/audited.h"
#include "access/secret.h"

#include <algorithm>

namespace forecart {

namespace {

constexpr std::size_t kIdDigits = 16;

}  // namespace

std::vector<OwnSession> Access::sessions_of(const Principal& user, std::string_view secret) {
  const std::string own = secret_hash(secret);
  std::vector<OwnSession> list;
  for (const auto& [hash, session] : sessions_.of(user.user())) {
    list.push_back({.id = hash.substr(0, kIdDigits),
                    .created = session.created,
                    .seen = session.seen,
                    .from = session.from,
                    .expires = session.expires,
                    .is_this = hash == own});
  }
  std::sort(list.begin(), list.end(),
            [](const OwnSession& a, const OwnSession& b) { return a.seen > b.seen; });
  return list;
}

void Access::end_session(const Principal& user, std::string_view id, const Actor& by) {
  audited(by, {"session.end", user.name(), {{"session", std::string(id)}}}, [&] {
    for (const auto& [hash, session] : sessions_.of(user.user())) {
      if (hash.substr(0, kIdDigits) == id) return sessions_.end_hash(hash);
    }
    throw Error(ErrorCode::unknown_name,
                "there is no such session, or it has ended; GET /api/v1/sessions lists them");
  });
}

std::size_t Access::end_other_sessions(const Principal& user, std::string_view secret,
                                       const Actor& by) {
  std::size_t ended = 0;
  audited(by, {"session.end_others", user.name()}, [&] {
    const std::string own = secret_hash(secret);
    for (const auto& [hash, session] : sessions_.of(user.user())) {
      if (hash == own) continue;
      sessions_.end_hash(hash);
      ++ended;
    }
  });
  return ended;
}

}  // namespace forecart
