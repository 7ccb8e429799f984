#pragma once

#include "access/principal.h"

#include <optional>
#include <string>

namespace forecart {

/// Who sends a request.
struct Identity {
  std::optional<Principal> principal{};  ///< a user, by session or token
  std::string session{};                 ///< its secret, where it is by one
  bool service = false;                  ///< shows the server's token
  std::string address{};                 ///< where from

  bool is_stranger() const { return !principal && !service; }
  /// Whether it may know that there is such a data set.
  bool sees(const std::string& dataset) const {
    return service || (principal && principal->sees(dataset));
  }
};

}  // namespace forecart
