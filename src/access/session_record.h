#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace forecart {

/// What the store knows of a session, below access/sessions/<SHA-256 of its secret>.json.
struct Session {
  std::string user = {};        ///< name
  std::string user_id = {};     ///< and id
  std::int64_t generation = 0;  ///< of the user when it began
  Instant created = {};
  Instant seen = {};
  Instant expires = {};
  bool ended = false;  ///< signed out; the object goes next
};

/// Sealed.
std::string to_text(const Session& session);
/// Throws Error bad_data for what is not such a text, whole as it was written.
Session parse_session(std::string_view text);

}  // namespace forecart
