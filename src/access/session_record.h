#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace forecart {

/// What the store knows of a session, in access/sessions/<SHA-256 of its secret>.json, and as it
/// began in access/sessions/of/<id of the user>/<the same>.json, by which those of a user are
/// found.
struct Session {
  std::string user = {};        ///< name
  std::string user_id = {};     ///< and id
  std::int64_t generation = 0;  ///< of the user when it began
  Instant created = {};
  Instant seen = {};
  Instant expires = {};
  bool ended = false;     ///< signed out; the object goes next
  std::string from = {};  ///< address of the last use that was told; "" of older records
};

/// Sealed.
std::string to_text(const Session& session);
/// Throws Error bad_data for what is not such a text, whole as it was written.
Session parse_session(std::string_view text);

}  // namespace forecart
