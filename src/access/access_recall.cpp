#include "access/access.h"
#include "access/secret.h"

namespace forecart {

std::optional<std::optional<Principal>> Access::recall_session(std::string_view secret) {
  const auto session = sessions_.recall(secret);
  if (!session) return std::nullopt;
  if (!*session) return std::optional<Principal>();
  const auto snapshot = directory_.recall();
  const auto user = snapshot == nullptr ? nullptr : snapshot->find((*session)->user);
  const bool holds = user != nullptr && user->id == (*session)->user_id &&
                     user->generation == (*session)->generation && !user->disabled;
  // that it does not hold may be because what is in memory is old
  if (!holds) return std::nullopt;
  return Principal(user);
}

std::optional<std::optional<Principal>> Access::recall_token(std::string_view secret) {
  if (!is_secret(SecretKind::token, secret)) return std::optional<Principal>();
  const auto snapshot = directory_.recall();
  const auto found = snapshot == nullptr ? std::nullopt : snapshot->find_token(secret_hash(secret));
  if (!found) return std::nullopt;
  const auto& [user, token] = *found;
  const Instant now = options_.clock();
  if (user->disabled || now >= token->expires) return std::optional<Principal>();
  const std::scoped_lock lock(mutex_);
  const auto told = used_.find(token->id);
  if (told == used_.end() || now - told->second >= kUseToldEvery) return std::nullopt;
  return Principal(user, *token);
}

}  // namespace forecart
