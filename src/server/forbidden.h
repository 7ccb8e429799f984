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

}  // namespace forecart
