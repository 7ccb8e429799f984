#include "access/sessions.h"

#include "base/error.h"

#include "access/secret.h"
#include <fmt/format.h>

#include <vector>

namespace forecart {

namespace {

constexpr const char* kRoom = "access/sessions/";

std::string key_of(const std::string& hash) {
  return fmt::format("{}{}.json", kRoom, hash);
}

}  // namespace

Sessions::Sessions(ObjectStore& store, ReadBudget& budget, const SessionLimits& limits, Clock clock)
    : store_(store),
      budget_(budget),
      limits_(limits),
      clock_(std::move(clock)),
      cache_(limits.freshness, limits.most_kept) {}

NewSession Sessions::start(const User& user) {
  const std::string secret = make_secret(SecretKind::session);
  const std::string hash = secret_hash(secret);
  const Instant now = clock_();
  const Session session{.user = user.name,
                        .user_id = user.id,
                        .generation = user.generation,
                        .created = now,
                        .seen = now,
                        .expires = now + limits_.longest};
  store_.put(key_of(hash), to_text(session));
  cache_.keep(hash, session, now);
  return {secret, csrf_token(secret), session.expires};
}

std::optional<Session> Sessions::find(std::string_view secret, std::string_view address) {
  using Known = SessionCache::Known;
  if (!is_secret(SecretKind::session, secret)) return std::nullopt;
  const std::string hash = secret_hash(secret);
  const Instant now = clock_();
  const auto [known, session] = cache_.look(hash, now);
  if (known == Known::gone) return std::nullopt;
  if (known == Known::no) budget_.spend(address);
  // one that ran out unused here may be in use at another process
  if (known == Known::fresh && !has_run_out(*session, now)) return session;
  return load(hash, now);
}

std::optional<std::optional<Session>> Sessions::recall(std::string_view secret) const {
  using Known = SessionCache::Known;
  if (!is_secret(SecretKind::session, secret)) return std::optional<Session>();
  const Instant now = clock_();
  const auto [known, session] = cache_.recall(secret_hash(secret), now);
  if (known == Known::gone) return std::optional<Session>();
  if (known != Known::fresh || has_run_out(*session, now)) return std::nullopt;
  return session;
}

/// Others who tell that it is in use do so by conditional writes: one that comes after this mark
/// fails, so that what is removed then does not come back.
void Sessions::end(std::string_view secret) {
  if (!is_secret(SecretKind::session, secret)) return;
  const std::string hash = secret_hash(secret);
  const std::string key = key_of(hash);
  for (bool marked = false; !marked;) {
    const auto object = store_.get(key);
    if (!object) break;
    Session session = parse_session(object->bytes);
    session.ended = true;
    marked = store_.put_if_match(key, to_text(session), object->tag);
  }
  store_.remove(key);
  cache_.keep_gone(hash);
}

std::size_t Sessions::sweep() {
  // an object that was written so long ago belongs to a session that ran out, whatever it says
  const Instant oldest = store_.now() - 2 * limits_.longest;
  std::vector<std::string> old;
  store_.list_objects({kRoom, ""}, [&](const ObjectInfo& object) {
    if (object.modified < oldest) old.push_back(object.key);
    return true;
  });
  for (const std::string& key : old) store_.remove(key);
  return old.size();
}

bool Sessions::has_run_out(const Session& session, Instant now) const {
  return session.ended || now >= session.expires || now - session.seen >= limits_.idle;
}

std::optional<Session> Sessions::load(const std::string& hash, Instant now) {
  try {
    const auto session = loaded(hash, now);
    if (session) return cache_.keep(hash, *session, now);
    cache_.keep_gone(hash);
    return std::nullopt;
  } catch (...) {
    cache_.forget(hash);  // nobody goes on with what could not be looked up
    throw;
  }
}

std::optional<Session> Sessions::loaded(const std::string& hash, Instant now) {
  const auto object = store_.get(key_of(hash));
  if (!object) return std::nullopt;
  Session session = parse_session(object->bytes);
  if (has_run_out(session, now)) {
    store_.remove(key_of(hash));
    return std::nullopt;
  }
  const bool due = now - session.seen >= limits_.seen_every;
  if (due && !tell_seen(hash, session, object->tag)) return loaded(hash, now);
  return session;
}

/// False where somebody else changed it meanwhile. A store that cannot be written ends no session
/// before its time: only the note is missing.
bool Sessions::tell_seen(const std::string& hash, Session& session, const std::string& tag) {
  Session seen = session;
  seen.seen = clock_();
  try {
    if (!store_.put_if_match(key_of(hash), to_text(seen), tag)) return false;
  } catch (const Error&) {
    return true;
  }
  session = seen;
  return true;
}

}  // namespace forecart
