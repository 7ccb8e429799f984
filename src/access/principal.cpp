#include "access/principal.h"

#include <algorithm>

namespace forecart {

Principal::Principal(std::shared_ptr<const User> user, const ApiToken& token)
    : user_(std::move(user)), token_id_(token.id), scope_(token.scope) {}

Role Principal::role() const {
  return scope_ ? std::min(user_->role, scope_->role) : user_->role;
}

bool Principal::sees(std::string_view dataset) const {
  if (scope_ && scope_->datasets && !covers(*scope_->datasets, dataset)) return false;
  return user_->role == Role::admin || covers(user_->grants, dataset);
}

}  // namespace forecart
