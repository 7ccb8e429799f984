#pragma once

#include "access/user.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace forecart {

/// Who asks, and what they may: a user as it was when the request came, by a session or a token.
/// Cheap to copy; nothing changes in it.
class Principal {
 public:
  enum class How { session, token };

  explicit Principal(std::shared_ptr<const User> user) : user_(std::move(user)) {}
  /// Of a token of that user.
  Principal(std::shared_ptr<const User> user, const ApiToken& token);

  const std::string& name() const { return user_->name; }
  const User& user() const { return *user_; }
  How how() const { return token_id_.empty() ? How::session : How::token; }
  /// "" of a session.
  const std::string& token_id() const { return token_id_; }

  /// The lesser of the user's and the token's.
  Role role() const;
  bool may(Role least) const { return role() >= least; }
  /// Whether it is by a token that is for some data sets alone.
  bool is_limited() const {
    return scope_ && scope_->datasets && !scope_->datasets->contains(kAllDatasets);
  }
  /// An admin sees all, others what they were granted; a token no more than it is for.
  bool sees(std::string_view dataset) const;

 private:
  std::shared_ptr<const User> user_;
  std::string token_id_;
  std::optional<Scope> scope_;
};

}  // namespace forecart
