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

/// Below it are those of a user.
std::string room_of(const std::string& user_id) {
  return fmt::format("{}of/{}/", kRoom, user_id);
}

std::string mark_of(const std::string& user_id, const std::string& hash) {
  return fmt::format("{}{}.json", room_of(user_id), hash);
}

}  // namespace

Sessions::Sessions(ObjectStore& store, ReadBudget& budget, const SessionLimits& limits, Clock clock)
    : store_(store),
      budget_(budget),
      limits_(limits),
      clock_(std::move(clock)),
      cache_(limits.freshness, limits.most_kept) {}

NewSession Sessions::start(const User& user, std::string_view address) {
  const std::string secret = make_secret(SecretKind::session);
  const std::string hash = secret_hash(secret);
  const Instant now = clock_();
  const Session session{.user = user.name,
                        .user_id = user.id,
                        .generation = user.generation,
                        .created = now,
                        .seen = now,
                        .expires = now + limits_.longest,
                        .from = std::string(address)};
  const std::string text = to_text(session);
  store_.put(mark_of(user.id, hash), text);
  store_.put(key_of(hash), text);
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
  return load(hash, address, now);
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
  if (is_secret(SecretKind::session, secret)) end_hash(secret_hash(secret));
}

void Sessions::end_hash(const std::string& hash) {
  const std::string key = key_of(hash);
  Session session;
  for (bool marked = false; !marked;) {
    const auto object = store_.get(key);
    if (!object) break;
    session = parse_session(object->bytes);
    session.ended = true;
    marked = store_.put_if_match(key, to_text(session), object->tag);
  }
  forget(hash, session);
  cache_.keep_gone(hash);
}

void Sessions::forget(const std::string& hash, const Session& session) {
  store_.remove(key_of(hash));
  if (!session.user_id.empty()) store_.remove(mark_of(session.user_id, hash));
}

/// What ended meanwhile, by another process or by itself, left its mark.
std::map<std::string, Session> Sessions::of(const User& user) {
  const std::string room = room_of(user.id);
  const Instant now = clock_();
  std::map<std::string, Session> found;
  for (const std::string& mark : store_.list(room)) {
    const std::string hash = mark.substr(room.size(), mark.rfind('.') - room.size());
    const auto text = store_.read(key_of(hash));
    const auto session = text ? std::optional(parse_session(*text)) : std::nullopt;
    const bool goes_on = session && !has_run_out(*session, now) && session->user_id == user.id &&
                         session->generation == user.generation;
    if (goes_on) {
      found.emplace(hash, *session);
    } else {
      store_.remove(mark);
    }
  }
  return found;
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

std::optional<Session> Sessions::load(const std::string& hash, std::string_view address,
                                      Instant now) {
  try {
    const auto session = loaded(hash, address, now);
    if (session) return cache_.keep(hash, *session, now);
    cache_.keep_gone(hash);
    return std::nullopt;
  } catch (...) {
    cache_.forget(hash);  // nobody goes on with what could not be looked up
    throw;
  }
}

std::optional<Session> Sessions::loaded(const std::string& hash, std::string_view address,
                                        Instant now) {
  const auto object = store_.get(key_of(hash));
  if (!object) return std::nullopt;
  Session session = parse_session(object->bytes);
  if (has_run_out(session, now)) {
    forget(hash, session);
    return std::nullopt;
  }
  const bool due = now - session.seen >= limits_.seen_every;
  if (due && !tell_seen(hash, session, address, object->tag)) return loaded(hash, address, now);
  return session;
}

/// False where somebody else changed it meanwhile. A store that cannot be written ends no session
/// before its time: only the note is missing.
bool Sessions::tell_seen(const std::string& hash, Session& session, std::string_view address,
                         const std::string& tag) {
  Session seen = session;
  seen.seen = clock_();
  seen.from = address;
  try {
    if (!store_.put_if_match(key_of(hash), to_text(seen), tag)) return false;
  } catch (const Error&) {
    return true;
  }
  session = seen;
  return true;
}

}  // namespace forecart
