#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace forecart {

/// What somebody may not do, where more than the route has to be known to tell: 403 `forbidden`.
class Forbidden : public std::runtime_error {
 public:
  Forbidden(const std::string& message, std::string remedy)
      : std::runtime_error(message), remedy_(std::move(remedy)) {}
  const std::string& remedy() const { return remedy_; }

 private:
  std::string remedy_;
};

struct Call;

/// Who may sign in and how is said by people who have signed in: a token that got lost would live
/// on in what it made. Throws Forbidden for who shows one.
void require_session(const Call& call, const std::string& what);

}  // namespace forecart
